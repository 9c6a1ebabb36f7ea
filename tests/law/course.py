"""What happened in a case, run again with changes: somebody else, another moment, another answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from tempfile import TemporaryDirectory

from runner.app import Runner
from runner.config import Settings
from runner.domain.calendar import Calendar
from runner.domain.case import Case
from runner.domain.circumstances import Actor
from runner.domain.entry import Command, FireTimer, Start, Submit
from runner.domain.journal import Entry
from runner.domain.person import SYSTEM
from runner.domain.procedure import Province
from runner.domain.task import Task
from runner.engine.advance import Advance, Moment, Request
from runner.engine.instance import Instance
from runner.law import reader
from runner.law.event import Event, Lens
from runner.law.judge import judge
from runner.law.rule import Rule
from runner.law.violation import Violation
from runner.law.walk import Move
from runner.scenario import format as scripts
from runner.scenario.player import ScenarioPlayer
from runner.services import service_tasks
from runner.services.replay import replay
from runner.services.version import Version
from runner.store import case as cases
from tests.procedures.test_scenarios import DIAGRAMS, file
from tests.procedures.values import ANSWERS
from tests.world import ROOT, local


def rules(procedure: str) -> tuple[Rule, ...]:
    """The rules that come with a procedure."""
    province = procedure.partition("/")[0]
    return reader.of(procedure, {path.name: path.read_bytes() for path in (ROOT / "bpmn" / province).glob("*.toml")})


@dataclass(frozen=True, slots=True)
class Deed:
    """A change of a case as the journal has it: what, when, by whom, in which lanes, and what was done by itself."""

    command: Command
    at: datetime
    actor: str
    lanes: tuple[str, ...]
    done: Mapping[str, Mapping[str, object]]

    @property
    def element(self) -> str:
        """The task that is done; "" of anything else."""
        return self.command.task.partition("#")[0] if isinstance(self.command, Submit) else ""


@dataclass(frozen=True, slots=True)
class Course:
    """A case on its version, deed by deed, and as the read tables had it at the end, `now`."""

    version: Version
    calendar: Calendar
    deeds: tuple[Deed, ...]
    now: datetime
    row: Case
    tasks: tuple[Task, ...]

    def judged(self, change: Callable[[Sequence[Deed]], Sequence[Deed]] = lambda deeds: deeds) -> list[Violation]:
        """The violations in the case as it goes with a change of what was done."""
        instance, events = Instance(self.version.definition, self.version.limit), list[Event]()
        lens = lens_of(self.version)
        for seq, deed in enumerate(change(self.deeds), 1):
            instance.apply(deed.command, Moment(deed.at, self.calendar, service_tasks.recorded(deed.done), deed.actor))
            events += lens.events(instance.acts[-1], seq, Actor(deed.actor, deed.lanes))
        return judged(self.version, events, self.now)


def lens_of(version: Version) -> Lens:
    return Lens(rules(version.procedure.code), version.definition.nodes, version.province.kinds)


def judged(version: Version, events: Sequence[Event], now: datetime) -> list[Violation]:
    place: Province = version.province
    return list(judge(enumerate(rules(version.procedure.code)), events, place, now))


@cache
def courses(procedure: str) -> Mapping[str, Course]:
    """The scenarios of a procedure as they were played, by name."""
    found: dict[str, Course] = {}
    with TemporaryDirectory() as folder:
        runner = Runner(Settings(database=f"sqlite:///{folder}/cases.db", mail=f"spool:{folder}/mail"))
        runner.migrate()
        runner.procedures.deploy(DIAGRAMS[procedure], SYSTEM, local("2026-01-05 08:00"))
        script = scripts.read(file(procedure))
        player = ScenarioPlayer(runner, script)
        for scenario in script.scenarios:
            played = player.play(scenario)
            assert played.failure is None
            found[scenario.name] = _course(runner, played.case, player.clock.now())
        runner.close()
    return found


def _course(runner: Runner, case: int, now: datetime) -> Course:
    deeds: list[Deed] = []

    def watch(entry: Entry, advance: Advance | None, _: Instance) -> None:
        if isinstance(entry.body, Command):
            deeds.append(Deed(entry.body, entry.at, entry.actor, entry.who.lanes, entry.done))

    with runner.database.read() as tx:
        row = cases.get(tx, case)
        assert row
        replay(tx, runner.versions, row, watch)
        version = runner.versions.get(tx, row.version)
        calendar = runner.versions.calendar_in_force(tx, row.province)
        return Course(version, calendar, tuple(deeds), now, row, tuple(cases.tasks(tx, case)))


def driven(version: Version, calendar: Calendar, moves: Sequence[Move]) -> list[Violation]:
    """The violations in a case that the engine takes along a way: its tasks are done with the way's answers."""
    now = local("2026-03-02 08:00")
    instance, events, lens = Instance(version.definition, version.limit), list[Event](), lens_of(version)

    def perform(request: Request) -> Mapping[str, object] | None:
        if request.decision:
            return service_tasks.decide(version, request, now)
        return {"case_number": "1"} if request.topic == "allot_number" else None

    def do(command: Command) -> None:
        instance.apply(command, Moment(now, calendar, perform, "somebody"))
        events.extend(lens.events(instance.acts[-1], len(events) + 1))

    do(Start(version.digest, {}, instance.semantics))
    for move in moves:
        timer = next((each for each in instance.timers if each.element == move.element), None)
        if timer:
            assert timer.due
            now = max(now, timer.due)
            do(FireTimer(timer.id))
        else:
            task = next(each for each in instance.tasks.values() if each.element == move.element)
            usual = dict(ANSWERS.get(task.form, {}))
            do(Submit(task.id, usual | dict(move.answers)))
    return judged(version, events, now)
