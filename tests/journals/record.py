"""Records golden journals on the content as it is now: `python -m tests.journals.record [NAME…]`, all without names.

Record all anew when the state of a case is meant to change (and say so in the change log): until then a journal that no
longer replays is a fault.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from runner.domain.calendar_edit import days_set
from runner.domain.entry import Migrate, Start
from runner.domain.person import Role
from runner.domain.semantics import CURRENT
from runner.domain.working_day import Day
from runner.store import case as cases
from runner.store import registry
from runner.store.schema import migrate
from runner.store.session import Database
from tests.journals import golden
from tests.journals.golden import Golden
from tests.procedures.dossier import Dossier
from tests.six_tasks import OFFICER, STEPS, SixTasks, values
from tests.world import World, person

LATE = {"late_reason": "Chờ ý kiến cơ quan phối hợp"}
CORRECT = {"lead_opinion": "Viện dẫn đúng căn cứ", "director_opinion": "Nêu rõ phạm vi"}
EARLIER = (
    "dates_as_text",
    "decomposed_letters",
    "messages_of_the_first_rules",
    "reminded_before_due",
    "stalled_of_the_first_rules",
)
"""Journals that earlier code wrote, by earlier rules (see `runner.domain.semantics`) or with letters as they came: they
cannot be recorded any more."""
SPOILT = 5
"""The entry at which the journal that must diverge does so."""


def licence_granted(url: str, folder: Path) -> World:
    """Granted after a supplement in B3, an inspection, a late step and a slip of apology."""
    dossier = Dossier(url, folder, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    dossier.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    lacking = {"appraisal_decision": "supplement", "inspection_needed": None}
    dossier.on("2022-09-28 09:00", "Task_B3_appraise", **lacking).on("2022-09-29 10:00", "Task_B3_guide")
    dossier.at("2022-10-29 10:00").at("2022-11-08 10:00")
    dossier.do("Task_B3_wait")
    inspected = {"inspection_needed": "yes", "inspection_proposal": "Kiểm tra tại trụ sở"}
    dossier.on("2022-11-09 10:00", "Task_B3_reappraise", **inspected).on("2022-11-10 08:00", "Task_B3_organise")
    dossier.on("2022-11-11 16:00", "Task_B3_inspect", **LATE).at("2022-11-11 16:30")
    dossier.do("Task_B3_draft_licence", **LATE)
    dossier.on("2022-11-16 08:00", "Task_B4_initial").on("2022-11-17 09:00", "Task_B5_approve")
    dossier.at("2022-11-18 17:00")
    dossier.do("Task_apology_draft")
    dossier.do("Task_apology_sign")
    dossier.at("2022-11-21 17:00")
    dossier.do("Task_B6_issue", **LATE)
    dossier.do("Task_B6_update", **LATE)
    return dossier.on("2022-11-23 09:00", "Task_B7_return")


def licence_erased(url: str, folder: Path) -> World:
    """Begun by an applicant whose data is erased while the case is appraised, and once more after its end."""
    dossier = Dossier(url, folder, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    dossier.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    keeper, signer, found = person(Role.ADMINISTRATOR), person("director"), dossier.runner.retention.erasures
    found.carry_out(dossier.case, "Điều 16 Nghị định 13/2023/NĐ-CP", keeper, signer, dossier.later(hours=1).now)
    dossier.on("2022-09-28 09:00", "Task_B3_appraise").on("2022-09-29 09:00", "Task_B3_draft_licence")
    dossier.on("2022-09-30 09:00", "Task_B4_initial").on("2022-10-03 09:00", "Task_B5_approve")
    dossier.on("2022-10-03 09:30", "Task_B6_issue").on("2022-10-03 10:30", "Task_B6_update")
    dossier.on("2022-10-04 09:00", "Task_B7_return")
    found.carry_out(dossier.case, "Hết thời hạn lưu", keeper, signer, dossier.later(days=1).now)
    return dossier


def licence_refused(url: str, folder: Path) -> World:
    """Supplemented at the counter, not eligible on paper, returned once by the lead, over Tết 2023."""
    dossier = Dossier(url, folder, "ha-tinh/QT.BC.01", "2023-01-13 16:30")
    lacking = {"intake_decision": "supplement", "fee_case": None, "result_place": None}
    dossier.on("2023-01-13 16:40", "Task_B1_receive", **lacking).on("2023-01-13 16:50", "Task_B1_guide")
    dossier.on("2023-01-17 08:00", "Task_B1_wait").on("2023-01-17 08:10", "Task_B1_receive", fee_case="transfer")
    dossier.on("2023-01-17 09:00", "Task_B2_forward")
    clerk = person("specialist")
    dossier.runner.tasks.claim(dossier.case, "Task_B3_appraise#1", clerk, dossier.now)
    dossier.runner.tasks.release(dossier.case, "Task_B3_appraise#1", clerk, dossier.later(hours=1).now)
    refused = {"appraisal_decision": "not_eligible", "inspection_needed": None}
    dossier.on("2023-01-18 09:00", "Task_B3_appraise", **refused).on("2023-01-19 09:00", "Task_B3_draft_notice")
    dossier.on("2023-01-27 08:00", "Task_B3_initial", lead_decision="return", **CORRECT)
    dossier.on("2023-01-27 14:00", "Task_B3_reappraise", **refused).on("2023-01-30 08:00", "Task_B3_draft_notice")
    dossier.on("2023-01-30 15:00", "Task_B3_initial").on("2023-01-31 09:00", "Task_B3_sign")
    return dossier.on("2023-01-31 10:00", "Task_B3_stamp").on("2023-02-10 09:00", "Task_B7_return")


def licence_paid_at_once(url: str, folder: Path) -> World:
    """The fee found in the decision table and paid when the dossier is received; granted straight."""
    dossier = Dossier(url, folder, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    dossier.on("2022-09-26 08:30", "Task_B1_receive", fee_paid=True, fee_receipt_number="0000007")
    dossier.on("2022-09-26 09:30", "Task_B2_forward").on("2022-09-28 09:00", "Task_B3_appraise")
    dossier.on("2022-09-28 10:00", "Task_B3_draft_licence").on("2022-09-29 08:00", "Task_B4_initial")
    dossier.on("2022-09-30 08:00", "Task_B5_approve").on("2022-09-30 09:00", "Task_B6_issue")
    dossier.on("2022-09-30 10:00", "Task_B6_update")
    return dossier.on("2022-10-03 08:00", "Task_B7_return", fee_settled=None, fee_settled_receipt=None)


def confirmation_granted(url: str, folder: Path) -> World:
    """Two supplements with the clock paused, a return by the director, and a calendar edited on the way."""
    dossier = Dossier(url, folder, "ben-tre/39", "2022-09-26 08:00")
    lacking = {"intake_decision": "supplement", "result_place": None}
    dossier.on("2022-09-26 10:00", "Task_1_receive", **lacking).on("2022-09-26 11:00", "Task_1_guide")
    dossier.on("2022-09-28 09:00", "Task_1_wait").on("2022-09-28 09:10", "Task_1_receive")
    dossier.on("2022-09-28 09:20", "Task_1_forward")
    storm = Day(date(2022, 10, 3), "off", "Nghỉ bão", "Công điện của Chủ tịch Ủy ban nhân dân tỉnh")
    keeper = person(Role.ADMINISTRATOR, "ben-tre")
    dossier.runner.calendars.revise("ben-tre", days_set(storm), "Công điện", keeper, dossier.now)
    more = {"processing_decision": "supplement", "draft_result": None, "draft_summary": None}
    dossier.on("2022-09-29 09:00", "Task_2_process", **more).on("2022-09-29 15:00", "Task_2_guide")
    dossier.on("2022-10-06 15:00", "Task_2_wait").on("2022-10-10 09:00", "Task_2_reprocess")
    dossier.on("2022-10-10 10:00", "Task_3_submit")
    dossier.on("2022-10-11 09:00", "Task_4_approve", director_decision="return", **CORRECT)
    dossier.on("2022-10-11 16:00", "Task_2_reprocess").on("2022-10-12 08:00", "Task_3_submit")
    dossier.on("2022-10-12 08:30", "Task_4_approve").on("2022-10-12 15:00", "Task_5_record")
    return dossier.on("2022-10-13 09:00", "Task_6_notify").on("2022-10-20 09:00", "Task_collect")


def dossier_returned(url: str, folder: Path) -> World:
    """Returned at the counter, late."""
    dossier = Dossier(url, folder, "ben-tre/39", "2022-09-30 15:00")
    dossier.on("2022-10-03 15:30", "Task_1_receive", intake_decision="return", result_place=None, **LATE)
    return dossier.on("2022-10-03 16:00", "Task_1_return", **LATE)


def draft_discarded(url: str, folder: Path) -> World:
    """Begun, never received, and given up by the worker after three working days."""
    return Dossier(url, folder, "ha-tinh/QT.BC.01", "2022-09-26 08:00").at("2022-09-29 17:00")


def six_tasks(url: str, folder: Path) -> World:
    """The benchmark's process, one of its tasks late."""
    world = SixTasks(url, folder)
    world.begin()
    for number, step in enumerate(STEPS):
        world.later(hours=24 + number).runner.tick()
        late = LATE if world.task(f"Task_{step}").late else {}
        world.runner.tasks.submit(world.case, f"Task_{step}#1", values(step) | late, OFFICER, world.now)
    return world


