"""What the library of holidays puts into a calendar."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, time

import holidays
import pytest

from runner.domain.procedure import read_province
from runner.services import holiday

YEARS = range(2022, 2028)


def weekdays_off(year: int) -> set[str]:
    return {f"{day.date:%d/%m}" for day in holiday.days([year]) if day.kind == "off" and day.date.weekday() < 5}


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2022, "03/01 31/01 01/02 02/02 03/02 04/02 11/04 02/05 03/05 01/09 02/09"),
        (2023, "02/01 20/01 23/01 24/01 25/01 26/01 01/05 02/05 03/05 01/09 04/09"),
        (2024, "01/01 08/02 09/02 12/02 13/02 14/02 18/04 29/04 30/04 01/05 02/09 03/09"),
        (2025, "01/01 27/01 28/01 29/01 30/01 31/01 07/04 30/04 01/05 02/05 01/09 02/09"),
    ],
)
def test_the_weekdays_off_are_those_of_the_years_plan(year: int, days: str) -> None:
    assert weekdays_off(year) == set(days.split())


def test_they_are_those_that_the_library_gives_for_the_country() -> None:
    years = range(2000, 2040)
    known = holidays.country_holidays("VN", years=years, language="vi", expand=False)
    off = {day.date: day.name for day in holiday.days(years) if day.kind == "off"}
    assert off == {day: name for day, name in known.items() if day.year in years}


def test_swapped_saturdays_are_working_days() -> None:
    worked = [day for day in holiday.days(YEARS) if day.kind == "work"]
    assert [day.date for day in worked] == [date(2024, 5, 4), date(2025, 4, 26), date(2026, 8, 22)]
    assert {day.name for day in worked} == {"Ngày làm bù"}


def test_a_working_day_swapped_over_new_year_is_known_in_its_own_year() -> None:
    assert [day.kind for day in holiday.days([2014]) if day.date == date(2014, 12, 27)] == ["work"]


def test_days_come_in_order_each_once_with_their_source_and_only_of_the_years_asked_for() -> None:
    days = holiday.days([2025, 2024])
    assert [day.date for day in days] == sorted({day.date for day in days})
    assert {day.date.year for day in days} == {2024, 2025}
    assert {day.source for day in days} == {holiday.source()}


def test_names_are_vietnamese_in_every_language_of_the_machine() -> None:
    script = "from runner.services.holiday import days; print(*(day.name for day in days([2027])), sep='\\n')"
    environment = os.environ | {"LANGUAGE": "en_US", "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
    names = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True, text=True)
    assert "Giao thừa Tết Nguyên Đán" in names.stdout
    assert "Ngày Quốc tế Lao động (nghỉ bù)" in names.stdout


TOML = """
code = "ha-tinh"
name = "Hà Tĩnh"
agency = "Sở"
division = "Phòng"
centre = "Trung tâm"
case_number = "000.00.06.H27"
weekly_off = ["saturday", "sunday"]
years = [2025, 2026]
intake_cutoff = "16:30"
[lanes]
specialist = "Chuyên viên"
[[hours]]
sessions = [["07:30", "11:30"], ["13:30", "17:00"]]
[[hours]]
from = 2026-04-16
until = 2026-10-15
sessions = [["07:00", "11:30"], ["13:30", "17:00"]]
[[days]]
date = 2026-01-02
kind = "off"
name = "Ngày nghỉ (thay cho ngày 10/01/2026)"
source = "thông báo"
[[days]]
date = 2026-08-22
kind = "off"
name = "Không làm bù"
source = "thông báo"
"""


def test_a_province_is_read_from_its_file_and_its_own_days_win() -> None:
    calendar = holiday.calendar(read_province(TOML.encode()), 3)
    assert (calendar.province, calendar.revision, calendar.intake_cutoff) == ("ha-tinh", 3, time(16, 30))
    assert calendar.reason(date(2026, 1, 2)).source == "thông báo"
    assert calendar.reason(date(2026, 1, 1)).source == holiday.source()
    assert not calendar.working(date(2026, 8, 22))
    assert calendar.working(date(2025, 4, 26))
    assert len(calendar.sessions(date(2026, 4, 16))) == 2
    assert calendar.sessions(date(2026, 4, 16))[0][0].hour == 0  # 07:00 in Hà Tĩnh
