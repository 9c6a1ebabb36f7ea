"""The course of a case: what each entry did, as the engine tells it; those that are looked at have a scene."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from time import process_time

import pytest

from runner.audit.course import Course, Scene
from runner.audit.due import moved
from runner.audit.papers import papers
from runner.audit.values import changes
from runner.domain.person import SYSTEM, Person, Role
from runner.domain.task import Task
from runner.engine.errors import EngineFault
from runner.services.access import CaseUnknown
from tests.audit.connected import connected, everything
from tests.faults.office import figure
from tests.procedures.conftest import ha_tinh, hand_in
from tests.procedures.dossier import Dossier
from tests.services.conftest import office
from tests.services.office import ANALYST, CLERK, COUNT, COUNTED, KEEPER, NEIGHBOUR, SPECIALIST, WEIGH, Office
from tests.services.test_called_processes import root
from tests.services.test_migration import TOLD_FIRST, deploy, migrate
from tests.world import World, local, person

__all__ = ["ha_tinh", "hand_in", "office", "root"]


def read(world: World, who: Person = SYSTEM) -> Course:
    return world.runner.courses.read(world.case, who, everything)


def last(world: World) -> Scene:
    course = read(world)
    return course.scenes[len(course.lines)]


def elements(tasks: Iterable[Task]) -> list[str]:
    return [task.element for task in tasks]


def test_each_entry_tells_the_flows_taken_and_what_it_opened_and_closed(office: Office) -> None:
    office.submit(COUNT, COUNTED, CLERK)
    begun, counted = read(office).scenes.values()
    assert begun.flows == ("Flow_Start_here_Split", "Flow_Split_Task_count", "Flow_Split_Task_weigh")
    assert set(elements(begun.opened)) == {"Task_weigh", "Task_count"} and begun.closed == ()
    assert begun.after.tokens == {"Task_weigh": 1, "Task_count": 1}
    assert counted.flows == ("Flow_Task_count_Join",)
    assert (elements(counted.opened), elements(counted.closed)) == ([], ["Task_count"])
    assert counted.after.tokens == {"Task_weigh": 1, "Join": 1}
    assert [each.element for each in counted.route] == ["Task_count"]


def test_what_runs_late_is_told_by_the_entry_at_which_it_did(office: Office) -> None:
    office.at("2022-09-28 08:00")
    course = read(office)
    assert [(line.headline, line.late, line.turning) for line in course.lines] == [
        ("Lập hồ sơ", False, False),
        ("Quá hạn “Việc Task_weigh”", True, True),
    ]
    scene = course.scenes[2]
    assert (elements(scene.late), scene.opened) == (["Task_weigh"], ())
    assert scene.after.states["Task_weigh"] == "late" and course.scenes[1].after.states["Task_weigh"] == "current"


def test_an_interrupted_task_closes_undone_and_the_event_leads_on(office: Office) -> None:
    office.submit(COUNT, COUNTED, CLERK)
    office.at("2022-09-29 08:00")
    scene = last(office)
    assert [(task.element, task.outcome) for task in scene.closed] == [("Task_weigh", "cancelled")]
    assert "Flow_Timer_take_Gateway_heavy" in scene.flows and scene.after.states["Timer_take"] == "done"


def test_each_round_of_a_loop_is_a_visit_of_its_own(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive", intake_decision="supplement")
    ha_tinh.on("2022-09-26 09:00", "Task_B1_guide").on("2022-09-26 10:00", "Task_B1_wait")
    ha_tinh.on("2022-09-26 10:30", "Task_B1_receive")
    scenes = read(ha_tinh).scenes
    visits = [each.number for scene in scenes.values() for each in scene.route if each.element == "Task_B1_receive"]
    assert visits == [1, 2]
    assert (
        scenes[2].flows[-1] == "Flow_supplement_possible_B1_guide" and scenes[5].flows[0] == "Flow_B1_receive_complete"
    )


def test_values_are_told_before_and_after_by_the_labels_of_the_form(office: Office) -> None:
    office.wait()
    assert [(each.label, list(each.before), list(each.after)) for each in changes(last(office))] == [
        ("Kết luận", [], ["Đạt"]),
        ("Ngày cân", [], ["26/09/2022"]),
    ]
    assert [*changes(read(office).scenes[1])] == []


def test_what_automatic_work_gave_has_words_and_the_receipt_is_issued_then(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive")
    scene = last(ha_tinh)
    told = {each.label: list(each.after) for each in changes(scene)}
    assert told["Mã hồ sơ"] == ["000.00.06.H27-220926-0001"] and told["Mức phí, lệ phí (đồng)"] == ["10.750.000"]
    assert told["Tên doanh nghiệp"] == ["Công ty TNHH Bưu chính Hồng Lĩnh"]
    assert [(paper.name, paper.printed) for paper in papers(scene)] == [
        ("Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "receipt")
    ]


def test_deadlines_are_told_before_and_after_each_with_why(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive")
    first, second = moved(last(ha_tinh))
    assert (first.name, first.before, first.after) == ("Hẹn trả kết quả", None, local("2022-10-12 17:00"))
    assert first.mark and first.mark.why.startswith("12 ngày làm việc sau ngày tiếp nhận 26/09/2022")
    assert (second.name, second.before) == ("B2. Chuyển hồ sơ cho chuyên viên phòng BCVT", None)
    assert second.mark and second.mark.days
    names = [mark.name for mark in last(ha_tinh).running]
    assert names == ["Hẹn trả kết quả", "B2. Chuyển hồ sơ cho chuyên viên phòng BCVT"]


def test_while_the_clock_stands_deadlines_stand_and_the_next_entry_says_since_when(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    ha_tinh.on("2022-09-27 09:00", "Task_B3_appraise", appraisal_decision="supplement")
    ha_tinh.on("2022-09-27 10:00", "Task_B3_guide")
    course = read(ha_tinh)
    scene = course.scenes[len(course.lines)]
    assert scene.after.clock == "paused" and scene.after.paused == local("2022-09-27 10:00")
    assert next((each.name, each.after, each.stands) for each in moved(scene)) == ("Hẹn trả kết quả", None, True)
    ha_tinh.on("2022-10-03 09:00", "Task_B3_wait")
    lines = read(ha_tinh).lines
    assert [line.paused for line in lines[-2:]] == [False, True]


def test_within_a_called_process_the_case_stands_at_the_call_too(office: Office, root: Path) -> None:
    office.runner.procedures.deploy(root, ANALYST, office.now)
    office.begin()
    scene = last(office)
    assert scene.after.tokens == {"Task_weigh": 1, "Task_count": 1}
    assert scene.after.states["Call_count"] == "current" and scene.after.states["Task_count"] == "current"
    office.submit(COUNT, COUNTED, CLERK)
    scene = last(office)
    assert scene.flows == ("Task_count_End_count", "Flow_Call_count_Join")
    assert scene.after.states["Call_count"] == "done"
    connected(read(office), office.tables["tasks"])


def test_from_a_migration_on_the_case_is_on_another_diagram_with_the_way_that_it_would_have_taken(
    office: Office,
) -> None:
    office.submit(COUNT, COUNTED, CLERK)
    digest = deploy(office, *TOLD_FIRST)
    migrate(office, digest)
    course = read(office)
    before, after = course.scenes[2], course.scenes[3]
    assert before.version.digest != after.version.digest == digest
    assert (after.flows, after.after.tokens) == ((), {"Task_weigh": 1, "Join": 1})
    assert after.after.states["Flow_Task_count_Join"] == "done" and course.lines[2].turning
    connected(course, office.tables["tasks"])
    assert office.runner.courses.versions(office.case, SYSTEM) == {before.version.digest, digest}


def test_incidents_are_entries_like_others_and_stay_open_until_closed(office: Office) -> None:
    office.runner.transactions.record_incident(office.case, EngineFault(reason="hỏng"), None, SPECIALIST, office.now)
    office.submit(COUNT, COUNTED, CLERK)
    office.runner.cases.resolve(office.case, 2, "Đã kiểm tra", KEEPER, office.now)
    course = read(office)
    assert [(line.headline, line.turning) for line in course.lines][1::2] == [("Sự cố", True), ("Đóng sự cố", True)]
    assert [scene.incidents for scene in course.scenes.values()] == [(), (2,), (2,), ()]
    assert course.scenes[2].after.tokens == course.scenes[1].after.tokens


def test_an_erased_case_shows_its_whole_course_without_what_was_erased(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    keeper, director = person(Role.ADMINISTRATOR), person("director")
    ha_tinh.runner.retention.erasures.carry_out(ha_tinh.case, "Nghị định 13/2023", keeper, director, ha_tinh.now)
    course = read(ha_tinh)
    assert (course.divergence, course.erased, course.replayed) == (None, 4, 4)
    assert (course.lines[-1].headline, course.lines[-1].turning) == ("Xóa dữ liệu cá nhân", True)
    told = {each.label: list(each.after) for each in changes(course.scenes[2])}
    assert told["Tên doanh nghiệp"] == ["[đã xóa]"] and told["Mã hồ sơ"] == ["000.00.06.H27-220926-0001"]
    assert course.scenes[4].after.tokens == course.scenes[3].after.tokens == {"Task_B3_appraise": 1}
    connected(course, ha_tinh.tasks)


def test_only_the_entries_that_are_looked_at_have_scenes(office: Office) -> None:
    office.wait()
    course = office.runner.courses.read(office.case, SYSTEM, lambda entries: range(2, 3))
    assert (list(course.scenes), len(course.lines), course.window) == ([2], 3, range(2, 3))
    assert course.scenes[2] == read(office).scenes[2]


def test_nobody_reads_the_course_of_a_case_that_is_not_theirs(office: Office) -> None:
    with pytest.raises(CaseUnknown):
        read(office, NEIGHBOUR)
    assert read(office, SPECIALIST).replayed == 1


def test_a_course_of_hundreds_of_entries_is_quick(office: Office, clocked: Callable[[], float]) -> None:
    count = figure(60, 300)
    for _ in range(count // 2):
        office.claim(WEIGH)
        office.runner.tasks.release(office.case, WEIGH, SPECIALIST, office.now)
    clocked()
    course = office.runner.courses.read(office.case, SYSTEM, lambda entries: range(1, 26))
    assert len(course.lines) == count + 1 and len(course.scenes) == 25
    assert clocked() < figure(2, 8)


@pytest.fixture
def clocked() -> Callable[[], float]:
    """The seconds of this process since it was last asked."""
    at = [process_time()]

    def elapsed() -> float:
        before, at[0] = at[0], process_time()
        return at[0] - before

    return elapsed
