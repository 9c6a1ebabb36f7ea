"""``motcua verify``: the record log against heads from elsewhere, what is proven, what not, and since when."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal

OF_CASES = ("journal", "task", "timer", "case_search", "case_officer")
CLERK = "one_stop_clerk@ben-tre"


@pytest.fixture
def signed(office: Terminal, tmp_path: Path) -> Terminal:
    """A terminal with two cases and a head over them, which somebody keeps as ``kept.txt``."""
    office("init")
    for _ in range(2):
        office("start", "ben-tre/39", "--as", CLERK)
    (tmp_path / "kept.txt").write_text(office("head", "--now").stdout, "utf-8")
    return office


def tamper(terminal: Terminal, *statements: str) -> None:
    with sqlite3.connect(terminal.url.removeprefix("sqlite:///")) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)
    connection.close()


def test_a_whole_log_is_told_with_what_is_proven_what_not_and_since_when(signed: Terminal, tmp_path: Path) -> None:
    told = signed("verify", "--head", tmp_path / "kept.txt").stdout
    assert "Mọi mốc đã ký đúng với sổ kiểm chứng: Khớp, mốc chưa có người chứng." in told  # nobody else has signed
    assert "Sổ kiểm chứng bắt đầu" in told and "chưa có người chứng" in told
    assert "Không chứng minh: Điều người ta gõ vào là sự thật" in told
    answer = signed.json("verify", "--head", tmp_path / "kept.txt")
    assert answer["found"] == 0 and answer["head"] == answer["leaves"] > 0 and not answer["witnessed"]
    assert (answer["checks"]["log"], answer["checks"]["replay"]) == ("matches", "unchecked")


def test_a_head_from_elsewhere_finds_what_agrees_with_itself_inside(signed: Terminal, tmp_path: Path) -> None:
    heads, key = signed.folder / "heads.txt", (signed.folder / "record.key.pub").read_text()
    heads.unlink()
    tamper(
        signed,
        'DELETE FROM record_leaf WHERE "index" = (SELECT max("index") FROM record_leaf)',
        "DELETE FROM record_head",
        *(
            f'DELETE FROM {name} WHERE "case" = 2'
            for name in ("journal", "task", "timer", "case_search", "case_officer")
        ),
        'DELETE FROM "case" WHERE id = 2',
    )
    assert signed.json("verify")["found"] == 0  # inside, nothing is left to see
    answer = signed.json("verify", "--head", tmp_path / "kept.txt", "--key", key.strip(), code=1)
    assert [finding["what"] for finding in answer["findings"]] == ["head ahead"]
    assert "phần cuối đã mất" in signed("verify", "--head", tmp_path / "kept.txt", code=1).stdout


def test_a_head_that_another_signed_or_that_is_none_is_a_finding(signed: Terminal, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    signature = kept.read_text("utf-8").rstrip().rpartition(" ")[2]
    other = signature[:40] + ("A" if signature[40] != "A" else "B") + signature[41:]
    kept.write_text(kept.read_text("utf-8").replace(signature, other))
    assert [each["what"] for each in signed.json("verify", "--head", kept, code=1)["findings"]] == ["head unsigned"]
    kept.write_text("không phải mốc")
    assert [each["what"] for each in signed.json("verify", "--head", kept, code=1)["findings"]] == ["head unreadable"]
    signed("verify", "--key", "không phải khóa", code=3)
    signed("verify", "--head", tmp_path / "none.txt", code=4)


def test_what_an_earlier_head_covers_may_be_believed(signed: Terminal) -> None:
    signed.at("2022-09-27 08:00")("start", "ben-tre/39", "--as", CLERK)
    signed("tick")
    whole, part = signed.json("verify"), signed.json("verify", "--since", "2022-09-26 09:00")
    assert part["found"] == whole["found"] == 0 and 0 < part["leaves"] < whole["leaves"]
