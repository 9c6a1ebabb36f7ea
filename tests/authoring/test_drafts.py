"""Procedure drafts: one editor at a time, a history from which nothing is lost, and no case that runs on them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from runner.authoring.drafts import IDLE
from runner.authoring.files import FileForeign, FilesTooMany
from runner.authoring.refusal import (
    CodeInvalid,
    DraftExists,
    DraftUnknown,
    EditedByOther,
    EditorActive,
    NotEditable,
    NoteInvalid,
    ProvinceFixed,
    SaveOutdated,
    SaveUnknown,
    TakenOver,
)
from runner.domain import toml
from runner.domain.deployment import ProcedureUnknown
from runner.domain.procedure.organisation_edit import set_row
from runner.domain.procedure_draft import DraftStatus, Origin, ProcedureDraft, Save
from runner.errors import Conflict, MotcuaError
from runner.services.content import FileOversized, load
from runner.services.text_rules import ReasonMissing
from runner.store import authoring_table
from tests.authoring.conftest import HA, LONG, STRANGER
from tests.services.office import CODE, KEEPER, PROVINCE, SPECIALIST, Office

DIAGRAM, FACTS, NOTE = f"bpmn/{CODE}.bpmn", f"bpmn/{CODE}.toml", "forms/ghi-chu.form"
SHARED = "bpmn/mau/province.toml"


@pytest.fixture
def draft(office: Office) -> ProcedureDraft:
    """Hà's draft of the procedure in force."""
    return office.runner.procedure_drafts.begin(CODE, HA, office.now)


def save(office: Office, draft: ProcedureDraft, base: int, who: object = HA, **files: bytes | None) -> Save:
    """A save of files known by short names."""
    names = {"diagram": DIAGRAM, "facts": FACTS, "note": NOTE}
    changed = {names[name]: data for name, data in files.items()}
    return office.runner.procedure_drafts.save(draft.id, changed, who, office.now, base=base)  # type: ignore[arg-type]


def test_a_draft_is_a_copy_of_the_version_in_force(office: Office, draft: ProcedureDraft) -> None:
    drafts, version = office.runner.procedure_drafts, office.runner.procedures.in_force(CODE, office.now)
    assert (draft.based_on, draft.editor, draft.save, draft.status) == (version.digest, HA.id, 1, DraftStatus.EDITING)
    assert drafts.bundle(draft.id, HA).digest == version.digest
    assert drafts.get(draft.id, LONG) == draft
    [first] = drafts.saves(draft.id, HA)
    assert set(first.files) == set(drafts.files(draft.id, HA)) > {DIAGRAM, FACTS, SHARED}


def test_a_drafts_bundle_is_the_one_that_its_folder_would_deploy(office: Office, draft: ProcedureDraft) -> None:
    drafts = office.runner.procedure_drafts
    drafts.save(draft.id, {NOTE: b"{}", "scenarios/dung.toml": b"x"}, HA, office.now, base=1)
    folder = office.folder / "exported"
    for name, data in drafts.files(draft.id, HA).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    bundle = drafts.bundle(draft.id, HA)
    assert bundle.files == load(folder / DIAGRAM, folder).files
    assert NOTE not in bundle.files


def test_a_draft_reaches_no_case(office: Office, draft: ProcedureDraft) -> None:
    before = office.runner.procedures.in_force(CODE, office.now).digest
    data = office.runner.procedure_drafts.files(draft.id, HA)[DIAGRAM]
    save(office, draft, 1, diagram=data.replace("Việc Task_count".encode(), "Việc đếm lại".encode()))
    office.begin()
    assert office.row.version == before == office.runner.procedures.in_force(CODE, office.now).digest
    assert office.task("Task_count").name == "Việc Task_count"
    assert [row.number for row in office.runner.procedures.versions_of()] == [1]
    assert office.proved()


