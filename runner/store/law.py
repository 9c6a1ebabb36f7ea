"""The revisions of provinces' rules of law: each is all files of rules of a province, and never changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from sqlalchemy import BindParameter, bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError

from runner.domain.deployment import Revision
from runner.domain.journal import canonical
from runner.domain.record import RecordKind
from runner.errors import Conflict
from runner.store import record_event
from runner.store.law_table import law_revision
from runner.store.session import Transaction
from runner.store.statement import columns, row_values

_row = law_revision.c
_OF_PROVINCE: Final[BindParameter[str]] = bindparam("of_province")
NEWEST: Final = select(func.max(_row.revision)).where(_row.province == _OF_PROVINCE)
"""The number of the newest revision of the province ``of_province``."""
_CONTENT = select(_row.content).where(_row.province == _OF_PROVINCE, _row.revision == bindparam("number"))
_REVISIONS = select(*columns(law_revision, Revision)).where(_row.province == _OF_PROVINCE).order_by(_row.revision)
_PROVINCES = select(_row.province, func.max(_row.revision)).group_by(_row.province).order_by(_row.province)


def revise(tx: Transaction, revision: Revision, files: Mapping[str, bytes]) -> None:
    """Store a revision. Raises Conflict when the province has one of that number already."""
    content = canonical({name: data.decode() for name, data in files.items()}).encode()
    try:
        tx.execute(insert(law_revision), row_values(revision, content=content))
    except IntegrityError as error:
        raise Conflict from error
    record_event.append_revision(tx, RecordKind.RULES, revision, sha256(content).digest())


def newest(tx: Transaction, province: str) -> int:
    """The number of the newest revision of a province; 0 where there is none."""
    return tx.scalar(NEWEST, {"of_province": province}) or 0


def content(tx: Transaction, province: str, revision: int) -> bytes | None:
    """A revision as it is stored."""
    return tx.scalar(_CONTENT, {"of_province": province, "number": revision})


def files(tx: Transaction, province: str, revision: int) -> dict[str, bytes]:
    """The files of a revision by their names; none where there is no such revision."""
    found = content(tx, province, revision)
    return {name: str(text).encode() for name, text in json.loads(found).items()} if found else {}


def revisions(tx: Transaction, province: str) -> list[Revision]:
    """Who revised a province's rules when and why, the oldest first."""
    return [Revision(*row) for row in tx.execute(_REVISIONS, {"of_province": province})]


def provinces(tx: Transaction) -> dict[str, int]:
    """The number of the newest revision, by province."""
    return {row[0]: row[1] for row in tx.execute(_PROVINCES)}
