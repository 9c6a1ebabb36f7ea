"""Epochs: what a restored database must not give again, and that it sends nothing until an operator releases it."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, bindparam, func, insert, inspect, select, text

from runner.domain.epoch import Epoch
from runner.domain.record import RecordEvent, RecordKind, row_facts
from runner.store import setting, table
from runner.store.epoch_table import epoch
from runner.store.record_table import RECORD_EVENT_ID, record_event
from runner.store.session import Transaction
from runner.store.statement import columns, row_values

RESTORING: Final = "restoring"
"""The setting of a database into which a backup is being put: nothing starts on it before that has ended well."""
HELD: Final = "outbox-held"
"""The setting by which the outbox sends nothing."""
YES: Final = "yes"

FIRST_CASE = select(func.max(epoch.c.first_case)).scalar_subquery()
"""The least id of a new case; null where nothing was ever restored."""

_ALL = select(*columns(epoch, Epoch)).order_by(epoch.c.number)
_LAST = select(
    select(func.coalesce(func.max(table.journal.c.case), 0)).scalar_subquery(),
    select(func.coalesce(func.max(record_event.c.id), 0)).scalar_subquery(),
    select(func.coalesce(func.max(epoch.c.number), 0)).scalar_subquery(),
)
_NUMBERS = select(func.coalesce(func.max(table.case_number.c.last), 0)).where(
    table.case_number.c.day >= bindparam("since")
)
_END_SESSIONS = table.login_session.delete()
_SEQUENCES = text(
    "SELECT setval(quote_ident(sequencename)::regclass, coalesce(last_value, 0) + :margin) FROM pg_sequences"
    " WHERE schemaname = current_schema() AND sequencename <> ALL (CAST(:own AS text[]))"
)
_SET = text("SELECT setval(CAST(:name AS regclass), :value, false)")


def numbers_floor(day: ColumnElement[date]) -> ColumnElement[int]:
    """The last case number of a day that may have been given before a restore; 0 for the days after it."""
    return select(func.coalesce(func.max(epoch.c.numbers), 0)).where(epoch.c.until >= day).scalar_subquery()


def epochs(tx: Transaction) -> list[Epoch]:
    """Every restore, the first first."""
    return [Epoch(*row) for row in tx.execute(_ALL)]


def last(tx: Transaction) -> tuple[int, int, int]:
    """The last id of a case, of a record event, and of an epoch; 0 where there is none."""
    case, event, number = tx.execute(_LAST).one()
    return int(case), int(event), int(number)


def last_number(tx: Transaction, since: date) -> int:
    """The highest case number that an agency has given in a day from `since` on."""
    return int(tx.execute(_NUMBERS, {"since": since}).scalar_one())


def begin(tx: Transaction, begun: Epoch, margin: int) -> RecordEvent:
    """Begin an epoch: tell it with the first id of its events, move sequences on, end every login session.

    `margin` is how far the sequences move that count neither cases nor events.
    """
    tx.execute(insert(epoch), row_values(begun))
    facts, number = row_facts(begun) | {"until": begun.until.isoformat()}, str(begun.number)
    event = RecordEvent.make(begun.first_event, begun.at, begun.by, RecordKind.RESTORE, "", number, facts)
    tx.execute(insert(record_event), row_values(event))
    tx.execute(_END_SESSIONS)
    if tx.dialect.name == "postgresql":
        own = {table.CASE_ID.name: begun.first_case, RECORD_EVENT_ID.name: begun.first_event + 1}
        tx.execute(_SEQUENCES, {"margin": margin, "own": [*own]}).all()
        for name, value in own.items():
            tx.execute(_SET, {"name": name, "value": value})
    setting.remove(tx, RESTORING)
    return event


def restoring(tx: Transaction) -> bool:
    """Whether a backup was being put in here, and that has not ended; not where no table is made yet."""
    return inspect(tx).has_table(table.setting.name) and setting.get(tx, RESTORING) is not None


def held(tx: Transaction) -> bool:
    """Whether the outbox waits for an operator."""
    return setting.get(tx, HELD) is not None


def release(tx: Transaction) -> None:
    """Let the outbox send again."""
    setting.remove(tx, HELD)
