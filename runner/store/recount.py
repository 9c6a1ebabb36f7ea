"""Cases that wait for a recount by a new revision of their province's calendar, and what a director decided of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from runner.domain.case import Case, CaseStatus
from runner.domain.deployment import Decision, PendingRecount
from runner.domain.record import RecordKind, row_facts
from runner.errors import Conflict
from runner.store import record_event, table
from runner.store.datatype import NEVER
from runner.store.session import Transaction
from runner.store.statement import columns, row_values, upsert

_case, _task, _recount, _decision = table.case.c, table.task.c, table.recount.c, table.calendar_decision.c

_AFFECTED = (
    select(*columns(table.case, Case))
    .where(
        _case.province == bindparam("of_province"),
        _case.status == CaseStatus.OPEN,
        _case.started < bindparam("end"),
        or_(
            _case.due >= bindparam("begin"),
            exists().where(
                _task.case == _case.id,
                _task.closed.is_(None),
                _task.due >= bindparam("begin"),
                _task.due < bindparam("never"),
            ),
        ),
    )
    .order_by(_case.id)
)
_QUEUE = upsert(table.recount)
_RENEW = (
    update(table.recount)
    .where(_recount.province == bindparam("of_province"))
    .values(revision=bindparam("to_revision"), waits=False, due_before=None, due_after=None)
)
_PENDING = select(*columns(table.recount, PendingRecount)).order_by(_recount.case)
_READY = _PENDING.where(~_recount.waits, _recount.case > bindparam("after")).limit(bindparam("limit"))
_WAITING = (
    select(*columns(table.case, Case), *columns(table.recount, PendingRecount))
    .join_from(table.recount, table.case, _case.id == _recount.case)
    .where(_recount.waits, _recount.province == bindparam("of_province"))
    .order_by(_recount.case)
)
_CASE_WIDTH = len(fields(Case))
_READY_COUNT = select(func.count()).where(~_recount.waits, _recount.province == bindparam("of_province"))
_DONE = delete(table.recount).where(_recount.case == bindparam("of_case"))
_KEEP = delete(table.recount).where(_recount.waits, _recount.province == bindparam("of_province"))
_AGREED = update(table.recount).where(_recount.waits, _recount.province == bindparam("of_province")).values(waits=False)
_DECISIONS = select(*columns(table.calendar_decision, Decision)).where(_decision.province == bindparam("of_province"))


def affected(tx: Transaction, province: str, begin: datetime, end: datetime) -> list[Case]:
    """The open cases of a province in which a deadline may depend on the time from `begin` until `end`."""
    span = {"of_province": province, "begin": begin, "end": end, "never": NEVER}
    return [Case(*row) for row in tx.execute(_AFFECTED, span)]


def queue(tx: Transaction, province: str, revision: int, cases: Sequence[int]) -> None:
    """Ask for a recount of `cases` by `revision`, and of those of the province that wait for an earlier revision's."""
    tx.execute(_RENEW, {"of_province": province, "to_revision": revision})
    if cases:
        rows = [row_values(PendingRecount(case, province, revision)) for case in cases]
        tx.execute(_QUEUE[tx.dialect.name], rows)


def ready(tx: Transaction, after: int, limit: int) -> list[PendingRecount]:
    """At most `limit` cases behind `after` that wait for nothing but the recount, by number."""
    return [PendingRecount(*row) for row in tx.execute(_READY, {"after": after, "limit": limit})]


def ready_count(tx: Transaction, province: str) -> int:
    """How many cases of a province wait for nothing but the recount."""
    return int(tx.execute(_READY_COUNT, {"of_province": province}).scalar_one())


def waiting(tx: Transaction, province: str) -> list[tuple[Case, PendingRecount]]:
    """The cases of a province that wait for a director, by number."""
    rows = tx.execute(_WAITING, {"of_province": province})
    return [(Case(*row[:_CASE_WIDTH]), PendingRecount(*row[_CASE_WIDTH:])) for row in rows]


def wait(tx: Transaction, pending: PendingRecount, before: datetime, after: datetime) -> None:
    """Note that the promise would move earlier, from `before` to `after`: a director is asked."""
    asked = replace(pending, waits=True, due_before=before, due_after=after)
    tx.execute(_QUEUE[tx.dialect.name], row_values(asked))


def done(tx: Transaction, case: int) -> None:
    """The case is counted, or needs no recount."""
    tx.execute(_DONE, {"of_case": case})


def decide(tx: Transaction, decision: Decision) -> None:
    """Store what a director decided of all cases that wait. Raises Conflict when the revision has a decision."""
    try:
        tx.execute(insert(table.calendar_decision), row_values(decision))
    except IntegrityError as error:
        raise Conflict from error
    subject = f"{decision.province}/{decision.revision}"
    facts = row_facts(decision)
    record_event.append(tx, RecordKind.CALENDAR_DECISION, decision.by, decision.at, subject, facts, decision.province)
    tx.execute(_AGREED if decision.approved else _KEEP, {"of_province": decision.province})


def decisions(tx: Transaction, province: str) -> dict[int, Decision]:
    """What directors decided, by the number of the revision."""
    return {row.revision: Decision(*row) for row in tx.execute(_DECISIONS, {"of_province": province})}
