"""``motcua head``: a head to keep elsewhere, the key, and the confirmation of a rollback."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from runner.record.note import Checkpoint, Note, Verifier
from tests.cli.conftest import Terminal


def test_the_newest_head_is_printed_as_it_was_signed(bare: Terminal, tmp_path: Path) -> None:
    bare("init")
    assert "--now" in bare("head", code=4).stderr
    printed = bare("head", "--now").stdout
    public = Verifier.read((tmp_path / "var" / "record.key.pub").read_text())
    assert Note.read(printed).signed_by(public)
    assert bare("head").stdout == printed
    assert (tmp_path / "var" / "heads.txt").read_text() == f"{printed}\n"
    assert bare.json("head")["size"] == Checkpoint.read(Note.read(printed).text).size


def test_an_installation_has_a_key_of_its_own_that_is_never_written_over(bare: Terminal, tmp_path: Path) -> None:
    bare("init")
    key = tmp_path / "var" / "record.key"
    made = key.read_text()
    bare("init")
    assert key.read_text() == made
    assert "không ghi đè" in bare("head", "--new-key", "so-khcn.hatinh.gov.vn/motcua", code=3).stderr
    key.unlink()
    assert "so-khcn.hatinh.gov.vn/motcua+" in bare("head", "--new-key", "so-khcn.hatinh.gov.vn/motcua").stdout


def test_in_production_an_operator_makes_the_key(bare: Terminal, tmp_path: Path) -> None:
    bare.environment |= {"MOTCUA_PRODUCTION": "1", "MOTCUA_SECRET": "x" * 40}
    bare("init")
    assert not (tmp_path / "var" / "record.key").exists()
    assert "khóa ký" in bare("head", "--now", code=3).stderr


def test_an_old_copy_is_not_worked_on_until_an_operator_says_why(bare: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "var" / "motcua.db"
    bare("init")
    with sqlite3.connect(file) as database, sqlite3.connect(tmp_path / "old.db") as copy:
        database.backup(copy)
    bare("person", "add", "lan", "--name", "Trần Thị Lan")
    bare("head", "--now")
    for each in file.parent.glob("motcua.db*"):
        each.unlink()
    with sqlite3.connect(tmp_path / "old.db") as copy, sqlite3.connect(file) as database:
        copy.backup(database)
    assert "không khớp mốc đã ký" in bare("work", code=3).stderr
    assert "--because" in bare("head", "--accept", code=3).stderr
    assert "Đã xác nhận" in bare("head", "--accept", "--because", "Khôi phục sau sự cố ổ đĩa").stdout
    assert "không có gì để xác nhận" in bare("head", "--accept", "--because", "Lần nữa", code=3).stderr
    bare("head", "--now")
