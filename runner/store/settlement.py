"""The dossiers of a period counted for the form II.06a, in one statement; and those of them that were late.

A dossier stands in the form once it is received. It is settled when its legal clock stopped, or when it ended where no
clock counts it; never before it counts as received. What was due is what the receipt promised, moved by pauses of the
clock alone: a new appointment washes nothing clean.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, literal, not_, or_, select, type_coerce

from runner.clock import ZONE
from runner.domain.case import Case
from runner.domain.settlement import ONLINE, Period, Settlement
from runner.store import table
from runner.store.case_search import Places, among
from runner.store.session import Transaction
from runner.store.statement import columns

_case = table.case.c
_DAY: Final = 24 * 60 * 60 * 1_000_000
_STOPPED: Final = func.coalesce(_case.legal_clock_stopped_at, _case.ended)
_SETTLED: Final = case((_case.received > _STOPPED, _case.received), else_=_STOPPED)
_BETWEEN: Final = timedelta(days=62)
"""A dossier handed in before a holiday may be withdrawn days before it counts as received: never more than so long."""
_LATE: Final = and_(_case.due.is_not(None), _case.due < _STOPPED)


def counts(tx: Transaction, places: Places, period: Period) -> dict[str, Settlement]:
    """The columns of the form for each version (digest) that has dossiers in it."""
    early = and_(_case.due.is_not(None), _day(tx, _STOPPED) < _day(tx, _case.due))
    in_period, before = _case.received >= period.since, _case.received < period.since
    settled = and_(_STOPPED.is_not(None), period.until > _SETTLED)
    going_on = not_(settled)
    overdue = and_(_case.due.is_not(None), _case.due < period.until)
    online = _case.submitted_via == ONLINE
    wanted = (
        literal(value=True),
        and_(in_period, online),
        and_(in_period, not_(online)),
        before,
        settled,
        and_(settled, not_(_LATE), early),
        and_(settled, not_(_LATE), not_(early)),
        and_(settled, _LATE),
        going_on,
        and_(going_on, not_(overdue)),
        and_(going_on, overdue),
    )
    query = select(_case.version, *(func.sum(case((each, 1), else_=0)) for each in wanted))
    rows = tx.execute(query.where(*_in(places, period)).group_by(_case.version))
    return {row[0]: Settlement(*map(int, row[1:])) for row in rows}


def late(tx: Transaction, places: Places, period: Period, most: int) -> list[Case]:
    """At most so many of the dossiers in the form that were settled late, or are overdue at its end: by due moment."""
    settled = and_(_STOPPED.is_not(None), period.until > _SETTLED)
    over = and_(_case.due.is_not(None), or_(and_(settled, _LATE), and_(not_(settled), _case.due < period.until)))
    query = select(*columns(table.case, Case)).where(*_in(places, period), over)
    return [Case(*row) for row in tx.execute(query.order_by(_case.due, _case.id).limit(most))]


def settled(tx: Transaction, places: Places, period: Period, most: int) -> list[int]:
    """At most so many of the dossiers that were settled in the period, the last one first."""
    within = and_(_STOPPED.is_not(None), period.since <= _SETTLED, period.until > _SETTLED)
    query = select(_case.id).where(*_in(places, period), within)
    return list(tx.scalars(query.order_by(_STOPPED.desc(), _case.id.desc()).limit(most)))


def alive(tx: Transaction, places: Places, period: Period, most: int) -> list[int]:
    """At most so many of the dossiers in the form, the newest first."""
    query = select(_case.id).where(*_in(places, period))
    return list(tx.scalars(query.order_by(_case.id.desc()).limit(most)))


def _in(places: Places, period: Period) -> tuple[ColumnElement[bool], ...]:
    """That a dossier is in the form: received before the end of the period, and not settled before its beginning."""
    stopped = _case.legal_clock_stopped_at
    near = or_(stopped.is_(None), stopped >= period.since - _BETWEEN)  # what an index answers
    open_then = or_(_STOPPED.is_(None), period.since <= _SETTLED)
    return among(places), near, open_then, _case.received < period.until


def _day(tx: Transaction, moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """The (local) day of a moment, to be compared with another one."""
    if tx.dialect.name == "sqlite":
        offset = ZONE.utcoffset(None) // timedelta(microseconds=1)
        return (type_coerce(moment, BigInteger) + offset) // _DAY
    return func.date(func.timezone("Asia/Ho_Chi_Minh", moment))
