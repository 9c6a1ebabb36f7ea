"""The files of facts: what their keys say of each other must agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import lru_cache

from runner.domain.procedure import toml
from runner.domain.procedure.facts import Procedure, Province
from runner.domain.procedure.toml import FactsInvalid


class HoursBackwards(FactsInvalid):
    """Khóa “{key}” có ngày kết thúc trước ngày bắt đầu."""


class Doubled(FactsInvalid):
    """Giá trị “{value}” của khóa “{key}” bị trùng."""


class StepUnknown(FactsInvalid):
    """Khóa “{key}” nêu bước “{step}” không có trong danh sách các bước."""


class NotSilent(FactsInvalid):
    """Khóa “silent” nêu “{name}” nhưng mục này có giá trị hoặc không phải là mục được phép bỏ trống."""


class NotNone(FactsInvalid):
    """Khóa “none” nêu “{name}” nhưng mục này có giá trị, được nêu ở “silent” hoặc không được phép bỏ trống."""


class GroupUnknown(FactsInvalid):
    """Khóa “{key}” nêu nhóm hồ sơ “{group}” không có trong danh sách các nhóm."""


class PlacesUneven(FactsInvalid):
    """Khóa “{key}” phải có đúng một nơi trích cho mỗi câu trích."""


@lru_cache(32)  # a deploy reads the facts for each rule that asks for them
def read_procedure(data: bytes) -> Procedure:
    """The facts in a TOML file. Raises a `FactsInvalid` that names the key at fault."""
    procedure = toml.read(Procedure, data)
    _check_names(procedure)
    steps = {step.id for step in procedure.steps}
    for key, step in _steps_named(procedure):
        if step not in steps:
            raise StepUnknown(key=key, step=step)
    _check_gaps(procedure)
    groups = {"", *(group.id for group in procedure.groups)}
    for number, item in enumerate(procedure.dossier, start=1):
        if item.group not in groups:
            raise GroupUnknown(key=f"dossier[{number}].group", group=item.group)
    for number, note in enumerate(procedure.discrepancies, start=1):
        if note.places and len(note.places) != len(note.texts):
            raise PlacesUneven(key=f"discrepancies[{number}].places")
    return procedure


def _check_names(procedure: Procedure) -> None:
    """What is told apart by a name has one of its own."""
    _distinct("steps.id", (step.id for step in procedure.steps))
    _distinct("branches.id", (branch.id for branch in procedure.branches))
    _distinct("none.name", (stated.name for stated in procedure.none))
    _distinct("groups.id", (group.id for group in procedure.groups))
    _distinct("fees.case", (fee.case for fee in procedure.fees))
    _distinct("forms.code", (form.code for form in procedure.forms))
    _distinct("discrepancies.id", (discrepancy.id for discrepancy in procedure.discrepancies))
    for number, branch in enumerate(procedure.branches, start=1):
        _distinct(f"branches[{number}].outcomes.id", (outcome.id for outcome in branch.outcomes))


def _check_gaps(procedure: Procedure) -> None:
    """What the decision does not say, or says there is none of, is empty; and it is one or the other."""
    for name in procedure.silent:
        if not _silent(procedure, name):
            raise NotSilent(name=name)
    for stated in procedure.none:
        if stated.name in procedure.silent or not _silent(procedure, stated.name):
            raise NotNone(name=stated.name)


def read_province(data: bytes) -> Province:
    """The province in a TOML file. Raises a `FactsInvalid` (`CalendarInvalid` for its sessions) that names the key."""
    province = toml.read(Province, data)
    _distinct("weekly_off", province.weekly_off)
    _distinct("years", province.years)
    _distinct("days.date", (day.date for day in province.days))
    for number, hours in enumerate(province.hours, start=1):
        if hours.since and hours.until and hours.until < hours.since:
            raise HoursBackwards(key=f"hours[{number}]")
    return province


def _distinct(key: str, values: Iterable[object]) -> None:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise Doubled(key=key, value=value)
        seen.add(value)


def _steps_named(procedure: Procedure) -> Iterable[tuple[str, str]]:
    """The steps that branches, the clock and the works name, with the key that does."""
    yield from ((f"branches[{number}].step", branch.step) for number, branch in enumerate(procedure.branches, 1))
    if procedure.clock:
        yield "clock.starts_with", procedure.clock.starts_with
        yield from (("clock.stops_after", step) for step in procedure.clock.stops_after)
    yield from ((f"works[{number}].step", work.step) for number, work in enumerate(procedure.works, 1) if work.step)


def _silent(procedure: Procedure, name: str) -> bool:
    """Whether `name` (``fees``, ``time.counted_from``) is a key that the facts leave empty."""
    value: object = procedure
    for part in name.split("."):
        if not is_dataclass(value) or part not in {field.name for field in fields(value)}:
            return False
        value = getattr(value, part)
    return value is None or value in ("", ())
