"""A script as the TOML that `runner.scenario.format` reads: what was clicked in a trial becomes a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any, Final

from runner.scenario.format import Expected, Scenario, ScenarioStep, Script

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH: Final = 120


def write(script: Script) -> bytes:
    """The file of `script`; reading it gives the same script. What has its default is left out."""
    return ("\n".join(_lines(script)) + "\n").encode()


def _lines(script: Script) -> Iterator[str]:
    yield from _pair("procedure", script.procedure)
    for lane, worker in script.people.items():
        yield from _table(f"people.{_key(lane)}", {"name": worker.name, "tasks": worker.tasks})
    for form, values in script.values.items():
        yield from _table(f"values.{_key(form)}", values)
    for scenario in script.scenarios:
        yield from _table("[scenarios]", _set(scenario))
        for step in scenario.steps:
            said = _set(step)
            values = said.pop("values", None)
            yield from _table("[scenarios.steps]", said)
            if values:
                yield from _table("scenarios.steps.values", values)


def _set(row: Scenario | ScenarioStep) -> dict[str, Any]:
    """What a scenario or step says, without its steps: what happens, then what is expected of it."""
    expected = [each.name for each in fields(Expected)]
    happens = [each for each in fields(row) if each.init and each.name not in (*expected, "steps")]
    said = {each.name: getattr(row, each.name) for each in happens}
    needed = {each.name for each in happens if each.default is each.default_factory is MISSING}
    return {name: value for name, value in said.items() if value or name in needed} | {
        name: value for name in expected if (value := getattr(row, name)) is not None
    }


def _table(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"[{name}]"
    for key, value in values.items():
        yield from _pair(key, value)


def _pair(key: str, value: Any) -> Iterator[str]:
    """``key = value``; a list too long for a line takes as many as it needs."""
    line = f"{_key(key)} = {_value(value)}"
    if len(line) <= _WIDTH or not isinstance(value, list | tuple):
        yield line
        return
    yield f"{_key(key)} = ["
    row = ""
    for each in map(_value, value):
        if row and len(row) + len(each) > _WIDTH - 4:
            yield f"  {row}"
            row = ""
        row = f"{row} {each}," if row else f"{each},"
    yield f"  {row}"
    yield "]"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case Mapping():
            pairs = ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items() if each is not None)
            return f"{{ {pairs} }}" if pairs else "{}"
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
        case _:
            return str(value)


def _text(value: str) -> str:
    # JSON's escapes are TOML's, but for U+007F, which TOML wants escaped as well.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
