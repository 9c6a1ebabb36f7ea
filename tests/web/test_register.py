"""The register of cases: filtered, paged, as a file."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from io import BytesIO, StringIO
from zipfile import ZipFile

import pypdfium2
import pytest
from lxml import etree

from runner.domain.channel import ChannelKind
from runner.domain.person import Person, Role
from runner.domain.record import RecordEvent, RecordKind
from runner.services import find
from runner.store import record_event
from runner.web import register, workbook
from tests.procedures.values import ANSWERS
from tests.web.conftest import Browser, Site
from tests.world import World, person

BOTH = Person("both", "Kiểm tra hai tỉnh", frozenset({("ha-tinh", Role.AUDITOR), ("ben-tre", Role.AUDITOR)}))
FORMULA = '=HYPERLINK("http://x.vn","xem")'


@pytest.fixture
def world(world: World) -> World:
    """Case 1 of Bến Tre on 26/09, 2 and 3 of Hà Tĩnh on 27/09 and 28/09; 2 is withdrawn, 3 is named like a formula."""
    world.deploy().runner.people.save(BOTH)
    world.at("2022-09-26 08:00").start("ben-tre/39")
    world.do("Task_1_receive", **ANSWERS["tiep-nhan-ben-tre"])
    world.at("2022-09-27 08:00").start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"])
    world.runner.cases.cancel(2, "Đổi ý", person("one_stop_clerk"), world.now)
    world.at("2022-09-28 08:00").start("ha-tinh/QT.BC.01")
    world.do(
        "Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"] | {"applicant_name": FORMULA, "applicant_address": FORMULA}
    )
    return world


def shown(page: str) -> list[int]:
    """The cases on a page, in their order."""
    return [int(case) for case in re.findall(r'<th scope="row"><a href="/cases/(\d+)"', page)]


def rows(browser: Browser, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"/register.csv{query}")
    assert answer.mimetype == "text/csv" and answer.text.startswith("\ufeff")
    assert re.fullmatch(r'attachment; filename="[\w.-]+\.csv"', answer.headers["Content-Disposition"])
    return list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [3, 2, 1]),
        ("?province=ha-tinh", [3, 2]),
        ("?procedure=ben-tre/39", [1]),
        ("?status=cancelled", [2]),
        ("?since=2022-09-27", [3, 2]),
        ("?until=2022-09-27", [2, 1]),
        ("?since=2022-09-27&until=2022-09-27&status=open", []),
        ("?late=1", []),
        ("?before=3", [2, 1]),
        ("?before=x&status=nonsense", [3, 2, 1]),
    ],
)
def test_the_register_is_filtered(site: Site, query: str, found: list[int]) -> None:
    browser = site.browser(BOTH)
    assert shown(browser.get(f"/register{query}").text) == found
    if "before" not in query:
        assert [int(row["Hồ sơ"]) for row in rows(browser, query)] == found


def test_what_was_not_accepted_at_the_counter_is_not_among_the_refused(site: Site) -> None:
    world, browser = site.world, site.browser(BOTH)
    world.start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"] | {"intake_decision": "refuse"})
    world.do("Task_B1_refuse", **ANSWERS["tu-choi-tiep-nhan"])
    assert shown(browser.get("/register?outcome=refused").text) == []
    assert shown(browser.get("/register?outcome=not_accepted").text) == [world.case]
    (row,) = rows(browser, "?outcome=not_accepted")
    assert (row["Kết quả"], row["Mã hồ sơ"], row["Hẹn trả kết quả"]) == ("không được tiếp nhận", "", "")
    assert {row["Kết quả"] for row in rows(browser, "?status=finished")} == {"không được tiếp nhận"}


def test_what_is_overdue_is_found(site: Site) -> None:
    site.world.at("2022-10-11 08:00")
    assert shown(site.browser(BOTH).get("/register?late=1").text) == [1]


@pytest.fixture
def settled(site: Site) -> Browser:
    """Case 1 went on to its end, a day late, and its result was fetched."""
    world = site.world
    world.case = 1
    world.at("2022-10-11 09:00")
    reason = {"late_reason": "Nhiều hồ sơ cùng lúc"}
    for element, form in (
        ("Task_1_forward", "chuyen-ho-so"),
        ("Task_2_process", "xu-ly-ho-so"),
        ("Task_3_submit", "trinh-ket-qua"),
        ("Task_4_approve", "ky-duyet"),
        ("Task_5_record", "vao-so-van-ban"),
        ("Task_6_notify", "thong-bao-ket-qua"),
    ):
        world.later(hours=1).do(element, **ANSWERS[form], **reason)
    world.at("2022-10-12 09:00").do("Task_collect", **ANSWERS["tra-ket-qua-ben-tre"])
    return site.browser(BOTH)


def test_the_register_has_every_column_of_the_form(site: Site, settled: Browser) -> None:
    [row] = rows(settled, "?province=ben-tre")
    assert row["Địa chỉ"] == ANSWERS["tiep-nhan-ben-tre"]["applicant_address"]
    phone = ANSWERS["tiep-nhan-ben-tre"]["contact_phone"]
    assert phone.startswith("0") and row["Số điện thoại"] == f"'{phone}"
    assert row["Cơ quan chủ trì giải quyết"] == "Sở Thông tin và Truyền thông tỉnh Bến Tre"
    assert row["Ký nhận"] == ANSWERS["tra-ket-qua-ben-tre"]["received_by"]
    assert (row["Trả kết quả"], row["Phương thức nhận kết quả"]) == ("2022-10-12 09:00", "Trực tiếp")
    assert (row["Giải quyết xong"], row["Trước hạn, đúng hạn hay quá hạn"]) == ("2022-10-11 15:00", "Quá hạn")
    page = settled.get("/register?province=ben-tre").text
    assert phone in page
    for shown_too in ("Địa chỉ", "Cơ quan chủ trì giải quyết", "Phương thức nhận kết quả", "Ký nhận"):
        assert row[shown_too] in page
    assert re.search(r'<span class="chip late">.{0,200}, quá hạn</span>', page, re.S)


def test_what_was_settled_late_is_found_and_no_longer_overdue(site: Site, settled: Browser) -> None:
    assert shown(settled.get("/register?late=ended").text) == [1]
    assert shown(settled.get("/register?late=1").text) == []
    assert [row["Hồ sơ"] for row in rows(settled, "?late=ended&status=finished")] == ["1"]
    assert shown(settled.get("/register?late=ended&province=ha-tinh").text) == []


def test_what_was_withdrawn_is_not_overdue_later(site: Site) -> None:
    world = site.world
    world.case = 3
    world.runner.cases.cancel(3, "Đổi ý", person("one_stop_clerk"), world.now)
    world.at("2023-01-05 08:00")
    assert shown(site.browser(BOTH).get("/register?late=1").text) == [1]
    assert world.row.verdict == "early"
    assert "Đã hết tính thời hạn: <strong>trước hạn</strong>" in site.browser(BOTH).get("/cases/3").text


def test_the_rows_of_the_register_are_made_again_from_the_journal(site: Site, settled: Browser) -> None:
    before = site.world.row
    assert before.legal_clock_stopped_at and before.result_delivered_at and before.received_by
    site.runner.audit.rebuild(1)
    assert site.world.row == before


def test_only_cases_of_ones_own_provinces_are_seen(site: Site) -> None:
    browser = site.browser("specialist")
    assert shown(browser.get("/register").text) == [3, 2]
    assert [row["Hồ sơ"] for row in rows(browser)] == ["3", "2"]
    assert shown(browser.get("/register?procedure=ben-tre/39").text) == []
    for path in ("/register", "/register.csv", "/register.xlsx"):
        assert browser.get(f"{path}?province=ben-tre").status_code == 404


@pytest.mark.parametrize("path", ["/register", "/register.csv", "/register.xlsx"])
@pytest.mark.parametrize("day", ["30/02/2022", "2022-02-30", "9999-12-31", "0001-01-01"])
def test_an_impossible_day_is_named_at_its_field(site: Site, path: str, day: str) -> None:
    answer = site.browser("specialist").get(path, query_string={"until": day})
    assert answer.status_code == 422 and 'href="#field-until"' in answer.text and 'id="fault-until"' in answer.text


def test_pages_follow_each_other(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "PAGE", 1)
    browser, seen, path = site.browser(BOTH), [], "/register?since=2022-09-26"
    while path:
        page = browser.get(path).text
        seen += shown(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = following[1].replace("&amp;", "&") if following else ""
        assert not path or "since=2022-09-26" in path
    assert seen == [3, 2, 1]


def test_the_file_has_every_case_however_many_are_read_at_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "CHUNK", 1)
    found = rows(site.browser(BOTH))
    assert [row["Hồ sơ"] for row in found] == ["3", "2", "1"]
    assert found[-1] | {"Tên thủ tục": ""} == {
        "Hồ sơ": "1",
        "Mã hồ sơ": "000.00.06.H07-220926-0001",
        "Tỉnh": "Bến Tre",
        "Mã thủ tục": "ben-tre/39",
        "Tên thủ tục": "",
        "Tổ chức, cá nhân": "Công ty Cổ phần Chuyển phát Đồng Khởi",
        "Địa chỉ": ANSWERS["tiep-nhan-ben-tre"]["applicant_address"],
        "Số điện thoại": f"'{ANSWERS['tiep-nhan-ben-tre']['contact_phone']}",
        "Cơ quan chủ trì giải quyết": "Sở Thông tin và Truyền thông tỉnh Bến Tre",
        "Nhận hồ sơ": "2022-09-26 08:00",
        "Hẹn trả kết quả": "2022-10-10 17:00",
        "Trả kết quả": "",
        "Phương thức nhận kết quả": "Tại Trung tâm Phục vụ hành chính công tỉnh",
        "Ký nhận": "",
        "Kết thúc": "",
        "Trạng thái": "đang giải quyết",
        "Kết quả": "",
        "Thời hạn": "đang tính thời hạn",
        "Giải quyết xong": "",
        "Trước hạn, đúng hạn hay quá hạn": "",
        "Ghi chú": "",
    }


def test_a_name_like_a_formula_is_only_a_name(site: Site) -> None:
    [newest, *_] = rows(site.browser(BOTH))
    assert newest["Tổ chức, cá nhân"] == newest["Địa chỉ"] == f"'{FORMULA}"
    for text in ("=1", "+1", "-1", "@x", "\tx", "  =1", "＝1"):
        assert register.cell(text) == f"'{text}"
    assert register.cell("Công ty A=B") == "Công ty A=B"


def test_every_field_is_quoted(site: Site) -> None:
    text = site.browser(BOTH).get("/register.csv").text.removeprefix("\ufeff")
    quoted = [
        ['"{}"'.format(cell.replace('"', '""')) for cell in row] for row in csv.reader(StringIO(text, newline=""))
    ]
    assert len(quoted) == 4 and text == "".join(",".join(row) + "\r\n" for row in quoted)


def sheets(browser: Browser, query: str = "") -> list[list[dict[str, str]]]:
    """The rows of a workbook's sheets, each cell as its kind (``n`` number, ``inlineStr`` text) and what it holds."""
    answer = browser.get(f"/register.xlsx{query}")
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert re.fullmatch(r'attachment; filename="[\w.-]+\.xlsx"', answer.headers["Content-Disposition"])
    found = []
    with ZipFile(BytesIO(answer.data)) as book:
        for name in sorted(each for each in book.namelist() if each.startswith("xl/worksheets/sheet")):
            sheet = etree.fromstring(book.read(name))
            assert not sheet.findall(".//{*}f") and sheet.find(".//{*}pane[@state='frozen'][@ySplit='1']") is not None
            assert len(sheet.findall("{*}cols/{*}col")) > 1
            found.append([_cells(row) for row in sheet.iter("{*}row")])
    head = {at: name.removeprefix("inlineStr ") for at, name in found[0][0].items()}
    assert list(head.values()) == list(register.HEADS)
    return [[{head[at]: cell for at, cell in row.items()} for row in rows[1:]] for rows in found]


