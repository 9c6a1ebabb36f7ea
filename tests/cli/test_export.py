"""``motcua export`` and ``motcua verify``: a bundle goes out with its ground and is checked where it comes in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.audit.evidence.exhibit import contents, packed
from tests.cli.conftest import Terminal

CLERK = "one_stop_clerk@ben-tre"


@pytest.fixture
def accepted(office: Terminal, intake: Callable[..., Path]) -> Terminal:
    """A terminal with a case that was accepted, and a key that signs heads."""
    office("head", "--new-key", "so-mau.example/motcua")
    office("start", "ben-tre/39", "--as", CLERK)
    office("submit", 1, "Task_1_receive#1", "--values", intake(), "--as", CLERK)
    return office


def test_a_bundle_goes_out_and_is_checked_and_run_again_where_it_comes_in(accepted: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "case.zip"
    made = accepted.json("export", 1, "-o", file, "--because", "Thanh tra yêu cầu")
    assert (made["entries"], made["uncovered"], made["withheld"]) == (2, [], [])
    assert file.stat().st_mode & 0o777 == 0o600
    names = contents(file.read_bytes())
    assert {"papers/receipt.pdf", "papers/control-slip.pdf", "report.pdf", "verify.py"} <= names.keys()
    said = accepted("verify", file, "--sha256", made["sha256"]).stdout
    assert "Chạy lại 2 mục nhật ký" in said and "Gói nguyên vẹn, được mốc đã ký chứng minh." in said
    key, head = tmp_path / "record.key.pub", tmp_path / "head.txt"
    head.write_text(accepted("head").stdout)
    assert "chính là mốc trong gói" in accepted("verify", file, "--key", key, "--head", head).stdout
    assert accepted.json("verify", file)["again"] is True


def test_what_was_altered_or_belongs_to_another_is_told_by_the_exit_code(accepted: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "case.zip"
    accepted("export", 1, "-o", file, "--because", "Thanh tra yêu cầu")
    accepted("verify", file, "--sha256", "ab" * 32, code=1)
    files = contents(file.read_bytes())
    file.write_bytes(packed(files | {"journal.json": files["journal.json"].replace(b"Lan", b"Mai")}))
    said = accepted("verify", file, code=1).stdout
    assert "Tệp đã bị sửa: journal.json" in said and "Gói đã bị sửa: đừng dùng." in said
    accepted("verify", tmp_path / "missing.zip", code=4)
    assert "không đúng dạng" in accepted("verify", file, "--key", "nonsense", code=3).stderr


def test_a_bundle_needs_its_ground_writes_over_no_file_and_leaves_none_behind(
    accepted: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "case.zip"
    accepted("export", 1, "-o", file, code=2)
    accepted("export", 1, "-o", file, "--because", " ", code=3)
    accepted("export", 99, "-o", file, "--because", "Thanh tra yêu cầu", code=4)
    assert not file.exists()
    file.write_text("another")
    assert "Đã có tệp" in accepted("export", 1, "-o", file, "--because", "Thanh tra yêu cầu", code=5).stderr
    assert file.read_text() == "another"


def test_personal_data_stays_behind_when_it_is_asked_to(accepted: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "case.zip"
    said = accepted("export", 1, "-o", file, "--because", "Báo cáo", "--without-personal").stdout
    assert "2 mục nhật ký để ngoài gói, chỉ còn mã băm." in said
    assert not [name for name, content in contents(file.read_bytes()).items() if "Xứ Dừa".encode() in content]
    assert "Không chạy lại được: nội dung của mục 1–2 không có trong gói." in accepted("verify", file, code=2).stdout
