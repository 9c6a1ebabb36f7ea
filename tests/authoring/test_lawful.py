"""A draft whose diagram breaks a rule of law is warned of, with the shortest way there."""

from __future__ import annotations

import pytest

from runner.authoring.check import check
from runner.authoring.lawful import unlawful
from runner.law import walk
from runner.lint import Finding
from runner.services import content
from tests.law.course import rules
from tests.law.seeds import DIAGRAMS, seeded
from tests.world import ROOT

CODE = "ha-tinh/QT.BC.05"


def found(name: str) -> list[Finding]:
    [seed] = [each for each in DIAGRAMS if (each.name, each.procedure) == (name, CODE)]
    return [located.finding for located in unlawful(CODE, seeded(seed).files, rules(CODE))]


def test_a_way_that_breaks_a_rule_is_a_warning_at_its_last_element() -> None:
    [finding] = found("not issued")
    assert (finding.severity, finding.element, finding.rule) == ("warning", "Task_B7_return", "law")
    assert "Trái quy tắc “Văn bản được đóng dấu, phát hành trước khi trả cho tổ chức, cá nhân.”" in finding.message
    assert "bước B6" in finding.message
    *_, before, last = finding.message.removesuffix(".").split(" › ")
    assert (before, last[:15]) == ("B6. Cập nhật kết quả, lưu hồ sơ", "B7. Trả kết quả")
    assert finding.line


def test_what_is_not_decided_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MOST_STATES", 3)
    told = [finding.message for finding in found("no box for the fee")]
    fee = "Chưa xét được quy tắc “Hồ sơ có phí thì phí được nộp đủ chậm nhất khi trả kết quả.”"
    assert any(fee in each for each in told)


def test_what_keeps_the_rules_and_what_cannot_be_read_is_not_told_of() -> None:
    files = dict(content.load(ROOT / f"bpmn/{CODE}.bpmn", ROOT).files)
    assert check(CODE, files) == []
    assert list(unlawful(CODE, files, rules(CODE))) == []
    assert list(unlawful(CODE, {**files, f"bpmn/{CODE}.bpmn": b"<html/>"}, rules(CODE))) == []
    assert list(unlawful(CODE, {}, rules(CODE))) == []
