"""Runs the office of the demonstration: every act by its person at its moment, the worker ticking in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from runner.app import Runner
from runner.clock import FixedClock
from runner.demo.script import Act, Dossier
from runner.domain.person import Person, Role
from runner.domain.task import Task
from runner.errors import Refused
from runner.services.case_transaction import IncidentNoted


class PlayStale(Refused):
    """Kịch bản trình diễn không khớp với sơ đồ {procedure} ở “{element}”."""


class Stage:
    """Where `dossiers` are played by `people`; `root` is the content root of their procedures."""

    def __init__(self, runner: Runner, people: Sequence[Person], root: Path) -> None:
        self.runner = runner
        self.people = {group: person for person in people for group in person.groups}
        self.root = root
        self.clock = FixedClock(runner.clock.now())

    def play(self, dossiers: Sequence[Dossier], until: datetime) -> list[int]:
        """Play every dossier, all at once as in an office, with time passing `until` the end; the cases they became.

        What happens between two acts happens when it is due: a step runs late, an apology is asked for.
        """
        acts = sorted(
            ((act.at, each, act) for each, dossier in enumerate(dossiers) for act in dossier.acts),
            key=lambda row: row[:2],
        )
        cases: dict[int, int] = {}
        self.clock.set(acts[0][0])
        for at, each, act in acts:
            self.wait(at)
            if act.do == "start":
                cases[each] = self.start(dossiers[each])
            else:
                self.act(cases[each], act, dossiers[each])
        self.wait(until)
        return list(cases.values())

    def wait(self, until: datetime) -> None:
        """Let time pass: the worker comes whenever a timer is due, and at the end."""
        while due := self.runner.timers.next_due(self.clock.now(), until):
            self.tick(due)
        self.tick(until)

    def tick(self, at: datetime) -> None:
        self.clock.set(at)
        self.runner.timers.fire_due(at)
        self.runner.outbox.deliver(at)

    def start(self, dossier: Dossier) -> int:
        """Begin the case: on the version in force, or on one with a mistake, which is mended right after."""
        province, now = dossier.procedure.partition("/")[0], self.clock.now()
        clerk = self.people[province, self.runner.procedures.in_force(dossier.procedure).opening_lane]
        if not dossier.mistake:
            return self.runner.cases.start(dossier.procedure, clerk, now).case
        slip = dossier.mistake
        self.deploy(dossier.procedure, lambda text: text.replace(slip.right, slip.wrong))
        case = self.runner.cases.start(dossier.procedure, clerk, now).case
        self.deploy(dossier.procedure, lambda text: text + slip.mended)
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

    def act(self, case: int, act: Act, dossier: Dossier) -> None:
        """What a person does with the case. Raises `PlayStale` where the diagram asks for something else."""
        province, now = dossier.procedure.partition("/")[0], self.clock.now()
        if act.do == "withdraw":
            clerk = self.people[province, self.runner.procedures.in_force(dossier.procedure).opening_lane]
            self.runner.cases.cancel(case, act.reason, clerk, now)
            return
        task = self.task(case, act, dossier)
        person = self.people[province, task.lane]
        if act.do == "claim":
            self.runner.tasks.claim(case, task.id, person, now)
            return
        try:
            self.runner.tasks.submit(case, task.id, act.values, person, now)
        except IncidentNoted:
            if not dossier.mistake:
                raise

    def task(self, case: int, act: Act, dossier: Dossier) -> Task:
        """The open task of the act's element; of a claim, the one that has been open longest."""
        province = dossier.procedure.partition("/")[0]
        anybody = next(person for (place, _), person in self.people.items() if place == province)
        _, tasks, _ = self.runner.cases.get(case, anybody)
        for task in tasks:
            if task.closed is None and act.element in ("", task.element):
                return task
        raise PlayStale(procedure=dossier.procedure, element=act.element)
