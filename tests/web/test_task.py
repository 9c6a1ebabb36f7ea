"""A task on its page, without scripts: done, drafted, claimed, too late, and by the wrong people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from runner.clock import ZONE
from runner.domain.person import SYSTEM
from tests.procedures.values import ANSWERS
from tests.services.office import CLERK, CODE, COLLEAGUE, COUNT, COUNTED, SPECIALIST, WEIGH, WEIGHED, Office
from tests.web.conftest import PASSWORD, Browser, Site
from tests.web.every_component import deploy
from tests.world import World, person

WAYS = {
    "ben-tre/39": [
        "Task_1_receive",
        "Task_1_forward",
        "Task_2_process",
        "Task_3_submit",
        "Task_4_approve",
        "Task_5_record",
        "Task_6_notify",
        "Task_collect",
    ],
    "ha-tinh/QT.BC.01": [
        "Task_B1_receive",
        "Task_B2_forward",
        "Task_B3_appraise",
        "Task_B3_draft_licence",
        "Task_B4_initial",
        "Task_B5_approve",
        "Task_B6_issue",
        "Task_B7_return",
    ],
}
"""The shortest way through each procedure, by the elements of its tasks."""


@pytest.fixture
def world(world: World) -> World:
    return world.deploy()


def sent(form: str, **transactions: Any) -> dict[str, Any]:
    """The usual answer to a form as a browser sends it: ticks as ``on``, nothing for what is not ticked."""
    return dict(_sent(ANSWERS[form] | transactions, ""))


def _sent(values: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for place, row in enumerate(value):
                yield from _sent(row, f"{path}{key}.{place}.")
        elif not (value is None or value is False):
            yield path + key, "on" if value is True else value


def address(world: World, element: str, do: str = "") -> str:
    return f"/cases/{world.case}/tasks/{quote(world.task(element).id)}{do}"


def words(answer: TestResponse) -> str:
    """What a page says, without its marks."""
    return re.sub(r" ([.,])", r"\1", " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split()))


def key(answer: TestResponse) -> str:
    found = re.search(r'name="_key" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def value(answer: TestResponse, name: str) -> str:
    """What stands in a field of a page."""
    found = re.search(rf'name="{re.escape(name)}"[^>]*?value="([^"]*)"', answer.text)
    found = found or re.search(rf'name="{re.escape(name)}"[^>]*>\n([^<]*)</textarea>', answer.text)
    assert found, name
    return unescape(found[1])


@pytest.fixture
def clerk(site: Site) -> Browser:
    """At the counter of Bến Tre, where a dossier has just been begun."""
    site.world.start("ben-tre/39")
    return site.browser(person("one_stop_clerk", "ben-tre"))


@pytest.fixture
def at_specialist(clerk: Browser, world: World) -> World:
    """With the specialist, on Monday at 8:00: due on Monday a week later."""
    for element in ("Task_1_receive", "Task_1_forward"):
        world.do(element, **ANSWERS[world.task(element).form])
    return world


@pytest.mark.parametrize("procedure", WAYS)
def test_each_person_plays_their_part_without_scripts(site: Site, procedure: str) -> None:
    world = site.world
    province = procedure.partition("/")[0]
    counter = site.browser(person("one_stop_clerk", province))
    begun = counter.send("/intake", procedure=procedure, _key=key(counter.get("/intake")))
    world.case = 1
    assert begun.location == address(world, WAYS[procedure][0])
    while world.row.status in ("draft", "open"):
        task = next(task for task in world.tasks if task.closed is None)
        browser = site.browser(person(task.lane, province))
        assert f'/cases/1/tasks/{quote(task.id)}"' in browser.get("/inbox").text
        page = browser.take(f"/cases/1/tasks/{quote(task.id)}")
        asked = {}
        if 'name="_password"' in page.text:  # the director signs
            assert task.lane == "director"
            world.runner.accounts.set_password(person("director", province).id, PASSWORD, world.now)
            browser.sign_in(person("director", province))  # a new password ends what was open
            asked = {"_password": PASSWORD}
        answer = browser.send(f"/cases/1/tasks/{quote(task.id)}", _key=key(page), **sent(task.form), **asked)
        assert answer.status_code == 303, words(answer)
        assert f"Đã hoàn thành “{task.name}”." in words(browser.get(answer.location or ""))
    assert (world.row.outcome, world.proved()) == ("granted", True)
    done = [element for element in world.route if element in WAYS[procedure]]
    assert done == WAYS[procedure]


def test_what_was_typed_is_shown_to_the_next_in_words(site: Site, at_specialist: World) -> None:
    page = words(site.browser(person("specialist", "ben-tre")).get(address(at_specialist, "Task_2_process")))
    assert "Công ty Cổ phần Chuyển phát Đồng Khởi" in page
    assert "Đăng ký nhận kết quả tại Trung tâm Phục vụ hành chính công tỉnh" in page
    assert "còn 5 ngày" in page


def test_a_wrong_form_comes_back_with_what_was_typed_and_a_link_to_each_fault(clerk: Browser, world: World) -> None:
    wrong = sent("tiep-nhan-ben-tre", applicant_tax_code="13", dossier_sets="1,5", applicant_address="", channel="post")
    page = clerk.send(address(world, "Task_1_receive"), **wrong)
    assert page.status_code == 422
    for path in ("applicant_tax_code", "dossier_sets", "applicant_address"):
        assert f'href="#field-{path}"' in page.text and f'id="field-{path}"' in page.text
        assert f'id="fault-{path}"' in page.text
    assert "Có 3 mục chưa đúng" in words(page)
    assert (value(page, "applicant_tax_code"), value(page, "dossier_sets")) == ("13", "1,5")
    papers = ANSWERS["tiep-nhan-ben-tre"]["dossier_papers"]
    assert [value(page, f"dossier_papers.{place}.paper") for place in range(2)] == [each["paper"] for each in papers]
    assert re.search(r'value="post"[^>]* checked', page.text)
    assert world.open == ["Task_1_receive"]


def test_only_the_fields_of_the_form_are_taken(clerk: Browser, world: World) -> None:
    answer = clerk.send(
        address(world, "Task_1_receive"),
        **sent("tiep-nhan-ben-tre"),
        case_due="2000-01-01",
        director_decision="approve",
        typename="x",
        __builtins__="x",
        late_reason="không trễ",
    )
    assert answer.status_code == 303
    _, instance, _ = world.runner.audit.history(world.case, SYSTEM)
    assert not {"case_due", "director_decision", "typename", "__builtins__", "late_reason"} & instance.values.keys()


def test_what_a_choice_makes_superfluous_is_hidden_and_not_taken(site: Site, world: World) -> None:
    world.start("ha-tinh/QT.BC.01")
    clerk, there = site.browser("one_stop_clerk"), address(world, "Task_B1_receive")
    conditional = re.compile(r'id="(part[-\d]+)" data-conditional( data-hidden)?>')
    page = clerk.get(there)
    [receipt] = [part for part, hidden in conditional.findall(page.text) if hidden]  # the number of a receipt of none
    kept = clerk.post(
        f"{there}/draft",
        headers={"X-CSRF-Token": clerk.csrf(), "HX-Request": "true"},
        data={"fee_paid": "on"},
    )
    assert kept.headers["HX-Trigger"] == '{"motcua:hidden": []}' and kept.text == "Đã lưu bản nháp lúc 08:00."
    assert (receipt, "") in conditional.findall(clerk.get(there).text)
    clerk.send(there, **sent("tiep-nhan-qt-bc-01", intake_decision="supplement"))
    _, instance, _ = world.runner.audit.history(world.case, SYSTEM)
    assert instance.values["fee_case"] is None and instance.values["result_place"] is None


def test_a_button_says_what_happens_and_to_whom_the_dossier_goes(site: Site, world: World) -> None:
    world.start("ha-tinh/QT.BC.01")
    buttons = re.compile(r'<button(?: class="\w+")? name="(\w+)" value="(\w+)">([^<]+)</button>')
    clerk = site.browser("one_stop_clerk")
    assert buttons.findall(clerk.get(address(world, "Task_B1_receive")).text) == [
        ("intake_decision", "complete", "Tiếp nhận, hẹn trả kết quả (Mẫu 01)"),
        ("intake_decision", "supplement", "Hướng dẫn bổ sung, hoàn thiện (Mẫu 02)"),
        ("intake_decision", "refuse", "Từ chối tiếp nhận (Mẫu 03)"),
    ]
    for element in ("Task_B1_receive", "Task_B2_forward", "Task_B3_appraise"):
        world.do(element, **ANSWERS[world.task(element).form])
    drafted = ANSWERS["du-thao-giay-phep"] | {"draft_summary": "Phạm vi nội tỉnh, thời hạn 10 năm"}
    specialist = site.browser("specialist").take(address(world, "Task_B3_draft_licence"))
    assert "Xong, trình Lãnh đạo phòng BCVT" in specialist.text
    world.do("Task_B3_draft_licence", **drafted)
    world.do("Task_B4_initial", **ANSWERS["ky-nhay"])
    page = site.browser("director").take(address(world, "Task_B5_approve"))
    assert buttons.findall(page.text) == [
        ("director_decision", "approve", "Ký duyệt, chuyển Văn thư"),
        ("director_decision", "return", f"Trả lại để hoàn chỉnh, về {person('specialist').name}"),
    ]
    decided, form, history = (page.text.index(each) for each in ('class="paper"', 'id="work"', "Quá trình xử lý"))
    assert decided < form < history and "Phạm vi nội tỉnh, thời hạn 10 năm" in page.text[decided:form]
    assert page.text.count("Đánh dấu") == 0 and page.text.count('<details class="fold" open>') == 1


def test_no_answer_of_an_earlier_round_stands_in_a_form(site: Site, world: World) -> None:
    world.start("ha-tinh/QT.BC.01")
    for element in ("Task_B1_receive", "Task_B2_forward", "Task_B3_appraise"):
        world.do(element, **ANSWERS[world.task(element).form])
    world.do("Task_B3_draft_licence", **ANSWERS["du-thao-giay-phep"] | {"draft_summary": "Bản một"})
    world.do("Task_B4_initial", lead_decision="return", lead_opinion="Thiếu căn cứ", lead_draft=[])
    again = site.browser("specialist").take(address(world, "Task_B3_reappraise"))
    assert value(again, "appraisal_reason") == "" and not re.search(r'name="conditions_met"[^>]* checked', again.text)
    assert "Giấy tờ người nộp" in again.text  # for the appraiser the papers come first
    assert re.search(r'<details class="fold" open>(?:(?!</details>).)*Thiếu căn cứ', again.text, re.DOTALL)
    world.do("Task_B3_reappraise", **ANSWERS["tham-dinh-lai-qt-bc-01"])
    drafting = site.browser("specialist").take(address(world, "Task_B3_draft_licence"))
    assert value(drafting, "draft_summary") == ""
    world.do("Task_B3_draft_licence", **ANSWERS["du-thao-giay-phep"] | {"draft_summary": "Bản hai"})
    lead = site.browser("division_lead").take(address(world, "Task_B4_initial"))
    assert value(lead, "lead_opinion") == "" and "Bản hai" in lead.text.partition('id="work"')[0]


def test_a_draft_is_kept_for_the_person_who_typed_it(site: Site, at_specialist: World) -> None:
    there, other = address(at_specialist, "Task_2_process"), person("specialist", "ben-tre")
    other = type(other)("other@ben-tre", "Người khác", other.groups)
    site.runner.people.save(other)
    browser = site.browser(person("specialist", "ben-tre"))
    kept = browser.send(f"{there}/draft", processing_decision="submit", draft_summary="Đang viết dở")
    page = browser.get(kept.location or "")
    assert "Đã lưu bản nháp." in words(page) and value(page, "draft_summary") == "Đang viết dở"
    assert at_specialist.task("Task_2_process").owner == person("specialist", "ben-tre").id  # who types has it
    late = site.browser(other)
    assert f'{there}/claim"' not in late.get(there).text and "Đang viết dở" not in late.get(there).text
    late.send(f"{there}/draft", processing_decision="submit", draft_summary="Của người khác")  # kept, and no claim
    browser.send(f"{there}/release")
    assert value(late.take(there), "draft_summary") == "Của người khác"
    assert at_specialist.open == ["Task_2_process"]


def test_sent_twice_a_task_is_done_once_and_answered_the_same(clerk: Browser, world: World) -> None:
    there = address(world, "Task_1_receive")
    typed = {"_key": key(clerk.get(there)), **sent("tiep-nhan-ben-tre")}
    first, second = clerk.send(there, **typed), clerk.send(there, **typed)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location == address(world, "Task_1_forward")
    again = clerk.send(there, **typed | {"contact_name": "Người khác"})
    assert again.status_code == 409 and "Anh/chị đã hoàn thành việc này lúc 08:00 ngày 26/09/2022" in words(again)
    assert "Người khác" in words(again)
    assert world.route.count("Task_1_receive") == 1


def test_begun_twice_a_case_is_one(site: Site) -> None:
    clerk = site.browser("one_stop_clerk")
    typed = {"_key": key(clerk.get("/intake")), "procedure": "ha-tinh/QT.BC.01"}
    assert clerk.send("/intake", **typed).location == clerk.send("/intake", **typed).location
    assert site.runner.audit.cases() == [1]


def test_of_two_people_who_claim_at_once_one_does_it_and_the_other_learns_who_and_when(
    site: Site, at_specialist: World
) -> None:
    there, first = address(at_specialist, "Task_2_process"), person("specialist", "ben-tre")
    second = type(first)("second@ben-tre", "Trần Thị Hai", first.groups)
    site.runner.people.save(second)
    browsers, barrier, answers = [site.browser(who) for who in (first, second)], Barrier(2), dict[int, TestResponse]()
    tokens = [each.csrf() for each in browsers]

    def claim(n: int) -> None:
        barrier.wait()
        answers[n] = browsers[n].post(f"{there}/claim", data={"csrf": tokens[n]})

    threads = [Thread(target=claim, args=(n,)) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers.values()) == [303, 409]
    loser = next(n for n, answer in answers.items() if answer.status_code == 409)
    winner = (first, second)[1 - loser].name
    assert f"{winner} đã nhận việc này lúc 08:00 ngày 26/09/2022." in words(answers[loser])
    assert browsers[1 - loser].send(there, **sent("xu-ly-ho-so")).status_code == 303
    late = browsers[loser].send(there, **sent("xu-ly-ho-so", draft_summary="Bản của người chậm"))
    assert late.status_code == 409 and f"{winner} đã hoàn thành việc này lúc 08:00" in words(late)
    assert "Bản của người chậm" in words(late) and "Nội dung anh/chị vừa nhập chưa được ghi nhận" in words(late)
    assert at_specialist.route.count("Task_2_process") == 1


def test_what_is_sent_for_a_task_that_nobody_claimed_is_kept_and_not_done(site: Site, at_specialist: World) -> None:
    there, browser = address(at_specialist, "Task_2_process"), site.browser(person("specialist", "ben-tre"))
    page = browser.get(there)
    assert f'{there}/claim"' in page.text and 'name="draft_summary"' not in page.text  # no form before the claim
    typed = sent("xu-ly-ho-so", draft_summary="Gõ ở trang cũ") | {"csrf": browser.csrf()}
    answer = browser.post(there, data=typed)
    assert answer.status_code == 409 and value(answer, "draft_summary") == "Gõ ở trang cũ"
    assert "Việc chưa ai nhận nên chưa gửi." in words(answer)
    assert at_specialist.task("Task_2_process").owner == person("specialist", "ben-tre").id
    assert value(browser.get(there), "draft_summary") == "Gõ ở trang cũ"
    assert browser.post(there, data=typed).status_code == 303


def test_a_claimed_task_is_for_its_owner_until_they_put_it_back(site: Site, at_specialist: World) -> None:
    there, first = address(at_specialist, "Task_2_process"), person("specialist", "ben-tre")
    second = type(first)("second@ben-tre", "Trần Thị Hai", first.groups)
    site.runner.people.save(second)
    owner, other = site.browser(first), site.browser(second)
    assert owner.send(f"{there}/claim").location == there
    assert "Anh/chị đã nhận việc này." in words(owner.get(there))
    assert there not in other.get("/inbox").text and there in owner.get("/inbox").text
    expected = f"{first.name} đã nhận việc này lúc 08:00 ngày 26/09/2022."
    for answer in (other.send(f"{there}/claim"), other.send(there, **sent("xu-ly-ho-so"))):
        assert answer.status_code == 409 and expected in words(answer)
    assert other.send(f"{there}/release").status_code == 409
    assert owner.send(f"{there}/release", next="/inbox?view=mine").location == "/inbox?view=mine"
    assert other.send(there, **sent("xu-ly-ho-so")).status_code == 303


def test_an_overdue_task_asks_for_the_reason(site: Site, at_specialist: World) -> None:
    there, browser = address(at_specialist, "Task_2_process"), site.browser(person("specialist", "ben-tre"))
    assert "late_reason" not in browser.get(there).text
    at_specialist.clock.set(datetime(2022, 10, 4, 9, tzinfo=ZONE))
    browser.sign_in(person("specialist", "ben-tre"))
    assert 'name="late_reason"' in browser.take(there).text
    refused = browser.send(there, **sent("xu-ly-ho-so"))
    assert refused.status_code == 422 and 'href="#field-late_reason"' in refused.text
    assert "Việc này đã quá hạn: hãy nêu lý do chậm trễ" in words(refused)
    assert browser.send(there, **sent("xu-ly-ho-so"), late_reason="Chờ Bộ trả lời").status_code == 303
    *_, last = [step.entry for step in site.runner.audit.history(at_specialist.case, SYSTEM)[2]]
    assert last.body.late_reason == "Chờ Bộ trả lời"


@pytest.mark.parametrize("do", ["", "/draft", "/claim", "/release"])
def test_a_task_does_not_exist_for_other_lanes_and_provinces(site: Site, at_specialist: World, do: str) -> None:
    there = address(at_specialist, "Task_2_process")
    for who in (person("specialist"), person("director", "ben-tre"), person("one_stop_clerk")):
        browser = site.browser(who)
        answers = [browser.send(there + do, **sent("xu-ly-ho-so"))] + ([] if do else [browser.get(there)])
        for answer in answers:
            assert answer.status_code == 404 and "Đồng Khởi" not in answer.text
    assert at_specialist.open == ["Task_2_process"]


@pytest.mark.parametrize(
    "there",
    ["/cases/1/tasks/none", "/cases/7/tasks/Task_1_receive%231", f"/cases/{10**30}/tasks/x"],
)
def test_there_are_no_other_tasks(clerk: Browser, there: str) -> None:
    assert clerk.get(there).status_code == 404


def test_an_earlier_answer_fills_the_form_but_for_decisions_and_confirmations(site: Site, clerk: Browser) -> None:
    world = site.world
    world.do("Task_1_receive", **ANSWERS["tiep-nhan-ben-tre"] | {"intake_decision": "supplement", "result_place": None})
    world.do("Task_1_guide", **ANSWERS["bo-sung-ho-so"])
    world.do("Task_1_wait", **ANSWERS["nhan-ho-so-bo-sung"])
    page = clerk.take(address(world, "Task_1_receive"))
    assert value(page, "applicant_name") == "Công ty Cổ phần Chuyển phát Đồng Khởi"
    assert re.search(r'name="channel" value="direct"[^>]* checked', page.text)
    assert not re.search(r'name="intake_decision"[^>]* checked', page.text)


def test_an_incident_is_shown_with_what_was_kept(database_url: str, tmp_path: Path) -> None:
    office = Office(database_url, tmp_path)
    office.begin()
    # Nobody has counted yet, so the choice behind this task is neither true nor false.
    answer = Site(office).browser(SPECIALIST).send(f"/cases/{office.case}/tasks/{quote(WEIGH)}", **WEIGHED)
    assert answer.status_code == 500
    assert f"Sự cố đã được ghi vào hồ sơ {office.case}, dữ liệu vừa nhập được giữ lại để thử lại." in words(answer)
    assert "Khi báo quản trị viên, hãy nêu mã này." in words(answer)
    [(case, incident)] = office.runner.audit.incidents()
    assert case.id == office.case and incident.attempt and incident.attempt["actor"] == SPECIALIST.id
    office.runner.close()


# -- every kind of component -------------------------------------------------------------------------------------------

PAPERS = """{"type": "default", "id": "papers", "components": [
  {"type": "text", "text": "# Mọi loại trường\\n\\n**Chú ý** <b>không</b>\\n\\n- một\\n- hai"},
  {"type": "dynamiclist", "path": "papers", "label": "Giấy tờ", "validate": {"required": true}, "components": [
    {"type": "textfield", "key": "title", "label": "Tên", "validate": {"required": true, "maxLength": 50}},
    {"type": "checkbox", "key": "copy", "label": "Bản sao"},
    {"type": "number", "key": "copies", "label": "Số bản", "conditional": {"hide": "=not(copy)"},
     "validate": {"required": true}}]},
  {"type": "group", "path": "visit", "label": "Lần hẹn", "components": [
    {"type": "datetime", "key": "at", "label": "Hẹn lúc", "subtype": "datetime", "disallowPassedDates": true},
    {"type": "datetime", "key": "from", "label": "Từ giờ", "subtype": "time"},
    {"type": "select", "key": "room", "label": "Phòng", "values": [
      {"value": "a", "label": "Phòng A"}, {"value": "b", "label": "Phòng B"}]}]},
  {"type": "separator"},
  {"type": "table", "label": "Đã nộp", "dataSource": "=papers",
   "columns": [{"key": "title", "label": "Tên"}, {"key": "copies", "label": "Số bản"}]}
]}"""


@pytest.fixture
def papers(site: Site, tmp_path: Path) -> tuple[Browser, str]:
    """A task of which the form has a list, a group, a table and every kind of moment, and a person to do it."""
    from tests.world import ROOT

    for folder in ("bpmn/ben-tre", "forms"):
        (tmp_path / "content" / folder).mkdir(parents=True)
        for file in (ROOT / folder).iterdir():
            (tmp_path / "content" / folder / file.name).write_bytes(file.read_bytes())
    (tmp_path / "content/forms/chuyen-ho-so.form").write_text(
        PAPERS.replace('"papers", "comp', '"chuyen-ho-so", "comp')
    )
    site.world.deploy(tmp_path / "content/bpmn")
    site.world.start("ben-tre/39")
    site.world.do("Task_1_receive", **ANSWERS["tiep-nhan-ben-tre"])
    browser, there = site.browser(person("one_stop_clerk", "ben-tre")), address(site.world, "Task_1_forward")
    browser.take(there)
    return browser, there


def test_a_day_that_has_passed_is_not_offered_and_not_taken(papers: tuple[Browser, str]) -> None:
    browser, there = papers
    assert 'type="datetime-local" min="2022-09-26T00:00" max="2100-12-31T23:59"' in browser.get(there).text
    answer = browser.send(there, **{"papers.0.title": "Điều lệ", "visit.at": "2022-09-25T14:30"})
    assert answer.status_code == 422 and 'value="2022-09-25T14:30"' in answer.text
    assert "“Hẹn lúc”: ngày này đã qua; hãy chọn từ ngày 26/09/2022 trở đi." in answer.text


def test_a_day_asked_for_by_another_answer_stays_as_it_was_typed(site: Site) -> None:
    site.world.deploy().start("ha-tinh/QT.BC.01")
    site.world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"])
    there = address(site.world.at("2022-10-11 08:00"), "Task_apology_draft")
    saturday = {"apology_needed": "needed", "apology_reason": "Chờ ý kiến", "apology_new_date": "2022-10-15"}
    answer = site.browser("specialist").send(there, **saturday)
    assert answer.status_code == 422 and 'value="2022-10-15"' in answer.text


def test_rows_are_added_and_taken_away_and_what_was_typed_stays(papers: tuple[Browser, str]) -> None:
    browser, there = papers
    typed = {"visit.at": "2022-09-28T14:30", "visit.from": "07:30", "visit.room": "b"}
    added = browser.send(f"{there}/draft", **typed, _add="papers")
    assert added.location == f"{there}#field-papers.0"
    rows = {"papers.0.": "", "papers.0.title": "Điều lệ", "papers.0.copy": "on", "papers.0.copies": "2"}
    browser.send(f"{there}/draft", **typed, **rows, _add="papers")
    rows |= {"papers.1.": "", "papers.1.title": "Phương án"}
    browser.send(f"{there}/draft", **typed, **rows, _remove="papers.0")
    page = browser.get(there)
    assert value(page, "papers.0.title") == "Phương án" and "papers.1." not in page.text
    assert value(page, "visit.at") == "" or 'value="2022-09-28T14:30"' in page.text
    assert 'value="07:30"' in page.text and re.search(r'value="b" selected', page.text)


def test_a_list_that_is_to_be_filled_in_has_a_row_from_the_start(clerk: Browser, world: World) -> None:
    there = address(world, "Task_1_receive")
    assert value(clerk.get(there), "dossier_papers.0.paper") == ""
    empty = clerk.send(there, **sent("tiep-nhan-ben-tre", dossier_papers=[{"paper": "", "kind": "", "copies": ""}]))
    assert empty.status_code == 422 and "Hãy điền ít nhất một dòng vào “Thành phần hồ sơ đã nộp”." in words(empty)
    rows = [{"paper": "", "kind": "", "copies": ""}, {"paper": "Đơn", "kind": "", "copies": "0"}]
    half = clerk.send(there, **sent("tiep-nhan-ben-tre", dossier_papers=rows))
    assert half.status_code == 422 and 'id="fault-dossier_papers.1.kind"' in half.text
    assert "Thành phần hồ sơ đã nộp 2: Số lượng (bản)” không được nhỏ hơn 1." in words(half)
    assert value(half, "dossier_papers.1.paper") == "Đơn" and "<legend>Dòng 2</legend>" in half.text
    removed = clerk.send(f"{there}/draft", **{"dossier_papers.0.": "", "_remove": "dossier_papers.0"})
    assert removed.location == f"{there}#field-dossier_papers"
    assert "Chưa có dòng nào." in words(clerk.get(there))


def test_a_row_of_a_list_that_is_not_there_is_neither_added_nor_taken_away(clerk: Browser, world: World) -> None:
    there = address(world, "Task_1_receive")
    for asked in ({"_add": "nowhere"}, {"_add": "applicant_name"}, {"_remove": "dossier_papers.3"}, {"_remove": "0"}):
        assert clerk.send(f"{there}/draft", **asked).location == there


def test_a_list_is_checked_row_by_row_and_taken(site: Site, papers: tuple[Browser, str]) -> None:
    browser, there = papers
    rows = {"papers.0.": "", "papers.0.title": "Điều lệ", "papers.0.copy": "on", "papers.0.copies": "hai"}
    page = browser.send(there, **rows)
    assert page.status_code == 422 and 'id="fault-papers.0.copies"' in page.text
    assert value(page, "papers.0.copies") == "hai"
    assert browser.send(there, **rows | {"papers.0.copies": "2"}).status_code == 303
    _, instance, _ = site.runner.audit.history(site.world.case, SYSTEM)
    assert instance.values["papers"] == [{"title": "Điều lệ", "copy": True, "copies": 2}]
    shown = words(site.browser(person("specialist", "ben-tre")).get(address(site.world, "Task_2_process")))
    assert "Tên: Điều lệ; Bản sao: Có; Số bản: 2" in shown


def test_a_text_of_a_form_is_never_taken_for_marks_of_the_page(papers: tuple[Browser, str]) -> None:
    browser, there = papers
    page = browser.get(there).text
    assert "<strong>Chú ý</strong> &lt;b&gt;không&lt;/b&gt;" in page and "<li>hai</li>" in page


def test_what_was_typed_is_shown_however_wrong_it_is(site: Site, world: World, tmp_path: Path) -> None:
    deploy(world, tmp_path).start(CODE)
    world.runner.people.save(COLLEAGUE)
    world.runner.tasks.submit(world.case, COUNT, COUNTED, CLERK, world.now)
    desk, task = site.browser(SPECIALIST), f"/cases/{world.case}/tasks/{quote(WEIGH)}"
    typed = {"weighed_on": "26-09/2022", "received_at": "mai", "checked": "on", "sets": "2022", "level": "mot"}
    wrong = desk.send(task, decision="Đạt", **typed)
    assert wrong.status_code == 422 and 'href="#field-weighed_on"' in wrong.text

    desk.send(f"{task}/release")
    world.runner.tasks.claim(world.case, WEIGH, COLLEAGUE, world.now)
    late = desk.send(task, decision="Đạt", **typed)
    kept = words(late).partition("Nội dung anh/chị vừa nhập chưa được ghi nhận")[2]
    assert late.status_code == 409
    assert "Kết luận Đạt Số bộ 2022 Ngày cân 26-09/2022 Nhận lúc mai Đã kiểm tra Có Mức độ Một" in kept
