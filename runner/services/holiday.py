"""The first revision of a province's table of days: the public holidays of Viet Nam from the library `holidays`.

A revision of the calendar copies them, so an upgrade of the library never moves a running deadline. Functions import
the library when they need it: the import takes as long as everything else that ``motcua due`` needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from runner.domain.calendar import Calendar
from runner.domain.procedure import Province
from runner.domain.working_day import WEEKDAYS, Day

if TYPE_CHECKING:
    from holidays import HolidayBase

WORK_DAY = "Ngày làm bù"


def source() -> str:
    """The library and its version, as a calendar names it: ``holidays 0.109``."""
    import holidays

    return f"holidays {holidays.__version__}"


def days(years: Iterable[int]) -> tuple[Day, ...]:
    """The public holidays, compensatory days included, and the working days at weekends of `years`, in order."""
    wanted, copied_from = frozenset(years), source()
    # The language is named because the library would otherwise take the machine's.
    known = _vietnam()(years=sorted(wanted), language="vi", expand=False)
    off = [Day(day, "off", name, copied_from) for day, name in known.items()]
    # They include swaps with days of a neighbouring year (27/12/2014 with 2/1/2015), also of years not asked for.
    work = [Day(day, "work", WORK_DAY, copied_from) for day in known.weekend_workdays]
    return tuple(sorted((day for day in off + work if day.date.year in wanted), key=lambda day: day.date))


def _vietnam() -> type[HolidayBase]:
    """The library's class of Viet Nam, from its own module: the package around it imports those of 250 countries."""
    import holidays

    path = Path(holidays.__file__).parent / "countries" / "vietnam.py"
    module = ModuleType("holidays.countries.vietnam")
    SourceFileLoader(module.__name__, str(path)).exec_module(module)
    vietnam: type[HolidayBase] = module.Vietnam
    return vietnam


def calendar(province: Province, revision: int) -> Calendar:
    """The calendar that a province's facts describe: the public holidays, over which the province's own days win."""
    return Calendar(
        province.code,
        revision,
        province.hours,
        frozenset(WEEKDAYS.index(day) for day in province.weekly_off),
        {day.date: day for day in (*days(province.years), *province.days)},
        frozenset(province.years),
        province.intake_cutoff,
        frozenset(province.provisional_years),
    )
