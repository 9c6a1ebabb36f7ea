"""What is sent after a session has ended comes back after the sign-in; nothing is done by it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.web.conftest import PASSWORD, Browser, Site
from tests.web.test_task import address, value, words
from tests.world import person

CLERK = person("one_stop_clerk", "ben-tre")


@pytest.fixture
def late(site: Site) -> Browser:
    """A browser on the page of a task, whose session has just ended."""
    site.world.deploy().start("ben-tre/39")
    site.runner.accounts.set_password(CLERK.id, PASSWORD, site.world.now)
    browser = site.browser(CLERK)
    site.runner.accounts.leave(browser.login_session or "", site.world.now)
    return browser


def carried(page: str) -> str:
    found = re.search(r'name="_kept" value="([^"]+)"', page)
    assert found
    return unescape(found[1])


def test_what_was_typed_into_a_task_is_the_draft_after_the_sign_in(site: Site, late: Browser) -> None:
    there = address(site.world, "Task_1_receive")
    typed = {"applicant_name": "Hợp tác xã <Ba Tri> & “bạn”", "dossier_papers.0.paper": "Đơn", "_password": "bí mật"}
    asked = late.post(there, data={"csrf": late.csrf(), **typed})
    assert asked.status_code == 401 and "được giữ lại" in words(asked) and "bí mật" not in asked.text
    kept = carried(asked.text)
    sign_in = {"next": there, "_kept": kept, "person": CLERK.id}
    wrong = late.send("/login", **sign_in, password="".join(reversed(PASSWORD)))
    assert wrong.status_code == 401 and carried(wrong.text) == kept  # a slip of the fingers costs nothing
    page = late.get(late.send("/login", **sign_in, password=PASSWORD).location or "")
    assert (
        value(page, "applicant_name") == "Hợp tác xã <Ba Tri> & “bạn”"
        and value(page, "dossier_papers.0.paper") == "Đơn"
    )
    assert "đã được giữ thành bản nháp; việc chưa được gửi." in words(page)
    assert site.world.row.status == "draft"


def test_anything_else_is_shown_to_be_sent_again(site: Site, late: Browser) -> None:
    asked = late.post("/cases/1/withdraw", data={"csrf": late.csrf(), "reason": "Người nộp <rút>"})
    sign_in = {"next": "/cases/1/withdraw", "person": CLERK.id, "password": PASSWORD}
    page = late.send("/login", _kept=carried(asked.text), **sign_in)
    assert page.status_code == 200 and "Người nộp &lt;rút&gt;</textarea>" in page.text and "Gửi lại" in page.text
    assert site.world.row.status == "draft"


@pytest.mark.parametrize(
    "forged", ["[]", '{"a": 1}', '{"a": [{}]}', "x", "{" * 5000, '{"applicant_name": ["' + "x" * 400_000]
)
def test_what_no_page_of_ours_carries_is_left_out(site: Site, late: Browser, forged: str) -> None:
    there = address(site.world, "Task_1_receive")
    answer = late.send("/login", next=there, person=CLERK.id, password=PASSWORD, _kept=forged)
    assert answer.status_code == 303
    assert site.runner.tasks.draft(1, "Task_1_receive#1", CLERK) == {}
