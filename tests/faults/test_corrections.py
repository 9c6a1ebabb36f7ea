"""Fault 30: a case is returned for correction over and over."""

from __future__ import annotations

from time import perf_counter

import pytest

from runner.domain.person import SYSTEM
from runner.engine.instance import MAX_DEPTH
from runner.services.case_transaction import IncidentNoted
from tests.faults import invariant
from tests.faults.conftest import OpenOffice
from tests.faults.office import VALUES, another, begin, complete, returning
from tests.six_tasks import OFFICER, STEPS
from tests.world import person

CORRECTIONS = 300
LOAD = 1.0
"""Seconds in which a case that long must load."""


def test_a_case_returned_three_hundred_times_is_open_until_the_cap_and_then_an_incident(office: OpenOffice) -> None:
    world = office(returning())
    submit = world.runner.tasks.submit
    [case] = begin(world, 1)
    complete(world, case, STEPS[:4])
    stopped = None
    for number in range(1, CORRECTIONS + 1):
        try:
            assert submit(case, f"Task_B5#{number}", VALUES, OFFICER, world.now).status == "open", number
            returned = VALUES | {"decision": "return"}
            assert submit(case, f"Task_B6#{number}", returned, OFFICER, world.now).status == "open", number
        except IncidentNoted as noted:
            stopped = number, str(noted)
            break
    assert stopped and str(MAX_DEPTH) in stopped[1], stopped
    print(f"the cap was met in correction {stopped[0]}")

    tables = invariant.rows(world.runner, case)
    assert tables["case"].status == "open"
    assert [incident.kind for incident in tables["incidents"]] == ["DepthExceeded"]
    [task] = [task for task in tables["tasks"] if task.closed is None]
    other = another(world)
    began = perf_counter()
    assert other.audit.replay(case, SYSTEM) is None
    took = perf_counter() - began
    other.close()
    print(f"loaded in {took * 1_000:.0f} ms")
    assert took < LOAD

    with pytest.raises(IncidentNoted):  # neither is the next try lost in silence
        submit(case, task.id, VALUES | {"decision": "return"}, OFFICER, world.now)
    cancelled = world.runner.cases.cancel(case, "Lập hồ sơ mới.", OFFICER, world.now)
    assert cancelled.status == "cancelled"
    administrator = person("administrator", "bench")
    for incident in invariant.rows(world.runner, case)["incidents"]:
        world.runner.cases.resolve(case, incident.id, "Đã lập hồ sơ mới.", administrator, world.now)
    invariant.check(world.runner)
