"""Organisations: kinds of lanes, revisions with who and why, several departments in one province."""

from __future__ import annotations

import pytest

from runner.domain.deployment import ProcedureUnknown
from runner.domain.person import SYSTEM, Role
from runner.domain.procedure import read_province
from runner.domain.procedure.organisation_edit import NothingChanged, set_own, set_row, table
from runner.domain.procedure.organisation_edit import content as written
from runner.domain.toml import TomlInvalid
from runner.errors import FileInvalid
from runner.services.access import CaseUnknown
from runner.services.find import Question
from runner.services.organisations import OrganisationForbidden, OrganisationLost, OrganisationMoved
from runner.services.tasks import NotInDivision, NotLead, TaskUnknown
from runner.services.text_rules import ReasonMissing
from tests import content
from tests.services import office as desk
from tests.services.departments import AGENCY, OTHER, builder, role, with_second
from tests.services.office import ANALYST, CLERK, COUNT, COUNTED, KEEPER, LEAD, PROVINCE, SPECIALIST, WEIGH, Office
from tests.world import ROOT


@pytest.fixture
def office(office: Office) -> Office:
    return with_second(office)


# -- departments -------------------------------------------------------------------------------------------------------


def test_each_department_sees_its_own_cases_and_no_others(office: Office) -> None:
    ours = office.case
    theirs = office.runner.cases.start(OTHER, builder("xd_clerk"), office.now).case
    for case, task in ((ours, COUNT), (theirs, COUNT)):
        who = CLERK if case == ours else builder("xd_clerk")
        office.runner.tasks.submit(case, task, COUNTED, who, office.now)
    seen = {
        CLERK: [ours],
        SPECIALIST: [ours],
        builder("xd_lead"): [theirs],
        role(Role.AUDITOR): [theirs, ours],
        role(f"{Role.AUDITOR}@so-xd"): [theirs],
        role(f"{Role.AUDITOR}@own"): [ours],
    }
    for person, cases in seen.items():
        assert [each.id for each in office.runner.dossiers.cases(Question(), person, office.now)] == cases, person.name
        for case in (ours, theirs):
            if case in cases:
                assert office.runner.cases.get(case, person)[0].id == case
            else:
                with pytest.raises(CaseUnknown):
                    office.runner.cases.get(case, person)
    assert [each.procedure.code for each in office.runner.procedures.openable(builder("xd_clerk"), office.now)] == [
        OTHER
    ]
    with pytest.raises(ProcedureUnknown):
        office.runner.cases.start(OTHER, CLERK, office.now)


def test_a_lead_leads_the_own_department_and_numbers_and_papers_are_of_the_agency(office: Office) -> None:
    case = office.runner.cases.start(OTHER, builder("xd_clerk"), office.now).case
    with pytest.raises(TaskUnknown):
        office.runner.tasks.assign(case, WEIGH, builder("xd_specialist").id, LEAD, office.now)
    with pytest.raises(NotInDivision):
        office.runner.tasks.assign(case, WEIGH, SPECIALIST.id, builder("xd_lead"), office.now)
    office.runner.tasks.assign(case, WEIGH, builder("xd_specialist").id, builder("xd_lead"), office.now)
    assert [item.case for item in office.runner.board.work(builder("xd_lead")).items] == [case]
    assert [item.case for item in office.runner.board.work(LEAD).items] == [office.case]
    with pytest.raises(NotLead):
        office.runner.tasks.assign(case, WEIGH, SPECIALIST.id, builder("xd_specialist"), office.now)
    version = office.runner.procedures.in_force(OTHER, office.now)
    assert (version.office.name, version.office.case_number) == tuple(AGENCY.values())
    assert version.office.centre == "Trung tâm", "what an agency does not say is the province's"


def test_a_lane_of_another_department_that_has_a_part_in_a_diagram_sees_its_cases(office: Office) -> None:
    office.runner.organisations.revise(
        PROVINCE,
        set_row("lanes", "specialist", {"label": "Chuyên viên", "agency": "so-xd"}),
        "Sáp nhập",
        KEEPER,
        office.now,
    )
    case = office.begin()
    assert office.runner.cases.get(case, SPECIALIST)[0].id == case
    with pytest.raises(CaseUnknown):
        office.runner.cases.get(case, builder("xd_lead"))


# -- revisions ---------------------------------------------------------------------------------------------------------


