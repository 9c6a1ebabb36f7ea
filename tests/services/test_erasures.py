"""Lawful erasure: the personal data of a case goes from everywhere, the case goes on, and its journal replays."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, Text, cast, select, text

from runner.app import Runner
from runner.config import Settings
from runner.domain import personal
from runner.domain.entry import Erase, Submit
from runner.domain.form.attachment import attached
from runner.domain.journal import Entry, chain_fault
from runner.domain.person import SYSTEM, Person, Role
from runner.domain.record import RecordKind
from runner.domain.redaction import MARK, SHORTEST, Redaction
from runner.errors import Divergence
from runner.scenario import format as scripts
from runner.scenario.format import Scenario, ScenarioStep
from runner.scenario.player import ScenarioPlayer, ScenarioRun
from runner.services.erasures import (
    SETTLED,
    AskedAlready,
    CaseHeld,
    DecidedAlready,
    NotDirector,
    NotForErasure,
    NothingToErase,
    SamePerson,
)
from runner.store import case as cases
from runner.store import erasure as erasures
from runner.store import record_event
from runner.store.index import metadata
from runner.unicode import folded
from tests.procedures.dossier import Dossier
from tests.procedures.test_scenarios import DIAGRAMS, file
from tests.running import unguarded
from tests.world import person

KEEPER, DIRECTOR = person(Role.ADMINISTRATOR), person("director")
GROUND = "Điều 16 Nghị định 13/2023/NĐ-CP"
NAME, PHONE, EMAIL = "Công ty Bưu chính Lam Giang Xanh", "0912 345 678", "hoso@lamgiangxanh.vn"
WHO = {"applicant_name": NAME, "contact_phone": PHONE, "contact_email": EMAIL}
SEED = 20261130
PLAYS = 294 if os.environ.get("MOTCUA_FAULTS") == "full" else 12


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """A dossier of Hà Tĩnh that a specialist appraises, whose applicant has asked to be forgotten."""
    world = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    world.on("2022-09-26 08:30", "Task_B1_receive", **WHO)
    world.on("2022-09-26 09:30", "Task_B2_forward", forward_note=f"Chuyển hồ sơ của {NAME}")
    yield world
    world.runner.close()


def erase(world: Dossier) -> None:
    world.runner.retention.erasures.carry_out(world.case, GROUND, KEEPER, DIRECTOR, world.now)


def everything(runner: Runner) -> bytes:
    """Every value of every table, and every byte of the files of a database in SQLite."""
    found = bytearray()
    with runner.database.read() as tx:
        for table in metadata.tables.values():
            columns = [each if isinstance(each.type, LargeBinary) else cast(each, Text) for each in table.columns]
            for row in tx.execute(select(*columns)):
                for value in row:
                    found += value if isinstance(value, bytes) else str(value).encode()
                    found += b"\n"
        sqlite = tx.dialect.name == "sqlite"
    if sqlite:
        place = runner.settings.database.removeprefix("sqlite:///")
        for name in (place, f"{place}-wal"):
            found += Path(name).read_bytes() if Path(name).exists() else b""
    spool = Path(runner.settings.mail.removeprefix("spool:"))
    for path in spool.glob("*"):
        found += path.read_bytes()
    return bytes(found)


def journal(runner: Runner, case: int) -> list[Entry]:
    with runner.database.read() as tx:
        return cases.entries(tx, case)


def test_nothing_personal_is_left_and_the_case_goes_on_to_its_end(world: Dossier) -> None:
    asked = world.runner.retention.erasures
    asked.refuse(asked.ask(world.case, f"Đơn của {NAME}", KEEPER, world.now).id, KEEPER, world.now)
    before = everything(world.runner)
    assert all(each.encode() in before for each in WHO.values())
    erase(world)
    world.at("2022-09-26 11:00")
    left = everything(world.runner)
    assert [each for each in WHO.values() if each.encode() in left or folded(each).encode() in left] == []
    last = folded(NAME).split()[-1].encode()  # a case is found by the words of its name, each by itself
    assert b"\n" + last + b"\n" in before and last not in left
    assert world.row.subject == MARK and world.row.phone == MARK
    world.on("2022-09-28 09:00", "Task_B3_appraise").on("2022-09-29 09:00", "Task_B3_draft_licence")
    world.on("2022-09-30 09:00", "Task_B4_initial").on("2022-10-03 09:00", "Task_B5_approve")
    assert world.forget().proved() and chain_fault(world.journal) is None


def test_the_erasure_says_who_asked_who_approved_on_what_ground_and_what_went(world: Dossier) -> None:
    erase(world)
    entry = world.journal[-1]
    body = entry.body
    assert isinstance(body, Erase)
    assert (entry.actor, body.requested_by, body.name, body.ground) == (DIRECTOR.id, KEEPER.id, KEEPER.name, GROUND)
    assert {"applicant_name", "contact_phone", "contact_email"} < set(body.fields)
    erased = [each.seq for each in world.journal if each.payload is None]
    assert sorted(map(int, body.kept)) == erased and erased[0] == 1, "the start's salt stands before every state"
    with world.runner.database.read() as tx:
        [told] = record_event.events(tx, kinds=[RecordKind.ERASURE])
    assert (told.actor, told.subject) == (DIRECTOR.id, str(world.case))
    assert (told.facts["entries"], told.facts["requested_by"]) == (erased, KEEPER.id)


def test_what_an_officer_repeated_in_a_text_goes_too_and_other_words_stay(world: Dossier) -> None:
    erase(world)
    notes = [each.body.values["forward_note"] for each in world.journal if _has(each, "forward_note")]
    assert notes == [f"Chuyển hồ sơ của {MARK}"]


def test_the_chain_and_the_hashes_of_a_case_do_not_change(world: Dossier) -> None:
    before = [(each.payload_sha256, each.state, each.hash) for each in world.journal]
    erase(world)
    assert [(each.payload_sha256, each.state, each.hash) for each in world.journal[:-1]] == before


def test_drafts_and_repeated_requests_are_forgotten(world: Dossier) -> None:
    task, clerk = world.task("Task_B3_appraise"), person("specialist")
    world.runner.tasks.claim(world.case, task.id, clerk, world.now, "key-1")
    world.runner.tasks.save_draft(world.case, task.id, {"appraisal_reason": f"{NAME} đủ"}, clerk, world.now)
    erase(world)
    assert world.runner.tasks.draft(world.case, task.id, clerk) == {}
    world.at("2022-09-26 11:00")
    assert NAME.encode() not in everything(world.runner)


def test_later_data_is_erased_by_a_second_erasure_and_both_replay(world: Dossier) -> None:
    erase(world)
    world.on("2022-09-28 09:00", "Task_B3_appraise", appraisal_reason=f"Gọi {PHONE}, gặp chị Lành Hương Giang")
    with pytest.raises(NothingToErase):
        erase(world)
    world.on("2022-09-29 09:00", "Task_B3_draft_licence").on("2022-09-30 09:00", "Task_B4_initial")
    world.on("2022-10-03 09:00", "Task_B5_approve")
    for hour, element in enumerate(("Task_B6_issue", "Task_B6_update"), 9):
        world.on(f"2022-10-03 {hour:02}:30", element)
    [last] = world.open
    world.on("2022-10-03 11:00", last, received_by="Lành Hương Giang")
    erase(world)
    world.at("2022-10-03 15:00")
    assert "Lành Hương Giang".encode() not in everything(world.runner)
    assert world.forget().proved()


def test_two_people_decide_an_administrator_and_a_director_who_are_not_one(world: Dossier) -> None:
    found = world.runner.retention.erasures
    with pytest.raises(NotForErasure):
        found.carry_out(world.case, GROUND, person("specialist"), DIRECTOR, world.now)
    with pytest.raises(NotDirector):
        found.carry_out(world.case, GROUND, KEEPER, person("specialist"), world.now)
    both = Person("both", "Cả hai", KEEPER.groups | DIRECTOR.groups)
    with pytest.raises(SamePerson):
        found.carry_out(world.case, GROUND, both, both, world.now)
    assert world.row.subject == NAME


def test_a_request_waits_for_the_second_person_and_is_decided_once(world: Dossier) -> None:
    found = world.runner.retention.erasures
    asked = found.ask(world.case, GROUND, KEEPER, world.now)
    with pytest.raises(AskedAlready):
        found.ask(world.case, GROUND, KEEPER, world.now)
    assert [each.request for each in found.pending(DIRECTOR)] == [asked]
    assert found.pending(person("director", "ben-tre")) == []
    found.approve(asked.id, DIRECTOR, world.now)
    with pytest.raises(DecidedAlready):
        found.refuse(asked.id, DIRECTOR, world.now)
    assert found.pending(DIRECTOR) == [] and world.row.subject == MARK and world.forget().proved()


def test_who_asked_takes_it_back_and_nothing_is_erased(world: Dossier) -> None:
    found = world.runner.retention.erasures
    asked = found.ask(world.case, GROUND, KEEPER, world.now)
    found.refuse(asked.id, KEEPER, world.now)
    assert found.pending(DIRECTOR) == [] and world.row.subject == NAME


def test_a_held_case_is_not_erased_until_the_hold_is_lifted(world: Dossier) -> None:
    auditor = person(Role.AUDITOR)
    world.runner.retention.holds.hold(world.case, "Khiếu nại số 12/KN", auditor, world.now)
    with pytest.raises(CaseHeld, match="12/KN"):
        erase(world)
    world.runner.retention.holds.lift(world.case, "Đã giải quyết khiếu nại", auditor, world.now)
    erase(world)
    with world.runner.database.read() as tx:
        told = record_event.events(tx, kinds=[RecordKind.HOLD])
    assert [(each.actor, each.facts["do"]) for each in told] == [(auditor.id, "hold"), (auditor.id, "lift")]


def test_an_incident_keeps_its_attempt_without_the_personal_values(world: Dossier) -> None:
    task = world.task("Task_B3_appraise")
    tried = Submit(task.id, {"appraisal_reason": f"Của {NAME}", "contact_name": "Hồ Thị Mai Liên"})
    fault = _Broken(reason=f"bad value {PHONE}")
    world.runner.transactions.record_incident(world.case, fault, tried, person("specialist"), world.now)
    erase(world)
    world.at("2022-09-26 11:00")
    left = everything(world.runner)
    assert [each for each in (NAME, PHONE, "Hồ Thị Mai Liên") if each.encode() in left] == []
    _, _, [incident] = world.runner.cases.get(world.case, SYSTEM)
    assert incident.attempt and MARK in str(incident.attempt) and world.forget().proved()


def test_a_verification_of_everything_finds_nothing_wrong_with_an_erased_case(world: Dossier) -> None:
    erase(world)
    world.on("2022-09-28 09:00", "Task_B3_appraise")
    world.runner.protect()
    report = world.runner.verification.run(world.now, chosen=[world.case])
    assert report.whole, report.tally


def test_a_rebuild_gives_the_erased_rows_again(world: Dossier) -> None:
    erase(world)
    before = world.row, world.tasks
    world.runner.audit.rebuild(world.case)
    assert (world.row, world.tasks) == before


def test_a_payload_that_no_erasure_names_is_a_divergence(world: Dossier) -> None:
    with world.runner.database.change() as tx, unguarded(tx):
        tx.execute(text("UPDATE journal SET payload = NULL, salt = NULL WHERE seq = 2"))
    found = world.forget().runner.audit.replay(world.case, SYSTEM)
    assert isinstance(found, Divergence) and (found.facts["seq"], found.facts["what"]) == (2, "erased")


def test_a_message_that_was_not_sent_before_is_sent_to_nobody_by_the_mark(world: Dossier) -> None:
    world.do("Task_B3_appraise", appraisal_decision="supplement", inspection_needed=None)
    erase(world)
    world.at("2022-09-26 11:00").at("2022-09-26 11:10")
    assert [to for to, _ in world.emails if MARK in to] == []
    with world.runner.database.read() as tx:
        assert erasures.queued(tx) == []


def test_a_field_is_personal_by_the_list_or_by_its_form_and_never_by_a_guess() -> None:
    payload = {"values": {"applicant_name": "An", "owner_name": "Bình", "list": [{"contact_phone": "0900"}]}}
    assert Redaction.of([payload], personal.keys(())).fields == ("applicant_name", "contact_phone")
    redacted = Redaction.of([payload], {"owner_name"}).payload(payload)
    assert redacted["values"] == payload["values"] | {"owner_name": MARK}


# -- random cases ------------------------------------------------------------------------------------------------------


class _Broken(Exception):
    """Hỏng: {reason}"""

    def __init__(self, **facts: object) -> None:
        super().__init__()
        self.facts = facts


class Forgetful(ScenarioRun):
    """Plays a scenario; before the steps with these numbers, and at the end, the case is erased."""

    def __init__(self, player: ScenarioPlayer, erased_at: set[int]) -> None:
        super().__init__(player)
        self.erased_at, self.step, self.personal = erased_at, 0, set[str]()
        province = player.script.province
        self.keeper = Person("keeper", "Người giữ", frozenset({(province, str(Role.ADMINISTRATOR))}))
        self.director = Person("signer", "Người duyệt", frozenset({(province, "director")}))

    def take(self, step: ScenarioStep) -> None:
        self.step += 1
        if self.case and self.step in self.erased_at:
            self.erase()
        super().take(step)

    def erase(self) -> None:
        self.personal |= _personal(journal(self.runner, self.case))
        try:
            now = self.clock.now()
            self.runner.retention.erasures.carry_out(self.case, GROUND, self.keeper, self.director, now)
        except NothingToErase:
            return


def plays() -> list[tuple[str, Scenario, int]]:
    """Scenarios of all procedures with a seed each, drawn by a seed of their own."""
    known = [(code, each) for code in DIAGRAMS for each in scripts.read(file(code)).scenarios]
    chosen = random.Random(SEED)
    drawn = chosen.sample(known, min(PLAYS, len(known)))
    return [(code, scenario, chosen.randrange(2**32)) for code, scenario in drawn]


def named() -> Iterator[Any]:
    for code, scenario, seed in plays():
        yield pytest.param(code, scenario, seed, id=f"{code}-{scenario.name}")


@pytest.mark.parametrize(("code", "scenario", "seed"), list(named()))
def test_a_case_erased_at_any_moments_ends_as_it_would_and_keeps_nothing(
    code: str, scenario: Scenario, seed: int, database_url: str, tmp_path: Path
) -> None:
    chosen = random.Random(seed)
    runner = Runner(Settings(database=database_url, mail=f"spool:{tmp_path / 'mail'}"))
    try:
        script = scripts.read(file(code))
        runner.procedures.deploy(DIAGRAMS[code], SYSTEM, script.begins)
        run = Forgetful(ScenarioPlayer(runner, script), set(chosen.sample(range(2, len(scenario.steps) + 2), k=2)))
        content = everything(runner)
        _, failure = run.play(scenario)
        assert failure is None, str(failure)
        run.erase()
        run.clock.advance(SETTLED)
        runner.retention.erasures.sweep(runner.outbox.mail, run.clock.now())
        runner.transactions.cache.clear()
        assert runner.audit.replay(run.case, SYSTEM) is None
        left = everything(runner)
        known = {each for each in run.personal if each.encode() in content}
        assert run.personal - known and [each for each in run.personal - known if each.encode() in left] == []
    finally:
        runner.close()


def _personal(entries: list[Entry]) -> set[str]:
    """The personal texts that these entries still hold."""
    found: set[str] = set()
    for each in entries:
        if each.payload is None or not isinstance(each.body, Submit):
            continue
        found |= {str(value) for key, value in each.body.values.items() if key in personal.known() and value}
        found |= {part for one in attached(each.body.values) for part in (one.name, one.sha256)}
    return {value for value in found if len(value) >= SHORTEST and value != MARK}


def _has(entry: Entry, field: str) -> bool:
    return isinstance(entry.body, Submit) and entry.body.values.get(field) is not None
