"""Fault 28: several people deploy the same procedure, or approve it, at once, while cases begin."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree
from threading import Barrier

from runner.app import Runner
from runner.domain.person import SYSTEM, Person, Role
from runner.errors import Conflict
from tests import six_tasks
from tests.faults import invariant
from tests.faults.conftest import OpenOffice
from tests.faults.office import another, figure
from tests.six_tasks import CODE, OFFICER, PROVINCE
from tests.world import World

RACES = figure(6, 100)
AT_ONCE = 4
ANALYSTS = tuple(Person(id, id, frozenset({(PROVINCE, Role.ANALYST)})) for id in ("lan", "minh", "hoa"))


def test_deployments_at_once_get_consecutive_numbers_and_every_case_begins(office: OpenOffice, tmp_path: Path) -> None:
    world = office()
    roots = [_content(tmp_path, f"w{number}") for number in range(AT_ONCE - 1)]
    runners = [another(world) for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for race in range(RACES):
            together = Barrier(AT_ONCE)

            def deploy(number: int, race: int = race, together: Barrier = together) -> None:
                diagram = roots[number] / "bpmn/bench/six.bpmn"
                diagram.write_text(six_tasks.diagram().replace("Six tasks", f"Six tasks {race} {number}"))
                together.wait()
                runners[number].procedures.deploy(diagram, SYSTEM, world.now)

            def begin(together: Barrier = together) -> None:
                together.wait()
                runners[-1].cases.start(CODE, OFFICER, world.now)

            for done in [*(pool.submit(deploy, number) for number in range(AT_ONCE - 1)), pool.submit(begin)]:
                done.result()
            world.later(seconds=1)
    rows = [row for row in world.runner.procedures.versions_of() if row.procedure == CODE]
    assert [row.number for row in rows] == list(range(1, 2 + RACES * (AT_ONCE - 1)))
    done = world.runner.procedures.enforcements(CODE)
    assert [each.number for each in done] == list(range(1, len(rows) + 1))
    assert {each.version for each in done} == {row.digest for row in rows}
    _close(runners)
    invariant.check(world.runner)


def test_of_two_approvals_at_once_one_counts_and_one_version_is_added(office: OpenOffice) -> None:
    world = office()
    for analyst in ANALYSTS:
        world.runner.people.save(analyst)
    runners = [another(world) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        for race in range(RACES):
            submission, digest = _submitted(world, race)
            together = Barrier(2)

            def approve(
                number: int, submission: int = submission, digest: str = digest, together: Barrier = together
            ) -> bool:
                together.wait()
                try:
                    runners[number].approvals.approve(submission, digest, ANALYSTS[1 + number], world.now, shown=True)
                except Conflict:
                    return False
                return True

            assert sorted(pool.map(approve, range(2))) == [False, True]
            assert world.runner.procedures.in_force(CODE, world.now).digest == digest
            world.later(seconds=1)
    rows = [row for row in world.runner.procedures.versions_of() if row.procedure == CODE]
    assert [row.number for row in rows] == list(range(1, 2 + RACES))
    assert len(world.runner.procedures.enforcements(CODE)) == 1 + RACES
    _close(runners)


def _content(folder: Path, name: str) -> Path:
    """A content root of one's own."""
    root = folder / name
    copytree(folder / "content", root)
    return root


def _submitted(world: World, race: int) -> tuple[int, str]:
    """A draft with another name, submitted: the submission's id, and the digest."""
    drafts, first = world.runner.procedure_drafts, ANALYSTS[0]
    draft = drafts.begin(CODE, first, world.now)
    name = f"bpmn/{CODE}.bpmn"
    text = drafts.files(draft.id, first)[name].decode()
    named = (
        text.replace('name="B1', f'name="B1 {race}')
        if 'name="B1' in text
        else text.replace("Bắt đầu", f"Bắt đầu {race}")
    )
    drafts.save(draft.id, {name: named.encode()}, first, world.now, base=draft.save)
    made = world.runner.approvals.submit(draft.id, first, world.now)
    return made.id, made.version or ""


def _close(runners: list[Runner]) -> None:
    for runner in runners:
        runner.close()
