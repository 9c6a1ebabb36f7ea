"""Promises while the calendar is edited: they move only by a recount or a pause, and to where counting by hand says."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from random import Random
from typing import Literal

from runner.domain.calendar import Calendar, local_date
from runner.domain.deadline import KEPT, Deadline, explain
from runner.domain.limit import Limit, Unit
from runner.domain.working_day import Day
from runner.engine.errors import PromiseEarlier
from runner.engine.legal_clock import LegalClock
from tests.domain.test_calendar import OFFICE, SUMMER, at, province
from tests.faults.office import figure

SEASONS = [{"sessions": OFFICE}, {"from": "2026-04-16", "until": "2026-10-15", "sessions": SUMMER}]
FIRST = replace(province(hours=SEASONS), years=frozenset({2026, 2027}))
KINDS: tuple[Literal["off"], Literal["work"]] = ("off", "work")
MINUTE = timedelta(minutes=1)


def by_hand(deadline: Deadline, calendar: Calendar) -> datetime:
    """When a promise in working days is due, counted session by session without a table; a whole minute."""
    need, day, receipt = deadline.budget, local_date(deadline.anchor), local_date(deadline.anchor)
    while True:
        sessions = calendar.sessions(day)
        for opening, close in sessions if day != receipt else ():
            for a, b in running(deadline, opening, close):
                share = Fraction((b - a) / MINUTE) / Fraction((close - opening) / MINUTE) / len(sessions)
                if share >= need:
                    return a + ceil(need * len(sessions) * Fraction((close - opening) / MINUTE)) * MINUTE
                need -= share
        day += timedelta(days=1)


def running(deadline: Deadline, opening: datetime, close: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What of a session lies in no pause."""
    for pause in deadline.pauses:
        if opening < pause.since:
            yield opening, min(close, pause.since)
        opening = max(opening, pause.until or close)
        if opening >= close:
            return
    yield opening, close


class Story:
    """A promise and what happens to it, by a seed: edits of the calendar, recounts, pauses, steps."""

    def __init__(self, seed: int) -> None:
        self.random, self.calendar = Random(seed), FIRST
        self.clock = LegalClock(Limit(Fraction(self.random.randint(1, 25)), Unit.WORKING_DAYS))
        self.clock.firm = True
        self.now = at("2026-01-05 08:07") + timedelta(minutes=self.random.randint(0, 200_000))
        self.clock.mark("start", True, self.now, self.calendar)
        self.now = at(f"{local_date(self.promise.anchor)} 23:00")  # the day of receipt is free, whatever pauses on it

    @property
    def promise(self) -> Deadline:
        assert self.clock.deadline
        return self.clock.deadline

    def edit(self) -> None:
        """A day around now becomes off or worked. The promise stays."""
        before, day = self.clock.due, local_date(self.now) + timedelta(days=self.random.randint(-5, 40))
        if day != local_date(self.promise.anchor):
            table = {**self.calendar.days, day: Day(day, self.random.choice(KINDS), "thử")}
            self.calendar = replace(self.calendar, days=table, revision=self.calendar.revision + 1)
        assert self.clock.due == before

    def recount(self) -> None:
        """The promise is due where counting by hand says; earlier only with an approval."""
        before, approved, kept = self.clock.due, self.random.random() < 0.3, copy(self.clock)
        try:
            self.clock.recount(self.calendar, approved=approved)
        except PromiseEarlier:
            assert not approved and before and by_hand(replace(self.promise, due=None), self.calendar) < before
            self.clock = kept  # a case goes on as its last entry left it
        else:
            assert self.promise.revision == self.calendar.revision
            assert self.clock.due == (by_hand(self.promise, self.calendar) if before else None)
            assert approved or not before or (self.clock.due and self.clock.due >= before)

    def pause(self) -> None:
        """Paused and gone on: never earlier than promised before."""
        due = self.clock.due
        assert due
        self.now += timedelta(minutes=self.random.randint(1, 9_000))
        if self.now >= due - MINUTE:
            return
        self.clock.mark("pause", True, self.now, self.calendar)
        for act in self.random.sample((self.edit, self.edit, self.recount, self.step), 2):
            act()
        assert self.clock.due is None and self.promise.not_before == due
        self.now += timedelta(minutes=self.random.randint(1, 9_000))
        self.clock.mark("pause", False, self.now, self.calendar)
        counted = by_hand(self.promise, self.calendar)
        assert self.clock.due == max(counted, due)
        kept = [day.date for day in explain(self.promise, self.calendar) if day.why == KEPT]
        assert bool(kept) == (local_date(due) > local_date(counted))

    def step(self) -> None:
        """A step begins and ends. The promise stays."""
        before, name = self.clock.due, f"B{self.random.randint(1, 4)}"
        self.clock.enter(name, Limit(Fraction(2), Unit.WORKING_DAYS), self.now, self.calendar)
        self.now += timedelta(minutes=self.random.randint(1, 2_000))
        self.clock.leave(set(), self.now, self.calendar)
        assert self.clock.due == before


def test_a_promise_moves_only_by_a_recount_or_a_pause_and_to_where_counting_by_hand_says() -> None:
    for seed in range(figure(100, 10_000)):
        story = Story(seed)
        try:
            assert story.clock.due == by_hand(story.promise, story.calendar)
            for _ in range(story.random.randint(2, 6)):
                story.random.choice((story.edit, story.edit, story.recount, story.pause, story.step))()
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise
