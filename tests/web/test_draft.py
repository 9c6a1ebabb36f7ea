"""A dossier begins when it is received: until then it is a draft of its creator, given up by a button or in time."""

from __future__ import annotations

from threading import Thread

import pytest

from runner.app import Runner
from runner.domain.person import SYSTEM, Person, Role
from runner.engine.errors import NotDraft, StillDraft
from runner.services.access import CaseUnknown
from runner.services.find import Question
from runner.services.tasks import DraftHeld, TaskUnknown
from runner.store import draft as drafts
from tests.procedures.values import ANSWERS
from tests.web.conftest import Site
from tests.web.program import Program
from tests.web.test_register import rows, shown
from tests.world import World, local, person

CREATOR = person("one_stop_clerk")
COLLEAGUE = Person("clerk.2", "Người khác ở quầy", CREATOR.groups)
AUDITOR = Person("auditor", "Thanh tra", frozenset({("ha-tinh", Role.AUDITOR)}))
RECEIVE = "Task_B1_receive#1"


@pytest.fixture
def world(world: World) -> World:
    """A draft of Hà Tĩnh, begun on Monday 26/09/2022 at eight."""
    world.deploy()
    for each in (COLLEAGUE, AUDITOR):
        world.runner.people.save(each)
    world.start("ha-tinh/QT.BC.01", applicant_name="Công ty TNHH Bưu chính Hồng Lĩnh")
    return world


def kinds(world: World) -> list[str]:
    return [each.kind for each in world.runner.audit.journal(world.case, SYSTEM)]


def test_a_draft_is_its_creators_and_in_no_register(site: Site) -> None:
    mine, other = site.browser(CREATOR), site.browser(COLLEAGUE)
    assert (site.world.row.status, site.world.row.clock, site.world.row.received) == ("draft", "idle", None)
    assert RECEIVE.replace("#", "%23") in mine.get("/inbox?view=drafts").text
    assert "17:00 ngày 29/09/2022" in mine.get("/inbox?view=drafts").text
    site.runner.tasks.save_draft(1, RECEIVE, {"applicant_name": "Hợp tác xã <Đồng Lộc>"}, CREATOR, site.world.now)
    assert "Hợp tác xã &lt;Đồng Lộc&gt;" in mine.get("/inbox?view=drafts").text
    for browser in (mine, other):
        assert shown(browser.get("/register").text) == [] and rows(browser) == []
    lists = site.runner.worklist
    assert (lists.count(CREATOR), lists.count(COLLEAGUE), lists.drafts(COLLEAGUE)) == (1, 0, [])
    assert RECEIVE not in other.get("/inbox").text
    for address in ("/cases/1", "/cases/1/journal", "/cases/1/tasks/Task_B1_receive%231"):
        assert (mine.get(address).status_code, other.get(address).status_code) == (200, 404)
    assert site.runner.health.counts(site.world.now).tasks_claimed == 0


def test_nobody_else_does_anything_with_a_draft(world: World) -> None:
    tasks, now = world.runner.tasks, world.now
    for act in (tasks.claim, tasks.release):
        with pytest.raises(TaskUnknown):
            act(1, RECEIVE, COLLEAGUE, now)
    with pytest.raises(TaskUnknown):
        tasks.submit(1, RECEIVE, ANSWERS["tiep-nhan-qt-bc-01"], COLLEAGUE, now)
    with pytest.raises(TaskUnknown):
        tasks.save_draft(1, RECEIVE, {}, COLLEAGUE, now)
    for stranger in (COLLEAGUE, AUDITOR):
        with pytest.raises(CaseUnknown):
            world.runner.cases.discard(1, stranger, now)
    with pytest.raises(DraftHeld):
        tasks.release(1, RECEIVE, CREATOR, now)
    with pytest.raises(StillDraft):
        world.runner.cases.cancel(1, "Đổi ý", CREATOR, now)
    assert kinds(world) == ["start"]


