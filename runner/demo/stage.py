"""Runs the office of the demonstration: each action by its person at its moment, with the worker's ticks in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from runner.app import Runner
from runner.clock import FixedClock
from runner.demo.script import Action, Dossier
from runner.domain.person import SYSTEM, Person, Role
from runner.domain.task import Task
from runner.errors import Refused
from runner.services.case_transaction import IncidentNoted


class PlayStale(Refused):
    """Kịch bản trình diễn không khớp với sơ đồ {procedure} ở “{element}”."""


class Stage:
    """Plays dossiers with `people`; `root` is the content root of their procedures."""

    def __init__(self, runner: Runner, people: Sequence[Person], root: Path) -> None:
        self.runner = runner
        self.people = {group: person for person in people for group in person.groups}
        self.root = root
        self.clock = FixedClock(runner.clock.now())

    def play(self, dossiers: Sequence[Dossier], until: datetime) -> list[int]:
        """Play all dossiers side by side, as in an office, and move the clock on to `until`; the ids of their cases.

        Between two actions timers fire when they are due: a step becomes late, an apology is due.
        """
        actions = sorted(
            ((action.at, each, action) for each, dossier in enumerate(dossiers) for action in dossier.actions),
            key=lambda row: row[:2],
        )
        cases: dict[int, int] = {}
        self.clock.set(actions[0][0])
        for at, each, action in actions:
            self.wait(at)
            if action.do == "start":
                cases[each] = self.start(dossiers[each])
            else:
                self.carry_out(cases[each], action, dossiers[each])
        self.wait(until)
        return list(cases.values())

    def wait(self, until: datetime) -> None:
        """Move the clock on, with a tick whenever a timer is due, and at the end."""
        while due := self.runner.timers.next_due(self.clock.now(), until):
            self.tick(due)
        self.tick(until)

    def tick(self, at: datetime) -> None:
        self.clock.set(at)
        self.runner.timers.fire_due(at)
        self.runner.outbox.deliver(at)

    def start(self, dossier: Dossier) -> int:
        """Begin the case: on the version in force, or on one with a mistake, which the next version mends."""
        province, now = dossier.procedure.partition("/")[0], self.clock.now()
        clerk = self.people[province, self.runner.procedures.in_force(dossier.procedure, now).opening_lane]
        if not dossier.mistake:
            return self.runner.cases.start(dossier.procedure, clerk, now).case
        mistake = dossier.mistake
        self.deploy(dossier.procedure, lambda text: text.replace(mistake.right, mistake.wrong))
        case = self.runner.cases.start(dossier.procedure, clerk, now).case
        self.deploy(dossier.procedure, lambda text: text + mistake.mended)
        return case

    def deploy(self, procedure: str, edit: Callable[[str], str]) -> None:
        """Deploy a version of `procedure` with an edit of its province's decision tables."""
        province = procedure.partition("/")[0]
        with TemporaryDirectory() as folder:
            root = Path(folder)
            copytree(self.root / "bpmn" / province, root / "bpmn" / province)
            copytree(self.root / "forms", root / "forms")
            for path in root.glob("bpmn/*/*.dmn"):
                text = path.read_text(encoding="utf-8")
                if edit(text) == text:
                    raise PlayStale(procedure=procedure, element=path.name)
                path.write_text(edit(text), encoding="utf-8")
            analyst = self.people[province, Role.ANALYST]
            self.runner.procedures.deploy(root / f"bpmn/{procedure}.bpmn", analyst, self.clock.now())

    def carry_out(self, case: int, action: Action, dossier: Dossier) -> None:
        """One action on the case. Raises `PlayStale` where its task is not open."""
        province, now = dossier.procedure.partition("/")[0], self.clock.now()
        if action.do == "withdraw":
            clerk = self.people[province, self.runner.procedures.in_force(dossier.procedure, now).opening_lane]
            self.runner.cases.cancel(case, action.reason, clerk, now)
            return
        task = self.task(case, action, dossier)
        person = self.people[province, task.lane]
        if action.do == "claim":
            self.runner.tasks.claim(case, task.id, person, now)
            return
        try:
            self.runner.tasks.submit(case, task.id, action.values, person, now)
        except IncidentNoted:
            if not dossier.mistake:
                raise

    def task(self, case: int, action: Action, dossier: Dossier) -> Task:
        """The open task of the action's element; for a claim, the oldest open task."""
        _, tasks, _ = self.runner.cases.get(case, SYSTEM)
        for task in tasks:
            if task.closed is None and action.element in ("", task.element):
                return task
        raise PlayStale(procedure=dossier.procedure, element=action.element)
