"""Working time of a province."""

from __future__ import annotations

import json
import os
import time as machine
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.clock import ZONE
from runner.domain.calendar import Calendar, HoursMissing
from runner.domain.working_day import CalendarInvalid, Day
from runner.errors import YearMissing
from runner.services import holiday

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE = [["07:30", "11:30"], ["13:30", "17:00"]]
SUMMER = [["07:00", "11:30"], ["13:30", "17:30"]]
SEASONS = [
    {"sessions": OFFICE},
    *({"from": f"{year}-04-16", "until": f"{year}-10-15", "sessions": SUMMER} for year in range(2022, 2030)),
]
SWAP_2026 = [
    {"date": "2026-01-02", "kind": "off", "name": "Ngày nghỉ (thay cho ngày 10/01/2026)", "source": "thông báo"},
    {"date": "2026-01-10", "kind": "work", "name": "Ngày làm bù", "source": "thông báo"},
]


def province(**facts: Any) -> Calendar:
    """A calendar of 2022–2027 with office hours, the public holidays and the swap of January 2026."""
    known = Calendar.from_json(
        {
            "province": "ha-tinh",
            "revision": 1,
            "years": range(2022, 2028),
            "hours": [{"sessions": OFFICE}],
            "weekly_off": ["saturday", "sunday"],
            "days": SWAP_2026,
            "intake_cutoff": None,
        }
        | facts
    )
    return replace(known, days={day.date: day for day in holiday.days(known.years)} | dict(known.days))


