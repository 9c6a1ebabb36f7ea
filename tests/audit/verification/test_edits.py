"""An insider edits what they like, without guards: a verification sees it, or docs/record.md says that it does not."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Integer, LargeBinary, Table, text
from sqlalchemy.exc import DBAPIError

from runner.store.datatype import Instant
from runner.store.index import metadata
from tests.audit.verification.stage import Insider, Stage
from tests.world import ROOT

FULL = os.environ.get("MOTCUA_FAULTS") == "full"
EDITS = 5_000 if FULL else 70
"""Of each database, or as many more until every table had one that the database took."""
SEED = 11
EVERY = "every column"
ONLY = {
    "attachment": "seq IS NOT NULL",
    "attachment_piece": "attachment IN (SELECT id FROM attachment WHERE seq IS NOT NULL)",
    "verification": "ended IS NOT NULL",
}
"""Rows of which nothing is said otherwise: see the table of what is held."""
COPIED = {"record_head"}
"""A row that is gone takes nothing with it: what counts is outside."""


def _named() -> tuple[set[str], dict[str, set[str]]]:
    """What docs/record.md says: the tables that are held, and the columns that are outside, by table."""
    page = (ROOT / "docs/record.md").read_text("utf-8")
    held, outside = page.split("### Held by the record")[1].split("### Outside of the record")
    tables = set(re.findall(r"^\| `(\w+)` \|", held, re.MULTILINE))
    columns = {}
    for table, named in re.findall(r"^\| `(\w+)` \| ([^|]+) \|", outside, re.MULTILINE):
        every = {column.name for column in metadata.tables[table].columns}
        columns[table] = every if named == EVERY else set(re.findall(r"`(\w+)`", named))
        assert columns[table] <= every, table
    return tables, columns


HELD, OUTSIDE = _named()


def test_every_table_and_column_is_named() -> None:
    assert set(metadata.tables) == HELD | OUTSIDE.keys()
    for table in HELD & OUTSIDE.keys():
        assert OUTSIDE[table] < {column.name for column in metadata.tables[table].columns}, table


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one row: `column` None takes it away, or with `added` adds one like it."""

    table: str
    column: str | None
    where: dict[str, Any]
    before: Any = None
    after: Any = None
    added: dict[str, Any] | None = None

    def do(self, tx: Connection) -> int:
        """Carry it out; how many rows it met."""
        table = metadata.tables[self.table]
        if self.added is not None:
            return _insert(tx, table, self.added)
        places = " AND ".join(f'"{name}" = :w_{name}' for name in self.where)
        facts = {f"w_{name}": value for name, value in self.where.items()}
        if self.column is None:
            return tx.execute(text(f'DELETE FROM "{self.table}" WHERE {places}'), facts).rowcount
        statement = text(f'UPDATE "{self.table}" SET "{self.column}" = :value WHERE {places}')
        return tx.execute(statement, facts | {"value": self.after}).rowcount


def _insert(tx: Connection, table: Table, row: dict[str, Any]) -> int:
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f":{name}" for name in row)
    return tx.execute(text(f'INSERT INTO "{table.name}" ({names}) VALUES ({values})'), row).rowcount


