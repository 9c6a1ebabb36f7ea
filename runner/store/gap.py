"""What no single case can tell: rows of cases that have no journal, ids and numbers of cases that are missing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from runner.store.session import Transaction

_TABLES = ("task", "timer", "incident", "outbox", "attachment", "case_search", "case_officer")
_OF_CASES = (("case", "id"), *((name, "case") for name in _TABLES))
"""The tables, and their columns, that name a case which must have a journal."""
_ORPHANS = {
    name: text(
        f'SELECT DISTINCT "{column}" FROM "{name}" AS r'  # noqa: S608  # our own names
        f' WHERE NOT EXISTS (SELECT 1 FROM journal WHERE journal."case" = r."{column}") LIMIT 100'
    )
    for name, column in _OF_CASES
}
_IDS = text('SELECT DISTINCT "case" FROM journal WHERE "case" > :after ORDER BY "case" LIMIT :most')
_COUNT = text('SELECT count(DISTINCT "case") FROM journal')
_GAPS = text(
    "SELECT before, id FROM (SELECT id, lag(id, 1, 0) OVER (ORDER BY id) AS before FROM"
    ' (SELECT DISTINCT "case" AS id FROM journal) AS each_case) AS pair WHERE id > before + 1 ORDER BY id LIMIT 100'
)
_EVENT_GAPS = text(
    "SELECT before, id FROM (SELECT id, lag(id, 1, 0) OVER (ORDER BY id) AS before FROM record_event) AS pair"
    " WHERE id > before + 1 ORDER BY id LIMIT 100"
)
_NUMBERS = text('SELECT number, id FROM "case" WHERE number > :after ORDER BY number LIMIT :most')
_ALLOTTED = text("SELECT agency, day, last FROM case_number")


def ids(tx: Transaction, after: Any, most: int) -> list[Any]:
    """The ids behind `after` of at most so many cases that have a journal, as they are stored."""
    return list(tx.scalars(_IDS, {"after": after, "most": most}))


def count(tx: Transaction) -> int:
    """How many cases have a journal."""
    return int(tx.scalar(_COUNT) or 0)


def orphans(tx: Transaction) -> list[tuple[str, Any]]:
    """Tables with rows of cases that have no journal, and these cases; a hundred of each table at most."""
    return [(name, case) for name, statement in _ORPHANS.items() for case in tx.scalars(statement)]


def gaps(tx: Transaction) -> list[tuple[int, int]]:
    """Where ids of cases are missing: the one before the gap (0: none) and the one behind it; a hundred at most."""
    return [(before, id) for before, id in tx.execute(_GAPS)]


def event_gaps(tx: Transaction) -> list[tuple[int, int]]:
    """The same of the numbers of record events."""
    return [(before, id) for before, id in tx.execute(_EVENT_GAPS)]


def numbers(tx: Transaction, after: str, most: int) -> list[tuple[str, int]]:
    """The numbers behind `after` that cases have, in their order, each with the case."""
    return [(number, id) for number, id in tx.execute(_NUMBERS, {"after": after, "most": most})]


def allotted(tx: Transaction) -> dict[tuple[str, str], Any]:
    """The last number that was given, by agency and day (ISO 8601)."""
    return {(agency, str(day)): last for agency, day, last in tx.execute(_ALLOTTED)}
