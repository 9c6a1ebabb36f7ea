"""Counts of open work, read from the indexes that the work lists use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, literal_column, select

from runner.domain.case import CaseStatus
from runner.store import table
from runner.store.session import Transaction

_case, _task, _timer, _incident = table.case.c, table.task.c, table.timer.c, table.incident.c
_FREE = select(func.count()).where(_task.closed.is_(None), _task.owner.is_(None))
_CLAIMED = select(func.count()).where(_task.closed.is_(None), _task.owner.is_not(None))
_DRAFTED = (
    select(func.count())
    .join_from(table.case, table.task, _task.case == _case.id)
    .where(_case.status == literal_column(f"'{CaseStatus.DRAFT}'"), _task.closed.is_(None), _task.owner.is_not(None))
)
_LATE = _task.due < bindparam("moment")
_COUNTS = select(
    _FREE.scalar_subquery(),
    _CLAIMED.scalar_subquery() - _DRAFTED.scalar_subquery(),
    _FREE.where(_LATE).scalar_subquery() + _CLAIMED.where(_LATE).scalar_subquery(),
    select(func.count()).where(_timer.due.is_not(None), _timer.due <= bindparam("moment")).scalar_subquery(),
    select(func.count()).where(_incident.closed.is_(None)).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class Counts:
    """Open tasks without drafts', claimed and unclaimed; those past their due moment; timers due; incidents."""

    tasks_free: int
    tasks_claimed: int
    tasks_late: int
    timers_due: int
    incidents_open: int


def counts(tx: Transaction, now: datetime) -> Counts:
    """The counts at `now`."""
    return Counts(*tx.execute(_COUNTS, {"moment": now}).one())
