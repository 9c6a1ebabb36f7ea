"""A trial: one case of a version that is not in force, clicked through with a clock that is moved.

A trial is the steps of a scenario. Each look at it plays them again, in an office of its own: nothing is kept between
two requests but the steps, and taking one back is playing all but the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from runner.clock import ZONE
from runner.domain.calendar import Calendar, local_date
from runner.domain.person import SYSTEM
from runner.domain.task import DRAFT_TIMER
from runner.engine.wait import WaitKind
from runner.errors import MotcuaError, Refused
from runner.language import say
from runner.reports import timeline
from runner.reports.timeline import Timeline
from runner.scenario.format import Expected, Scenario, ScenarioStep, Script, Worker
from runner.scenario.player import ScenarioPlayer, ScenarioRun, cause
from runner.scenario.scratch import Compiler, office
from runner.services.bundle import Bundle
from runner.services.task_view import TaskView
from runner.services.version import Version

MOST_STEPS: Final = 300
"""So many steps a scenario or trial may have: each look at a trial plays all of them."""
WATCHED: Final = ("due", "promise", "clock", "status", "late")
"""What a scenario made of a trial expects after each step, where it changed; what is open and due it always says."""
ENDING: Final = ("status", "outcome", "late", "notices", "route")
"""What it expects at its end."""

NOTHING: Final[Mapping[str, Any]] = {each.name: None for each in fields(Expected)}
AHEAD: Final = 400
"""So many days ahead a weekend and a holiday are looked for."""


class TooManySteps(Refused):
    """Kịch bản có hơn {limit} bước nên không chạy được."""


@dataclass(frozen=True, slots=True)
class NextTimer:
    """The next moment for which the case waits, and what is due then: a task, an event, the end of a draft."""

    due: datetime
    name: str

    @property
    def minute(self) -> datetime:
        """The first whole minute at which the timer has fired."""
        whole = self.due.replace(second=0, microsecond=0)
        return whole if whole == self.due else whole + timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Break:
    """Days off in a row, `festive` where one of them is a holiday, and when work begins again."""

    first: date
    last: date
    opening: datetime
    festive: bool


@dataclass(frozen=True, slots=True)
class Stopped:
    """The step (counted from 1) of a script that could not be carried out, and why; those after it were left out."""

    number: int
    step: ScenarioStep
    error: MotcuaError


class Trial:
    """A case that stands where the first scenario of `script` has led it, in an office that is thrown away."""

    def __init__(self, player: ScenarioPlayer, script: Script) -> None:
        self.runner, self.version, self.calendar = player.runner, player.version, player.calendar
        self.script = script
        self.run = ScenarioRun(player)
        self.steps: list[ScenarioStep] = []
        self.stopped: Stopped | None = None
        self._seen: list[Mapping[str, Any]] = []

    def play(self, steps: tuple[ScenarioStep, ...]) -> None:
        """Take the steps of a scenario, up to the first that cannot be carried out."""
        for number, step in enumerate(steps, 1):
            try:
                self.take(step)
            except MotcuaError as error:
                self.stopped = Stopped(number, step, cause(error))
                return

    def take(self, step: ScenarioStep) -> None:
        """Carry out one more step. What the services raise (as `FormRefused`) leaves the trial without it."""
        if len(self.steps) >= MOST_STEPS:
            raise TooManySteps(limit=MOST_STEPS)
        self.run.take(step)
        self.steps.append(step)
        self._seen.append(self.run.found(WATCHED))

    def settle(self) -> None:
        """Let the worker do the automatic work that the case waits for, as it soon would: a step without a deed."""
        _, instance, _ = self.runner.audit.history(self.case, SYSTEM)
        if any(wait.kind == WaitKind.REQUEST for wait in instance.waits):
            self.take(ScenarioStep())

    # -- how it stands ------------------------------------------------------------------------------------------------

    @property
    def case(self) -> int:
        """The id of the case; 0 while it has not begun."""
        return self.run.case

    @property
    def now(self) -> datetime:
        return self.run.clock.now()

    @property
    def now_local(self) -> str:
        """The moment of the trial as a browser's field has it."""
        return f"{self.now.astimezone(ZONE):%Y-%m-%dT%H:%M}"

    @property
    def timeline(self) -> Timeline:
        """What has happened in the case, what is due and why, and how its diagram stands."""
        return timeline.describe(self.runner.audit, self.runner.procedures, self.case, SYSTEM, self.now)

    @property
    def next_timer(self) -> NextTimer | None:
        """The next timer that is not held; one that is due already fires at once."""
        _, instance, _ = self.runner.audit.history(self.case, SYSTEM)
        soon = min((each for each in instance.timers if each.due), key=lambda each: each.due or self.now, default=None)
        if soon is None or soon.due is None:
            return None
        due = max(soon.due, self.now)
        if soon.id == DRAFT_TIMER:
            return NextTimer(due, say("bản nháp hồ sơ tự bỏ"))
        task = next((task for task in instance.tasks.values() if task.due == soon.due), None)
        node = self.version.definition.nodes[soon.element]
        return NextTimer(due, say("hạn của “{task}”", task=task.name) if task else node.name or node.id)

    def view(self, element: str) -> TaskView | None:
        """The open task of `element` as who works in its lane sees it; None where it is not open."""
        task = next((each for each in self.run.standing()[1] if each.element == element), None)
        return self.runner.tasks.open(self.case, task.id, self.run.worker(task.lane)) if task else None

    # -- as a scenario ------------------------------------------------------------------------------------------------

    def until(self, moment: datetime) -> ScenarioStep:
        """The step in which time passes until `moment`."""
        return ScenarioStep(at=f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}")

    @property
    def plain(self) -> Script:
        """The script of what was done, without anything expected: the state of the trial."""
        [scenario, *_] = self.script.scenarios
        steps = tuple(replace(step, **NOTHING) for step in self.steps)
        return replace(self.script, scenarios=(replace(scenario, steps=steps, **NOTHING),))

    def recorded(self, name: str, title: str) -> Script:
        """The script of what was done, expecting what was seen."""
        steps, before = [], dict[str, Any]()
        for step, seen in zip(self.steps, self._seen, strict=True):
            news = {key: value for key, value in seen.items() if key == "due" or before.get(key) != value}
            steps.append(replace(step, **{**NOTHING, **news}))
            before = dict(seen)
        ending = self.run.found(ENDING)
        return replace(self.script, scenarios=(Scenario(name=name, title=title, steps=tuple(steps), **ending),))


