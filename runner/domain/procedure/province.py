"""How a province works: its agencies, divisions and lanes, its office hours and days.

As in `runner.domain.procedure.facts`, the dataclasses are the schema of the TOML file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Final, Literal

from runner.domain.person import KINDS, LaneKind
from runner.domain.toml.types import FROZEN, GUARDED, ClockTime, Flag, Id, LaneId, Some, Text, Year, short
from runner.domain.working_day import Day, Hours

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_STRICT: Final[Mapping[str, Any]] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency beside the province's own, which decides procedures or takes part in them."""

    __pydantic_config__: ClassVar = _STRICT

    name: Text
    """Tên cơ quan."""
    division: Text = ""
    """Tên phòng chuyên môn của cơ quan."""
    centre: Text = ""
    """Nơi cơ quan tiếp nhận hồ sơ; bỏ là trung tâm chung của tỉnh."""
    section: Text = ""
    """Tên bộ phận một cửa của cơ quan ở trung tâm."""
    case_number: Text = ""
    """Phần của cơ quan trong số hồ sơ; cơ quan có thủ tục riêng phải có."""
    accounts: Flag = True
    """Người của cơ quan có tài khoản ở đây (true), hay phần việc của họ do người khác ghi nhận (false)."""
    reported_by: Text = ""
    """Vai trò ghi nhận phần việc của cơ quan không có tài khoản."""


@dataclass(frozen=True, slots=True)
class Division:
    """A division of an agency, where it is not the only one."""

    __pydantic_config__: ClassVar = _STRICT

    name: Text
    """Tên phòng."""
    agency: Text = ""
    """Phòng của cơ quan nào, bằng id trong bảng agencies; bỏ là cơ quan chung của tỉnh."""


@dataclass(frozen=True, slots=True)
class ProvinceLane:
    """A lane of diagrams, with what its people are in the province."""

    __pydantic_config__: ClassVar = _STRICT

    label: Text
    """Tên gọi của vai trò, như quyết định gọi."""
    kind: LaneKind | None = None
    """Loại việc của vai trò; năm vai trò có sẵn thì bỏ."""
    division: Text = ""
    """Vai trò thuộc phòng nào, bằng id trong bảng divisions; bỏ là phòng chuyên môn của cơ quan."""
    agency: Text = ""
    """Vai trò thuộc cơ quan nào, bằng id trong bảng agencies; bỏ là cơ quan của phòng, hoặc cơ quan chung của tỉnh."""
    reported_by: Text = ""
    """Vai trò ghi nhận thay, khi người của vai trò này không có tài khoản."""


@dataclass(frozen=True, slots=True)
class Province:
    """How a province works: names, agencies, lanes, its office hours and days.

    A lane that is drawn and not declared here is its own: the ids of `KINDS` need no declaration.
    """

    __pydantic_config__: ClassVar = _STRICT

    code: Text
    """Mã tỉnh, như tên thư mục."""
    name: Text
    """Tên tỉnh."""
    agency: Text
    """Tên cơ quan giải quyết."""
    division: Text
    """Tên phòng chuyên môn."""
    centre: Text
    """Tên trung tâm phục vụ hành chính công."""
    case_number: Text
    """Phần của cơ quan trong số hồ sơ, như 000.00.06.H07."""
    weekly_off: tuple[Weekday, ...]
    """Những ngày nghỉ hằng tuần."""
    years: Some[Year]
    """Những năm có sẵn ngày nghỉ lễ khi triển khai."""
    lanes: Annotated[Mapping[LaneId, Annotated[ProvinceLane, short("label")]], FROZEN]
    """Các vai trò (làn) của tỉnh, theo id: tên gọi; vai trò ngoài năm vai trò có sẵn thì một bảng."""
    hours: Some[Annotated[Hours, GUARDED]]
    """Giờ làm việc; khoảng ngày nào trùng nhau thì bảng sau thắng."""
    days: tuple[Day, ...] = ()
    """Ngày nghỉ, ngày làm bù riêng, thắng ngày nghỉ lễ có sẵn."""
    section: Text = ""
    """Tên bộ phận một cửa của cơ quan ở trung tâm."""
    intake_cutoff: ClockTime | None = None
    """Nộp sau giờ này thì tính là nhận vào ngày làm việc sau; bỏ thì nhận đến hết buổi cuối."""
    provisional_years: tuple[Year, ...] = ()
    """Những năm mà ngày nghỉ, ngày làm bù còn là dự kiến."""
    agencies: Annotated[Mapping[Id, Agency], FROZEN] = field(default_factory=dict)
    """Các cơ quan khác, theo id: sở khác, xã, cơ quan thuế cùng tham gia."""
    divisions: Annotated[Mapping[Id, Division], FROZEN] = field(default_factory=dict)
    """Các phòng khác của các cơ quan, theo id."""

    def label(self, lane: str) -> str:
        """What the province calls a lane; its id where it has no name there."""
        return self.lanes[lane].label if lane in self.lanes else lane

    @property
    def kinds(self) -> Mapping[str, LaneKind]:
        """What the people of each lane do; every lane that a diagram may have."""
        declared = {id: lane.kind for id, lane in self.lanes.items() if lane.kind}
        return {**declared, **KINDS}

    def of_kind(self, *kinds: LaneKind) -> frozenset[str]:
        """The lanes of these kinds."""
        return frozenset(id for id, kind in self.kinds.items() if kind in kinds)

    def place(self, lane: str) -> tuple[str, str]:
        """The agency and the division of a lane, by their ids; "" for those that need none."""
        found = self.lanes.get(lane)
        if found is None:
            return "", ""
        division = self.divisions.get(found.division)
        return found.agency or (division.agency if division else ""), found.division

    def office(self, agency: str) -> Agency:
        """An agency by its id; "" (or an id that is not declared) is the province's own. Its parts are filled in."""
        own = Agency(self.agency, self.division, self.centre, self.section, self.case_number)
        found = self.agencies.get(agency)
        if found is None:
            return own
        return replace(found, centre=found.centre or own.centre, case_number=found.case_number or own.case_number)

    def performer(self, lane: str) -> str:
        """The lane whose people do the tasks of `lane`: itself, or the one that reports for it; "" where none does."""
        agency, found = self.agencies.get(self.place(lane)[0]), self.lanes.get(lane)
        if found and found.reported_by:
            return found.reported_by
        if agency and not agency.accounts:
            return agency.reported_by
        return "" if found and found.kind == LaneKind.APPLICANT else lane

    def performed(self, lane: str) -> frozenset[str]:
        """The lanes whose tasks the people of `lane` do: it, and those for which it reports."""
        return frozenset(each for each in (*self.lanes, lane) if self.performer(each) == lane)

    def leads(self, lane: str) -> frozenset[str]:
        """The lanes that lead the division of those who do the tasks of `lane`; where it has none, the agency."""
        agency, division = self.place(self.performer(lane))
        places = {id: self.place(id) for id in self.of_kind(LaneKind.LEAD)}
        found = frozenset(id for id, place in places.items() if place == (agency, division))
        return found or frozenset(id for id, place in places.items() if place[0] == agency)
