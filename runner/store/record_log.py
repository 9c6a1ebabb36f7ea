"""The leaves, nodes and heads of the record log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, delete, func, insert, or_, select, text

from runner.domain.record import Head, entry_leaf, event_leaf
from runner.errors import Busy
from runner.store import table
from runner.store.record_table import record_event, record_head, record_leaf, record_node, record_pending
from runner.store.session import Transaction
from runner.store.statement import columns, row_values

_ONE_WRITER = text("SELECT pg_advisory_xact_lock(20180124)")
_MOST: BindParameter[int] = bindparam("most")

_pending, _leaf, _node, _head = record_pending.c, record_leaf.c, record_node.c, record_head.c
_PENDING = (
    select(_pending.id, _pending.case, _pending.seq, table.journal.c.hash, record_event.c.hash)
    .outerjoin_from(
        record_pending,
        table.journal,
        and_(table.journal.c.case == _pending.case, table.journal.c.seq == _pending.seq),
    )
    .outerjoin(record_event, and_(_pending.case == 0, record_event.c.id == _pending.seq))
    .where(or_(table.journal.c.hash.is_not(None), record_event.c.hash.is_not(None)))
    .order_by(_pending.id)
    .limit(_MOST)
)
_ANY_PENDING = select(_pending.id).limit(1)
_DONE = delete(record_pending).where(_pending.id == bindparam("pending"))
_SIZE = select(func.max(_leaf.index))
_LEAVES = (
    select(_leaf.hash).where(_leaf.index >= bindparam("begin"), _leaf.index < bindparam("end")).order_by(_leaf.index)
)
_NODES = (
    select(_node.hash)
    .where(_node.level == bindparam("of_level"), _node.index >= bindparam("begin"), _node.index < bindparam("end"))
    .order_by(_node.index)
)
_INDEX = select(_leaf.index).where(_leaf.case == bindparam("of_case"), _leaf.seq == bindparam("of_seq"))
_HEADS = select(*columns(record_head, Head)).order_by(_head.size)
_HEAD = select(*columns(record_head, Head)).where(_head.size == bindparam("of_size"))
_SIZE_BELOW = select(func.max(_head.size)).where(_head.size < bindparam("below"))

_SIZE_ABOVE = select(func.min(_head.size)).where(_head.size > bindparam("place"))


class Pending(NamedTuple):
    """What waits to become a leaf: the row, what it is of (case 0: an event), and the data of its leaf."""

    id: int
    case: int
    seq: int
    data: bytes


def lock(tx: Transaction) -> None:
    """Let one transaction at a time append to the log; SQLite has one writer anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(_ONE_WRITER)


def pending(tx: Transaction, most: int) -> list[Pending]:
    """At most `most` entries and events that are no leaves yet, in the order of arrival."""
    return [
        Pending(id, case, seq, entry_leaf(case, seq, entry) if case else event_leaf(seq, event))
        for id, case, seq, entry, event in tx.execute(_PENDING, {"most": most})
    ]


def any_pending(tx: Transaction) -> bool:
    """Whether something waits."""
    return tx.scalar(_ANY_PENDING) is not None


def size(tx: Transaction) -> int:
    """How many leaves the log has."""
    last = tx.scalar(_SIZE)
    return 0 if last is None else int(last) + 1


def append(tx: Transaction, begin: int, taken: Sequence[Pending], hashes: Sequence[bytes]) -> None:
    """Make what waited the leaves from `begin` on, with these hashes."""
    rows = [
        {"index": begin + place, "case": each.case, "seq": each.seq, "hash": hash}
        for place, (each, hash) in enumerate(zip(taken, hashes, strict=True))
    ]
    tx.execute(insert(record_leaf), rows)
    tx.execute(_DONE, [{"pending": each.id} for each in taken])


def keep_nodes(tx: Transaction, level: int, begin: int, hashes: Sequence[bytes]) -> None:
    """Store the hashes of whole subtrees of a level, from index `begin` on."""
    rows = [{"level": level, "index": begin + place, "hash": hash} for place, hash in enumerate(hashes)]
    tx.execute(insert(record_node), rows)


def nodes(tx: Transaction, level: int, begin: int, end: int) -> list[bytes]:
    """The hashes of a level, a multiple of eight, from `begin` until `end`; fewer where there are fewer. 0: leaves."""
    if level == 0:
        return list(tx.scalars(_LEAVES, {"begin": begin, "end": end}))
    return list(tx.scalars(_NODES, {"of_level": level, "begin": begin, "end": end}))


def index(tx: Transaction, case: int, seq: int) -> int | None:
    """The index of the leaf of an entry, or (case 0) of the event `seq`."""
    found: int | None = tx.scalar(_INDEX, {"of_case": case, "of_seq": seq})
    return found


def keep_head(tx: Transaction, head: Head) -> None:
    """Store a signed head; where one of its size is stored, that one stays."""
    if tx.scalar(select(_head.size).where(_head.size == head.size)) is None:
        tx.execute(insert(record_head), row_values(head))


def heads(tx: Transaction) -> list[Head]:
    """Every signed head, the smallest first."""
    return [Head(*row) for row in tx.execute(_HEADS)]


def newest(tx: Transaction) -> Head | None:
    """The last signed head that is not ahead of the log."""
    return next(heads_down(tx), None)


def heads_down(tx: Transaction) -> Iterator[Head]:
    """The signed heads that are not ahead of the log, the greatest first, without rows that cannot be read.

    Whoever writes the database can plant others: these stop neither signing nor pages, and a verification finds them.
    """
    below = size(tx) + 1
    while (below := tx.scalar(_SIZE_BELOW, {"below": below})) is not None:
        if head := _readable(tx, below):
            yield head


def _readable(tx: Transaction, size: int) -> Head | None:
    try:
        found = tx.execute(_HEAD, {"of_size": size}).first()
        return Head(*found) if found else None
    except Busy:
        raise
    except Exception:  # whatever a value of another type makes
        return None


def covering(tx: Transaction, index: int) -> Head | None:
    """The first signed head over the leaf at `index` that can be read; None while there is none."""
    return next(heads_up(tx, index), None)


def heads_up(tx: Transaction, index: int) -> Iterator[Head]:
    """The signed heads over the leaf at `index` that are not ahead of the log, the smallest first."""
    most, place = size(tx), index
    while (place := tx.scalar(_SIZE_ABOVE, {"place": place})) is not None and place <= most:
        if head := _readable(tx, place):
            yield head
