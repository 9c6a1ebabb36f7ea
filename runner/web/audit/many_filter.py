"""What the page of many cases is asked for, read from its address: what makes no sense becomes a fault of its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, cast

from flask import g, request

from runner.audit.many.heat import Paint
from runner.clock import ZONE
from runner.domain.calendar import local_date
from runner.domain.case_filter import Basis, CaseFilter, Lateness
from runner.domain.form import FieldFault
from runner.services.version import Version
from runner.web import current
from runner.web.number import whole_number

BASES: Final[Mapping[str, str]] = {"ended": "Kết thúc", "received": "Tiếp nhận"}
LATE: Final[Mapping[str, str]] = {
    "": "Mọi hồ sơ",
    "case": "Giải quyết quá hạn",
    "task": "Có việc trễ hạn",
    "none": "Không có gì trễ",
}
EARLIEST: Final = date(2000, 1, 1)
RARE: Final = 5
"""A way that so few of a hundred cases take is marked as rare, unless the reader says another number."""
FIELDS: Final = ("procedure", "version", "basis", "since", "until", "outcome", "late", "place", "paint", "rare")
NOT_PERIOD: Final = "Khoảng ngày không dùng được; hãy chọn ngày đầu không sau ngày cuối, ngày cuối không sau hôm nay."
NOT_PART: Final = "Hãy nhập một số nguyên từ 0 đến 100."


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `asked` are the values of the form's fields, `places` the agencies and divisions to choose.

    `version` is the one whose diagram is drawn: the one asked for, or the newest that has cases.
    """

    wanted: CaseFilter
    version: Version
    versions: Mapping[str, int]
    places: Mapping[str, str]
    paint: Paint
    rare: int
    asked: Mapping[str, str]
    faults: tuple[FieldFault, ...]


def read(own: Mapping[str, list[str]]) -> Asked:
    """The request's filter; `own` are the procedures that the person reads, with their versions."""
    runner, faults = current.runner(), list[FieldFault]()
    procedure = _one(own, "procedure", next(iter(own)))
    numbers = {row.digest: row.number for row in runner.procedures.versions_of() if row.digest in own[procedure]}
    chosen = next((digest for digest, number in numbers.items() if request.args.get("version") == str(number)), "")
    version = runner.many_cases.version(chosen or own[procedure][0])
    places = _places(version)
    place = _one(places, "place", "")
    since, until = _period(faults)
    rare = _part(faults)
    wanted = CaseFilter(
        procedure,
        chosen,
        cast(Basis, _one(BASES, "basis", "ended")),
        datetime.combine(since, datetime.min.time(), ZONE),
        datetime.combine(until + timedelta(days=1), datetime.min.time(), ZONE),
        _one(runner.many_cases.outcomes(procedure), "outcome", ""),
        cast(Lateness, _one(LATE, "late", "")),
        frozenset(lane for lane in _drawn(version) if _place(version, lane) == place) if place else frozenset(),
    )
    paint = Paint(_one(tuple(Paint), "paint", Paint.TIME))
    asked = {
        "procedure": procedure,
        "version": str(numbers[chosen]) if chosen else "",
        "basis": wanted.basis,
        "since": request.args.get("since") or since.isoformat(),
        "until": request.args.get("until") or until.isoformat(),
        "outcome": wanted.outcome,
        "late": wanted.late,
        "place": place,
        "paint": str(paint),
        "rare": request.args.get("rare") or str(rare),
    }
    return Asked(wanted, version, numbers, places, paint, rare, asked, tuple(faults))


def titles() -> dict[str, str]:
    """The title of every procedure in the reader's language."""
    named = [version.procedure for version in current.runner().procedures.known(current.now())]
    return {each.code: each.title if g.language == "vi" else each.title_en for each in named}


def _one(known: object, name: str, otherwise: str) -> str:
    """The value asked for where it is one of `known`."""
    value = request.args.get(name, "")
    return value if value and value in known else otherwise  # type: ignore[operator]  # a mapping or a sequence


def _period(faults: list[FieldFault]) -> tuple[date, date]:
    today = local_date(current.now())
    first, last = today - timedelta(days=365), today
    try:
        since = date.fromisoformat(request.args.get("since") or first.isoformat())
        until = date.fromisoformat(request.args.get("until") or last.isoformat())
        if not EARLIEST <= since <= until <= today:
            raise ValueError(since, until)
    except ValueError:
        faults.append(FieldFault("since", NOT_PERIOD, {}))
        return first, last
    return since, until


def _part(faults: list[FieldFault]) -> int:
    try:
        part = whole_number(request.args.get("rare") or str(RARE))
        if not 0 <= part <= 100:
            raise ValueError(part)
    except ValueError:
        faults.append(FieldFault("rare", NOT_PART, {}))
        return RARE
    return part


def _drawn(version: Version) -> list[str]:
    """The lanes that have tasks in a version."""
    nodes = version.definition.nodes.values()
    return sorted({node.lane for node in nodes if node.lane and node.type == "userTask"})


def _place(version: Version, lane: str) -> str:
    return "/".join(version.province.place(lane))


def _places(version: Version) -> dict[str, str]:
    """The agencies and divisions whose lanes have tasks, by their ids, if there are several."""
    province, found = version.province, dict[str, str]()
    for lane in _drawn(version):
        agency, division = province.place(lane)
        office = province.office(agency)
        part = province.divisions[division].name if division in province.divisions else office.division
        found[_place(version, lane)] = f"{office.name}: {part}" if part else office.name
    return found if len(found) > 1 else {}
