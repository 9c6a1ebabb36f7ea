"""Lists for people: what waits for them, and the cases of their provinces."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runner.domain.case import Case
from runner.domain.person import LEADS, LED, Person
from runner.domain.strict_json import storable
from runner.domain.timeliness import overdue
from runner.domain.worklist import Item, PageCursor
from runner.errors import NotFound
from runner.store import case as stored
from runner.store import worklist
from runner.store.session import Database, Transaction

PAGE = 50
COUNTED = 1_000
"""An exact total of very many tasks would take seconds, so counting stops here."""
LOOKED_AT, CHUNK = 5_000, 1_000
"""So many tasks are looked at for one page of what is searched, and so many at a time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows an inbox down; what is left empty does not.

    `words` stand in the case's number or the applicant's name, with or without their accents. `owned`: only what the
    person has claimed (True), only what nobody has (False).
    """

    words: str = ""
    province: str = ""
    lane: str = ""
    procedure: str = ""
    step: str = ""
    late: bool = False
    owned: bool | None = None

    def fits(self, item: Item) -> bool:
        """Whether `item` is what is searched by words, procedure and step."""
        return (
            (not self.procedure or item.procedure == self.procedure)
            and (not self.step or item.step == self.step)
            and (not self.words or folded(self.words) in folded(f"{item.number or ''} {item.subject}"))
        )

    def groups(self, person: Person) -> list[tuple[str, str]]:
        """Those of the person's groups that are wanted."""
        return sorted(
            (province, lane)
            for province, lane in person.groups
            if self.province in ("", province) and self.lane in ("", lane)
        )


class PlaceUnknown(NotFound):
    """Không tìm thấy tỉnh {province}."""


class Worklist:
    """Reads the read tables; changes nothing."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def inbox(self, person: Person, limit: int = PAGE, after: PageCursor | None = None) -> list[Item]:
        """The open tasks that `person` may do, the most urgent first; `after` is the `place` of the last row seen."""
        with self.database.read() as tx:
            return worklist.inbox(tx, sorted(person.groups), person.id, limit, after)

    def search(
        self, person: Person, wanted: Wanted, now: datetime, limit: int = PAGE, after: PageCursor | None = None
    ) -> tuple[list[Item], PageCursor | None]:
        """A page of what is `wanted` of the inbox, and behind which place the next begins (None: there is no more).

        A page looks at `LOOKED_AT` tasks at most, so it may be short, or even empty, and not be the last.
        """
        chunk = CHUNK if wanted.words or wanted.procedure or wanted.step else limit + 1
        found: list[Item] = []
        with self.database.read() as tx:
            if after is None and (named := _of_case(tx, person, wanted)):
                return named, None
            for _ in range(0, LOOKED_AT, chunk):
                rows = worklist.inbox(tx, wanted.groups(person), person.id, chunk, after, wanted.owned)
                for row in rows:
                    if wanted.late and not overdue(row.due, now):  # nothing behind it is late either
                        return found, None
                    if wanted.fits(row):
                        found.append(row)
                    if len(found) > limit:
                        return found[:limit], found[limit - 1].place
                if len(rows) < chunk:
                    return found, None
                after = rows[-1].place
        return found, after

    def division(self, person: Person, limit: int = PAGE, after: PageCursor | None = None) -> list[Item]:
        """The specialists' open tasks, whoever has them, where `person` leads the division; paged as the inbox is."""
        groups = sorted((province, LED) for province, lane in person.groups if lane == LEADS)
        with self.database.read() as tx:
            return worklist.division(tx, groups, limit, after)

    def count(self, person: Person, owned: bool | None = None) -> int:
        """How many tasks the inbox has, counted up to `COUNTED`; `owned` as in `Wanted`."""
        with self.database.read() as tx:
            return worklist.count(tx, sorted(person.groups), person.id, COUNTED, owned)

    def cases(
        self,
        person: Person,
        status: str | None = None,
        procedure: str | None = None,
        before: int | None = None,
        limit: int = PAGE,
        *,
        province: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        late: datetime | None = None,
        overran: bool = False,
    ) -> list[Case]:
        """The cases of the person's provinces, the newest first; `before` is the last id seen.

        Begun from `since` on and before `until`; with `late`, those that are overdue by then; with `overran`, those
        that were settled too late. Raises `PlaceUnknown` for a `province` in which the person does not work.
        """
        provinces = sorted({province for province, _ in person.groups})
        if province and province not in provinces:
            raise PlaceUnknown(province=province)
        places = [province] if province else provinces
        sought: dict[str, Any] = {"status": status, "procedure": procedure, "overran": overran}
        with self.database.read() as tx:
            return worklist.cases(tx, places, limit, **sought, since=since, until=until, late=late, before=before)


def folded(text: str) -> str:
    """`text` as it is searched: without capitals and accents, ``Hồng Lĩnh`` as ``hong linh``."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def _of_case(tx: Transaction, person: Person, wanted: Wanted) -> list[Item]:
    """The person's tasks in the case whose number is searched in full, however far down the inbox they are."""
    case = stored.find(tx, wanted.words) if wanted.words and storable(wanted.words) else None
    if case is None:
        return []
    return [
        Item(
            case.id,
            task.id,
            case.province,
            task.name,
            task.lane,
            task.step,
            task.opened,
            task.due,
            task.owner,
            task.late,
            case.number,
            case.procedure,
            case.subject,
        )
        for task in stored.tasks(tx, case.id)
        if task.closed is None and (case.province, task.lane) in person.groups and task.owner in (None, person.id)
    ]