def at(text: str) -> datetime:
    """The local moment of ``2022-09-26 09:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def local(moment: datetime) -> str:
    return f"{moment.astimezone(HANOI):%Y-%m-%d %H:%M:%S}".removesuffix(":00")


OFFICES = province()
SEASONAL = province(hours=SEASONS)
OFFICES_TO_2029 = province(years=range(2022, 2030))
CALENDARS = st.sampled_from([OFFICES, SEASONAL])
MOMENTS = st.datetimes(*map(datetime.fromisoformat, ("2022-01-25", "2027-09-30")), timezones=st.just(HANOI))
MINUTES = MOMENTS.map(lambda moment: moment.replace(second=0, microsecond=0))
HALF_DAYS = st.fractions(0, 24, max_denominator=60)
ROUNDING = Fraction(2, 210 * 60 * 1_000_000)
"""Two microseconds of the shortest session, in half-days."""


# -- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [date(2024, 5, 4), date(2025, 4, 26), date(2026, 8, 22), date(2026, 1, 10)])
def test_a_saturday_swapped_for_a_day_off_is_worked(day: date) -> None:
    assert day.strftime("%a") == "Sat"
    assert OFFICES.working(day)
    assert len(OFFICES.sessions(day)) == 2


@pytest.mark.parametrize("day", [date(2024, 4, 29), date(2025, 5, 2), date(2026, 8, 31), date(2026, 1, 2)])
def test_the_day_swapped_for_it_is_off(day: date) -> None:
    assert not OFFICES.working(day)
    assert OFFICES.sessions(day) == ()


def test_the_reason_is_the_row_of_the_table_or_the_week() -> None:
    assert OFFICES.reason(date(2027, 2, 6)).name == "Tết Nguyên Đán"
    assert OFFICES.reason(date(2026, 1, 10)) == Day(date(2026, 1, 10), "work", "Ngày làm bù", "thông báo")
    assert OFFICES.reason(date(2022, 9, 24)) == Day(date(2022, 9, 24), "off")
    assert OFFICES.reason(date(2022, 9, 26)) == Day(date(2022, 9, 26), "work")


def test_sessions_are_in_utc() -> None:
    assert OFFICES.sessions(date(2022, 9, 26)) == (
        (datetime(2022, 9, 26, 0, 30, tzinfo=UTC), datetime(2022, 9, 26, 4, 30, tzinfo=UTC)),
        (datetime(2022, 9, 26, 6, 30, tzinfo=UTC), datetime(2022, 9, 26, 10, 0, tzinfo=UTC)),
    )
    assert all(moment.tzinfo is UTC for span in OFFICES.sessions(date(2022, 9, 26)) for moment in span)


def test_a_working_day_that_no_range_of_hours_covers_is_an_error() -> None:
    calendar = province(hours=[{"from": "2022-01-01", "until": "2022-06-30", "sessions": OFFICE}])
    assert len(calendar.sessions(date(2022, 6, 30))) == 2
    with pytest.raises(HoursMissing, match="01/07/2022"):
        calendar.sessions(date(2022, 7, 1))


def test_where_ranges_of_hours_overlap_the_later_one_wins() -> None:
    (opening, _), (_, close) = SEASONAL.sessions(date(2022, 10, 14))
    assert (local(opening), local(close)) == ("2022-10-14 07:00", "2022-10-14 17:30")
    (opening, _), (_, close) = SEASONAL.sessions(date(2022, 10, 17))
    assert (local(opening), local(close)) == ("2022-10-17 07:30", "2022-10-17 17:00")


# -- receipt ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handed_in", "received"),
    [
        ("2022-09-26 06:10", "2022-09-26 07:30"),
        ("2022-09-26 07:30", "2022-09-26 07:30"),
        ("2022-09-26 09:15", "2022-09-26 09:15"),
        ("2022-09-26 11:30", "2022-09-26 11:30"),
        ("2022-09-26 12:00", "2022-09-26 13:30"),
        ("2022-09-26 17:00", "2022-09-26 17:00"),
        ("2022-09-26 17:01", "2022-09-27 07:30"),
        ("2022-09-30 17:30", "2022-10-03 07:30"),
        ("2022-10-01 10:00", "2022-10-03 07:30"),
        ("2022-08-31 18:00", "2022-09-05 07:30"),
        ("2026-01-09 19:00", "2026-01-10 07:30"),
    ],
)
def test_a_dossier_outside_hours_counts_as_received_at_the_next_opening(handed_in: str, received: str) -> None:
    assert local(OFFICES.received(at(handed_in))) == received


@pytest.mark.parametrize(
    ("cutoff", "handed_in", "received"),
    [
        ("16:30", "2022-09-26 16:30", "2022-09-26 16:30"),
        ("16:30", "2022-09-26 16:31", "2022-09-27 07:30"),
        ("16:30", "2022-09-30 16:45", "2022-10-03 07:30"),
        ("16:30", "2022-10-01 16:45", "2022-10-03 07:30"),
        ("16:30", "2022-10-02 08:00", "2022-10-03 07:30"),
        ("11:00", "2022-09-26 11:15", "2022-09-27 07:30"),
    ],
)
def test_a_dossier_after_the_cut_off_counts_as_received_on_the_next_working_day(
    cutoff: str, handed_in: str, received: str
) -> None:
    assert local(province(intake_cutoff=cutoff).received(at(handed_in))) == received


def test_a_session_is_open_from_its_opening_to_its_close() -> None:
    opened = [OFFICES.open_at(at(f"2022-09-26 {clock}")) for clock in ("07:29", "07:30", "11:30", "11:31", "17:00")]
    assert opened == [False, True, True, False, True]


def test_the_next_opening_and_the_next_close_pass_over_days_off() -> None:
    assert local(OFFICES.next_opening(at("2022-09-30 13:30"))) == "2022-09-30 13:30"
    assert local(OFFICES.next_opening(at("2022-09-30 13:31"))) == "2022-10-03 07:30"
    assert local(OFFICES.next_close(at("2022-09-30 17:00"))) == "2022-09-30 17:00"
    assert local(OFFICES.next_close(at("2022-09-30 17:01"))) == "2022-10-03 11:30"


# -- arithmetic -------------------------------------------------------------------------------------------------------


def test_a_part_used_session_counts_by_the_fraction_left() -> None:
    assert local(OFFICES.add(at("2022-09-26 09:00"), 1)) == "2022-09-26 14:48:45"
    assert OFFICES.between(at("2022-09-26 09:00"), at("2022-09-26 11:30")) == Fraction(150, 240)
    assert OFFICES.between(at("2022-09-26 16:18"), at("2022-09-26 17:00")) == Fraction(42, 210)


def test_time_that_ends_with_a_session_ends_at_its_close() -> None:
    assert local(OFFICES.add(at("2022-09-26 07:30"), 1)) == "2022-09-26 11:30"
    assert local(OFFICES.add(at("2022-09-26 12:00"), 1)) == "2022-09-26 17:00"
    assert local(OFFICES.add(at("2022-09-30 17:30"), 2)) == "2022-10-03 17:00"


def test_nothing_added_changes_nothing() -> None:
    assert OFFICES.add(at("2022-10-01 10:00"), 0) == at("2022-10-01 10:00")


def test_a_working_day_before_the_close_of_a_day_is_the_close_of_the_one_before() -> None:
    assert local(OFFICES.subtract(at("2022-10-03 17:00"), 2)) == "2022-09-30 17:00"
    assert local(OFFICES.subtract(at("2022-10-03 09:00"), 2)) == "2022-09-30 09:00"
    assert local(OFFICES.subtract(at("2022-10-02 09:00"), 1)) == "2022-09-30 11:30"


def test_a_session_is_half_a_day_in_every_season() -> None:
    """From Friday in summer hours (8.5 h) to Monday in winter hours (7.5 h)."""
    assert local(SEASONAL.add(at("2022-10-14 09:15"), 2)) == "2022-10-17 09:30"
    assert SEASONAL.between(at("2022-10-14 00:00"), at("2022-10-15 00:00")) == 2
    assert SEASONAL.between(at("2022-10-17 00:00"), at("2022-10-18 00:00")) == 2


def test_a_day_of_one_session_is_still_a_day_and_three_share_it() -> None:
    fasting = {"from": "2022-10-03", "until": "2022-10-03", "sessions": [["07:00", "14:00"]]}
    shifts = {
        "from": "2022-10-04",
        "until": "2022-10-04",
        "sessions": [["06:00", "08:00"], ["08:00", "10:00"], ["12:00", "16:00"]],
    }
    calendar = province(hours=[{"sessions": OFFICE}, fasting, shifts])
    assert local(calendar.add(at("2022-10-03 00:00"), 1)) == "2022-10-03 10:30"
    assert local(calendar.add(at("2022-10-03 00:00"), 2)) == "2022-10-03 14:00"
    assert local(calendar.add(at("2022-10-04 00:00"), 1)) == "2022-10-04 09:00"
    assert local(calendar.add(at("2022-10-04 00:00"), Fraction(5, 3))) == "2022-10-04 14:00"
    assert calendar.between(at("2022-10-03 00:00"), at("2022-10-06 00:00")) == 6


@pytest.mark.parametrize(
    "ask",
    [
        lambda naive: OFFICES.add(naive, 1),
        lambda naive: OFFICES.add(naive, 0),
        lambda naive: OFFICES.subtract(naive, 1),
        lambda naive: OFFICES.between(naive, at("2022-09-26 09:00")),
        lambda naive: OFFICES.between(at("2022-09-26 09:00"), naive),
        OFFICES.received,
        OFFICES.open_at,
        OFFICES.next_opening,
        OFFICES.next_close,
    ],
)
def test_a_naive_moment_is_refused(ask: Any) -> None:
    with pytest.raises(ValueError, match="aware"):
        ask(datetime(2022, 9, 26, 9))  # noqa: DTZ001 - naive on purpose


# -- what a production calculator got wrong ---------------------------------------------------------------------------


def test_a_case_over_new_year_knows_the_holidays_of_both_years() -> None:
    """31 December 2025, over 1 January, the swapped 2 January and the weekend."""
    assert local(OFFICES.add(at("2025-12-31 15:00"), 2)) == "2026-01-05 15:00"


def test_a_working_saturday_is_counted() -> None:
    assert local(OFFICES.add(at("2024-04-26 15:00"), 10)) == "2024-05-07 15:00"


def test_half_a_day_is_not_cut_to_whole_hours() -> None:
    assert OFFICES.between(at("2022-09-26 09:00"), OFFICES.add(at("2022-09-26 09:00"), 5)) == 5


def test_work_that_would_end_in_the_lunch_break_does_not() -> None:
    lengths = [Fraction(n, 16) for n in range(1, 64)]
    clocks = [OFFICES.add(at("2022-09-26 10:15"), n).astimezone(HANOI).time() for n in lengths]
    assert not [clock for clock in clocks if time(11, 30) < clock <= time(13, 30)]


@pytest.mark.parametrize(
    ("ask", "year"),
    [
        (lambda: OFFICES.working(date(2028, 1, 3)), 2028),
        (lambda: OFFICES.sessions(date(2021, 12, 31)), 2021),
        (lambda: OFFICES.add(at("2028-01-03 09:00"), 1), 2028),
        (lambda: OFFICES.add(at("2027-12-31 09:00"), 4), 2028),
        (lambda: OFFICES.add(at("2021-12-31 09:00"), 1), 2021),
        (lambda: OFFICES.subtract(at("2022-01-04 09:00"), 4), 2021),
        (lambda: OFFICES.between(at("2027-12-31 09:00"), at("2028-01-03 09:00")), 2028),
        (lambda: OFFICES.received(at("2027-12-31 17:30")), 2028),
        (lambda: OFFICES.next_close(at("2027-12-31 17:30")), 2028),
        (lambda: province(years=[2022, 2024]).add(at("2022-12-30 09:00"), 4), 2023),
        (lambda: province(years=[2022, 2024]).subtract(at("2024-01-02 09:00"), 4), 2023),
        (lambda: province(years=[2022, 2024]).between(at("2022-12-30 09:00"), at("2024-01-02 09:00")), 2023),
        (lambda: province(years=[]).add(at("2022-12-30 09:00"), 4), 2022),
    ],
)
def test_a_year_that_the_calendar_lacks_is_an_error_that_names_it(ask: Any, year: int) -> None:
    with pytest.raises(YearMissing) as caught:
        ask()
    assert caught.value.facts == {"province": "ha-tinh", "year": year}


def test_the_last_session_of_the_last_year_can_still_be_reached() -> None:
    assert local(OFFICES.add(at("2027-12-31 07:30"), 2)) == "2027-12-31 17:00"


# -- the stored form --------------------------------------------------------------------------------------------------


def test_a_calendar_comes_back_from_its_json() -> None:
    calendar = province(hours=SEASONS, intake_cutoff="16:30")
    again = Calendar.from_json(json.loads(json.dumps(calendar.to_json())))
    for field in ("province", "revision", "hours", "weekly_off", "days", "years", "intake_cutoff"):
        assert getattr(again, field) == getattr(calendar, field)


def test_the_json_does_not_depend_on_the_order_of_making() -> None:
    turned = province(years=reversed(range(2022, 2028)), weekly_off=["sunday", "saturday"], days=SWAP_2026[::-1])
    assert json.dumps(turned.to_json()) == json.dumps(OFFICES.to_json())


def test_calendars_are_equal_by_province_and_revision() -> None:
    facts = OFFICES.to_json()
    assert Calendar.from_json(facts | {"years": [2022]}) == OFFICES
    assert hash(Calendar.from_json(facts)) == hash(OFFICES)
    assert Calendar.from_json(facts | {"revision": 2}) != OFFICES


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"hours": [{"sessions": []}]}, "hours"),
        ({"hours": [{"sessions": [["11:30", "07:30"]]}]}, "11:30–07:30"),
        ({"hours": [{"sessions": [["07:30", "11:30"], ["11:00", "17:00"]]}]}, "11:00–17:00"),
        ({"hours": [{"sessions": [["7h30", "11:30"]]}]}, "7h30"),
        ({"hours": [{"from": "2022-02-30", "sessions": OFFICE}]}, "2022-02-30"),
        ({"weekly_off": ["sat"]}, "sat"),
        ({"days": [{"date": "2022-09-02", "kind": "holiday"}]}, "holiday"),
        ({"days": [{"date": "2/9/2022", "kind": "off"}]}, "2/9/2022"),
        ({"intake_cutoff": "half past four"}, "half past four"),
    ],
)
def test_values_that_make_no_calendar_are_refused_by_name(facts: dict[str, Any], named: str) -> None:
    with pytest.raises(CalendarInvalid, match=named):
        Calendar.from_json(OFFICES.to_json() | facts)


# -- properties, 2022–2027 --------------------------------------------------------------------------------------------


@given(CALENDARS, MOMENTS, HALF_DAYS)
def test_between_measures_what_add_added(calendar: Calendar, start: datetime, sessions: Fraction) -> None:
    assert 0 <= calendar.between(start, calendar.add(start, sessions)) - sessions <= ROUNDING


@given(CALENDARS, MOMENTS, HALF_DAYS)
def test_adding_then_subtracting_comes_back(calendar: Calendar, start: datetime, sessions: Fraction) -> None:
    back = calendar.subtract(calendar.add(start, sessions), sessions)
    assert abs(calendar.between(start, back)) <= ROUNDING
    if calendar.open_at(start) and not any(start in span for span in calendar.sessions(start.date())):
        assert abs(back - start) <= timedelta(microseconds=2)


@given(CALENDARS, MOMENTS, MOMENTS, HALF_DAYS, HALF_DAYS)
def test_later_or_longer_is_never_due_earlier(
    calendar: Calendar, a: datetime, b: datetime, short: Fraction, long: Fraction
) -> None:
    (a, b), (short, long) = sorted([a, b]), sorted([short, long])
    assert calendar.add(a, short) <= calendar.add(b, short)
    assert calendar.add(a, short) <= calendar.add(a, long)
    assert calendar.subtract(b, long) <= calendar.subtract(b, short)


@given(CALENDARS, MOMENTS, HALF_DAYS.filter(bool))
def test_what_is_added_never_ends_on_a_day_off_or_outside_hours(
    calendar: Calendar, start: datetime, sessions: Fraction
) -> None:
    end = calendar.add(start, sessions)
    assert end.tzinfo is UTC
    assert calendar.open_at(end)


@given(CALENDARS, MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert calendar.between(a, b) == -calendar.between(b, a)


SHARES = 15120
"""A half-day in parts, of which a minute of a session of 210, 240 or 270 minutes is a whole number."""


TABLE = {row.date: row.kind for row in OFFICES_TO_2029.days.values()}


@cache
def shares(day: date, seasonal: bool) -> list[int]:
    """The parts of a half-day that pass in each minute of `day`, by the plainest reading of the rules."""
    kind = TABLE.get(day, "off" if day.weekday() >= 5 else "work")
    summer = seasonal and (4, 16) <= (day.month, day.day) <= (10, 15)
    minutes = [0] * 1440
    for start, end in (SUMMER if summer else OFFICE) if kind == "work" else []:
        first, last = (60 * int(clock[:2]) + int(clock[3:]) for clock in (start, end))
        minutes[first:last] = [SHARES // (last - first)] * (last - first)
    return minutes


def is_open(moment: datetime) -> bool:
    """Whether the whole minute `moment` lies in office hours, the close included."""
    moment = moment.astimezone(HANOI)
    minute = 60 * moment.hour + moment.minute
    return any(shares(moment.date(), False)[max(0, minute - 1) : minute + 1])


def slow(start: datetime, sessions: Fraction, seasonal: bool = False) -> datetime:
    """The whole minute at which `sessions` half-days after `start` (a whole minute) have passed, minute by minute."""
    start = start.astimezone(HANOI)
    day, minute, left = start.date(), 60 * start.hour + start.minute, ceil(sessions * SHARES)
    while left > 0:
        for share in shares(day, seasonal)[minute:]:
            left -= share
            minute += 1
            if left <= 0:
                break
        else:
            day, minute = day + timedelta(days=1), 0
    return datetime.combine(day, time(), HANOI) + timedelta(minutes=minute)


@given(st.booleans(), MINUTES, st.integers(1, 1440).map(lambda n: Fraction(n, 60)))
def test_add_agrees_with_counting_minute_by_minute(seasonal: bool, start: datetime, sessions: Fraction) -> None:
    calendar = SEASONAL if seasonal else OFFICES
    expected = slow(start, sessions, seasonal)
    assert expected - timedelta(minutes=1) < calendar.add(start, sessions) <= expected


# -- fault 7: the machine's time zone ---------------------------------------------------------------------------------


@contextmanager
def machine_in(zone: str) -> Iterator[None]:
    """Run the block as on a machine set to `zone`."""
    before = os.environ.get("TZ")
    try:
        os.environ["TZ"] = zone
        machine.tzset()
        yield
    finally:
        del os.environ["TZ"]
        if before is not None:
            os.environ["TZ"] = before
        machine.tzset()


ZONES = ["Asia/Shanghai", "Europe/Paris", "America/New_York"]


@pytest.fixture(scope="module")
def half_a_day_later() -> dict[datetime, datetime]:
    """For every hour of 2026–2028, the end of half a working day from then on, minute by minute in zoneinfo's time."""
    first = datetime(2026, 1, 1, tzinfo=HANOI).astimezone(UTC)
    hours = (first + timedelta(hours=n) for n in range(24 * (365 + 365 + 366)))
    return {hour: slow(hour, Fraction(1)) for hour in hours}


