"""The replay of a case as auditors get it, without a script: each place of the time line is a page of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.domain.person import Role
from runner.drawing.layout import layout
from runner.engine.errors import EngineFault
from tests.audit.test_reexecution import cut_off_the_second
from tests.faults.office import figure
from tests.services.office import (
    ANALYST,
    CLERK,
    CODE,
    COUNT,
    COUNTED,
    PROVINCE,
    SPECIALIST,
    WEIGH,
    Office,
    diagram,
    write,
)
from tests.services.test_audit import tampering
from tests.services.test_called_processes import ASIDE, root
from tests.services.test_migration import TOLD_FIRST, migrate
from tests.web.conftest import Browser, Site
from tests.world import person

__all__ = ["root"]

AUDITOR = person(Role.AUDITOR, PROVINCE)
REPLAY = "/audit/cases/1/replay"


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office whose diagram is drawn, with a case that was counted, and an auditor."""
    office = Office(database_url, tmp_path)
    office.runner.people.save(AUDITOR)
    deploy(office, diagram())
    office.begin()
    office.later(hours=1).submit(COUNT, COUNTED, CLERK)
    yield office
    office.runner.close()


def deploy(office: Office, drawn: str) -> str:
    """Put this diagram, drawn, into force; the digest of its version."""
    path = write(office.folder / "content", layout(drawn.encode()).decode())
    [done] = office.runner.procedures.deploy(path, ANALYST, office.now)
    return done.version.digest


@pytest.fixture
def browser(office: Office) -> Browser:
    return Site(office).browser(AUDITOR)


def text(page: str) -> str:
    """What a page says, without its markup."""
    plain = re.sub(r"<(svg|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", plain).split())


def test_the_page_shows_one_entry_and_every_other_is_a_link(browser: Browser) -> None:
    page = browser.get(f"{REPLAY}?seq=2").text
    assert f'href="{REPLAY}?seq=1" title="Lập hồ sơ"' in page
    assert f'href="{REPLAY}?seq=2" aria-current="step" title="Việc Task_count"' in page
    said = text(page)
    assert "09:00 ngày 26/09/2022 sau mục 2 trong 2" in said and "Chạy lại khớp 2/2 mục" in said
    assert "Xong: Việc Task_count" in said and "Số lượng trống 3" in said
    assert "09:00:00 Thứ Hai 26/09/2022" in said
    assert 'data-element="Flow_Task_count_Join"' in page and "sequenceFlow state-taken" in page
    assert page.count("sequenceFlow state-done") == 3, "those of the entry before"


def test_a_moment_leads_to_the_entry_that_was_the_last_then(browser: Browser) -> None:
    for at, seq in (("2022-09-26T08:30", 1), ("2022-09-26T09:00", 2), ("2022-09-26T01:00", 1), ("2030-01-01T00:00", 2)):
        assert f'?seq={seq}" aria-current="step"' in browser.get(f"{REPLAY}?at={at}").text, at
    assert '?seq=1" aria-current="step"' in browser.get(f"{REPLAY}?at=2022-09-26T01:30:00%2B00:00").text
    assert '?seq=2" aria-current="step"' in browser.get(REPLAY).text
    assert browser.get(f"{REPLAY}?at=homqua").status_code == 422


@pytest.mark.parametrize("seq", ["0", "3", "99999999999999", "-1"])
def test_there_is_no_page_of_an_entry_that_is_not_there(browser: Browser, seq: str) -> None:
    assert browser.get(f"{REPLAY}?seq={seq}").status_code == 404


def test_the_picture_alone_is_that_of_the_same_entry(browser: Browser) -> None:
    first, second = (browser.get(f"{REPLAY}/diagram.svg?seq={seq}") for seq in (1, 2))
    assert first.mimetype == "image/svg+xml" and "script-src" not in first.headers["Content-Security-Policy"]
    task = r'<g class="userTask state-(\w+)" data-element="Task_count"'
    assert [re.findall(task, each.text) for each in (first, second)] == [["current"], ["done"]]
    near = browser.get(f"{REPLAY}/diagram.svg?seq=2&near=1").text
    assert re.search(r'width="1000" height="520"', near)


