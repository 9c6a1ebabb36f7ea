"""Finding cases: one question for number, applicant, tax code, phone and officer, narrowed by what else is known.

Staff find the cases that their lanes let them see, whoever holds them; auditors those that they read
(`runner/audit/find.py`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from runner.domain import search
from runner.domain.case import REGISTERED, Case, CaseStatus
from runner.domain.case_filter import Order
from runner.domain.person import Person, Role
from runner.domain.strict_json import storable
from runner.domain.task import Task
from runner.services.access import role
from runner.services.organisation_cache import OrganisationCache
from runner.services.scope import Places, PlaceUnknown, seen
from runner.store import case as cases
from runner.store import case_search, registry
from runner.store.case_search import Criteria, Page
from runner.store.session import Database, Transaction
from runner.unicode import folded

if TYPE_CHECKING:
    from runner.services.version_cache import Versions

PAGE = 50
COUNTED = 10_000
"""Counting stops here: an exact total of very many cases takes long and tells no more."""
AT_ONCE = 5_000
"""Cases that are named in one statement."""
WITHIN = 10_000
"""Cases that one page of `Find.page` goes through where every word is of very many."""
CHUNK = 500
"""Cases that are read at once for a file."""
_BETWEEN: Final = re.compile(r"[\s/?&=#:;,|]+")
"""What stands around the number of a case in the address that a QR code has."""


class Lateness(StrEnum):
    """How a case stands to its deadline."""

    OVERDUE = "overdue"
    OVERRAN = "overran"
    EITHER = "late"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for; an empty part asks nothing. Moments are aware; `since` and `until` are of the receipt.

    `words` begin words of the number, the applicant's or contact's name (with or without accents), tax code or phone,
    or, for auditors, of the name or account of one who worked on the case; all of them in any order. ``#12`` is the
    case 12 alone.
    """

    words: str = ""
    province: str = ""
    procedure: str = ""
    status: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    lateness: str = ""
    only: Sequence[int] | None = None
    """Only cases of these, in ascending order, as those that took one way; None: of all."""
    order: Order = Order.NUMBER
    rising: bool = False
    """The smallest first; otherwise the newest, or what is latest."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many cases are asked for, in all and of them, each counted up to `COUNTED`."""

    all: int
    open: int
    overdue: int
    ended: int


@dataclass(frozen=True, slots=True)
class Held:
    """An open task, and the name of who has claimed it, "" while nobody has."""

    task: Task
    owner: str


