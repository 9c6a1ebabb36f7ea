"""The revisions of provinces' organisations: each is a whole ``province.toml``, and never changes."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from sqlalchemy import BindParameter, bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError

from runner.domain.deployment import Revision
from runner.domain.record import RecordKind
from runner.errors import Conflict
from runner.store import law, record_event, table
from runner.store.prepared import Prepared
from runner.store.session import Transaction
from runner.store.statement import columns, row_values

_row, _calendar = table.organisation_revision.c, table.calendar_revision.c
_OF_PROVINCE: Final[BindParameter[str]] = bindparam("of_province")
_CONTENT = select(_row.content).where(_row.province == _OF_PROVINCE, _row.revision == bindparam("number"))
_NEWEST = Prepared(
    select(
        select(func.max(_calendar.revision)).where(_calendar.province == _OF_PROVINCE).scalar_subquery(),
        select(func.max(_row.revision)).where(_row.province == _OF_PROVINCE).scalar_subquery(),
        law.NEWEST.scalar_subquery(),
    )
)
_REVISIONS = (
    select(*columns(table.organisation_revision, Revision)).where(_row.province == _OF_PROVINCE).order_by(_row.revision)
)
_PROVINCES = select(_row.province, func.max(_row.revision)).group_by(_row.province).order_by(_row.province)


def revise(tx: Transaction, revision: Revision, content: bytes) -> None:
    """Store a revision. Raises Conflict when the province has one of that number already."""
    try:
        tx.execute(insert(table.organisation_revision), row_values(revision, content=content))
    except IntegrityError as error:
        raise Conflict from error
    record_event.append_revision(tx, RecordKind.ORGANISATION, revision, sha256(content).digest())


def content(tx: Transaction, province: str, revision: int) -> bytes | None:
    """The ``province.toml`` of a revision."""
    return tx.scalar(_CONTENT, {"of_province": province, "number": revision})


def newest(tx: Transaction, province: str) -> tuple[int | None, int | None, int | None]:
    """The numbers of the newest revisions of a province's calendar, organisation and rules, in one statement."""
    [(calendar, organisation, rules)] = _NEWEST.all(tx, {"of_province": province})
    return calendar, organisation, rules


def revisions(tx: Transaction, province: str) -> list[Revision]:
    """Who revised a province's organisation when and why, the oldest first."""
    return [Revision(*row) for row in tx.execute(_REVISIONS, {"of_province": province})]


def provinces(tx: Transaction) -> dict[str, int]:
    """The number of the newest revision, by province."""
    return {row[0]: row[1] for row in tx.execute(_PROVINCES)}


def newest_file(tx: Transaction, province: str) -> bytes | None:
    """The ``province.toml`` of the newest revision."""
    return content(tx, province, newest(tx, province)[1] or 0)
