"""When a timer event fires: the grammar, and the calendar's functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, timedelta
from fractions import Fraction

import pytest

from runner import feel
from runner.bpmn import TimerSpec, timer
from runner.bpmn.timer import TimerUndecided, TimerUnreadable
from runner.domain.limit import Limit
from runner.errors import YearMissing
from tests.engine.case_run import CALENDAR, MONDAY, local


def rule(text: str, kind: str = "duration", unit: str = "working-days") -> timer.TimerRule:
    return timer.read(TimerSpec(kind, text), unit)  # type: ignore[arg-type]


def knowing(values: Mapping[str, object]) -> timer.Evaluate:
    """Evaluates for a case of these values."""
    return lambda expression, given, functions: feel.evaluate(expression, {**values, **given}, functions)


def due(text: str, case_due: str | None = None, **values: object) -> str | None:
    moment = timer.due(rule(text), "Timer_1", MONDAY, CALENDAR, local(case_due) if case_due else None, knowing(values))
    return None if moment is None else f"{moment.astimezone(MONDAY.tzinfo):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("P5D", Limit(Fraction(5), "working-days")),
        ("P0.5D", Limit(Fraction(1, 2), "working-days")),
        (" P2.5D ", Limit(Fraction(5, 2), "working-days")),
        ("P9999D", Limit(Fraction(9999), "working-days")),
        ("P2W", Limit(Fraction(14), "calendar-days")),
    ],
)
def test_days_are_a_limit_counted_by_the_calendar(text: str, limit: Limit) -> None:
    assert rule(text).limit == limit
    assert not rule(text).legal


def test_a_process_of_calendar_days_counts_its_timers_so() -> None:
    assert rule("P5D", unit="calendar-days").limit == Limit(Fraction(5), "calendar-days")


@pytest.mark.parametrize(
    ("text", "lapse"),
    [("PT1H", timedelta(hours=1)), ("PT90M", timedelta(minutes=90)), ("PT9999M", timedelta(minutes=9999))],
)
def test_hours_and_minutes_are_real_time(text: str, lapse: timedelta) -> None:
    assert rule(text).lapse == lapse


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "P",
        "PD",
        "PT",
        "P5",
        "5D",
        "P5d",
        "p5D",
        "P-1D",
        "P+1D",
        "P5D5D",
        "P1.25D",
        "P.5D",
        "P99999D",
        "P99999999M",
        "P1M",
        "P1Y",
        "PT1S",
        "PT1.5H",
        "PT99999H",
        "P1DT1H",
        "R3/PT1H",
        "2022-09-26T08:00:00Z",
        "P٥D",
        "P5D\nP5D",
        "timedelta(days=1)",
        "__import__('os').system('id')",
        "P" + "9" * 100_000 + "D",
    ],
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(TimerUnreadable) as refusal:
        rule(text)
    assert len(str(refusal.value)) < 300


def test_a_cycle_is_refused() -> None:
    with pytest.raises(TimerUnreadable):
        rule("P1D", kind="cycle")


@pytest.mark.parametrize("text", ["=", "= case_due +", "=open('x')", "=().__class__", "=eval(1)"])
def test_an_expression_that_is_not_feel_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelError):
        rule(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P0.5D", "2022-09-26 13:57"),
        ("P5D", "2022-10-03 08:00"),
        ("P1W", "2022-10-03 17:00"),
        ("PT90M", "2022-09-26 09:30"),
        ("PT200H", "2022-10-04 16:00"),
        ("=now", "2022-09-26 08:00"),
        ("=working_days_after(now, 1)", "2022-09-27 08:00"),
        ("=working_days_after(now, 0.5)", "2022-09-26 13:56"),
        ("=session_close(now)", "2022-09-26 11:30"),
        ("=day_close(now)", "2022-09-26 17:00"),
        ('=date and time("2022-10-01T07:00:00+07:00")', "2022-10-01 07:00"),
    ],
)
def test_a_timer_is_due_by_the_calendar_from_the_moment_it_is_armed(text: str, expected: str) -> None:
    assert due(text) == expected


def test_a_timer_that_asks_for_the_cases_due_moment_belongs_to_the_legal_clock() -> None:
    text = "=working_days_before(case_due, 1)"
    assert rule(text).legal
    assert not rule("=working_days_after(now, 1)").legal
    assert due(text) is None
    assert due(text, "2022-10-03 17:00") == "2022-09-30 17:00"
    assert due("=session_close(working_days_before(case_due, 1.5))", "2022-10-03 17:00") == "2022-09-30 11:30"
    for moment in ("2022-10-03 07:31", "2022-10-03 11:30", "2022-10-03 13:32", "2022-10-03 17:00"):
        assert due("=day_close(working_days_before(case_due, 1))", moment) == "2022-09-30 17:00"
    for off in ("2022-09-30 17:01", "2022-10-01 09:00"):
        assert due("=day_close(case_due)", off) == "2022-10-03 17:00"


@pytest.mark.parametrize(
    ("day", "opens"), [("2022-10-03", "2022-10-03 07:30"), ("2022-10-01", "2022-10-03 07:30")], ids=["works", "off"]
)
def test_a_day_begins_with_its_first_session_or_that_of_the_next_working_day(day: str, opens: str) -> None:
    for got in (day, date.fromisoformat(day)):
        assert due("=date(got)", got=got) == opens
    assert due('=if got = null then now else date(got) + duration("P1D")') == "2022-09-26 08:00"


@pytest.mark.parametrize("text", ["P1D", "P2W", "PT90M"])
def test_a_duration_written_as_an_expression_is_the_same_duration(text: str) -> None:
    written = rule(f'=duration("{text}")')
    assert (written.limit, written.lapse) == (rule(text).limit, rule(text).lapse)


def test_due_moments_are_in_utc() -> None:
    for text in ("P1D", "=now", "=working_days_after(now, 1)", '=date("2022-10-03")'):
        moment = timer.due(rule(text), "Timer_1", MONDAY, CALENDAR, None, knowing({}))
        assert moment is not None and moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "=1",
        '="P1D"',
        "=null",
        "=missing",
        "=case_due.__class__",
        "=working_days_after(now, -1)",
        "=working_days_after(now, true)",
        '=working_days_after("x", 1)',
        "=working_days_before(now, null)",
        "=working_days_after(now, 10000)",
        "=session_close(1)",
        "=session_close()",
        "=session_close(now, 1)",
        "=working_days_before(now)",
        '=duration("P1DT1H")',
        "=now - now",
        "=date(got)",
        '=date("2022-02-30")',
        "=day_close(1)",
    ],
)
def test_an_expression_that_gives_no_moment_is_an_incident_that_names_the_timer(text: str) -> None:
    with pytest.raises(TimerUndecided, match="Timer_1"):
        due(text)


@pytest.mark.parametrize("text", ["P9999D", "=working_days_after(now, 9999)"])
def test_a_moment_beyond_the_years_of_the_calendar_is_an_error_and_not_a_guess(text: str) -> None:
    with pytest.raises(YearMissing):
        due(text)