def test_more_than_fifteen_entries_stand_in_groups_by_the_day(office: Office, browser: Browser) -> None:
    for _ in range(7):
        office.claim(WEIGH)
        office.runner.tasks.release(office.case, WEIGH, SPECIALIST, office.now)
    assert 'class="track many"' in (page := browser.get(REPLAY).text) and "<b>26/09/2022</b>" in page
    office.begin()
    assert 'class="track"' in browser.get("/audit/cases/2/replay").text


def test_the_script_is_told_of_a_bounded_stretch_and_all_of_it_is_what_the_pages_say(
    office: Office, browser: Browser
) -> None:
    for _ in range(figure(20, 150)):
        office.claim(WEIGH)
        office.runner.tasks.release(office.case, WEIGH, SPECIALIST, office.now)
    answer = browser.get(f"{REPLAY}/scenes?from=1", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip" and len(answer.data) < 60_000
    scenes = json.loads(browser.get(f"{REPLAY}/scenes?from=1").text)["scenes"]
    assert sorted(map(int, scenes)) == list(range(1, 26))
    second = scenes["2"]
    assert [id for id, each in second["states"].items() if each == "taken"] == ["Flow_Task_count_Join"]
    assert second["states"]["Task_weigh"] == "current"
    assert second["signs"]["Task_count"] == ["✓", "Đã qua", ""] and second["here"] == ["Task_weigh", "Join"]
    assert text(second["panel"]) in text(browser.get(f"{REPLAY}?seq=2").text)
    assert json.loads(browser.get(f"{REPLAY}/scenes?from=9000").text) == {"scenes": {}}


def test_from_a_migration_on_the_diagram_is_that_of_the_other_version(office: Office, browser: Browser) -> None:
    drawn = diagram()
    for old, new in TOLD_FIRST:
        drawn = drawn.replace(old, new)
    digest = deploy(office, drawn)
    migrate(office, digest)
    scenes = json.loads(browser.get(f"{REPLAY}/scenes?from=1").text)["scenes"]
    before, after = scenes["2"]["version"], scenes["3"]["version"]
    assert before != after == digest
    for version in (before, after):
        file = browser.get(f"{REPLAY}/diagram.bpmn?version={version}")
        assert file.status_code == 200 and "attachment" in file.headers["Content-Disposition"]
        assert file.data == office.runner.procedures.file(version, f"bpmn/{CODE}.bpmn")
    assert browser.get(f"{REPLAY}/diagram.bpmn?version={'0' * 64}").status_code == 404
    assert "Chuyển sang phiên bản 3 của thủ tục" in text(browser.get(f"{REPLAY}?seq=3").text)


def test_a_called_process_has_a_diagram_to_choose(office: Office, browser: Browser, root: Path) -> None:
    for file in (root / f"bpmn/{CODE}.bpmn", root / ASIDE):
        file.write_bytes(layout(file.read_bytes()))
    office.runner.procedures.deploy(root, ANALYST, office.now)
    office.begin()
    address = f"/audit/cases/{office.case}/replay"
    page = browser.get(f"{address}?process=mau_dem").text
    assert 'data-element="Start_count"' in page and 'data-element="Split"' not in page
    assert "state-current" in browser.get(f"{address}/diagram.svg").text
    version = json.loads(browser.get(f"{address}/scenes").text)["scenes"]["1"]["version"]
    assert b"mau_dem" in browser.get(f"{address}/diagram.bpmn?version={version}&process=mau_dem").data
    page = browser.get(f"{address}?process=khac").text
    assert 'data-element="Split"' in page, "a version without such a process shows its own diagram"
    file = browser.get(f"{address}/diagram.bpmn?version={version}&process=khac")
    assert b'id="Split"' in file.data and b'id="Start_count"' not in file.data


def test_what_people_typed_is_never_markup(office: Office, browser: Browser) -> None:
    office.submit(WEIGH, {"decision": "<b>Đạt</b>", "weighed_on": "26/09/2022"})
    panel = json.loads(browser.get(f"{REPLAY}/scenes").text)["scenes"]["3"]["panel"]
    assert "&lt;b&gt;Đạt&lt;/b&gt;" in panel and "<b>Đạt</b>" not in panel + browser.get(REPLAY).text


def test_incidents_stand_on_the_time_line_and_stay_open_in_what_is_told(office: Office, browser: Browser) -> None:
    office.runner.transactions.record_incident(office.case, EngineFault(reason="hỏng"), None, SPECIALIST, office.now)
    said = text(browser.get(f"{REPLAY}?seq=3").text)
    assert "Bộ máy thực thi báo lỗi: hỏng" in said and "sự cố đang mở: mục 3" in said
    assert "Tới chỗ đáng chú ý sau: 3. Sự cố" in text(browser.get(f"{REPLAY}?seq=1").text)


def test_a_case_that_does_not_replay_shows_everything_until_there(office: Office, browser: Browser) -> None:
    with tampering(office) as connection:
        cut_off_the_second(connection, office.journal)
    page = browser.get(f"{REPLAY}?seq=1").text
    assert "Lệch ở mục 2" in text(page) and "Mở ra: Việc Task_weigh" in text(page)
    page = browser.get(f"{REPLAY}?seq=2").text
    assert "Mục này không dựng lại được." in text(page) and "sau mục 1 trong 2" in text(page)
    assert 'data-element="Task_weigh"' in page
    assert list(json.loads(browser.get(f"{REPLAY}/scenes?from=1").text)["scenes"]) == ["1"]


def test_a_case_that_does_not_even_begin_has_a_page_without_a_diagram(office: Office, browser: Browser) -> None:
    with tampering(office) as connection:
        connection.exec_driver_sql("UPDATE journal SET kind = 'submit' WHERE seq = 1")
    assert "Không có sơ đồ nào dựng được" in text(browser.get(REPLAY).text)
    assert browser.get(f"{REPLAY}/diagram.svg").status_code == 404
    assert browser.get("/audit/cases/1/reexecution").status_code == 200


def test_running_a_case_again_keeps_what_it_came_to_and_shows_it(office: Office, browser: Browser) -> None:
    address = "/audit/cases/1/reexecution"
    assert "Chưa có lần nào." in browser.get(address).text
    assert browser.send(address).location == address
    said = text(browser.get(address).text)
    assert "Đã chạy lại: khớp cả 2 mục. Kết quả đã được lưu." in said
    assert f"{AUDITOR.name} chạy lại lúc 09:00 ngày 26/09/2022." in said
    assert said.count("khớp 2/2 mục") == 2
    office.claim(WEIGH)
    assert "Từ lúc ấy nhật ký có thêm 1 mục" in text(browser.get(address).text)
    with tampering(office) as connection:
        cut_off_the_second(connection, office.journal)
        connection.exec_driver_sql("UPDATE task SET name = 'Việc khác' WHERE element = 'Task_weigh'")
    browser.send(address)
    page = browser.get(address).text
    said = text(page)
    assert "Mã băm mục trước" in said and "Mục 1 đến 1 khớp." in said
    assert 'class="overlay state-ghost"' in page and "lệch ở mục 2" in said and "khớp 2/2 mục" in said


def test_what_is_wrong_beside_the_journal_is_told_too(office: Office, browser: Browser) -> None:
    with tampering(office) as connection:
        connection.exec_driver_sql("UPDATE task SET name = 'Việc khác' WHERE element = 'Task_weigh'")
    browser.send("/audit/cases/1/reexecution")
    said = text(browser.get("/audit/cases/1/reexecution").text)
    assert "khớp 2/2 mục · 1 chỗ khác không khớp" in said
    assert "đang ghi “Việc khác”, đúng ra là “Việc Task_weigh”" in said


def test_only_auditors_of_the_case_come_here_and_the_links_are_theirs_alone(office: Office, browser: Browser) -> None:
    for path in ("/cases/1", "/cases/1/journal"):
        assert f'href="{REPLAY}"' in browser.get(path).text
    stranger = person(Role.AUDITOR, "ha-tinh")
    office.runner.people.save(stranger)
    for who in (CLERK, stranger):
        other = Site(office).browser(who)
        assert f'href="{REPLAY}"' not in other.get("/cases/1").text
        for path in ("", "/scenes", "/diagram.svg", "/diagram.bpmn?version=x"):
            assert other.get(f"{REPLAY}{path}").status_code == 404
        assert other.send("/audit/cases/1/reexecution").status_code == 404
    assert browser.post("/audit/cases/1/reexecution").status_code == 400
    with office.runner.database.read():
        assert office.runner.reexecutions.earlier(office.case, AUDITOR) == []
