"""What a request gives: its query and its JSON body, read strictly, so that nothing is guessed and nothing is lost.

All wrong fields are named in one answer, as those of a form are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from runner.domain import strict_json
from runner.domain.form import FieldFault
from runner.domain.strict_json import MAX_DEPTH, Fault, JsonInvalid
from runner.language import say
from runner.services.tasks import UNKNOWN, FormRefused
from runner.web.errors import RequestUnclear
from runner.web.security import LARGEST

NOT_TEXT: Final = "“{field}” phải là chuỗi từ {least} đến {most} ký tự in được."
NOT_WHOLE: Final = "“{field}” phải là số nguyên từ {least} đến {most}."
NOT_AMONG: Final = "“{field}” phải là một trong các giá trị: {values}."
NOT_OBJECT: Final = "“{field}” phải là một đối tượng JSON."
MISSING: Final = "Thiếu “{field}”."
TWICE: Final = "“{field}” chỉ được nêu một lần."


class NotJson(RequestUnclear):
    """Nội dung gửi lên không phải là một đối tượng JSON hợp lệ{why}."""


class NameTwice(RequestUnclear):
    """Nội dung JSON nêu tên “{name}” hai lần trong một đối tượng."""


class TooDeep(RequestUnclear):
    """Nội dung JSON lồng nhau quá {limit} cấp."""


class NumberInexact(RequestUnclear):
    """Số {number} trong nội dung JSON không giữ được chính xác; hãy gửi tối đa 15 chữ số có nghĩa."""


class TextBroken(RequestUnclear):
    """Nội dung JSON có ký tự không lưu được."""


# -- what a parameter may be -------------------------------------------------------------------------------------------


class _Wrong(Exception):
    """A value is not of its kind; the arguments are the template of what it should be and its facts."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value must be: its JSON Schema, and the reader that gives the value or raises `_Wrong`."""

    schema: Mapping[str, Any]
    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query or a member of the body; `description` is a template."""

    name: str
    kind: Kind
    description: str
    required: bool = False
    default: Any = None


def text(most: int = 200) -> Kind:
    """A text of one line."""

    def read(raw: Any) -> str:
        if not isinstance(raw, str) or not 1 <= len(raw) <= most or not raw.isprintable():
            raise _Wrong(NOT_TEXT, {"least": 1, "most": most})
        return raw

    return Kind({"type": "string", "minLength": 1, "maxLength": most}, read)


def whole(least: int, most: int) -> Kind:
    """A whole number in the digits of a query."""

    def read(raw: Any) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", raw) or not least <= int(raw) <= most:
            raise _Wrong(NOT_WHOLE, {"least": least, "most": most})
        return int(raw)

    return Kind({"type": "integer", "minimum": least, "maximum": most}, read)


def among(*values: str) -> Kind:
    """One of these words."""

    def read(raw: Any) -> str:
        if raw not in values:
            raise _Wrong(NOT_AMONG, {"values": ", ".join(values)})
        return str(raw)

    return Kind({"type": "string", "enum": list(values)}, read)


def _object(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise _Wrong(NOT_OBJECT, {})
    return raw


OBJECT: Final = Kind({"type": "object"}, _object)
"""Values by the names of their fields; what they may be, the form says."""


# -- reading -----------------------------------------------------------------------------------------------------------


def from_query(parameters: Iterable[Parameter]) -> dict[str, Any]:
    """The parameters of this request's query. Raises `FormRefused` naming those that are wrong, unknown, or twice."""
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    return _checked(parameters, request.args, [FieldFault(name, TWICE, {"field": name}) for name in twice])


def from_body(members: Iterable[Parameter]) -> dict[str, Any]:
    """The members of this request's JSON object. Raises `FormRefused`, or a `RequestUnclear` for what is no such JSON.

    Another media type than ``application/json`` is answered with 415, too many bytes with 413.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    found = parsed(request.get_data())
    if not isinstance(found, dict):
        raise NotJson(why="")
    return _checked(members, found, [])


def _checked(parameters: Iterable[Parameter], raw: Mapping[str, Any], faults: list[FieldFault]) -> dict[str, Any]:
    known = {each.name: each for each in parameters}
    faults += [FieldFault(name, UNKNOWN, {"field": name}) for name in raw if name not in known]
    found: dict[str, Any] = {}
    for name, parameter in known.items():
        if name not in raw:
            found[name] = parameter.default
            faults += [FieldFault(name, MISSING, {"field": name})] if parameter.required else []
            continue
        try:
            found[name] = parameter.kind.read(raw[name])
        except _Wrong as wrong:
            template, facts = wrong.args
            faults.append(FieldFault(name, template, {"field": name, **facts}))
    if faults:
        raise FormRefused(tuple(faults))
    return found


# -- JSON --------------------------------------------------------------------------------------------------------------


def parsed(data: bytes) -> Any:
    """The value of JSON; numbers with a fraction are exact decimals. Raises a `RequestUnclear`."""
    try:
        return strict_json.read(data, LARGEST)
    except JsonInvalid as error:
        match error.fault:
            case Fault.NAME_TWICE:
                raise NameTwice(name=error.what) from None
            case Fault.DEPTH:
                raise TooDeep(limit=MAX_DEPTH) from None
            case Fault.NUMBER:
                raise NumberInexact(number=error.what) from None
            case Fault.TEXT:
                raise TextBroken from None
            case Fault.ENCODING:
                raise NotJson(why=say(": hãy gửi ở bảng mã UTF-8")) from None
            case Fault.CONTROL:
                raise NotJson(why=say(": ký tự điều khiển trong chuỗi phải viết như \\n hay \\u0009")) from None
        raise NotJson(why="") from None
