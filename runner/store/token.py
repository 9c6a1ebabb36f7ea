"""Tokens by which other systems act for a person. Stored as the SHA-256 of a secret that only the other system has."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from runner.domain.person import Person
from runner.domain.record import RecordKind, row_facts
from runner.domain.token import Token
from runner.errors import Conflict
from runner.store import record_event, table
from runner.store.session import Transaction
from runner.store.statement import columns, row_values

_COLUMNS = columns(table.token, Token)
_GET = select(*_COLUMNS).where(table.token.c.sha256 == bindparam("sought"))
_OF = select(*_COLUMNS).where(table.token.c.person == bindparam("whose")).order_by(table.token.c.name)
_SAVE = insert(table.token)
_REVOKE = (
    update(table.token)
    .where(
        table.token.c.person == bindparam("whose"),
        table.token.c.name == bindparam("sought"),
        table.token.c.revoked.is_(None),
    )
    .values(revoked=bindparam("moment"))
)


def get(tx: Transaction, sha256: bytes) -> Token | None:
    """The token, even one that is revoked."""
    found = tx.execute(_GET, {"sought": sha256}).first()
    return Token(*found) if found else None


def of(tx: Transaction, person: str) -> list[Token]:
    """Every token of a person, by name, the revoked ones too."""
    return [Token(*row) for row in tx.execute(_OF, {"whose": person})]


def save(tx: Transaction, token: Token, by: Person | None = None) -> None:
    """Keep a new token. Raises Conflict when the person had one of this name, revoked or not."""
    try:
        tx.execute(_SAVE, row_values(token))
    except IntegrityError as error:
        raise Conflict from error
    actor, through = record_event.by_whom(by)
    record_event.append(tx, RecordKind.TOKEN, actor, token.created, token.person, row_facts(token) | through)


def revoke(tx: Transaction, person: str, name: str, at: datetime, by: Person | None = None) -> bool:
    """Revoke a person's token; whether there was one in force."""
    if tx.execute(_REVOKE, {"whose": person, "sought": name, "moment": at}).rowcount != 1:
        return False
    [revoked] = [each for each in of(tx, person) if each.name == name]
    actor, through = record_event.by_whom(by)
    record_event.append(tx, RecordKind.TOKEN, actor, at, person, row_facts(revoked) | through)
    return True