def _cells(row: etree._Element) -> dict[str, str]:
    held = {str(cell.get("r")).rstrip("0123456789"): (cell.get("t", "n"), *cell.itertext()) for cell in row}
    return {at: f"{kind} {''.join(map(str, texts))}" for at, (kind, *texts) in held.items()}


def test_a_workbook_keeps_zeros_and_names_and_has_moments_as_numbers(site: Site, settled: Browser) -> None:
    [[row]] = sheets(settled, "?province=ben-tre")
    assert row["Số điện thoại"] == f"inlineStr {ANSWERS['tiep-nhan-ben-tre']['contact_phone']}"
    assert row["Mã hồ sơ"] == "inlineStr 000.00.06.H07-220926-0001" and row["Hồ sơ"] == "n 1"
    assert row["Tổ chức, cá nhân"] == "inlineStr Công ty Cổ phần Chuyển phát Đồng Khởi"
    assert row["Nhận hồ sơ"] == f"n {44830 + 8 / 24:.16g}"  # 26/09/2022 08:00 in Viet Nam, in days since 1900
    assert row["Trước hạn, đúng hạn hay quá hạn"] == "inlineStr Quá hạn" and "Ghi chú" not in row


def test_a_workbook_computes_nothing_and_has_the_rows_of_the_csv(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "CHUNK", 1)
    browser = site.browser(BOTH)
    assert sheets(browser)[0][0]["Tổ chức, cá nhân"] == f"inlineStr {FORMULA}"
    for query in ("", "?province=ha-tinh", "?status=cancelled", "?since=2022-09-27&until=2022-09-27", "?late=1"):
        [found] = sheets(browser, query)
        assert [row["Hồ sơ"] for row in found] == [f"n {row['Hồ sơ']}" for row in rows(browser, query)]
    page = browser.get("/register?province=ha-tinh").text
    assert all(f'href="/register.{kind}?province=ha-tinh" download' in page for kind in ("csv", "xlsx", "pdf"))
    monkeypatch.setattr(workbook, "ROWS", 2)
    assert [[row["Hồ sơ"] for row in each] for each in sheets(browser)] == [["n 3", "n 2"], ["n 1"]]


