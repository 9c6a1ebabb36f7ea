"""Finding cases: by words of the case (number, applicant, tax code, phone) or by who worked on it, page by page.

Each word of a case is a row under an index, found by its beginning. A word that few cases have names them; where every
word is of very many, cases are gone through in the order that is asked for until a page is full. Each province is asked
for its own page along one index, and the pages are merged, so a page far down costs what the first one costs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    false,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from runner.domain.case import Case, CaseStatus, ClockState
from runner.domain.case_filter import Order
from runner.domain.person import SYSTEM
from runner.store import table
from runner.store.prepared import Prepared
from runner.store.search_table import case_officer, case_search
from runner.store.session import Transaction
from runner.store.statement import columns, upsert

Places = Mapping[str, Collection[str] | None]
"""Provinces, each with the versions (digests) whose cases are meant; None: all of them."""

FEW = 2_000
"""Cases that a word names: of more they are gone through in their order, where they are met soon."""
_LAST_SIGN = "\U0010ffff"

_case = table.case.c
_SAVE = Prepared(upsert(case_search, keep=True))
_WORKED = Prepared(upsert(case_officer, keep=True))
_DROP = Prepared(delete(case_search).where(case_search.c.case == bindparam("case_id")))
_WIPE = (
    delete(case_search).where(case_search.c.case == bindparam("case_id")),
    delete(case_officer).where(case_officer.c.case == bindparam("case_id")),
)
_WORDS = select(case_search.c.word).where(case_search.c.case == bindparam("case_id")).order_by(case_search.c.word)
_OFFICERS = (
    select(case_officer.c.person).where(case_officer.c.case == bindparam("case_id")).order_by(case_officer.c.person)
)


_ORDERED = {
    Order.PROCEDURE: _case.procedure,
    Order.DUE: _case.due,
    Order.DELIVERED: _case.result_delivered_at,
    Order.STATUS: _case.status,
}


_RUNNING = and_(
    _case.status == literal_column(f"'{CaseStatus.OPEN}'"), _case.clock == literal_column(f"'{ClockState.RUNNING}'")
)
"""In constants, by which the databases know the index of running deadlines."""


@dataclass(frozen=True, slots=True)
class Page:
    """At most so many cases, behind the one that ended the page before."""

    limit: int
    before: int | None = None


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
    creator: str = ""
    """Only cases that this account entered."""
    above: int = 0
    """Only cases with a larger number."""
    order: Order = Order.NUMBER
    rising: bool = False
    """The smallest first; otherwise the largest, of numbers the newest."""


# -- writing -----------------------------------------------------------------------------------------------------------


def save(tx: Transaction, case: int, actor: str, words: str | None) -> None:
    """Note who acted in a case, and its words where they may have changed."""
    if words is not None:
        _DROP.run(tx, {"case_id": case})
        _SAVE.run(tx, *({"case": case, "word": word} for word in words.split()))
    if actor != SYSTEM.id:
        _WORKED.run(tx, {"case": case, "person": actor})


def forget(tx: Transaction, case: int) -> None:
    """Nobody finds the case by its words or its people any more."""
    for statement in _WIPE:
        tx.execute(statement, {"case_id": case})


# -- reading -----------------------------------------------------------------------------------------------------------


def words(tx: Transaction, case: int) -> list[str]:
    """The words of a case, sorted."""
    return list(tx.scalars(_WORDS, {"case_id": case}))


def officers(tx: Transaction, case: int) -> list[str]:
    """The accounts that worked on a case, sorted."""
    return list(tx.scalars(_OFFICERS, {"case_id": case}))


def narrowed(tx: Transaction, criteria: Criteria, only: Sequence[int] | None = None) -> Sequence[int] | None:
    """The cases to look at, in ascending order: those of the word, or officers, that few have, if `only` names them.

    None, or `only`, where nothing asked for is rare.
    """
    found = next((few for ways in criteria.words if (few := _few(tx, _having(ways))) is not None), None)
    if found is not None and criteria.officers:
        worked = _few(tx, select(case_officer.c.case).where(case_officer.c.person.in_(sorted(criteria.officers))))
        found = None if worked is None else found | worked
    if found is None:
        return only
    return sorted(found if only is None else found.intersection(only))


def _few(tx: Transaction, those: Select[Any]) -> set[int] | None:
    found = set(tx.scalars(those.limit(FEW + 1)))
    return None if len(found) > FEW else found


def find(
    tx: Transaction, places: Places, criteria: Criteria, page: Page, only: Sequence[int] | None = None
) -> list[Case]:
    """A page of the cases that are meant, in their order; with `only`, of those that it names."""
    column = _ORDERED.get(criteria.order)
    if column is None or not column.nullable:
        keys = _keys(tx, places, criteria, page, only, column)
    else:
        keys = _keys(tx, places, criteria, page, only, column, column.is_not(None))
        if len(keys) < page.limit:
            rest = Page(page.limit - len(keys), page.before)
            keys += _keys(tx, places, criteria, rest, only, None, column.is_(None))
    rows = tx.execute(select(*columns(table.case, Case)).where(_case.id.in_(keys)))
    found = {row[0]: Case(*row) for row in rows}
    return [found[key] for key in keys]


def _keys(
    tx: Transaction,
    places: Places,
    criteria: Criteria,
    page: Page,
    only: Sequence[int] | None,
    column: Column[Any] | None,
    *more: ColumnElement[bool],
) -> list[int]:
    """The numbers of a page, each province along the index of its order; of `column` None by number alone."""
    conditions = [*_conditions(criteria), *more]
    if criteria.words:
        conditions.append(_worded(criteria))
    if only is not None:
        conditions.append(_case.id.in_(only))
    behind = [[]] if page.before is None else _behind(tx, criteria, page.before, column)
    statuses = _case.status.in_(sorted(criteria.statuses))
    alone = only is not None or column is not None or more or criteria.procedure  # a procedure has its own index
    stands = [statuses] if alone else [_case.status == each for each in sorted(criteria.statuses)]
    shown = [_case.id] if column is None else [column, _case.id]
    branches = [
        select(
            select(*shown)
            .where(_case.province == province, each, *_among(versions), *conditions, *part)
            .order_by(*(_turned(each, criteria) for each in shown))
            .limit(page.limit)
            .subquery()
        )
        for province, versions in sorted(places.items())
        for each in stands
        for part in behind
    ]
    if not branches:
        return []
    merged = union_all(*branches).subquery()
    ordered = [_turned(merged.c[each.name], criteria) for each in shown]
    return list(tx.scalars(select(merged.c.id).order_by(*ordered).limit(page.limit)))


def _turned(column: ColumnElement[Any], criteria: Criteria) -> ColumnElement[Any]:
    return column.asc() if criteria.rising else column.desc()


def _behind(
    tx: Transaction, criteria: Criteria, before: int, column: Column[Any] | None
) -> list[list[ColumnElement[bool]]]:
    """That a case comes behind this one, in parts that each go along the index: equal to it, and past it.

    What that one has in the `column` is looked up, so an address tells nothing.
    """
    value = None
    if (ordered := _ORDERED.get(criteria.order)) is not None:
        value = tx.scalar(select(ordered).where(_case.id == before))
    later = _case.id > before if criteria.rising else _case.id < before
    if column is None:  # by number alone: in an order with values, what has none comes behind all that have one
        return [[]] if ordered is not None and value is not None else [[later]]
    if value is None:
        return []
    return [[column == value, later], [column > value if criteria.rising else column < value]]


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
    if set(criteria.statuses) != set(CaseStatus):
        conditions.append(_case.status.in_(sorted(criteria.statuses)))
    if criteria.words:
        conditions.append(_worded(criteria))
    return statement.where(*conditions)


def among(places: Places) -> ColumnElement[bool]:
    """That a case is one of these places."""
    return or_(
        false(),
        *(and_(_case.province == province, *_among(versions)) for province, versions in sorted(places.items())),
    )


def _among(versions: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if versions is None else [_case.version.in_(sorted(versions))]


def _conditions(criteria: Criteria) -> Iterable[ColumnElement[bool]]:
    if criteria.above:
        yield _case.id > criteria.above
    if criteria.creator:
        yield _case.creator == criteria.creator
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
        late.append(and_(_RUNNING, _case.due < criteria.overdue_at))
    if criteria.overran:
        late.append(_case.legal_clock_stopped_at > _case.due)
    if late:
        yield or_(*late)


def _worded(criteria: Criteria) -> ColumnElement[bool]:
    found = and_(*(_having(ways).where(case_search.c.case == _case.id).exists() for ways in criteria.words))
    if not criteria.officers:
        return found
    worked = select(case_officer.c.case).where(
        case_officer.c.case == _case.id, case_officer.c.person.in_(sorted(criteria.officers))
    )
    return or_(found, worked.exists())


def _having(ways: Sequence[str]) -> Select[Any]:
    """The cases with a word that begins in one of these ways."""
    word = case_search.c.word
    return select(case_search.c.case).where(or_(*(and_(word >= way, word < way + _LAST_SIGN) for way in ways)))
