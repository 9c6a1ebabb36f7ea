"""A play: people of a province, and what each of them does at which moment. It is read from a file beside this one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from runner.app import Runner
from runner.clock import FixedClock
from runner.domain.calendar import ZONE
from runner.domain.person import Person
from runner.errors import Refused
from runner.services.tasks import LATE_REASON, FormRefused


class PlayStale(Refused):
    """Kịch bản trình diễn không khớp với sơ đồ {procedure} ở “{element}”."""


@dataclass(frozen=True, slots=True)
class Act:
    """What `who` does `at` a moment: ``start``, ``claim`` or ``submit``, the latter two on the open task of `element`.

    `refused`: what is submitted is expected to be refused, to show what is asked for.
    """

    at: datetime
    who: str
    do: str
    element: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Play:
    """A dossier of `procedure`, from its start to its end."""

    procedure: str
    people: Mapping[str, Person]
    acts: Sequence[Act]


@dataclass(frozen=True, slots=True)
class Played:
    """A case that was played, and what was refused on the way."""

    case: int
    refusals: Sequence[tuple[datetime, str]]


def plays() -> list[Play]:
    """Every play, by the names of their files."""
    return [_read(path) for path in sorted(Path(__file__).parent.glob("*.toml"))]


class Player:
    """Plays on a runner, whose clock it takes over."""

    def __init__(self, runner: Runner, play: Play) -> None:
        self.runner = runner
        self.play_ = play
        self.case = 0
        self.refusals: list[tuple[datetime, str]] = []
        self.clock = FixedClock(play.acts[0].at)

    def play(self) -> Played:
        """Hire the people, do every act at its moment, with the worker ticking at every timer in between."""
        self.runner.clock = self.clock
        for person in self.play_.people.values():
            self.runner.people.save(person)
        for act in self.play_.acts:
            self.wait(act.at)
            self.act(act)
        return Played(self.case, self.refusals)

    def wait(self, until: datetime) -> None:
        """Let time pass: the worker ticks now, whenever a timer of the case is due, and at the end."""
        self.runner.tick()
        while self.case and (due := self.next_due(until)):
            self.clock.set(due)
            self.runner.tick()
        self.clock.set(until)
        self.runner.tick()

    def next_due(self, until: datetime) -> datetime | None:
        """The next moment, after now and before `until`, at which the case's timers are due."""
        _, instance, _ = self.runner.audit.history(self.case)
        now = self.clock.now()
        return min((timer.due for timer in instance.timers if timer.due and now < timer.due < until), default=None)

    def act(self, act: Act) -> None:
        person, now = self.play_.people[act.who], self.clock.now()
        if act.do == "start":
            self.case = self.runner.cases.start(self.play_.procedure, person, now).case
            return
        task = self.task(act, person)
        if act.do == "claim":
            self.runner.tasks.claim(self.case, task, person, now)
            return
        try:
            self.runner.tasks.submit(self.case, task, act.values, person, now)
        except FormRefused as error:
            if not act.refused:
                raise
            self.refusals.append((now, str(error)))
        else:
            if act.refused:
                raise PlayStale(procedure=self.play_.procedure, element=act.element)

    def task(self, act: Act, person: Person) -> str:
        """The open task of the act's element. Raises `PlayStale`."""
        _, tasks, _ = self.runner.cases.get(self.case, person)
        for task in tasks:
            if task.element == act.element and task.closed is None:
                return task.id
        raise PlayStale(procedure=self.play_.procedure, element=act.element)


def _read(path: Path) -> Play:
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    province = facts["procedure"].partition("/")[0]
    people = {
        row["id"]: Person(row["id"], row["name"], frozenset((province, lane) for lane in row["lanes"]))
        for row in facts["people"]
    }
    return Play(facts["procedure"], people, [_act(row) for row in facts["acts"]])


def _act(row: Mapping[str, Any]) -> Act:
    late = {LATE_REASON: row["late_reason"]} if "late_reason" in row else {}
    [(do, element)] = [(do, row[do]) for do in ("start", "claim", "submit") if do in row]
    return Act(
        row["at"].replace(tzinfo=ZONE), row["who"], do, element, row.get("values", {}) | late, row.get("refused", False)
    )
