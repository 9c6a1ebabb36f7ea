"""What drafts do to running cases, as it was found; and the running and closed cases of a procedure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, delete, func, select

from runner.domain.case import GOING_ON, Case, CaseStatus
from runner.domain.impact import CaseImpact, Grade
from runner.store import table
from runner.store.impact_table import impact
from runner.store.session import Transaction
from runner.store.statement import columns, upsert

_case, _impact = table.case.c, impact.c
_RUNNING = (
    select(*columns(table.case, Case))
    .where(
        _case.province == bindparam("of_province"),
        _case.procedure == bindparam("of_procedure"),
        _case.status.in_(sorted(GOING_ON)),
        _case.version != bindparam("target"),
    )
    .order_by(_case.id)
)
_FRESH = and_(
    _impact.draft == bindparam("of_draft"),
    _impact.case == _case.id,
    _impact.digest == bindparam("target"),
    _impact.seq == _case.seq,
)
_PENDING = _RUNNING.outerjoin_from(table.case, impact, _FRESH).where(_impact.case.is_(None)).limit(bindparam("limit"))
_OVERDUE = and_(
    _impact.grade == Grade.MIGRATABLE, _impact.late_from < bindparam("now"), _impact.late_until >= bindparam("now")
)
_GRADE: ColumnElement[str] = case((_OVERDUE, str(Grade.OVERDUE)), else_=_impact.grade)
_FOUND = (_impact.case, _impact.seq, _impact.version, _impact.grade, _impact.facts)
_WIDTH = len(fields(Case))
_SAVE = upsert(impact)
_FORGET = delete(impact).where(_impact.draft == bindparam("of_draft"), _impact.digest != bindparam("target"))


def running(tx: Transaction, procedure: str, target: str) -> list[Case]:
    """The cases of a procedure that go on, on another version than `target`."""
    return [Case(*row) for row in tx.execute(_RUNNING, _of(procedure, target))]


def pending(tx: Transaction, draft: int, procedure: str, target: str, limit: int) -> list[Case]:
    """At most `limit` of them about which nothing is known as they stand now."""
    given = _of(procedure, target) | {"of_draft": draft, "limit": limit}
    return [Case(*row) for row in tx.execute(_PENDING, given)]


def keep(tx: Transaction, draft: int, target: str, found: Sequence[CaseImpact]) -> None:
    """Keep what was found of the draft's content `target` (digest), and forget what was found of others."""
    tx.execute(_FORGET, {"of_draft": draft, "target": target})
    if found:
        tx.execute(_SAVE[tx.dialect.name], [_row(draft, target, each) for each in found])


def grades(tx: Transaction, draft: int, procedure: str, target: str, now: datetime) -> dict[Grade, int]:
    """How many running cases have each grade at `now`, of those that are as they were looked at."""
    counted = _joined(_GRADE, func.count()).group_by(_GRADE)
    rows = tx.execute(counted, _of(procedure, target) | {"of_draft": draft, "now": now})
    return {Grade(grade): count for grade, count in rows}


def count(tx: Transaction, procedure: str, target: str) -> int:
    """How many cases go on, on another version than `target`."""
    counted = _RUNNING.with_only_columns(func.count()).order_by(None)
    return int(tx.execute(counted, _of(procedure, target)).scalar_one())


def found(
    tx: Transaction,
    draft: int,
    procedure: str,
    target: str,
    now: datetime,
    chosen: Sequence[Grade],
    after: int = 0,
    limit: int | None = None,
) -> Iterator[tuple[Case, CaseImpact]]:
    """What was found of the running cases with these grades behind the case `after`, by number."""
    query = _joined(*columns(table.case, Case), *_FOUND).where(_GRADE.in_(sorted(chosen)), _case.id > after)
    given = _of(procedure, target) | {"of_draft": draft, "now": now}
    for row in tx.execute(query.order_by(_case.id).limit(limit), given):
        yield Case(*row[:_WIDTH]), CaseImpact.stored(*row[_WIDTH:])


def closed(tx: Transaction, procedure: str, since: datetime, until: datetime) -> list[int]:
    """The cases of a procedure that ended from `since` on and before `until`, received ones only, by number."""
    query = select(_case.id).where(
        _case.province == procedure.partition("/")[0],
        _case.procedure == procedure,
        _case.status.in_([CaseStatus.CANCELLED, CaseStatus.FINISHED]),
        _case.ended >= since,
        _case.ended < until,
    )
    return list(tx.scalars(query.order_by(_case.id)))


def by_id(tx: Transaction, ids: Sequence[int]) -> list[Case]:
    """These cases, by number."""
    query = select(*columns(table.case, Case)).where(_case.id.in_(ids)).order_by(_case.id)
    return [Case(*row) for row in tx.execute(query)]


def _joined(*what: ColumnElement[Any]) -> Select[Any]:
    return _RUNNING.with_only_columns(*what).order_by(None).join_from(table.case, impact, _FRESH)


def _of(procedure: str, target: str) -> dict[str, Any]:
    return {"of_province": procedure.partition("/")[0], "of_procedure": procedure, "target": target}


def _row(draft: int, target: str, each: CaseImpact) -> dict[str, Any]:
    late_from, late_until = each.span or (None, None)
    kept = {"case": each.case, "seq": each.seq, "version": each.version, "grade": each.grade, "facts": each.facts}
    return kept | {"draft": draft, "digest": target, "late_from": late_from, "late_until": late_until}
