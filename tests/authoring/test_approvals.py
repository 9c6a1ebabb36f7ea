"""Four eyes: nothing comes into force by one person, and what was approved is what runs, from its day on."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from runner.authoring.approvals import (
    ComesAfterRepeal,
    DayBeforeDecision,
    DayPast,
    DecidedBefore,
    DigestDiffers,
    NothingChanges,
    NotSubmitter,
    OwnSubmission,
    PartsUnseen,
    SubmissionPending,
    SubmissionUnknown,
    SuccessorUnknown,
)
from runner.authoring.refusal import EditedByOther, NotEditable, OwnChange
from runner.domain.calendar import local_date
from runner.domain.case import CaseStatus
from runner.domain.channel import Channel, ChannelKind, Proof
from runner.domain.deployment import ProcedureUnknown
from runner.domain.person import SYSTEM, Person, Role
from runner.domain.procedure_draft import DraftStatus, ProcedureDraft
from runner.domain.submission import Part, Submission, Verdict
from runner.errors import Conflict, MotcuaError
from runner.services.confirmation import PasswordNeeded, SignScopeMissing
from runner.services.procedures import LintFailed, SecondPersonNeeded
from runner.services.text_rules import ReasonMissing
from runner.services.version import ProcedureRepealed, ProcedureReplaced
from runner.store import registry
from tests.authoring.conftest import HA, LONG, STRANGER
from tests.services.office import CLERK, CODE, COUNT, COUNTED, Office, diagram
from tests.world import World

DIAGRAM, FACTS = f"bpmn/{CODE}.bpmn", f"bpmn/{CODE}.toml"
OTHER = "mau/thay-the"


@pytest.fixture
def draft(office: Office) -> ProcedureDraft:
    """Hà's draft, in which a task has another name."""
    drafts = office.runner.procedure_drafts
    made = drafts.begin(CODE, HA, office.now)
    edit(office, made, "Việc Task_weigh", "Việc cân lại")
    return drafts.get(made.id, HA)


def edit(office: Office, draft: ProcedureDraft, old: str, new: str, who: Person = HA) -> None:
    drafts = office.runner.procedure_drafts
    now = drafts.get(draft.id, who)
    text = drafts.files(draft.id, who)[DIAGRAM].decode()
    assert old in text
    drafts.save(draft.id, {DIAGRAM: text.replace(old, new).encode()}, who, office.now, base=now.save)


def seen(office: Office, made: Submission, who: Person = LONG) -> None:
    for part in Part:
        office.runner.approvals.see(made.id, part, who, office.now)


def approve(office: Office, made: Submission, who: Person = LONG) -> None:
    seen(office, made, who)
    office.runner.approvals.approve(made.id, made.version or "", who, office.now)


def in_force(office: Office) -> str:
    return office.runner.procedures.in_force(CODE, office.now).digest


def test_a_second_analyst_approves_what_runs_from_its_day_on(office: Office, draft: ProcedureDraft) -> None:
    approvals, old, day = office.runner.approvals, in_force(office), local_date(office.now) + timedelta(days=30)
    made = approvals.submit(draft.id, HA, office.now, effective=day, note="Theo quyết định mới")
    assert made.version == office.runner.procedure_drafts.bundle(draft.id, HA).digest != old
    assert approvals.pending(LONG) == [made] and approvals.pending(STRANGER) == []
    with pytest.raises(PartsUnseen, match="Khác biệt, Kịch bản, Phát hiện, Tác động"):
        approvals.approve(made.id, made.version, LONG, office.now)
    seen(office, made, HA)
    with pytest.raises(PartsUnseen):
        approvals.approve(made.id, made.version, LONG, office.now)
    office.later(hours=1)
    approve(office, made)
    [first, second] = office.runner.procedures.enforcements(CODE)
    assert (second.version, second.by, second.approved_by, second.at) == (made.version, HA.id, LONG.id, office.now)
    assert first.approved_by == ""
    begun = office.begin()
    assert office.row.version == in_force(office) == old
    office.later(days=29, hours=23)
    assert office.runner.procedures.in_force(CODE, second.effective - timedelta(seconds=1)).digest == old
    assert office.runner.procedures.in_force(CODE, second.effective).digest == made.version
    office.clock.set(second.effective)
    office.begin()
    assert office.row.version == made.version and office.task("Task_weigh").name == "Việc cân lại"
    office.case = begun
    assert office.forget().row.version == old and office.proved()
    office.submit(COUNT, COUNTED, CLERK)
    assert office.runner.procedures.file(old, DIAGRAM) != office.runner.procedures.file(made.version, DIAGRAM)
    assert office.runner.procedure_drafts.get(draft.id, HA).status == DraftStatus.APPROVED


