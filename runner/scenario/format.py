"""A script: how dossiers of a procedure are handled, and what is expected on the way. Read strictly from TOML.

The dataclasses are the format: a table has exactly their fields as keys, and only those with a default may be left out.
Moments are local and written ``2026-03-02 08:00``; an expected moment may be "" (none). Written for analysts in
docs/scenarios.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, TypeVar

from runner.clock import ZONE
from runner.domain import toml
from runner.domain.calendar import Calendar
from runner.domain.toml import Fault, TomlInvalid
from runner.domain.toml.types import Some, parsed, texts
from runner.errors import Refused

_T = TypeVar("_T")

START: Final = "start"
"""What the first step of a scenario does: the dossier is handed in."""

DEEDS: Final = ("do", "claim", "withdraw", "message")
"""The keys of which a step has one at the most; without any, time passes."""

_UNITS: Final = {"ngày làm việc": "", "ngày": "days", "giờ": "hours", "phút": "minutes"}
_LATER: Final = rf"\+([0-9]{{1,4}}(?:,[0-9]{{1,2}})?) ({'|'.join(_UNITS)})"
_MOMENT: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}"
_STRICT: Final[Mapping[str, Any]] = {"extra": "forbid"}


def _moment(text: str) -> str:
    """The text of a moment that exists, or of one that is counted from another. Raises ValueError."""
    if text and not text.startswith("+"):
        datetime.fromisoformat(text).replace(tzinfo=ZONE)
    return text


Moment = Annotated[
    str,
    parsed(
        texts(f"^({_MOMENT})?$", _moment),
        "khóa “{key}” phải là ngày giờ, viết như 2026-03-02 08:00.",
        type="string",
        pattern=f"^({_MOMENT})?$",
    ),
]
When = Annotated[
    str,
    parsed(
        texts(f"^({_MOMENT}|{_LATER})$", _moment),
        "khóa “{key}” phải là ngày giờ, viết như 2026-03-02 08:00, hoặc như +2 ngày làm việc, +30 phút.",
        type="string",
        pattern=f"^({_MOMENT}|{_LATER})$",
    ),
]


class ScenarioInvalid(Refused):
    """Kịch bản {name}: {reason}"""


@dataclass(frozen=True, slots=True)
class Worker:
    """Who works in a lane, and which tasks (element ids) are theirs."""

    name: str
    """Tên người làm."""
    tasks: tuple[str, ...] = ()
    """Những việc của người này (mã phần tử trong sơ đồ)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How the case stands after a step, or at the end of a scenario; what is None is not looked at."""

    due: Mapping[str, Moment] | None = None
    """Mọi việc đang mở (mã phần tử) với hạn của nó; hạn rỗng là không có."""
    promise: Moment | None = None
    """Hẹn trả kết quả; rỗng khi chưa tính hoặc đang tạm dừng."""
    clock: str | None = None
    """Đồng hồ thời hạn: idle, running, paused, stopped."""
    status: str | None = None
    """Trạng thái của hồ sơ: draft, open, finished, cancelled, discarded."""
    outcome: str | None = None
    """Kết quả của hồ sơ, như sơ đồ ghi: granted, refused, not_accepted, returned."""
    late: tuple[str, ...] | None = None
    """Những việc đã bị ghi quá hạn cho đến lúc ấy."""
    notices: tuple[str, ...] | None = None
    """Những vai trò (hoặc applicant) đã được thông báo cho đến lúc ấy, theo thứ tự."""
    facts: Mapping[str, Any] | None = None
    """Vài giá trị của hồ sơ."""
    route: tuple[str, ...] | None = None
    """Mọi phần tử đã đi qua, theo thứ tự."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioStep(Expected):
    """One thing that happens, and what is expected right after it.

    It does at most one thing; without any, time passes. `line`: where it stands in the file, 0 when unknown.
    """

    at: When = ""
    """Lúc nào: ngày giờ, hoặc tính từ bước trước, như +2 ngày làm việc; bỏ là ngay lúc ấy."""
    do: str = ""
    """Hoàn thành việc đang mở của phần tử này; bước đầu là start."""
    claim: str = ""
    """Nhận việc của phần tử này."""
    withdraw: str = ""
    """Người nộp rút hồ sơ, với lý do này."""
    message: str = ""
    """Ghi nhận thông báo có tên này, mà hồ sơ đang chờ."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Nhập khác với bảng values của tệp: trường và giá trị."""
    late_reason: str = ""
    """Lý do chậm trễ, khi việc đã quá hạn."""
    refused: tuple[str, ...] = ()
    """Biểu mẫu phải bị từ chối vì đúng những trường này."""
    line: int = field(default=0, init=False, compare=False)

    def moment(self, before: datetime, calendar: Calendar) -> datetime:
        """When the step happens (aware); `before` is when the one before did."""
        if not self.at:
            return before
        if later := re.fullmatch(_LATER, self.at):
            number, unit = Fraction(later[1].replace(",", ".")), _UNITS[later[2]]
            return before + timedelta(**{unit: float(number)}) if unit else calendar.add(before, 2 * number)
        return datetime.fromisoformat(self.at).replace(tzinfo=ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(Expected):
    """One dossier from its first step to its last; what is expected of it is so at the end."""

    name: str
    """Tên ngắn, để chọn bằng --only."""
    title: str
    """Kịch bản kể chuyện gì."""
    steps: Some[ScenarioStep]
    """Những gì xảy ra, theo thứ tự."""
    line: int = field(default=0, init=False, compare=False)


@dataclass(frozen=True, slots=True)
class Script:
    """The scenarios of one procedure."""

    __pydantic_config__: ClassVar = _STRICT

    procedure: str
    """Mã thủ tục, như ben-tre/39."""
    people: Mapping[str, Worker]
    """Ai ở vai trò (làn) nào."""
    scenarios: Some[Scenario]
    """Các kịch bản."""
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Nhập gì vào một biểu mẫu hay một việc, nếu bước không ghi khác; ghi cho việc thắng ghi cho biểu mẫu."""
    shared: str = ""
    """Tệp giá trị nhập dùng chung, tính từ thư mục của tệp này; giá trị của tệp này thắng."""

    @property
    def province(self) -> str:
        return self.procedure.partition("/")[0]

    @property
    def begins(self) -> datetime:
        """When the earliest of its scenarios begins: the procedure has to be in force by then."""
        return min(datetime.fromisoformat(each.steps[0].at).replace(tzinfo=ZONE) for each in self.scenarios)


@dataclass(frozen=True, slots=True)
class _Shared:
    """The file of values that scripts share."""

    __pydantic_config__: ClassVar = _STRICT

    values: Mapping[str, Mapping[str, Any]]


def read(path: Path) -> Script:
    """The script in a file, with the values that it shares. Raises `ScenarioInvalid` with all that is wrong in it."""
    return parse(_content(path), str(path), lambda name: _content(path.parent / name))


def parse(data: bytes, name: str, beside: Callable[[str], bytes]) -> Script:
    """The script in `data`; `beside` gives the file of shared values. Raises `ScenarioInvalid`, which says `name`."""
    script = _read(data, name, Script, _faults)
    _place(script, data)
    if not script.shared:
        return script
    shared = _read(beside(script.shared), script.shared, _Shared, lambda _: ())
    keys = (*shared.values, *script.values)
    values = {key: {**shared.values.get(key, {}), **script.values.get(key, {})} for key in keys}
    return replace(script, values=values, shared="")


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(toml.MAX_BYTES + 1)


def _read(data: bytes, name: str, shape: type[_T], check: toml.Check) -> _T:
    try:
        return toml.read(shape, data, check)
    except TomlInvalid as error:
        raise ScenarioInvalid(name=name, reason=error) from None


def _place(script: Script, data: bytes) -> None:
    """Note at which lines the scenarios and steps stand."""
    lines = toml.lines(data)
    for at, scenario in enumerate(script.scenarios):
        object.__setattr__(scenario, "line", lines["scenarios", at])
        for number, step in enumerate(scenario.steps):
            object.__setattr__(step, "line", lines["scenarios", at, "steps", number])


def _faults(table: Mapping[str, Any]) -> Iterator[Fault]:
    """See that the steps begin with `START` at a moment and that each does one thing."""
    for at, scenario in toml.rows(table, "scenarios"):
        name = {"name": str(scenario.get("name", ""))}
        for (*_, number), step in toml.rows(scenario, "steps"):
            place = (*at, "steps", number)
            starts = step.get("do") == START
            if starts != (number == 0) or (starts and not re.fullmatch(_MOMENT, str(step.get("at", "")))):
                text = 'chỉ bước đầu của “{name}”, và chính bước đầu, phải là do = "start", có ngày giờ.'
                yield Fault(place, text, name)
            if sum(map(bool, map(step.get, DEEDS))) > 1:
                yield Fault(place, "bước {number} của “{name}” làm nhiều việc.", {**name, "number": int(number) + 1})