def six_tasks_withdrawn(url: str, folder: Path) -> World:
    """The benchmark's process, given up on the way."""
    world = SixTasks(url, folder)
    world.begin()
    world.runner.tasks.claim(world.case, "Task_B1#1", OFFICER, world.now)
    world.runner.tasks.submit(world.case, "Task_B1#1", values("B1"), OFFICER, world.later(hours=3).now)
    world.runner.cases.cancel(world.case, "Đơn vị rút hồ sơ", OFFICER, world.later(hours=1).now)
    return world


def six_tasks_recounted(url: str, folder: Path) -> World:
    """The benchmark's process, counted anew after a storm, and earlier for a make-up day that a director approved."""
    world = SixTasks(url, folder)
    world.begin()
    keeper, director = person(Role.ADMINISTRATOR, "bench"), person("director", "bench")
    storm = Day(date(2022, 9, 28), "off", "Nghỉ bão", "Công điện của Chủ tịch Ủy ban nhân dân tỉnh")
    world.runner.calendars.revise("bench", days_set(storm), "Công điện", keeper, world.later(hours=1).now)
    world.runner.recounts.run(world.now, keeper)
    made_up = Day(date(2022, 10, 1), "work", "Làm bù", "Thông báo")
    world.runner.calendars.revise("bench", days_set(made_up), "Thông báo", keeper, world.later(hours=1).now)
    world.runner.recounts.run(world.now, keeper)
    world.runner.recounts.decide("bench", True, "Đồng ý", director, world.later(hours=1).now)
    world.runner.tick()
    for step in STEPS:
        world.later(hours=20).runner.tick()
        world.runner.tasks.submit(world.case, f"Task_{step}#1", values(step), OFFICER, world.now)
    return world


