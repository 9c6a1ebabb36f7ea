"""What was so on any day is what a plain model of the same acts says, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.audit.history import state
from runner.audit.history.accounts import Accounts
from runner.audit.history.happening import PAGE, Asked, Happening, What
from runner.audit.history.service import HistoryForbidden, provinces
from runner.clock import ZONE
from runner.domain.deployment import Decision, Enforcement
from runner.domain.person import Person, Role
from runner.domain.record import RecordKind
from runner.domain.submission import Submission, Verdict
from runner.store import recount, registry, sign_in, submission
from tests.services.departments import OTHER, builder, role
from tests.services.office import ANALYST, CLERK, CODE, DIRECTOR, PROVINCE, Office
from tests.world import World, local

LANES = [(province, lane) for province in ("mau", "khac") for lane in ("director", "specialist", "auditor")]
START = datetime(2022, 9, 26, 1, tzinfo=UTC)


def at_end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZONE)


def asked(what: What, day: date, province: str = PROVINCE, before: int | None = None) -> Asked:
    return Asked(what, province, at_end(day) - datetime.resolution, at_end(day), before)


def held(accounts: Accounts) -> set[tuple[str, str]]:
    return {(lane, member.person) for lane, who in accounts.lanes().items() for member in who}


ACT = st.tuples(st.sampled_from("abc"), st.booleans(), st.frozensets(st.sampled_from(LANES)), st.integers(0, 40))


@given(st.lists(ACT, max_size=30))
def test_the_lanes_after_any_accounts_are_those_of_the_last_event_of_each(
    acts: list[tuple[str, bool, frozenset[tuple[str, str]], int]],
) -> None:
    accounts, model, seen = Accounts("mau"), dict[str, frozenset[tuple[str, str]]](), 0
    for number, (id, active, groups, hours) in enumerate(acts, 1):
        lanes = groups if active else frozenset[tuple[str, str]]()
        own, was = ({each for each in some if each[0] == "mau"} for some in (lanes, model.get(id, ())))
        seen += bool(own or was)
        facts = {"name": id, "email": "", "active": active, "groups": sorted(map(list, lanes))}
        told = Happening(number, START + timedelta(hours=hours), "by", RecordKind.PERSON, id, facts)
        accounts.take(told)
        model[id] = lanes
    assert held(accounts) == {
        (lane, id) for id, lanes in model.items() for province, lane in lanes if province == "mau"
    }
    assert len(accounts.happened) == seen
    assert "khac" not in str([each.changes for each in accounts.happened])


@pytest.mark.parametrize("seed", [1, 2])
def test_who_had_which_lane_on_any_day_is_as_the_acts_until_then_left_it(world: World, seed: int) -> None:
    random, people, reader = Random(seed), world.runner.people, Person("r", "R", frozenset({("mau", Role.AUDITOR)}))
    model, days = dict[str, frozenset[tuple[str, str]]](), dict[date, set[tuple[str, str]]]()
    first = world.now.astimezone(ZONE).date()
    for _ in range(40):
        id = random.choice("abcd")
        if model.get(id) and random.random() < 0.2:
            people.dismiss(id)
            model[id] = frozenset()
        else:
            model[id] = frozenset(random.sample(LANES, random.randint(0, 4)))
            people.save(Person(id, f"Tên {id}", model[id]))
        own = {(lane, id) for id, lanes in model.items() for province, lane in lanes if province == "mau"}
        days[world.now.astimezone(ZONE).date()] = own
        world.later(hours=random.choice([0, 3, 11, 30]))
    expected = set[tuple[str, str]]()
    for number in range((max(days) - first).days + 1):
        day = first + timedelta(days=number)
        expected = days.get(day, expected)
        shown = world.runner.histories.show(asked(What.ROLES, day), reader)
        assert {(member.name[-1], lane) for lane, who in shown.lanes for member in who} == {
            (id, name(world, lane)) for lane, id in expected
        }, day


def name(world: World, lane: str) -> str:
    return Accounts("mau").label(lane)


def test_what_is_in_force_on_a_day_is_what_was_in_force_then(office: Office) -> None:
    with office.runner.database.read() as tx:
        [digest] = [each.digest for each in registry.versions(tx) if each.procedure == CODE]
    random, moments = Random(3), []
    for number in range(12):
        now = office.later(hours=7 + number).now
        with office.runner.database.change() as tx:
            effective = now + timedelta(hours=random.choice([0, 0, 0, 9, 40]))
            registry.enforce(tx, CODE, random.choice([digest, None]), now, "lan", effective, approved_by="minh")
            moments.append((now, registry.in_force(tx, CODE, now)))
    with office.runner.database.read() as tx:
        for now, expected in moments:
            assert state.in_force(registry.enforcements(tx, CODE), now) == expected


def test_what_was_put_into_force_with_a_clock_ahead_counts_from_the_clock_that_is_right() -> None:
    ahead, right = START + timedelta(days=3), START
    recorded = [
        Enforcement(CODE, 1, "one", ahead, "lan", ahead),
        Enforcement(CODE, 2, "two", right, "lan", right),
    ]
    assert state.in_force(recorded, right) == recorded[1]
    assert state.in_force(recorded, ahead + timedelta(days=1)) == recorded[1]
    assert state.in_force(recorded[:1], right) is None


def test_an_auditor_of_an_agency_reads_readings_of_its_cases_only_and_of_no_other_province(office: Office) -> None:
    histories, notes, day = office.runner.histories, office.runner.readings, office.now.astimezone(ZONE).date()
    ours = office.runner.cases.start(CODE, CLERK, office.now).case
    theirs = office.runner.cases.start(OTHER, builder("xd_clerk"), office.now).case
    keeper = role(Role.ADMINISTRATOR)
    for case in (ours, theirs):
        notes.note(case, keeper, "case", office.now)
    agency = role(f"{Role.AUDITOR}@so-xd")
    notes.export("find", agency, {"ground": "của mình"}, office.now)
    seen = {
        who: [each.subject for each in histories.show(asked(What.READINGS, day), who).happened]
        for who in (role(Role.AUDITOR), agency)
    }
    assert seen[role(Role.AUDITOR)] == [str(theirs), str(ours)]
    assert seen[agency] == ["find", str(theirs)]
    assert provinces(keeper) == []
    for who, province in ((keeper, PROVINCE), (agency, "ha-tinh")):
        with pytest.raises(HistoryForbidden):
            histories.show(asked(What.CALENDAR, day, province), who)


def test_pages_of_readings_follow_one_another(office: Office) -> None:
    case = office.runner.cases.start(CODE, CLERK, office.now).case
    auditor, day = role(Role.AUDITOR), office.now.astimezone(ZONE).date()
    for number in range(PAGE + 2):
        office.runner.readings.note(case, role(Role.ADMINISTRATOR), f"page {number}", office.now)
    first = office.runner.histories.show(asked(What.READINGS, day), auditor)
    assert len(first.happened) == PAGE and first.more
    second = office.runner.histories.show(asked(What.READINGS, day, before=first.happened[-1].id), auditor)
    assert len(second.happened) == 2 and not second.more
    assert office.runner.histories.show(asked(What.READINGS, local("2022-09-25 08:00").date()), auditor).happened == []


def test_proposals_decisions_tokens_and_failed_sign_ins_are_said_with_who_and_why(office: Office) -> None:
    now, runner, auditor = office.now, office.runner, role(Role.AUDITOR)
    day = now.astimezone(ZONE).date()
    runner.people.save(ANALYST)
    with runner.database.change() as tx:
        [digest] = [each.digest for each in registry.versions(tx) if each.procedure == CODE]
        made = Submission(0, CODE, PROVINCE, digest, None, None, None, "", "Sửa hạn", now, ANALYST.id)
        made = submission.add(tx, made)
    waiting = runner.histories.show(asked(What.DEPLOYMENTS, day), auditor)
    assert waiting.deployments
    assert [each.id for each in waiting.deployments.waiting] == [made.id]
    office.later(days=1)
    with runner.database.change() as tx:
        decided = replace(
            made, verdict=Verdict.RETURNED, decided=office.now, decided_by=DIRECTOR.id, reason="Thiếu căn cứ"
        )
        assert submission.decide(tx, decided)
        registry.enforce(tx, CODE, None, office.now, ANALYST.id, approved_by=DIRECTOR.id, successor=OTHER)
        recount.decide(tx, Decision(PROVINCE, 1, False, office.now, DIRECTOR.id, "Giữ lời hẹn"))
    runner.accounts.create_token(CLERK.id, "máy quét", ["read"], office.now)
    runner.accounts.revoke_token(CLERK.id, "máy quét", office.now)
    with runner.database.change() as tx:
        sign_in.failed(tx, "", office.now)
        sign_in.tell_failures(tx, office.now, office.now)
    told = said(office, What.DEPLOYMENTS, auditor)
    assert told[0][:2] == (ANALYST.id, "")
    assert "Bãi bỏ mau/hai-nhanh" in told[0][2] and "Thay bằng mau/xay-dung" in told[0][2]
    assert f"Người duyệt: {DIRECTOR.name}" in told[0][2]
    assert told[1][:2] == (DIRECTOR.id, "Thiếu căn cứ")
    assert told[1][2] == f"Trả lại {CODE} · Bản 1 · Người trình: {ANALYST.name}"
    assert told[2] == (ANALYST.id, "Sửa hạn", f"Trình duyệt {CODE} · Bản 1")
    assert said(office, What.CALENDAR, auditor)[0][:2] == (DIRECTOR.id, "Giữ lời hẹn")
    failed, revoked, created = said(office, What.SIGN_INS, auditor)[:3]
    assert failed[2].startswith("1 lần đăng nhập sai, kể từ")
    assert (revoked[2], created[2]) == (
        "Thu hồi mã truy cập “máy quét” · Quyền: read",
        "Tạo mã truy cập “máy quét” · Quyền: read",
    )
    after = runner.histories.show(asked(What.DEPLOYMENTS, day + timedelta(days=1)), auditor).deployments
    before = runner.histories.show(asked(What.DEPLOYMENTS, day), auditor).deployments
    assert after and before
    assert [each.version is None for each in after.procedures if each.procedure == CODE] == [True]
    assert [each.version is None for each in before.procedures if each.procedure == CODE] == [False]
    assert list(after.waiting) == []


def said(office: Office, what: What, who: Person) -> list[tuple[str, str, str]]:
    """Who did what and why, the newest first."""
    shown = office.runner.histories.show(Asked(what, PROVINCE, office.now), who)
    return [(each.actor, each.reason, " · ".join(each.changes)) for each in shown.happened]
