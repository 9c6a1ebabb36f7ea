"""When a step or a case is due, what is left of it, and how that is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.domain.calendar import Calendar
from runner.domain.deadline import (
    CALENDAR_DAY,
    MOVED,
    PAUSED,
    Deadline,
    explain,
    pause,
    promise,
    resume,
    step_deadline,
    used_by,
)
from runner.domain.limit import Limit, Unit
from runner.errors import YearMissing
from tests.domain.test_calendar import (
    CALENDARS,
    HANOI,
    MINUTES,
    MOMENTS,
    OFFICES,
    SEASONAL,
    ZONES,
    at,
    local,
    machine_in,
    province,
    slow,
)

LIMITS = st.sampled_from(["0", "0.5", "1", "1.5", "2", "2.5", "5", "6", "10", "12"])
WORKING = LIMITS.map(lambda days: Limit(Fraction(days), Unit.WORKING_DAYS))
ANY_LIMIT = st.builds(Limit, LIMITS.map(Fraction), st.sampled_from(Unit))
WAITS = st.timedeltas(timedelta(0), timedelta(days=12))


def working(days: str) -> Limit:
    return Limit(Fraction(days), Unit.WORKING_DAYS)


def calendar_days(days: str) -> Limit:
    return Limit(Fraction(days), Unit.CALENDAR_DAYS)


def due(deadline: Deadline) -> str:
    assert deadline.due is not None
    return local(deadline.due)


def total(deadline: Deadline, calendar: Calendar) -> Fraction:
    return sum((day.counted for day in explain(deadline, calendar)), Fraction(0))


# -- steps ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2022-09-26 08:00", "5", "2022-10-03 08:00"),
        ("2022-09-26 09:00", "0.5", "2022-09-26 14:49"),
        ("2022-09-26 12:00", "0.5", "2022-09-26 17:00"),
        ("2022-09-26 16:45", "0.5", "2022-09-27 11:13"),
        ("2022-09-30 17:30", "1", "2022-10-03 17:00"),
        ("2022-08-31 09:00", "12", "2022-09-20 09:00"),
        ("2024-04-26 15:00", "5", "2024-05-07 15:00"),
        ("2026-01-09 14:00", "1", "2026-01-10 14:00"),
        ("2027-02-03 09:00", "3", "2027-02-15 09:00"),
    ],
)
def test_a_step_of_n_working_days_is_due_after_2n_sessions(start: str, days: str, end: str) -> None:
    assert due(step_deadline(OFFICES, at(start), working(days))) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2022-09-26 09:00", "2", "2022-09-28 17:00"),  # Monday to Wednesday
        ("2022-09-29 16:59", "2", "2022-10-03 17:00"),  # would end on Saturday
        ("2022-10-01 10:00", "2", "2022-10-03 17:00"),  # starts on Saturday
        ("2022-08-31 09:00", "2", "2022-09-05 17:00"),  # would end on the National Day
        ("2024-05-02 09:00", "2", "2024-05-04 17:00"),  # ends on a worked Saturday
        ("2022-09-26 09:00", "10", "2022-10-06 17:00"),
        ("2022-09-26 09:00", "1.5", "2022-09-28 17:00"),  # a part of a day counts as a day
        ("2022-09-26 09:00", "0", "2022-09-26 17:00"),
        ("2022-09-26 18:00", "0", "2022-09-27 17:00"),
    ],
)
def test_a_step_in_calendar_days_is_due_at_the_close_of_the_nth_day(start: str, days: str, end: str) -> None:
    assert due(step_deadline(OFFICES, at(start), calendar_days(days))) == end


def test_a_season_that_changes_within_a_step_changes_no_half_day() -> None:
    assert due(step_deadline(SEASONAL, at("2022-10-14 09:15"), working("1"))) == "2022-10-17 09:30"
    assert due(step_deadline(SEASONAL, at("2022-10-14 09:15"), calendar_days("1"))) == "2022-10-17 17:00"


def test_a_step_is_due_on_a_whole_minute_rounded_up() -> None:
    start = at("2022-09-26 08:00") + timedelta(microseconds=1)
    assert due(step_deadline(OFFICES, start, working("1"))) == "2022-09-27 08:01"
    assert due(step_deadline(OFFICES, at("2022-09-26 08:00"), working("1"))) == "2022-09-27 08:00"


def test_a_step_without_time_left_is_due_at_once() -> None:
    start = at("2022-09-26 09:00") + timedelta(seconds=20)
    assert due(step_deadline(OFFICES, start, working("1"), used=Fraction(1))) == "2022-09-26 09:01"
    assert due(step_deadline(OFFICES, start, working("1"), used=Fraction(3))) == "2022-09-26 09:01"


def test_a_step_is_never_due_after_its_case() -> None:
    case = promise(OFFICES, at("2022-09-26 09:00"), working("3"))
    step = step_deadline(OFFICES, at("2022-09-29 10:00"), working("2"), not_after=case.due)
    assert due(step) == due(case) == "2022-09-29 17:00"


def test_a_deadline_that_runs_into_an_unknown_year_is_an_error() -> None:
    for limit in (working("2"), calendar_days("2")):
        with pytest.raises(YearMissing):
            step_deadline(OFFICES, at("2027-12-31 09:00"), limit)
        with pytest.raises(YearMissing):
            promise(OFFICES, at("2027-12-31 09:00"), limit)


# -- promises ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handed_in", "days", "end"),
    [
        ("2022-09-26 08:00", "5", "2022-10-03 17:00"),
        ("2022-08-31 09:00", "12", "2022-09-20 17:00"),
        ("2024-04-26 15:00", "5", "2024-05-07 17:00"),
        ("2026-01-09 14:00", "1", "2026-01-10 17:00"),
        ("2027-02-03 09:00", "3", "2027-02-15 17:00"),
        ("2022-09-26 00:00", "1", "2022-09-27 17:00"),
        ("2022-09-26 12:00", "1", "2022-09-27 17:00"),
        ("2022-09-26 17:00", "1", "2022-09-27 17:00"),
        # Outside hours: received on Monday at the opening, and that day is not counted.
        ("2022-09-30 17:30", "1", "2022-10-04 17:00"),
        ("2022-10-02 10:00", "1", "2022-10-04 17:00"),
        ("2022-09-26 09:00", "0.5", "2022-09-27 11:30"),
        ("2022-09-26 09:00", "2.5", "2022-09-29 11:30"),
        ("2022-09-26 09:00", "0", "2022-09-26 17:00"),
    ],
)
def test_a_promise_ends_at_the_close_of_the_nth_working_day_after_receipt(handed_in: str, days: str, end: str) -> None:
    assert due(promise(OFFICES, at(handed_in), working(days))) == end


@pytest.mark.parametrize(
    ("handed_in", "days", "end"),
    [
        ("2022-09-26 09:00", "20", "2022-10-17 17:00"),  # the 20th day is a Sunday
        ("2022-09-27 09:00", "20", "2022-10-17 17:00"),
        ("2022-09-26 17:30", "20", "2022-10-17 17:00"),  # received on the 27th
        ("2022-09-30 17:30", "1", "2022-10-04 17:00"),  # received on Monday
        ("2022-09-26 09:00", "0.5", "2022-09-27 17:00"),
    ],
)
def test_a_promise_in_calendar_days_ends_at_the_close_of_the_nth_day_after_receipt(
    handed_in: str, days: str, end: str
) -> None:
    assert due(promise(OFFICES, at(handed_in), calendar_days(days))) == end


def test_a_dossier_after_the_cut_off_is_promised_a_day_later() -> None:
    calendar = province(intake_cutoff="16:30")
    assert due(promise(calendar, at("2022-09-26 16:30"), working("5"))) == "2022-10-03 17:00"
    assert due(promise(calendar, at("2022-09-26 16:31"), working("5"))) == "2022-10-04 17:00"
    assert due(promise(calendar, at("2022-09-26 16:31"), calendar_days("1"))) == "2022-09-28 17:00"


# -- pauses -----------------------------------------------------------------------------------------------------------


def test_what_was_left_at_the_pause_goes_on_at_the_resumption() -> None:
    """Monday 08:00 to Wednesday 08:00 are two of five days; a week and a weekend later the other three begin."""
    step = step_deadline(OFFICES, at("2022-09-26 08:00"), working("5"))
    waiting = pause(step, OFFICES, at("2022-09-28 08:00"))
    assert waiting.paused
    assert waiting.due is None
    going_on = resume(waiting, OFFICES, at("2022-10-10 14:00"))
    assert not going_on.paused
    assert due(going_on) == "2022-10-13 14:00"


def test_a_promise_goes_on_by_the_working_time_left() -> None:
    case = promise(OFFICES, at("2022-09-26 09:00"), working("5"))
    waiting = pause(case, OFFICES, at("2022-09-27 11:30"))
    assert due(resume(waiting, OFFICES, at("2022-09-27 17:30"))) == "2022-10-04 11:30"
    assert due(resume(waiting, OFFICES, at("2022-10-05 13:30"))) == "2022-10-11 17:00"


def test_calendar_days_left_after_the_day_of_the_pause_go_on_after_the_day_of_resumption() -> None:
    step = step_deadline(OFFICES, at("2022-09-26 09:00"), calendar_days("10"))
    waiting = pause(step, OFFICES, at("2022-09-29 09:00"))
    assert due(resume(waiting, OFFICES, at("2022-09-29 16:00"))) == "2022-10-06 17:00"
    assert due(resume(waiting, OFFICES, at("2022-10-04 08:00"))) == "2022-10-11 17:00"
    assert due(resume(waiting, OFFICES, at("2022-10-08 08:00"))) == "2022-10-17 17:00"  # would be Saturday


def test_the_days_a_term_was_moved_by_are_not_left_over_after_a_pause() -> None:
    """Two days from Thursday end on Saturday, moved to Monday; of them one is left on Friday, not three."""
    step = step_deadline(OFFICES, at("2022-09-29 09:00"), calendar_days("2"))
    waiting = pause(step, OFFICES, at("2022-09-30 09:00"))
    assert due(resume(waiting, OFFICES, at("2022-10-04 09:00"))) == "2022-10-05 17:00"


def test_resumed_after_hours_on_its_last_day_a_term_in_calendar_days_ends_with_the_next() -> None:
    step = step_deadline(OFFICES, at("2022-09-26 09:00"), calendar_days("2"))
    waiting = pause(step, OFFICES, at("2022-09-28 09:00"))
    assert due(resume(waiting, OFFICES, at("2022-09-28 18:00"))) == "2022-09-29 17:00"


def test_a_pause_that_began_when_the_deadline_was_over_leaves_it_where_it_was() -> None:
    for limit in (working("1"), calendar_days("1")):
        step = step_deadline(OFFICES, at("2022-09-26 09:00"), limit)
        waiting = pause(step, OFFICES, at("2022-09-29 09:00"))
        assert waiting.due is None
        assert resume(waiting, OFFICES, at("2022-10-10 09:00")).due == step.due


def test_paused_in_its_last_minute_a_step_is_due_when_it_resumes() -> None:
    """Half a day from 09:00 is over at 14:48:45, and due at 14:49."""
    step = step_deadline(OFFICES, at("2022-09-26 09:00"), working("0.5"))
    for second in (50, 60):
        waiting = pause(step, OFFICES, at("2022-09-26 14:48") + timedelta(seconds=second))
        assert due(resume(waiting, OFFICES, at("2022-09-28 10:00"))) == "2022-09-28 10:00"


def test_a_pause_between_hand_in_and_receipt_takes_nothing_away() -> None:
    calendar = province(intake_cutoff="16:30")
    case = promise(calendar, at("2022-09-26 16:45"), working("2"))
    waiting = pause(case, calendar, at("2022-09-26 16:50"))
    assert due(resume(waiting, calendar, at("2022-09-26 16:55"))) == due(case) == "2022-09-29 17:00"


def test_a_clock_that_jumps_back_during_a_pause_uses_nothing_twice() -> None:
    step = step_deadline(OFFICES, at("2022-09-26 08:00"), working("1"))
    waiting = pause(step, OFFICES, at("2022-09-26 10:00"))
    assert due(resume(waiting, OFFICES, at("2022-09-26 09:00"))) == "2022-09-27 08:00"


def test_only_a_running_deadline_pauses_and_only_a_paused_one_resumes() -> None:
    step = step_deadline(OFFICES, at("2022-09-26 08:00"), working("1"))
    with pytest.raises(ValueError, match="not paused"):
        resume(step, OFFICES, at("2022-09-26 10:00"))
    with pytest.raises(ValueError, match="paused already"):
        pause(pause(step, OFFICES, at("2022-09-26 10:00")), OFFICES, at("2022-09-26 10:00"))


def test_a_step_that_resumes_is_not_due_after_its_resumed_case() -> None:
    case = promise(OFFICES, at("2022-09-26 09:00"), working("3"))
    step = step_deadline(OFFICES, at("2022-09-29 10:00"), working("2"), not_after=case.due)
    paused_case, paused_step = (pause(each, OFFICES, at("2022-09-29 13:30")) for each in (case, step))
    resumed = resume(paused_case, OFFICES, at("2022-10-05 07:30"))
    assert due(resume(paused_step, OFFICES, at("2022-10-05 07:30"), not_after=resumed.due)) == "2022-10-05 11:30"


def test_a_resumption_counts_by_the_calendar_of_its_day_and_says_so() -> None:
    step = pause(step_deadline(OFFICES, at("2022-09-26 08:00"), working("2")), OFFICES, at("2022-09-27 08:00"))
    newer = Calendar.from_json(
        OFFICES.to_json() | {"revision": 2, "days": [{"date": "2022-09-29", "kind": "off", "name": "Nghỉ bão"}]}
    )
    resumed = resume(step, newer, at("2022-09-28 08:00"))
    assert (resumed.revision, due(resumed)) == (2, "2022-09-30 08:00")


# -- what was used ----------------------------------------------------------------------------------------------------


def test_a_step_entered_again_has_the_time_left() -> None:
    limit = working("6")
    first = step_deadline(OFFICES, at("2022-09-26 07:30"), limit)
    used = used_by(first, OFFICES, at("2022-09-27 11:30"))
    second = step_deadline(OFFICES, at("2022-10-03 07:30"), limit, used=used)
    assert used == Fraction(3, 2)
    assert due(second) == "2022-10-07 11:30"
    assert used_by(second, OFFICES, at("2022-10-03 17:00")) == Fraction(5, 2)


def test_a_step_in_calendar_days_entered_again_has_the_days_left() -> None:
    first = step_deadline(OFFICES, at("2022-09-26 07:30"), calendar_days("10"))
    waiting = pause(first, OFFICES, at("2022-09-27 09:00"))
    assert used_by(waiting, OFFICES, at("2022-10-12 09:00")) == 1
    used = used_by(resume(waiting, OFFICES, at("2022-10-04 09:00")), OFFICES, at("2022-10-06 09:00"))
    assert used == 3
    assert due(step_deadline(OFFICES, at("2022-10-06 09:00"), calendar_days("10"), used=used)) == "2022-10-13 17:00"


def test_what_was_used_by_a_moment_does_not_depend_on_what_came_after() -> None:
    step = step_deadline(OFFICES, at("2022-09-26 07:30"), working("5"))
    waiting = pause(step, OFFICES, at("2022-09-28 07:30"))
    for later in (step, waiting, resume(waiting, OFFICES, at("2022-10-03 07:30"))):
        assert used_by(later, OFFICES, at("2022-09-27 07:30")) == 1


def test_of_a_promise_the_day_of_receipt_uses_nothing() -> None:
    case = promise(OFFICES, at("2022-09-26 09:00"), working("5"))
    used = [used_by(case, OFFICES, at(f"2022-09-{moment}")) for moment in ("26 08:00", "26 17:00", "27 17:00")]
    assert used == [0, 0, 1]


# -- the derivation ---------------------------------------------------------------------------------------------------


def explained(deadline: Deadline, calendar: Calendar = OFFICES) -> list[tuple[str, str, str]]:
    return [(f"{day.date:%d/%m}", str(day.counted), day.text) for day in explain(deadline, calendar)]


def test_every_day_of_a_step_is_counted_or_skipped_and_says_why() -> None:
    assert explained(step_deadline(OFFICES, at("2026-01-01 09:00"), working("5.5"))) == [
        ("01/01", "0", "Nghỉ: Tết Dương lịch"),
        ("02/01", "0", "Nghỉ: Ngày nghỉ (thay cho ngày 10/01/2026)"),
        ("03/01", "0", "Nghỉ hằng tuần"),
        ("04/01", "0", "Nghỉ hằng tuần"),
        *((f"{day:02}/01", "1", "Ngày làm việc: 07:30–11:30, 13:30–17:00") for day in range(5, 10)),
        ("10/01", "1/2", "Ngày làm bù: 07:30–11:30"),
    ]


def test_a_promise_tells_the_day_of_receipt() -> None:
    assert explained(promise(OFFICES, at("2022-09-30 09:00"), working("1.5"))) == [
        ("30/09", "0", "Ngày tiếp nhận, không tính"),
        ("01/10", "0", "Nghỉ hằng tuần"),
        ("02/10", "0", "Nghỉ hằng tuần"),
        ("03/10", "1", "Ngày làm việc: 07:30–11:30, 13:30–17:00"),
        ("04/10", "1/2", "Ngày làm việc: 07:30–11:30"),
    ]


def test_a_pause_is_told_day_by_day() -> None:
    step = step_deadline(OFFICES, at("2022-09-26 17:30"), working("1"))
    waiting = pause(step, OFFICES, at("2022-09-27 10:30"))
    assert explained(waiting) == [
        ("26/09", "0", "Không còn giờ làm việc trong ngày"),
        ("27/09", "3/8", "Ngày làm việc: 07:30–10:30"),
    ]
    assert explained(resume(waiting, OFFICES, at("2022-09-29 10:30"))) == [
        ("26/09", "0", "Không còn giờ làm việc trong ngày"),
        ("27/09", "3/8", "Ngày làm việc: 07:30–10:30"),
        ("28/09", "0", "Tạm dừng tính thời hạn"),
        ("29/09", "5/8", "Ngày làm việc: 10:30–11:30, 13:30–17:00"),
    ]


def test_calendar_days_are_counted_off_or_not_and_a_term_is_moved_in_sight() -> None:
    step = step_deadline(OFFICES, at("2022-09-27 09:00"), calendar_days("4"))
    assert [(day.date.day, day.counted, day.why) for day in explain(step, OFFICES)][1:] == [
        *((day, 1, CALENDAR_DAY) for day in (28, 29, 30, 1)),
        *((day, 0, MOVED) for day in (2, 3)),
    ]
    resumed = resume(pause(step, OFFICES, at("2022-09-29 09:00")), OFFICES, at("2022-10-01 09:00"))
    assert [(day.date.day, day.counted, day.why) for day in explain(resumed, OFFICES)][1:] == [
        *((day, 1, CALENDAR_DAY) for day in (28, 29)),
        *((day, 0, PAUSED) for day in (30, 1)),
        *((day, 1, CALENDAR_DAY) for day in (2, 3)),
    ]


def test_a_derivation_is_only_given_by_the_calendar_it_was_counted_by() -> None:
    step = step_deadline(OFFICES, at("2022-09-26 08:00"), working("1"))
    with pytest.raises(ValueError, match="revision 1"):
        explain(step, Calendar.from_json(OFFICES.to_json() | {"revision": 2}))


def test_a_step_cut_short_by_its_case_is_told_until_the_cut() -> None:
    step = step_deadline(OFFICES, at("2022-09-29 07:30"), working("2"), not_after=at("2022-09-29 11:30"))
    assert [(day.date, day.counted) for day in explain(step, OFFICES)] == [(date(2022, 9, 29), Fraction(1, 2))]


# -- properties, 2022–2027 --------------------------------------------------------------------------------------------


@given(st.booleans(), MINUTES, WORKING.filter(lambda limit: limit.days > 0))
def test_a_step_agrees_with_counting_minute_by_minute(seasonal: bool, start: datetime, limit: Limit) -> None:
    assert step_deadline(SEASONAL if seasonal else OFFICES, start, limit).due == slow(start, 2 * limit.days, seasonal)


@given(st.booleans(), MINUTES, WORKING.filter(lambda limit: limit.days > 0))
def test_a_promise_agrees_with_counting_minute_by_minute_from_the_night_after_receipt(
    seasonal: bool, moment: datetime, limit: Limit
) -> None:
    calendar = SEASONAL if seasonal else OFFICES
    night = calendar.received(moment).astimezone(HANOI).replace(hour=23, minute=59)
    assert promise(calendar, moment, limit).due == slow(night, 2 * limit.days, seasonal)


@given(CALENDARS, MOMENTS, ANY_LIMIT.filter(lambda limit: limit.days > 0))
def test_nothing_is_ever_due_on_a_day_off_outside_hours_or_between_minutes(
    calendar: Calendar, start: datetime, limit: Limit
) -> None:
    for deadline in (step_deadline(calendar, start, limit), promise(calendar, start, limit)):
        assert deadline.due is not None
        assert deadline.due > start
        assert deadline.due.tzinfo is UTC
        assert deadline.due.second == deadline.due.microsecond == 0
        assert calendar.open_at(deadline.due)


@given(CALENDARS, MOMENTS, MOMENTS, ANY_LIMIT)
def test_who_starts_later_is_never_due_earlier(calendar: Calendar, a: datetime, b: datetime, limit: Limit) -> None:
    for make in (step_deadline, promise):
        first, second = (make(calendar, moment, limit).due for moment in sorted([a, b]))
        assert first is not None
        assert second is not None
        assert first <= second


@given(CALENDARS, MOMENTS, ANY_LIMIT, st.lists(st.tuples(WAITS, WAITS), max_size=3), st.booleans())
def test_the_days_counted_add_up_to_the_budget(
    calendar: Calendar, start: datetime, limit: Limit, waits: list[tuple[timedelta, timedelta]], promised: bool
) -> None:
    deadline = promise(calendar, start, limit) if promised else step_deadline(calendar, start, limit)
    for run, wait in waits:
        start += run
        deadline = pause(deadline, calendar, start)
        assert total(deadline, calendar) <= limit.days
        start += wait
        deadline = resume(deadline, calendar, start)
    assert total(deadline, calendar) == limit.days


@given(CALENDARS, MOMENTS, WORKING, WAITS, WAITS)
def test_a_pause_moves_the_due_moment_by_the_working_time_waited(
    calendar: Calendar, start: datetime, limit: Limit, run: timedelta, wait: timedelta
) -> None:
    deadline = step_deadline(calendar, start, limit)
    resumed = resume(pause(deadline, calendar, start + run), calendar, start + run + wait)
    assert deadline.due is not None
    assert resumed.due is not None
    if start + run > deadline.due:
        assert resumed.due == deadline.due
    else:
        waited = calendar.between(start + run, start + run + wait)
        # Each due moment is rounded up by less than a minute, and the shortest session has 210.
        assert abs(calendar.between(deadline.due, resumed.due) - waited) < Fraction(2, 210)


@given(CALENDARS, MOMENTS, WORKING, WAITS)
def test_the_rounds_of_a_step_share_its_budget(
    calendar: Calendar, start: datetime, limit: Limit, run: timedelta
) -> None:
    first = step_deadline(calendar, start, limit)
    again = start + run
    used = used_by(first, calendar, again)
    second = step_deadline(calendar, again, limit, used)
    assert used == calendar.between(start, again) / 2
    assert total(second, calendar) == max(0, limit.days - used)
    if used < limit.days:
        assert second.due == first.due


STEPS = [
    ["0.5", "5", "2", "2", "0.5"],
    ["0.5", "6", "3", "2", "0.5"],
    ["0.5", "2.5", "1", "0.5", "0.5"],
    ["0.5", "1.5", "1", "0.5", "0.5"],
    ["0.5", "1", "0.5", "0.5", "0.5"],
]
"""The steps of Hà Tĩnh's procedures."""