def test_saves_keep_what_changed_and_every_state_comes_back(office: Office, draft: ProcedureDraft) -> None:
    drafts = office.runner.procedure_drafts
    first = drafts.files(draft.id, HA)
    assert save(office, draft, 1, note=b"{}").files == (NOTE,)
    second = drafts.files(draft.id, HA)
    save(office, draft, 2, note=None, facts=b"x = 1")
    assert drafts.files(draft.id, HA) == first | {FACTS: b"x = 1"}
    assert drafts.files(draft.id, HA, save=2) == second == first | {NOTE: b"{}"}

    restored = drafts.restore(draft.id, 2, HA, office.now)
    assert (restored.number, restored.restores, restored.files) == (4, 2, (FACTS, NOTE))
    assert drafts.files(draft.id, HA) == second
    drafts.restore(draft.id, 3, HA, office.now)
    assert drafts.files(draft.id, HA) == first | {FACTS: b"x = 1"}
    with pytest.raises(SaveUnknown):
        drafts.restore(draft.id, 9, HA, office.now)
    with office.runner.database.read() as tx:
        kept = tx.execute(authoring_table.procedure_draft_file.select().where()).all()
    assert len(kept) == len(first) + 1 + 2 + 2 + 2


def test_what_changes_nothing_is_no_save(office: Office, draft: ProcedureDraft) -> None:
    made = save(office, draft, 1, note=b"{}")
    assert save(office, draft, 1, note=b"{}") == save(office, draft, 2, note=b"{}")
    assert [each.number for each in office.runner.procedure_drafts.saves(draft.id, HA)] == [1, made.number]
    assert office.runner.procedure_drafts.restore(draft.id, 2, HA, office.now).number == 2


def test_of_two_saves_at_once_one_wins_and_the_other_is_kept_aside(office: Office, draft: ProcedureDraft) -> None:
    drafts = office.runner.procedure_drafts

    def attempt(text: bytes) -> Save | SaveOutdated:
        try:
            return save(office, draft, 1, facts=text)
        except SaveOutdated as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        results = dict(zip((b"a", b"b"), pool.map(attempt, (b"a", b"b")), strict=True))
    [won] = [text for text, result in results.items() if isinstance(result, Save)]
    [(lost, error)] = [(text, result) for text, result in results.items() if isinstance(result, SaveOutdated)]
    assert "Lê Thu Hà đã lưu" in str(error)
    assert drafts.get(draft.id, HA).save == 2
    assert drafts.files(draft.id, HA)[FACTS] == won
    [_, _, aside] = drafts.saves(draft.id, HA)
    assert aside.aside and aside.base == 1
    assert drafts.files(draft.id, HA, save=aside.number)[FACTS] == lost
    drafts.restore(draft.id, aside.number, HA, office.now)
    assert drafts.files(draft.id, HA)[FACTS] == lost


def test_of_two_drafts_begun_at_once_one_is_made(office: Office) -> None:
    def attempt(who: object) -> ProcedureDraft | DraftExists:
        try:
            return office.runner.procedure_drafts.begin(CODE, who, office.now)  # type: ignore[arg-type]
        except DraftExists as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(attempt, (HA, LONG)))
    [made] = [result for result in results if isinstance(result, ProcedureDraft)]
    [told] = [result for result in results if isinstance(result, DraftExists)]
    name = {HA.id: HA.name, LONG.id: LONG.name}[made.editor]
    assert f"đã có bản nháp số {made.id} do {name} sửa" in str(told)
    assert told.facts["draft"] == made.id


