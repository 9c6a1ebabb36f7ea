"""The organisation of a province in words: its lanes, and what an edit changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from runner.domain.deployment import Revision
from runner.domain.person import LaneKind
from runner.domain.procedure import Province
from runner.domain.procedure.organisation_edit import Change, differences
from runner.language import say
from runner.services.organisations import Organisations

KINDS: Final[Mapping[str, str]] = {
    LaneKind.CLERK: "một cửa",
    LaneKind.SPECIALIST: "chuyên viên",
    LaneKind.LEAD: "lãnh đạo phòng",
    LaneKind.DIRECTOR: "lãnh đạo cơ quan",
    LaneKind.RECORDS: "văn thư",
    LaneKind.APPLICANT: "người nộp hồ sơ",
    LaneKind.OTHER: "việc khác",
}
_OF_DIVISIONS: Final = (LaneKind.SPECIALIST, LaneKind.LEAD)
"""Whose lanes are of the agency's specialist division where they name no other."""
_ROWS: Final[Mapping[str, str]] = {"agencies": "Cơ quan", "divisions": "Phòng", "lanes": "Vai trò"}
_KEYS: Final[Mapping[str, str]] = {
    "label": "tên gọi",
    "name": "tên",
    "kind": "loại",
    "agency": "cơ quan",
    "division": "phòng",
    "centre": "nơi tiếp nhận",
    "section": "bộ phận một cửa",
    "case_number": "phần trong số hồ sơ",
    "accounts": "có tài khoản",
    "reported_by": "người ghi nhận thay",
}
_FLAGS: Final[Mapping[str, str]] = {"true": "có", "false": "không"}


@dataclass(frozen=True, slots=True)
class Made:
    """A revision, and in sentences what it changed."""

    revision: Revision
    changes: Sequence[str]


@dataclass(frozen=True, slots=True)
class LaneReport:
    """A lane: what it is called, what its people do, where it belongs, and by what it is called who reports for it."""

    id: str
    label: str
    kind: str
    agency: str
    division: str
    reported_by: str


def lanes(province: Province) -> list[LaneReport]:
    """Every lane that diagrams of a province may have, by agency and division."""
    found = [_lane(province, id) for id in dict.fromkeys((*province.lanes, *province.kinds))]
    return sorted(found, key=lambda lane: (lane.agency != province.agency, lane.agency, lane.division))


def _lane(province: Province, id: str) -> LaneReport:
    agency, division = province.place(id)
    office, performer = province.office(agency), province.performer(id)
    return LaneReport(
        id,
        _called(province, id),
        say(KINDS[province.kinds[id]]),
        office.name,
        _division(province, division, office.division if province.kinds[id] in _OF_DIVISIONS else ""),
        "" if performer == id else province.label(performer) if performer else say("chưa ai"),
    )


def _called(province: Province, id: str) -> str:
    """What a lane is called; where no diagram of the province has it yet, by what its people do."""
    if id in province.lanes:
        return province.label(id)
    kind = say(KINDS[province.kinds[id]])
    return kind[:1].upper() + kind[1:]


def _division(province: Province, id: str, otherwise: str) -> str:
    return province.divisions[id].name if id in province.divisions else otherwise


def sentences(before: Province, after: Province) -> list[str]:
    """What an edit changes."""
    return [_sentence(each) for each in differences(before, after)]


def _sentence(change: Change) -> str:
    table, _, rest = change.key.partition(".")
    id, _, key = rest.partition(".")
    what = say(_KEYS[key or table])
    where = f"{say(_ROWS[table])} “{id}”, {what}" if key else say("Cơ quan chung của tỉnh, {what}", what=what)
    return f"{where}: {_value(key, change.before)} → {_value(key, change.after)}"


def _value(key: str, text: str) -> str:
    words = KINDS if key == "kind" else _FLAGS if key == "accounts" else {}
    return say(words[text]) if text in words else f"“{text}”" if text else say("(không)")


def history(organisations: Organisations, province: str) -> Iterator[Made]:
    """The revisions of a province's organisation, the newest first."""
    before: Province | None = None
    found = []
    for revision in organisations.revisions(province):
        after = organisations.revision(province, revision.revision)
        found.append(Made(revision, sentences(before, after) if before else []))
        before = after
    return reversed(found)
