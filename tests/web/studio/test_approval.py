"""Approval in the browser: an analyst submits, another one opens every part, signs with the password, and it runs."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest

from runner.domain.calendar import local_date
from runner.domain.person import Person
from runner.web.studio.approval import PAGES
from tests.authoring.conftest import HA, LONG, STRANGER
from tests.services.office import CODE, SPECIALIST
from tests.web.conftest import PASSWORD, Browser, Site

DIAGRAM = f"bpmn/{CODE}.bpmn"
TAB, ONE = "/studio/drafts/1/approval", "/studio/approvals/1"


@pytest.fixture
def drafted(studio: Site) -> Site:
    """The studio, in which Hà has a draft that names a task otherwise."""
    drafts, now = studio.runner.procedure_drafts, studio.world.now
    draft = drafts.begin(CODE, HA, now)
    text = drafts.files(draft.id, HA)[DIAGRAM].decode().replace("Việc Task_weigh", "Việc cân lại")
    drafts.save(draft.id, {DIAGRAM: text.encode()}, HA, now, base=1)
    studio.runner.accounts.set_password(LONG.id, PASSWORD, now)
    return studio


def in_force(studio: Site) -> str:
    return studio.runner.procedures.in_force(CODE, studio.world.now).digest


def sign(browser: Browser, digest: str, password: str = PASSWORD, **more: str) -> tuple[int, str]:
    answer = browser.send(f"{ONE}/approve", digest=digest, password=password, **({"read": "on"} | more))
    return answer.status_code, answer.text


def test_a_draft_is_submitted_seen_signed_and_in_force(drafted: Site) -> None:
    ha, long, old = drafted.browser(HA), drafted.browser(LONG), in_force(drafted)
    assert ha.send(TAB, effective="x", note="").status_code == 422
    assert "đã qua" in ha.send(TAB, effective="2001-01-01").text
    assert ha.send(TAB, note="Theo quyết định mới").location == ONE
    assert "không tự phê duyệt được" in ha.get(ONE).text
    assert ONE in long.get("/studio/approvals").text
    page = long.get(ONE).text
    assert "Theo quyết định mới" in page and "0/4" in page
    digest = drafted.runner.procedure_drafts.bundle(1, HA).digest
    assert "Hãy xác nhận đã đọc" in sign(long, digest, read="")[1]
    assert "Mật khẩu không đúng" in sign(long, digest, "sai mật khẩu")[1]
    code, text = sign(long, digest)
    assert code == 422 and "hãy mở xem: Khác biệt, Kịch bản, Phát hiện, Tác động" in text
    for part, endpoint in PAGES.items():
        if endpoint in drafted.app.view_functions:
            assert long.send(f"{ONE}/see", part=part).status_code == 303
        else:
            drafted.runner.approvals.see(1, part, LONG, drafted.world.now)
    assert long.send(f"{ONE}/see", part="x").status_code == 404
    assert "4/4" in long.get(ONE).text and in_force(drafted) == old
    told = {part: unescape(long.get(f"{ONE}/parts/{part}").text) for part in PAGES}
    assert "0 lỗi" in told["findings"] and "1 thay đổi" in told["difference"]
    assert "0 trong 0 kịch bản" in told["scenarios"] and "hồ sơ đang chạy" in told["impact"]
    assert long.get(f"{ONE}/parts/x").status_code == 404
    assert sign(long, digest)[0] == 303
    assert in_force(drafted) == digest
    done = long.get(f"/procedures/{CODE}").text
    assert f"{LONG.id} phê duyệt" in done
    assert "đã phê duyệt" in ha.get(TAB).text
    assert sign(long, digest)[0] == 409


def test_a_draft_is_sent_back_with_a_reason_and_submitted_again(drafted: Site) -> None:
    ha, long = drafted.browser(HA), drafted.browser(LONG)
    ha.send(TAB)
    assert "Bản nháp đang chờ" in ha.get(TAB).text
    assert long.send(f"{ONE}/return", reason=" ").status_code == 422
    assert long.send(f"{ONE}/return", reason="Thiếu tên bước").status_code == 303
    assert "Thiếu tên bước" in ha.get(TAB).text
    decided = long.get(ONE).text
    assert "Thiếu tên bước" in decided and "Điều thay đổi" not in decided, "the draft goes on behind the decision"
    assert long.get(f"{ONE}/parts/difference").status_code == 404
    assert ha.send(TAB).location == "/studio/approvals/2"
    assert long.send("/studio/approvals/2/withdraw").status_code == 422
    assert ha.send("/studio/approvals/2/withdraw").status_code == 303
    assert "đã rút" in ha.get("/studio/approvals/2").text


def test_a_draft_with_an_error_shows_it_in_place_of_the_form(drafted: Site) -> None:
    drafts = drafted.runner.procedure_drafts
    text = drafts.files(1, HA)[DIAGRAM].decode().replace("P3D", "P3Y")
    drafts.save(1, {DIAGRAM: text.encode()}, HA, drafted.world.now, base=2)
    browser = drafted.browser(HA)
    page = browser.get(TAB).text
    assert "P3Y" in page and 'name="effective"' not in page
    assert browser.send(TAB).status_code == 422


def test_a_version_and_a_repeal_are_proposed_from_the_procedures_page(drafted: Site) -> None:
    ha, long = drafted.browser(HA), drafted.browser(LONG)
    drafted.runner.accounts.set_password(HA.id, PASSWORD, drafted.world.now)
    ha, address = drafted.browser(HA), f"/studio/procedures/{CODE}/proposal"
    assert address in ha.get(f"/procedures/{CODE}").text
    assert address not in drafted.browser(SPECIALIST).get(f"/procedures/{CODE}").text
    assert "vốn" not in ha.get(address).text
    same = ha.send(address, version=in_force(drafted))
    assert same.status_code == 422 and "không đổi gì" in same.text
    day = local_date(drafted.world.now) + timedelta(days=3)
    assert "chưa có phiên bản" in ha.send(address, successor="mau/khong-co", effective=day.isoformat()).text
    assert ha.send(address, effective=day.isoformat()).location == ONE
    assert "Bãi bỏ" in long.get(ONE).text
    assert sign(long, "")[0] == 303
    assert "Từ 00:00" in long.get(f"/procedures/{CODE}").text
    drafted.world.later(days=4)
    long = drafted.browser(LONG)
    shown = long.get(f"/procedures/{CODE}")
    assert shown.status_code == 200 and "Thủ tục đã bị bãi bỏ" in shown.text
    assert CODE not in long.get("/procedures").text


@pytest.mark.parametrize("who", [STRANGER, SPECIALIST], ids=lambda each: each.id)
def test_others_learn_of_no_submission(drafted: Site, who: Person) -> None:
    drafted.browser(HA).send(TAB)
    browser = drafted.browser(who)
    for address in (TAB, ONE, f"/studio/procedures/{CODE}/proposal"):
        assert browser.get(address).status_code == 404
    for deed in ("see", "approve", "return", "withdraw"):
        assert browser.send(f"{ONE}/{deed}", part="impact", read="on", reason="Sai").status_code in (404, 422)
    assert drafted.runner.approvals.get(1, HA).pending
