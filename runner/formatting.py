"""Numbers, days and moments as text, by Babel's rules of the current language; moments in Vietnam's time.

Functions import Babel when they need it, so that commands which write no number start without it.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from runner.clock import ZONE
from runner.language import DEFAULT, current, say

GROUPED_FROM: Final = 10_000
"""From here on `exact` sets the thousands of a number apart; 2022 is likelier a year."""


def moment(at: datetime) -> str:
    """A moment (aware) in local time: ``14:49 ngày 26/09/2022``."""
    local = at.astimezone(ZONE)
    return say("{time} ngày {date}", time=clock(local), date=day(local))


def clock(at: datetime) -> str:
    """The time of day of a moment (aware), local: ``14:49``."""
    return f"{at.astimezone(ZONE):%H:%M}"


def brief(at: datetime) -> str:
    """A moment (aware) in local time where a table has room for little: ``14:49 26/09``."""
    return f"{at.astimezone(ZONE):%H:%M %d/%m}"


def day(of: date) -> str:
    """A day as the forms of the decisions write it, in every language: ``26/09/2022``."""
    return f"{of:%d/%m/%Y}"


def written_day(at: datetime) -> str:
    """The (local) day of a moment as papers write it: ``ngày 05 tháng 02 năm 2026``.

    Days below ten and the first two months have a nought, against forgery.
    """
    local = at.astimezone(ZONE)
    month = local.month if local.month > 2 else f"{local:%m}"
    return say("ngày {day} tháng {month} năm {year}", day=f"{local:%d}", month=month, year=local.year)


def written(at: datetime, *, short: bool = False) -> str:
    """A moment (aware) as papers write it, local: ``08 giờ 30 phút, ngày 26 tháng 9 năm 2022``.

    The `short` one, for tables, ends ``ngày 26/09/2022``.
    """
    local = at.astimezone(ZONE)
    hour, minute = f"{local:%H}", f"{local:%M}"
    if short:
        return say("{hour} giờ {minute} phút, ngày {date}", hour=hour, minute=minute, date=day(local))
    return say("{hour} giờ {minute} phút, {date}", hour=hour, minute=minute, date=written_day(at))


def iso(at: datetime | None) -> str | None:
    """A moment (aware) in local time for programs: ``2022-09-26T14:49:00+07:00``."""
    return at.astimezone(ZONE).isoformat() if at else None


def spreadsheet(at: datetime | None) -> str:
    """A moment (aware) in local time as spreadsheets read it, ``2022-09-26 14:30``; "" for none."""
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at else ""


def weekday(of: date) -> str:
    from babel.dates import format_date

    return format_date(of, "EEEE", current())


def weekdays() -> list[str]:
    """The shortest names of the days of the week, from Monday on: ``T2`` … ``CN``."""
    from babel.dates import get_day_names

    names = get_day_names("short", "stand-alone", current())
    return [names[day] for day in range(7)]


def number(value: Fraction | Decimal | float) -> str:
    """A number with at most two decimals: ``2,5``."""
    if 0 <= value < 1000 and value == int(value):  # nothing that languages write differently
        return str(int(value))
    return _decimal(float(value), "#,##0.##", current())


def exact(value: Decimal | float, grouped_from: int = GROUPED_FROM) -> str:
    """A number with all its digits: ``10.750.000``, ``0,125``, ``2022``.

    Vietnamese in every language, as the fields of forms, where it stands, read numbers.
    """
    digits = Decimal(str(value))
    places = max(0, -int(digits.as_tuple().exponent))
    whole = "#,##0" if abs(digits) >= grouped_from else "0"
    return _decimal(digits, f"{whole}.{'0' * places}" if places else whole, DEFAULT)


def money(dong: int) -> str:
    """An amount in đồng: ``10.750.000``."""
    return _decimal(dong, "#,##0", current())


def size(count: int) -> str:
    """A number of bytes: ``850 kB``, ``1,5 MB`` (of 1024 each)."""
    if count < 1024 * 1000:
        return f"{number(max(1, round(count / 1024)))} kB"
    return f"{number(round(count / 1024 / 1024, 1))} MB"


def _decimal(value: Decimal | float, pattern: str, language: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(value, pattern, language)
