"""Versions and revisions are kept for ever under consecutive numbers; people work in the lanes they were given last."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from runner.domain.deployment import Deployed, Revision
from runner.domain.person import Person
from runner.errors import Conflict
from runner.store import registry
from runner.store.session import Database
from tests.store.factory import NOW

CODE = "ha-tinh/QT.BC.01"
FILES = {"bpmn": b"<definitions/>", "forms/intake.form": b"{}"}


@pytest.mark.parametrize(
    ("recorded", "asked"),
    [
        ([("aa", 2030, 2030), ("bb", 2025, 2025)], {2025: "bb", 2031: "bb"}),
        ([("aa", 2030, 2030), ("bb", 2025, 2026)], {2025: "aa", 2026: "bb"}),
        ([("bb", 2020, 2026), ("aa", 2025, 2025)], {2025: "aa", 2026: "bb"}),
        ([("bb", 2020, 2023), ("aa", 2025, 2025)], {2025: "aa", 2026: "aa"}),
    ],
    ids=["at once", "for a day", "before a day", "behind a day"],
)
def test_a_clock_that_was_ahead_holds_nothing_up(
    database: Database, recorded: list[tuple[str, int, int]], asked: dict[int, str]
) -> None:
    with database.change() as tx:
        for digest in ("aa", "bb"):
            registry.deploy(tx, digest, CODE, "ha-tinh", FILES, NOW, "lan")
        for digest, at, effective in recorded:
            assert registry.enforce(tx, CODE, digest, NOW.replace(year=at), "lan", NOW.replace(year=effective))
        for year, digest in asked.items():
            at = NOW.replace(year=year)
            found = registry.in_force(tx, CODE, at)
            assert found and found.version == digest
            assert [row.digest for row in registry.current(tx, at)] == [digest]


def test_a_version_is_in_force_from_its_day_and_old_ones_keep_their_files(database: Database) -> None:
    newer, day = FILES | {"bpmn": b"<definitions id='2'/>"}, timedelta(days=1)

    def in_force(at: datetime) -> str | None:
        found = registry.in_force(tx, CODE, at)
        current = [row.digest for row in registry.current(tx, at) if row.procedure == CODE]
        assert current == ([found.version] if found and found.version else [])
        return found.version if found else None

    with database.change() as tx:
        assert in_force(NOW) is None and registry.files(tx, "aa") == {}
        assert registry.deploy(tx, "aa", CODE, "ha-tinh", FILES, NOW, "lan") == 1
        assert registry.deploy(tx, "bb", CODE, "ha-tinh", newer, NOW, "lan") == 2
        assert registry.deploy(tx, "cc", "ben-tre/39", "ben-tre", FILES, NOW, "lan") == 1
        assert in_force(NOW) is None, "stored is not in force"
        assert registry.enforce(tx, CODE, "aa", NOW, "lan")
        assert registry.enforce(tx, CODE, "bb", NOW, "lan", NOW + 30 * day, approved_by="minh")
        assert [in_force(NOW + days * day) for days in (0, 29, 30)] == ["aa", "aa", "bb"]
        assert in_force(NOW - day) == "aa", "in force at once stays so where the clock goes back"
        assert not registry.enforce(tx, CODE, "aa", NOW + day, "lan"), "it is so already"
        assert registry.enforce(tx, CODE, "aa", NOW + day, "lan", NOW + 30 * day), "taken back before its day"
        assert in_force(NOW + 31 * day) == "aa"
        assert registry.enforce(tx, CODE, None, NOW + day, "lan", NOW + 40 * day, successor="ha-tinh/QT.BC.08")
        assert [in_force(NOW + days * day) for days in (39, 40)] == ["aa", None]
        assert [row.digest for row in registry.known(tx, NOW + 40 * day)] == ["aa"]
        assert [each.number for each in registry.enforcements(tx, CODE)] == [1, 2, 3, 4]
        assert registry.files(tx, "aa") == FILES and registry.files(tx, "bb") == newer
        assert [row.digest for row in registry.versions(tx)] == ["cc", "aa", "bb"]
        assert registry.version(tx, "aa") == Deployed("aa", CODE, "ha-tinh", 1, NOW, "lan")
        assert registry.version(tx, "dd") is None
        assert tx.scalar(text("SELECT count(*) FROM blob")) == 3


def test_deploying_what_is_there_changes_nothing(database: Database) -> None:
    with database.change() as tx:
        for by in ("lan", "minh"):
            assert registry.deploy(tx, "aa", CODE, "ha-tinh", FILES, NOW, by) == 1
        assert [row.by for row in registry.versions(tx)] == ["lan"]


def test_versions_deployed_at_once_get_consecutive_numbers(database: Database) -> None:
    def deploy(number: int) -> int:
        with database.change() as tx:
            return registry.deploy(tx, f"{number:02}", CODE, "ha-tinh", FILES, NOW, "lan")

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(deploy, range(20))) == list(range(1, 21))


def test_a_revision_of_a_calendar_stays_as_it_was(database: Database) -> None:
    first, second = (Revision("ha-tinh", number, NOW, "lan", "Nghỉ bù") for number in (1, 2))
    with database.change() as tx:
        assert registry.calendar_revision(tx, "ha-tinh") is registry.calendar(tx, "ha-tinh", 1) is None
        registry.revise(tx, first, {"revision": 1})
        registry.revise(tx, second, {"revision": 2, "days": [{"name": "Quốc khánh"}]})
        registry.revise(tx, Revision("ben-tre", 1, NOW, "lan", ""), {})
    with pytest.raises(Conflict), database.change() as tx:
        registry.revise(tx, first, {"revision": 3})
    with database.read() as tx:
        assert registry.calendar(tx, "ha-tinh", 1) == {"revision": 1}
        assert registry.calendar(tx, "ha-tinh", 2) == {"revision": 2, "days": [{"name": "Quốc khánh"}]}
        assert registry.calendar_revision(tx, "ha-tinh") == 2
        assert registry.revisions(tx, "ha-tinh") == [first, second]


def test_a_person_has_the_lanes_given_last(database: Database) -> None:
    lan = Person("lan", "Nguyễn Thị Lan", frozenset({("ha-tinh", "specialist"), ("ha-tinh", "director")}), "lan@x.vn")
    minh = Person("minh", "Trần Minh", frozenset({("ha-tinh", "specialist")}))
    moved = Person("lan", "Nguyễn Thị Lan", frozenset({("ben-tre", "specialist")}))
    idle = Person("an", "Lê An")
    with database.change() as tx:
        for person in (lan, minh, idle):
            registry.save_person(tx, person, NOW)
        assert registry.person(tx, "lan") == lan and registry.people(tx) == [idle, lan, minh]
        assert registry.members(tx, "ha-tinh", "specialist") == [lan, minh]
        registry.save_person(tx, moved, NOW)
        assert registry.person(tx, "lan") == moved
        assert registry.members(tx, "ha-tinh", "specialist") == [minh]
        assert registry.members(tx, "ha-tinh", "records_clerk") == []


def test_a_dismissed_person_is_not_known_any_more_until_taken_on_again(database: Database) -> None:
    lan = Person("lan", "Nguyễn Thị Lan", frozenset({("ha-tinh", "specialist")}))
    with database.change() as tx:
        registry.save_person(tx, lan, NOW)
        registry.dismiss(tx, "lan", NOW)
        assert registry.person(tx, "lan") is None and registry.people(tx) == []
        assert registry.members(tx, "ha-tinh", "specialist") == []
        registry.save_person(tx, lan, NOW)
        assert registry.person(tx, "lan") == lan