@pytest.mark.parametrize(
    ("decision", "status", "number", "clock"),
    [("complete", "open", True, "running"), ("supplement", "open", False, "idle"), ("refuse", "open", False, "idle")],
)
def test_whatever_the_counter_answers_it_is_a_case_for_everyone_and_only_a_receipt_numbers_it(
    world: World, decision: str, status: str, number: bool, clock: str
) -> None:
    world.at("2022-09-26 10:00").do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"] | {"intake_decision": decision})
    row = world.row
    assert (row.status, row.number is not None, row.clock) == (status, number, clock)
    assert row.received == (local("2022-09-26 10:00") if number else None)
    assert world.runner.dossiers.cases(Question(), COLLEAGUE, world.now) == [row]
    assert world.runner.worklist.count(COLLEAGUE) == 1 and world.runner.worklist.drafts(CREATOR) == []
    with pytest.raises(NotDraft):
        world.runner.cases.discard(1, CREATOR, world.now)
    world.at("2022-10-03 08:00")  # the draft's time is over: nothing happens to what is none
    assert world.row.status == status and "discard" not in kinds(world) and world.proved()


def test_in_ben_tre_no_time_runs_before_the_receipt(world: World) -> None:
    world.at("2022-09-26 08:00").start("ben-tre/39")
    assert (world.row.clock, world.row.due, world.task("Task_1_receive").due) == ("idle", None, None)
    world.at("2022-09-28 09:00").do("Task_1_receive", **ANSWERS["tiep-nhan-ben-tre"])
    assert (world.row.received, world.row.due) == (local("2022-09-28 09:00"), local("2022-10-12 17:00"))
    assert world.task("Task_1_forward").due == local("2022-09-29 09:00")


def test_the_button_gives_a_draft_up_and_keeps_its_journal(site: Site) -> None:
    browser, world = site.browser(CREATOR), site.world
    assert browser.send("/cases/1/discard").status_code == 303
    assert (world.row.status, world.row.ended, world.open) == ("discarded", world.now, [])
    assert kinds(world) == ["start", "discard"] and world.proved()
    with world.runner.database.read() as tx:
        assert drafts.get(tx, 1, RECEIVE, CREATOR.id) is None
    assert site.runner.timers.next_due(world.now, local("2023-01-01 00:00")) is None
    assert "Bỏ bản nháp: hồ sơ chưa được tiếp nhận." in browser.get("/cases/1").text
    assert browser.send("/cases/1/discard").status_code == 409 and len(kinds(world)) == 2


def test_auditors_find_what_was_given_up_and_no_register_has_it(site: Site) -> None:
    site.runner.cases.discard(1, CREATOR, site.world.now)
    clerk, auditor = site.browser(CREATOR), site.browser(AUDITOR)
    for query in ("", "?status=cancelled", "?status=discarded"):
        assert shown(clerk.get(f"/register{query}").text) == []
    assert "Bản nháp đã bỏ" not in clerk.get("/register").text
    assert shown(auditor.get("/register").text) == [] and rows(auditor) == []
    assert shown(auditor.get("/register?status=discarded").text) == [1]
    assert auditor.get("/cases/1/journal").status_code == 200


def test_after_three_working_days_the_worker_gives_a_draft_up_once(world: World, database_url: str) -> None:
    world.at("2022-09-29 16:59")
    assert kinds(world) == ["start"]
    world.clock.set(local("2022-09-29 17:00"))
    workers = [Runner(world.runner.settings, world.clock) for _ in range(2)]
    threads = [Thread(target=worker.tick) for worker in workers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for worker in workers:
        worker.close()
    world.at("2022-09-29 17:01")
    assert kinds(world) == ["start", "discard"]
    assert world.runner.audit.journal(1, SYSTEM)[-1].actor == SYSTEM.id
    assert world.row.status == "discarded" and world.proved()


def test_a_rebuild_from_the_journal_makes_the_same_rows_of_a_draft(world: World) -> None:
    before = world.row, world.tasks, world.runner.worklist.drafts(CREATOR)
    world.runner.audit.rebuild(1)
    assert (world.row, world.tasks, world.runner.worklist.drafts(CREATOR)) == before


def test_programs_see_and_discard_their_own_drafts(site: Site) -> None:
    clerk = Program(site, "one_stop_clerk")
    case = clerk.start()["case"]
    assert [each["id"] for each in clerk.get("/cases?status=draft")["cases"]] == [case]
    assert clerk.get("/cases")["cases"] == []
    assert clerk.post(f"/cases/{case}/discard", {})["status"] == "discarded"
    assert clerk.get("/cases?status=draft")["cases"] == []
