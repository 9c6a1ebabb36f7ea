"""The page of event logs: ordered with a ground, followed while they are written, fetched by who ordered them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from runner.domain.person import Person, Role
from runner.domain.record import RecordKind
from runner.store import record_event
from tests.audit.played import AUDITOR, CODE, OTHER, Played
from tests.web.conftest import Browser, Site
from tests.world import person

PAGE = "/audit/mining"
WANTED = {"format": "ocel-json", "procedure": CODE, "since": "2022-09-01", "until": "2022-10-06", "ground": "Quý III"}


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Site]:
    world = Played(database_url, tmp_path)
    yield Site(world)
    world.runner.close()


@pytest.fixture
def browser(office: Site) -> Browser:
    return office.browser(AUDITOR)


def test_a_log_is_ordered_followed_and_fetched(office: Site, browser: Browser) -> None:
    assert "Chưa có tệp nào." in browser.get(PAGE).text
    answer = browser.send(PAGE, **WANTED, pseudonyms="on", basis="received")
    assert answer.status_code == 303 and answer.location == PAGE
    office.runner.mining_jobs.wait()
    page = browser.get(PAGE).text
    [address] = re.findall(r'href="(/audit/mining/[\w-]+/file)"', page)
    [digest] = re.findall(r'<span class="hash">(\w{64})</span>', page)
    assert "2 hồ sơ, " in page and "giả danh" in page and "hx-trigger" not in page
    file = browser.get(address)
    assert file.headers["Content-Disposition"] == 'attachment; filename="nhat-ky-quy-trinh-ha-tinh-QT.BC.01.json"'
    assert sha256(file.data).hexdigest() == digest and int(file.headers["Content-Length"]) == len(file.data)
    people = {each["id"] for each in json.loads(file.data)["objects"] if each["type"] == "person"}
    assert people and all(each.startswith("person:P-") for each in people)
    with office.runner.database.read() as tx:
        [event] = record_event.events(tx, kinds=[RecordKind.EXPORT])
    assert (event.actor, event.facts["ground"], event.facts["sha256"]) == (AUDITOR.id, "Quý III", digest)


def test_a_log_of_every_procedure_is_told_so_in_the_history_of_readings(office: Site, browser: Browser) -> None:
    browser.send(PAGE, **WANTED | {"procedure": ""})
    office.runner.mining_jobs.wait()
    [address] = re.findall(r'href="(/audit/mining/[\w-]+/file)"', browser.get(PAGE).text)
    assert browser.get(address).status_code == 200
    assert "Lấy nhật ký sự kiện của mọi thủ tục" in browser.get("/audit/history?what=readings").text


def test_while_a_log_waits_the_list_asks_again(office: Site, browser: Browser) -> None:
    office.runner.mining_jobs.close()  # nobody writes it
    browser.send(PAGE, **WANTED)
    page = browser.get(PAGE).text
    assert "đang chờ đến lượt" in page and 'hx-trigger="load delay:1s"' in page and "<progress" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ground": "  "}, "Hãy nêu lý do"),
        ({"format": "exe"}, "Hãy chọn dạng tệp."),
        ({"since": "2022-13-01"}, "Khoảng ngày không dùng được"),
        ({"since": "2022-10-06", "until": "2022-10-01"}, "Khoảng ngày không dùng được"),
        ({"procedure": "ben-tre/39"}, "Hãy chọn một thủ tục trong danh sách."),
    ],
)
def test_what_is_wrong_with_an_order_is_told_at_its_field(browser: Browser, wrong: dict[str, str], said: str) -> None:
    answer = browser.send(PAGE, **WANTED | wrong)
    assert answer.status_code == 422 and said in answer.text and 'id="faults-title"' in answer.text
    assert "Chưa có tệp nào." in answer.text


def test_a_log_is_not_fetched_by_others_nor_by_who_audits_no_more(office: Site, browser: Browser) -> None:
    browser.send(PAGE, **WANTED)
    office.runner.mining_jobs.wait()
    [id] = re.findall(r"/audit/mining/([\w-]+)/file", browser.get(PAGE).text)
    other = office.browser(OTHER)
    assert other.get(f"{PAGE}/{id}/file").status_code == 404
    assert other.send(f"{PAGE}/{id}/discard").status_code == 404
    for who in (person("director"), person("analyst")):
        office.runner.people.save(Person(who.id, who.name, frozenset({("ha-tinh", Role.ANALYST)})))
        assert office.browser(who).get(PAGE).status_code == 404
    assert browser.get(f"{PAGE}/nothing/file").status_code == 404
    office.runner.people.save(Person(AUDITOR.id, AUDITOR.name, frozenset({("ha-tinh", "director")})))
    assert browser.get(f"{PAGE}/{id}/file").status_code == 404


def test_a_log_is_thrown_away_by_its_owner(office: Site, browser: Browser) -> None:
    browser.send(PAGE, **WANTED)
    office.runner.mining_jobs.wait()
    [id] = re.findall(r"/audit/mining/([\w-]+)/file", browser.get(PAGE).text)
    assert browser.post(f"{PAGE}/{id}/discard").status_code in (400, 403)  # without the forgery field
    assert browser.send(f"{PAGE}/{id}/discard").status_code == 303
    assert "Chưa có tệp nào." in browser.get(PAGE).text
