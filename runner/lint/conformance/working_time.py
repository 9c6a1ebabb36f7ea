"""Each step has time to work when those before it keep their limits: see docs/lint.md, "working-time".

The proof goes every way from every session in which a dossier can be received, and on from every session in which a
supplement can come. It counts as `runner.domain.deadline` and the legal clock do, with whole numbers on the line of all
working time; what it finds is confirmed by the engine's clock.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import ceil
from typing import Final, NamedTuple

from runner.domain.calendar import Calendar, local_date
from runner.domain.case import ClockMark
from runner.domain.limit import Limit, Unit
from runner.engine.legal_clock import LegalClock
from runner.lint.conformance.walk import Walk, walk
from runner.lint.conformance.way import Stage, Way

Number = int | Fraction
Place = tuple[int, Number]
"""A moment: its day, counted from the first of the calendar, and the work before it in units of the line."""
DAY: Final = 48
"""How many units the line has for a working day: most shares of a session are whole."""


def find(
    calendar: Calendar,
    term: Limit,
    ways: Sequence[Way],
    reserves: Mapping[str, Fraction] | None,
    since: date | None = None,
) -> Walk | None:
    """The shortest way on which a step is left without working time, with its first dossier; None where none is.

    `reserves` are those of the legal clock, None when the dates of steps do not yield. Dossiers received before `since`
    are left out, and those whose dates reach beyond the years of the calendar.
    """
    line = _Line(calendar)
    for way in ways:
        found = _Search(line, term, reserves, way).run(since)
        if found:
            received, resumed = found
            clock = LegalClock(term, reserves)
            return walk(
                calendar, clock, way, line.opening(received), None if resumed is None else line.opening(resumed)
            )
    return None


class _Line:
    """All working time of a calendar: `closed` is what lies before the end of each day, `working` the next such day."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        years = sorted(calendar.years)
        self.first = date(years[0], 1, 1).toordinal()
        self.closed: list[int] = []
        self.openings: list[Place] = []
        self._moments: dict[Place, datetime] = {}
        done = 0
        for number in range(self.first, date(years[-1] + 1, 1, 1).toordinal()):
            sessions = calendar.sessions(date.fromordinal(number))
            for nth, (opening, _) in enumerate(sessions):
                place = (number - self.first, done + DAY * nth // len(sessions))
                self.openings.append(place)
                self._moments[place] = opening
            done += DAY if sessions else 0
            self.closed.append(done)
        self.working = self._next_working()

    def _next_working(self) -> list[int]:
        following, row = len(self.closed), []
        for day in range(len(self.closed) - 1, -1, -1):
            if self.closed[day] > (self.closed[day - 1] if day else 0):
                following = day
            row.append(following)
        return row[::-1]

    def opening(self, place: Place) -> datetime:
        return self._moments[place]

    def received(self, place: Place) -> Place:
        """Where a dossier that comes at an opening counts as received, which the cut-off can move."""
        moment = self.calendar.received(self._moments[place])
        if moment == self._moments[place]:
            return place
        day = local_date(moment).toordinal() - self.first
        return day, self.closed[day - 1]

    def close(self, day: int) -> Place:
        """The end of a day, or of the first working day after it. Raises IndexError beyond the calendar."""
        day = self.working[day]
        return day, self.closed[day]

    def at(self, work: Number) -> Place:
        """Where so much work is done. Raises IndexError beyond the calendar."""
        day = bisect_left(self.closed, work)
        if day == len(self.closed):
            raise IndexError
        return day, work


class _State(NamedTuple):
    """A case on its way. `due` is its due moment, `received` the day that a later wait counts from, 0 where none comes.

    `left` is the time that a case had left while it waits. `spent` is what each step still to come has used.
    """

    place: int
    now: Place
    due: Place | None = None
    received: int = 0
    left: Number | None = None
    spent: tuple[tuple[str, Number], ...] = ()


class _Leg(NamedTuple):
    """A stage in the line's numbers: working time in its units, calendar days in days.

    `part` is the share of one round that is not the last; `own` and `others` what the step and those after it are left.
    """

    mark: ClockMark | None
    step: str
    calendar: bool
    days: Number
    part: Number | None
    own: int
    others: int
    ahead: frozenset[str]


@dataclass
class _Search:
    """The search along one way. `proven` are the states from which every step is known to have its time."""

    line: _Line
    term: Limit
    reserves: Mapping[str, Fraction] | None
    way: Way

    def __post_init__(self) -> None:
        self.proven: set[Hashable] = set()
        self.legs = [self.leg(place, stage) for place, stage in enumerate(self.way)]
        self.waits = any(leg.mark == ClockMark.PAUSE for leg in self.legs)
        self.calendar = self.term.unit == Unit.CALENDAR_DAYS
        self.even = not self.calendar and not any(leg.calendar for leg in self.legs)

    def leg(self, place: int, stage: Stage) -> _Leg:
        limit = stage.limit or self.term
        calendar = limit.unit == Unit.CALENDAR_DAYS
        days = _whole(limit.days if calendar else limit.days * DAY)
        part = None if stage.last else _whole(days // stage.share if calendar else Fraction(days) / stage.share)
        own = int(min(limit.days, Fraction(1)) * DAY)
        others = int((self.reserves or {}).get(stage.step, Fraction(0)) * DAY)
        ahead = frozenset(each.step for each in self.way[place + 1 :])
        return _Leg(stage.mark, stage.step, calendar, days, part, own, others, ahead)

    def run(self, since: date | None) -> tuple[Place, Place | None] | None:
        """The first receipt, and the resumption if there is one, after which a step has no time."""
        first = since.toordinal() - self.line.first if since else 0
        for place in self.line.openings:
            if place[0] < first:
                continue
            try:
                received = self.line.received(place)
                due = self.promised(received)
                if (key := ("receipt", self.pattern(received, due))) in self.proven:
                    continue
                found = self.follow(_State(0, received))
            except IndexError:
                continue
            if found:
                return place, found[0]
            self.proven.add(key)
        return None

    def pattern(self, now: Place, due: Place) -> Hashable:
        """What the days until `due` are like: from two moments where this is equal, everything goes alike."""
        day, work = now
        if self.even:  # what is left of the day of receipt is all that differs
            return self.line.closed[day] - work
        return tuple(closed - work for closed in self.line.closed[day : due[0] + 1])

    def follow(self, state: _State) -> tuple[Place | None] | None:
        """Whether a step of the rest of the way has no time: when the supplement came, in a tuple of one."""
        passed: list[_State] = []
        while state.place < len(self.legs) and state not in self.proven:
            passed.append(state)
            leg = self.legs[state.place]
            if leg.mark == ClockMark.PAUSE:
                for place, after in self.resumed(state):
                    if self.follow(after):
                        return (place,)
                break
            if leg.mark == ClockMark.START:
                received = state.now[0] if self.waits else 0
                state = _State(state.place + 1, state.now, self.promised(state.now), received, None, state.spent)
                continue
            if state.due and state.due[1] <= state.now[1]:
                return (None,)
            state = self.worked(state, leg)
        self.proven.update(passed)
        return None

    def promised(self, received: Place) -> Place:
        """The due moment of a case that is received so."""
        if self.calendar:
            return self.line.close(received[0] + ceil(self.term.days))
        return self.line.at(self.line.closed[received[0]] + _whole(self.term.days * DAY))

    def worked(self, state: _State, leg: _Leg) -> _State:
        """After a round of a step."""
        spent = dict(state.spent)
        used = spent.get(leg.step, 0)
        end = self.over(state.now, leg.calendar, leg.days - used)
        if state.due:
            end = min(end, self.latest(state.now, state.due, leg), key=_work)
        if leg.part is not None:
            end = min(end, self.over(state.now, leg.calendar, leg.part), key=_work)
        place = 0 if leg.calendar else 1
        spent[leg.step] = used + end[place] - state.now[place]
        kept = tuple(sorted((step, days) for step, days in spent.items() if step in leg.ahead))
        return _State(state.place + 1, end, state.due, state.received, None, kept)

    def over(self, now: Place, calendar: bool, time: Number) -> Place:
        """When `time` from `now` on is over."""
        time = max(0, time)
        return self.line.close(now[0] + ceil(time)) if calendar else self.line.at(now[1] + time)

    def latest(self, now: Place, due: Place, leg: _Leg) -> Place:
        """The place which a step is never due after."""
        if self.reserves is None or not leg.calendar:
            return due
        left = due[1] - now[1]
        if left < leg.own + leg.others:
            return self.line.at(now[1] + _whole(Fraction(left) * leg.own / (leg.own + leg.others)))
        return self.line.at(due[1] - leg.others)

    def resumed(self, state: _State) -> Iterator[tuple[Place, _State]]:
        """The case after the supplement, for every session in which it can come."""
        left: Number | None = None
        if state.due is None:
            pass  # the clock has not begun
        elif self.calendar:
            left = max(0, ceil(self.term.days) - (state.now[0] - state.received))
        else:
            left = state.due[1] - state.now[1]
        waiting = ("waiting", state.place, left, state.spent)
        if waiting in self.proven:  # an earlier wait was the same, and every session after it has been tried
            return
        openings = self.line.openings
        for place in openings[bisect_left(openings, state.now) :]:
            try:
                due = None if left is None else self.over(place, self.calendar, left)
                key = (*waiting, self.pattern(place, due or self.promised(place)))
                if key in self.proven:
                    continue
                yield place, _State(state.place + 1, place, due, 0, None, state.spent)
            except IndexError:
                break
            self.proven.add(key)
        self.proven.add(waiting)


def _work(place: Place) -> Number:
    return place[1]


def _whole(number: Number) -> Number:
    """The number as an integer where it is one: those are fast."""
    return int(number) if number == int(number) else number