@given(CALENDARS, MOMENTS, st.sampled_from(STEPS))
def test_steps_each_done_when_due_end_within_the_promise(calendar: Calendar, start: datetime, steps: list[str]) -> None:
    case = promise(calendar, start, working(str(sum(map(Fraction, steps)))))
    moment = calendar.received(start)
    for days in steps:
        free = step_deadline(calendar, moment, working(days)).due
        capped = step_deadline(calendar, moment, working(days), not_after=case.due).due
        assert free is not None
        assert case.due is not None
        assert capped == min(free, case.due)
        moment = free
    # Each step is rounded up by less than a minute.
    assert moment <= case.due + timedelta(minutes=len(steps))


@given(MOMENTS, ANY_LIMIT, WAITS, WAITS, st.sampled_from(ZONES))
@settings(max_examples=500)
def test_no_deadline_depends_on_the_machines_time_zone(
    start: datetime, limit: Limit, run: timedelta, wait: timedelta, zone: str
) -> None:
    def course() -> list[Any]:
        calendar = OFFICES
        case, step = promise(calendar, start, limit), step_deadline(calendar, start, limit)
        resumed = resume(pause(step, calendar, start + run), calendar, start + run + wait)
        return [
            *map(repr, (case, step, resumed)),
            *(day.text for deadline in (case, step, resumed) for day in explain(deadline, calendar)),
            used_by(resumed, calendar, start + run + wait),
        ]

    with machine_in("UTC"):
        expected = course()
    with machine_in(zone):
        assert course() == expected
