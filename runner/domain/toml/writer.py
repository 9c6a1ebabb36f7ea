"""Tables as the text of a TOML file, in the form of the files of facts."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

WIDTH: Final = 120
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def write(table: Mapping[str, Any], inline: frozenset[str] = frozenset()) -> str:
    """The text from which `load` reads `table`: values first, then tables, then lists of tables but those `inline`.

    Numbers of days are texts in these files; a value is a text, whole number, truth, date, list or table.
    """
    plain, tables, lists = {}, {}, {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            tables[key] = value
        elif _is_rows(value) and key not in inline:
            lists[key] = value
        else:
            plain[key] = value
    parts = ["\n".join(_lines(plain))] if plain else []
    parts += [f"[{_key(key)}]\n" + "\n".join(_lines(value)) for key, value in tables.items()]
    parts += [f"[[{_key(key)}]]\n" + "\n".join(_lines(row)) for key, rows in lists.items() for row in rows]
    return "\n\n".join(parts) + "\n"


def _is_rows(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _lines(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        line = f"{_key(key)} = {_value(value)}"
        if isinstance(value, list | tuple) and value and (_is_rows(value) or len(line) > WIDTH):
            yield f"{_key(key)} = ["
            yield from (f"  {_value(item)}," for item in value)
            yield "]"
        else:
            yield line


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            # JSON escapes as TOML does, but for DEL; what is beyond ASCII stays as it is.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case dt.date():
            return value.isoformat()
        case Mapping():
            return "{ " + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(_value(item) for item in value) + "]"
    raise TypeError(f"not a value of TOML: {type(value).__name__}")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)
