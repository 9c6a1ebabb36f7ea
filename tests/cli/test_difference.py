"""``motcua diff``: files, versions and drafts, in the law's terms, with an exit code."""

from __future__ import annotations

from tests.cli.conftest import Terminal
from tests.world import ROOT


def test_two_procedures_are_compared_whatever_they_are_named_by(office: Terminal) -> None:
    file = ROOT / "bpmn/ben-tre/39.bpmn"
    assert "giống hệt nhau" in office("diff", file, "ben-tre/39").output
    assert "giống hệt nhau" in office("diff", "ben-tre/39@1", "ben-tre/39").output
    told = office("diff", "ben-tre/39", "ha-tinh/QT.BC.01", code=1).output
    assert "Thời hạn giải quyết: " in told and "Các bước" in told
    found = office.json("diff", file, "ha-tinh/QT.BC.01", code=1)
    assert not found["same"] and {each["kind"] for each in found["changes"]} == {"added", "removed", "changed"}
    english = office("--lang", "en", "diff", "ben-tre/39", "ha-tinh/QT.BC.01", code=1).output
    assert "Steps" in english
    for unknown in ("ben-tre/40", "ben-tre/39@9", "ben-tre/39@x"):
        assert "Không có phiên bản" in office("diff", unknown, "ben-tre/39", code=4).output
    assert office("diff", "draft:9", "ben-tre/39", code=4)
