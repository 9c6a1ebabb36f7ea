"""What stands for the erased entries of a journal: what the erasure that erased them kept. See docs/erasure.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from runner.domain.entry import Erase
from runner.domain.journal import Entry, parsed
from runner.domain.payload import EntryUnreadable
from runner.errors import Divergence


def restored(entries: Sequence[Entry]) -> list[Entry]:
    """The entries of a case, in order, of which each that was erased says what its erasure kept of it."""
    if all(each.payload is not None for each in entries):
        return list(entries)
    kept: dict[int, Mapping[str, Any]] = {}
    for each in reversed(entries):  # what a later erasure kept stands before what an earlier one did
        if each.kind == Erase.kind:
            for seq, payload in _kept(each, kept.get(each.seq)):
                kept.setdefault(seq, payload)
    return [_standing(each, kept.get(each.seq)) for each in entries]


def last(entries: Iterable[Entry]) -> int:
    """The number of the last erasure: the states up to it are taken as they were recorded. 0 where there is none."""
    return max((each.seq for each in entries if each.kind == Erase.kind), default=0)


def named(entries: Iterable[Entry]) -> dict[int, int]:
    """The erased entries by their numbers, each with that of the first erasure that names it."""
    found: dict[int, int] = {}
    for each in entries:
        with suppress(Divergence):
            if isinstance(each.body, Erase):
                for seq in each.body.kept:
                    found.setdefault(int(seq), each.seq)
    return found


def _kept(erasure: Entry, standing: Mapping[str, Any] | None) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with suppress(Divergence, EntryUnreadable, ValueError):
        body = (erasure if erasure.payload is not None or standing is None else erasure.standing(standing)).body
        if isinstance(body, Erase):
            yield from [(int(seq), payload) for seq, payload in body.kept.items() if int(seq) < erasure.seq]


def _standing(entry: Entry, payload: Mapping[str, Any] | None) -> Entry:
    if entry.payload is None and payload is not None:
        with suppress(EntryUnreadable, ValueError, TypeError):
            return entry.standing(payload)
    return entry


def payload_of(entry: Entry) -> dict[str, Any] | None:
    """The payload that an entry still has; None once it was erased."""
    return None if entry.payload is None else dict(parsed(entry.payload))
