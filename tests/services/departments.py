"""A second department in the province of the small office, whose procedure is drawn in lanes of its own."""

from __future__ import annotations

from runner.domain.person import SYSTEM, LaneKind, Person
from runner.domain.procedure.organisation_edit import content as written
from runner.domain.procedure.organisation_edit import set_row, table
from tests import content
from tests.services import office as desk
from tests.services.office import PROVINCE, Office

OTHER = "mau/xay-dung"
AGENCY = {"name": "Sở Xây dựng", "case_number": "000.00.99.M00"}
LANES = {"xd_clerk": LaneKind.CLERK, "xd_specialist": LaneKind.SPECIALIST, "xd_lead": LaneKind.LEAD}
DRAWN = {"one_stop_clerk": "xd_clerk", "specialist": "xd_specialist", "division_lead": "xd_lead"}


def builder(lane: str) -> Person:
    """Who works in a lane of the other department."""
    return Person(f"{lane}@{PROVINCE}", lane, frozenset({(PROVINCE, lane)}))


def role(lane: str) -> Person:
    """Who has a role in the province, or as ``auditor@so-xd`` for one department."""
    return Person(lane, lane, frozenset({(PROVINCE, lane)}))


def with_second(office: Office) -> Office:
    """The office with the second department, its procedure in force and its people hired."""
    folder = office.folder / "xay-dung"
    drawn = desk.diagram().replace("mau_hai-nhanh", "mau_xay-dung")
    facts = desk.FACTS.replace(desk.CODE, OTHER).replace("silent =", 'agency = "so-xd"\nsilent =')
    for old, new in DRAWN.items():
        drawn, facts = drawn.replace(f'id="{old}"', f'id="{new}"'), facts.replace(f'"{old}"', f'"{new}"')
    path = content.write(folder, OTHER, drawn, facts, desk.FORMS)
    province = set_row("agencies", "so-xd", AGENCY)(table(path.with_name("province.toml").read_bytes()))
    for lane, kind in LANES.items():
        province = set_row("lanes", lane, {"label": f"{lane} của Sở Xây dựng", "kind": str(kind), "agency": "so-xd"})(
            province
        )
    path.with_name("province.toml").write_bytes(written(province))
    office.runner.procedures.deploy(path, SYSTEM, office.now)
    for lane in LANES:
        office.runner.people.save(builder(lane))
    return office
