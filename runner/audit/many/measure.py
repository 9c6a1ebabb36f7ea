"""A case in figures: each task that was opened in it, once a visit, with the working time that it took.

Working time is counted by the newest revision of the province's calendar, and the pauses of the legal clock apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final

from runner.domain import deadline as deadlines
from runner.domain.calendar import Calendar, utc
from runner.domain.case import Case, ClockMark
from runner.domain.deadline import Deadline, Pause
from runner.domain.entry import Assign, Claim, Release, Submit
from runner.domain.journal import Entry
from runner.domain.limit import Limit, Unit
from runner.domain.task import Task
from runner.domain.timeliness import Verdict, overdue
from runner.errors import Divergence, YearMissing
from runner.services.replay import replay
from runner.services.version import Version
from runner.services.version_cache import Versions
from runner.store import many
from runner.store.session import Transaction

BATCH: Final = 200
"""Cases that are read at once: what is in memory does not grow with their number."""
HOLDING: Final = (Claim.kind, Assign.kind, Release.kind, Submit.kind)
"""The kinds of entries that say who holds a task."""
_ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Hold:
    """The time from when a person took a task until it went to another one or was closed; `until` None while it lasts.

    `used`: the working days of it; None for a person who did the task without taking it before.
    """

    owner: str
    since: datetime
    until: datetime | None
    used: float | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A task that was opened once. `used` and `paused`: the working days from its opening to its end, or until now.

    `limit` is that of its step, None where it has none; `share` the part of it that is used. `waited`: the working days
    before anybody held it.
    """

    task: Task
    limit: Limit | None
    used: float
    paused: float
    share: float | None
    waited: float
    late: bool
    holds: Sequence[Hold]


@dataclass(frozen=True, slots=True)
class Measured:
    """A case with its visits, in the order in which they were opened, and its pauses of the legal clock.

    `used`: the working days from its receipt until its legal clock stopped, None while that runs. `clear`: whether the
    pauses could be read, which a journal that does not replay refuses.
    """

    case: Case
    version: Version
    visits: Sequence[Visit]
    pauses: Sequence[Pause]
    used: float | None
    clear: bool
    entries: Sequence[Entry]

    @property
    def late(self) -> bool:
        """Whether the case was settled after its date."""
        return self.case.verdict == Verdict.LATE


def measured(
    tx: Transaction, versions: Versions, some: Sequence[int], now: datetime, kinds: Iterable[str] = HOLDING
) -> Iterator[Measured]:
    """These cases, measured; `kinds` of entries are read, all if none are named. Raises `YearMissing`."""
    named = tuple(kinds)
    for start in range(0, len(some), BATCH):
        ids = some[start : start + BATCH]
        tasks, entries = many.tasks(tx, ids), many.entries(tx, ids, named)
        for case in many.by_id(tx, ids):
            yield measure(tx, versions, case, tasks.get(case.id, []), entries.get(case.id, []), now)


def measure(
    tx: Transaction, versions: Versions, case: Case, tasks: Sequence[Task], entries: Sequence[Entry], now: datetime
) -> Measured:
    """One case, measured, from the rows of its tasks and the entries that say who held them."""
    version, calendar = versions.get(tx, case.version), versions.calendar_in_force(tx, case.province)
    pauses, clear = _pauses(tx, versions, case, version, calendar)
    meter = Meter(calendar, pauses, now)
    holds = _holds(entries, tasks, meter)
    visits = [
        _visit(task, version.definition.limits.get(task.element), holds.get(task.id, []), meter) for task in tasks
    ]
    stopped = case.legal_clock_stopped_at
    used = meter.used(case.received, stopped) if case.received and stopped else None
    return Measured(case, version, visits, pauses, used, clear, entries)


