"""The legal clock of one case: when it runs, what is left of the whole and of each step, what each task is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from runner.domain import deadline as deadlines
from runner.domain.calendar import Calendar
from runner.domain.case import ClockMark, ClockState
from runner.domain.deadline import Deadline
from runner.domain.limit import Limit, Unit
from runner.domain.task import Task
from runner.engine.errors import PromiseEarlier


class LegalClock:
    """Starts, pauses, goes on and stops with the diagram's ``clock`` marks; shares each step's budget among its tasks.

    A *round* of a step lasts while any task of the step is open; a step entered again gets a new round with the time
    left (the case's own deadline does not move). Of several pauses at once the last to end lets the clock go on.
    `firm`: a promise is never due earlier after a pause, whatever the calendar became, and the timers that hang on it
    are counted by its own `calendar`.

    The case's date stands, and those of its steps yield to it: while working time is left, a step is not due after its
    case. In calendar days a step also leaves its `reserves`, days of work to the steps that follow it, since each may
    end on a day off and move on, while the case moves once; once a step was late, the case is `behind` and none of the
    others is cut for it. A step that opens when nothing is left has its own limit, and a round that begins with the
    limit used up the rest of the day. `reserves` is None under the first rules, by which a step may be due the moment
    it opens. See docs/adr/0020.
    """

    def __init__(self, limit: Limit, reserves: Mapping[str, Fraction] | None = None) -> None:
        self.limit = limit
        self.firm = False
        self.reserves = reserves
        self.state = ClockState.IDLE
        self.waits = 0
        self.deadline: Deadline | None = None
        self.calendar: Calendar | None = None
        self.rounds: dict[str, Deadline] = {}
        self.spent: dict[str, Fraction] = {}
        self.behind = False

    @property
    def due(self) -> datetime | None:
        """The case's due moment (UTC): what the receipt promises, moved by pauses; None before it starts or paused."""
        return self.deadline.due if self.deadline else None

    @property
    def received(self) -> datetime | None:
        """The moment (UTC) at which the dossier counts as received; None before the clock starts."""
        return self.deadline.anchor if self.deadline else None

    @property
    def resumed(self) -> int:
        """How often the clock went on after a pause."""
        return sum(pause.until is not None for pause in self.deadline.pauses) if self.deadline else 0

    def due_at(self, now: datetime, calendar: Calendar) -> datetime | None:
        """The case's due moment (UTC), while paused the one that it would have by going on `now`."""
        if self.deadline and self.deadline.paused:
            return deadlines.resume(self.deadline, calendar, now).due
        return self.due

    def mark(self, mark: str, entered: bool, now: datetime, calendar: Calendar) -> None:
        """An element marked `mark` was entered or left. Marks out of turn (a second start, say) change nothing."""
        if mark == ClockMark.START and entered and self.state == ClockState.IDLE:
            self.state, self.calendar = ClockState.RUNNING, calendar
            self.deadline = deadlines.promise(calendar, now, self.limit)
            self.rounds = {
                step: self._begun(step, Limit(each.budget, each.unit), each.anchor, now, calendar)
                for step, each in self.rounds.items()
            }
        elif mark == ClockMark.PAUSE:
            self._pause(entered, now, calendar)
        elif mark == ClockMark.STOP and not entered and self.state in (ClockState.RUNNING, ClockState.PAUSED):
            self.state = ClockState.STOPPED

    def _pause(self, entered: bool, now: datetime, calendar: Calendar) -> None:
        self.waits += 1 if entered else -1
        if not self.deadline:
            return
        if entered and self.state == ClockState.RUNNING:
            self.state, self.deadline = ClockState.PAUSED, deadlines.pause(self.deadline, calendar, now, firm=self.firm)
            self.rounds = {step: deadlines.pause(each, calendar, now) for step, each in self.rounds.items()}
        elif not self.waits and self.state == ClockState.PAUSED:
            self.state, self.calendar = ClockState.RUNNING, calendar
            self.deadline = deadlines.resume(self.deadline, calendar, now)
            self.rounds = {
                step: deadlines.resume(
                    each, calendar, now, self._latest(step, Limit(each.budget, each.unit), now, calendar)
                )
                for step, each in self.rounds.items()
            }

    def enter(self, step: str, limit: Limit, now: datetime, calendar: Calendar) -> None:
        """A task of `step` opened: it joins the current round, or begins one with the time left."""
        if step in self.rounds:
            return
        begun = self._begun(step, limit, now, now, calendar)
        self.rounds[step] = deadlines.pause(begun, calendar, now) if self.state == ClockState.PAUSED else begun

    def leave(self, open_steps: set[str], now: datetime, calendar: Calendar) -> None:
        """End the rounds of all steps but `open_steps`, keeping what they used."""
        for step in [step for step in self.rounds if step not in open_steps]:
            round = self.rounds.pop(step)
            self.behind |= round.due is not None and now > round.due
            self.spent[step] = deadlines.used_by(round, calendar, now)

    def recount(self, calendar: Calendar, *, approved: bool) -> None:
        """Count what runs anew by `calendar`. The promise stays once the clock has stopped.

        Raises `PromiseEarlier` where it would move earlier and that is not `approved`.
        """
        before = self.due
        if self.deadline and self.state != ClockState.STOPPED:
            self.deadline, self.calendar = deadlines.recount(self.deadline, calendar), calendar
        if before and self.due and self.due < before and not approved:
            raise PromiseEarlier
        running = self.state == ClockState.RUNNING
        self.rounds = {
            step: deadlines.recount(
                each, calendar, self._recounted(step, each, calendar) if running else each.not_after
            )
            for step, each in self.rounds.items()
        }

    def _recounted(self, step: str, each: Deadline, calendar: Calendar) -> datetime | None:
        since = each.pauses[-1].until if each.pauses else None
        return self._latest(step, Limit(each.budget, each.unit), since or each.anchor, calendar)

    def due_of(self, task: Task) -> datetime | None:
        """When `task` is due (UTC); None where no limit applies, or while it is paused."""
        each = self.rounds.get(budget(task))
        return each.due if each else None

    def _begun(self, step: str, limit: Limit, anchor: datetime, now: datetime, calendar: Calendar) -> Deadline:
        latest = self._latest(step, limit, now, calendar)
        if self.deadline and self.reserves is not None:
            anchor = max(anchor, self.deadline.anchor)  # nothing counts before the dossier is received
        used = self.spent.get(step, Fraction(0))
        return deadlines.step_deadline(calendar, anchor, limit, used, latest, grace=self.reserves is not None)

    def _latest(self, step: str, limit: Limit, now: datetime, calendar: Calendar) -> datetime | None:
        """The moment which `step`, open at `now`, is never due after; None where only its own limit counts."""
        due = self.due if self.state == ClockState.RUNNING else None
        if due is None or self.reserves is None:
            return due
        left = calendar.between(now, due) / 2
        if left <= 0:
            return None
        if limit.unit == Unit.WORKING_DAYS or self.behind:
            return due
        own, others = min(limit.days, Fraction(1)), self.reserves.get(step, Fraction(0))
        if left < own + others:  # not a day for each: they share what there is
            return calendar.add(now, 2 * left * own / (own + others))
        return calendar.subtract(due, 2 * others)

    def summary(self) -> list[object]:
        """What the case's digest covers of the clock."""
        behind = [True] if self.behind and self.reserves is not None else []
        return [self.state, self.waits, sorted((step, str(spent)) for step, spent in self.spent.items()), *behind]


def budget(task: Task) -> str:
    """The name of the time that `task` draws on: its step's, or its own."""
    return task.step or task.id
