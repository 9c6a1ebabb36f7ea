"""The course of a case: what each entry of its journal did, as the engine tells it when the case is run again.

It goes as far as the journal replays. Every entry has a line; those that are looked at have a scene: where the tokens
stand, what was opened, closed and ran late, by which flows, how values and deadlines were before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from runner.audit import sides
from runner.audit.headline import headline
from runner.audit.sides import Sides
from runner.domain import erasure
from runner.domain.calendar import Calendar
from runner.domain.case import Case, ClockState
from runner.domain.deadline import Deadline
from runner.domain.entry import CloseIncident, Command, Migrate, OpenIncident, Start
from runner.domain.journal import Entry
from runner.domain.person import Person
from runner.domain.task import Task, Timer
from runner.engine.advance import Advance
from runner.engine.instance import Instance
from runner.errors import Divergence
from runner.reports import progress, wait
from runner.reports.timeline import Event, Mark, TimelineBuilder
from runner.reports.wait import WaitReport
from runner.services.access import permitted
from runner.services.audit import Audit, ReplayedEntry, named, replayed
from runner.services.procedures import Procedures
from runner.services.replay import replay
from runner.services.version import Version
from runner.store import case as cases
from runner.store.session import Transaction

Window = Callable[[Sequence[Entry]], range]
"""Of the entries of a journal, the numbers of those that are looked at."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Tokens passed `element`; `number` counts how often they have by then."""

    element: str
    number: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands right after an entry.

    `paused` is the moment since which the legal clock stands, None while it does not. `tokens` are counted by element,
    `states` are those of elements and flows, `visits` how often each element was passed. `calendar` is the one by which
    the case counts.
    """

    status: str
    clock: ClockState
    paused: datetime | None
    tasks: tuple[Task, ...]
    waits: tuple[WaitReport, ...]
    timers: tuple[Timer, ...]
    tokens: Mapping[str, int]
    states: Mapping[str, str]
    visits: Mapping[str, int]
    values: Mapping[str, Any]
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Scene:
    """An entry that is looked at: what it did, in words and on the diagram of the version that the case is on after it.

    `route` are the elements that tokens passed, `flows` the sequence flows. `opened`, `closed`, `late` are tasks.
    `before` are the values until then, `promise` and `deadlines` (by task id) what was due until then. `incidents` are
    the numbers of those that are open. `running` are the deadlines after it, the case's own first, each with why.
    """

    entry: Entry
    version: Version
    event: Event
    headline: str
    after: Standing
    route: tuple[Visit, ...]
    flows: tuple[str, ...]
    opened: tuple[Task, ...]
    closed: tuple[Task, ...]
    late: tuple[Task, ...]
    before: Mapping[str, Any]
    promise: Deadline | None
    deadlines: Mapping[str, Deadline]
    step: ReplayedEntry
    incidents: tuple[int, ...]
    running: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An entry on the time line. `paused`: the clock stood until it; `replayed`: it was run again and came to the same.

    `turning`: a reader should not miss it: something ran late, an incident, another version, a withdrawal.
    """

    entry: Entry
    headline: str
    late: bool
    paused: bool
    replayed: bool
    turning: bool


@dataclass(frozen=True, slots=True)
class Course:
    """A case from its first entry to its last, or to the first that diverges, with both sides there."""

    case: Case
    window: range
    lines: Sequence[Line]
    scenes: Mapping[int, Scene]
    divergence: Divergence | None
    sides: Sides | None

    @property
    def erased(self) -> int:
        """The number of the last lawful erasure: states up to it cannot be compared. 0 where there is none."""
        return erasure.last(line.entry for line in self.lines)

    @property
    def replayed(self) -> int:
        """How many entries were run again and came to the same."""
        return sum(line.replayed for line in self.lines)


@dataclass
class _Reading:
    """A replay that is going on, and what is kept of it."""

    tx: Transaction
    audit: Audit
    case: Case
    window: range
    version: Version | None = None
    instance: Instance | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    revision: int = 0
    steps: list[ReplayedEntry] = field(default_factory=list)
    standings: dict[int, tuple[Mapping[str, Any], Standing]] = field(default_factory=dict)

    def watch(self, entry: Entry, advance: Advance | None, instance: Instance) -> None:
        versions = self.audit.transactions.versions
        if isinstance(entry.body, Start | Migrate):
            self.version = versions.get(self.tx, entry.body.version)
        if self.version is None:
            raise Divergence(case=entry.case, seq=entry.seq, what="version")
        self.revision = entry.calendar or self.revision
        version = named(self.version, versions.organisation(self.tx, self.case.province, entry.organisation))
        self.steps.append(replayed(entry, version, advance, instance))
        if entry.seq in self.window:
            calendar = versions.calendar(self.tx, self.case.province, self.revision)
            self.standings[entry.seq] = self.values, standing(instance, version, calendar, entry.at)
        self.values, self.instance = dict(instance.values), instance


