"""What the record log proves of a case: its entries and the events that concern it as leaves, the heads over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from runner.audit.evidence.packing import File
from runner.domain.journal import Entry, canonical, instant
from runner.domain.record import Head, RecordEvent, RecordKind
from runner.errors import Divergence, Refused
from runner.record import merkle
from runner.record.note import Note
from runner.services.record_log import Nodes
from runner.store import head_watch, record_event, record_log
from runner.store.session import Transaction

MOST_HEADS: Final = 200
"""Heads of one bundle: of a case with more, every second one, or fourth, says since when."""


@dataclass(frozen=True, slots=True)
class Covered:
    """Entries that a head was the first to cover."""

    head: Head
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proofs:
    """The heads of a bundle, the smallest first; what each was the first to cover; entries that none covers yet."""

    heads: tuple[Head, ...]
    covered: tuple[Covered, ...]
    uncovered: tuple[int, ...]
    events: tuple[RecordEvent, ...]
    record: str
    """The file ``record.json``: events, leaves with their paths in the newest head's tree, and how heads continue."""


class HeadForeign(Refused):
    """Mốc {size} không phải là mốc của sổ kiểm chứng này."""


def gather(
    tx: Transaction, entries: Sequence[Entry], events: Sequence[RecordEvent], outside: Head | None = None
) -> Proofs:
    """The proofs of these entries and events, by the newest head; a head from `outside` is one of the heads.

    Raises `HeadForeign` where the log does not continue it.
    """
    newest, node = record_log.newest(tx), Nodes(tx)
    size = newest.size if newest else 0
    if outside and (outside.size > size or merkle.root(node, outside.size) != outside.root):
        raise HeadForeign(size=outside.size)
    leaves, uncovered, first = list[dict[str, Any]](), list[int](), dict[int, list[int]]()
    heads = {each.size: each for each in (outside, newest) if each}
    for leaf, case, seq in _leaves(entries, events):
        index = record_log.index(tx, case, seq)
        if index is None or index >= size:
            uncovered += [seq] if case else []
            continue
        path = [each.hex() for each in merkle.inclusion_path(node, index, size)]
        leaves.append({"leaf": leaf, "index": index, "path": path})
        if case and (head := record_log.covering(tx, index)):
            heads[head.size] = head
            first.setdefault(head.size, []).append(seq)
    kept = _thinned(sorted(heads), outside.size if outside else 0)
    covered = dict[int, list[int]]()
    for each, seqs in first.items():
        covered.setdefault(next(one for one in kept if one >= each), []).extend(seqs)
    pairs = [(kept[place], kept[place + 1]) for place in range(len(kept) - 1)]
    continuing = [
        {"old": old, "new": new, "path": [each.hex() for each in merkle.consistency_path(node, old, new)]}
        for old, new in pairs
    ]
    parts = {"consistency": continuing, "events": [_told(event) for event in events], "leaves": leaves}
    return Proofs(
        tuple(heads[each] for each in kept),
        tuple(Covered(heads[each], tuple(sorted(covered[each]))) for each in kept if each in covered),
        tuple(uncovered),
        tuple(events),
        _written(parts),
    )


def stamp_files(tx: Transaction, heads: Sequence[Head]) -> Iterator[File]:
    """What an authority answered about each head (RFC 3161), beside the text that it stamped, for openssl."""
    for head in heads:
        if stamp := head_watch.stamp(tx, head.size):
            yield File.of(f"timestamps/{head.size}.tsr", stamp.response)
            yield File.of(f"timestamps/{head.size}.txt", Note.read(head.note).text.encode())


def concerning(
    tx: Transaction, case: int, province: str, entries: Sequence[Entry], versions: dict[str, str], people: bool
) -> list[RecordEvent]:
    """The events that concern a case: of its versions (procedures by digest), revisions and actors, and of itself."""
    of_province = (RecordKind.CALENDAR, RecordKind.CALENDAR_DECISION)
    calendars, organisations = revisions(entries)
    wanted: list[tuple[tuple[str, ...], str]] = [
        *(((RecordKind.VERSION,), digest) for digest in versions),
        *(((RecordKind.ENFORCEMENT,), procedure) for procedure in sorted(set(versions.values()))),
        *((of_province, f"{province}/{each}") for each in calendars),
        *(((RecordKind.ORGANISATION,), f"{province}/{each}") for each in organisations),
        ((RecordKind.REBUILD, RecordKind.ERASURE, RecordKind.HOLD), str(case)),
        *(((RecordKind.PERSON,), each) for each in sorted({entry.actor for entry in entries}) if people),
    ]
    found = [event for kinds, subject in wanted for event in record_event.events(tx, kinds=kinds, subject=subject)]
    return sorted(found, key=lambda event: event.id)


def revisions(entries: Sequence[Entry]) -> tuple[list[int], list[int]]:
    """The revisions of calendar and organisation that entries name, ascending; what cannot be read names none."""
    calendars, organisations = set[int](), set[int]()
    for entry in entries:
        with suppress(Divergence):
            calendars.add(entry.calendar)
            organisations.add(entry.organisation)
    return sorted(calendars - {0}), sorted(organisations - {0})


def _written(parts: Mapping[str, Sequence[Any]]) -> str:
    """Parts as one JSON object, a row on each line."""
    named = [f'"{name}":[\n{_rows(rows)}\n]' for name, rows in parts.items()]
    return "{\n" + ",\n".join(named) + "\n}"


def _rows(rows: Sequence[Any]) -> str:
    return ",\n".join(map(canonical, rows))


def _leaves(entries: Sequence[Entry], events: Sequence[RecordEvent]) -> list[tuple[list[Any], int, int]]:
    """Each leaf as it is written, and under which numbers the log has it."""
    of_entries = [(["entry", each.case, each.seq, each.hash.hex()], each.case, each.seq) for each in entries]
    return [*of_entries, *((["event", each.id, each.hash.hex()], 0, each.id) for each in events)]


def _told(event: RecordEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "at": instant(event.at),
        "actor": event.actor,
        "kind": event.kind,
        "province": event.province,
        "subject": event.subject,
        "facts": event.facts,
        "hash": event.hash.hex(),
    }


def _thinned(sizes: list[int], always: int) -> list[int]:
    """Every second one, as often as it takes; the last and that of size `always` stay."""
    kept = sizes
    while len(kept) > MOST_HEADS:
        kept = kept[::-2][::-1]
    return sorted({*kept, always} & {*sizes})
