"""PostgreSQL's tools: of the server's version, told what they said, never told a password that others can see."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from runner.app import Runner
from runner.backup.making import make
from runner.config import Settings
from runner.domain.person import SYSTEM
from runner.store.postgres_tools import PostgresTools, ToolFailed, ToolMissing, ToolVersion
from runner.store.snapshot import ScratchForbidden
from tests.backup.conftest import nothing

URL = make_url("postgresql+psycopg://motcua:it's%20secret@database:5433/an%20office?host=/run/a'b")
PASSWORD = "it's secret"  # noqa: S105

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


def tool(folder: Path, name: str, script: str, version: int = 18) -> None:
    """A program that says it is this tool, and otherwise does what `script` says."""
    file = folder / name
    says = f'[ "$1" != --version ] || {{ echo "{name} (PostgreSQL) {version}.1"; exit; }}'
    file.write_text(f"#!/bin/sh\n{says}\n{script}\n")
    file.chmod(0o755)


def test_a_tool_that_is_not_there_or_of_another_version_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match="pg_dump"):
        PostgresTools(str(tmp_path), 18).dump(URL, tmp_path / "x")
    tool(tmp_path, "pg_dump", "exit 0", version=17)
    with pytest.raises(ToolVersion, match="bản 17, còn máy chủ PostgreSQL là bản 18"):
        PostgresTools(str(tmp_path), 18).dump(URL, tmp_path / "x")


def test_the_password_goes_by_the_environment_and_no_other_way(tmp_path: Path) -> None:
    told = tmp_path / "told"
    tool(tmp_path, "pg_dump", f'printf "%s\\n" "$@" "PGPASSWORD=$PGPASSWORD" > {told}')
    PostgresTools(str(tmp_path), 18).dump(URL, tmp_path / "x")
    *words, password = told.read_text().splitlines()
    assert password == f"PGPASSWORD={PASSWORD}"
    assert not [word for word in words if "secret" in word]
    assert r"--dbname=dbname='an office' host='/run/a\'b' port='5433' user='motcua'" in words


def test_what_a_tool_says_about_its_failure_is_told(tmp_path: Path) -> None:
    tool(tmp_path, "pg_dump", "echo 'could not lock the table' >&2; exit 1")
    with pytest.raises(ToolFailed, match="could not lock the table"):
        PostgresTools(str(tmp_path), 18).dump(URL, tmp_path / "x")


@pytest.mark.parametrize(
    ("reader", "writer", "named"),
    [
        ("echo 'a broken archive' >&2; exit 1", "cat > /dev/null; exit 3", "a broken archive"),
        ("yes | head -c 1000000", "echo 'no such role' >&2; exit 2", "no such role"),
        ("echo", "kill -9 $$", "psql không làm được: -9"),
        ("yes | head -c 1000000", "kill -9 $$", "psql không làm được: -9"),
        ("kill -9 $$", "cat > /dev/null; exit 3", "pg_restore không làm được: -9"),
    ],
)
def test_a_restore_that_fails_on_either_side_says_which_and_ends(
    tmp_path: Path, reader: str, writer: str, named: str
) -> None:
    tool(tmp_path, "pg_restore", reader)
    tool(tmp_path, "psql", writer)
    with pytest.raises(ToolFailed, match=named):
        PostgresTools(str(tmp_path), 18).load(tmp_path / "x", URL, ["SELECT 1"])


def test_where_the_reader_breaks_off_the_writer_is_made_to_undo_what_it_has(tmp_path: Path) -> None:
    got = tmp_path / "got"
    tool(tmp_path, "pg_restore", "echo 'SELECT 1;'; exit 1")
    tool(tmp_path, "psql", f"cat > {got}")
    with pytest.raises(ToolFailed, match="pg_restore"):
        PostgresTools(str(tmp_path), 18).load(tmp_path / "x", URL, ["SELECT 2"])
    assert got.read_text() == "SELECT 1;\n\nSELECT 1/0;\n"


@on_postgres
def test_who_may_not_make_a_database_cannot_try_a_restore_and_leaves_nothing(
    database_url: str, tools: str, tmp_path: Path
) -> None:
    owner, role = Runner(Settings(database_url)), "motcua_reads_only"
    with owner.database.change() as tx:
        tx.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD 'of the tests'")
        tx.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
        tx.exec_driver_sql(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
    url = make_url(database_url).set(username=role, password="of the tests")  # noqa: S106
    reader = Runner(Settings(url.render_as_string(hide_password=False), postgres_tools=tools))
    try:
        with pytest.raises(ScratchForbidden, match="CREATEDB"):
            make(reader, tmp_path / "backups", SYSTEM, nothing)
        assert [*(tmp_path / "backups").iterdir()] == []
    finally:
        reader.close()
        with owner.database.change() as tx:
            tx.exec_driver_sql(f"DROP OWNED BY {role}")
            tx.exec_driver_sql(f"DROP ROLE {role}")
        owner.close()
