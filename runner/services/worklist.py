"""Lists for people: their open tasks, and the cases of their provinces."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from runner.domain.person import Person
from runner.domain.strict_json import storable
from runner.domain.task import DRAFT_TIMER
from runner.domain.timeliness import overdue
from runner.domain.worklist import DraftItem, Group, Item, PageCursor, UrgencyCursor
from runner.services.access import led, performed
from runner.services.organisation_cache import OrganisationCache
from runner.store import case as cases
from runner.store import urgency, worklist
from runner.store.session import Database, Transaction
from runner.unicode import folded

if TYPE_CHECKING:
    from runner.services.version_cache import Versions

C = TypeVar("C", PageCursor, UrgencyCursor)

PAGE = 50
COUNTED = 1_000
"""Counting stops here: an exact total of very many tasks takes seconds."""
INCIDENT = "incident"
"""The mark of a task whose case has an open incident."""
EXAMINED, CHUNK = 5_000, 1_000
"""The most tasks that a search examines for one page, and how many it reads at a time."""


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """The filters of an inbox; an empty one filters nothing.

    `mark` is a `Mark`, or `INCIDENT`. `late`: only those overdue by what orders the list. `words` are part of the
    case's number or the applicant's name, with or without accents. `owned`: only tasks that the person has claimed
    (True), or only tasks without an owner (False).
    """

    words: str = ""
    province: str = ""
    lane: str = ""
    procedure: str = ""
    step: str = ""
    late: bool = False
    owned: bool | None = None
    mark: str = ""

    @property
    def sifts(self) -> bool:
        """Whether tasks must be looked at one by one."""
        return bool(self.words or self.procedure or self.step or self.mark)

    def fits(self, item: Item) -> bool:
        """Whether `item` passes the filters by words, procedure, step and mark."""
        return (
            (not self.procedure or item.procedure == self.procedure)
            and (not self.step or item.step == self.step)
            and (not self.mark or (item.incident if self.mark == INCIDENT else item.mark == self.mark))
            and (not self.words or folded(self.words) in folded(f"{item.number or ''} {item.subject}"))
        )

    def groups(self, groups: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Of the lanes with their provinces those that pass the filters, sorted."""
        return sorted(
            (province, lane) for province, lane in groups if self.province in ("", province) and self.lane in ("", lane)
        )


@dataclass(frozen=True, slots=True)
class _Order(Generic[C]):
    """An order of the inbox: how it is read, by which moment, and where a row stands in it."""

    read: Callable[[Transaction, Collection[tuple[str, str]], str, int, C | None, bool | None], list[Item]]
    moment: Callable[[Item], datetime | None]
    place: Callable[[Item], C]


_BY_STEP: _Order[PageCursor] = _Order(worklist.inbox, lambda item: item.due, lambda item: item.place)
_BY_CASE: _Order[UrgencyCursor] = _Order(urgency.inbox, lambda item: item.latest, lambda item: item.urgency)


class Worklist:
    """Lists from the read tables; writes nothing."""

    def __init__(self, database: Database, versions: Callable[[], Versions]) -> None:
        self.database = database
        self.versions = versions  # called where they are needed: most lists need no engine
        self.organisations = OrganisationCache()

    def inbox(self, person: Person, limit: int = PAGE, after: PageCursor | None = None) -> list[Item]:
        """The open tasks that `person` may do, the most urgent first; `after` is the `place` of the last row seen."""
        with self.database.read() as tx:
            return worklist.inbox(tx, self._groups(tx, person), person.id, limit, after)

    def search(
        self, person: Person, filters: InboxFilter, now: datetime, limit: int = PAGE, after: PageCursor | None = None
    ) -> tuple[list[Item], PageCursor | None]:
        """A page of the inbox by due moments, filtered, and the place after which the next page begins (None: none).

        A page examines at most `EXAMINED` tasks, so it may be short or even empty without being the last.
        """
        with self.database.read() as tx:
            return self._searched(tx, _BY_STEP, person, filters, now, limit, after)

    def urgent(
        self, person: Person, filters: InboxFilter, now: datetime, limit: int = PAGE, after: UrgencyCursor | None = None
    ) -> tuple[list[Item], UrgencyCursor | None]:
        """A page of the inbox by what makes the case late, filtered and paged as in `search`."""
        with self.database.read() as tx:
            return self._searched(tx, _BY_CASE, person, filters, now, limit, after)

    def _searched(
        self,
        tx: Transaction,
        order: _Order[C],
        person: Person,
        filters: InboxFilter,
        now: datetime,
        limit: int,
        after: C | None,
    ) -> tuple[list[Item], C | None]:
        chunk = CHUNK if filters.sifts else limit + 1
        found: list[Item] = []
        own = self._groups(tx, person)
        if after is None and (named := _of_case(tx, person, own, filters)):
            return named, None
        groups = filters.groups(own)
        for _ in range(0, EXAMINED, chunk):
            rows = order.read(tx, groups, person.id, chunk, after, filters.owned)
            for row in rows:
                if filters.late and not overdue(order.moment(row), now):  # in order: no later row is overdue either
                    return found, None
                if filters.fits(row):
                    found.append(row)
                if len(found) > limit:
                    return found[:limit], order.place(found[limit - 1])
            if len(rows) < chunk:
                return found, None
            after = order.place(rows[-1])
        return found, after

    def drafts(self, person: Person) -> list[DraftItem]:
        """The tasks of the person's drafts, the newest first, up to a page."""
        with self.database.read() as tx:
            return worklist.drafts(tx, person.id, DRAFT_TIMER, PAGE)

    def division(self, person: Person, limit: int = PAGE, after: PageCursor | None = None) -> list[Item]:
        """All open tasks of the specialists whose division `person` leads; paged as the inbox is."""
        with self.database.read() as tx:
            groups = sorted(led(person, self.organisations.organisations_in_force(tx)))
            return worklist.division(tx, groups, limit, after)

    def count(self, person: Person, owned: bool | None = None) -> int:
        """How many tasks the inbox has, counted up to `COUNTED`; `owned` as in `InboxFilter`."""
        with self.database.read() as tx:
            return worklist.count(tx, self._groups(tx, person), person.id, COUNTED, owned)

    def groups(self, person: Person, now: datetime, owned: bool) -> dict[Group, int]:
        """How many tasks each group of the inbox has, each counted up to `COUNTED`; `owned` as in `InboxFilter`."""
        with self.database.read() as tx:
            return urgency.counts(tx, self._groups(tx, person), person.id, COUNTED, now, owned)

    def _groups(self, tx: Transaction, person: Person) -> list[tuple[str, str]]:
        return sorted(performed(person, self.organisations.organisations_in_force(tx)))


def _of_case(tx: Transaction, person: Person, groups: Collection[tuple[str, str]], filters: InboxFilter) -> list[Item]:
    """The person's tasks in the case with exactly this number, at any place of the inbox."""
    case = cases.find(tx, filters.words) if filters.words and storable(filters.words) else None
    if case is None:
        return []
    incident = any(each.closed is None for each in cases.incidents(tx, case.id))
    of_case = {name: getattr(case, name) for name in ("province", "number", "procedure", "subject", "status")}
    of_case |= {"case": case.id, "promise": case.due, "incident": incident}
    own = [name for name in Item.__slots__ if name not in of_case]
    return [
        Item(**of_case, **{name: getattr(task, name) for name in own})
        for task in cases.tasks(tx, case.id)
        if task.closed is None and (case.province, task.lane) in groups and task.owner in (None, person.id)
    ]
