"""Faults 1 and 5 through HTTP: two programs at one task, and one request that comes five times at once."""

from __future__ import annotations

import os
from collections import Counter
from functools import partial

import pytest

from runner.domain.person import SYSTEM
from tests.faults import invariant
from tests.faults.race import race
from tests.procedures.values import ANSWERS
from tests.web.conftest import Site
from tests.web.program import Program
from tests.world import ROOT

COPIES = 5
REQUESTS = 1_000 if os.environ.get("MOTCUA_FAULTS") == "full" else 100
INTAKE = {"values": ANSWERS["tiep-nhan-ben-tre"]}
FORWARD = {"values": ANSWERS["chuyen-ho-so"]}


@pytest.fixture
def office(site: Site) -> Site:
    site.world.deploy(ROOT / "bpmn/ben-tre/39.bpmn", provinces=("ben-tre",))
    return site


def test_a_post_sent_five_times_at_once_has_one_effect_and_one_answer(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    runs = REQUESTS // 4
    begun = [
        [partial(clerk.ask, "POST", "/cases", {"procedure": "ben-tre/39"}, Idempotency_Key=f"start {n}")] * COPIES
        for n in range(runs)
    ]
    answers = race(begun)
    for act, body in (("submit", INTAKE), ("claim", None), ("release", None)):
        opened = answers[:runs] if act == "submit" else answers[runs : runs * 2]
        tasks = [f"/tasks/{answer[0].json['opened'][0]}/{act}" for answer in opened]  # type: ignore[union-attr]
        answers += race([[partial(clerk.ask, "POST", path, body, Idempotency_Key=path)] * COPIES for path in tasks])

    distinct = [{(each.status_code, each.text) for each in copies} for copies in answers]  # type: ignore[union-attr]
    assert [len(each) for each in distinct] == [1] * (runs * 4)
    assert Counter(status for each in distinct for status, _ in each) == {201: runs, 200: runs * 3}
    done = Counter(
        entry.kind for case in office.runner.audit.cases() for entry in office.runner.audit.journal(case, SYSTEM)
    )
    assert done == dict.fromkeys(("start", "claim", "release", "submit"), runs)
    invariant.check(office.runner)


def test_of_two_programs_that_submit_one_task_at_once_one_wins_and_the_other_is_informed(office: Site) -> None:
    first = Program(office, "one_stop_clerk")
    colleague = type(first.who)("colleague", "Đồng nghiệp", first.who.groups)
    office.runner.people.save(colleague)
    second = Program(office, colleague)
    tasks = [first.receive()["opened"][0] for _ in range(REQUESTS // 2)]
    results = race(
        [[partial(each.ask, "POST", f"/tasks/{task}/submit", FORWARD) for each in (first, second)] for task in tasks]
    )
    assert [sorted(each.status_code for each in pair) for pair in results] == [[200, 409]] * len(tasks)  # type: ignore[union-attr]
    losers = [each.json for pair in results for each in pair if each.status_code == 409]  # type: ignore[union-attr]
    assert {each["type"] for each in losers} == {"urn:motcua:TaskClosed"}
    invariant.check(office.runner)


def test_a_key_used_for_another_request_is_refused_and_nothing_is_done(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    task = clerk.start(Idempotency_Key="one")["opened"][0]
    reused = clerk.post("/cases", {"procedure": "ben-tre/39", "values": {"x": 1}}, status=422, Idempotency_Key="one")
    assert reused["type"] == "urn:motcua:KeyReused"
    clerk.post(f"/tasks/{task}/claim", status=422, Idempotency_Key="one")
    clerk.post(f"/tasks/{task}/claim", Idempotency_Key="two")
    clerk.post(f"/tasks/{task}/release", status=422, Idempotency_Key="two")
    assert [each["kind"] for each in clerk.get("/cases/1/journal")["entries"]] == ["start", "claim"]
    assert len(clerk.get("/cases?status=draft")["cases"]) == 1


def test_a_key_is_the_same_in_quotes_and_without(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    assert clerk.start(Idempotency_Key='"8e03"') == clerk.start(Idempotency_Key="8e03")
    assert clerk.start(Idempotency_Key=r'"8\"\\03"')["case"] == clerk.start(Idempotency_Key=r'8"\03')["case"] == 2


@pytest.mark.parametrize("key", ["", '""', "k" * 201, "k\tk"])
def test_a_key_that_protects_nothing_is_refused(office: Site, key: str) -> None:
    clerk = Program(office, "one_stop_clerk")
    refused = clerk.post("/cases", {"procedure": "ben-tre/39"}, status=422, Idempotency_Key=key)
    assert refused["type"] == "urn:motcua:KeyInvalid"


def test_a_refused_request_may_be_corrected_under_its_key(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    task = clerk.start()["opened"][0]
    clerk.post(f"/tasks/{task}/submit", {"values": {}}, status=422, Idempotency_Key="one")
    clerk.post(f"/tasks/{task}/submit", INTAKE, Idempotency_Key="one")


def test_the_same_key_of_two_people_is_two_keys(office: Site) -> None:
    first = Program(office, "one_stop_clerk")
    colleague = type(first.who)("colleague", "Đồng nghiệp", first.who.groups)
    office.runner.people.save(colleague)
    assert first.start(Idempotency_Key="one")["case"] != Program(office, colleague).start(Idempotency_Key="one")["case"]
