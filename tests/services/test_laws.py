"""Rules of law in an office: refused, warned of, revised, and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from runner.domain.person import Person, Role
from runner.domain.record import RecordKind
from runner.errors import FileInvalid
from runner.law import reader
from runner.law.violation import LawRefused
from runner.services import laws
from runner.services.laws import RulesForbidden, RulesMisnamed, RulesMoved, RulesUnchanged
from runner.services.text_rules import ReasonMissing
from runner.store import record_event, registry
from tests.procedures.dossier import Dossier
from tests.procedures.values import ANSWERS
from tests.world import ROOT, local, person

BOTH = Person("both@ha-tinh", "Người có hai vai trò", frozenset({("ha-tinh", "specialist"), ("ha-tinh", "director")}))
ANALYST = Person("analyst@ha-tinh", "Chuyên viên phân tích", frozenset({("ha-tinh", Role.ANALYST)}))
WARNING = (ROOT / "bpmn/ha-tinh/rules.toml").read_bytes().replace(b"refuse = true", b"refuse = false")


@pytest.fixture
def dossier(database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    found = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.05", "2022-09-26 08:00")
    with found.runner.database.change() as tx:
        registry.save_person(tx, BOTH, found.now)
        registry.save_person(tx, ANALYST, found.now)
    yield found
    found.runner.close()


def to_the_signature(dossier: Dossier) -> Dossier:
    """A dossier that one person drafted, who has the director's lane too, and that waits for the signature."""
    dossier.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:00", "Task_B2_forward")
    for moment, element in (("2022-09-26 09:30", "Task_B3_appraise"), ("2022-09-26 10:00", "Task_B3_draft_licence")):
        dossier.at(moment)
        submit(dossier, element, BOTH)
    return dossier.on("2022-09-26 10:30", "Task_B4_initial").at("2022-09-26 11:00")


def submit(dossier: Dossier, element: str, by: Person, **values: Any) -> None:
    task = dossier.task(element)
    given = ANSWERS[task.form] | values
    dossier.runner.tasks.submit(dossier.case, task.id, given, by, dossier.now)


def test_what_breaks_a_rule_that_refuses_is_not_done_and_nothing_is_changed(dossier: Dossier) -> None:
    to_the_signature(dossier)
    before = dossier.row, dossier.tasks, len(dossier.journal)
    with pytest.raises(LawRefused) as refused:
        submit(dossier, "Task_B5_approve", BOTH)
    assert "Người thẩm định, dự thảo không ký duyệt kết quả của hồ sơ ấy" in str(refused.value)
    assert "Quy tắc của phần mềm" in str(refused.value)
    assert "“B3. Dự thảo Văn bản xác nhận thông báo hoạt động bưu chính”" in str(refused.value)
    assert (dossier.row, dossier.tasks, len(dossier.journal)) == before
    submit(dossier, "Task_B5_approve", person("director"))
    assert dossier.open == ["Task_B6_issue"]
    assert dossier.proved()


def test_the_task_warns_before_it_is_done_and_by_a_rule_that_only_warns_it_is_done_and_found(dossier: Dossier) -> None:
    to_the_signature(dossier)
    runner, task = dossier.runner, dossier.task("Task_B5_approve").id
    [warning] = runner.tasks.open(dossier.case, task, BOTH, dossier.now).warnings
    assert warning.rule.id == "drafter-never-signs"
    assert runner.tasks.open(dossier.case, task, person("director"), dossier.now).warnings == []
    runner.laws.revise("ha-tinh", "rules.toml", WARNING, "Cảnh báo trước đã", ANALYST, dossier.now)
    submit(dossier, "Task_B5_approve", BOTH)
    assert dossier.open == ["Task_B6_issue"]
    found = runner.rule_audit.judge(dossier.case, person("director"), dossier.now)
    [violation] = found.violations
    assert (violation.rule.id, violation.seq) == ("drafter-never-signs", dossier.row.seq)
    assert found.fault is None and found.rules == 12
    dossier.forget()  # a restart: what happened comes from the journal
    [standing] = runner.tasks.open(
        dossier.case, dossier.task("Task_B6_issue").id, person("records_clerk"), dossier.now
    ).warnings
    assert standing.rule.id == "drafter-never-signs"


def test_a_case_in_memory_and_one_from_its_journal_are_refused_alike(dossier: Dossier) -> None:
    to_the_signature(dossier).forget()
    with pytest.raises(LawRefused):
        submit(dossier, "Task_B5_approve", BOTH)


