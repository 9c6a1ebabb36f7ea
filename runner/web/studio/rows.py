"""Forms whose rows are added, moved and removed by buttons: what was typed, as tables, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Table = dict[str, Any]


DEPTH = 8
"""How often a name is split: no form has more parts."""


def read(form: Mapping[str, str | list[str]]) -> Table:
    """The fields ``title``, ``decision-date``, ``steps-0-text`` as nested tables; rows keep their order, not gaps.

    A field has the list of what came under its name where that is given as one.
    """
    found: Table = {}
    for name, value in form.items():
        *path, last = name.split("-", DEPTH)
        table = found
        for part in path:
            table = table.setdefault(part, {})
            if not isinstance(table, dict):
                break
        else:
            table[last] = value.replace("\r\n", "\n") if isinstance(value, str) else value
    return {key: _listed(value) for key, value in found.items()}


def _listed(value: object) -> object:
    """A table whose keys are numbers as the list of its rows, those inside it too."""
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(each) for key, each in value.items()}
    if not inner or not all(map(_is_number, inner)):
        return inner
    return [inner[key] for key in sorted(inner, key=int)]


def _is_number(text: str) -> bool:
    """Whether a text is the number of a row."""
    return text.isascii() and text.isdecimal() and len(text) < 10


def _holder(table: Any, name: str) -> tuple[Table, str]:
    """The table that holds the list called ``branches-0-outcomes``, and the list's key there."""
    *path, last = name.split("-")
    for part in path:
        if isinstance(table, list):
            table = table[int(part)] if _is_number(part) and int(part) < len(table) else {}
        else:
            table = table.get(part, {}) if isinstance(table, dict) else {}
    return table if isinstance(table, dict) else {}, last


def rows(table: Table, name: str) -> list[Table]:
    """The rows of a list; none of what was not sent as rows."""
    found = table.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def change(table: Table, deed: str, blank: Callable[[str, list[Table]], Table]) -> str:
    """Do ``add steps``, ``remove steps 2``, ``up steps 2`` or ``down steps 2`` to the rows; the field to go on at.

    `blank` makes a new row of a list. What is no such deed does nothing, and gives "".
    """
    verb, _, rest = deed.partition(" ")
    name, _, number = rest.partition(" ")
    table, key = _holder(table, name)
    found = rows(table, key)
    at = int(number) if _is_number(number) else len(found)
    table[key] = found
    if verb == "add" and not number:
        found.append(blank(name, found))
        return f"{name}-{len(found) - 1}"
    if at >= len(found):
        return ""
    if verb == "remove":
        del found[at]
        return f"{name}-{min(at, len(found) - 1)}" if found else f"add-{name}"
    to = at - 1 if verb == "up" else at + 1
    if verb in ("up", "down") and 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
        return f"{verb}-{name}-{to}"
    return ""
