"""Cosignatures and time stamps of heads, and when those who give them were last asked."""

from __future__ import annotations

from sqlalchemy import func, select

from runner.domain.head_watch import Contact, Cosignature, HeadStamp
from runner.store.record_table import record_contact, record_cosignature, record_timestamp
from runner.store.session import Transaction
from runner.store.statement import columns, row_values, upsert

_KEEP_COSIGNATURE = upsert(record_cosignature, keep=True)
_KEEP_STAMP = upsert(record_timestamp, keep=True)
_SAVE_CONTACT = upsert(record_contact)


def keep_cosignature(tx: Transaction, cosigned: Cosignature) -> None:
    """Store a cosignature, unless the witness gave one of this head before."""
    if all(each.witness != cosigned.witness for each in cosignatures(tx, cosigned.size)):  # SQLite's guards refuse it
        tx.execute(_KEEP_COSIGNATURE[tx.dialect.name], row_values(cosigned))


def cosignatures(tx: Transaction, size: int) -> list[Cosignature]:
    """Who cosigned the head of this size, by name."""
    of = record_cosignature.c
    query = select(*columns(record_cosignature, Cosignature)).where(of.size == size).order_by(of.witness)
    return [Cosignature(*row) for row in tx.execute(query)]


def last_cosigned(tx: Transaction, witness: str) -> int:
    """The size of the last head that a witness cosigned; 0 where it never did."""
    of = record_cosignature.c
    return int(tx.scalar(select(func.max(of.size)).where(of.witness == witness)) or 0)


def keep_stamp(tx: Transaction, kept: HeadStamp) -> None:
    """Store an authority's answer, unless there is one of this head."""
    if stamp(tx, kept.size) is None:  # as above
        tx.execute(_KEEP_STAMP[tx.dialect.name], row_values(kept))


def stamps(tx: Transaction) -> list[HeadStamp]:
    """Every answer of authorities, by the size of the head."""
    query = select(*columns(record_timestamp, HeadStamp)).order_by(record_timestamp.c.size)
    return [HeadStamp(*row) for row in tx.execute(query)]


def stamp(tx: Transaction, size: int) -> HeadStamp | None:
    """The answer of an authority about the head of this size."""
    query = select(*columns(record_timestamp, HeadStamp)).where(record_timestamp.c.size == size)
    found = tx.execute(query).first()
    return HeadStamp(*found) if found else None


def save_contact(tx: Transaction, contact: Contact) -> None:
    """Write down when somebody was asked, in place of the time before."""
    tx.execute(_SAVE_CONTACT[tx.dialect.name], row_values(contact))


def contacts(tx: Transaction) -> dict[str, Contact]:
    """When everybody was last asked, by name."""
    query = select(*columns(record_contact, Contact)).order_by(record_contact.c.party)
    return {row[0]: Contact(*row) for row in tx.execute(query)}