def test_who_does_the_tasks_of_a_lane_follows_the_newest_revision_and_the_journal_names_it(office: Office) -> None:
    case = office.case
    reported = set_row("lanes", "specialist", {"label": "Chuyên viên", "reported_by": "one_stop_clerk"})
    office.runner.organisations.revise(PROVINCE, reported, "Nghỉ phép cả phòng", KEEPER, office.now)
    with pytest.raises(TaskUnknown):
        office.claim(WEIGH, SPECIALIST)
    assert {item.id for item in office.runner.worklist.inbox(CLERK)} == {WEIGH, COUNT}
    office.claim(WEIGH, CLERK)
    [start, claim] = office.journal
    assert (start.organisation, claim.organisation) == (1, 3) and office.runner.audit.replay(case, SYSTEM) is None


def test_an_edit_has_a_reason_an_administrator_and_the_revision_that_was_previewed(office: Office) -> None:
    organisations, edit = office.runner.organisations, set_own({"agency": "Sở Khoa học"})
    before = organisations.file(PROVINCE)
    for person in (ANALYST, LEAD, role(f"{Role.ADMINISTRATOR}@so-xd")):
        with pytest.raises(OrganisationForbidden):
            organisations.revise(PROVINCE, edit, "Đổi tên", person, office.now)
    with pytest.raises(ReasonMissing):
        organisations.revise(PROVINCE, edit, " ", KEEPER, office.now)
    with pytest.raises(OrganisationMoved):
        organisations.revise(PROVINCE, edit, "Đổi tên", KEEPER, office.now, base=1)
    with pytest.raises(NothingChanged):
        organisations.revise(PROVINCE, set_own({}), "Không đổi", KEEPER, office.now)
    with pytest.raises(FileInvalid, match=r"lanes\.in\.kind"):
        organisations.revise(PROVINCE, set_row("lanes", "in", {"label": "In", "kind": "x"}), "Thêm", KEEPER, office.now)
    assert organisations.file(PROVINCE) == before
    assert organisations.revise(PROVINCE, edit, "Đổi tên", KEEPER, office.now, base=2).after.agency == "Sở Khoa học"
    made = organisations.revisions(PROVINCE)[-1]
    assert (made.revision, made.by, made.reason, made.at) == (3, KEEPER.id, "Đổi tên", office.now)


def test_a_deployment_with_an_old_file_undoes_no_edit_and_one_that_lacks_a_lane_is_refused(office: Office) -> None:
    organisations = office.runner.organisations
    organisations.revise(PROVINCE, set_own({"agency": "Sở Khoa học"}), "Đổi tên", KEEPER, office.now)
    folder = office.folder / "xay-dung"
    (folder / "forms/y-kien.form").write_text(desk.FORMS["y-kien"].replace("Ý kiến", "Ý kiến khác"), encoding="utf-8")
    office.runner.procedures.deploy(folder / f"bpmn/{OTHER}.bpmn", SYSTEM, office.now)
    assert organisations.get(PROVINCE).agency == "Sở Khoa học"
    province = folder / f"bpmn/{PROVINCE}/province.toml"
    kept = table(province.read_bytes())
    del kept["lanes"]["specialist"]
    province.write_bytes(written(kept))
    with pytest.raises(OrganisationLost, match=r"lanes\.specialist"):
        office.runner.procedures.deploy(folder / f"bpmn/{OTHER}.bpmn", SYSTEM, office.now)


# -- the file ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (("lanes", "auditor", {"label": "x", "kind": "other"}), "lanes.auditor"),
        (("lanes", "director", {"label": "x", "kind": "clerk"}), "lanes.director.kind"),
        (("lanes", "tax", {"label": "x", "kind": "other", "agency": "nowhere"}), "lanes.tax.agency"),
        (("lanes", "tax", {"label": "x", "kind": "other", "division": "nowhere"}), "lanes.tax.division"),
        (("lanes", "tax", {"label": "x", "kind": "other", "reported_by": "nobody"}), "lanes.tax.reported_by"),
        (("lanes", "Tax", {"label": "x", "kind": "other"}), "lanes.Tax"),
        (("agencies", "xa", {"name": "x", "reported_by": "nobody"}), "agencies.xa.reported_by"),
        (("divisions", "p", {"name": "x", "agency": "nowhere"}), "divisions.p.agency"),
    ],
)
def test_what_agencies_divisions_and_lanes_say_of_each_other_must_fit(
    row: tuple[str, str, dict[str, object]], fault: str
) -> None:
    with pytest.raises(TomlInvalid) as caught:
        read_province(written(set_row(*row)(table(content.province(PROVINCE).encode()))))
    assert [each.key for each in caught.value.faults] == [fault]


def test_a_file_is_written_so_that_it_reads_the_same() -> None:
    for path in sorted((ROOT / "bpmn").glob("*/province.toml")):
        assert read_province(written(table(path.read_bytes()))) == read_province(path.read_bytes())
