"""What the application's role may do on PostgreSQL: read everything, and write no more than its statements need.

The owner makes and migrates the tables, and the role that the pages and the worker connect as may not change what is
kept for ever. SQLite has no roles: there the file's permissions decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, text

from runner.errors import Refused
from runner.store.session import Database, Transaction

_ADD, _ADD_CHANGE, _ADD_REMOVE = ("INSERT",), ("INSERT", "UPDATE"), ("INSERT", "DELETE")
_ALL = ("INSERT", "UPDATE", "DELETE")

RIGHTS: Final[Mapping[str, tuple[str, ...]]] = {
    # What is kept for ever: nothing of it is written over or taken away.
    "journal": _ADD,
    "version": _ADD,
    "version_file": _ADD,
    "blob": _ADD,
    "enforcement": _ADD,
    "calendar_revision": _ADD,
    "organisation_revision": _ADD,
    "law_revision": _ADD,
    "calendar_decision": _ADD,
    "procedure_draft_event": _ADD,
    "submission_view": _ADD,
    "record_event": _ADD,
    "record_leaf": _ADD,
    "record_node": _ADD,
    "record_head": _ADD,
    "record_cosignature": _ADD,
    "record_timestamp": _ADD,
    "epoch": (),
    "erasure": _ADD,
    "sample": _ADD,
    "sample_case": _ADD,
    "sample_remark": _ADD,
    "alembic_version": (),
    # What is computed from the journals, and made anew from them.
    "case": _ALL,
    "task": _ALL,
    "timer": _ALL,
    "incident": _ALL,
    "case_search": _ADD_REMOVE,
    "case_officer": _ADD_REMOVE,
    # What keeps the work going.
    "record_pending": _ADD_REMOVE,
    "record_contact": _ADD_CHANGE,
    "timer_failure": _ALL,
    "outbox": _ADD_CHANGE,
    "erasure_request": _ADD_CHANGE,
    "mail_erasure": _ALL,
    "recount": _ALL,
    "draft": _ALL,
    "idempotency": _ADD_REMOVE,
    "case_number": _ADD_CHANGE,
    "setting": _ALL,
    "attachment": _ALL,
    "attachment_piece": _ADD_REMOVE,
    "impact": _ALL,
    "migration_order": _ADD_CHANGE,
    "verification": _ADD_CHANGE,
    "mining_job": _ALL,
    "mining_piece": _ADD_REMOVE,
    # Who works here, and what analysts draft.
    "person": _ADD_CHANGE,
    "membership": _ADD_REMOVE,
    "account": _ADD_CHANGE,
    "attempt": _ALL,
    "login_session": _ALL,
    "sign_in_failure": _ALL,
    "desk_visit": _ADD_CHANGE,
    "saved_filter": _ALL,
    "token": _ADD_CHANGE,
    "procedure_draft": _ADD_CHANGE,
    "procedure_draft_save": _ADD_REMOVE,
    "procedure_draft_file": _ADD_REMOVE,
    "submission": _ADD_CHANGE,
}
"""Beside SELECT, by table: exactly what the statements of this package need. A table that is missing gets INSERT."""

FUNCTIONS: Final = ("erase_payload",)
"""Functions that run with the owner's rights: the only ways to what the role itself may not do."""

POSSIBLE: Final = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")

_ROLE = text(
    "SELECT rolsuper, pg_has_role(:role, (SELECT relowner FROM pg_class WHERE oid = to_regclass('journal')), 'MEMBER'),"
    " rolname = current_user FROM pg_roles WHERE rolname = :role"
)
_TABLES = text(
    "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
    " ORDER BY relname"
)
_HELD = text(
    "SELECT relname, privilege FROM pg_class, unnest(CAST(:possible AS text[])) AS privilege"
    " WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
    " AND has_table_privilege(:role, pg_class.oid, privilege) ORDER BY relname, privilege"
).bindparams(bindparam("possible", list(POSSIBLE)))
_FUNCTIONS = text(
    "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    " AND proname = ANY(CAST(:names AS text[]))"
).bindparams(bindparam("names", list(FUNCTIONS)))
_CURRENT = text("SELECT current_user")
_SCHEMA = text("SELECT current_schema()")


class RoleMissing(Refused):
    """PostgreSQL chưa có vai trò {role} của ứng dụng; hãy tạo bằng “CREATE ROLE {role} LOGIN PASSWORD '…'”."""


class RoleTooStrong(Refused):
    """Vai trò {role} là chủ sở hữu của các bảng hoặc quản trị cả máy chủ PostgreSQL; ứng dụng phải dùng một vai trò khác."""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Standing:
    """What a role may do: whether it rules the server or owns the tables, and rights beyond those of `RIGHTS`."""

    role: str
    superuser: bool
    owner: bool
    excess: tuple[tuple[str, str], ...]


def grant(database: Database, role: str) -> None:
    """Give `role` exactly its rights, in one transaction; for the owner, after each migration.

    Does nothing on SQLite. Raises `RoleMissing`, or `RoleTooStrong` where the role could take rights by itself.
    """
    with database.change() as tx:
        if tx.dialect.name != "postgresql":
            return
        found = tx.execute(_ROLE, {"role": role}).first()
        if found is None:
            raise RoleMissing(role=role)
        if any(found):
            raise RoleTooStrong(role=role)
        for statement in _statements(tx, role):
            tx.exec_driver_sql(statement)


def _statements(tx: Transaction, role: str) -> list[str]:
    quote = tx.dialect.identifier_preparer.quote
    who, schema = quote(role), quote(str(tx.scalar(_SCHEMA)))
    made = [f"REVOKE ALL ON ALL {kind} IN SCHEMA {schema} FROM PUBLIC, {who}" for kind in ("TABLES", "SEQUENCES")] + [
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {who}",
        f"GRANT USAGE ON SCHEMA {schema} TO {who}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {who}",
    ]
    for table in tx.scalars(_TABLES):
        rights = ", ".join(("SELECT", *RIGHTS.get(table, _ADD)))
        made.append(f"GRANT {rights} ON {schema}.{quote(table)} TO {who}")
    for function in tx.scalars(_FUNCTIONS):
        made.append(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        made.append(f"GRANT EXECUTE ON FUNCTION {function} TO {who}")
    return made


def standing(database: Database) -> Standing | None:
    """What the role of this connection may do; None on SQLite."""
    with database.read() as tx:
        if tx.dialect.name != "postgresql":
            return None
        role = str(tx.scalar(_CURRENT))
        superuser, owner, _ = tx.execute(_ROLE, {"role": role}).one()
        held = [(table, right) for table, right in tx.execute(_HELD, {"role": role})]
        excess = tuple((table, right) for table, right in held if right not in RIGHTS.get(table, _ADD))
        return Standing(role, superuser, bool(owner), excess)
