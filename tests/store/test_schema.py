"""The migrations and the metadata say the same, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from runner.store import schema
from runner.store.index import metadata
from runner.store.schema import migrate, newest
from runner.store.session import Database, Transaction

DEFINITIONS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND name <> 'alembic_version'",
    "postgresql": """
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
        UNION ALL
        SELECT table_name || '.' || column_name, data_type || is_nullable || coalesce(column_default, '')
        FROM information_schema.columns WHERE table_schema = current_schema()
        UNION ALL
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
        UNION ALL
        SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = current_schema()
    """,
}


def definitions(tx: Transaction) -> dict[str, str]:
    """Every table, column, index and constraint by name, as the database itself defines it."""
    found = tx.execute(text(DEFINITIONS[tx.dialect.name]))
    return {name: sql for name, sql in found if "alembic_version" not in name}


class Enough(Exception):
    """Undoes what a test did to the schema."""


def test_the_migrations_leave_exactly_what_the_metadata_says(database: Database) -> None:
    with pytest.raises(Enough):
        _compare(database)


def _compare(database: Database) -> None:
    with database.change() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []
        migrated = definitions(tx)
        metadata.drop_all(tx)
        assert definitions(tx) == {}
        metadata.create_all(tx)
        assert definitions(tx) == migrated
        raise Enough


def test_the_newest_revision_is_alembics_head() -> None:
    assert newest() == ScriptDirectory(str(Path(schema.__file__).parent / "migrations")).get_current_head()


def test_migrating_again_changes_nothing(database: Database) -> None:
    with database.read() as tx:
        before = definitions(tx)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate, [database] * 2))
    with database.read() as tx:
        assert definitions(tx) == before
