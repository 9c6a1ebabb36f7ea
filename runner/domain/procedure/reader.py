"""The files of facts: what their keys say of each other must agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache, partial
from typing import Any, Final

from runner.domain import toml
from runner.domain.person import KINDS, Role
from runner.domain.procedure.facts import Procedure
from runner.domain.procedure.province import Province
from runner.domain.toml import AMONG, NEAR, Fault, bare, duplicates, keys, rows, texts_at

_NAMES: Final = ("steps.id", "branches.id", "branches.outcomes.id", "none.name", "groups.id", "fees.case", "forms.code")
"""Rows that have a name have different names."""
_MAY_BE_EMPTY: Final = (
    *("channels", "conditions", "applicants", "authority", "received_at", "notes"),
    *("time.counted_from", "apology.text"),
)
"""The required keys that are empty where the decision says nothing, or that there is none."""
_STEPS_NAMED: Final = ("branches.step", "clock.starts_with", "clock.stops_after", "works.step")


@lru_cache(32)  # a deploy reads the facts for each rule that asks for them
def read_procedure(data: bytes, checked: bool = False, lanes: tuple[str, ...] = tuple(KINDS)) -> Procedure:
    """The facts in a TOML file, which may name these `lanes`; `checked`: it was read before.

    Raises a `TomlInvalid` with all that is wrong.
    """
    return (toml.read_checked if checked else toml.read)(Procedure, data, partial(_procedure_faults, lanes=lanes))


def read_province(data: bytes, checked: bool = False) -> Province:
    """The province in a TOML file. Raises a `TomlInvalid` with all that is wrong. `checked`: it was read before."""
    return (toml.read_checked if checked else toml.read)(Province, data, _province_faults)


def _procedure_faults(table: Mapping[str, Any], lanes: Collection[str]) -> Iterator[Fault]:
    for names in (*_NAMES, "discrepancies.id"):
        yield from duplicates(table, *names.split("."))
    steps = {str(step.get("id", "")) for _, step in rows(table, "steps")}
    for names in (
        _STEPS_NAMED if steps and all(steps) else ()
    ):  # where a step has no id, it may be the one that is meant
        for at, step in texts_at(table, *names.split(".")):
            if step not in steps:
                yield Fault(at, "khóa “{key}” nêu bước “{step}” không có trong danh sách các bước.", {"step": step})
    for at, lane in (*texts_at(table, "steps", "lanes"), *texts_at(table, "works", "lane")):
        if lane not in lanes:
            yield Fault(at, AMONG, {"allowed": ", ".join(lanes)})
    yield from _gaps(table)
    groups = {group for _, group in texts_at(table, "groups", "id")}
    for at, group in texts_at(table, "dossier", "group"):
        if group not in groups:
            yield Fault(
                at, "khóa “{key}” nêu nhóm hồ sơ “{group}” không có trong danh sách các nhóm.", {"group": group}
            )
    for at, note in rows(table, "discrepancies"):
        places, texts = note.get("places"), note.get("texts")
        if places and isinstance(places, list) and isinstance(texts, list) and len(places) != len(texts):
            yield Fault((*at, "places"), "khóa “{key}” phải có đúng một nơi trích cho mỗi câu trích.")


def _gaps(table: Mapping[str, Any]) -> Iterator[Fault]:
    """Only what the decision does not say, or says there is none of, is empty; and it is one or the other."""
    silent = {name for _, name in texts_at(table, "silent")}
    named = silent | {name for _, name in texts_at(table, "none", "name")}
    for name in _MAY_BE_EMPTY if "silent" in table else ():  # without it, that is the fault
        place = tuple(name.split("."))
        value: Any = table
        for key in place:
            value = value.get(key) if isinstance(value, dict) else None
        if name not in named and value is not None and _blank(value):
            text = "khóa “{key}” để trống: nêu tên khóa ở “silent” nếu quyết định không nói đến, ở “none” nếu quyết định nói rõ là không có."  # noqa: E501
            yield Fault(place, text)
    for at, name in texts_at(table, "silent"):
        if not _empty(table, name):
            text = "khóa “{key}” nêu “{name}” nhưng mục này có giá trị hoặc không phải là mục được phép bỏ trống."
            yield Fault(at, text, {"name": name})
    for at, name in texts_at(table, "none", "name"):
        if name in silent or not _empty(table, name):
            text = "khóa “{key}” nêu “{name}” nhưng mục này có giá trị, được nêu ở “silent” hoặc không phải là mục được phép bỏ trống."  # noqa: E501
            yield Fault(at, text, {"name": name})


def _empty(table: object, name: str) -> bool:
    """Whether `name` (``fees``, ``time.counted_from``) is a key that the facts leave empty."""
    kind: Any = Procedure
    for part in name.split("."):
        known = keys(kind)
        if part not in known or not isinstance(table, dict):
            return False
        kind, table = bare(known[part][0]), table.get(part)
    return table is None or _blank(table)


def _blank(value: object) -> bool:
    """Whether a value says nothing."""
    return value == [] or (isinstance(value, str) and not value.strip())


def _province_faults(table: Mapping[str, Any]) -> Iterator[Fault]:
    for names in (("weekly_off",), ("years",), ("days", "date")):
        yield from duplicates(table, *names)
    for at, hours in rows(table, "hours"):
        since, until = hours.get("from"), hours.get("until")
        if type(since) is dt.date and type(until) is dt.date and until < since:
            yield Fault((*at, "until"), "khóa “{key}” là ngày trước ngày bắt đầu.")
    yield from _organisation_faults(table)


def _organisation_faults(table: Mapping[str, Any]) -> Iterator[Fault]:
    """What agencies, divisions and lanes say of each other."""
    agencies, divisions, lanes = (dict(_tables(table, name)) for name in ("agencies", "divisions", "lanes"))
    for id, lane in lanes.items():
        kind = lane.get("kind")
        if id in set(Role):
            yield Fault(("lanes", id), "khóa “{key}” là vai trò ngoài sơ đồ, không phải là làn.")
        elif id in KINDS and kind not in (None, KINDS[id]):
            yield Fault(("lanes", id, "kind"), AMONG, {"allowed": KINDS[id]})
        elif id not in KINDS and kind is None:
            text = "khóa “{key}” không phải là một trong các vai trò có sẵn ({known}) nên phải là một bảng có kind."
            [near] = get_close_matches(id, KINDS, 1) or [""]
            yield Fault(("lanes", id), *((NEAR, {"near": near}) if near else (text, {"known": ", ".join(KINDS)})))
    reporting = [id for id in {**KINDS, **lanes} if "reported_by" not in lanes.get(id, {})]
    known = {"agency": agencies, "division": divisions, "reported_by": reporting}
    for name, given in (("agencies", agencies), ("divisions", divisions), ("lanes", lanes)):
        for id, row in given.items():
            for key, among in known.items():
                if (name, key) != ("agencies", "division") and isinstance(row.get(key), str) and row[key] not in among:
                    yield Fault((name, id, key), AMONG, {"allowed": ", ".join(among)})


def _tables(table: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rows of a table of tables; a short form is an empty one."""
    found = table.get(name)
    for id, row in found.items() if isinstance(found, dict) else ():
        yield id, row if isinstance(row, dict) else {}
