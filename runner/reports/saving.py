"""The smallest single saving that would have kept a late case's promise.

The tasks on whose ends the end of the case hung are followed from the last one back: before each the one whose end
opened it. Had a part of one of them not been, all that came behind would have been earlier by as much, but no earlier
than the other branches let it: those that ended before it did, while it was open. The applicant's time is none of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runner.reports.waiting import Cause, Office, Spell, split


@dataclass(frozen=True, slots=True)
class Saving:
    """A part of a task's working time: so many `minutes` of a `cause`; `enough`: without it the case were in time."""

    spell: Spell
    cause: Cause
    minutes: int
    enough: bool


def saving(spells: Sequence[Spell], office: Office, due: int, settled: int) -> Saving | None:
    """The smallest part that is at least as long as the case was late; where none is, the largest there is.

    `spells` are the tasks of the case in the order in which they were opened. None where nothing can be saved.
    """
    needed = max(1, office.worked(due, settled))
    parts = [
        Saving(spell, cause, usable, usable >= needed)
        for spell, room in chain(spells, office, settled)
        for cause, minutes in _by_cause(spell, office)
        if cause != Cause.APPLICANT and (usable := min(minutes, room))
    ]
    enough = [part for part in parts if part.enough]
    if enough:
        return min(enough, key=lambda part: (part.minutes, part.spell.since, part.cause))
    return max(parts, key=lambda part: (part.minutes, -part.spell.since, part.cause), default=None)


def chain(spells: Sequence[Spell], office: Office, settled: int) -> Iterator[tuple[Spell, int]]:
    """The tasks on whose ends the end hung, the last first, each with the minutes by which an earlier end helps."""
    place = _last_before(spells, len(spells), settled)
    while place is not None:
        spell = spells[place]
        beside = [
            each.until
            for number, each in enumerate(spells)
            if number != place and spell.since < each.until <= spell.until and each.since < spell.until
        ]
        yield spell, office.worked(max(beside, default=spell.since), spell.until)
        place = _last_before(spells, place, spell.since)


def _last_before(spells: Sequence[Spell], place: int, at: int) -> int | None:
    """The task, among those opened before this place, that ended last until `at`."""
    ended = [number for number in range(place) if spells[number].until <= at]
    return max(ended, key=lambda number: (spells[number].until, number), default=None)


def _by_cause(spell: Spell, office: Office) -> list[tuple[Cause, int]]:
    sums: dict[Cause, int] = {}
    for (cause, _), minutes in split(spell, office).items():
        sums[cause] = sums.get(cause, 0) + minutes
    return sorted(sums.items())