class Find:
    """The cases that a person may see, whoever holds them. Writes nothing."""

    def __init__(self, database: Database, versions: Callable[[], Versions]) -> None:
        self.database = database
        self.versions = versions  # called where they are needed: most provinces need no engine for it
        self.organisations = OrganisationCache()

    def cases(
        self, question: Question, person: Person, now: datetime, before: int | None = None, limit: int = PAGE
    ) -> list[Case]:
        """At most `limit` of the cases that are asked for, in the question's order; `before` is the last one seen.

        Raises `PlaceUnknown` for a province in which the person has no part.
        """
        with self.database.read() as tx:
            return self._found(tx, question, person, now, before, limit)

    def page(
        self, question: Question, person: Person, now: datetime, before: int | None = None, limit: int = PAGE
    ) -> tuple[list[Case], int | None]:
        """At most `limit` of the cases that are asked for, and the `before` of the next page (None: none).

        Where every word is of very many cases, a page of the newest goes through `WITHIN` of them, so that words which
        are never together cost no more than others; it may be short or even empty without being the last.
        """
        with self.database.read() as tx:
            meant = self._criteria(tx, question, person, now)
            newest = meant.order == Order.NUMBER and not meant.rising
            if not newest or not self._of_many(tx, question, meant):
                found, below = self._found(tx, question, person, now, before, limit + 1), None
            else:
                above = max(0, (before or cases.last(tx) + 1) - WITHIN - 1)
                places, below = self._places(tx, question, person), above + 1 if above else None
                found = case_search.find(tx, places, replace(meant, above=above), Page(limit + 1, before))
            return found[:limit], found[limit - 1].id if len(found) > limit else below

    def count(self, question: Question, person: Person, now: datetime) -> int:
        """How many cases are asked for, counted up to `COUNTED`."""
        with self.database.read() as tx:
            return self._count(tx, question, person, now)

    def totals(self, question: Question, person: Person, now: datetime) -> Totals | None:
        """The counts of what is asked for, by how the cases stand; each capped at `COUNTED`.

        None where every word is of very many cases: to count them would be to go through all.
        """
        with self.database.read() as tx:
            if self._of_many(tx, question, self._criteria(tx, question, person, now)):
                return None
            each = {
                status: self._count(tx, replace(question, status=status), person, now)
                for status in ([question.status] if question.status else REGISTERED)
            }
            running = question.status in ("", CaseStatus.OPEN) and question.lateness != Lateness.OVERRAN
            late = replace(question, status=CaseStatus.OPEN, lateness=Lateness.OVERDUE)
            return Totals(
                min(COUNTED, sum(each.values())),
                each.get(CaseStatus.OPEN, 0),
                self._count(tx, late, person, now) if running else 0,
                min(COUNTED, sum(count for status, count in each.items() if status != CaseStatus.OPEN)),
            )

    def exact(self, text: str, person: Person, now: datetime) -> Case | None:
        """The case whose whole number was typed, or read by a scanner from a paper; one that the person may see."""
        with self.database.read() as tx:
            named = _named(tx, text) or next(filter(None, (_named(tx, part) for part in _parts(text))), 0)
            found = self._found(tx, Question(words=f"#{named}"), person, now, None, 1) if named else []
            return found[0] if found else None

    def held(self, found: Sequence[Case]) -> dict[int, list[Held]]:
        """Who holds each of these cases: its open tasks with their owners."""
        with self.database.read() as tx:
            tasks = cases.open_tasks(tx, [case.id for case in found])
            owners = {task.owner for each in tasks.values() for task in each if task.owner}
            names = {owner: registry.name(tx, owner) for owner in sorted(owners)}
        return {case: [Held(task, names.get(task.owner or "", "")) for task in each] for case, each in tasks.items()}

    def every(self, question: Question, person: Person, now: datetime) -> Iterator[Case]:
        """All cases that are asked for, in their order; what is in memory does not grow with them."""
        before = None
        while chunk := self.cases(question, person, now, before, CHUNK):
            yield from chunk
            if len(chunk) < CHUNK:
                return
            before = chunk[-1].id

    def _found(
        self, tx: Transaction, question: Question, person: Person, now: datetime, before: int | None, limit: int
    ) -> list[Case]:
        places = self._places(tx, question, person)
        if named := _named(tx, question.words):
            meant = self._criteria(tx, replace(question, words=""), person, now)
            found = case_search.find(tx, places, meant, Page(1), [named])
            return [case for case in found if before is None]
        meant = self._criteria(tx, question, person, now)
        only = case_search.narrowed(tx, meant, question.only)
        if only is None or meant.order != Order.NUMBER or meant.rising:
            return case_search.find(tx, places, meant, Page(limit, before), only)
        some: list[Case] = []
        for block in _blocks(only, before):
            some += case_search.find(tx, places, meant, Page(limit - len(some), before), block)
            if len(some) == limit:
                break
        return some

    def _count(self, tx: Transaction, question: Question, person: Person, now: datetime) -> int:
        if _named(tx, question.words):
            return len(self._found(tx, question, person, now, None, 1))
        places, meant = self._places(tx, question, person), self._criteria(tx, question, person, now)
        only = case_search.narrowed(tx, meant, question.only)
        if only is None:
            return case_search.count(tx, places, meant, COUNTED)
        blocks = _blocks(only, None)
        return min(COUNTED, sum(case_search.count(tx, places, meant, COUNTED, block) for block in blocks))

    def _of_many(self, tx: Transaction, question: Question, meant: Criteria) -> bool:
        """Whether there are words, and each is of very many cases."""
        if not meant.words or _named(tx, question.words):
            return False
        return case_search.narrowed(tx, meant, question.only) is None

    # -- who sees what ----------------------------------------------------------------------------------------------

    def _places(self, tx: Transaction, question: Question, person: Person) -> Places:
        """Where the person sees cases; of discarded drafts, where they are auditor."""
        provinces = sorted({province for province, _ in person.groups})
        if question.province and question.province not in provinces:
            raise PlaceUnknown(province=question.province)
        lanes = {each: person.lanes(each) for each in ([question.province] if question.province else provinces)}
        if question.status == CaseStatus.DISCARDED:
            lanes = {code: [each for each in own if role(each) == Role.AUDITOR] for code, own in lanes.items()}
        return seen(tx, self.versions, self.organisations.organisations_in_force(tx), lanes)

    def _criteria(self, tx: Transaction, question: Question, person: Person, now: datetime) -> Criteria:
        """Without a status, what stands in the register; of drafts the person's own."""
        meant = criteria(tx, question, now, officers=False)
        statuses = (question.status,) if question.status else REGISTERED
        return replace(
            meant, statuses=statuses, creator=person.id if question.status == CaseStatus.DRAFT else meant.creator
        )


