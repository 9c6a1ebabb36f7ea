"""Statements of the hot path: written with SQLAlchemy, compiled once, then handed to the driver as they are.

`Connection.execute` looks a statement up in a cache, builds a context for it and asks every listener, each time: of a
completed task's eleven statements that takes longer than the engine and the database together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Dialect, Select, UpdateBase
from sqlalchemy.types import TypeEngine

from runner.store.session import Transaction, executed

Values = Mapping[str, Any]
Row = tuple[Any, ...]
Statement: TypeAlias = Select[Any] | UpdateBase
_Process = Callable[[Any], Any]


class Prepared:
    """One statement, or the same for each dialect by its name; every value in it is a named parameter.

    Raises SQLAlchemy's errors, as `Connection.execute` does.
    """

    def __init__(self, statement: Statement | Mapping[str, Statement]) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def all(self, tx: Transaction, values: Values) -> list[Row]:
        """Every row that the statement finds."""
        ready, cursor = self._executed(tx, values)
        try:
            return ready.read(cursor.fetchall())
        finally:
            cursor.close()

    def first(self, tx: Transaction, values: Values) -> Row | None:
        """The first row, or None."""
        found = self.all(tx, values)
        return found[0] if found else None

    def scalar(self, tx: Transaction, values: Values) -> Any:
        """The first column of the first row, or None."""
        found = self.first(tx, values)
        return found[0] if found else None

    def run(self, tx: Transaction, *rows: Values) -> None:
        """Execute the statement for each of `rows`, in their order."""
        for values in rows:
            self._executed(tx, values)[1].close()

    def _executed(self, tx: Transaction, values: Values) -> tuple[_Compiled, Any]:
        if not tx.in_transaction():  # a snapshot begins with what is first asked of it
            tx.begin()
        ready = self._compiled.get(tx.dialect.name) or self._compile(tx.dialect)
        return ready, executed(tx, ready.text, ready.given(values))

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement = self._statement[dialect.name] if isinstance(self._statement, Mapping) else self._statement
        self._compiled[dialect.name] = ready = _compiled(statement, dialect)
        return ready


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement's text; the processor of each parameter, in the text's order if it has no names; those of columns."""

    text: str
    named: bool
    parameters: Sequence[tuple[str, _Process | None]]
    columns: Sequence[tuple[int, _Process]]

    def given(self, values: Values) -> Any:
        """The parameters as the driver takes them."""
        if self.named:
            return {name: process(values[name]) if process else values[name] for name, process in self.parameters}
        return [process(values[name]) if process else values[name] for name, process in self.parameters]

    def read(self, rows: list[Any]) -> list[Row]:
        """The driver's rows, in our types."""
        if not self.columns:
            return rows
        found = [list(row) for row in rows]
        for row in found:
            for place, process in self.columns:
                row[place] = process(row[place])
        return [tuple(row) for row in found]


def _compiled(statement: Statement, dialect: Dialect) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect)
    names: list[str] = compiled.positiontup if compiled.positional else list(compiled.binds)
    columns = statement.selected_columns if isinstance(statement, Select) else ()
    processes = [_implemented(column.type, dialect).result_processor(dialect, None) for column in columns]
    return _Compiled(
        str(compiled),
        not compiled.positional,
        [(name, _implemented(compiled.binds[name].type, dialect).bind_processor(dialect)) for name in names],
        [(place, process) for place, process in enumerate(processes) if process],
    )


def _implemented(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)