@pytest.mark.parametrize(
    ("via", "refused"),
    [
        (Channel(ChannelKind.WEB, session="s"), PasswordNeeded),
        (Channel(ChannelKind.TOKEN, "mã"), SignScopeMissing),
        (Channel(ChannelKind.CLI, "mã"), SignScopeMissing),
    ],
)
def test_who_was_not_asked_once_more_approves_nothing(
    office: Office, draft: ProcedureDraft, via: Channel, refused: type[MotcuaError]
) -> None:
    made = office.runner.approvals.submit(draft.id, HA, office.now)
    with pytest.raises(refused):
        approve(office, made, replace(LONG, via=via))
    approve(office, made, replace(LONG, via=replace(via, proof=Proof.PASSWORD)))
    assert office.runner.procedures.enforcements(CODE)[-1].approved_by == LONG.id


def test_one_person_is_never_both(office: Office, draft: ProcedureDraft) -> None:
    approvals = office.runner.approvals
    made = approvals.submit(draft.id, HA, office.now)
    seen(office, made, HA)
    with pytest.raises(OwnSubmission):
        approvals.approve(made.id, made.version or "", HA, office.now)
    with pytest.raises(OwnSubmission):
        approvals.send_back(made.id, "Sai", HA, office.now)
    with pytest.raises(NotSubmitter):
        approvals.withdraw(made.id, LONG, office.now)
    for act in (
        lambda: approvals.get(made.id, STRANGER),
        lambda: approvals.see(made.id, Part.IMPACT, STRANGER, office.now),
        lambda: approvals.approve(made.id, made.version or "", STRANGER, office.now),
        lambda: approvals.get(made.id, CLERK),
    ):
        with pytest.raises(SubmissionUnknown):
            act()


def test_what_was_submitted_cannot_change_and_another_digest_is_not_approved(
    office: Office, draft: ProcedureDraft
) -> None:
    approvals = office.runner.approvals
    made = approvals.submit(draft.id, HA, office.now)
    for who in (HA, LONG):
        with pytest.raises(NotEditable):
            edit(office, draft, "Việc cân lại", "Việc khác", who)
    with pytest.raises(SubmissionPending):
        approvals.propose(CODE, None, LONG, office.now)
    seen(office, made)
    with pytest.raises(DigestDiffers):
        approvals.approve(made.id, in_force(office), LONG, office.now)
    assert approvals.get(made.id, LONG).pending


def test_a_draft_sent_back_or_withdrawn_is_edited_again(office: Office, draft: ProcedureDraft) -> None:
    approvals, drafts = office.runner.approvals, office.runner.procedure_drafts
    first = approvals.submit(draft.id, HA, office.now)
    with pytest.raises(ReasonMissing):
        approvals.send_back(first.id, " ", LONG, office.now)
    approvals.send_back(first.id, "Thiếu tên bước", LONG, office.now)
    assert drafts.get(draft.id, HA).status == DraftStatus.RETURNED
    back = approvals.get(first.id, HA)
    assert (back.verdict, back.decided_by, back.reason) == (Verdict.RETURNED, LONG.id, "Thiếu tên bước")
    edit(office, draft, "Việc cân lại", "Việc cân thử")
    second = approvals.submit(draft.id, HA, office.now)
    approvals.withdraw(second.id, HA, office.now)
    assert drafts.get(draft.id, HA).status == DraftStatus.EDITING
    for act in (approvals.withdraw, lambda id, *rest: approvals.approve(id, second.version or "", LONG, office.now)):
        with pytest.raises((DecidedBefore, PartsUnseen)):
            act(second.id, HA, office.now)
    third = approvals.submit(draft.id, HA, office.now)
    approve(office, third)
    assert third.version == second.version == in_force(office) != first.version
    with pytest.raises(DecidedBefore, match="Trần Đức Long"):
        approve(office, third)


