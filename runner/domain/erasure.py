"""Lawful erasure: what stands for the erased entries of a journal, and payloads without their personal values.

A value of a personal field is replaced by a mark of its type, an attached file by its type alone, and where a text of
an officer repeats an erased value, the mark stands there too. See docs/erasure.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from runner.domain.entry import Erase
from runner.domain.form.attachment import Attachment
from runner.domain.form.component import EARLIEST
from runner.domain.journal import Entry, parsed
from runner.domain.payload import EntryUnreadable
from runner.errors import Divergence

MARK: Final = "[đã xóa]"
"""What stands in the place of an erased text; journals keep it."""
FILES: Final = "files"
"""How an erasure names the attached files among its fields."""
TEXTS: Final = "texts"
"""How an erasure names texts of officers that repeated an erased value."""
SHORTEST: Final = 4
"""Characters of a value that is looked for in the texts of officers; a shorter one stands in too many words."""

_VALUES = ("values", "result", "done")
_WORDS = ("reason", "late_reason", "ground")
_FILE = frozenset(Attachment.__dataclass_fields__)
_NO_DAY = EARLIEST.isoformat()


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


# -- taking personal values out of payloads ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is taken out of the payloads of one case: the values of the keys `personal`, and those `texts` elsewhere."""

    personal: Collection[str]
    texts: tuple[str, ...]
    fields: tuple[str, ...]

    @classmethod
    def of(cls, payloads: Iterable[Mapping[str, Any]], personal: Collection[str]) -> Redaction:
        """What there is to take out of these payloads."""
        texts: set[str] = set()
        fields: set[str] = set()
        for payload in payloads:
            for field, value in _personal(payload, personal):
                fields.add(field)
                texts.update(_texts(value))
        long = {each for each in texts if len(each) >= SHORTEST and each not in (MARK, _NO_DAY)}
        return cls(personal, tuple(sorted(long, key=lambda text: (-len(text), text))), tuple(sorted(fields)))

    def payload(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The payload of an entry without what is taken out."""
        return {key: self._part(key, value) for key, value in payload.items()}

    def values(self, value: Any) -> Any:
        """Values of a case without what is taken out."""
        if isinstance(value, Mapping):
            if value.keys() == _FILE:
                return {"name": MARK, "type": value["type"]}
            return {key: masked(each) if key in self.personal else self.values(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.values(each) for each in value]
        return self.text(value) if isinstance(value, str) else value

    def text(self, text: str) -> str:
        """A text with the mark where it repeats a value that is taken out."""
        for each in self.texts:
            text = text.replace(each, MARK)
        return text

    def _part(self, key: str, value: Any) -> Any:
        if key in _VALUES or (key == "facts" and isinstance(value, Mapping)):
            return self.values(value)
        if key in _WORDS and isinstance(value, str):
            return self.text(value)
        if key == "attempt" and isinstance(value, Mapping):
            return {**value, "facts": self.payload(value.get("facts", {}))}
        if key == "kept" and isinstance(value, Mapping):
            return {seq: self.payload(payload) for seq, payload in value.items()}
        return value


def masked(value: Any) -> Any:
    """What stands for a personal value: a mark of its type, so that the case computes on."""
    if isinstance(value, Mapping):
        return {key: masked(each) for key, each in value.items()}
    if isinstance(value, list):
        return [masked(each) for each in value]
    if isinstance(value, bool) or value in (None, ""):
        return value
    if isinstance(value, int | Decimal):
        return 0
    return _NO_DAY if _is_day(value) else MARK


def _is_day(value: object) -> bool:
    with suppress(ValueError):
        return isinstance(value, str) and len(value) == len(_NO_DAY) and bool(date.fromisoformat(value))
    return False


def _personal(payload: Mapping[str, Any], personal: Collection[str]) -> Iterator[tuple[str, Any]]:
    """The personal values in a payload, each with the name by which an erasure names it."""
    for key, value in payload.items():
        if key in _VALUES:
            yield from _in_values(value, personal)
        elif key == "attempt" and isinstance(value, Mapping):
            yield from _personal(value.get("facts", {}), personal)
        elif key == "kept" and isinstance(value, Mapping):
            for each in value.values():
                yield from _personal(each, personal)


def _in_values(value: Any, personal: Collection[str]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        if value.keys() == _FILE:
            yield FILES, [value["name"], value["sha256"]]
            return
        for key, each in value.items():
            if key in personal:
                if masked(each) != each:
                    yield key, each
            else:
                yield from _in_values(each, personal)
    elif isinstance(value, list):
        for each in value:
            yield from _in_values(each, personal)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def payload_of(entry: Entry) -> dict[str, Any] | None:
    """The payload that an entry still has; None once it was erased."""
    return None if entry.payload is None else dict(parsed(entry.payload))