@pytest.mark.parametrize(
    "text", ["=1+1", "+84912345678", "0912345678", "_x0041_", "a&<b>", "  hai ", "12", "http://x.vn"]
)
def test_a_text_of_a_workbook_stays_a_text(text: str) -> None:
    with (
        workbook.written("Sổ", [("Tên", 9)], [[text]], datetime(2026, 3, 2, tzinfo=UTC)) as file,
        ZipFile(file) as book,
    ):
        [_, [cell]] = etree.fromstring(book.read("xl/worksheets/sheet1.xml")).iter("{*}row")
        assert cell.get("t") == "inlineStr"
        assert "".join(map(str, cell.itertext())).replace("_x005F_", "_") == text
        assert "xl/sharedStrings.xml" not in book.namelist()


def test_a_text_that_a_spreadsheet_makes_a_number_is_kept_whole() -> None:
    for text in ("0912345678", "0239 3 856 789", "0275.3822.222", "001203004567", "1234567890123456"):
        assert register.cell(text) == f"'{text}"
    for text in ("0", "0.5", "12", "1300123456", "2022-09-26 14:30", "000.00.06.H07-220926-0001", "02 Đồng Khởi"):
        assert register.cell(text) == text


def test_procedures_are_named_in_the_readers_language(site: Site) -> None:
    browser = site.browser("one_stop_clerk")
    browser.send("/language", language="en")
    for page, name in (("/register", ">Grant a postal licence</option>"), ("/intake", ': Grant a postal licence"')):
        text = browser.get(page).text
        assert name in text and "Cấp giấy phép bưu chính" not in text.partition("<table")[0]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_who_takes_the_register_away_by_a_role_is_told_and_who_works_on_the_cases_is_not(
    site: Site, world: World, kind: str
) -> None:
    def told() -> list[RecordEvent]:
        with world.runner.database.read() as tx:
            return record_event.events(tx, kinds=[RecordKind.EXPORT])

    site.browser(person("specialist")).get(f"/register.{kind}")
    site.browser(BOTH).get("/register")
    site.browser(BOTH).get(f"/register.{kind}?since=gestern")
    assert told() == []
    site.browser(BOTH).get(f"/register.{kind}?province=ha-tinh&since=2022-09-27&other=1")
    [event] = told()
    assert (event.actor, event.subject, event.province, event.at) == (BOTH.id, "register", "ha-tinh", world.now)
    assert event.facts["asked"] == {"province": "ha-tinh", "since": "2022-09-27"}
    assert (event.facts["format"], event.facts["via"]["kind"]) == (kind, ChannelKind.WEB)


