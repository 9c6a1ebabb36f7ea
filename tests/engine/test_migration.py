"""Random cases on another version: deadlines as a slow count finds them, and back again as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

from hypothesis import given, settings
from hypothesis import strategies as st

from runner.bpmn import read
from runner.clock import ZONE
from runner.domain.calendar import Calendar
from runner.domain.entry import read_command
from runner.domain.journal import parsed
from runner.domain.limit import Limit, Unit
from runner.domain.semantics import CURRENT
from runner.engine.advance import Moment
from runner.engine.definition import Definition, define
from runner.engine.instance import Instance
from runner.engine.migration import Migration, Recorded, migrate
from tests import six_tasks
from tests.engine.case_run import CALENDAR, CaseRun
from tests.faults.office import returning
from tests.six_tasks import STEPS

LIMIT = Limit(Fraction(200), Unit.WORKING_DAYS)
"""Of the whole: so long that it cuts no step short."""
HALVES = st.lists(st.integers(1, 8), min_size=len(STEPS), max_size=len(STEPS))
"""The limits of the steps, in half days."""
ACTS = st.lists(st.tuples(st.integers(0, 4000), st.booleans()), max_size=14)
"""So many minutes later the open task is done; the last step sends back to the one before, or ends the case."""


@dataclass
class Walk:
    """A case on its way, and when each step was worked on."""

    halves: list[int]
    run: CaseRun = field(init=False)
    rounds: dict[str, list[list[datetime]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.run = CaseRun(drawn(self.halves), limit=LIMIT, proved=False)
        self.rounds["B1"] = [[self.run.now]]

    def act(self, minutes: int, back: bool) -> None:
        self.run.later(minutes=minutes)
        for timer in [each for each in self.run.instance.timers if each.due and each.due <= self.run.now]:
            if timer.element.startswith("Timer_"):
                self.run.fire(timer.element)
        [element] = self.run.open
        step = element.removeprefix("Task_")
        back = back or step == STEPS[-1]  # the case does not end
        self.run.submit(element, decision="return" if back else "ok")
        self.rounds[step][-1].append(self.run.now)
        [element] = self.run.open
        self.rounds.setdefault(element.removeprefix("Task_"), []).append([self.run.now])

    def to(self, before: Instance, definition: Definition) -> Migration:
        record = [
            Recorded(
                seq,
                read_command(kind, parsed(facts)),
                Moment(at, CALENDAR, lambda asked, done=dict(performed): done.get(asked.id)),  # type: ignore[misc]
            )
            for seq, (kind, facts, at, performed) in enumerate(self.run.record, 1)
        ]
        return migrate(before, definition, LIMIT, CURRENT, record, frozenset(), len(record) + 1, self.run.now)


def drawn(halves: list[int]) -> bytes:
    days = {step: f"{half / 2:g}" for step, half in zip(STEPS, halves, strict=True)}
    return six_tasks.limited(returning(), days).encode()


def definition(halves: list[int]) -> Definition:
    return define(read(drawn(halves), "other"))


def slowly(halves: int, rounds: list[list[datetime]], calendar: Calendar = CALENDAR) -> datetime:
    """When a step is due whose last round is open: every session of its rounds looked at, one after the other.

    A session is half a day however long it is. A round that begins with nothing left has the rest of its working day.
    """
    *earlier, [start] = rounds
    left = Fraction(halves) - sum(
        (share for begun, done in earlier for *_, share in worked(begun, done, calendar)), Fraction(0)
    )
    for opening, close, since, share in worked(start, start + timedelta(days=60), calendar):
        if left <= 0:
            return calendar.sessions(since.date())[-1][1]
        if share >= left:
            minutes = ceil(left * Fraction((close - opening) // timedelta(seconds=1), 60))
            return since + timedelta(minutes=minutes)
        left -= share
    raise AssertionError("sixty days are enough")


def worked(
    start: datetime, stop: datetime, calendar: Calendar
) -> Iterator[tuple[datetime, datetime, datetime, Fraction]]:
    """The sessions between two moments: opening, close, from when it counts, and which share of it does."""
    day = start.astimezone(ZONE).date()
    while day <= stop.astimezone(ZONE).date():
        for opening, close in calendar.sessions(day):
            since, until = max(opening, start), min(close, stop)
            if since < until:
                second = timedelta(seconds=1)
                yield opening, close, since, Fraction((until - since) // second, (close - opening) // second)
        day += timedelta(days=1)


@settings(max_examples=40)
@given(HALVES, HALVES, ACTS)
def test_deadlines_are_those_of_a_slow_count_and_the_way_back_restores_everything(
    old: list[int], new: list[int], acts: list[tuple[int, bool]]
) -> None:
    walk = Walk(old)
    for minutes, back in acts:
        walk.act(minutes, back)
    before = walk.run.instance
    there = walk.to(before, definition(new))
    for task in there.instance.tasks.values():
        place = STEPS.index(task.step)
        assert task.due == slowly(new[place], walk.rounds[task.step])
        assert before.tasks[task.id].due == slowly(old[place], walk.rounds[task.step])
        assert not task.late or (task.due and task.due <= walk.run.now)
    assert there.instance.legal.due == before.legal.due
    assert there.instance.values == before.values

    again = walk.to(there.instance, walk.run.definition)
    assert again.instance.digest() == before.digest()
    assert (again.instance.tasks, again.instance.timers) == (before.tasks, before.timers)
    assert again.instance.legal.rounds == before.legal.rounds
    same = walk.to(before, definition(old))
    assert not (same.advance.tasks or same.advance.armed or same.advance.disarmed or same.advance.passed_over)


@settings(max_examples=20)
@given(HALVES, HALVES, ACTS, ACTS)
def test_a_migrated_case_goes_on_as_one_that_always_ran_on_that_version(
    old: list[int], new: list[int], acts: list[tuple[int, bool]], later: list[tuple[int, bool]]
) -> None:
    walk = Walk(old)
    for minutes, back in acts:
        walk.act(minutes, back)
    walk.run.instance = walk.to(walk.run.instance, definition(new)).instance
    for minutes, back in later:
        walk.act(minutes, back)
    [task] = walk.run.instance.tasks.values()
    assert task.due == slowly(new[STEPS.index(task.step)], walk.rounds[task.step])
    rebuilt = walk.to(walk.run.instance, definition(new)).instance
    assert rebuilt.digest() == walk.run.instance.digest()
