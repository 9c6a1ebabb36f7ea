"""A running case goes on by another version, as if it had always run on it: one entry, which a replay repeats."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from runner.domain.entry import Migrate
from runner.domain.person import SYSTEM
from runner.domain.semantics import CURRENT
from runner.engine.migration import (
    AnswerNotAwaited,
    MessageNotAwaited,
    MigrationBlocked,
    NoSuchTask,
    PromiseMoves,
    TaskNotOpen,
    WorkNotRecorded,
)
from runner.reports import timeline
from runner.services.tasks import TaskUnknown
from runner.store import table
from tests import content
from tests.services.office import (
    CLERK,
    CODE,
    COUNT,
    COUNTED,
    FACTS,
    FORMS,
    KEEPER,
    LAST,
    SPECIALIST,
    WEIGH,
    WEIGHED,
    Office,
    diagram,
)
from tests.world import local

Change = tuple[str, str]

SHORTER, LONGER = ("P2D", "P1D"), ("P2D", "P2.5D")
TOLD_FIRST = (
    ('sourceRef="Join" targetRef="Wait_here"', 'sourceRef="Join" targetRef="Service_tell"'),
    ('sourceRef="Wait_here" targetRef="Service_tell"', 'sourceRef="Service_tell" targetRef="Wait_here"'),
    ('sourceRef="Service_tell" targetRef="Task_last"', 'sourceRef="Wait_here" targetRef="Task_last"'),
)
"""The director is told before the message comes."""
NUMBERED = (
    (
        '<parallelGateway id="Split"/>',
        '<parallelGateway id="Split"/><serviceTask id="Number" name="Cấp số" '
        'camunda:type="external" camunda:topic="allot_number"/><sequenceFlow id="Flow_number" sourceRef="Start_here" '
        'targetRef="Number"/>',
    ),
    ('sourceRef="Start_here" targetRef="Split"', 'sourceRef="Number" targetRef="Split"'),
    ("<flowNodeRef>Split<", "<flowNodeRef>Number</flowNodeRef><flowNodeRef>Split<"),
)
"""The case is given a number at once."""
COUNTED_FIRST = (
    ('<sequenceFlow id="Flow_Split_Task_weigh" sourceRef="Split" targetRef="Task_weigh"/>', ""),
    ('sourceRef="Task_count" targetRef="Join"', 'sourceRef="Task_count" targetRef="Task_weigh"'),
)
"""Nobody weighs before it is counted."""
TIMED_LATER = (
    ('name="clock" value="start"', 'name="note" value="none"'),
    ('name="clock" value="stop"', 'name="clock" value="start"'),
)
"""The legal clock starts at the last task."""


def deploy(office: Office, *changes: Change) -> str:
    """Put the diagram with these texts replaced into force; the digest of that version."""
    drawn = diagram()
    for old, new in changes:
        assert old in drawn
        drawn = drawn.replace(old, new)
    [limit] = re.findall(r'id="Timer_weigh".*?<timeDuration>P(.*?)D<', drawn)
    facts = FACTS.replace('days = "2"', f'days = "{limit}"')
    path = content.write(office.folder / "content", CODE, drawn, facts, FORMS)
    [done] = office.runner.procedures.deploy(path, SYSTEM, office.now)
    return done.version.digest


def migrate(office: Office, version: str) -> None:
    with office.runner.transactions.case(office.case, KEEPER, office.now) as case:
        case.do(Migrate(version, CURRENT, "Quyết định mới"))


def proved(office: Office) -> bool:
    """Whether the case replays, and its read tables made anew from the journal are those that are there."""
    before = office.tables
    office.runner.audit.rebuild(office.case)
    return office.forget().proved() and office.tables == before


def test_a_shorter_limit_leaves_less_time_and_the_promise_stands(office: Office) -> None:
    old, promise = office.row.version, office.row.due
    office.claim(WEIGH)
    office.runner.tasks.save_draft(office.case, WEIGH, {"decision": "Nháp"}, SPECIALIST, office.now)
    assert office.task("Task_weigh").due == local("2022-09-28 08:00")
    migrate(office, deploy(office, SHORTER))
    assert office.row.version != old and office.row.due == promise
    assert office.task("Task_weigh").due == local("2022-09-27 08:00")
    assert office.task("Task_weigh").owner == SPECIALIST.id
    assert office.runner.tasks.draft(office.case, WEIGH, SPECIALIST) == {"decision": "Nháp"}
    assert office.kinds == ["start", "claim", "migrate"] and proved(office)
    office.at("2022-09-27 08:00")
    assert office.task("Task_weigh").late and proved(office)
    office.submit(COUNT, COUNTED, CLERK)
    office.submit(WEIGH, WEIGHED | {"late_reason": "Chờ"})
    office.deliver_message()
    office.runner.tick()
    office.submit(LAST, {}, CLERK)
    assert office.row.status == "finished" and proved(office)


def test_migrated_back_it_is_as_it_was(office: Office) -> None:
    office.claim(WEIGH)
    old, before, state = office.row.version, office.tables, office.journal[-1].state
    migrate(office, deploy(office, SHORTER))
    assert office.journal[-1].state != state
    migrate(office, old)
    assert office.journal[-1].state == state and office.row.version == old
    assert (office.tables["tasks"], office.tables["timers"]) == (before["tasks"], before["timers"])
    assert proved(office)


def test_a_timer_that_fired_and_would_not_have_is_passed_over_and_named(office: Office) -> None:
    office.at("2022-09-28 08:00")
    assert office.task("Task_weigh").late
    migrate(office, deploy(office, LONGER))
    weigh = office.task("Task_weigh")
    assert not weigh.late and weigh.due == local("2022-09-28 13:57") and proved(office)
    line = timeline.describe(office.runner.audit, office.runner.procedures, office.case, SYSTEM, office.now)
    assert line.events[-1].sentences == [
        "Chuyển sang phiên bản 2 của thủ tục: Quyết định mới",
        "Mốc “Timer_weigh” đã đến trước đây; theo phiên bản này thì chưa đến.",
    ]
    sent = len(office.emails)
    office.at("2022-09-28 13:57")
    assert office.task("Task_weigh").late and office.kinds[-1] == "timer" and proved(office)
    assert len(office.emails) == sent  # the notice says the same, to the same person


def test_what_was_sent_is_not_sent_again(office: Office) -> None:
    office.wait().deliver_message()
    migrate(office, deploy(office, SHORTER))  # the e-mail is queued, and not sent yet
    office.runner.tick()
    assert len(office.emails) == 1 and office.open == ["Task_last"]
    migrate(office, deploy(office, LONGER))
    office.runner.tick()
    assert len(office.emails) == 1 and proved(office)


def test_what_the_version_waits_for_and_nobody_was_asked_for_is_asked_for(office: Office) -> None:
    old = office.row.version
    office.wait()
    migrate(office, deploy(office, *TOLD_FIRST))
    assert not office.emails and proved(office)
    office.runner.tick()
    assert len(office.emails) == 1 and office.kinds[-1] == "answer"
    with pytest.raises(AnswerNotAwaited):
        migrate(office, old)
    office.deliver_message()
    assert office.open == ["Task_last"] and proved(office)


def test_a_task_that_another_lane_has_there_is_free_again(office: Office) -> None:
    office.claim(WEIGH)
    old = office.row.version
    lane = ("<flowNodeRef>Task_weigh</flowNodeRef>", "")
    other = ("<flowNodeRef>Task_heavy<", "<flowNodeRef>Task_weigh</flowNodeRef><flowNodeRef>Task_heavy<")
    migrate(office, deploy(office, lane, other))
    assert (office.task("Task_weigh").lane, office.task("Task_weigh").owner) == ("division_lead", None)
    office.submit(COUNT, COUNTED, CLERK)
    with pytest.raises(TaskUnknown):
        office.submit(WEIGH, WEIGHED)
    migrate(office, old)
    assert (office.task("Task_weigh").lane, office.task("Task_weigh").owner) == ("specialist", None)
    assert proved(office)


@pytest.mark.parametrize(
    ("changes", "fault", "seq", "element"),
    [
        ([("Task_count", "Task_tally")], NoSuchTask, 3, "Task_count"),
        (COUNTED_FIRST, TaskNotOpen, 2, "Task_weigh"),
        ([("supplement_received", "papers_received")], MessageNotAwaited, 5, "supplement_received"),
        (NUMBERED, WorkNotRecorded, 1, "Number"),
        (TIMED_LATER, PromiseMoves, 6, ""),
    ],
)
def test_what_a_person_did_and_the_version_does_not_take_leaves_the_case_where_it_is(
    office: Office, changes: tuple[Change, ...], fault: type[MigrationBlocked], seq: int, element: str
) -> None:
    office.claim(WEIGH)
    office.later(days=1).wait().deliver_message()
    office.runner.tick()
    before, version = office.tables, deploy(office, *changes)
    with pytest.raises(fault) as raised:
        migrate(office, version)
    assert (raised.value.facts["seq"], raised.value.facts["element"]) == (seq, element)
    assert office.tables == before and not office.incidents
    office.submit(LAST, {}, CLERK)
    assert office.row.status == "finished" and proved(office)


def test_a_row_that_names_another_version_than_its_journal_diverges_at_the_migration(office: Office) -> None:
    old = office.row.version
    migrate(office, deploy(office, SHORTER))
    with office.runner.database.change() as tx:
        tx.execute(update(table.case).values(version=old))
    found = office.forget().runner.audit.replay(office.case, SYSTEM)
    assert found and found.facts == {"case": office.case, "seq": 2, "what": "version"}