def test_a_draft_with_an_error_is_not_submitted(office: Office, draft: ProcedureDraft) -> None:
    edit(office, draft, "P3D", "P3Y")
    with pytest.raises(LintFailed, match="P3Y"):
        office.runner.approvals.submit(draft.id, HA, office.now)
    assert office.runner.procedure_drafts.get(draft.id, HA).status == DraftStatus.EDITING


def test_only_the_editor_submits_and_on_a_day_that_can_be(office: Office, draft: ProcedureDraft) -> None:
    approvals, drafts = office.runner.approvals, office.runner.procedure_drafts
    with pytest.raises(EditedByOther):
        approvals.submit(draft.id, LONG, office.now)
    with pytest.raises(DayPast):
        approvals.submit(draft.id, HA, office.now, effective=local_date(office.now) - timedelta(days=1))
    facts = drafts.files(draft.id, HA)[FACTS].decode()
    later = re.sub(r"effective = [-0-9]+", "effective = 2030-01-01", facts)
    assert later != facts
    drafts.save(draft.id, {FACTS: later.encode()}, HA, office.now, base=drafts.get(draft.id, HA).save)
    with pytest.raises(DayBeforeDecision):
        approvals.submit(draft.id, HA, office.now, effective=date(2029, 12, 31))
    made = approvals.submit(draft.id, HA, office.now)
    assert made.effective and local_date(made.effective) == date(2030, 1, 1)
    old = in_force(office)
    approve(office, made)
    assert in_force(office) == old
    with pytest.raises(NothingChanges):
        approvals.propose(CODE, made.version, HA, office.now, effective=date(2030, 1, 1))
    back = approvals.propose(CODE, old, HA, office.now, effective=date(2030, 1, 1), note="Quyết định bị hoãn")
    approve(office, back)
    assert office.runner.procedures.coming(CODE, office.now) == []


def test_a_version_is_taken_back_by_two(office: Office, draft: ProcedureDraft) -> None:
    approvals, old = office.runner.approvals, in_force(office)
    approve(office, approvals.submit(draft.id, HA, office.now))
    assert in_force(office) != old
    office.later(hours=1)
    with pytest.raises(ProcedureUnknown):
        approvals.propose(CODE, "aa", HA, office.now)
    approve(office, approvals.propose(CODE, old, LONG, office.now, note="Sai biểu mẫu"), HA)
    assert in_force(office) == old
    last = office.runner.procedures.enforcements(CODE)[-1]
    assert (last.by, last.approved_by) == (LONG.id, HA.id)


def test_after_a_repeal_no_dossier_is_received_and_open_cases_end_on_their_version(office: Office) -> None:
    approvals, day = office.runner.approvals, local_date(office.now) + timedelta(days=2)
    running = office.begin()
    with pytest.raises(SuccessorUnknown):
        approvals.propose(CODE, None, HA, office.now, effective=day, successor=OTHER)
    with pytest.raises(ProcedureUnknown):
        approvals.propose(CODE, None, STRANGER, office.now)
    with office.runner.database.change() as tx:
        registry.deploy(tx, "ff", OTHER, "mau", {DIAGRAM: b"<x/>"}, office.now, HA.id)
    approve(office, approvals.propose(CODE, None, HA, office.now, effective=day, successor=OTHER))
    office.later(days=1)
    office.begin()
    office.later(days=2)
    with pytest.raises(ProcedureReplaced, match=OTHER):
        office.begin()
    with pytest.raises(ProcedureRepealed):
        office.runner.procedures.in_force(CODE, office.now)
    assert office.runner.procedures.current(office.now) == []
    assert [each.procedure.code for each in office.runner.procedures.known(office.now)] == [CODE]
    office.case = running
    office.submit(COUNT, COUNTED, CLERK)
    assert office.forget().proved()
    with pytest.raises(NothingChanges):
        approvals.propose(CODE, None, HA, office.now, successor=OTHER)


