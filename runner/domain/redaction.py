"""Payloads of entries without their personal values, as an erasure keeps them. See docs/erasure.md.

A value of a personal field is replaced by a mark of its type, an attached file by its type alone, and where a text of
an officer repeats an erased value, the mark stands there too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from runner.domain.form.attachment import Attachment
from runner.domain.form.component import EARLIEST

MARK: Final = "[đã xóa]"
"""What stands in the place of an erased text; journals keep it."""
FILES: Final = "files"
"""How an erasure names the attached files among its fields."""
SHORTEST: Final = 4
"""Characters of a value that is looked for in the texts of officers; a shorter one stands in too many words."""

_VALUES = ("values", "result", "done")
_WORDS = ("reason", "late_reason", "ground")
_FILE = frozenset(Attachment.__dataclass_fields__)
_NO_DAY = EARLIEST.isoformat()


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
