"""Why a task waited: the working minutes between its opening and its submission, each given to one cause.

What counts is what journals record: who took a task and gave it back, who submitted what when, incidents, pauses of the
legal clock, the working calendar. Nobody is watched, and what nobody wrote down is called so. Moments are whole minutes
since 1970 (UTC), cut off, so that parts add up exactly. See docs/adr/0040-why-it-waited.md.

Of each minute the first of these that applies is its cause:

1. `APPLICANT`: the legal clock stands, as while a supplement is awaited, or has stopped and the result is to be
   fetched; or the task is the applicant's own.
2. `INCIDENT`: an incident of the case was open.
3. `ABSENT`: nobody who may do the task was there: neither they nor its holder have an entry in a journal of that
   day.
4. `EARLIER`, `LATER`: its holder was there and busy with another task; if nobody held it, all who were there were.
   Busy means: the task that somebody submits next is one that they held at that minute, and none of the same row (5).
   `EARLIER` where that other case is due no later than this one (what is due nowhere is due last), `LATER` else; of
   several people, `LATER` if one was.
5. `BATCH`: it was submitted in a row of at least `FEW` tasks of the same element by the same person, no more than `GAP`
   minutes apart, and waited until the last of them had come, or for those before it in the row.
6. `UNHELD`: nobody held it, though somebody who may do it was there and not busy.
7. `NOTHING`: somebody held it, and nothing else is recorded: the work itself, or a wait that nobody wrote down.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import Final

from runner.clock import ZONE

FEW: Final = 3
GAP: Final = 10
NOBODY: Final = ""
"""Stands for the holder of a task that nobody holds."""
NEVER: Final = 2**62
"""When something is due that is due nowhere."""
_DAY: Final = 24 * 60
_OFFSET: Final = ZONE.utcoffset(None) // timedelta(minutes=1)
Stretch = tuple[int, int]
"""Minutes from the first until before the second."""


class Cause(StrEnum):
    """Why a task waited, or that nothing else is recorded than that somebody had it."""

    APPLICANT = "applicant"
    UNHELD = "unheld"
    ABSENT = "absent"
    EARLIER = "earlier"
    LATER = "later"
    BATCH = "batch"
    INCIDENT = "incident"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Stint:
    """That a person held a task, from `since` until before `until`."""

    person: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Deed:
    """That a person submitted a task `at` a minute, held `since` another: the same one where they had not taken it."""

    person: str
    at: int
    since: int
    opened: int
    key: tuple[int, str]
    element: str
    due: int


@dataclass(frozen=True, slots=True)
class Spell:
    """A task from `since` until before `until`, its end or the moment of counting; `key` is its case and id.

    `due` is when its case is. `able` are the accounts that may do it. `standing` are the stretches in which the
    applicant had the case, `incidents` those in which one was open.
    """

    key: tuple[int, str]
    element: str
    since: int
    until: int
    due: int
    able: frozenset[str]
    stints: Sequence[Stint] = ()
    standing: Sequence[Stretch] = ()
    incidents: Sequence[Stretch] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Tasks of one element that a person submitted in a row: when the last of them came, when the first was done."""

    keys: frozenset[tuple[int, str]]
    filled: int
    begun: int

    def waits(self, deed: Deed) -> Sequence[Stretch]:
        """When one of the tasks waited for the others."""
        return (deed.opened, min(self.filled, deed.at)), (self.begun, deed.at)


