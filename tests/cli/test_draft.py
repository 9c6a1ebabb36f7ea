"""``motcua draft``: what the studio does with procedure drafts, from a shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.domain.person import Role
from tests.cli.conftest import Terminal

DIAGRAM, FACTS = "bpmn/ben-tre/39.bpmn", "bpmn/ben-tre/39.toml"


@pytest.fixture
def shell(office: Terminal) -> Terminal:
    """A terminal of an office with two analysts, of whom the first has begun a draft."""
    for account in ("ha", "long"):
        office("person", "add", account, "--name", account.title(), "--lane", f"ben-tre/{Role.ANALYST}")
    office("draft", "begin", "ben-tre/39", "--as", "ha")
    return office


def test_a_draft_is_pulled_edited_and_pushed(shell: Terminal, tmp_path: Path) -> None:
    assert "ben-tre/39" in shell("draft", "list", "--as", "long").stdout
    folder = tmp_path / "work"
    shell("draft", "pull", 1, folder, "--as", "ha")
    facts = folder / FACTS
    facts.write_text(facts.read_text() + "\n")
    (folder / "forms/moi.form").write_text("{}")
    assert "moi.form" in shell("draft", "push", folder, "--as", "ha", "--note", "Hạn mới").stdout
    assert "Hạn mới" in shell("draft", "history", 1, "--as", "long").stdout
    (folder / "forms/moi.form").unlink()
    assert shell.json("draft", "push", folder, "--as", "ha")["files"] == ["forms/moi.form"]
    shown = shell.json("draft", "show", 1, "--as", "ha")
    assert (shown["save"], shown["findings"]) == (3, [])
    assert shell.json("draft", "restore", 1, 2, "--as", "ha")["number"] == 4
    found = shell("draft", "show", 1, "--as", "ha").stdout
    assert "forms/moi.form: cảnh báo: " in found


def test_a_zip_is_the_same_as_the_folder(shell: Terminal, tmp_path: Path) -> None:
    shell("draft", "pull", 1, tmp_path / "a.zip", "--as", "ha")
    shell("draft", "pull", 1, tmp_path / "a.zip", "--as", "ha")
    assert "lần lưu 1" in shell("draft", "push", tmp_path / "a.zip", "--as", "ha").stdout
    shell("draft", "discard", 1, "--reason", "Thử lại", "--as", "ha")
    assert shell.json("draft", "list", "--as", "ha") == []
    made = shell.json("draft", "push", tmp_path / "a.zip", "--as", "long")
    assert (made["id"], made["origin"], made["editor"]) == (2, "archive", "long")
    shell("draft", "pull", 2, tmp_path / "b.zip", "--as", "long")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert [each["id"] for each in shell.json("draft", "list", "--all", "--as", "ha")] == [1, 2]


def test_what_a_folder_has_otherwise_is_not_overwritten_unasked(shell: Terminal, tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "bpmn/ben-tre").mkdir(parents=True)
    (tmp_path / FACTS).write_text("mine")
    assert FACTS in shell("draft", "pull", 1, tmp_path, "--as", "ha", code=3).output
    assert not (tmp_path / DIAGRAM).exists()
    shell("draft", "pull", 1, tmp_path, "--as", "ha", "--overwrite")
    assert (tmp_path / FACTS).read_text() != "mine"


def test_of_a_folder_with_several_procedures_one_is_named(shell: Terminal, tmp_path: Path) -> None:
    shell("draft", "pull", 1, tmp_path, "--as", "ha")
    (tmp_path / "bpmn/ben-tre/other.bpmn").write_bytes((tmp_path / DIAGRAM).read_bytes())
    assert "ở đây có 2" in shell("draft", "push", tmp_path, "--as", "ha", code=3).output
    assert "lần lưu 1" in shell("draft", "push", tmp_path, "--procedure", "ben-tre/39", "--as", "ha").stdout
    (tmp_path / "bpmn/ben-tre/other.bpmn").unlink()
    (tmp_path / "forms/notes.txt").write_text("x")
    assert "notes.txt" in shell("draft", "push", tmp_path, "--as", "ha", code=3).output


def test_another_analyst_is_told_who_edits_and_takes_over(shell: Terminal, tmp_path: Path) -> None:
    shell("draft", "pull", 1, tmp_path, "--as", "ha")
    (tmp_path / FACTS).write_text("x = 1")
    assert "Ha đang là người sửa" in shell("draft", "push", tmp_path, "--as", "long", code=5).output
    assert "do Ha sửa" in shell("draft", "begin", "ben-tre/39", "--as", "long", code=5).output
    assert "Ha còn đang sửa" in shell("draft", "take-over", 1, "--as", "long", code=5).output
    shell.at("2022-09-26 08:30")
    assert "Người sửa: long" in shell("draft", "take-over", 1, "--as", "long").stdout
    told = shell("draft", "history", 1, "--as", "ha").stdout
    assert "long tiếp quản từ ha" in told and "giữ riêng" in told
    assert "Chưa ai sửa" in shell("draft", "release", 1, "--as", "long").stdout
    assert shell("draft", "begin", "ben-tre/39", "--version", 7, "--as", "long", code=4)
    assert shell("draft", "show", 9, "--as", "long", code=4)
