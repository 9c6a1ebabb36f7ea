"""Timers keep to a grammar that the working calendar can count: see docs/lint.md, "timers".

An expression is tried with sample moments and, where the forms are known, with sample values of the fields it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice, product
from types import NoneType
from typing import Final

from runner import feel, formatting
from runner.bpmn import Diagram, Node, timer
from runner.bpmn.timer import FUNCTIONS, TimerRule, TimerUnreadable
from runner.clock import ZONE
from runner.domain.calendar import Calendar
from runner.domain.form.component import Component
from runner.domain.limit import Unit
from runner.domain.working_day import Hours, Session
from runner.errors import Refused
from runner.feel.tree import Call
from runner.feel.value import Months
from runner.language import say
from runner.lint.content import Content
from runner.lint.expression import calls, nested, unnameable
from runner.lint.finding import Finding, error, short, title

NAMES: Final = frozenset({"case_due", "now"})
"""What an expression of a timer may ask for besides the fields of the forms."""
MOST_DAYS: Final = 1_000
"""Of a limit: a calendar holds a few years."""
MOST_SAMPLES: Final = 64

SAMPLES: Final = (
    (datetime(2026, 6, 15, 9, tzinfo=ZONE), datetime(2026, 6, 29, 17, tzinfo=ZONE)),
    (datetime(2026, 6, 20, 22, tzinfo=ZONE), datetime(2026, 7, 3, 17, tzinfo=ZONE)),
)
"""Moments now, and those at which the case is due: in a session, and on a Saturday night."""
KINDS: Final = (
    (NoneType, "giá trị trống"),
    (bool, "giá trị đúng sai"),
    (str, "chữ"),
    (Decimal, "số"),
    (object, "danh sách"),
)
EXAMPLES: Final = {
    "working_days_before": "working_days_before(case_due, 1)",
    "working_days_after": "working_days_after(now, 1)",
    "session_close": "session_close(now)",
}


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    fields = _fields(diagram, content) if content else None
    for node in diagram.nodes.values():
        if node.event == "timer":
            yield from _timer(node, fields)


def _timer(node: Node, fields: Mapping[str, Component] | None) -> Iterator[Finding]:
    if node.timer is None or not node.timer.expression:
        yield error(node, "Hẹn giờ “{what}” chưa có thời hạn.", what=title(node))
        return
    text = node.timer.expression
    if node.timer.kind == "cycle":
        yield error(node, "Hẹn giờ lặp lại “{text}” không được dùng.", text=short(text))
    elif _is_date(text):
        yield _fixed(node, text)
    else:
        try:
            rule = timer.read(node.timer, Unit.WORKING_DAYS)
        except TimerUnreadable as fault:
            yield error(node, "Hẹn giờ “{what}” không dùng được. {reason}", what=title(node), reason=fault)
        except feel.FeelError as fault:
            yield error(node, "Biểu thức thời điểm “{text}” không đọc được. {reason}", text=short(text), reason=fault)
        else:
            if rule.expression is None:
                yield from _span(node, rule)
            else:
                yield from _expression(node, rule, rule.expression, fields)


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _fixed(node: Node, text: str) -> Finding:
    return error(
        node,
        "Thời điểm “{text}” là một ngày giờ cố định, chung cho mọi hồ sơ và rồi sẽ qua; hãy tính từ now, case_due hoặc "
        "một trường ngày của biểu mẫu, như =working_days_before(case_due, 1).",
        text=short(text),
    )


def _span(node: Node, rule: TimerRule) -> Iterator[Finding]:
    if node.timer and node.timer.kind == "date":
        yield error(
            node,
            "Thời điểm “{text}” phải là biểu thức bắt đầu bằng dấu =, như =working_days_before(case_due, 1).",
            text=short(rule.text),
        )
    if (rule.limit and not rule.limit.days) or (rule.lapse is not None and not rule.lapse):
        yield error(node, "Thời hạn “{text}” phải lớn hơn 0 và chỉ lẻ nửa ngày.", text=short(rule.text))
    if rule.limit and rule.limit.days > MOST_DAYS:
        yield error(
            node,
            "Thời hạn “{text}” dài hơn lịch làm việc: lịch chỉ có vài năm, nên nhiều nhất là {most} ngày.",
            text=short(rule.text),
            most=MOST_DAYS,
        )


def _expression(
    node: Node, rule: TimerRule, expression: feel.Expression, fields: Mapping[str, Component] | None
) -> Iterator[Finding]:
    """The faults of an expression; it is tried where nothing else is wrong with it and all its names are known."""
    asked = {name: _field(name, fields or {}) for name in sorted(expression.names - NAMES)}
    found = [_miscalled(node, call) for call in calls(expression.tree) if len(call.arguments) != _arity(call)]
    unknown = [name for name, field in asked.items() if fields is not None and field is None]
    if not unknown and (name := unnameable(expression)):
        unknown = [name]
    found += [
        error(
            node,
            "Biểu thức thời điểm dùng tên “{name}”; chỉ dùng được now, case_due và các trường của biểu mẫu trong "
            "sơ đồ.",
            name=short(name),
        )
        for name in unknown
    ]
    if not found and not expression.names:
        found.append(_fixed(node, rule.text))
    yield from found
    if not found and all(asked.values()):
        yield from islice(_tried(node, rule, expression, dict(field for field in asked.values() if field)), 1)


def _arity(call: Call) -> int:
    return FUNCTIONS.get(call.function, len(call.arguments))


def _miscalled(node: Node, call: Call) -> Finding:
    return error(
        node,
        "Hàm {function} cần {needed} giá trị, ở đây có {given}; hãy viết như ={example}.",
        function=call.function,
        needed=_arity(call),
        given=len(call.arguments),
        example=EXAMPLES[call.function],
    )


# -- trying ------------------------------------------------------------------------------------------------------------


def _tried(
    node: Node, rule: TimerRule, expression: feel.Expression, asked: Mapping[str, Component]
) -> Iterator[Finding]:
    """What goes wrong when the expression is evaluated for samples."""
    calendar = _calendar()
    answers = list(islice(product(*map(_samples, asked.values())), MOST_SAMPLES))
    for (now, case_due), values in product(SAMPLES, answers):
        known = nested(dict(zip(asked, values, strict=True))) | {"now": now, "case_due": case_due}
        try:
            result = feel.evaluate(expression, known, timer.functions(calendar))
        except Refused:  # the calendar does not go so far
            yield error(
                node,
                "Thời điểm “{text}” nằm ngoài lịch làm việc: lịch chỉ có vài năm.",
                text=short(rule.text),
            )
            continue
        if isinstance(result, timedelta | Months):
            yield error(
                node,
                "Biểu thức “{text}” cho ra một khoảng thời gian tính sẵn, không phải một thời điểm; hãy viết như P3D, "
                'PT4H, =duration("P3D") hoặc =working_days_after(now, 3).',
                text=short(rule.text),
            )
        elif not isinstance(result, date):
            yield error(
                node,
                "Biểu thức thời điểm “{text}” không cho ra một thời điểm mà là {kind}, khi thử với {sample}.",
                text=short(rule.text),
                kind=say(next(word for kind, word in KINDS if isinstance(result, kind))),
                sample=short(", ".join(f"{name} = {_shown(known, name)}" for name in sorted(expression.names))),
            )


def _shown(known: Mapping[str, object], name: str) -> str:
    value: object = known
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return formatting.moment(value) if isinstance(value, datetime) else str(value)


def _samples(field: Component) -> Sequence[object]:
    match field.type:
        case "datetime" if field.subtype == "date":
            return [SAMPLES[0][0].date()]
        case "datetime" if field.subtype == "datetime":
            return [SAMPLES[0][0]]
        case "number":
            return [Decimal(1)]
        case "checkbox":
            return [True, False]
        case "radio" | "select":
            return [option.value for option in field.options] or ["x"]
        case "textfield" | "textarea" | "datetime":
            return ["x"]
    return [[]]


def _fields(diagram: Diagram, content: Content) -> Mapping[str, Component] | None:
    """The fields of the diagram's forms by path; None where a form cannot be read."""
    forms = [content.forms.get(node.form) for node in diagram.nodes.values() if node.form]
    return {path: field for form in forms if form for path, field in form.fields.items()} if all(forms) else None


def _field(name: str, fields: Mapping[str, Component]) -> tuple[str, Component] | None:
    """The field that a dotted name asks for, or a part of whose value; with its path."""
    parts = name.split(".")
    paths = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next(((path, fields[path]) for path in paths if path in fields), None)


@cache
def _calendar() -> Calendar:
    """A calendar to try expressions with: a plain week, six years round the samples."""
    sessions = (Session(time(7, 30), time(11, 30)), Session(time(13, 30), time(17)))
    year = SAMPLES[0][0].year
    return Calendar("", 1, (Hours(None, None, sessions),), frozenset({5, 6}), {}, frozenset(range(year - 2, year + 4)))
