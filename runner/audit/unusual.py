"""Cases with something unusual among the newest ones: each with why, the rarest reason first.

Nothing is stored: the reasons are found anew from the read tables and from who acted when. What is rare is what few of
the cases that are looked at have; a rare way is one that few cases of the same procedure take that ended likewise.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Final

from runner.clock import ZONE
from runner.domain.calendar import Calendar
from runner.domain.case import REGISTERED, Case, CaseStatus, ClockState
from runner.domain.entry import CloseIncident, Erase, Migrate, Recount, Submit
from runner.domain.person import SYSTEM, LaneKind, Person
from runner.domain.procedure import Province
from runner.errors import YearMissing
from runner.services.scope import audited
from runner.services.version_cache import Versions
from runner.store import case_search, recent
from runner.store.case_search import Criteria, Page
from runner.store.recent import Act, DoneTask
from runner.store.session import Database

WINDOW: Final = 2_000
"""So many of the newest cases are looked at: what is unusual is told of these alone."""
RETURNED: Final = 2
"""A task that is opened more often than this again is unusual."""
MORNING, EVENING = 6, 20
"""Hours (local) before and after which an act is one at night."""
RARE: Final = 0.05
"""A way that a smaller part of the cases takes is rare; one case alone among `FEW` is no finding."""
FEW: Final = 20


class Sign(StrEnum):
    """What is unusual about a case."""

    LATE = "late"
    ONE_PERSON = "one_person"
    RETURNED = "returned"
    OVERRIDE = "override"
    MOVED = "moved"
    AT_NIGHT = "at_night"
    RARE = "rare"


@dataclass(frozen=True, slots=True)
class Reason:
    """A sign, and what it is about: the name of a task, an account, how often; `seq` is the entry to look at first."""

    sign: Sign
    about: str = ""
    count: int = 1
    seq: int = 0


@dataclass(frozen=True, slots=True)
class UnusualCase:
    """A case and its reasons, the rarest first."""

    case: Case
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What is unusual among the `looked` newest cases; `counts` says how many cases have each sign."""

    looked: int
    counts: Mapping[Sign, int]
    cases: tuple[UnusualCase, ...]


class Unusual:
    """Looks at the cases that an auditor reads. Writes nothing."""

    def __init__(self, database: Database, versions: Versions) -> None:
        self.database = database
        self.versions = versions

    def find(self, person: Person, now: datetime, only: Sign | None = None) -> Found:
        """What is unusual at `now`; with `only`, the cases that have this sign."""
        with self.database.read() as tx:
            rows = case_search.find(tx, audited(tx, self.versions, person), Criteria(statuses=REGISTERED), Page(WINDOW))
            ids = [case.id for case in rows]
            places = self.versions.organisations_in_force(tx)
            calendars = {code: self.versions.calendar_in_force(tx, code) for code in {row.province for row in rows}}
            reasons: dict[int, list[Reason]] = defaultdict(list)
            for case in rows:
                reasons[case.id] += _lateness(case, now)
            by_case = {case.id: case for case in rows}
            ways = dict[int, tuple[str, ...]]()
            for id, tasks in groupby(recent.tasks(tx, ids), key=lambda task: task.case):
                own = list(tasks)
                ways[id] = tuple(task.element for task in own)
                reasons[id] += _returns(own)
                reasons[id] += _four_eyes(own, places.get(by_case[id].province))
            for id, acts in groupby(recent.acts(tx, ids), key=lambda act: act.case):
                reasons[id] += _acts(list(acts), calendars[by_case[id].province])
        for id in _rare(rows, ways):
            reasons[id].append(Reason(Sign.RARE))
        return _sorted(rows, reasons, only)


def _sorted(rows: Sequence[Case], reasons: Mapping[int, Sequence[Reason]], only: Sign | None) -> Found:
    counts = Counter(sign for found in reasons.values() for sign in {reason.sign for reason in found})
    cases = [
        UnusualCase(case, tuple(sorted(found, key=lambda reason: counts[reason.sign])))
        for case in rows
        if (found := reasons.get(case.id)) and (only is None or any(reason.sign == only for reason in found))
    ]
    cases.sort(key=lambda each: (counts[each.reasons[0].sign], -len(each.reasons), -each.case.id))
    return Found(len(rows), counts, tuple(cases))


def _lateness(case: Case, now: datetime) -> Iterator[Reason]:
    stopped = case.legal_clock_stopped_at
    runs = case.status == CaseStatus.OPEN and case.clock == ClockState.RUNNING and stopped is None
    if case.due and ((runs and case.due < now) or (stopped and stopped > case.due)):
        yield Reason(Sign.LATE)


def _returns(tasks: Iterable[DoneTask]) -> Iterator[Reason]:
    """The task that was opened most often again, if that is more often than is usual."""
    counted = Counter((task.element, task.name) for task in tasks)
    for (_, name), count in counted.most_common(1):
        if count - 1 > RETURNED:
            yield Reason(Sign.RETURNED, name, count - 1)


def _four_eyes(tasks: Iterable[DoneTask], place: Province | None) -> Iterator[Reason]:
    """One account that completed tasks both of those who prepare a result and of those who decide on it."""
    if place is None:
        return
    prepared, decided = set[str](), set[str]()
    for task in tasks:
        kind = place.kinds.get(task.lane)
        if task.owner and task.closed:
            if kind == LaneKind.SPECIALIST:
                prepared.add(task.owner)
            elif kind in (LaneKind.LEAD, LaneKind.DIRECTOR):
                decided.add(task.owner)
    for account in sorted(prepared & decided)[:1]:
        yield Reason(Sign.ONE_PERSON, account)


def _acts(acts: Sequence[Act], calendar: Calendar) -> Iterator[Reason]:
    overrides = [act for act in acts if act.approved or act.kind in (CloseIncident.kind, Migrate.kind, Erase.kind)]
    moves = [act for act in acts if act.kind == Recount.kind]
    night = [act for act in acts if act.kind == Submit.kind and act.actor != SYSTEM.id and _odd(act.at, calendar)]
    for sign, found in ((Sign.OVERRIDE, overrides), (Sign.MOVED, moves), (Sign.AT_NIGHT, night)):
        if found:
            yield Reason(sign, found[0].actor, len(found), found[0].seq)


def _odd(at: datetime, calendar: Calendar) -> bool:
    """Whether a moment is at night or on a day off; a day of a year that the calendar does not know is none."""
    local = at.astimezone(ZONE)
    if not MORNING <= local.hour < EVENING:
        return True
    try:
        return not calendar.working(local.date())
    except YearMissing:
        return False


def _rare(rows: Sequence[Case], ways: Mapping[int, tuple[str, ...]]) -> Iterator[int]:
    """The cases that took a way which few others of their procedure and outcome took."""
    groups: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in rows:
        if case.status == CaseStatus.FINISHED:
            groups[case.procedure, case.outcome].append(case)
    for cases in groups.values():
        if len(cases) >= FEW:
            counted = Counter(ways.get(case.id, ()) for case in cases)
            yield from (case.id for case in cases if counted[ways.get(case.id, ())] < RARE * len(cases))
