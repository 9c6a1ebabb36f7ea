"""The papers of a case: what each says, that it is there from its entry on, and that it is the same file ever after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from runner.domain.person import SYSTEM
from runner.language import speaking
from runner.papers import paper as press
from runner.papers.form_set import PaperKind
from runner.reports import issue, paper, register
from runner.reports.paper import PaperUnissued
from runner.store import case as cases
from tests.papers.lives import LATE, LIVES
from tests.papers.test_paper import AT, pages, text
from tests.procedures.dossier import Dossier
from tests.procedures.values import ANSWERS
from tests.world import ROOT, World

HOSTILE = '#read("/etc/passwd") #panic() $x$ *b* <a> @b `c` \\ // #include "form.typ" ]) 漢'


@pytest.fixture
def dossier(database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """A dossier of Hà Tĩnh that was accepted on Monday 26/09 at 08:30 and is with the specialist."""
    made = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    yield made.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    made.runner.close()


def said(pdf: bytes) -> str:
    return " ".join(text(pdf).split())


def printed(dossier: Dossier, kind: PaperKind, case: int | None = None) -> bytes:
    return paper.printed(dossier.runner.audit, case or dossier.case, SYSTEM, kind).pdf


HA_TINH = {
    (1, "receipt"): (
        "Mẫu 01 SỞ THÔNG TIN VÀ TRUYỀN THÔNG HÀ TĨNH BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ",
        "Số: 000.00.06.H27-220926-0001 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
        "Hà Tĩnh, ngày 26 tháng 9 năm 2022",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Tiếp nhận hồ sơ của: Công ty TNHH Bưu chính Hồng Lĩnh",
        "1. Thành phần hồ sơ nộp gồm: STT Tên giấy tờ Loại Số lượng 1 Giấy đề nghị",
        "2. Số lượng hồ sơ: 1 bộ",
        "3. Thời gian giải quyết hồ sơ theo quy định là: 12 ngày làm việc, kể từ ngày nhận đủ hồ sơ hợp lệ",
        "4. Thời gian nhận hồ sơ: 08 giờ 30 phút, ngày 26 tháng 9 năm 2022",
        "5. Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 12 tháng 10 năm 2022",
        "6. Đăng ký nhận kết quả tại: Trung tâm Phục vụ hành chính công tỉnh",
        "7. Phí, lệ phí: 10.750.000 đồng",
        "Vào Sổ theo dõi hồ sơ, Quyển số: ………… Số thứ tự: …………",
        "NGƯỜI NỘP HỒ SƠ (Ký và ghi rõ họ tên) NGƯỜI TIẾP NHẬN HỒ SƠ (Ký và ghi rõ họ tên) one_stop_clerk ha-tinh",
        "Liên: Lưu theo hồ sơ",
        "Liên: Giao người nộp hồ sơ",
    ),
    (1, "supplement"): (
        "PHIẾU HƯỚNG DẪN HOÀN THIỆN HỒ SƠ",
        "Số: …………/HDHS",
        "Yêu cầu Ông/Bà hoàn thiện hồ sơ gồm những nội dung như sau:",
        "1 Bảng giá cước dịch vụ bưu chính, có chữ ký của người đại diện",
        "2 Tiêu chuẩn chất lượng dịch vụ bưu chính",
        "Lý do: Bảng giá cước chưa ghi giá của thư đến 02 kg. Tiêu chuẩn chất lượng thiếu chỉ tiêu",
        "liên hệ với ông Hồ Sỹ Dũng, số điện thoại 0239 3855 123 để được hướng dẫn.",
        "NGƯỜI HƯỚNG DẪN (Ký và ghi rõ họ tên) specialist ha-tinh",
    ),
    (1, "apology"): (
        "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
        "Số: 03/PXL",
        "Kính gửi: Công ty TNHH Bưu chính Hồng Lĩnh",
        "Số biên nhận (mã hồ sơ): 000.00.06.H27-220926-0001",
        "Ngày hẹn trả kết quả giải quyết hồ sơ: 09 giờ 35 phút, ngày 17 tháng 10 năm 2022",
        "giấy tiếp nhận ghi 17 giờ 00 phút, ngày 12 tháng 10 năm 2022; đã cộng thời gian tạm dừng",
        f"Lý do: {LATE}",
        "xin lỗi Ông/Bà vì sự chậm trễ này.",
        "Thời gian hẹn trả kết quả lại: ngày 19 tháng 10 năm 2022",
        "THỦ TRƯỞNG CƠ QUAN (Ký, ghi rõ họ tên và đóng dấu)",
        "director ha-tinh",
    ),
    (1, "control-slip"): (
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "1. Giao: Công chức TN&TKQ (bước B2) 2. Nhận: Chuyên viên được giao xử lý hồ sơ (bước B3)",
        "09 giờ 30 phút, ngày 26/09/2022",
        "thời gian: 0,5 ngày",
        "Đúng hạn",
        "Tạm dừng tính thời hạn.",
        "Trả lại để hoàn chỉnh: Nêu rõ phạm vi cung ứng",
        f"Lý do chậm trễ: {LATE}",
        "Phiếu xin lỗi và hẹn lại ngày trả kết quả: 19/10/2022",
        "Kết quả chung: Quá hạn",
    ),
    (1, "result"): ("GIẤY PHÉP BƯU CHÍNH", "Số: 15/GP-STTTT", "Hà Tĩnh, ngày 17 tháng 10 năm 2022", "Võ Thị Thu"),
    (2, "refusal"): (
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
        "Mã hồ sơ: chưa cấp",
        "Tiếp nhận hồ sơ của: Công ty TNHH Bưu chính Hồng Lĩnh",
        "thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau: Doanh nghiệp không bổ sung được",
        "Xin thông báo cho Ông/Bà được biết và thực hiện.",
    ),
}
BEN_TRE = {
    (1, "receipt"): (
        "SỞ THÔNG TIN VÀ TRUYỀN THÔNG TỈNH BẾN TRE BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ",
        "3. Thời gian giải quyết hồ sơ theo quy định là: 20 ngày",
        "5. Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 17 tháng 10 năm 2022",
    ),
    (1, "supplement"): ("PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", "2 Tiêu chuẩn chất lượng dịch vụ bưu chính"),
    (1, "apology"): (
        "Ngày hẹn trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 21 tháng 10 năm 2022",
        "Thời gian hẹn trả kết quả lại: ngày 27 tháng 10 năm 2022",
    ),
    (1, "control-slip"): ("Loại thủ tục: Cấp giấy phép bưu chính (01, 20 ngày)", "Kết quả chung: Quá hạn"),
    (2, "refusal"): ("PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ", "Trung tâm Phục vụ hành chính công tỉnh"),
}


@pytest.fixture
def life(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    world = LIVES[request.param](database_url, tmp_path)
    yield world
    world.runner.close()


@pytest.mark.parametrize(("life", "papers"), [("ha-tinh", HA_TINH), ("ben-tre", BEN_TRE)], indirect=["life"])
def test_the_papers_of_a_life_say_what_the_forms_ask_for_and_are_the_same_files_ever_after(
    life: Dossier, papers: dict[tuple[int, str], tuple[str, ...]]
) -> None:
    audit = life.runner.audit
    made = {
        (case, str(each.issued.kind)): each.pdf for case in (1, 2) for each in paper.everything(audit, case, SYSTEM)
    }
    assert set(made) == set(papers) | ({(2, "supplement")} if life.row.province == "ha-tinh" else set())
    for key, sentences in papers.items():
        for sentence in sentences:
            assert sentence in said(made[key]), (key, sentence)
    life.later(days=400)
    life.forget()
    press.PRESSES.close()
    with speaking("en"):
        for (case, kind), pdf in made.items():
            assert paper.printed(audit, case, SYSTEM, PaperKind(kind)).pdf == pdf, kind


ROWS = {
    "ha-tinh": "000.00.06.H27- 220926-0001 Cấp giấy phép bưu chính Công ty TNHH Bưu chính Hồng Lĩnh",
    "ben-tre": "000.00.06.H07- 220926-0001 Cấp giấy phép bưu chính Công ty Cổ phần Chuyển phát Đồng Khởi",
}
MOMENTS = {
    "ha-tinh": "08:30 26/09/2022 09:35 17/10/2022 09:00 19/10/2022 Trực tiếp Nguyễn Thị Lan",
    "ben-tre": "09:00 26/09/2022 17:00 21/10/2022 09:00 25/10/2022 Trực tiếp Trần Văn Bình",
}


@pytest.mark.parametrize(("life", "province"), [(each, each) for each in ROWS], indirect=["life"])
def test_the_register_of_a_life_has_what_was_received_promised_and_handed_over(life: Dossier, province: str) -> None:
    with life.runner.database.read() as tx:
        [case] = [each for each in (cases.get(tx, 1), cases.get(tx, 2)) if each and each.number]
    rows, month = [(case, life.runner.procedures.version(case.version))], (date(2022, 9, 1), date(2022, 9, 30))
    first = register.printed(rows, *month)
    for sentence in (
        "Mẫu 06",
        "SỔ THEO DÕI HỒ SƠ Từ ngày 01/09/2022 đến ngày 30/09/2022",
        ROWS[province],
        MOMENTS[province],
        "Cộng: 1 hồ sơ.",
    ):
        assert sentence in said(first), sentence
    long = register.printed(rows * 40, *month)
    assert pages(long) == said(long).count("Mã hồ sơ") > 1
    life.later(days=3)
    assert register.printed(rows, *month) == first


def test_a_paper_is_there_from_its_entry_on_and_says_what_was_known_then(dossier: Dossier) -> None:
    audit = dossier.runner.audit
    assert [each.name for each in issue.describe(audit, 1, SYSTEM)] == ["receipt", "control-slip"]
    for kind in (PaperKind.SUPPLEMENT, PaperKind.APOLOGY, PaperKind.RESULT, PaperKind.REGISTER):
        with pytest.raises(PaperUnissued):
            printed(dossier, kind)
    receipt = printed(dossier, PaperKind.RECEIPT)
    dossier.on("2022-09-27 09:00", "Task_B3_appraise", appraisal_decision="supplement", inspection_needed=None)
    dossier.do("Task_B3_guide")
    asked = issue.describe(audit, 1, SYSTEM)[-1]
    assert (asked.kind, asked.seq, asked.at) == (PaperKind.SUPPLEMENT, dossier.row.seq, dossier.now)
    assert printed(dossier, PaperKind.RECEIPT) == receipt
    with pytest.raises(PaperUnissued):
        paper.printed(audit, 1, SYSTEM, PaperKind.SUPPLEMENT, asked.seq + 1)


def test_before_it_has_a_number_a_paper_shows_none_and_stays_so(database_url: str, tmp_path: Path) -> None:
    world = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    world.on("2022-09-26 08:30", "Task_B1_receive", intake_decision="supplement").do("Task_B1_guide")
    before = printed(world, PaperKind.SUPPLEMENT)
    assert "Mã hồ sơ: chưa cấp" in said(before)
    world.do("Task_B1_wait")
    world.do("Task_B1_receive")
    assert world.row.number and printed(world, PaperKind.SUPPLEMENT) == before
    world.runner.close()


def test_what_people_wrote_is_text_and_never_markup(dossier: Dossier) -> None:
    dossier.on("2022-09-27 09:00", "Task_B3_appraise", appraisal_decision="supplement", inspection_needed=None)
    given = {"supplement_items": HOSTILE, "supplement_reason": f"{HOSTILE}\n{HOSTILE}", "supplement_contact": HOSTILE}
    dossier.do("Task_B3_guide", **given)
    made = "".join(text(printed(dossier, PaperKind.SUPPLEMENT)).split())
    assert made.count("".join(HOSTILE.split())[:-1]) == 2 * 4


def test_each_copy_has_its_own_pages_and_the_number_is_there_for_readers(dossier: Dossier) -> None:
    made = printed(dossier, PaperKind.RECEIPT)
    document = pypdfium2.PdfDocument(made)
    feet = [" ".join(page.get_textpage().get_text_range().split())[-70:] for page in document]
    document.close()
    half = len(feet) // 2
    for place, foot in enumerate(feet):
        copy = "Lưu theo hồ sơ" if place < half else "Giao người nộp hồ sơ"
        assert f"Liên: {copy} Trang {place % half + 1}/{half}" in foot
    assert pages(printed(dossier, PaperKind.CONTROL_SLIP)) == 1
    assert b"/Alt" in made


@pytest.mark.parametrize("between", ["", "rất ", "rất rất dài và ", "dài dài dài dài dài "])
def test_the_head_never_breaks_the_name_of_a_province(between: str) -> None:
    """An agency's name that is too long for its column breaks before the name of the province, or after it."""
    agency = f"Sở {between}Thông tin và Truyền thông tỉnh Bến Tre"
    fields = ("title", "code", "registered", "dated", "number", "qr", "bars", "applicant", "address", "phone", "agency")
    values = dict.fromkeys((*fields, "received_day", "procedure", "due", "moved", "reason", "again", "director"), "")
    issuer = [paper.kept(agency.upper(), "BẾN TRE")]
    made = press.pdf("tt01-2018/apology", values | {"issuer": issuer, "copies": [], "tried": False}, AT)
    document = pypdfium2.PdfDocument(made)
    found = document[0].get_textpage()
    written = found.get_text_range()
    places = [written.index("TỈNH"), written.index("BẾN"), written.index("TRE")]
    heights = {round(found.get_charbox(place)[3]) // 4 for place in places}
    document.close()
    assert written.index("SỞ") < places[0] and len(heights) == 1


USUAL = {
    "ben-tre/01": {},
    "ha-tinh/QT.BC.02": {},
    "ha-tinh/QT.BC.05": {"dossier_case": "branch", "fee_case": "branch_office"},
}


def test_a_receipt_of_a_few_papers_is_one_sheet_for_each_copy(database_url: str, tmp_path: Path) -> None:
    world = World(database_url, tmp_path).deploy(*(ROOT / f"bpmn/{procedure}.bpmn" for procedure in USUAL))
    for procedure, values in USUAL.items():
        world.start(procedure)
        [element] = world.open
        world.do(element, **ANSWERS[world.task(element).form] | values)
        made = paper.printed(world.runner.audit, world.case, SYSTEM, PaperKind.RECEIPT).pdf
        assert pages(made) == 2, procedure
    world.runner.close()
