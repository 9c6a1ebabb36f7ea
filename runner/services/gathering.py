"""What happened in the cases of a period, read at once: tasks, who had and did them, incidents, pauses, presence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from runner.domain.calendar import Calendar
from runner.domain.case import Case, ClockMark, Incident
from runner.domain.entry import Assign, Claim, Release, Submit
from runner.domain.journal import Entry
from runner.domain.person import LaneKind, Person
from runner.domain.procedure import Province
from runner.domain.settlement import Period
from runner.domain.task import Task
from runner.errors import Divergence
from runner.services.access import led
from runner.services.replay import replay
from runner.services.scope import Places, seen
from runner.services.settlements import Scope, Settlements
from runner.services.version import Version
from runner.services.version_cache import Versions
from runner.store import many, registry, settlement
from runner.store.session import Transaction

MOST: Final = 400
"""The most cases that are looked into, and twice as many beside them: the page says so where there are more."""
HOLDING: Final = (Claim.kind, Assign.kind, Release.kind, Submit.kind)
Stretch = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class History:
    """A case, what was done in it, and when its legal clock stood; a stretch without end lasts."""

    case: Case
    version: Version
    tasks: Sequence[Task]
    entries: Sequence[Entry]
    incidents: Sequence[Incident]
    paused: Sequence[Stretch]

    @property
    def settled(self) -> datetime | None:
        return self.case.legal_clock_stopped_at or self.case.ended


@dataclass(frozen=True, slots=True)
class Place:
    """A province with its calendar and, by lane, the accounts that do its tasks."""

    province: Province
    calendar: Calendar
    members: Mapping[str, frozenset[str]]

    def applies(self, lane: str) -> bool:
        """Whether the tasks of a lane are the applicant's."""
        return self.province.kinds.get(lane) == LaneKind.APPLICANT


@dataclass(frozen=True, slots=True)
class Gathered:
    """The cases that were `settled` in a period, and those `beside` them that were alive in it.

    `acts` are who has an entry in a journal of any of them, and when; `cut`: there were more than are looked into.
    """

    settled: frozenset[int]
    beside: Sequence[History]
    places: Mapping[str, Place]
    acts: Sequence[tuple[str, datetime]]
    names: Mapping[str, str]
    cut: bool


class Gathering:
    """Reads journals and read tables; writes nothing."""

    def __init__(self, settlements: Settlements) -> None:
        self.settlements = settlements

    def gather(self, person: Person, scope: Scope, period: Period) -> Gathered:
        """The cases settled in a period, of those on which a person reports; of others, those of their lanes."""
        versions = self.settlements.versions()
        with self.settlements.database.read() as tx:
            everything = self._places(tx, person, Scope(province=scope.province))
            chosen = settlement.settled(tx, self._places(tx, person, scope), period, MOST + 1)
            others = settlement.alive(tx, everything, period, 2 * MOST)
            some = sorted({*chosen[:MOST], *others})
            found = _histories(tx, versions, some)
            provinces = sorted({each.case.province for each in found})
            places = {code: _place(tx, versions, code, found) for code in provinces}
            acts = many.acts(tx, some)
            names = {id: registry.name(tx, id) for id in {actor for actor, _ in acts}}
        return Gathered(frozenset(chosen[:MOST]), found, places, acts, names, len(chosen) > MOST)

    def colleagues(self, person: Person) -> frozenset[str]:
        """The accounts whose share a person may see: their own, and those of the specialists whom they lead."""
        with self.settlements.database.read() as tx:
            organisations = self.settlements.organisations.organisations_in_force(tx)
            lanes = ((code, organisations[code].performer(lane)) for code, lane in led(person, organisations))
            own = {each.id for code, lane in sorted(lanes) for each in registry.members(tx, code, lane)}
        return frozenset(own | {person.id})

    def _places(self, tx: Transaction, person: Person, scope: Scope) -> Places:
        if self.settlements.places(tx, person):
            return self.settlements.meant(tx, person, scope)
        lanes = {code: person.lanes(code) for code, _ in person.groups}
        return seen(tx, self.settlements.versions, self.settlements.organisations.organisations_in_force(tx), lanes)


def _histories(tx: Transaction, versions: Versions, some: Sequence[int]) -> list[History]:
    tasks, entries = many.tasks(tx, some), many.entries(tx, some, HOLDING)
    incidents = many.incidents(tx, some)
    found = []
    for case in many.by_id(tx, some):
        version, own = versions.get(tx, case.version), tasks.get(case.id, [])
        paused = _paused(tx, versions, case, version, own)
        history = History(case, version, own, entries.get(case.id, []), incidents.get(case.id, []), paused)
        found.append(history)
    return found


def _paused(
    tx: Transaction, versions: Versions, case: Case, version: Version, tasks: Sequence[Task]
) -> Sequence[Stretch]:
    """When the legal clock of a case stood: while a task that pauses it was open, else as its journal says."""
    marked = {element for element, mark in version.definition.clock.items() if mark == ClockMark.PAUSE}
    if all(version.definition.nodes[element].type == "userTask" for element in marked):
        return [(task.opened, task.closed) for task in tasks if task.element in marked]
    try:
        deadline = replay(tx, versions, case).legal.deadline
    except Divergence:  # the verification tells of it
        return []
    return [(each.since, each.until) for each in deadline.pauses] if deadline else []


def _place(tx: Transaction, versions: Versions, code: str, found: Sequence[History]) -> Place:
    own = [each for each in found if each.case.province == code]
    province = versions.organisation_in_force(tx, code) or own[0].version.province
    lanes = {task.lane for each in own for task in each.tasks}
    members = {
        lane: frozenset(each.id for each in registry.members(tx, code, province.performer(lane))) for lane in lanes
    }
    return Place(province, versions.calendar_in_force(tx, code), members)
