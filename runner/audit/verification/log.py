"""The record log, proved: leaves are what they stand for, the tree is theirs, and every head is of the tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, Self

from runner.audit.verification.heads import Heads, KnownHead
from runner.domain.journal import Entry
from runner.domain.record import RecordEvent, entry_leaf, event_leaf
from runner.domain.verification import Check, Finding, Tally
from runner.errors import Busy
from runner.record.merkle import Frontier, leaf_hash, node_hash, whole_subtrees
from runner.services.record_log import LEVELS, Nodes
from runner.store import epoch, gap, record_sweep
from runner.store.record_sweep import Leaf
from runner.store.session import Database, Transaction

AT_ONCE: Final = 2_000
"""Leaves that are read at once."""
LATE: Final = timedelta(minutes=10)
"""What happened comes into the log within this time of its moment while heads are signed: the worker's promise."""

Places = Mapping[Any, tuple[Any, bytes | None]]
"""Where the entries of a case are in the log: `runner.store.record_sweep.of_case`."""


class Walk(Frontier):
    """A tree that grows leaf by leaf, and tells which of the stored nodes each leaf completes."""

    def grow(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Take the hash of the next leaf in; the (level, index, hash) that are to be stored by now."""
        place, level = self.size, 0
        self.size += 1
        while place & 1:
            leaf, place, level = node_hash(self._whole.pop(), leaf), place >> 1, level + 1
            if level % LEVELS == 0:
                yield level, place, leaf
        self._whole.append(leaf)

    def to_json(self) -> dict[str, Any]:
        """Where it stands."""
        return {"size": self.size, "whole": [each.hex() for each in self._whole]}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """The walk that `to_json` wrote."""
        return cls.standing(facts["size"], [bytes.fromhex(each) for each in facts["whole"]])

    @classmethod
    def standing(cls, size: int, whole: list[bytes]) -> Self:
        """A walk behind so many leaves, whose whole subtrees these are."""
        walk = cls()
        walk.size, walk._whole = size, whole
        return walk

    @classmethod
    def behind(cls, tx: Transaction, size: int) -> Self:
        """A walk that believes the stored nodes of the first `size` leaves."""
        node = Nodes(tx)
        return cls.standing(size, [node(*each) for each in whole_subtrees(0, size)])


class LogProof:
    """Proves the log into `tally`. `known` are heads from outside of the database, each of them at most `size` long."""

    def __init__(self, database: Database, tally: Tally, heads: Heads, known: Sequence[KnownHead]) -> None:
        self.database, self.tally, self.heads = database, tally, heads
        self.ended = False
        self.signed: datetime | None = None
        """When the last head was signed that the tree has so far: what comes behind it happened after it."""
        self.newest: KnownHead | None = None
        """The head over the most leaves that the tree has."""
        self.known: dict[int, list[KnownHead]] = {}
        for each in known:
            self.known.setdefault(each.size, []).append(each)

    def walk(self, walk: Walk) -> Iterator[Walk]:
        """Go on from where `walk` stands to the end of the log, giving it after each batch."""
        self._compare(walk)
        going = True
        while going:
            with self.database.read() as tx:  # what is compared at the end is of the same moment as the last leaves
                begin = walk.size
                going = self._batch(tx, walk)
                if not going:
                    self.ended = True
                    self._ahead(tx, walk)
                    self._beside(tx, walk)
            self.tally.count(Check.LOG, walk.size - begin)
            for finding in self.heads.findings:
                self.tally.add(finding)
            self.heads.findings.clear()
            yield walk

    def _batch(self, tx: Transaction, walk: Walk) -> bool:
        """Take the next leaves in; whether there were any."""
        begin = walk.size
        found = record_sweep.leaves(tx, begin, begin + AT_ONCE)
        meant = _meant(tx, begin, begin + AT_ONCE) if found else {}
        stored = {each.size: each for each in record_sweep.heads(tx, begin, begin + AT_ONCE)}
        for leaf in found:
            if leaf.index != walk.size or not isinstance(leaf.hash, bytes):
                self._add(Check.LOG, "leaf missing", leaf, str(walk.size))
                return False
            self._prove(leaf, meant.get(leaf.index))
            for level, index, hash in walk.grow(leaf.hash):
                if record_sweep.node(tx, level, index) != hash:
                    self.tally.add(Finding(Check.LOG, "node altered", about=f"record_node[{level}, {index}]"))
            if walk.size in stored and (head := self.heads.stored(stored[walk.size])):
                self.known.setdefault(walk.size, []).append(head)
            self._compare(walk)
        return bool(found)

    def _prove(self, leaf: Leaf, meant: Entry | RecordEvent | Exception | None) -> None:
        """Whether a leaf is that of the entry or event that it names, and that one is whole."""
        told = leaf.case == 0
        about = f"event {leaf.seq}" if told else ""
        if meant is None:
            self._add(Check.LOG, "event removed" if told else "entry removed", leaf, about)
        elif isinstance(meant, Exception):
            self._add(Check.LOG, "leaf unreadable", leaf, type(meant).__name__)
        elif not _fits(leaf, meant):
            self._add(Check.LOG, "event altered" if told else "entry altered", leaf, about)
        elif self.signed and meant.at < self.signed - LATE:
            self._add(Check.MOMENTS, "event backdated" if told else "backdated", leaf, about)

    def _compare(self, walk: Walk) -> None:
        """Hold the heads over as many leaves to the tree."""
        for head in self.known.pop(walk.size, ()):
            self.tally.count(Check.HEADS)
            if head.root == walk.root():
                self.newest, self.signed = head, head.at or self.signed
            else:
                self._apart(head, "head other")

    def _ahead(self, tx: Transaction, walk: Walk) -> None:
        """Heads over more leaves than there are: the log was cut, or an old copy took its place."""
        beyond = [self.heads.stored(each) for each in record_sweep.heads(tx, walk.size, 1 << 62)]
        for head in [*filter(None, beyond), *(each for size in sorted(self.known) for each in self.known[size])]:
            if head.size > walk.size:
                self.tally.count(Check.HEADS)
                self._apart(head, "head ahead", str(walk.size))

    def _apart(self, head: KnownHead, what: str, recorded: str = "") -> None:
        """A head that is not of this tree is a finding; of one that an operator gave up it is told that he did."""
        if head.confirmed:
            self.tally.missing[Check.HEADS] = "given up"
        else:
            self.tally.add(Finding(Check.HEADS, what, about=f"{head.source} ({head.size})", recorded=recorded))

    def _beside(self, tx: Transaction, walk: Walk) -> None:
        """Nodes that no leaves complete; entries and events that are in no leaf; what waits and is not there."""
        self.tally.waiting = record_sweep.waiting(tx)
        for level, count in record_sweep.node_count(tx).items():
            if level <= 0 or level % LEVELS or count != walk.size >> level:
                self.tally.add(Finding(Check.LOG, "node altered", about=f"record_node[{level}]"))
        for case, seq in record_sweep.missing(tx):
            self._add(Check.LOG, "event unlogged" if case == 0 else "entry unlogged", Leaf(0, case, seq, b""), "")
        for id in self._gone(tx):
            self.tally.add(Finding(Check.LOG, "event removed", about=f"event {id}"))
        for case, seq in record_sweep.waiting_for_nothing(tx):
            self._add(Check.LOG, "event removed" if case == 0 else "entry removed", Leaf(0, case, seq, b""), "")

    def _gone(self, tx: Transaction) -> Iterator[int]:
        """Numbers of events that are missing between others, before they were leaves too.

        On PostgreSQL nothing follows from it: a change that is undone uses a number up.
        """
        if tx.dialect.name != "sqlite":
            return
        left_out = epoch.epochs(tx)  # after a restore, numbers go on behind what may have been given
        for before, id in gap.event_gaps(tx):
            if not any(each.last_event <= before and id <= each.first_event for each in left_out):
                yield before + 1

    def _add(self, check: Check, what: str, leaf: Leaf, about: str) -> None:
        if leaf.case == 0:
            self.tally.add(Finding(check, what, about=about or f"event {leaf.seq}"))
        else:
            case, seq = (each if isinstance(each, int) else None for each in (leaf.case, leaf.seq))
            self.tally.add(Finding(check, what, case, seq, about))


def case_faults(places: Places, case: int, entries: Sequence[Entry] = ()) -> Iterator[Finding]:
    """Entries of a case that are not as the log has them, that it does not have, or that it has beyond them."""
    for entry in entries:
        _, hash = places.get(entry.seq, (None, b""))
        if hash == b"":
            yield Finding(Check.LOG, "entry unlogged", case, entry.seq)
        elif hash is not None and hash != leaf_hash(entry_leaf(case, entry.seq, entry.hash)):
            yield Finding(Check.LOG, "entry altered", case, entry.seq)
    for seq in sorted(places.keys() - {entry.seq for entry in entries}):
        yield Finding(Check.LOG, "entry removed", case, seq)


def _meant(tx: Transaction, begin: int, end: int) -> dict[int, Entry | RecordEvent | Exception]:
    """The entries and events of these leaves by index; one that cannot be read is the error."""
    try:
        return {**record_sweep.entries(tx, begin, end), **record_sweep.events(tx, begin, end)}
    except Busy:
        raise
    except Exception as error:
        if end - begin == 1:
            return {begin: error}
    middle = (begin + end) // 2
    return {**_meant(tx, begin, middle), **_meant(tx, middle, end)}


def _fits(leaf: Leaf, meant: Entry | RecordEvent) -> bool:
    """Whether a leaf is that of `meant`, whose hash is that of what it says."""
    with suppress(Exception):  # a value of another type than ours has no hash
        if isinstance(meant, RecordEvent):
            return meant.whole and leaf_hash(event_leaf(meant.id, meant.hash)) == leaf.hash
        whole = meant.fault(meant.previous) is None
        return whole and leaf_hash(entry_leaf(meant.case, meant.seq, meant.hash)) == leaf.hash
    return False
