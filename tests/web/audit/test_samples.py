"""The pages on which auditors draw samples and keep audit files."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest

from runner.domain.person import Role
from runner.domain.record import RecordKind
from runner.store import record_event
from tests.procedures.values import ANSWERS
from tests.web.conftest import PASSWORD, Browser, Site
from tests.world import person

DRAW = {"title": "Kiểm tra <quý III>", "province": "ha-tinh", "size": "2", "unit": "cases", "grouping": "procedure"}


@pytest.fixture
def browser(site: Site) -> Browser:
    """An auditor's browser, where three cases have begun."""
    world = site.world.deploy()
    auditor = person(Role.AUDITOR)
    world.runner.people.save(auditor)
    world.runner.accounts.set_password(auditor.id, PASSWORD, world.now)
    for _ in range(3):
        world.start("ha-tinh/QT.BC.01")
        world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"])
    return site.browser(Role.AUDITOR)


def test_a_sample_is_drawn_written_signed_and_taken_away(site: Site, browser: Browser) -> None:
    assert "Chưa có mẫu nào" in browser.get("/audit/samples").text
    drawn = browser.send("/audit/samples", **DRAW, seed="5")
    assert drawn.status_code == 303 and drawn.headers["Location"].endswith("/audit/samples/1")
    file = browser.get("/audit/samples/1").text
    first, second = re.findall(r'<th scope="row"><a href="/audit/cases/(\d+)/replay', file)
    assert "đã xem 0/2" in file and "<code>5</code>" in file and "Còn 2 hồ sơ chưa xem" in file
    assert browser.send("/audit/samples/1/remarks", case=first, look="seen").status_code == 303
    found = {"case": second, "look": "found", "severity": "medium", "text": "Thiếu <lý do>", "entry": "1"}
    browser.send("/audit/samples/1/remarks", **found)
    listed = browser.get("/audit/samples/1?show=found").text
    assert "Thiếu &lt;lý do&gt;" in listed and f"/audit/cases/{first}/evidence" not in listed
    wrong = browser.send("/audit/samples/1/sign", password="không phải")  # noqa: S106
    assert wrong.status_code == 422 and 'id="fault-password"' in wrong.text
    assert browser.send("/audit/samples/1/sign", password=PASSWORD).status_code == 303
    signed = browser.get("/audit/samples/1").text
    assert "Tệp này không đổi được nữa." in signed and "Ghi, xem hồ sơ sau" not in signed
    late = browser.send("/audit/samples/1/remarks", case=first, look="seen")
    assert late.status_code == 422 and "đã ký kết thúc; không ghi thêm được nữa" in late.text
    refused = browser.send("/audit/samples/1/file", ground=" ")
    assert refused.status_code == 422 and 'id="fault-ground"' in refused.text
    taken = browser.send("/audit/samples/1/file", ground="Quyết định 12/QĐ-TTr")
    assert taken.mimetype == "application/pdf" and taken.data.startswith(b"%PDF")
    with site.runner.database.read() as tx:
        [told] = record_event.events(tx, kinds=[RecordKind.EXPORT])
    assert told.subject == "sample/1" and told.facts["sha256"] == sha256(taken.data).hexdigest()
    assert told.facts["ground"] == "Quyết định 12/QĐ-TTr"
    assert "đã ký kết thúc" in browser.get("/audit/samples").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", "abc"),
        ("seed", "-1"),
        ("size", "1.5"),
        ("size", "99999"),
        ("since", "2022-02-30"),
        ("until", "0001-01-01"),
        ("title", ""),
    ],
)
def test_what_cannot_be_drawn_is_said_at_its_field(browser: Browser, field: str, value: str) -> None:
    refused = browser.send("/audit/samples", **DRAW | {field: value})
    assert refused.status_code == 422 and f'id="fault-{field}"' in refused.text
    assert f'aria-describedby="fault-{field}"' in refused.text


def test_bad_requests_are_answered_and_others_find_no_page(site: Site, browser: Browser) -> None:
    browser.send("/audit/samples", **DRAW)
    over = browser.send("/audit/samples", **DRAW | {"size": "101", "unit": "percent"})
    assert over.status_code == 422 and "từ 1 đến 100" in over.text
    assert browser.send("/audit/samples", **DRAW | {"since": "2030-01-01"}).status_code == 422
    assert browser.send("/audit/samples/1/remarks", case=1, look="seen", entry="x").status_code == 422
    assert browser.get("/audit/samples/1?case=x&show=nonsense").status_code == 200
    assert browser.send("/audit/samples/1/remarks", case=99, look="seen").status_code == 404
    assert browser.get("/audit/samples/2").status_code == 404
    for lane in ("specialist", Role.ADMINISTRATOR):
        other = site.browser(lane)
        for path in ("/audit/samples", "/audit/samples/1"):
            assert other.get(path).status_code == 404
        assert other.send("/audit/samples/1/sign", password=PASSWORD).status_code == 404


def test_older_samples_are_on_the_next_page(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.web.audit.samples.LISTED", 2)
    for title in ("Một", "Hai", "Ba"):
        browser.send("/audit/samples", **DRAW | {"title": title})
    first = browser.get("/audit/samples").text
    assert "3. Ba" in first and "2. Hai" in first and "1. Một" not in first
    [older] = re.findall(r'href="([^"]*)" rel="next"', first)
    last = browser.get(older).text
    assert "1. Một" in last and "2. Hai" not in last and 'rel="next"' not in last
    assert browser.get("/audit/samples?before=99999999999999999999").status_code == 200
