"""Submissions to a second person, what that person opened, and what was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from runner.domain.record import RecordKind, row_facts
from runner.domain.submission import Submission, View
from runner.errors import Conflict
from runner.store import record_event
from runner.store.authoring_table import submission, submission_view
from runner.store.session import Transaction
from runner.store.statement import columns, row_values, upsert

_ALL = select(*columns(submission, Submission)).order_by(submission.c.id)
_ONE = _ALL.where(submission.c.id == bindparam("sought"))
_OF_PROCEDURE = _ALL.where(submission.c.procedure == bindparam("sought"))
_PENDING = _ALL.where(submission.c.verdict == "")
_DECIDE = update(submission).where(submission.c.id == bindparam("sought"), submission.c.verdict == "")
_VIEWS = (
    select(*columns(submission_view, View))
    .where(submission_view.c.submission == bindparam("sought"))
    .order_by(submission_view.c.at, submission_view.c.part)
)
_SEE = upsert(submission_view, keep=True)


def add(tx: Transaction, made: Submission) -> Submission:
    """Store a new submission; its id is given here. Raises Conflict when its procedure has one that is pending."""
    values = row_values(made)
    del values["id"]
    try:
        key = tx.execute(insert(submission), values).inserted_primary_key
    except IntegrityError as error:
        raise Conflict from error
    stored = replace(made, id=key[0] if key else 0)
    _tell(tx, stored, stored.by, stored.at)
    return stored


def get(tx: Transaction, id: int) -> Submission | None:
    """The submission with this id."""
    found = tx.execute(_ONE, {"sought": id}).first()
    return Submission(*found) if found else None


def pending(tx: Transaction) -> list[Submission]:
    """Every submission that is not decided, the oldest first."""
    return [Submission(*row) for row in tx.execute(_PENDING)]


def of_procedure(tx: Transaction, procedure: str) -> list[Submission]:
    """Every submission of a procedure, the oldest first."""
    return [Submission(*row) for row in tx.execute(_OF_PROCEDURE, {"sought": procedure})]


def decide(tx: Transaction, decided: Submission) -> bool:
    """Write what was decided; False when another decision came first."""
    names = ("verdict", "decided", "decided_by", "reason", "effective")
    values = {name: getattr(decided, name) for name in names}
    if tx.execute(_DECIDE.values(**values), {"sought": decided.id}).rowcount != 1:
        return False
    _tell(tx, decided, decided.decided_by, decided.decided or decided.at)
    return True


def _tell(tx: Transaction, made: Submission, actor: str, at: datetime) -> None:
    record_event.append(tx, RecordKind.APPROVAL, actor, at, str(made.id), row_facts(made), made.province)


def see(tx: Transaction, view: View) -> None:
    """Keep that a person opened a part, unless it is kept already."""
    tx.execute(_SEE[tx.dialect.name], row_values(view))


def views(tx: Transaction, id: int) -> list[View]:
    """What was opened of a submission, and by whom, in the order of time."""
    return [View(*row) for row in tx.execute(_VIEWS, {"sought": id})]