def test_another_analyst_takes_over_by_name_and_what_came_late_is_kept(office: Office, draft: ProcedureDraft) -> None:
    drafts = office.runner.procedure_drafts
    with pytest.raises(EditedByOther, match="Lê Thu Hà"):
        drafts.restore(draft.id, 1, LONG, office.now)
    with pytest.raises(EditorActive, match=r"Lê Thu Hà còn đang sửa bản nháp .* 08:30"):
        drafts.take_over(draft.id, LONG, office.now)
    office.clock.advance(IDLE)
    assert drafts.take_over(draft.id, LONG, office.now).editor == LONG.id
    save(office, draft, 1, LONG, facts=b"long = 1")
    for attempt in (b"ha = 1", b"ha = 2"):
        with pytest.raises(TakenOver, match=r"Trần Đức Long đang là người sửa bản nháp này \(từ 08:30"):
            save(office, draft, 1, facts=attempt)
    assert drafts.files(draft.id, HA)[FACTS] == b"long = 1"
    [aside] = [each for each in drafts.saves(draft.id, HA) if each.aside]
    assert (aside.by, drafts.files(draft.id, LONG, save=aside.number)[FACTS]) == (HA.id, b"ha = 2")
    [event] = drafts.events(draft.id, HA)
    assert (event.kind, event.by, event.detail, event.at) == ("take_over", LONG.id, HA.id, office.now)
    assert drafts.take_over(draft.id, LONG, office.now).editor == LONG.id
    assert len(drafts.events(draft.id, HA)) == 1


def test_who_releases_a_draft_leaves_it_to_the_next(office: Office, draft: ProcedureDraft) -> None:
    drafts = office.runner.procedure_drafts
    assert drafts.release(draft.id, HA, office.now).editor == ""
    save(office, draft, 1, LONG, facts=b"long = 1")
    assert drafts.get(draft.id, HA).editor == LONG.id
    assert [event.kind for event in drafts.events(draft.id, HA)] == ["release"]


def test_a_discarded_draft_stays_readable_and_makes_room_for_another(office: Office, draft: ProcedureDraft) -> None:
    drafts = office.runner.procedure_drafts
    with pytest.raises(DraftExists):
        drafts.create(CODE, {}, LONG, office.now, Origin.ARCHIVE)
    with pytest.raises(ReasonMissing):
        drafts.discard(draft.id, HA, office.now, " ")
    with pytest.raises(EditedByOther):
        drafts.discard(draft.id, LONG, office.now, "Thay bằng bản khác")
    assert drafts.discard(draft.id, HA, office.now, "Quyết định đã hoãn").status == DraftStatus.DISCARDED
    with pytest.raises(NotEditable):
        save(office, draft, 1, facts=b"x")
    assert FACTS in drafts.files(draft.id, HA)
    second = drafts.begin(CODE, LONG, office.now)
    assert [each.id for each in drafts.all(HA)] == [draft.id, second.id]


def test_analysts_of_other_provinces_and_other_staff_find_no_draft(office: Office, draft: ProcedureDraft) -> None:
    drafts = office.runner.procedure_drafts
    for who in (STRANGER, SPECIALIST):
        assert drafts.all(who) == []
        with pytest.raises(DraftUnknown):
            drafts.get(draft.id, who)
        with pytest.raises(DraftUnknown):
            save(office, draft, 1, who, facts=b"x")
        with pytest.raises(ProcedureUnknown):
            drafts.begin(CODE, who, office.now)
        with pytest.raises(ProcedureUnknown):
            drafts.create("mau/moi", {}, who, office.now, Origin.FORM)
    with pytest.raises(ProcedureUnknown):
        drafts.begin("mau/khong-co", HA, office.now)


def test_of_a_new_province_every_analyst_drafts_and_its_facts_too(office: Office) -> None:
    drafts = office.runner.procedure_drafts
    draft = drafts.create("moi/01", {"bpmn/moi/province.toml": b"a"}, STRANGER, office.now, Origin.FORM)
    assert drafts.get(draft.id, HA).based_on is None
    drafts.save(draft.id, {"bpmn/moi/province.toml": b"b"}, STRANGER, office.now, base=1)
    assert drafts.files(draft.id, HA) == {"bpmn/moi/province.toml": b"b"}


