"""The first events of a record log: what its database had before, so that it is held to it from now on."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from runner.domain.person import SYSTEM
from runner.domain.record import RecordKind
from runner.store import record_event, record_found, setting
from runner.store.session import Database, Transaction

_ASKED: Final = "record"
"""The setting by which the migration asks for these events."""


class RecordBeginning:
    """Tells what was there before the log."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def catch_up(self, now: datetime) -> None:
        """Tell it once: where the log has no event yet, or the migration of a database in use has asked for it."""
        with self.database.read() as tx:
            if not _wanted(tx):
                return
        with self.database.change() as tx:
            if _wanted(tx):  # no other process was faster
                _begin(tx, now)
                setting.remove(tx, _ASKED)


def _wanted(tx: Transaction) -> bool:
    if setting.get(tx, _ASKED) is None:
        return not record_event.events(tx, most=1)
    return not record_event.events(tx, kinds=[RecordKind.BEGIN], most=1)  # whoever asks: it begins once


def _begin(tx: Transaction, now: datetime) -> None:
    told = list(record_found.found(tx))
    record_event.append(tx, RecordKind.BEGIN, SYSTEM.id, now, "", {"found": len(told)})
    for each in told:
        record_event.append(tx, each.kind, SYSTEM.id, now, each.subject, each.facts, each.province)
