"""When a timer event of a diagram fires: a bounded grammar instead of all of ISO 8601 (which can burn minutes)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from runner import feel
from runner.bpmn import TimerSpec
from runner.clock import ZONE
from runner.domain.calendar import Calendar
from runner.domain.deadline import step_deadline
from runner.domain.limit import Limit, Unit
from runner.errors import DiagramInvalid, IncidentRaised
from runner.feel.tree import Call, Literal

FUNCTIONS = {"working_days_before": 2, "working_days_after": 2, "session_close": 1, "day_close": 1}
"""The calendar's functions that an expression of a timer may call, with the number of their arguments."""

Functions = Mapping[str, Callable[..., object]]
Evaluate = Callable[[feel.Expression, Mapping[str, object], Functions], object]
"""Evaluates an expression for a case's values and those given, with functions besides FEEL's."""

ELAPSED = re.compile(r"PT(\d{1,4})([HM])", re.ASCII)
"""A lapse of real time: an amount, and whether it is of hours or of minutes."""


class TimerUnreadable(DiagramInvalid):
    """Thời hạn “{expression}” không đọc được; chỉ dùng PnD (n có thể lẻ nửa ngày), PnW, PTnH, PTnM hoặc biểu thức bắt đầu bằng dấu =."""  # noqa: E501


class TimerUndecided(IncidentRaised):
    """Biểu thức thời điểm “{expression}” của {element} không cho ra một thời điểm."""


@dataclass(frozen=True, slots=True)
class TimerRule:
    """How a timer's moment is found: a limit in days, a lapse of real time, or an expression that gives it.

    `legal` says that the timer belongs to the legal clock, and so is held while that clock is paused.
    """

    text: str
    limit: Limit | None = None
    lapse: timedelta | None = None
    expression: feel.Expression | None = None
    legal: bool = False


def read(spec: TimerSpec, unit: Unit) -> TimerRule:
    """The rule in `spec`; `unit` is how the process counts a day. Raises `TimerUnreadable` or `feel.FeelError`.

    ``=duration("P1D")`` is read as ``P1D`` is.
    """
    text = spec.expression.strip()
    if spec.kind == "cycle":
        raise TimerUnreadable(expression=text[:80])
    if text.startswith("="):
        expression = feel.parse(text, FUNCTIONS)
        match expression.tree:
            case Call("duration", (Literal(str(written)),)) if rule := _span(written, unit):
                return rule
        return TimerRule(text, expression=expression, legal="case_due" in expression.names)
    if rule := _span(text, unit):
        return rule
    raise TimerUnreadable(expression=text[:80])


def _span(text: str, unit: Unit) -> TimerRule | None:
    if limit := Limit.parse(text, unit):
        return TimerRule(text, limit)
    if found := ELAPSED.fullmatch(text):
        amount, kind = int(found[1]), found[2]
        return TimerRule(text, lapse=timedelta(hours=amount) if kind == "H" else timedelta(minutes=amount))
    return None


def due(
    rule: TimerRule,
    element: str,
    now: datetime,
    calendar: Calendar,
    case_due: datetime | None,
    evaluate: Evaluate,
) -> datetime | None:
    """The moment (UTC) at which a timer armed `now` fires; None while it depends on a case deadline not yet known.

    A day that an expression gives begins with its first session, a day off with that of the next working day.
    """
    if rule.limit:
        return step_deadline(calendar, now, rule.limit).due
    if rule.lapse:
        return now + rule.lapse
    if rule.expression is None or (rule.legal and case_due is None):
        return None
    moment = evaluate(rule.expression, {"case_due": case_due, "now": now}, functions(calendar))
    match moment:
        case datetime():
            return moment.astimezone(UTC)
        case date():
            return calendar.next_opening(datetime.combine(moment, time(), ZONE))
    raise TimerUndecided(expression=rule.text, element=element)


def functions(calendar: Calendar) -> Functions:
    """The calendar's functions as FEEL calls them. A working day is two half-days; wrong arguments give null."""

    def counted(count: Callable[[datetime, Fraction], datetime]) -> Callable[..., datetime | None]:
        def called(*arguments: object) -> datetime | None:
            match arguments:
                case (datetime() as moment, days) if (sessions := _sessions(days)) is not None:
                    return count(moment, sessions)
            return None

        return called

    def close(find: Callable[[datetime], datetime]) -> Callable[..., datetime | None]:
        def called(*arguments: object) -> datetime | None:
            match arguments:
                case (datetime() as moment,):
                    return find(moment)
            return None

        return called

    return {
        "working_days_before": counted(calendar.subtract),
        "working_days_after": counted(calendar.add),
        "session_close": close(calendar.next_close),
        "day_close": close(calendar.day_close),
    }


def _sessions(days: object) -> Fraction | None:
    if not isinstance(days, int | Decimal) or isinstance(days, bool) or not 0 <= days <= 9999:
        return None
    return Fraction(days) * 2
