"""The record log read through, leaf by leaf, with what each leaf is of; and what is in no leaf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, select, text, type_coerce

from runner.domain.journal import Entry, canonical
from runner.domain.record import Head, RecordEvent
from runner.errors import Busy
from runner.store import table
from runner.store.prepared import Prepared
from runner.store.record_table import record_event, record_head, record_leaf, record_node, record_pending
from runner.store.session import Transaction
from runner.store.statement import columns

_leaf, _head, _node = record_leaf.c, record_head.c, record_node.c
_BETWEEN = (_leaf.index >= bindparam("begin"), _leaf.index < bindparam("end"))
_LEAVES = Prepared(select(_leaf.index, _leaf.case, _leaf.seq, _leaf.hash).where(*_BETWEEN).order_by(_leaf.index))
_ENTRIES = Prepared(
    select(_leaf.index, *columns(table.journal, Entry))
    .join_from(record_leaf, table.journal, (table.journal.c.case == _leaf.case) & (table.journal.c.seq == _leaf.seq))
    .where(*_BETWEEN)
)
_EVENTS = Prepared(
    select(_leaf.index, type_coerce(record_event.c.facts, Text), *columns(record_event, RecordEvent))
    .join_from(record_leaf, record_event, record_event.c.id == _leaf.seq)
    .where(_leaf.case == bindparam("of_events"), *_BETWEEN)
)
_OF_CASE = Prepared(select(_leaf.seq, _leaf.index, _leaf.hash).where(_leaf.case == bindparam("of_case")))
_WAITS = Prepared(
    select(record_pending.c.seq, record_pending.c.id).where(record_pending.c.case == bindparam("of_case"))
)
_HEADS = (
    select(*columns(record_head, Head))
    .where(_head.size > bindparam("begin"), _head.size <= bindparam("end"))
    .order_by(_head.size)
)
_HEAD_SIZES = (
    select(_head.size).where(_head.size > bindparam("begin"), _head.size <= bindparam("end")).order_by(_head.size)
)
_HEADS_BEFORE = (
    select(*columns(record_head, Head))
    .where(_head.at <= bindparam("moment"), _head.size <= bindparam("most"))
    .order_by(_head.size.desc())
)
_UNLOGGED = text(
    'SELECT "case", seq FROM journal AS j WHERE NOT EXISTS (SELECT 1 FROM record_leaf AS l'
    ' WHERE l."case" = j."case" AND l.seq = j.seq) AND NOT EXISTS (SELECT 1 FROM record_pending AS p'
    ' WHERE p."case" = j."case" AND p.seq = j.seq) LIMIT 100'
)
_UNTOLD = text(
    "SELECT 0, id FROM record_event AS e WHERE NOT EXISTS (SELECT 1 FROM record_leaf AS l"
    ' WHERE l."case" = 0 AND l.seq = e.id) AND NOT EXISTS (SELECT 1 FROM record_pending AS p'
    ' WHERE p."case" = 0 AND p.seq = e.id) LIMIT 100'
)
_NODES = text("SELECT level, count(*) FROM record_node GROUP BY level")
_WAITING = text("SELECT count(*) FROM record_pending")
_PENDING_FOR_NOTHING = text(
    'SELECT "case", seq FROM record_pending AS p WHERE NOT EXISTS (SELECT 1 FROM journal AS j'
    ' WHERE j."case" = p."case" AND j.seq = p.seq) AND NOT EXISTS (SELECT 1 FROM record_event AS e'
    ' WHERE p."case" = 0 AND e.id = p.seq) LIMIT 100'
)


LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
BEHIND = 1 << 62
"""Added to the places of what is no leaf yet."""


class Leaf(NamedTuple):
    """A leaf as it is stored: of an entry, or (case 0) of the event whose number is `seq`."""

    index: Any
    case: Any
    seq: Any
    hash: Any


def leaves(tx: Transaction, begin: int, end: int) -> list[Leaf]:
    """The leaves from index `begin` until `end`."""
    return [Leaf(*row) for row in _LEAVES.all(tx, {"begin": begin, "end": end})]


def entries(tx: Transaction, begin: int, end: int) -> dict[int, Entry]:
    """The entries of these leaves, by index."""
    return {index: Entry(*row) for index, *row in _ENTRIES.all(tx, {"begin": begin, "end": end})}


def events(tx: Transaction, begin: int, end: int) -> dict[int, RecordEvent]:
    """The events of these leaves, by index; one whose facts are not written as ours are has no hash."""
    return {
        index: _as_written(text, RecordEvent(*row))
        for index, text, *row in _EVENTS.all(tx, {"begin": begin, "end": end, "of_events": 0})
    }


def _as_written(text: str, event: RecordEvent) -> RecordEvent:
    return event if text == canonical(event.facts) else replace(event, hash=b"")


def of_case(tx: Transaction, case: int) -> dict[Any, tuple[Any, bytes | None]]:
    """Where the entries of a case are in the order of the log, and the hashes of their leaves; by number.

    What waits to become a leaf comes behind all leaves, without a hash. Case 0: the events.
    """
    waits = {seq: (BEHIND + id, None) for seq, id in _WAITS.all(tx, {"of_case": case})}
    return waits | {seq: (index, hash) for seq, index, hash in _OF_CASE.all(tx, {"of_case": case})}


def heads(tx: Transaction, begin: int, end: int) -> list[Head]:
    """The stored heads over more than `begin` leaves and at most `end`, the smallest first.

    Of a row that cannot be read, a head without a note.
    """
    within = {"begin": begin, "end": end}
    try:
        return [Head(*row) for row in tx.execute(_HEADS, within)]
    except Busy:
        raise
    except Exception:
        return [_read_head(tx, size) for size in tx.scalars(_HEAD_SIZES, within).all()]


def _read_head(tx: Transaction, size: int) -> Head:
    try:
        return Head(*tx.execute(_HEADS, {"begin": size - 1, "end": size}).one())
    except Busy:
        raise
    except Exception:  # whatever a value of another type makes
        return Head(size, LONG_AGO, b"", "")


def heads_before(tx: Transaction, moment: object, most: int) -> Iterator[Head]:
    """The stored heads over at most so many leaves that were signed by this moment, the last first."""
    for row in tx.execute(_HEADS_BEFORE, {"moment": moment, "most": most}):
        yield Head(*row)


def node(tx: Transaction, level: int, index: int) -> Any:
    """The stored hash of a whole subtree; None where there is none."""
    return tx.scalar(select(_node.hash).where(_node.level == level, _node.index == index))


def node_count(tx: Transaction) -> dict[int, int]:
    """How many nodes are stored, by level."""
    return {level: count for level, count in tx.execute(_NODES)}  # noqa: C416  # rows are no pairs


def missing(tx: Transaction) -> Sequence[tuple[Any, Any]]:
    """Entries, and events as (0, number), that neither are leaves nor wait to become one; a hundred of each at most."""
    return [(case, seq) for statement in (_UNLOGGED, _UNTOLD) for case, seq in tx.execute(statement)]


def waiting(tx: Transaction) -> int:
    """How many entries and events wait to become leaves."""
    return int(tx.scalar(_WAITING) or 0)


def waiting_for_nothing(tx: Transaction) -> Sequence[tuple[Any, Any]]:
    """What waits and is not there: an entry or event that was taken away; a hundred at most."""
    return [(case, seq) for case, seq in tx.execute(_PENDING_FOR_NOTHING)]