class Courses:
    """Reads courses of cases that a person may see. Writes nothing."""

    def __init__(self, audit: Audit, procedures: Procedures) -> None:
        self.audit, self.procedures = audit, procedures

    def read(self, case: int, person: Person, window: Window) -> Course:
        """The course of a case, with the scenes of the entries in `window`. Raises `CaseUnknown`."""
        versions = self.audit.transactions.versions
        with self.audit.transactions.database.read() as tx:
            found = permitted(tx, versions, cases.get(tx, case), case, person)
            entries = cases.entries(tx, case)
            reading = _Reading(tx, self.audit, found, window(entries))
            divergence: Divergence | None = None
            try:
                replay(tx, versions, found, reading.watch)
            except Divergence as error:
                divergence = error
            rows = cases.tasks(tx, case) if divergence else []
        lines, scenes = self._tell(reading, entries, divergence)
        told = sides.tell(divergence, found, entries, rows, reading.steps, reading.instance) if divergence else None
        return Course(found, reading.window, lines, scenes, divergence, told)

    def versions(self, case: int, person: Person) -> frozenset[str]:
        """The digests of the versions on which a case runs or ran. Raises `CaseUnknown`."""
        found = set[str]()
        for entry in self.audit.journal(case, person):
            with suppress(Divergence):
                if isinstance(entry.body, Start | Migrate):
                    found.add(entry.body.version)
        return frozenset(found)

    def _tell(
        self, reading: _Reading, entries: Sequence[Entry], divergence: Divergence | None
    ) -> tuple[list[Line], dict[int, Scene]]:
        """The lines of all entries, and the scenes of those that were looked at."""
        if not reading.steps:
            return [Line(each, headline(each), False, False, False, False) for each in entries], {}
        builder = TimelineBuilder(self.audit, self.procedures, reading.case, reading.steps[0].version)
        lines, scenes, incidents = list[Line](), dict[int, Scene](), list[int]()
        before: ReplayedEntry | None = None
        for step in reading.steps:
            paused, known = builder.clock == ClockState.PAUSED, frozenset(builder.tasks)
            event = builder.event(step)
            _follow(incidents, step.entry)
            title = headline(step.entry, builder, step.advance)
            equal = divergence is None or step.entry.seq != divergence.facts["seq"]
            turning = event.late or not equal or step.entry.kind in _TURNING
            lines.append(Line(step.entry, title, event.late, paused, equal, turning))
            if kept := reading.standings.get(step.entry.seq):
                scenes[step.entry.seq] = _scene(
                    step, before, event, title, known, kept, tuple(incidents), _running(builder, step, kept[1])
                )
            before = step
        lines += [_unreached(each, builder) for each in entries[len(lines) :]]
        return lines, scenes


_TURNING = frozenset({"incident", "resolve", "migrate", "recount", "cancel", "discard", "erasure"})


def _unreached(entry: Entry, builder: TimelineBuilder) -> Line:
    """The line of an entry that could not be run again; of one that cannot even be read only its kind is known."""
    title = headline(entry)
    with suppress(Divergence, KeyError):
        title = headline(entry, builder)
    return Line(entry, title, late=False, paused=False, replayed=False, turning=False)


def standing(instance: Instance, version: Version, calendar: Calendar, at: datetime) -> Standing:
    """How a case stands at `at`."""
    waits = list(instance.waits)
    pauses = instance.legal.deadline.pauses if instance.legal.deadline else ()
    return Standing(
        instance.status,
        instance.legal.state,
        pauses[-1].since if pauses and instance.legal.state == ClockState.PAUSED else None,
        tuple(instance.tasks.values()),
        tuple(wait.tell(waits, version)),
        instance.timers,
        progress.tokens(waits),
        progress.states(instance, at, waits),
        dict(instance.visits),
        dict(instance.values),
        calendar,
    )


def _scene(
    step: ReplayedEntry,
    before: ReplayedEntry | None,
    event: Event,
    title: str,
    known: frozenset[str],
    kept: tuple[Mapping[str, Any], Standing],
    incidents: tuple[int, ...],
    running: tuple[Mark, ...],
) -> Scene:
    values, after = kept
    advance = step.advance
    changed = advance.tasks if advance else ()
    return Scene(
        step.entry,
        step.version,
        event,
        title,
        after,
        _visits(advance.route if advance else (), after.visits),
        advance.flows if advance else (),
        tuple(task for task in changed if task.closed is None and task.id not in known),
        tuple(task for task in changed if task.closed is not None),
        tuple(task for task in after.tasks if advance and task.id in advance.late),
        values,
        before.promise if before else None,
        before.deadlines if before else {},
        step,
        incidents,
        running,
    )


def _running(builder: TimelineBuilder, step: ReplayedEntry, after: Standing) -> tuple[Mark, ...]:
    """The deadline of the case until its clock stops, and those of the open tasks."""
    whole = [builder.describe(None, step.promise)] if after.clock in (ClockState.RUNNING, ClockState.PAUSED) else []
    return (*whole, *(builder.describe(task, step.deadlines.get(task.id)) for task in after.tasks))


def _visits(route: Sequence[str], visits: Mapping[str, int]) -> tuple[Visit, ...]:
    """The route with the number of each visit; `visits` are those after it."""
    left, found = dict(visits), list[Visit]()
    for element in reversed(route):
        found.append(Visit(element, left[element]))
        left[element] -= 1
    return tuple(reversed(found))


def _follow(incidents: list[int], entry: Entry) -> None:
    """Keep the numbers of the incidents that are open after an entry."""
    if isinstance(entry.body, OpenIncident):
        incidents.append(entry.seq)
    elif isinstance(entry.body, CloseIncident | Command) and entry.body.incident in incidents:
        incidents.remove(entry.body.incident)