def test_a_known_provinces_facts_come_along_and_stay_as_they_are(office: Office) -> None:
    drafts = office.runner.procedure_drafts
    facts = drafts.files(drafts.begin(CODE, HA, office.now).id, HA)[SHARED]
    draft = drafts.create("mau/moi", {SHARED: b"name = 1"}, HA, office.now, Origin.ARCHIVE)
    assert drafts.files(draft.id, HA) == {SHARED: facts}
    assert drafts.save(draft.id, {SHARED: facts}, HA, office.now, base=1).number == 1
    with pytest.raises(ProvinceFixed):
        drafts.save(draft.id, {SHARED: b"name = 1"}, HA, office.now, base=1)


@pytest.mark.parametrize(
    "name",
    [
        "../x.bpmn",
        "/bpmn/mau/x.dmn",
        "bpmn/mau/other.bpmn",
        "bpmn/mau/other.toml",
        "bpmn/ha-tinh/phi.dmn",
        "bpmn/mau/called/../../x.bpmn",
        "bpmn/mau/called/x.toml",
        "forms/x.toml",
        "forms/a/b.form",
        "scenarios/x.form",
        "forms/x.form\n",
        "forms/.form",
        "README.md",
    ],
)
def test_a_file_that_is_none_of_the_procedure_is_refused(name: str, office: Office) -> None:
    draft = office.runner.procedure_drafts.create("mau/moi", {}, HA, office.now, Origin.FORM)
    with pytest.raises(FileForeign, match="không thuộc thủ tục mau/moi"):
        office.runner.procedure_drafts.save(draft.id, {name: b"x"}, HA, office.now, base=1)


def test_limits_hold_as_they_do_for_content(office: Office, draft: ProcedureDraft) -> None:
    drafts = office.runner.procedure_drafts
    refused: list[tuple[dict[str, bytes], type[MotcuaError]]] = [
        ({FACTS: b"x" * (toml.MAX_BYTES + 1)}, FileOversized),
        ({f"forms/{number}.form": b"{}" for number in range(100)}, FilesTooMany),
    ]
    for files, error in refused:
        with pytest.raises(error):
            drafts.save(draft.id, files, HA, office.now, base=1)
        with pytest.raises(error):
            drafts.create(
                "mau/moi",
                {SHARED: b""} | {k.replace("hai-nhanh", "moi"): v for k, v in files.items()},
                HA,
                office.now,
                Origin.ARCHIVE,
            )
    with pytest.raises(NoteInvalid):
        drafts.save(draft.id, {}, HA, office.now, base=1, note="x" * 201)
    with pytest.raises(CodeInvalid):
        drafts.create("../etc", {}, HA, office.now, Origin.ARCHIVE)
    assert drafts.get(draft.id, HA).save == 1


def test_a_save_on_a_base_that_never_was_is_refused(office: Office, draft: ProcedureDraft) -> None:
    with pytest.raises(SaveUnknown):
        save(office, draft, 7, facts=b"x")
    assert not isinstance(SaveUnknown(number=1), Conflict)


def test_the_next_save_takes_along_the_organisation_that_was_edited_meanwhile(office: Office) -> None:
    drafts = office.runner.procedure_drafts
    draft = drafts.begin(CODE, HA, office.now)
    before = drafts.files(draft.id, HA)[SHARED]
    printing = set_row("lanes", "printing", {"label": "Tổ in", "kind": "other"})
    office.runner.organisations.revise(PROVINCE, printing, "Thêm tổ in", KEEPER, office.now)
    assert drafts.files(draft.id, HA)[SHARED] == before
    drafts.save(draft.id, {"scenarios/a.toml": b"a"}, HA, office.now, base=draft.save)
    assert drafts.files(draft.id, HA)[SHARED] == office.runner.organisations.file(PROVINCE) != before
    assert drafts.bundle(draft.id, HA).province.label("printing") == "Tổ in"
