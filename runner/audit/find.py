"""Finding cases: one question for number, applicant, tax code, phone and officer, narrowed by what else is known."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from runner.domain import search
from runner.domain.case import Case, CaseStatus
from runner.domain.person import Person
from runner.services.scope import Places, audited
from runner.services.version_cache import Versions
from runner.store import case as cases
from runner.store import case_search, registry
from runner.store.case_search import Criteria
from runner.store.session import Database, Transaction
from runner.unicode import folded

PAGE = 50
COUNTED = 10_000
"""Counting stops here: an exact total of very many cases takes long and tells no more."""
AT_ONCE = 5_000
"""Cases that are named in one statement."""
CHUNK = 500
"""Cases that are read at once for a file."""


class Lateness(StrEnum):
    """How a case stands to its deadline."""

    OVERDUE = "overdue"
    OVERRAN = "overran"
    EITHER = "late"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for; an empty part asks nothing. Moments are aware; `since` and `until` are of the receipt.

    `words` are parts of the number, the applicant's name (with or without accents), tax code or phone, or the name or
    account of one who worked on the case; all of them in any order. ``#12`` is the case 12 alone.
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


class Find:
    """The cases that an auditor reads. Writes nothing."""

    def __init__(self, database: Database, versions: Versions) -> None:
        self.database = database
        self.versions = versions

    def cases(
        self, question: Question, person: Person, now: datetime, before: int | None = None, limit: int = PAGE
    ) -> list[Case]:
        """At most `limit` of the cases that are asked for, the newest first; `before` is the last one seen."""
        with self.database.read() as tx:
            return self._found(tx, question, person, now, before, limit)

    def count(self, question: Question, person: Person, now: datetime) -> int:
        """How many cases are asked for, counted up to `COUNTED`."""
        with self.database.read() as tx:
            if _named(tx, question.words):
                return len(self._found(tx, question, person, now, None, 1))
            places, meant = self._places(tx, question, person), criteria(tx, question, now)
            if question.only is None:
                return case_search.count(tx, places, meant, COUNTED)
            blocks = _blocks(question.only, None)
            return min(COUNTED, sum(case_search.count(tx, places, meant, COUNTED, block) for block in blocks))

    def every(self, question: Question, person: Person, now: datetime) -> Iterator[Case]:
        """All cases that are asked for, the newest first; what is in memory does not grow with them."""
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
            found = case_search.find(tx, places, criteria(tx, question, now, worded=False), 1, named + 1)
            return [case for case in found if case.id == named and before is None]
        meant = criteria(tx, question, now)
        if question.only is None:
            return case_search.find(tx, places, meant, limit, before)
        some: list[Case] = []
        for block in _blocks(question.only, before):
            some += case_search.find(tx, places, meant, limit - len(some), before, block)
            if len(some) == limit:
                break
        return some

    def _places(self, tx: Transaction, question: Question, person: Person) -> Places:
        found = audited(tx, self.versions, person)
        return {code: found[code] for code in found if question.province in ("", code)}


def _blocks(only: Sequence[int], before: int | None) -> Iterator[Sequence[int]]:
    """The cases among `only` before `before`, from the newest down, as many at a time as a statement takes."""
    end = len(only) if before is None else bisect_left(only, before)
    for stop in range(end, 0, -AT_ONCE):
        yield only[max(0, stop - AT_ONCE) : stop]


def criteria(tx: Transaction, question: Question, now: datetime, *, worded: bool = True) -> Criteria:
    """What is asked for, as the store finds it."""
    words = search.sought(question.words) if worded else []
    return Criteria(
        words=words,
        officers=_officers(tx, question.words) if words else (),
        procedure=question.procedure,
        statuses=(question.status,) if question.status else tuple(CaseStatus),
        outcome=question.outcome,
        since=question.since,
        until=question.until,
        overdue_at=now if question.lateness in (Lateness.OVERDUE, Lateness.EITHER) else None,
        overran=question.lateness in (Lateness.OVERRAN, Lateness.EITHER),
    )


def _officers(tx: Transaction, words: str) -> set[str]:
    """The accounts whose name or id has all of these words."""
    asked = folded(words).split()
    known = ((person.id, folded(f"{person.id} {person.name}")) for person in registry.people(tx))
    return {id for id, name in known if all(word in name for word in asked)}


def _named(tx: Transaction, words: str) -> int:
    """The case that ``#12`` or a whole number of a case means; 0 where the words mean none."""
    plain = words.strip()
    digits = plain.removeprefix("#")
    if plain.startswith("#") and digits.isdecimal() and digits.isascii() and len(digits) < 19:
        return int(digits)
    found = cases.find(tx, plain) if plain else None
    return found.id if found else 0
