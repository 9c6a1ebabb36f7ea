"""What the newest cases have gone through, read at once: their tasks, and who acted when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, false, func, select

from runner.domain.entry import Recount
from runner.store import table
from runner.store.session import Transaction

AT_ONCE = 500
"""Cases that one statement asks for."""

_task, _journal = table.task.c, table.journal.c
_SOME: BindParameter[list[int]] = bindparam("some", expanding=True)
_TASKS = (
    select(_task.case, _task.element, _task.name, _task.lane, _task.owner, _task.opened, _task.closed)
    .where(_task.case.in_(_SOME))
    .order_by(_task.case, _task.opened, _task.id)
)
_AGREED = and_(_journal.kind == Recount.kind, _journal.payload.contains('"approved_by":"', autoescape=True))
_APPROVED = func.coalesce(_AGREED, false()).label("approved")
"""A recount to which a director agreed; a quote within a value is written otherwise, so that no reason looks so."""
_ACTS = (
    select(_journal.case, _journal.seq, _journal.at, _journal.actor, _journal.kind, _APPROVED)
    .where(_journal.case.in_(_SOME))
    .order_by(_journal.case, _journal.seq)
)


class DoneTask(NamedTuple):
    """A task of a case: where it stands in the diagram, in which lane, who had it, from when until when."""

    case: int
    element: str
    name: str
    lane: str
    owner: str | None
    opened: datetime
    closed: datetime | None


class Act(NamedTuple):
    """That an account acted on a case, without what the entry says.

    `approved`: it is a recount by which a director let the promise move earlier.
    """

    case: int
    seq: int
    at: datetime
    actor: str
    kind: str
    approved: bool = False


def tasks(tx: Transaction, cases: Sequence[int]) -> Iterator[DoneTask]:
    """The tasks of these cases, case by case, in the order in which they were opened."""
    for some in _parts(cases):
        yield from (DoneTask(*row) for row in tx.execute(_TASKS, {"some": some}))


def acts(tx: Transaction, cases: Sequence[int]) -> Iterator[Act]:
    """The entries of these cases, case by case, in their order."""
    for some in _parts(cases):
        yield from (Act(*row) for row in tx.execute(_ACTS, {"some": some}))


def _parts(cases: Sequence[int]) -> Iterator[list[int]]:
    ordered = sorted(cases)
    for begin in range(0, len(ordered), AT_ONCE):
        yield ordered[begin : begin + AT_ONCE]