def test_the_register_is_printed_as_its_form_and_the_same_file_again(site: Site, settled: Browser) -> None:
    answer = settled.get("/register.pdf?since=2022-09-26&until=2022-09-27")
    assert answer.mimetype == "application/pdf" and answer.headers["Content-Disposition"].endswith('.pdf"')
    assert settled.get("/register.pdf?since=2022-09-26&until=2022-09-27").data == answer.data
    document = pypdfium2.PdfDocument(answer.data)
    said = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    for each in (
        "Mẫu 06",
        "Từ ngày 26/09/2022 đến ngày 27/09/2022",
        "Cộng: 2 hồ sơ",
        "TỈNH BẾN TRE",
        "09:00 12/10/2022",
    ):
        assert each in said, said
    assert said.index("Phương thức nhận kết quả") < said.index("Đồng Khởi")  # the earliest received stands first
    empty = settled.get("/register.pdf?since=2023-01-01")
    assert empty.status_code == 422 and "Không có hồ sơ nào để in vào sổ." in empty.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=dong+khoi", [1]),
        ("?q=0001&province=ha-tinh", [2, 3]),
        ("?sort=number", [1, 2, 3]),
        ("?sort=-number", [3, 2, 1]),
        ("?sort=due", [1, 2, 3]),
        ("?sort=-procedure", [3, 2, 1]),
        ("?sort=status&dense=1", [2, 1, 3]),
        ("?sort=delivered", [1, 2, 3]),
        ("?sort=nonsense", [3, 2, 1]),
    ],
)
def test_the_register_is_searched_and_sorted_by_its_columns(
    site: Site, settled: Browser, query: str, found: list[int]
) -> None:
    page = settled.get(f"/register{query}").text
    assert sorted(shown(page)) == sorted(found)
    if "sort" in query:
        assert shown(page) == found
        assert [int(row["Hồ sơ"]) for row in rows(settled, query)] == found
    assert ('class="cards register dense"' in page) is ("dense" in query)


def test_the_totals_lead_to_what_they_count(site: Site) -> None:
    site.world.at("2022-10-11 08:00")
    browser = site.browser(BOTH)
    page = browser.get("/register").text
    assert re.findall(r"<b>(\d+)</b>", page) == ["3", "2", "1", "1"]
    assert shown(browser.get("/register?late=1").text) == [1] and 'href="/register?late=1"' in page
    assert re.findall(r"<b>(\d+)</b>", browser.get("/register?status=cancelled").text) == ["1", "0", "0", "1"]
