"""A script: how dossiers of a procedure are handled, and what is expected on the way. Read strictly from TOML.

The dataclasses are the format: a table has exactly their fields as keys, and only those with a default may be left out.
Moments are local and written ``2026-03-02 08:00``; an expected moment may be "" (none). Written for analysts in
docs/scenarios.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from runner.clock import ZONE
from runner.domain.calendar import Calendar
from runner.errors import Refused
from runner.language import say

START: Final = "start"
"""What the first step of a scenario does: the dossier is handed in."""

_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")
_UNITS: Final = {"ngày làm việc": "", "ngày": "days", "giờ": "hours", "phút": "minutes"}
_LATER: Final = re.compile(rf"\+(\d{{1,4}}(?:,\d{{1,2}})?) ({'|'.join(_UNITS)})")
_HEAD: Final = re.compile(r"\s*\[\[scenarios\]\]")
_ROW: Final = re.compile(r"\s*(\{|\[\[scenarios\.steps\]\])")
_MOMENTS: Final = {"promise", "due"}


class ScenarioInvalid(Refused):
    """Kịch bản {name}: {reason}"""


@dataclass(frozen=True, slots=True)
class Worker:
    """Who works in a lane, and which tasks (element ids) are theirs."""

    name: str
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How the case stands after a step, or at the end of a scenario; what is None is not looked at.

    `due`: every open task (element id) with its due moment; `promise`: that of the case; `clock`: the legal clock;
    `late`: the tasks that have been marked late so far; `notices`: the lanes that were told something so far, in that
    order ("applicant" for the applicant); `facts`: some values of the case; `route`: all elements passed, in order.
    """

    due: Mapping[str, str] | None = None
    promise: str | None = None
    clock: str | None = None
    status: str | None = None
    outcome: str | None = None
    late: tuple[str, ...] | None = None
    notices: tuple[str, ...] | None = None
    facts: Mapping[str, Any] | None = None
    route: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioStep(Expected):
    """One thing that happens, and what is expected right after it.

    `at`: a moment, or how long after the step before (``+2 ngày làm việc``; "": at once). It does at most one thing:
    `do` completes the open task of that element (`START`: begins the case) with `values` over the script's own, `claim`
    takes a task, `withdraw` gives the applicant's reason for ending it all; without any, time passes. `refused`: the
    fields for which the form is expected to be refused. `line`: where it stands in the file, 0 when unknown.
    """

    at: str = ""
    do: str = ""
    claim: str = ""
    withdraw: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    late_reason: str = ""
    refused: tuple[str, ...] = ()
    line: int = 0

    def moment(self, before: datetime, calendar: Calendar) -> datetime:
        """When the step happens (aware); `before` is when the one before did."""
        if not self.at:
            return before
        if later := _LATER.fullmatch(self.at):
            number, unit = Fraction(later[1].replace(",", ".")), _UNITS[later[2]]
            return before + timedelta(**{unit: float(number)}) if unit else calendar.add(before, 2 * number)
        return datetime.fromisoformat(self.at).replace(tzinfo=ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(Expected):
    """One dossier from its first step to its last; what is expected of it is so at the end."""

    name: str
    title: str
    steps: tuple[ScenarioStep, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Script:
    """The scenarios of one `procedure`.

    `people` by lane. `values`: what is typed unless a step says otherwise, by form or task; a task's win over its
    form's. `shared`: a file with more such values, which this one's win over, from this file's folder.
    """

    procedure: str
    people: Mapping[str, Worker]
    scenarios: tuple[Scenario, ...]
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    shared: str = ""

    @property
    def province(self) -> str:
        return self.procedure.partition("/")[0]


@dataclass(frozen=True, slots=True)
class _Shared:
    """The file of values that scripts share."""

    values: Mapping[str, Mapping[str, Any]]


def read(path: Path) -> Script:
    """The script in a file, with the values that it shares. Raises `ScenarioInvalid` naming file and key at fault."""
    script: Script = _read(path, _script)
    if not script.shared:
        return script
    shared: _Shared = _read(path.parent / script.shared, lambda text: _build(_Shared, tomllib.loads(text), ""))
    keys = (*shared.values, *script.values)
    values = {key: {**shared.values.get(key, {}), **script.values.get(key, {})} for key in keys}
    return replace(script, values=values)


def _read(path: Path, made: Callable[[str], Any]) -> Any:
    """What is `made` of a file's text, which raises ValueError where it can't be."""
    try:
        return made(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, or not what the format asks for
        raise ScenarioInvalid(name=path, reason=error) from None


def _script(text: str) -> Script:
    script = _placed(_build(Script, tomllib.loads(text), ""), text)
    for scenario in script.scenarios:
        _check(scenario)
    return script


def _placed(script: Script, text: str) -> Script:
    """`script` with the lines at which its scenarios and steps stand; those in an unusual place stay unknown (0)."""
    lines = text.splitlines()
    heads = [number for number, line in enumerate(lines, 1) if _HEAD.match(line)]
    rows = [number for number, line in enumerate(lines, 1) if _ROW.match(line)]
    if len(heads) != len(script.scenarios) or len(rows) != sum(len(each.steps) for each in script.scenarios):
        return script
    left = iter(rows)
    placed = [
        replace(each, line=head, steps=tuple(replace(step, line=next(left)) for step in each.steps))
        for head, each in zip(heads, script.scenarios, strict=True)
    ]
    return replace(script, scenarios=tuple(placed))


def _check(scenario: Scenario) -> None:
    """See that the steps begin with `START` at a moment and that each does one thing; ValueError otherwise."""
    first, *others = scenario.steps
    if first.do != START or not _MOMENT.fullmatch(first.at) or any(step.do == START for step in others):
        raise ValueError(say('bước đầu của “{name}” phải là do = "start", có ngày giờ.', name=scenario.name))
    for number, step in enumerate(scenario.steps, 1):
        if sum(map(bool, (step.do, step.claim, step.withdraw))) > 1:
            raise ValueError(say("bước {number} của “{name}” làm nhiều việc.", number=number, name=scenario.name))


# -- strictly --------------------------------------------------------------------------------------------------------


def _build(shape: type[Any], raw: object, at: str) -> Any:
    """A `shape` from the table `raw` at the key `at` ("" for the whole file). ValueError naming the key at fault."""
    table, values = _table(raw, at), {}
    known = {each.name: each for each in fields(shape) if each.name != "line"}
    for name, value in table.items():
        key = f"{at}.{name}" if at else name
        if name not in known:
            raise ValueError(say("khóa “{key}” không có trong quy ước.", key=key))
        values[name] = _READERS[str(known[name].type).removesuffix(" | None")](value, key)
        for moment in _texts_of(values[name]) if name in _MOMENTS else ():
            if moment and not _is_moment(moment):
                raise ValueError(say("khóa “{key}” phải là ngày giờ, viết như 2026-03-02 08:00.", key=key))
        if name == "at" and not (_is_moment(value) or _LATER.fullmatch(value)):
            text = "khóa “{key}” phải là ngày giờ, viết như 2026-03-02 08:00, hoặc như +2 ngày làm việc, +30 phút."
            raise ValueError(say(text, key=key))
    for name, each in known.items():
        if name not in values and each.default is MISSING and each.default_factory is MISSING:
            raise ValueError(say("thiếu khóa “{key}”.", key=f"{at}.{name}" if at else name))
    return shape(**values)


def _is_moment(text: str) -> bool:
    try:
        return bool(_MOMENT.fullmatch(text) and datetime.fromisoformat(text).replace(tzinfo=ZONE))
    except ValueError:
        return False


def _texts_of(value: Any) -> Iterator[str]:
    yield from value.values() if isinstance(value, Mapping) else [value]


def _text(raw: object, key: str) -> str:
    if not isinstance(raw, str):
        raise ValueError(say("khóa “{key}” phải là chữ.", key=key))
    return raw


def _list(raw: object, key: str) -> list[Any]:
    if not isinstance(raw, list):
        raise ValueError(say("khóa “{key}” phải là một danh sách.", key=key))
    return raw


def _texts(raw: object, key: str) -> tuple[str, ...]:
    return tuple(_text(each, key) for each in _list(raw, key))


def _table(raw: object, key: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise ValueError(say("khóa “{key}” phải là một bảng.", key=key))
    return raw


def _tables(read: Callable[[object, str], Any]) -> Callable[[object, str], dict[str, Any]]:
    return lambda raw, key: {name: read(each, f"{key}.{name}") for name, each in _table(raw, key).items()}


def _rows(shape: type[Any]) -> Callable[[object, str], tuple[Any, ...]]:
    def read(raw: object, key: str) -> tuple[Any, ...]:
        rows = tuple(_build(shape, row, f"{key}[{number}]") for number, row in enumerate(_list(raw, key), 1))
        if not rows:
            raise ValueError(say("khóa “{key}” phải có ít nhất một mục.", key=key))
        return rows

    return read


_READERS: Final[Mapping[str, Callable[[Any, str], Any]]] = {
    "str": _text,
    "tuple[str, ...]": _texts,
    "tuple[ScenarioStep, ...]": _rows(ScenarioStep),
    "tuple[Scenario, ...]": _rows(Scenario),
    "Mapping[str, str]": _tables(_text),
    "Mapping[str, Any]": _table,
    "Mapping[str, Mapping[str, Any]]": _tables(_table),
    "Mapping[str, Worker]": _tables(lambda raw, key: _build(Worker, raw, key)),
}
"""How the value of a field is read, by the type that it is declared with."""
