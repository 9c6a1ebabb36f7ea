"""Payloads as dataclasses: the fields of a `Part` are the keys of a JSON object, read strictly and written back equal.

A field with a default is left out of the payload while it has it; ``metadata={"key": …}`` gives a field another key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import UnionType
from typing import Any, ClassVar, NamedTuple, Self, get_args, get_origin, get_type_hints

from runner.errors import MotcuaError


class EntryUnreadable(MotcuaError):
    """Không đọc được mục nhật ký."""

    code: ClassVar[str] = "unreadable"

    @property
    def fault(self) -> str:
        """What is wrong, the same in every language: a code, and what it speaks about (``field: owner``)."""
        about = "/".join(
            repr(str(fact))[1:-1] for fact in self.facts.values()
        )  # a forger chose it: no control character
        return f"{self.code}: {about[:64]}" if about else self.code


class FieldInvalid(EntryUnreadable):
    """Mục nhật ký có trường “{field}” thiếu, thừa hoặc không đúng kiểu."""

    code = "field"


class Key(NamedTuple):
    """A key of a payload, and the field and type (as annotated) that it has in the dataclass."""

    name: str
    field: str
    required: bool
    default: Any
    read: Callable[[Any], Any]
    type: Any


class Part:
    """A part of a payload."""

    __slots__ = ()

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The part that `payload` holds; its other keys are ignored. Raises `FieldInvalid`."""
        given = {}
        for key, field, required, default, read, _ in keys(cls):
            if key in payload:
                value = given[field] = read(payload[key])
                if required or value != default:
                    continue
            elif not required:
                continue
            raise FieldInvalid(field=key)  # it is missing, or would not have been written
        return cls(**given)

    def to_payload(self) -> dict[str, Any]:
        """This part as keys and plain JSON values."""
        payload = {}
        for key, field, required, default, _, _ in keys(type(self)):
            value = getattr(self, field)
            if required or value != default:
                payload[key] = value if type(value) in _PLAIN else _plain(value)
        return payload


_KEYS: dict[type, tuple[Key, ...]] = {}
_PLAIN = frozenset({str, int, dict})


def keys(part: type[Part]) -> tuple[Key, ...]:
    """The keys of a part, in the order of its fields."""
    if part not in _KEYS:
        hints = get_type_hints(part)
        _KEYS[part] = tuple(
            Key(
                name := each.metadata.get("key", each.name),
                each.name,
                each.default is MISSING and each.default_factory is MISSING,
                each.default if each.default_factory is MISSING else each.default_factory(),
                _reader(name, hints[each.name]),
                hints[each.name],
            )
            for each in fields(part)  # type: ignore[arg-type]  # every part is a dataclass
        )
    return _KEYS[part]


def _reader(key: str, hint: Any) -> Callable[[Any], Any]:
    """How the JSON value at `key` becomes one of the type `hint`. The reader raises `FieldInvalid`."""
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if kind is UnionType:
        other = _reader(key, inner[0])
        return lambda value: None if value is None else other(value)
    exact = {tuple: list, Mapping: dict}.get(kind, dict if is_dataclass(kind) else kind)

    def checked(value: Any) -> Any:
        if type(value) is exact:
            return value
        raise FieldInvalid(field=key)

    if kind is tuple:
        item = _reader(key, inner[0])
        return lambda value: tuple(map(item, checked(value)))
    if kind is Mapping and inner[1] is not Any:
        item = _reader(key, inner[1])
        return lambda value: {name: item(each) for name, each in checked(value).items()}
    if is_dataclass(kind):
        part: type[Part] = hint
        return lambda value: part.from_payload(checked(value))
    return checked


def _plain(value: Any) -> Any:
    if isinstance(value, Part):
        return value.to_payload()
    return list(value) if isinstance(value, tuple) else value