class Chance:
    """Edits at random, the same for the same seed."""

    def __init__(self, insider: Insider, seed: int) -> None:
        self.insider, self.random = insider, Random(seed)
        with insider.engine.connect() as tx:
            self.rows = {name: self._rows(tx, name) for name in sorted(metadata.tables)}

    def _rows(self, tx: Connection, table: str) -> list[dict[str, Any]]:
        where = f" WHERE {ONLY[table]}" if table in ONLY else ""
        return [dict(row._mapping) for row in tx.execute(text(f'SELECT * FROM "{table}"{where}'))]

    def edits(self, columns: Mapping[str, Sequence[str]]) -> Iterator[Edit]:
        """One edit after the other, each table in its turn; of its columns, now and then of a whole row."""
        tables = [table for table in columns if self.rows[table]]
        while True:
            self.random.shuffle(tables)
            for table in tables:
                if edit := self._edit(table, self.random.choice(columns[table])):
                    yield edit

    def _edit(self, table: str, name: str) -> Edit | None:
        row, chosen = self.random.choice(self.rows[table]), metadata.tables[table]
        key = {column.name: row[column.name] for column in chosen.primary_key}
        if self.random.random() < 0.12 and table not in OUTSIDE and table not in COPIED:
            return Edit(table, None, key, before=row)
        column = chosen.c[name]
        after = self._other(column, row[name], [each[name] for each in self.rows[table]])
        return (
            None if type(after) is type(row[name]) and after == row[name] else Edit(table, name, key, row[name], after)
        )

    def _other(self, column: Column[Any], value: Any, others: list[Any]) -> Any:
        """Another value for a column: of its own kind, of another row, none, and on SQLite of any type at all."""
        chance = self.random.random()
        if column.nullable and value is not None and chance < 0.15:
            return None
        if self.insider.sqlite and chance < 0.25 and not column.primary_key:
            return self.random.choice(["chữ", 7.5, b"\x00\xff", -1, ""])
        if chance < 0.4 and (different := [each for each in others if each != value and each is not None]):
            return self.random.choice(different)
        return self._near(column, value)

    def _near(self, column: Column[Any], value: Any) -> Any:
        random = self.random
        if isinstance(column.type, LargeBinary):
            data = bytearray(value or bytes(32))
            place = random.randrange(len(data)) if data else 0
            data[place : place + 1] = bytes([data[place] ^ (1 << random.randrange(8))]) if data else b"x"
            return bytes(data)
        if isinstance(column.type, Instant) and not self.insider.sqlite:
            return (value or datetime.fromisoformat("2022-09-28T00:00:00Z")) + timedelta(
                microseconds=random.choice([1, -(10**9)])
            )
        if isinstance(column.type, Boolean):
            return not value
        if isinstance(column.type, Date):
            return value + timedelta(days=1) if not isinstance(value, str) else "2022-09-27"
        if isinstance(column.type, Integer | Instant) or isinstance(value, int):
            return (value or 0) + random.choice([1, -1, 1000])
        words = value or ""
        place = random.randrange(len(words) + 1)
        return random.choice([words[:place] + "x" + words[place + 1 :], words + " ", words.upper() + "!"])


def _undo(tx: Connection, edit: Edit) -> None:
    table = metadata.tables[edit.table]
    if edit.column is None:
        _insert(tx, table, edit.before)
        return
    where = dict(edit.where)
    if edit.column in where:
        where[edit.column] = edit.after
    Edit(edit.table, edit.column, where, after=edit.before).do(tx)


def tried(insider: Insider, stage: Stage, edit: Edit) -> bool | None:
    """Whether the verification finds an edit, which is then undone; None where the database itself refused it."""
    try:
        with insider.editing() as tx:
            if edit.do(tx) != 1:
                return None
    except DBAPIError:  # a key that is there already, a null, or on PostgreSQL another type
        return None
    found = bool(stage.report().tally.found)
    with insider.editing() as tx:
        _undo(tx, edit)
    return found


def test_every_edit_of_what_is_held_is_found(stage: Stage, insider: Insider) -> None:
    assert not stage.report().tally.found
    columns = {
        name: [each.name for each in metadata.tables[name].columns if each.name not in OUTSIDE.get(name, ())]
        for name in sorted(HELD)
    }
    chance, done, unseen, seen = Chance(insider, SEED), 0, [], set()
    assert all(chance.rows[name] for name in HELD)
    for edit in chance.edits(columns):
        if done >= EDITS and edit.table in {table for table, _ in seen}:
            continue
        found = tried(insider, stage, edit)
        if found is not None:
            done += 1
            seen.add((edit.table, edit.column))
            if not found:
                unseen.append(edit)
        if done >= EDITS and len({table for table, _ in seen}) == len(HELD):
            break
    assert {(edit.table, edit.column, str(edit.before)[:60], str(edit.after)[:60]) for edit in unseen} == set()
    assert not stage.report().tally.found


def test_what_is_outside_is_not_found_and_so_is_rightly_listed(stage: Stage, insider: Insider) -> None:
    chance = Chance(insider, SEED)
    columns = {name: sorted(columns) for name, columns in sorted(OUTSIDE.items()) if chance.rows[name]}
    left = {(name, column) for name, listed in columns.items() for column in listed}
    for edit, _ in zip(chance.edits(columns), range(40 * len(left)), strict=False):
        if (edit.table, edit.column) in left and tried(insider, stage, edit) is False:
            left.remove((edit.table, edit.column or ""))
        if not left:
            break
    assert not left
