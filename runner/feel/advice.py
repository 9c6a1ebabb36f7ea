"""The faults that the types of an expression show, in sentences that say what to write instead."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from runner.errors import Refused
from runner.feel.function import BUILT_IN, read_date
from runner.feel.tree import Arithmetic, Call, Comparison, List, Literal, Name, Negation, Node, Property, Test
from runner.feel.type import Type
from runner.feel.value import Months


class TypeFault(Refused):
    """Biểu thức không bao giờ cho ra kết quả."""


class NameUnknown(TypeFault):
    """Không biểu mẫu nào hỏi trường “{name}”."""


class NameMisspelt(TypeFault):
    """Không biểu mẫu nào hỏi trường “{name}”; có phải “{meant}” ({type}) không?"""


class PartUnknown(TypeFault):
    """“{operand}” là {type}, không có phần “{name}”; các phần là: {parts}."""


class Partless(TypeFault):
    """“{operand}” là {type}, không có phần nào tên “{name}”."""


class ListUnseen(TypeFault):
    """Trong phần satisfies chỉ dùng được dòng đang xét và những giá trị đơn của hồ sơ, không dùng được “{name}”."""


class KindsCompared(TypeFault):
    """“{left}” là {one} còn “{right}” là {other}, nên “{operator}” không bao giờ có kết quả."""


class KindsComparedWrite(KindsCompared):
    """“{left}” là {one} còn “{right}” là {other}, nên “{operator}” không bao giờ có kết quả. Hãy viết: {write}"""


class Unordered(TypeFault):
    """“{operand}” là {type}, không so lớn nhỏ bằng “{operator}” được."""


class OptionUnknown(TypeFault):
    """Trường “{name}” không có lựa chọn “{value}”; các lựa chọn là: {options}."""


class NotTruth(TypeFault):
    """“{operand}” là {type}, không cho biết đúng hay sai; hãy so sánh nó với một giá trị."""


class OperandWrong(TypeFault):
    """Không tính được “{operand}”, vì đó là {type}."""


class OperandsMismatched(TypeFault):
    """Không tính được “{operation}”: bên trái là {left}, bên phải là {right}."""


class ArgumentWrong(TypeFault):
    """Hàm {function} không nhận “{argument}”, là {type}."""


class ArgumentWrongWrite(ArgumentWrong):
    """Hàm {function} không nhận “{argument}”, là {type}. Hãy viết: {write}"""


class Valueless(TypeFault):
    """“{operand}” không bao giờ có giá trị, dù hồ sơ thế nào; hãy xem lại các số trong đó."""


class TextUnreadable(TypeFault):
    """“{text}” không đọc được bằng hàm {function}; hãy viết như {write}."""


EXAMPLES = {
    "date": 'date("2026-01-31")',
    "date and time": 'date and time("2026-01-31T17:00:00+07:00")',
    "duration": 'duration("P10D")',
    "number": 'number("1.5")',
}


def written(node: Test) -> str:
    """`node` in FEEL, shortened."""
    text = _written(node)
    return text if len(text) <= 60 else text[:59] + "…"


def _written(node: Test) -> str:
    match node:
        case Name(path):
            return ".".join(path)
        case Literal(value):
            return _literal(value)
        case Property(operand, path):
            return ".".join((_written(operand), *path))
        case Call(function, arguments):
            return f"{function}({', '.join(map(_written, arguments))})"
        case List(members):
            return f"[{', '.join(map(_written, members))}]"
        case Negation(operand):
            return f"-{_written(operand)}"
        case Arithmetic(first, rest):
            return _written(first) + "".join(f" {operator} {_written(operand)}" for operator, operand in rest)
        case Comparison(operator, left, right):
            return f"{_written(left)} {operator} {_written(right)}"
    return "…"


def _literal(value: object) -> str:
    match value:
        case None:
            return "null"
        case str():
            return f'"{value}"'
        case date() | timedelta() | Months():
            return f'@"{BUILT_IN["string"](value)}"'
    return str(BUILT_IN["string"](value))


def kinds_compared(operator: str, left: Node, one: Type, right: Node, other: Type) -> KindsCompared:
    facts = {"left": written(left), "right": written(right), "one": one, "other": other, "operator": operator}
    if (mended := _mended(one, right)) is not None:
        asked = operator == "list contains"
        write = f"list contains({facts['left']}, {mended})" if asked else f"{facts['left']} {operator} {mended}"
    elif (mended := _mended(other, left)) is not None:
        write = f"{mended} {operator} {facts['right']}"
    elif one.name == "list" and operator == "=" and isinstance(right, Literal):
        write = f"list contains({facts['left']}, {facts['right']})"
    elif {one.name, other.name} == {"date", "date and time"}:
        days = [
            f"date({facts[side]})" if kind.name != "date" else facts[side]
            for side, kind in (("left", one), ("right", other))
        ]
        write = f"{days[0]} {operator} {days[1]}"
    else:
        return KindsCompared(**facts)
    return KindsComparedWrite(**facts, write=write)


def _mended(wanted: Type, node: Node) -> str | None:
    """The literal `node` as one of the type `wanted`, where it can only be meant so."""
    match wanted.name, node:
        case "string", Literal(Decimal() as value):
            return f'"{BUILT_IN["string"](value)}"'
        case "boolean", Literal(str("true" | "false") as text):
            return text
        case "number", Literal(str(text)):
            return None if (number := _number(text)) is None else str(BUILT_IN["string"](number))
        case "date", Literal(str(text)) if day := _day(text):
            return f'date("{day}")'
        case "date and time", Literal(str(text)) if BUILT_IN["date and time"](text):
            return f'date and time("{text}")'
    return None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _day(text: str) -> str | None:
    """The day that `text` names in one of the usual ways, as FEEL writes it."""
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text.strip()):
        year, month, day = match.groups()
    elif match := re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", text.strip()):
        day, month, year = match.groups()
    else:
        return None
    found = f"{year}-{month:0>2}-{day:0>2}"
    return found if read_date(found) else None


def unreadable(function: str, text: str) -> TextUnreadable:
    day = _day(text) if function == "date" else None
    return TextUnreadable(text=text, function=function, write=f'date("{day}")' if day else EXAMPLES[function])


def argument_wrong(call: Call, argument: Node, kind: Type) -> ArgumentWrong:
    facts = {"function": call.function, "argument": written(argument), "type": kind}
    if call.function == "contains" and kind.name == "list" and argument is call.arguments[0]:
        write = f"list contains({', '.join(map(written, call.arguments))})"
        return ArgumentWrongWrite(**facts, write=write)
    return ArgumentWrong(**facts)
