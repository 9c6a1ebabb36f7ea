"""Record events for readers: the newest first, page by page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, or_, select

from runner.domain.record import RecordEvent
from runner.store.record_table import record_event
from runner.store.session import Transaction
from runner.store.statement import columns

_event = record_event.c
_ALL = select(*columns(record_event, RecordEvent))
_RECENT = _ALL.where(
    _event.kind == bindparam("of_kind"),
    _event.subject == bindparam("of_subject"),
    _event.actor == bindparam("by"),
    _event.at > bindparam("since"),
)
_FIRST = select(_event.at).where(_event.kind == bindparam("of_kind")).order_by(_event.id).limit(1)


def newest(
    tx: Transaction,
    kinds: Collection[str],
    limit: int,
    *,
    before: int | None = None,
    until: datetime | None = None,
    since: datetime | None = None,
    provinces: Collection[str] | None = None,
    actor: str | None = None,
) -> list[RecordEvent]:
    """At most `limit` events of these kinds, the newest first; `before` is the last one of the page before.

    Told before `until` and behind `since`; of these provinces (where they are given), or by `actor`, whatever they are
    about.
    """
    wanted: list[ColumnElement[bool]] = [_event.kind.in_(sorted(kinds))]
    if before is not None:
        wanted.append(_event.id < before)
    if until is not None:
        wanted.append(_event.at < until)
    if since is not None:
        wanted.append(_event.at > since)
    if provinces is not None:
        own = [_event.actor == actor] if actor else []
        wanted.append(or_(_event.province.in_(sorted(provinces)), *own))
    elif actor:
        wanted.append(_event.actor == actor)
    rows = tx.execute(_ALL.where(*wanted).order_by(_event.id.desc()).limit(limit))
    return [RecordEvent(*row) for row in rows]


def recent(tx: Transaction, kind: str, subject: str, actor: str, since: datetime) -> list[RecordEvent]:
    """What an account did to a subject behind `since`."""
    rows = tx.execute(_RECENT, {"of_kind": kind, "of_subject": subject, "by": actor, "since": since})
    return [RecordEvent(*row) for row in rows]


def first(tx: Transaction, kind: str) -> datetime | None:
    """The moment of the first event of a kind."""
    return tx.scalar(_FIRST, {"of_kind": kind})
