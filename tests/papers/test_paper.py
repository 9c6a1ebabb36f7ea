"""Papers: text is text, the same job gives the same bytes, and nothing outlasts its limits."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from ctypes import c_int, create_string_buffer
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdfium2 import raw

from runner.papers import paper, presses
from runner.papers.code import CodeTooLong, bars, qr
from runner.papers.paper import PaperFailed, PaperTooLarge
from runner.papers.report import Block, Code, Digests, Facts, Heading, Items, Report, Signatures, Signer, Table, Text

EMPTY = {"issuer": ["SỞ"], "dated": "", "title": "x", "subtitle": "", "foot": "", "blocks": [], "wide": False}
AT = datetime(2026, 11, 30, 2, 44, tzinfo=UTC)
LETTERS = "ẮẰẲẴẶ ẤẦẨẪẬ ẾỀỂỄỆ ỐỒỔỖỘ ỚỜỞỠỢ ỨỪỬỮỰ ỲỴỶỸ Đđ ắằẳẵặ ấầẩẫậ ếềểễệ ốồổỗộ ớờởỡợ ứừửữự ỳỵỷỹ"


def report(*blocks: Block, at: datetime = AT, title: str = "BÁO CÁO") -> bytes:
    return Report(at, ("UBND TỈNH HÀ TĨNH", "SỞ XÂY DỰNG"), "Hà Tĩnh", title, "", "Chân trang", blocks).pdf()


def text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def pages(pdf: bytes) -> int:
    return len(pypdfium2.PdfDocument(pdf))


def test_the_same_content_gives_the_same_bytes_and_its_moment_is_not_the_clocks() -> None:
    first = report(Text("Khớp."))
    assert first == report(Text("Khớp."))
    assert b"2026-11-30" in first
    assert first != report(Text("Khớp."), at=datetime(2026, 12, 1, tzinfo=UTC))


def test_every_vietnamese_letter_is_printed_in_the_archival_format() -> None:
    made = report(Text(LETTERS, lead=LETTERS), Facts(((LETTERS, LETTERS),)))
    for word in LETTERS.split():
        assert word in text(made)
    assert b"pdfaid" in made
    assert {name.partition("+")[2] for name in fonts(made)} == {
        f"CrimsonText-{each}" for each in ("Regular", "Bold", "Italic")
    }


def fonts(pdf: bytes) -> set[str]:
    """The fonts of everything that is written, spaces aside."""
    document, found = pypdfium2.PdfDocument(pdf), set()
    for page in document:
        written = page.get_textpage()
        for place, letter in enumerate(written.get_text_range()):
            name, flags = create_string_buffer(80), c_int()
            raw.FPDFText_GetFontInfo(written, place, name, len(name), flags)
            found |= {name.value.decode()} if letter.strip() and name.value else set()
    document.close()
    return found


def test_values_are_text_and_never_markup() -> None:
    hostile = '#read("/etc/passwd") #panic() $x$ *b* <a> @b `c` \\ // #include "base.typ"'
    assert hostile in text(report(Text(hostile))).replace("\r\n", " ").replace("\n", " ")


def test_a_character_without_a_letter_is_a_box_and_one_that_hides_is_shown() -> None:
    made = text(report(Text("漢字 a\u202eb\u0000c\td")))
    assert "a\ufffdb\ufffdc d" in made


@settings(max_examples=25)
@given(st.text(st.characters(codec="utf-8"), max_size=60), st.text(st.characters(codec="utf-8"), max_size=20))
def test_any_text_is_printed(some: str, other: str) -> None:
    assert report(Text(some, lead=other), Table((0, 1), (some, other), ((other, some),)), title=other or "x")


def test_a_long_table_goes_over_pages_that_are_numbered_and_repeats_its_head() -> None:
    made = report(Table((0, 1), ("Số", "Việc"), tuple((str(row), "Thẩm định hồ sơ") for row in range(90))))
    assert pages(made) == 2
    assert "Trang 2/2" in text(made)
    assert text(made).count("Việc") == 2


def test_names_of_any_length_stay_between_the_margins_and_are_found_as_they_were_written() -> None:
    file = "DON_DE_NGHI_CAP_GIAY_PHEP_BUU_CHINH_CUA_CONG_TY_TNHH_MOT_THANH_VIEN_BUU_CHINH_HONG_LINH_LAN_THU_HAI.pdf"
    person, run = "Công Tằng Tôn Nữ Huyền Trân Nguyễn Phúc Thị Phượng Khuê Đặng", "ư" * 200
    long = (file, person, run, "chuyen.vien.phong.buu.chinh.vien.thong@so-khoa-hoc-va-cong-nghe.hatinh.gov.vn")
    table = Table((0, 1, 1, 1), ("Số", "Ai", "Việc", "Tệp"), (("1", *long[:3]), ("2", *long[1:])))
    signers = Signatures(tuple(Signer(person, person, person) for _ in range(3)))
    blocks = (Text(file, lead=run), Items(long), Facts(((person, file), ("Tệp", run))), table, signers)
    made = report(*blocks, title=f"BÁO CÁO {file}")
    left, right = (millimetres / 25.4 * 72 for millimetres in (30, 210 - 18))
    document = pypdfium2.PdfDocument(made)
    for page in document:
        written = page.get_textpage()
        boxes = [
            (written.get_text_range(place, 1), written.get_charbox(place)) for place in range(written.count_chars())
        ]
        assert not [each for each in boxes if each[0].strip() and (each[1][0] < left - 1 or each[1][2] > right + 1)]
    document.close()
    assert "".join(text(made).split()).count(file) >= 5, "no letter was added where a line ends"


def test_each_block_is_printed() -> None:
    blocks = [
        Heading("1. Kết luận"),
        Items(("một", "hai")),
        Digests((("Mốc", "ab" * 32),)),
        Code(qr("https://motcua.vn"), "mã QR của mốc", "Quét để đọc mốc"),
        Signatures((Signer("NGƯỜI LẬP", "Đã ký", "Trịnh Thị Loan"),)),
    ]
    made = text(report(*blocks))
    for part in ("1. Kết luận", "một", "abab abab", "Quét để đọc mốc", "NGƯỜI LẬP", "Trịnh Thị Loan"):
        assert part in made


def test_values_that_are_too_long_are_refused() -> None:
    with pytest.raises(PaperTooLarge):
        report(Text("x" * paper.LARGEST))


@pytest.mark.parametrize("name", ["nothing", "../templates/report", "templates/base.typ", "", "/report", "templates/"])
def test_only_templates_of_the_room_are_printed(name: str) -> None:
    with pytest.raises(PaperFailed):
        paper.pdf(name, {}, AT)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('#read("/etc/passwd")', "not found"),
        ('#read("../../../../etc/passwd")', "error|escape"),
        ('#import "@preview/cades:0.3.0": qr-code', "package|download"),
        ("#for i in range(99999) { for j in range(99999) { let x = i * j } }", ""),
        ("#let x = range(900000000)", ""),
    ],
)
def test_the_press_reads_no_other_file_loads_no_package_and_ends_at_its_limits(
    tmp_path: Path, source: str, said: str
) -> None:
    """A template of ours does none of this; the press holds where one would."""
    press = (Path(paper.PRESS).read_text()).replace("CPU_SECONDS = 20", "CPU_SECONDS = 1")
    (tmp_path / "press.py").write_text(press)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "bad.typ").write_text(source)
    job = json.dumps({"template": "templates/bad", "at": 0, "size": 2}).encode() + b"\n{}"
    run = subprocess.run(
        [sys.executable, "-I", tmp_path / "press.py"], input=job, capture_output=True, timeout=30, check=False
    )
    answer = json.loads(run.stdout or "{}")
    assert "size" not in answer
    assert any(each in answer.get("error", "").lower() for each in said.split("|"))
    assert answer or run.returncode


def test_a_press_that_fails_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PaperFailed, match="Không in được giấy này"):
        paper.pdf("templates/report", {"title": "x"}, AT)
    monkeypatch.setattr(paper, "SECONDS", 0.001)
    with pytest.raises(PaperFailed):
        report(Table((0, 1), ("Số", "Việc"), tuple((str(row), "x") for row in range(900))))


def test_a_press_is_kept_for_the_next_paper_and_replaced_when_it_has_ended() -> None:
    kept = presses.Presses()
    job, values = {"template": "templates/report", "at": 0}, json.dumps(EMPTY).encode()
    first = kept.printed(job, values, 20, paper.PRESS)
    [press] = kept.idle
    assert kept.printed(job, values, 20, paper.PRESS) == first and kept.idle == [press] and press.jobs == 2
    press.process.kill()
    press.process.wait()
    assert kept.printed(job, values, 20, paper.PRESS) == first and kept.idle[0].jobs == 1
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: kept.printed(job, values, 20, paper.PRESS), range(8)))
    assert set(made) == {first} and len(kept.idle) <= presses.KEPT
    kept.close()
    assert kept.idle == []


def test_a_process_that_forks_leaves_the_presses_to_the_first() -> None:
    report()
    code = (
        "import os; from runner.papers.presses import PRESSES, Press, PRESS\n"
        "PRESSES.idle.append(Press(PRESS))\n"
        "os.fork() or os._exit(len(PRESSES.idle))\n"
        "raise SystemExit(os.waitstatus_to_exitcode(os.wait()[1]) or len(PRESSES.idle) - 1)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 0


def test_bars_are_those_of_the_standard_and_read_back_as_the_number() -> None:
    drawn = bars("000.00.06.H27-220926-0001")
    modules = re.findall(r"M(\d+) 0h(\d+)v", drawn)
    assert int(modules[0][0]) == 10 and "style" not in drawn and "script" not in drawn
    widths = [int(width) for _, width in modules]
    gaps = [int(after) - int(at) - int(width) for (at, width), (after, _) in pairwise(modules)]
    code = [each for pair in zip(widths, [*gaps, 0], strict=True) for each in pair][:-1]
    symbols = ["".join(map(str, code[at : at + 6])) for at in range(0, len(code) - 7, 6)]
    assert symbols[0] in ("211412", "211214", "211232") and {sum(map(int, each)) for each in symbols} == {11}
    assert "".join(map(str, code[-7:])) == "2331112", "the stop of Code 128"
    assert bars("") == bars("Số 1") == bars("0" * 41) == ""


def test_a_code_is_the_same_picture_and_has_no_script() -> None:
    drawn = qr("motcua\n48212\nabc")
    assert drawn == qr("motcua\n48212\nabc")
    assert drawn.startswith("<svg")
    assert "style" not in drawn and "script" not in drawn
    with pytest.raises(CodeTooLong):
        qr("x" * 1501)
