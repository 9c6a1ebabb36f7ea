"""Record events of some subjects, the newest first, page by page: of accounts, and of the cases of some versions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, exists, or_, select

from runner.domain.record import RecordEvent, RecordKind
from runner.store import table
from runner.store.record_table import record_event
from runner.store.session import Transaction
from runner.store.statement import columns

_event = record_event.c
_ALL = select(*columns(record_event, RecordEvent))
_BEGIN = _ALL.where(_event.kind == bindparam("of_kind")).order_by(_event.id).limit(1)


def begin(tx: Transaction) -> RecordEvent | None:
    """The event by which the log began on a database that was in use; None where nothing was there before it."""
    found = tx.execute(_BEGIN, {"of_kind": RecordKind.BEGIN}).first()
    event = RecordEvent(*found) if found else None
    return event if event and event.facts["found"] else None


def of_province(
    tx: Transaction, kinds: Collection[str], province: str, until: datetime | None, before: int | None, limit: int
) -> list[RecordEvent]:
    """At most `limit` events of a province told before `until`, the newest first; `before` is the last one seen."""
    return _newest(tx, kinds, _event.province == province, until, before, limit)


def of_subjects(
    tx: Transaction,
    kinds: Collection[str],
    subjects: Collection[str],
    until: datetime | None,
    before: int | None,
    limit: int,
) -> list[RecordEvent]:
    """The same of some subjects, as accounts are."""
    return _newest(tx, kinds, _event.subject.in_(sorted(subjects)), until, before, limit)


def of_cases(
    tx: Transaction,
    kinds: Collection[str],
    province: str,
    versions: Collection[str] | None,
    actor: str,
    until: datetime | None,
    before: int | None,
    limit: int,
) -> list[RecordEvent]:
    """The same of a province, and all by `actor` about it or about no province.

    `versions`: only what is about a case of these versions, besides that; None: all.
    """
    within = _event.province == province
    if versions is not None:
        case = table.case.c
        known = exists().where(cast(case.id, Text) == _event.subject, case.version.in_(sorted(versions)))
        within = and_(within, known)
    own = and_(_event.actor == actor, _event.province.in_(["", province]))
    return _newest(tx, kinds, or_(within, own), until, before, limit)


def _newest(
    tx: Transaction,
    kinds: Collection[str],
    which: ColumnElement[bool],
    until: datetime | None,
    before: int | None,
    limit: int,
) -> list[RecordEvent]:
    wanted = [_event.kind.in_(sorted(kinds)), which]
    if until is not None:
        wanted.append(_event.at < until)
    if before is not None:
        wanted.append(_event.id < before)
    rows = tx.execute(_ALL.where(*wanted).order_by(_event.id.desc()).limit(limit))
    return [RecordEvent(*row) for row in rows]