def without_last(script: Script) -> Script:
    """The script without the last deed of its first scenario; what begins a trial stays."""
    scenario, *_ = script.scenarios
    steps = list(scenario.steps[1:])
    while steps and steps[-1] == ScenarioStep():
        steps.pop()
    return replace(script, scenarios=(replace(scenario, steps=(scenario.steps[0], *steps[:-1])),))


class Trials:
    """Opens trials of bundles. Safe to share between threads."""

    def __init__(self) -> None:
        self.compiler = Compiler()

    def begin(self, bundle: Bundle, at: datetime) -> Script:
        """The script of a trial whose dossier is handed in at `at`: everyone works in one lane."""
        version = self.compiler.version(bundle)
        steps = (ScenarioStep(at=f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}", do="start"),)
        return Script(bundle.code, crew(version), (Scenario(name="thu", title=say("Thử"), steps=steps),))

    def of_scenario(self, bundle: Bundle, script: Script, name: str) -> Script | None:
        """The script of a trial that does what a scenario does; None where `script` has none of that name."""
        nodes = self.compiler.version(bundle).definition.nodes

        def whole(step: ScenarioStep) -> ScenarioStep:
            form = nodes[step.do].form if step.do in nodes else None
            return replace(
                step, values={**script.values.get(form or "", {}), **script.values.get(step.do, {}), **step.values}
            )

        for scenario in script.scenarios:
            if scenario.name == name:
                steps = tuple(map(whole, scenario.steps))
                return replace(script, values={}, scenarios=(replace(scenario, steps=steps),))
        return None

    @contextmanager
    def open(self, bundle: Bundle, calendar: Calendar, script: Script, *, most: int = MOST_STEPS) -> Iterator[Trial]:
        """The trial that the first `most` steps of the first scenario of `script` are, while the block lasts."""
        version = self.compiler.version(bundle)
        script = replace(script, people=crew(version))
        with office(bundle, version, calendar) as runner:
            trial = Trial(ScenarioPlayer(runner, script), script)
            trial.play(script.scenarios[0].steps[:most])
            yield trial


def crew(version: Version) -> dict[str, Worker]:
    """One worker for each lane of a version's tasks, and who reports for them, called as the lane is."""
    tasks: dict[str, list[str]] = {version.opening_lane: []}
    for node in version.definition.nodes.values():
        if node.type == "userTask":
            tasks.setdefault(node.lane or "", []).append(node.id)
    place = version.province
    for lane in [*tasks]:
        tasks.setdefault(place.performer(lane), [])
    return {lane: Worker(place.label(lane), tuple(of)) for lane, of in tasks.items()}


def breaks(calendar: Calendar, now: datetime) -> Iterator[Break]:
    """The next weekend and the next holiday, in the order in which they come."""
    day, found = local_date(now), set[bool]()
    if day.year not in calendar.years:
        return
    last = min(day + timedelta(days=AHEAD), calendar.known_until(day))
    while day < last and len(found) < 2:
        off = []
        while day < last and not calendar.working(day):
            off.append(day)
            day += timedelta(days=1)
        festive = any(calendar.reason(each).name for each in off)
        if off and day < last and festive not in found:
            found.add(festive)
            opening = calendar.next_opening(datetime(day.year, day.month, day.day, tzinfo=ZONE))
            yield Break(off[0], off[-1], opening, festive)
        day += timedelta(days=1)
