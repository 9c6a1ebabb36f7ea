"""The read tables of one case, made from its journal in memory: to be compared with the rows, or written anew."""

from __future__ import annotations

from runner.domain.case import Case, Incident, OutboxMessage, Projection
from runner.domain.entry import CloseIncident, Command
from runner.domain.journal import Entry
from runner.domain.person import SYSTEM
from runner.domain.task import Task, Timer
from runner.engine.advance import Advance
from runner.engine.instance import Instance
from runner.services.projection import project, project_record_entry


class ReadTables:
    """The rows that the entries of a case make, one entry after the other, by their keys.

    `messages` are those of the outbox, each with the entry that queued it: a key is queued once. `words`
    and `officers` are by what the case is found.
    """

    def __init__(self, bare: Case) -> None:
        self.case = bare
        self.tasks: dict[str, Task] = {}
        self.timers: dict[str, Timer] = {}
        self.incidents: dict[int, Incident] = {}
        self.words = ""
        self.officers: set[str] = set()
        self.messages: dict[str, tuple[Entry, OutboxMessage]] = {}

    def show(self, entry: Entry, advance: Advance | None, instance: Instance) -> Projection:
        """What the next entry changes: in these rows, and so in those of the database."""
        closed = self._closed(entry)
        if advance:
            change = project(entry, self.case, instance, advance, closed)
        else:
            change = project_record_entry(entry, self.case, closed)
        self.case = change.case
        self.tasks |= {task.id: task for task in change.tasks}
        for timer in change.disarmed:
            self.timers.pop(timer, None)
        self.timers |= {timer.id: timer for timer in change.armed}
        self.incidents |= {incident.id: incident for incident in change.incidents}
        self.words = self.words if change.words is None else change.words
        self.officers |= {entry.actor} - {SYSTEM.id}
        for message in change.messages:
            self.messages.setdefault(message.key, (entry, message))
        return change

    def _closed(self, entry: Entry) -> tuple[Incident, ...]:
        number = entry.body.incident if isinstance(entry.body, Command | CloseIncident) else None
        return (self.incidents[number],) if number in self.incidents else ()