def _blocks(only: Sequence[int], before: int | None) -> Iterator[Sequence[int]]:
    """The cases among `only` before `before`, from the newest down, as many at a time as a statement takes."""
    end = len(only) if before is None else bisect_left(only, before)
    for stop in range(end, 0, -AT_ONCE):
        yield only[max(0, stop - AT_ONCE) : stop]


def criteria(tx: Transaction, question: Question, now: datetime, *, officers: bool = True) -> Criteria:
    """What is asked for, as the store finds it; the words may also be of `officers`."""
    words = search.sought(question.words)
    return Criteria(
        words=words,
        officers=_officers(tx, question.words) if words and officers else (),
        procedure=question.procedure,
        statuses=(question.status,) if question.status else tuple(CaseStatus),
        outcome=question.outcome,
        since=question.since,
        until=question.until,
        overdue_at=now if question.lateness in (Lateness.OVERDUE, Lateness.EITHER) else None,
        overran=question.lateness in (Lateness.OVERRAN, Lateness.EITHER),
        order=question.order,
        rising=question.rising,
    )


def _officers(tx: Transaction, words: str) -> set[str]:
    """The accounts whose name or id has all of these words."""
    asked = folded(words).split()
    known = ((person.id, folded(f"{person.id} {person.name}")) for person in registry.people(tx))
    return {id for id, name in known if all(word in name for word in asked)}


def _named(tx: Transaction, words: str) -> int:
    """The case that ``#12`` or a whole number of a case means, typed in any letters; 0 where the words mean none."""
    plain = words.strip()
    digits = plain.removeprefix("#")
    if plain.startswith("#") and digits.isdecimal() and digits.isascii() and len(digits) < 19:
        return int(digits)
    if not plain or not storable(plain):
        return 0
    found = cases.find(tx, plain) or (cases.find(tx, plain.upper()) if plain != plain.upper() else None)
    return found.id if found else 0


def _parts(text: str) -> list[str]:
    """What may be a number in a text that was scanned, such as an address; some few of them."""
    if "/" not in text and "=" not in text and "|" not in text and "\n" not in text:
        return []
    parts = (part for part in _BETWEEN.split(unquote(text)) if any(map(str.isdecimal, part)) and not part.isdecimal())
    return [part for _, part in takewhile(lambda each: each[0] < search.MOST_WORDS, enumerate(parts))]
