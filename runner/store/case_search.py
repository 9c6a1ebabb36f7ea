"""Finding cases: by words of the case (number, applicant, tax code, phone) or by who worked on it, page by page.

The words of a case are one folded text, so a part of a number finds it too. Cases are gone through from the newest
down until a page is full; a word that nobody has costs a pass over that one slim table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, false, func, or_, select

from runner.domain.case import Case, CaseStatus, ClockState
from runner.domain.person import SYSTEM
from runner.store import table
from runner.store.prepared import Prepared
from runner.store.search_table import case_officer, case_search
from runner.store.session import Transaction
from runner.store.statement import columns, upsert

Places = Mapping[str, Collection[str] | None]
"""Provinces, each with the versions (digests) whose cases are meant; None: all of them."""

_case = table.case.c
_SAVE = Prepared(upsert(case_search))
_WORKED = Prepared(upsert(case_officer, keep=True))
_WIPE = (
    delete(case_search).where(case_search.c.case == bindparam("case_id")),
    delete(case_officer).where(case_officer.c.case == bindparam("case_id")),
)
_WORDS = select(case_search.c.words).where(case_search.c.case == bindparam("case_id"))
_OFFICERS = (
    select(case_officer.c.person).where(case_officer.c.case == bindparam("case_id")).order_by(case_officer.c.person)
)


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which cases are meant. `words` are those a case must have, each in one of its ways; `officers` are accounts of
    which one worked on it, if the words are not the case's. Moments are aware; `since` and `until` are of the receipt.
    """

    words: Sequence[Sequence[str]] = ()
    officers: Collection[str] = ()
    procedure: str = ""
    statuses: Collection[str] = tuple(CaseStatus)
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    overdue_at: datetime | None = None
    """Only cases whose running deadline has passed by then."""
    overran: bool = False
    """Only cases whose legal clock stopped too late; with `overdue_at`, these and those."""


# -- writing -----------------------------------------------------------------------------------------------------------


def save(tx: Transaction, case: int, actor: str, words: str | None) -> None:
    """Note who acted in a case, and its words where they may have changed."""
    if words is not None:
        _SAVE.run(tx, {"case": case, "words": words})
    if actor != SYSTEM.id:
        _WORKED.run(tx, {"case": case, "person": actor})


def forget(tx: Transaction, case: int) -> None:
    """Nobody finds the case by its words or its people any more."""
    for statement in _WIPE:
        tx.execute(statement, {"case_id": case})


# -- reading -----------------------------------------------------------------------------------------------------------


def words(tx: Transaction, case: int) -> str | None:
    """The words of a case; None where none are kept."""
    return tx.scalar(_WORDS, {"case_id": case})


def officers(tx: Transaction, case: int) -> list[str]:
    """The accounts that worked on a case, sorted."""
    return list(tx.scalars(_OFFICERS, {"case_id": case}))


def find(
    tx: Transaction,
    places: Places,
    criteria: Criteria,
    limit: int,
    before: int | None = None,
    only: Sequence[int] | None = None,
) -> list[Case]:
    """At most `limit` of the cases that are meant, the newest first; `before` is the last one of the page before.

    With `only`, those of them that it names.
    """
    statement = _meant(select(*columns(table.case, Case)), places, criteria)
    if before is not None:
        statement = statement.where(_case.id < before)
    if only is not None:
        statement = statement.where(_case.id.in_(only))
    return [Case(*row) for row in tx.execute(statement.order_by(_case.id.desc()).limit(limit))]


def ids(tx: Transaction, places: Places, criteria: Criteria) -> list[int]:
    """The numbers of all cases that are meant, in ascending order."""
    return list(tx.scalars(_meant(select(_case.id), places, criteria).order_by(_case.id)))


def count(tx: Transaction, places: Places, criteria: Criteria, most: int, only: Sequence[int] | None = None) -> int:
    """How many cases are meant, counted up to `most`; with `only`, of those that it names."""
    statement = _meant(select(_case.id), places, criteria)
    if only is not None:
        statement = statement.where(_case.id.in_(only))
    found = statement.limit(most).subquery()
    return tx.scalar(select(func.count()).select_from(found)) or 0


def _meant(statement: Select[Any], places: Places, criteria: Criteria) -> Select[Any]:
    conditions = [among(places), *_conditions(criteria)]
    if criteria.words:
        statement = statement.join(case_search, case_search.c.case == _case.id)
        conditions.append(_worded(criteria))
    return statement.where(*conditions)


def among(places: Places) -> ColumnElement[bool]:
    """That a case is one of these places."""
    return or_(
        false(),
        *(
            _case.province == province
            if versions is None
            else and_(_case.province == province, _case.version.in_(sorted(versions)))
            for province, versions in sorted(places.items())
        ),
    )


def _conditions(criteria: Criteria) -> Iterable[ColumnElement[bool]]:
    if set(criteria.statuses) != set(CaseStatus):
        yield _case.status.in_(sorted(criteria.statuses))
    if criteria.procedure:
        yield _case.procedure == criteria.procedure
    if criteria.outcome:
        yield _case.outcome == criteria.outcome
    if criteria.since:
        yield _case.received >= criteria.since
    if criteria.until:
        yield _case.received < criteria.until
    late: list[ColumnElement[bool]] = []
    if criteria.overdue_at:
        running = and_(_case.status == CaseStatus.OPEN, _case.clock == ClockState.RUNNING)
        late.append(and_(running, _case.due < criteria.overdue_at))
    if criteria.overran:
        late.append(_case.legal_clock_stopped_at > _case.due)
    if late:
        yield or_(*late)


def _worded(criteria: Criteria) -> ColumnElement[bool]:
    text = case_search.c.words
    found = and_(*(or_(*(text.contains(way, autoescape=True) for way in ways)) for ways in criteria.words))
    if not criteria.officers:
        return found
    worked = select(case_officer.c.case).where(
        case_officer.c.case == _case.id, case_officer.c.person.in_(sorted(criteria.officers))
    )
    return or_(found, worked.exists())
