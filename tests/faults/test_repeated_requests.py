"""Fault 5: a request that comes twice or more: a double click, the back button, a proxy that tries again."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from runner.domain.case import ChangeResult
from runner.domain.person import SYSTEM
from runner.engine.errors import TaskClosed
from runner.services.once import KeyReused
from tests.faults import invariant
from tests.faults.conftest import OpenOffice
from tests.faults.office import COLLEAGUE, FIRST, VALUES, another, begin, figure
from tests.faults.race import race
from tests.six_tasks import CODE, OFFICER, STEPS

COPIES = 5
"""Of each request, all sent at once."""
REQUESTS = figure(300, 1_000)


def test_a_request_sent_five_times_at_once_has_one_effect_and_one_answer(office: OpenOffice) -> None:
    world = office()
    other = another(world)
    runners = [(world.runner, other)[copy % 2] for copy in range(COPIES)]
    # A third begins cold, as after a restart: no process has the case in memory.
    tasks = [(case, f"Task_{step}#1") for case in begin(world, REQUESTS // 6 + 1) for step in STEPS][:REQUESTS]
    results = []
    for number, (case, task) in enumerate(tasks):
        if number % 3 == 0:
            world.runner.transactions.cache.clear()
            other.transactions.cache.clear()
        request = [
            partial(runner.tasks.submit, case, task, VALUES, OFFICER, world.now, f"key {number}") for runner in runners
        ]
        results.append(request)
    answers = race(results)
    other.close()

    assert [pair for pair in answers if not all(isinstance(each, ChangeResult) for each in pair)] == []
    assert all(each == pair[0] for pair in answers for each in pair)
    submits = Counter(
        entry.entry.body.task
        for case in world.runner.audit.cases()
        for entry in world.runner.audit.history(case, SYSTEM)[2]
        if entry.entry.kind == "submit"
    )
    assert submits.total() == REQUESTS
    invariant.check(world.runner)


def test_a_case_begun_five_times_at_once_under_one_key_is_one_case(office: OpenOffice) -> None:
    world = office()
    other = another(world)
    requests = figure(50, 200)
    answers = race(
        [
            [
                partial((world.runner, other)[copy % 2].cases.start, CODE, OFFICER, world.now, None, f"key {number}")
                for copy in range(COPIES)
            ]
            for number in range(requests)
        ]
    )
    other.close()

    assert [pair for pair in answers if not all(isinstance(each, ChangeResult) for each in pair)] == []
    assert all(each == pair[0] for pair in answers for each in pair)
    assert len(world.runner.audit.cases()) == requests
    invariant.check(world.runner)


def test_a_key_used_for_something_else_is_refused_and_nothing_is_done(office: OpenOffice) -> None:
    world = office()
    [case] = begin(world, 1)
    submit = world.runner.tasks.submit
    submit(case, FIRST, VALUES, OFFICER, world.now, "key")
    with pytest.raises(KeyReused):
        submit(case, FIRST, VALUES | {"decision": "no"}, OFFICER, world.now, "key")
    with pytest.raises(KeyReused):
        submit(case, "Task_B2#1", VALUES, OFFICER, world.now, "key")
    assert invariant.kinds(world.runner, case) == ["start", "submit"]


def test_a_key_belongs_to_the_person_who_used_it(office: OpenOffice) -> None:
    world = office()
    [case] = begin(world, 1)
    world.runner.tasks.submit(case, FIRST, VALUES, OFFICER, world.now, "key")
    world.runner.tasks.submit(case, "Task_B2#1", VALUES, COLLEAGUE, world.now, "key")
    assert invariant.kinds(world.runner, case) == ["start", "submit", "submit"]


def test_after_a_day_the_answer_is_forgotten_and_the_effect_still_happens_only_once(office: OpenOffice) -> None:
    world = office()
    [case] = begin(world, 1)
    submit = partial(world.runner.tasks.submit, case, FIRST, VALUES, OFFICER)
    first = submit(world.now, "key")
    world.clock.advance(timedelta(hours=23))
    world.runner.tick()
    assert submit(world.now, "key") == first
    world.clock.advance(timedelta(hours=2))
    world.runner.tick()
    with pytest.raises(TaskClosed):
        submit(world.now, "key")
    assert invariant.kinds(world.runner, case) == ["start", "submit"]