def test_of_many_decisions_at_once_one_counts(office: Office, draft: ProcedureDraft) -> None:
    made = office.runner.approvals.submit(draft.id, HA, office.now)
    seen(office, made)
    old = in_force(office)

    def decide(number: int) -> str:
        try:
            if number % 3 == 2:
                office.runner.approvals.withdraw(made.id, HA, office.now)
            elif number % 3:
                office.runner.approvals.send_back(made.id, "Sai", LONG, office.now)
            else:
                office.runner.approvals.approve(made.id, made.version or "", LONG, office.now)
        except Conflict:
            return ""
        return ("approved", "returned", "withdrawn")[number % 3]

    with ThreadPoolExecutor(6) as pool:
        [done] = filter(None, pool.map(decide, range(12)))
    assert office.runner.approvals.get(made.id, HA).verdict == done
    assert (in_force(office) != old) == (done == Verdict.APPROVED)


def content(office: Office, change: Callable[[str], str]) -> Path:
    """The office's content with a diagram that was changed."""
    path = office.folder / f"content/{DIAGRAM}"
    path.write_text(change(diagram()))
    return path


def test_in_production_one_person_deploys_nothing_that_replaces_what_is_in_force(office: Office) -> None:
    path, procedures = content(office, lambda text: text.replace("Việc Task_weigh", "Việc cân lại")), None
    procedures = office.runner.procedures
    procedures.production = True
    old = in_force(office)
    for who, second in ((HA, None), (SYSTEM, None), (HA, HA)):
        with pytest.raises(SecondPersonNeeded):
            procedures.deploy(path, who, office.now, approver=second)
    for stranger in (STRANGER, CLERK):
        with pytest.raises(MotcuaError, match="không phải chuyên viên phân tích"):
            procedures.deploy(path, HA, office.now, approver=stranger)
    assert in_force(office) == old and len(procedures.versions_of()) == 1
    [done] = procedures.deploy(path, HA, office.now, approver=LONG)
    assert done.enforced and procedures.enforcements(CODE)[-1].approved_by == LONG.id
    with pytest.raises(SecondPersonNeeded):
        procedures.enforce(CODE, 1, HA, office.now)
    assert procedures.enforce(CODE, 1, HA, office.now, approver=LONG)
    assert in_force(office) == old


def test_an_approval_of_what_is_so_already_enforces_nothing(office: Office, draft: ProcedureDraft) -> None:
    approvals, old = office.runner.approvals, in_force(office)
    approve(office, approvals.submit(draft.id, HA, office.now))
    made = approvals.propose(CODE, old, HA, office.now)
    with office.runner.database.change() as tx:
        assert registry.enforce(tx, CODE, old, office.now, HA.id)
    assert approvals.approve(made.id, old, LONG, office.now) is None


