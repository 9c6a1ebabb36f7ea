"""The desk's page of rules, the studio's in which analysts revise them, and the task that is refused by one."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from runner.domain.person import Person, Role
from runner.store import registry
from tests.procedures.values import ANSWERS
from tests.web.conftest import PASSWORD, Site
from tests.world import ROOT, World, person

CODE = "ha-tinh/QT.BC.05"
BOTH = Person("both@ha-tinh", "Người có hai vai trò", frozenset({("ha-tinh", "specialist"), ("ha-tinh", "director")}))
RULES = (ROOT / "bpmn/ha-tinh/rules.toml").read_text("utf-8")


@pytest.fixture
def office(site: Site) -> Site:
    """A dossier that one person drafted, who has the director's lane too, and that waits for the signature."""
    world = site.world.deploy(ROOT / f"bpmn/{CODE}.bpmn", provinces=("ha-tinh",))
    with world.runner.database.change() as tx:
        for who in (BOTH, person(Role.AUDITOR), person(Role.ANALYST)):
            registry.save_person(tx, who, world.now)
    world.start(CODE)
    for element in ("Task_B1_receive", "Task_B2_forward"):
        do(world.later(minutes=30), element)
    for element in ("Task_B3_appraise", "Task_B3_draft_licence"):
        do(world.later(minutes=30), element, BOTH)
    do(world.later(minutes=30), "Task_B4_initial")
    return site


def do(world: World, element: str, by: Person | None = None, **values: Any) -> None:
    task = world.task(element)
    given = ANSWERS[task.form] | values
    world.runner.tasks.submit(world.case, task.id, given, by or person(task.lane), world.now)


def text(page: str) -> str:
    return " ".join(unescape(page).split())


def test_a_task_tells_the_rule_before_it_is_done_and_again_when_it_is_refused(office: Site) -> None:
    world = office.world
    world.runner.accounts.set_password(BOTH.id, PASSWORD, world.now)
    browser, task = office.browser(BOTH), world.task("Task_B5_approve")
    address = f"/cases/{world.case}/tasks/{task.id.replace('#', '%23')}"
    page = text(browser.get(address).text)
    assert "Quy tắc cần chú ý" in page and "Việc làm trái quy tắc này bị từ chối." in page
    answer = browser.send(
        address, **{"director_decision": "approve", "director_opinion": "Ý kiến đã nhập", "_password": PASSWORD}
    )
    assert answer.status_code == 422
    assert "Không làm được, vì trái quy tắc “Người thẩm định, dự thảo không ký duyệt" in text(answer.text)
    assert world.open == ["Task_B5_approve"]
    assert "Quy tắc cần chú ý" not in text(office.browser("director").get(address).text)


def test_the_desk_tells_each_rule_with_its_place_the_verdicts_and_the_violations_with_their_entries(
    office: Site,
) -> None:
    world, service = office.world, office.runner.laws
    browser = office.browser(Role.AUDITOR)
    page = text(browser.get("/audit/rules").text)
    assert "Phần II, quy trình QT.BC.07, mục 2.10, bước B4" in page and "dòng 383 của bản chữ" in page
    assert page.count("1 sơ đồ giữ được") == 12 and "sơ đồ trái" not in page
    assert "Không có chỗ trái quy tắc trong các hồ sơ đã xét." in page
    lax = RULES.replace("refuse = true", "refuse = false").replace("most = 1", "most = 0", 1)
    service.revise("ha-tinh", "rules.toml", lax.encode(), "Thử", person(Role.ANALYST), world.now)
    do(world.later(minutes=30), "Task_B5_approve", BOTH)
    browser = office.browser(Role.AUDITOR)  # half an hour later
    page = text(browser.get("/audit/rules?province=ha-tinh").text)
    assert "1 sơ đồ trái" in page and "“B3. Lập phiếu hướng dẫn hoàn thiện hồ sơ (Mẫu 02)” được làm quá 0 lần." in page
    assert "<li>B3. Xem xét thẩm định, xử lý hồ sơ</li>" in page
    assert "“B5. Phê duyệt kết quả giải quyết thủ tục hành chính” do Người có hai vai trò làm" in page
    assert f'href="/audit/cases/{world.case}/replay?seq={world.row.seq}"' in page
    assert browser.get("/audit/rules?province=ben-tre").status_code == 404
    assert office.browser(Role.ANALYST).get("/audit/rules").status_code == 404


def test_older_cases_are_judged_on_the_pages_that_follow(office: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from runner.web.audit import rules

    for _ in range(3):
        office.world.start(CODE)
        do(office.world, "Task_B1_receive")
    monkeypatch.setattr(rules, "CASES", 2)
    browser = office.browser(Role.AUDITOR)
    first = text(browser.get("/audit/rules").text)
    assert "trên nhật ký của 2 hồ sơ" in first and "before=3" in first
    assert "trên nhật ký của 2 hồ sơ" in text(browser.get("/audit/rules?before=3").text)


def test_an_analyst_checks_a_file_of_rules_and_puts_it_into_force_with_a_reason(office: Site) -> None:
    browser, service = office.browser(Role.ANALYST), office.runner.laws
    assert browser.get("/studio/rules").location == "/studio/rules/ha-tinh"
    assert "drafter-never-signs" in browser.get("/studio/rules/ha-tinh").text
    place, typed = "/studio/rules/ha-tinh", {"file": "rules.toml", "base": "1"}
    wrong = browser.send(f"{place}/check", **typed, content=RULES.replace('pattern = "before"', 'pattern = "after"'))
    assert wrong.status_code == 422 and "“rules[4].pattern” phải là một trong các giá trị" in text(wrong.text)
    seen = browser.send(f"{place}/check", **typed, content=RULES + "\n# sửa")
    assert "Đọc được 12 quy tắc, chưa áp dụng." in text(seen.text)
    assert len(service.revisions("ha-tinh")) == 1
    assert browser.send(f"{place}/apply", **typed, content=RULES + "\n# sửa", reason="").status_code == 422
    done = browser.send(f"{place}/apply", **typed, content=RULES + "\n# sửa", reason="Theo quyết định mới")
    assert done.status_code == 303
    assert [each.reason for each in service.revisions("ha-tinh")] == ["rules.toml", "Theo quyết định mới"]
    late = browser.send(f"{place}/apply", **typed, content=RULES + "\n# khác", reason="Muộn")
    assert late.status_code == 409 and "Quy tắc của tỉnh vừa được sửa (nay là bản 2)" in text(late.text)
    for other in ("/studio/rules/ben-tre", "/studio/rules/ha-tinh?file=..%2Fprovince.toml"):
        assert browser.get(other).status_code == 404
    assert office.browser("specialist").get("/studio/rules/ha-tinh").status_code == 404
