"""What a case waits for, on its page, in REST and in the terminal; and a message that staff report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.domain.person import Person
from runner.reports import timeline
from tests.services.office import (
    CLERK,
    CODE,
    COUNT,
    COUNTED,
    LEAD,
    SPECIALIST,
    WEIGH,
    WEIGHED,
    Office,
    hasty_diagram,
    write,
)
from tests.web.conftest import Site
from tests.web.program import Program

WAITING = "Thông báo “Chờ bổ sung” do one_stop_clerk ghi nhận."
BUTTON = 'action="/cases/1/messages"'


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office with one case, which has been counted and weighed and waits for a message."""
    office = Office(database_url, tmp_path)
    office.begin()
    yield office
    office.runner.close()


def current(world: Office) -> set[str]:
    """The elements of the diagram at which the case is shown to stand."""
    runner = world.runner
    line = timeline.describe(runner.audit, runner.procedures, world.case, SPECIALIST, world.now)
    return {element for element, state in line.states.items() if state == "current"}


def test_the_page_says_what_an_open_case_waits_for(site: Site, world: Office) -> None:
    page = site.browser(SPECIALIST).get("/cases/1").text
    assert "Mốc “Timer_take” lúc 08:00 ngày 29/09/2022 (gắn với “Việc Task_weigh”)." in page
    assert "Timer_weigh" not in page, "a limit is the task's own deadline"
    world.submit(COUNT, COUNTED, CLERK)
    assert "Cổng “Join” chờ nhánh của “Nặng?”, “Việc Task_heavy”." in site.browser(SPECIALIST).get("/cases/1").text
    assert current(world) == {"Task_weigh", "Join"}
    world.submit(WEIGH, WEIGHED)
    page = site.browser(SPECIALIST).get("/cases/1").text
    assert WAITING in page and "Không có việc nào đang mở." in page
    assert current(world) == {"Wait_here"}


def test_programs_are_told_what_an_open_case_waits_for(site: Site, world: Office) -> None:
    world.submit(COUNT, COUNTED, CLERK)
    program = Program(site, CLERK)
    task, timer, join = program.get("/cases/1")["waits"]
    assert (task["kind"], task["id"], task["lane"]) == ("task", "1.Task_weigh.1", "specialist")
    assert (timer["kind"], timer["host"], timer["due"]) == ("timer", "Task_weigh", "2022-09-29T01:00:00.000000Z")
    assert (join["kind"], join["element"], join["missing"]) == ("join", "Join", ["Merge"])
    world.submit(WEIGH, WEIGHED)
    [message] = program.get("/cases/1")["waits"]
    assert message == {
        "kind": "message",
        "element": "Wait_here",
        "id": "supplement_received",
        "name": "Chờ bổ sung",
        "lane": "one_stop_clerk",
        "due": None,
        "host": "",
        "missing": [],
        "detail": WAITING.removesuffix("."),
    }
    program.post("/cases/1/messages", {"name": message["id"]}, Idempotency_Key="k1")
    [request] = program.get("/cases/1")["waits"]
    assert (request["kind"], request["element"]) == ("request", "Service_tell")


def test_the_lane_of_the_event_reports_its_message_once(site: Site, world: Office) -> None:
    world.wait()
    clerk = site.browser(CLERK)
    assert BUTTON in clerk.get("/cases/1").text
    for _ in range(2):
        sent = clerk.send("/cases/1/messages", message="supplement_received", _key="k1")
        assert (sent.status_code, sent.location) == (303, "/cases/1")
    page = clerk.get("/cases/1").text
    assert "Đã ghi nhận thông báo." in page and WAITING not in page
    assert world.kinds.count("message") == 1 and world.proved()
    again = clerk.send("/cases/1/messages", message="supplement_received", _key="k2")
    assert again.status_code == 422 and "Hồ sơ không chờ thông báo “supplement_received”." in again.text


@pytest.mark.parametrize("who", [SPECIALIST, LEAD], ids=lambda who: who.id)
def test_others_see_no_button_and_are_told_who_reports_it(site: Site, world: Office, who: Person) -> None:
    browser = site.browser(who)
    world.wait()
    page = browser.get("/cases/1").text
    assert WAITING in page and BUTTON not in page
    refused = browser.send("/cases/1/messages", message="supplement_received")
    assert refused.status_code == 422 and "do one_stop_clerk ghi nhận; tài khoản này" in refused.text
    assert "message" not in world.kinds


def test_a_message_needs_the_forms_own_secret(site: Site, world: Office) -> None:
    world.wait()
    assert site.browser(CLERK).post("/cases/1/messages", data={"message": "supplement_received"}).status_code == 400
    assert "message" not in world.kinds


def test_a_case_that_cannot_begin_is_answered_with_why_and_leaves_nothing(site: Site, world: Office) -> None:
    world.deploy(write(world.folder / "hasty", hasty_diagram()), provinces=())
    answer = site.browser(CLERK).send("/intake", procedure=CODE, _key="k1")
    assert answer.status_code == 422 and "Chưa lập được hồ sơ" in answer.text and "“Nặng?”" in answer.text
    assert world.runner.audit.cases() == [1]