def test_a_deployment_brings_the_rules_once_and_an_edit_stays(dossier: Dossier) -> None:
    runner, service = dossier.runner, dossier.runner.laws
    assert service.provinces() == ["ha-tinh"]
    assert [each.reason for each in service.revisions("ha-tinh")] == ["rules.toml"]
    service.revise("ha-tinh", "rules.toml", WARNING, "Cảnh báo trước đã", ANALYST, dossier.now)
    runner.procedures.deploy(ROOT / "bpmn/ha-tinh/QT.BC.05.bpmn", ANALYST, dossier.now)
    assert [each.revision for each in service.revisions("ha-tinh")] == [1, 2]
    assert not any(rule.refuse for rule in service.get("ha-tinh").of("ha-tinh/QT.BC.05"))
    with runner.database.read() as tx:
        told = record_event.events(tx, kinds=[RecordKind.RULES])
    assert [(event.subject, event.actor) for event in told][-1] == ("ha-tinh/2", ANALYST.id)


def test_an_edit_is_an_analysts_with_a_reason_on_what_was_seen(dossier: Dossier) -> None:
    service, now = dossier.runner.laws, dossier.now
    with pytest.raises(RulesForbidden):
        service.revise("ha-tinh", "rules.toml", WARNING, "Lý do", person("director"), now)
    with pytest.raises(RulesForbidden):
        service.read("ha-tinh", person("director"))
    with pytest.raises(ReasonMissing):
        service.revise("ha-tinh", "rules.toml", WARNING, " ", ANALYST, now)
    with pytest.raises(RulesMisnamed):
        service.revise("ha-tinh", "QT.BC.99.rules.toml", WARNING, "Lý do", ANALYST, now)
    with pytest.raises(RulesMisnamed):
        service.revise("ha-tinh", "../rules.toml", WARNING, "Lý do", ANALYST, now)
    with pytest.raises(FileInvalid):
        service.revise("ha-tinh", "rules.toml", b"[[rules]]\nid = 1", "Lý do", ANALYST, now)
    with pytest.raises(RulesUnchanged):
        service.revise("ha-tinh", "rules.toml", service.file("ha-tinh", "rules.toml"), "Lý do", ANALYST, now)
    assert service.revise("ha-tinh", "rules.toml", WARNING, "Lý do", ANALYST, now, base=1).revision == 2
    with pytest.raises(RulesMoved):
        service.revise("ha-tinh", "QT.BC.05.rules.toml", WARNING, "Lý do", ANALYST, now, base=1)
    own = service.revise("ha-tinh", "QT.BC.05.rules.toml", WARNING + b"\n", "Lý do", ANALYST, now)
    assert (own.revision, set(own.files)) == (3, {"rules.toml", "QT.BC.05.rules.toml"})
    assert [rule.id for rule in own.of("ha-tinh/QT.BC.05")] == [rule.id for rule in reader.read(WARNING)]


def test_rules_that_lie_outside_of_the_content_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.toml"
    secret.write_bytes(WARNING)
    folder = tmp_path / "root/bpmn/khac"
    folder.mkdir(parents=True)
    (folder / "rules.toml").symlink_to(secret)
    with pytest.raises(Exception, match="ngoài"):
        laws.beside(tmp_path / "root", "khac")


def test_a_migrated_case_is_judged_by_what_was_done_before_too(dossier: Dossier, tmp_path: Path) -> None:
    runner = dossier.runner
    runner.laws.revise("ha-tinh", "rules.toml", WARNING, "Cảnh báo trước đã", ANALYST, dossier.now)
    to_the_signature(dossier)
    submit(dossier, "Task_B5_approve", BOTH)
    other = changed_content(tmp_path)
    runner.procedures.deploy(other, ANALYST, dossier.now)
    digest = runner.procedures.in_force("ha-tinh/QT.BC.05", dossier.now).digest
    assert digest != dossier.row.version
    runner.migrations.order(digest, {dossier.case: dossier.row.seq}, ANALYST, "Tên việc đổi", dossier.now)
    runner.migrations.run(dossier.now)
    assert dossier.row.version == digest
    [violation] = runner.rule_audit.judge(dossier.case, person("director"), local("2022-09-26 11:30")).violations
    assert violation.rule.id == "drafter-never-signs"
    assert dossier.journal[violation.seq - 1].kind == "submit"


def changed_content(folder: Path) -> Path:
    """The same content with another name of a task."""
    for part in ("bpmn", "forms"):
        copytree(ROOT / part, folder / part)
    path = folder / "bpmn/ha-tinh/QT.BC.05.bpmn"
    path.write_text(
        path.read_text("utf-8").replace("Cập nhật kết quả, lưu hồ sơ", "Cập nhật kết quả, lưu hồ sơ "), "utf-8"
    )
    return path
