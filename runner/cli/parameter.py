"""What commands take: types of values that say in words what is wrong with them, and options that many share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import click

from runner.cli.command import option
from runner.clock import ZONE
from runner.domain import limit, strict_json
from runner.domain.limit import LimitInvalid
from runner.domain.strict_json import JsonInvalid
from runner.domain.toml.types import clock_time
from runner.domain.working_day import Session
from runner.errors import NotFound, Refused
from runner.language import say

MAX_VALUES = 1_000_000
"""Bytes of a file of values."""


class ValuesUnreadable(NotFound):
    """Không đọc được tệp {name}: {reason}."""


class ValuesInvalid(Refused):
    """Tệp {name} phải là một đối tượng JSON gồm các trường và giá trị."""


class _Moment(click.ParamType[datetime]):
    """A moment in ISO 8601, in local time unless it says otherwise; it comes out in UTC."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(say("“{value}” không phải là thời điểm; hãy viết như 2022-09-26T09:00.", value=value), param, ctx)


class _Days(click.ParamType[Fraction]):
    """A number of days in halves, with a point or a comma."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        try:
            return limit.days(value.replace(",", "."))
        except LimitInvalid:
            self.fail(str(LimitInvalid(text=value)), param, ctx)


class _Date(click.ParamType[date]):
    """A day: ``2022-09-26``."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(say("“{value}” không phải là ngày; hãy viết như 2022-09-26.", value=value), param, ctx)


class _Time(click.ParamType["time | None"]):
    """A time of day, ``16:30``, or ``none``."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> time | None:
        try:
            return None if value == "none" else clock_time(value)
        except ValueError:
            self.fail(say("“{value}” không phải là giờ và phút; hãy viết như 07:30.", value=value), param, ctx)


class _Session(click.ParamType[Session]):
    """A session of a working day: ``07:30-11:30``."""

    name = "session"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Session:
        try:
            return Session(*map(clock_time, re.split("[-–]", value)))
        except (TypeError, ValueError):
            self.fail(say("“{value}” không phải là một buổi; hãy viết như 07:30-11:30.", value=value), param, ctx)


class _Value(click.ParamType[tuple[str, str]]):
    """``key=value``; a key given several times makes a list."""

    name = "value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        key, sign, text = value.partition("=")
        if not sign or not key.strip():
            self.fail(say("“{value}” phải có dạng trường=giá trị.", value=value), param, ctx)
        return key.strip(), text


MOMENT = _Moment()
FILE = _Value()
DAYS = _Days()
DATE = _Date()
TIME = _Time()
SESSION = _Session()
PATH = click.Path(path_type=Path)

PERSON = option("--as", "person", required=True, metavar="ACCOUNT", help="Tài khoản của người thực hiện.")
CONTENT = option(
    "--content", type=PATH, metavar="DIR", help="Thư mục nội dung (có bpmn/ và forms/); mặc định là thư mục gần nhất."
)
EXPLAIN = option("--explain", is_flag=True, help="In cách tính thời hạn từng ngày.")
KEY = option("--key", metavar="KEY", help="Khóa chống gửi trùng: gửi lại cùng khóa chỉ có một tác dụng.")
REASON = option("--reason", required=True, metavar="TEXT", help="Lý do.")
CASE = click.argument("case")
TASK = click.argument("task")


def values(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options ``--value key=value`` and ``--values FILE``, whose values `gathered` puts together."""
    one = option("--value", "pairs", type=_Value(), multiple=True, metavar="KEY=VALUE", help="Một trường của biểu mẫu.")
    file = option("--values", "file", type=PATH, metavar="FILE", help="Tệp JSON có các trường của biểu mẫu.")
    return one(file(function))


def gathered(file: Path | None, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The values of a file of JSON, over which those given one by one win.

    Raises `ValuesUnreadable` and `ValuesInvalid`.
    """
    found = _read(file) if file else {}
    given: dict[str, list[str]] = {}
    for key, text in pairs:
        given.setdefault(key, []).append(text)
    return found | {key: texts[0] if len(texts) == 1 else texts for key, texts in given.items()}


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """A file to read. Raises `ValuesUnreadable`."""
    try:
        stream = file.open("rb")
    except OSError as error:
        raise ValuesUnreadable(name=file, reason=error.strerror) from error
    with stream:
        yield stream


def _read(file: Path) -> dict[str, Any]:
    with opened(file) as stream:
        data = stream.read(MAX_VALUES + 1)
    try:
        found = strict_json.read(data, MAX_VALUES)
    except JsonInvalid:
        found = None
    if not isinstance(found, dict):
        raise ValuesInvalid(name=file)
    return found
