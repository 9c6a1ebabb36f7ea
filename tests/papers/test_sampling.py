"""The audit file on paper: the sample can be drawn again from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from runner.language import speaking
from runner.papers.sampling import AuditFile, Examined, Finding, Note, SignedOff, Stratum, sampling_report
from tests.papers.test_paper import text

AT = datetime(2026, 11, 30, 2, 44, tzinfo=UTC)
FILE = AuditFile(
    number="KT-2026-04",
    title="Kiểm tra định kỳ quý IV/2026",
    province="Hà Tĩnh",
    issuer=("UBND TỈNH HÀ TĨNH", "THANH TRA TỈNH"),
    at=AT,
    population="163 hồ sơ nhận từ 01/07/2026 đến 29/11/2026",
    method="random.Random(seed).sample, trên mã hồ sơ xếp tăng dần",
    seed="3fa177c0-KT-2026-04",
    strata=(Stratum("trễ hạn", 31, 5), Stratum("bất kỳ", 132, 4)),
    cases=(
        Examined("000.00.06.H27-260903-0002", "tầng trễ hạn", "không có phát hiện"),
        Examined(
            "000.00.06.H27-261105-0002",
            "tầng bị trả lại",
            "phát hiện",
            notes=(Note(AT, "Trịnh Thị Loan", "Trả lại ba lần", "14, 19"),),
            findings=(Finding("nặng", "Hai lần trả lại không ghi lý do", "14, 19"),),
        ),
    ),
    signers=(SignedOff("Người lập", "Trịnh Thị Loan", AT), SignedOff("Người soát lại", "Hồ Sỹ Dũng")),
)


def test_it_tells_how_the_sample_was_drawn_what_was_found_and_who_signed() -> None:
    said = " ".join(text(sampling_report(FILE)).split())
    for part in (
        "TỆP KIỂM TRA KT-2026-04",
        "ngày 30 tháng 11 năm 2026",
        "3fa177c0-KT-2026-04",
        "163 hồ sơ nhận từ 01/07/2026",
        "trễ hạn 31 5",
        "2 000.00.06.H27-261105-0002",
        "nặng Hai lần trả lại không ghi lý do Mục nhật ký: 14, 19",
        "Đã ký 09:44 ngày 30/11/2026",
        "(Chưa ký)",
    ):
        assert part in said


def test_it_is_vietnamese_for_every_reader_and_says_so_when_nothing_was_found() -> None:
    bare = replace(FILE, cases=FILE.cases[:1])
    with speaking("en"):
        english = sampling_report(bare)
    assert english == sampling_report(bare)
    assert "Không có phát hiện." in text(english)


def test_a_file_that_is_not_what_the_record_tells_says_so_first() -> None:
    warned = text(sampling_report(replace(FILE, whole=False)))
    assert "không khớp với sổ kiểm chứng" in " ".join(warned.split())[: len(warned) // 3]
    assert "không khớp với sổ kiểm chứng" not in " ".join(text(sampling_report(FILE)).split())
