"""Timers that fall due, and those among them that failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, func, or_, select

from runner.domain.task import Timer
from runner.store import table
from runner.store.session import Transaction
from runner.store.statement import columns, row_values, upsert

_timer, _failure = table.timer.c, table.timer_failure.c


@dataclass(frozen=True, slots=True)
class Failure:
    """A timer that raised: how often, when to try again (None: only when a person asks for it), and why."""

    case: int
    timer: str
    tries: int
    next_at: datetime | None
    error: str


_DUE = (
    select(_timer.case, _timer.id)
    .where(
        _timer.due <= bindparam("now"),
        ~exists().where(
            _failure.case == _timer.case,
            _failure.timer == _timer.id,
            or_(_failure.next_at.is_(None), _failure.next_at > bindparam("now")),
        ),
    )
    .order_by(_timer.due, _timer.case, _timer.id)
    .limit(bindparam("limit"))
)
_NEXT = select(func.min(_timer.due)).where(_timer.due > bindparam("after"), _timer.due <= bindparam("until"))
_NEXT_OF = _NEXT.where(_timer.case == bindparam("case_id"))
_GET = select(*columns(table.timer, Timer)).where(
    _timer.case == bindparam("case_id"), _timer.id == bindparam("timer_id")
)
_FAILURE = (
    select(*columns(table.timer_failure, Failure))
    .join_from(table.timer_failure, table.timer, (_timer.case == _failure.case) & (_timer.id == _failure.timer))
    .where(_failure.case == bindparam("case_id"), _failure.timer == bindparam("timer_id"))
)
_FAIL = upsert(table.timer_failure)
_FORGIVE = delete(table.timer_failure).where(
    _failure.case == bindparam("case_id"), _failure.timer == bindparam("timer_id")
)


def due(tx: Transaction, now: datetime, limit: int) -> list[tuple[int, str]]:
    """The (case, timer) of at most `limit` timers due at `now`, the longest due first, without those put off."""
    return [(case, timer) for case, timer in tx.execute(_DUE, {"now": now, "limit": limit})]


def next_due(tx: Transaction, after: datetime, until: datetime, case: int | None = None) -> datetime | None:
    """The first moment after `after`, and not after `until`, at which a timer (of `case`) is due."""
    span = {"after": after, "until": until}
    found: datetime | None = tx.scalar(_NEXT, span) if case is None else tx.scalar(_NEXT_OF, {**span, "case_id": case})
    return found


def get(tx: Transaction, case: int, timer: str) -> Timer | None:
    """The timer, if the case still waits for it."""
    found = tx.execute(_GET, {"case_id": case, "timer_id": timer}).first()
    return Timer(*found) if found else None


def failure(tx: Transaction, case: int, timer: str) -> Failure | None:
    """How often a timer that the case still waits for has failed; None when never."""
    found = tx.execute(_FAILURE, {"case_id": case, "timer_id": timer}).first()
    return Failure(*found) if found else None


def fail(tx: Transaction, failure: Failure) -> None:
    """Store `failure`, in place of the timer's earlier ones."""
    tx.execute(_FAIL[tx.dialect.name], row_values(failure))


def forgive(tx: Transaction, case: int, timer: str) -> None:
    """Forget that a timer failed: it fired after all, or a person asks to try again at once."""
    tx.execute(_FORGIVE, {"case_id": case, "timer_id": timer})
