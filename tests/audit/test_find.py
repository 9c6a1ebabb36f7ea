"""Cases are found by what is known of them, by those who may read them, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runner.domain.person import Person, Role
from runner.services.find import CHUNK, Lateness, Question
from runner.store import case_search
from tests.procedures.values import ANSWERS
from tests.services.departments import OTHER, builder, role
from tests.services.office import CLERK, COUNT, COUNTED, SPECIALIST, WEIGH, WEIGHED, Office
from tests.world import World, local, person

AUDITOR = person(Role.AUDITOR)
BOTH = Person("both", "Kiểm tra hai tỉnh", frozenset({("ha-tinh", Role.AUDITOR), ("ben-tre", Role.AUDITOR)}))


@pytest.fixture
def played(world: World) -> World:
    """Case 1 of Bến Tre; 2 and 3 of Hà Tĩnh, of which 2 was withdrawn and 3 is late by 20/10."""
    world.deploy()
    world.start("ben-tre/39")
    world.do("Task_1_receive", **ANSWERS["tiep-nhan-ben-tre"] | {"applicant_name": "Hợp tác xã Rạch Miễu"})
    for name, tax in (("Công ty Đường Bộ", "3001111222"), ("Công ty Đường Sắt", "3001999888")):
        world.later(days=1).start("ha-tinh/QT.BC.01")
        values = {"applicant_name": name, "applicant_tax_code": tax, "contact_phone": "0912 000 333"}
        world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"] | values)
    world.runner.cases.cancel(2, "Đổi ý", person("one_stop_clerk"), world.now)
    return world


def found(world: World, who: Person = BOTH, at: str = "2022-09-30 10:00", **asked: object) -> list[int]:
    question, now = Question(**asked), local(at)  # type: ignore[arg-type]
    cases = [case.id for case in world.runner.find.cases(question, who, now)]
    assert cases == [case.id for case in world.runner.find.every(question, who, now)]
    assert len(cases) == world.runner.find.count(question, who, now)
    return cases


@pytest.mark.parametrize(
    ("asked", "cases"),
    [
        ({}, [3, 2, 1]),
        ({"words": "duong"}, [3, 2]),
        ({"words": "Đường SẮT"}, [3]),
        ({"words": "đường không"}, []),
        ({"words": "3001999888"}, [3]),
        ({"words": "0912000333", "status": "cancelled"}, [2]),
        ({"words": "#1"}, [1]),
        ({"words": "#99999999999999999999"}, []),
        ({"words": "one_stop_clerk ha-tinh"}, [3, 2]),
        ({"words": "one_stop_clerk ha-tinh sắt"}, []),
        ({"words": "100%_"}, []),
        ({"province": "ben-tre"}, [1]),
        ({"province": "ca-mau"}, []),
        ({"procedure": "ha-tinh/QT.BC.01", "since": local("2022-09-28 00:00")}, [3]),
        ({"until": local("2022-09-27 00:00")}, [1]),
        ({"status": "cancelled"}, [2]),
        ({"lateness": Lateness.OVERDUE}, []),
    ],
)
def test_cases_are_found_by_what_is_known_of_them(played: World, asked: dict[str, object], cases: list[int]) -> None:
    assert found(played, **asked) == cases


def test_late_cases_are_found_while_they_run_and_by_their_whole_number(played: World) -> None:
    assert found(played, at="2022-10-20 10:00", lateness=Lateness.OVERDUE) == [3, 1]
    assert found(played, at="2022-10-20 10:00", lateness=Lateness.EITHER, words="sắt") == [3]
    assert found(played, at="2022-10-20 10:00", lateness=Lateness.OVERRAN) == []
    played.case = 3
    assert played.row.number
    assert found(played, words=played.row.number) == [3]
    assert found(played, words=played.row.number, status="cancelled") == []


def test_the_words_of_a_case_are_made_again_from_its_journal_and_go_when_they_are_forgotten(played: World) -> None:
    with played.runner.database.read() as tx:
        before = [(case_search.words(tx, case), case_search.officers(tx, case)) for case in (1, 2, 3)]
    assert {"duong", "bo", "3001111222", "0912000333"} <= set(before[1][0]) and before[1][1] == [
        "one_stop_clerk@ha-tinh"
    ]
    with played.runner.database.change() as tx:
        case_search.forget(tx, 2)
    assert found(played, words="đường bộ") == []
    played.runner.audit.rebuild(2)
    with played.runner.database.read() as tx:
        assert [(case_search.words(tx, case), case_search.officers(tx, case)) for case in (1, 2, 3)] == before


def test_pages_follow_one_another_and_a_file_has_them_all(office: Office) -> None:
    auditor = role(Role.AUDITOR)
    for _ in range(5):
        office.begin()
    page = office.runner.find.cases(Question(), auditor, office.now, None, 2)
    assert [case.id for case in page] == [5, 4]
    assert [case.id for case in office.runner.find.cases(Question(), auditor, office.now, 4, 2)] == [3, 2]
    assert len(list(office.runner.find.every(Question(), auditor, office.now))) == 5 < CHUNK


def test_among_the_cases_of_a_way_the_other_filters_and_pages_hold(played: World) -> None:
    assert found(played, only=(1, 3)) == [3, 1] and found(played, only=()) == []
    assert found(played, only=(1, 2, 3), words="đường") == [3, 2]
    question, now = Question(only=range(1, 20_000)), local("2022-09-30 10:00")
    assert [case.id for case in played.runner.find.cases(question, BOTH, now, 3, 1)] == [2]
    assert played.runner.find.count(question, BOTH, now) == 3


def test_auditors_of_one_department_find_its_cases_alone_and_others_find_none(office: Office) -> None:
    ours = office.begin()
    theirs = office.runner.cases.start(OTHER, builder("xd_clerk"), office.now).case
    office.runner.tasks.submit(ours, COUNT, COUNTED, CLERK, office.now)
    office.runner.tasks.submit(ours, WEIGH, WEIGHED, SPECIALIST, office.now + timedelta(minutes=1))
    seen = {
        role(Role.AUDITOR): [theirs, ours],
        role(f"{Role.AUDITOR}@so-xd"): [theirs],
        role(f"{Role.AUDITOR}@own"): [ours],
        role(f"{Role.AUDITOR}@nowhere"): [],
        role(Role.ADMINISTRATOR): [],
        CLERK: [],
    }
    for who, cases in seen.items():
        for question in (Question(), Question(words="mau"), Question(words=f"#{ours}")):
            expected = [case for case in cases if not question.words.startswith("#") or case == ours]
            assert [each.id for each in office.runner.find.cases(question, who, office.now)] == expected, who.id


def test_a_role_for_one_agency_finds_nothing_where_a_province_has_none(played: World) -> None:
    agency = Person("agency", "Thanh tra Sở", frozenset({("ha-tinh", f"{Role.AUDITOR}@so-xd")}))
    assert found(played, agency) == []
    assert played.runner.dossiers.cases(Question(), agency, played.now) == []
    assert found(played, Person("own", "Thanh tra", frozenset({("ha-tinh", f"{Role.AUDITOR}@own")}))) == [3, 2]
