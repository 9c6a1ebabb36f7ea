"""The script of the demonstration's office: its people and dossiers, read from the files in ``office``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from runner.clock import ZONE
from runner.demo import OFFICE
from runner.domain.calendar import Calendar, local_date
from runner.domain.person import Person
from runner.domain.task import LATE_REASON

_STAFF = "people.toml"
_HESITATION = timedelta(minutes=20)
"""The time from the last action to the claim of the next task."""
_WITHDRAWAL = time(9)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake in a version's decision tables: `wrong` in place of `right`. `mended` ends those of the next one."""

    right: str
    wrong: str
    mended: str


@dataclass(frozen=True, slots=True)
class Action:
    """What a person does `at` a moment: ``start``, ``claim`` or ``submit`` the open task of `element`, ``withdraw``."""

    at: datetime
    do: str
    element: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case of `procedure` from its start until today. With a `mistake` its last action becomes an incident."""

    procedure: str
    actions: Sequence[Action]
    mistake: Mistake | None = None


def people() -> list[Person]:
    """One person in each lane of each province, and the people with roles in all provinces."""
    rows = tomllib.loads((OFFICE / _STAFF).read_text(encoding="utf-8"))["people"]
    return [
        Person(row["id"], row["name"], frozenset(tuple(lane.split("/")) for lane in row["lanes"]), row["email"])
        for row in rows
    ]


def dossiers(calendar: Callable[[str], Calendar], now: datetime) -> list[Dossier]:
    """Every dossier, counted back from `now` (aware) by the `calendar` of its province: all its actions are past."""
    found = []
    for path in sorted(OFFICE.glob("*.toml")):
        if path.name != _STAFF:
            script = tomllib.loads(path.read_text(encoding="utf-8"))
            days = _Days(calendar(script["procedure"].partition("/")[0]), local_date(now))
            found += [_dossier(script, case, serial, days) for serial, case in enumerate(script["cases"], 1)]
    return found


class _Days:
    """The working days of a province around `today`."""

    def __init__(self, calendar: Calendar, today: date) -> None:
        self.calendar = calendar
        self.today = today

    def before(self, count: int) -> date:
        """The `count`-th working day before today: 1 is the last one."""
        day = self.today
        while count:
            day -= timedelta(days=1)
            count -= self.calendar.working(day)
        return day

    def in_a_week(self) -> date:
        """The first working day from a week after today on."""
        day = self.today + timedelta(days=7)
        while not self.calendar.working(day):
            day += timedelta(days=1)
        return day


def _dossier(script: Mapping[str, Any], case: Mapping[str, Any], serial: int, days: _Days) -> Dossier:
    road = script["roads"][case["road"]]
    gaps = _applicant(script["applicants"], serial) | {"soon": days.in_a_week()}
    actions = [Action(_moment(days.before(case["began"]), time.fromisoformat(road["start"])), "start")]
    after = 0
    for line in road["actions"][: case["done"]]:
        offset, clock, element = line.split()
        after = int(offset)
        day = days.before(case["began"] - after)
        typed = script["usual"][element] | road.get("values", {}).get(element, {})
        values = {key: _filled(value, gaps | {"day": day}) for key, value in typed.items()}
        # A task in time neither asks for the reason nor keeps it.
        values[LATE_REASON] = script["late_reason"]
        actions.append(Action(_moment(day, time.fromisoformat(clock)), "submit", element, values))
    if case.get("claimed"):
        actions.append(Action(actions[-1].at + _HESITATION, "claim"))
    if reason := case.get("withdrawn"):
        at = _moment(days.before(case["began"] - after - 1), _WITHDRAWAL)
        actions.append(Action(at, "withdraw", reason=reason))
    mistake = Mistake(**script["mistake"]) if case.get("incident") else None
    return Dossier(script["procedure"], actions, mistake)


def _applicant(facts: Mapping[str, Any], serial: int) -> dict[str, Any]:
    """The gaps of texts that depend on the applicant: the one of the dossier with this serial number."""
    name, brand, contact, address = (
        facts[key][serial % len(facts[key])] for key in ("names", "brands", "contacts", "addresses")
    )
    numbered = {key: facts[key].format(serial=serial) for key in ("phone", "email", "tax")}
    return {"applicant": name.format(brand=brand), "contact": contact, "address": address, "serial": serial, **numbered}


def _filled(value: Any, gaps: Mapping[str, Any]) -> Any:
    return value.format_map(gaps) if isinstance(value, str) else value


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE)