def test_a_release_waits_for_approval_where_a_version_is_in_force(office: Office) -> None:
    approvals, old = office.runner.approvals, in_force(office)
    assert approvals.receive(office.folder / "content", office.now) == ([], [])
    path = content(office, lambda text: text.replace("Việc Task_weigh", "Việc cân lại"))
    deployed, [made] = approvals.receive(path, office.now)
    assert deployed == [] and in_force(office) == old and made.by == SYSTEM.id
    assert approvals.receive(path, office.now) == ([], []), "it waits already"
    approve(office, made)
    assert in_force(office) == made.version
    assert approvals.receive(path, office.now) == ([], [])
    path = content(office, lambda text: text.replace("Việc Task_weigh", "Việc cân nữa"))
    _, [unwanted] = approvals.receive(path, office.now)
    approvals.send_back(unwanted.id, "Không áp dụng", LONG, office.now)
    office.runner.procedure_drafts.discard(unwanted.draft or 0, LONG, office.now, "Không áp dụng")
    assert approvals.receive(path, office.now) == ([], []), "what analysts decided is not asked at every start"
    path = content(office, lambda text: text.replace("Việc Task_weigh", "Việc cân mãi"))
    repeal = approvals.propose(CODE, None, HA, office.now)
    assert approvals.receive(path, office.now) == ([], []), "what waits for a decision goes first"
    approvals.withdraw(repeal.id, HA, office.now)
    assert approvals.receive(path, office.now)[1], "and the release is asked for at the next start"


def test_a_repeal_is_not_undone_by_what_was_to_come_into_force_after_it(office: Office, draft: ProcedureDraft) -> None:
    approvals, today = office.runner.approvals, local_date(office.now)
    week, month = today + timedelta(days=7), today + timedelta(days=30)
    approve(office, approvals.submit(draft.id, HA, office.now, effective=month))
    for day in (None, week):
        with pytest.raises(ComesAfterRepeal, match="26/10/2022"):
            approvals.propose(CODE, None, HA, office.now, effective=day)
    for day in (month, week):
        approvals.approve(approvals.propose(CODE, None, HA, office.now, effective=day).id, "", LONG, office.now)
    office.later(days=31)
    with pytest.raises(ProcedureRepealed):
        in_force(office)


def test_a_start_of_the_office_does_not_undo_what_two_analysts_decided(office: Office, draft: ProcedureDraft) -> None:
    approvals, deploy = office.runner.approvals, office.runner.procedures.deploy
    made = approvals.submit(draft.id, HA, office.now)
    approve(office, made)
    path = content(office, lambda text: text.replace("Việc Task_weigh", "Việc của bản phát hành"))
    [done] = deploy(path, SYSTEM, office.now, keep=True)
    assert done.new and not done.enforced and in_force(office) == made.version
    approvals.approve(approvals.propose(CODE, None, HA, office.now).id, "", LONG, office.now)
    path = content(office, lambda text: text.replace("Việc Task_weigh", "Việc của bản sau"))
    assert [each.enforced for each in deploy(path, SYSTEM, office.now, keep=True)] == [False]
    with pytest.raises(ProcedureRepealed):
        in_force(office)


def test_a_dossier_that_is_not_yet_received_is_not_received_after_the_repeal(database_url: str, tmp_path: Path) -> None:
    world, code = World(database_url, tmp_path), "ben-tre/39"
    approvals = world.runner.approvals
    ha, long = (Person(name, name, frozenset({("ben-tre", Role.ANALYST)})) for name in ("ha", "long"))
    world.deploy()
    world.start(code)
    made = approvals.propose(code, None, ha, world.now, effective=local_date(world.now) + timedelta(days=1))
    approvals.approve(made.id, "", long, world.now)
    world.later(days=1)
    [task] = world.tasks
    with pytest.raises(ProcedureRepealed, match="ben-tre/39"):
        world.do(task.element)
    assert world.row.status == CaseStatus.DRAFT
    world.runner.close()


def test_who_saved_what_was_submitted_does_not_approve_it_either(office: Office, draft: ProcedureDraft) -> None:
    drafts, approvals = office.runner.procedure_drafts, office.runner.approvals
    drafts.release(draft.id, HA, office.now)
    drafts.take_over(draft.id, LONG, office.now)
    made = approvals.submit(draft.id, LONG, office.now)
    seen(office, made, HA)
    with pytest.raises(OwnChange):
        approvals.approve(made.id, made.version or "", HA, office.now)
    approvals.withdraw(made.id, LONG, office.now)
    edit(office, draft, "Việc cân lại", "Việc cân thử", LONG)
    approve(office, approvals.submit(draft.id, LONG, office.now), HA)
