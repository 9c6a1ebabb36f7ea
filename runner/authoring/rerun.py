"""A closed case run again on a draft, in memory: at its recorded moments, or with its recorded working times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Final

from runner.domain.calendar import Calendar
from runner.domain.case import GOING_ON, ClockState
from runner.domain.entry import AnswerRequest, Cancel, Command, DeliverMessage, FireTimer, Migrate, Start, Submit
from runner.domain.person import SYSTEM
from runner.domain.task import DRAFT_TIMER, Task, TaskOutcome, Timer
from runner.domain.timeliness import overdue
from runner.engine.advance import Advance, Moment, Request
from runner.engine.instance import Instance
from runner.engine.migration import Recorded
from runner.engine.wait import WaitKind
from runner.errors import Refused
from runner.services import service_tasks
from runner.services.version import Version

MAX_EVENTS: Final = 1_000
"""Tasks, timers and messages of one case; a draft that needs more is looping."""

Perform = Callable[[Request], Mapping[str, object] | None]


class AnswerMissing(Refused):
    """Theo bản nháp, hồ sơ cần kết quả của việc “{name}”, mà chưa ai từng trả lời."""


class MessageMissing(Refused):
    """Theo bản nháp, hồ sơ chờ ở “{name}”, mà điều được chờ chưa từng xảy ra."""


class OtherTimes(Refused):
    """Theo bản nháp, việc mở hoặc xong vào lúc khác lúc đã ghi."""


class Withdrawn(Refused):
    """Người nộp đã rút hồ sơ; không biết theo bản nháp hồ sơ sẽ ở đâu vào lúc đó."""


@dataclass
class History:
    """What a replay of a closed case on its own version showed.

    `done` are its closed tasks by id, `armed` its timers as they were armed last; `messages` the working time that
    passed until each message came, and what it brought; `results` those of automatic work, `answers` those of forms.
    """

    record: list[Recorded] = field(default_factory=list)
    done: dict[str, Task] = field(default_factory=dict)
    armed: dict[str, Timer] = field(default_factory=dict)
    messages: dict[str, list[tuple[Fraction, Mapping[str, object]]]] = field(default_factory=dict)
    results: dict[str, Mapping[str, object]] = field(default_factory=dict)
    answers: dict[str, Mapping[str, object]] = field(default_factory=dict)
    waited: dict[str, datetime] = field(default_factory=dict)

    def add(self, recorded: Recorded, advance: Advance, instance: Instance) -> None:
        """Take over one entry."""
        command, moment = recorded.command, recorded.moment
        if not isinstance(command, Migrate):
            self.record.append(recorded)
        self.results |= advance.performed
        if isinstance(command, Submit):
            self.answers[command.task] = command.values
        elif isinstance(command, DeliverMessage):
            since = self.waited.pop(command.message, moment.now)
            took = moment.calendar.between(since, moment.now)
            self.messages.setdefault(command.message, []).append((took, command.values))
        self.armed |= {timer.id: timer for timer in advance.armed}
        self.done |= {task.id: task for task in advance.tasks if task.closed}
        if instance.status in GOING_ON:
            for wait in instance.waits:
                if wait.kind == WaitKind.MESSAGE:
                    self.waited.setdefault(wait.id, moment.now)


class Rerun:
    """The case on the draft: its closed tasks, when its clock stopped, and which tasks had to be assumed.

    Of the main flow only: an event sub-process, such as an apology that another promise asks for, may stay undone.
    """

    def __init__(self, version: Version, history: History) -> None:
        self.version, self.history = version, history
        self.instance = Instance(version.definition, version.limit)
        self.done: dict[str, Task] = {}
        self.assumed: set[str] = set()
        self._awaited: dict[str, datetime] = {}
        self.stopped: datetime | None = None

    @property
    def late(self) -> bool:
        """Whether the whole was late."""
        return self.stopped is not None and overdue(self.instance.legal.due, self.stopped)

    def exactly(self) -> None:
        """At the recorded moments. Raises `MotcuaError` where the draft does not go that way at those moments."""
        for each in self.history.record:
            self._fire_until(each.moment)
            if self._applies(each.command, each.moment.now):
                self._apply(each.command, each.moment)
        if not self._over or self._times(self.done) != self._times(self.history.done):
            raise OtherTimes

    def retimed(self) -> None:
        """With the recorded working time of each task. Raises `MotcuaError` for what nobody gave."""
        first, last = self.history.record[0], self.history.record[-1]
        if isinstance(last.command, Cancel) or not isinstance(first.command, Start):
            raise Withdrawn
        calendar, ends = last.moment.calendar, dict[str, datetime | None]()
        self._apply(first.command, Moment(first.moment.now, calendar, first.moment.perform, first.moment.actor))
        now = first.moment.now
        for _ in range(MAX_EVENTS):
            if self._over:
                return
            for task in self.instance.tasks.values():
                if task.id not in ends:
                    ends[task.id] = self._end(task, now, calendar)
            now, command = self._next(ends, now, calendar)
            self._apply(command, Moment(now, calendar, lambda _: None, SYSTEM.id))
        raise MessageMissing(name=self.version.procedure.title)

    @property
    def _over(self) -> bool:
        """Whether the main flow has come to its end."""
        return self.instance.status not in GOING_ON or not any(wait.alone for wait in self.instance.waits)

    def _aside(self, task: str) -> bool:
        """Whether a task is in an event sub-process."""
        nodes = self.version.definition.nodes
        node = nodes.get(task.partition("#")[0])
        while node and (node := nodes.get(node.parent)):
            if node.triggered_by_event:
                return True
        return False

    def _times(self, tasks: Mapping[str, Task]) -> set[tuple[str, datetime, datetime | None]]:
        return {(task.id, task.opened, task.closed) for task in tasks.values() if not self._aside(task.id)}

    # -- one step ----------------------------------------------------------------------------------------------------

    def _apply(self, command: Command, moment: Moment) -> None:
        perform = _performer(self.version, self.history, moment.now)
        advance = self.instance.apply(command, Moment(moment.now, moment.calendar, perform, moment.actor))
        self.done |= {task.id: task for task in advance.tasks if task.closed}
        ended = advance.status not in GOING_ON and advance.clock != ClockState.IDLE
        if self.stopped is None and (advance.clock == ClockState.STOPPED or ended):
            self.stopped = moment.now

    def _fire_until(self, moment: Moment) -> None:
        """Fire what was due before `moment` by other deadlines than those by which it fired."""
        while due := [each for each in self.instance.timers if self._own(each, moment.now)]:
            timer = min(due, key=lambda each: each.due or moment.now)
            self._apply(FireTimer(timer.id), Moment(timer.due or moment.now, moment.calendar, moment.perform))

    def _own(self, timer: Timer, now: datetime) -> bool:
        """Whether a timer was due before `now`, and not at that moment on the old version: the record tells of that."""
        if timer.id == DRAFT_TIMER or timer.due is None or timer.due >= now:
            return False
        known = self.history.armed.get(timer.id)
        return known is None or known.due != timer.due

    def _applies(self, command: Command, now: datetime) -> bool:
        """Whether a recorded command is for the draft: a timer that is due, or work that is not left out aside."""
        if isinstance(command, FireTimer):
            known = (each for each in self.instance.timers if each.id == command.timer)
            return any(each.due is not None and each.due <= now for each in known)
        task = getattr(command, "task", None)
        return task is None or task in self.instance.tasks or not self._aside(task)

    def _end(self, task: Task, now: datetime, calendar: Calendar) -> datetime | None:
        """When a task is done: after the working time that it took, or its whole limit where nobody ever did it.

        None for one that was taken away.
        """
        known = self.history.done.get(task.id)
        if known and known.closed:
            took = calendar.between(known.opened, known.closed)
            return calendar.add(now, took) if known.outcome == TaskOutcome.DONE else None
        if self._aside(task.id):
            return None
        form = self.version.forms.get(task.form)
        if form and any(field.required for field in form.fields.values()):
            raise AnswerMissing(name=task.name, element=task.element)
        self.assumed.add(task.id)
        return max(task.due or now, now)

    def _next(self, ends: Mapping[str, datetime | None], now: datetime, calendar: Calendar) -> tuple[datetime, Command]:
        """What happens next, and when: automatic work, a timer, a task or a message, whichever comes first."""
        found: list[tuple[datetime, int, Command]] = [
            (end, 2, Submit(id, self.history.answers.get(id, {}))) for id in self.instance.tasks if (end := ends[id])
        ]
        for timer in self.instance.timers:
            if timer.due is not None and timer.id != DRAFT_TIMER:
                found.append((max(timer.due, now), 1, FireTimer(timer.id)))
        for wait in self.instance.waits:
            if wait.kind == WaitKind.REQUEST:
                found.append((now, 0, AnswerRequest(wait.id, {})))
            elif wait.kind == WaitKind.MESSAGE and (known := self.history.messages.get(wait.id)):
                took, values = known[0]
                since = self._awaited.setdefault(wait.id, now)
                found.append((max(calendar.add(since, took), now), 3, DeliverMessage(wait.id, values)))
        if not found:
            waiting = next((each.element for each in self.instance.waits), "")
            node = self.version.definition.nodes.get(waiting)
            raise MessageMissing(name=node.name if node else waiting, element=waiting)
        at, _, command = min(found, key=lambda each: each[:2])
        if isinstance(command, DeliverMessage):
            self.history.messages[command.message] = self.history.messages[command.message][1:]
            del self._awaited[command.message]
        return at, command


def _performer(version: Version, history: History, now: datetime) -> Perform:
    """Automatic work as it was recorded; what was not is decided by the draft's tables. No number is given."""

    def perform(request: Request) -> Mapping[str, object] | None:
        if request.id in history.results:
            return history.results[request.id]
        if request.decision:
            return service_tasks.decide(version, request, now)
        if request.topic in service_tasks.OUTSIDE:
            return None
        raise AnswerMissing(name=version.definition.nodes[request.element].name, element=request.element)

    return perform