@dataclass(frozen=True, slots=True)
class Meter:
    """Counts working days by a calendar; what is in the pauses of the legal clock stands apart. `now` ends what lasts.

    Without a year of the calendar nothing can be counted: `YearMissing`.
    """

    calendar: Calendar
    pauses: Sequence[Pause]
    now: datetime

    def whole(self, since: datetime, until: datetime | None) -> Fraction:
        """The working days between two moments, pauses included."""
        return max(_ZERO, self.calendar.between(since, until or self.now) / 2)

    def used(self, since: datetime, until: datetime | None, unit: Unit = Unit.WORKING_DAYS) -> float:
        """The days of `unit` between two moments without those of pauses."""
        if not self.pauses and unit == Unit.WORKING_DAYS:
            return float(self.whole(since, until))
        counted = Deadline("step", utc(since), _ZERO, unit, self.calendar.revision, pauses=self._pauses(since))
        return float(deadlines.used_by(counted, self.calendar, until or self.now))

    def paused(self, since: datetime, until: datetime | None) -> float:
        """The working days between two moments in which the legal clock stood."""
        return float(self.whole(since, until)) - self.used(since, until) if self.pauses else 0.0

    def _pauses(self, since: datetime) -> tuple[Pause, ...]:
        return tuple(each for each in self.pauses if each.until is None or each.until > since)


def _visit(task: Task, limit: Limit | None, holds: Sequence[Hold], meter: Meter) -> Visit:
    used = meter.used(task.opened, task.closed)
    share = None
    if limit and limit.days:
        counted = used if limit.unit == Unit.WORKING_DAYS else meter.used(task.opened, task.closed, limit.unit)
        share = counted / float(limit.days)
    waited = meter.used(task.opened, holds[0].since) if holds else used
    late = task.late or overdue(task.due, task.closed or meter.now)
    paused = meter.paused(task.opened, task.closed)
    return Visit(task, limit, used, paused, share, waited, late, holds)


def _holds(entries: Iterable[Entry], tasks: Iterable[Task], meter: Meter) -> Mapping[str, list[Hold]]:
    """Who held each task from when to when, and who did one that nobody had taken."""
    closed = {task.id: task.closed for task in tasks}
    held: dict[str, tuple[str, datetime]] = {}
    found: dict[str, list[Hold]] = {}

    def end(task: str, until: datetime | None) -> None:
        if task in held:
            owner, since = held.pop(task)
            found.setdefault(task, []).append(Hold(owner, since, until, meter.used(since, until)))

    def done(task: str, entry: Entry) -> None:
        if task in held:
            end(task, entry.at)
        else:
            found.setdefault(task, []).append(Hold(entry.actor, entry.at, entry.at, None))

    for entry in entries:
        body = _body(entry)
        if isinstance(body, Claim | Assign):
            if held.get(body.task, ("",))[0] != body.owner:
                end(body.task, entry.at)
                held[body.task] = body.owner, entry.at
        elif isinstance(body, Release):
            end(body.task, entry.at)
        elif isinstance(body, Submit):
            done(body.task, entry)
    for task in tuple(held):
        end(task, closed.get(task))
    return found


def _body(entry: Entry) -> object:
    """What an entry says; None where it was erased or cannot be read: a verification tells of that."""
    try:
        return entry.body
    except Divergence:
        return None


def _pauses(
    tx: Transaction, versions: Versions, case: Case, version: Version, calendar: Calendar
) -> tuple[Sequence[Pause], bool]:
    """The pauses of a case's legal clock, and whether they could be read.

    A pause with working time in it moves the date of a case: one whose date is as it was promised at the receipt had
    none, and only others are replayed.
    """
    if case.received is None or ClockMark.PAUSE not in version.definition.clock.values():
        return (), True
    try:
        if case.due == deadlines.promise(calendar, case.received, version.limit).due:
            return (), True
    except YearMissing:
        pass  # the date lies in a year that the newest calendar does not know; the journal says more
    try:
        instance = replay(tx, versions, case)
    except Divergence:
        return (), False
    found = instance.legal.deadline
    return (found.pauses if found else ()), True