@dataclass(frozen=True, slots=True)
class Office:
    """What the spells have in common: the sessions in which the office is open, and what its people did when.

    `days` are the (local) days since 1970 on which a person has an entry in any journal.
    """

    sessions: Sequence[Stretch]
    deeds: Mapping[str, Sequence[Deed]] = field(default_factory=dict)
    days: Mapping[str, frozenset[int]] = field(default_factory=dict)
    rows: Mapping[tuple[int, str], tuple[Row, Deed]] = field(default_factory=dict)
    before: Sequence[int] = ()

    @classmethod
    def of(cls, sessions: Sequence[Stretch], deeds: Iterable[Deed], days: Mapping[str, frozenset[int]]) -> Office:
        """An office with these sessions, in their order, and these deeds, in any."""
        own: dict[str, list[Deed]] = {}
        for deed in sorted(deeds, key=lambda each: (each.at, each.key)):
            own.setdefault(deed.person, []).append(deed)
        before = [0, *accumulate(close - opening for opening, close in sessions)]
        rows = {deed.key: (row, deed) for deeds in own.values() for row, some in _rows(deeds) for deed in some}
        return cls(sessions, own, days, rows, before)

    def worked(self, since: int, until: int) -> int:
        """The minutes between two moments in which the office is open."""
        return self._passed(until) - self._passed(since) if since < until else 0

    def within(self, since: int, until: int) -> Iterator[Stretch]:
        """The stretches between two moments in which the office is open."""
        place = bisect_right(self.sessions, since, key=lambda session: session[1])
        for opening, close in self.sessions[place:]:
            if max(opening, since) >= until:
                return
            yield max(opening, since), min(close, until)

    def present(self, person: str, at: int) -> bool:
        """Whether a person was there on the day of a minute."""
        return day(at) in self.days.get(person, ())

    def busy(self, person: str, at: int, own: tuple[int, str]) -> Deed | None:
        """The other task with which a person was busy; None where none is recorded."""
        deeds = self.deeds.get(person, ())
        place = bisect_right(deeds, at, key=lambda deed: deed.at)
        found = deeds[place] if place < len(deeds) else None
        if found is None or found.key == own or found.since > at:
            return None
        row = self.rows.get(own)
        return None if row and found.key in row[0].keys else found

    def batch(self, key: tuple[int, str]) -> Sequence[Stretch]:
        """When a task waited for the others of its row; nothing for one that was in none."""
        found = self.rows.get(key)
        return found[0].waits(found[1]) if found else ()

    def _passed(self, at: int) -> int:
        place = bisect_left(self.sessions, at, key=lambda session: session[1])
        if place == len(self.sessions):
            return self.before[-1]
        return self.before[place] + max(0, at - self.sessions[place][0])


def minute(at: datetime) -> int:
    """The whole minute of a moment."""
    return int((at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(minutes=1))


def day(at: int) -> int:
    """The (local) day of a minute, since 1970."""
    return (at + _OFFSET) // _DAY


def split(spell: Spell, office: Office) -> Counter[tuple[Cause, str]]:
    """The working minutes of a task by cause and holder (`NOBODY` while it had none); together all that there were."""
    found: Counter[tuple[Cause, str]] = Counter()
    people = spell.able | {each.person for each in spell.stints}
    cuts = sorted({*_edges(spell, office), *_changes(people, spell, office)})
    for since, until in office.within(spell.since, spell.until):
        inside = cuts[bisect_right(cuts, since) : bisect_left(cuts, until)]
        for first, last in pairwise((since, *inside, until)):
            holder = next((each.person for each in spell.stints if each.since <= first < each.until), NOBODY)
            found[_cause(spell, office, holder, first), holder] += last - first
    return found


def _cause(spell: Spell, office: Office, holder: str, at: int) -> Cause:
    if _covered(spell.standing, at):
        return Cause.APPLICANT
    if _covered(spell.incidents, at):
        return Cause.INCIDENT
    there = [each for each in sorted(spell.able | ({holder} - {NOBODY})) if office.present(each, at)]
    if not there:
        return Cause.ABSENT
    asked = [holder] if holder in there else [] if holder else there
    busy = [office.busy(each, at, spell.key) for each in asked]
    if asked and all(busy):
        return Cause.LATER if any(each.due > spell.due for each in busy if each) else Cause.EARLIER
    if _covered(office.batch(spell.key), at):
        return Cause.BATCH
    return Cause.NOTHING if holder else Cause.UNHELD


def _edges(spell: Spell, office: Office) -> Iterator[int]:
    """Where a cause of the spell itself may begin or end."""
    for since, until in (*spell.standing, *spell.incidents, *office.batch(spell.key)):
        yield from (since, until)
    for stint in spell.stints:
        yield from (stint.since, stint.until)


def _changes(people: frozenset[str], spell: Spell, office: Office) -> Iterator[int]:
    """When one of these people took up or was done with another task; days change between sessions."""
    for person in people:
        deeds = office.deeds.get(person, ())
        first = bisect_right(deeds, spell.since, key=lambda deed: deed.at)
        for deed in deeds[first:]:
            yield from (deed.since, deed.at)
            if deed.at > spell.until:
                break


def _covered(stretches: Iterable[Stretch], at: int) -> bool:
    return any(since <= at < until for since, until in stretches)


def _rows(deeds: Sequence[Deed]) -> Iterator[tuple[Row, Sequence[Deed]]]:
    """The rows in which one person submitted tasks, each with what was submitted in it."""
    for element in sorted({deed.element for deed in deeds}):
        some: list[Deed] = []
        for deed in (*(each for each in deeds if each.element == element), None):
            if some and (deed is None or deed.at - some[-1].at > GAP):
                if len(some) >= FEW:
                    keys = frozenset(each.key for each in some)
                    yield Row(keys, max(each.opened for each in some), some[0].at), some
                some = []
            if deed:
                some.append(deed)