@pytest.mark.parametrize("zone", ZONES)
def test_no_hour_of_three_years_depends_on_the_machines_time_zone(
    zone: str, half_a_day_later: dict[datetime, datetime]
) -> None:
    with machine_in(zone):
        calendar = province(years=range(2026, 2030))
        wrong = [
            hour
            for hour, expected in half_a_day_later.items()
            if not expected - timedelta(minutes=1) < calendar.add(hour, 1) <= expected
            or calendar.open_at(hour) != is_open(hour)
        ]
    assert len(half_a_day_later) == 26_304
    assert wrong == []


@given(MOMENTS.map(lambda moment: moment.replace(tzinfo=None)), st.sampled_from(ZONES), st.sampled_from(ZONES))
@settings(max_examples=2000)
def test_a_moment_means_the_same_in_whatever_zone_it_is_written(naive: datetime, written: str, run: str) -> None:
    moment = naive.replace(tzinfo=ZoneInfo(written))
    with machine_in(run):
        assert OFFICES_TO_2029.add(moment, 3) == OFFICES_TO_2029.add(moment.astimezone(UTC), 3)
        assert OFFICES_TO_2029.received(moment) == OFFICES_TO_2029.received(moment.astimezone(HANOI))
        assert moment.astimezone(ZONE).replace(tzinfo=None) == moment.astimezone(HANOI).replace(tzinfo=None)