def six_tasks_migrated(url: str, folder: Path) -> World:
    """The benchmark's process: late, then in time by a version with longer limits, then on the first one again."""
    world = SixTasks(url, folder)
    world.begin()
    first = world.row.version
    world.runner.tasks.claim(world.case, "Task_B1#1", OFFICER, world.now)
    world.later(hours=49).runner.tick()
    longer = world.redraw(folder, B1=3, B2=1)
    keeper = person(Role.ADMINISTRATOR, "bench")
    for version in (longer, first, longer):
        with world.runner.transactions.case(world.case, keeper, world.later(hours=1).now) as case:
            case.do(Migrate(version, CURRENT, "Quyết định mới", "long", "Trần Đức Long"))
    for number, step in enumerate(STEPS):
        world.later(hours=16 + number).runner.tick()
        late = LATE if world.task(f"Task_{step}").late else {}
        world.runner.tasks.submit(world.case, f"Task_{step}#1", values(step) | late, OFFICER, world.now)
    return world


RUNS: tuple[Callable[[str, Path], World], ...] = (
    licence_granted,
    licence_refused,
    licence_paid_at_once,
    confirmation_granted,
    dossier_returned,
    draft_discarded,
    licence_erased,
    six_tasks,
    six_tasks_withdrawn,
    six_tasks_recounted,
    six_tasks_migrated,
)


def record(run: Callable[[str, Path], World]) -> tuple[Golden, dict[str, dict[str, bytes]]]:
    """The journal of a run on a database of its own, and the files of the versions that it ran on, by their digests."""
    with TemporaryDirectory() as name:
        url = f"sqlite:///{name}/golden.db"
        database = Database(url)
        migrate(database)
        database.close()
        world = run(url, Path(name))
        row = world.row
        with world.runner.database.read() as tx:
            revisions = range(1, (registry.calendar_revision(tx, row.province) or 0) + 1)
            calendars = [registry.calendar(tx, row.province, revision) or {} for revision in revisions]
            entries = cases.entries(tx, row.id)
            bodies = [entry.body for entry in entries]
            versions = [body.version for body in bodies if isinstance(body, Start | Migrate)]
            files = {version: registry.files(tx, version) for version in versions}
        world.runner.close()
    return Golden(row.procedure, versions[0], row.outcome or row.status, calendars, entries), files


def main(names: Sequence[str]) -> None:
    """Record the runs of these names besides what is there; without names all, in the place of what is there."""
    if names:
        for run in RUNS:
            if run.__name__ in names:
                golden.write(run.__name__, *record(run))
        return
    runs = [(run.__name__, *record(run)) for run in RUNS]
    kept = {golden.read(name).version for name in EARLIER}
    for folder in golden.VERSIONS.iterdir():
        if folder.name not in kept:
            shutil.rmtree(folder)
    for name in set(golden.names()) - set(EARLIER):
        (golden.FOLDER / f"{name}.json").unlink()
    for name, journal, files in runs:
        golden.write(name, journal, files)
    _, journal, files = runs[0]
    golden.write("must_diverge", journal.spoilt(SPOILT), files)


if __name__ == "__main__":
    main(sys.argv[1:])
