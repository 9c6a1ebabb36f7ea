"""A small office to test in: content deployed, one person in each lane of each province, a clock that moves."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from runner.app import Runner
from runner.clock import ZONE, FixedClock
from runner.config import Settings
from runner.domain.case import Case, ChangeResult
from runner.domain.person import SYSTEM, Person, Role
from runner.domain.task import Task

ROOT = Path(__file__).parent.parent
PLAYED = (ROOT / "bpmn/ben-tre/39.bpmn", ROOT / "bpmn/ha-tinh/QT.BC.01.bpmn")
"""One procedure of each province: what is asked of all fourteen is asked in `tests.procedures`."""
LANES = ("one_stop_clerk", "specialist", "division_lead", "director", "records_clerk", Role.ADMINISTRATOR)


def local(text: str) -> datetime:
    """A moment in Vietnamese local time: ``local("2022-09-26 09:00")``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def person(lane: str, province: str = "ha-tinh") -> Person:
    """The one who works in `lane` of `province`."""
    return Person(f"{lane}@{province}", f"{lane} {province}", frozenset({(province, lane)}), f"{lane}@{province}.vn")


class World:
    """A runner on a database of its own. The clock starts on a Monday morning."""

    def __init__(self, url: str, folder: Path, start: str = "2022-09-26 08:00") -> None:
        self.clock = FixedClock(local(start))
        self.runner = Runner(Settings(database=url, mail=f"spool:{folder / 'mail'}"), self.clock)
        self.case = 0

    def deploy(self, *paths: Path, provinces: tuple[str, ...] = ("ben-tre", "ha-tinh")) -> World:
        """Deploy `paths` (one procedure of each province, unless named) and hire one person for each lane."""
        for path in paths or PLAYED:
            self.runner.procedures.deploy(path, person(Role.ADMINISTRATOR), self.now)
        for province in provinces:
            for lane in LANES:
                self.runner.people.save(person(lane, province))
        return self

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def at(self, text: str) -> World:
        """Move the clock to a local moment, and let the worker tick there."""
        self.clock.set(local(text))
        self.runner.tick()
        return self

    def later(self, **by: float) -> World:
        """Move the clock on, without a tick."""
        self.clock.advance(timedelta(**by))
        return self

    def start(self, procedure: str, **values: Any) -> ChangeResult:
        """Begin a case; it is the one that the other methods mean from now on."""
        clerk = person("one_stop_clerk", procedure.partition("/")[0])
        answer = self.runner.cases.start(procedure, clerk, self.now, values or None)
        self.case = answer.case
        return answer

    def do(self, element: str, **values: Any) -> ChangeResult:
        """The open task of `element`, submitted by whoever works in its lane."""
        task = self.task(element)
        return self.runner.tasks.submit(self.case, task.id, values, person(task.lane, self.row.province), self.now)

    def task(self, element: str) -> Task:
        """The open task of `element`; fails with what is open instead."""
        opened = [task for task in self.tasks if task.closed is None]
        found = [task for task in opened if task.element == element]
        assert len(found) == 1, f"{element} is not open once; open: {[task.id for task in opened]}"
        return found[0]

    @property
    def open(self) -> list[str]:
        """The elements of the open tasks."""
        return [task.element for task in self.tasks if task.closed is None]

    @property
    def row(self) -> Case:
        """The case's row."""
        with self.runner.database.read() as tx:
            from runner.store import case as cases

            found = cases.get(tx, self.case)
        assert found
        return found

    @property
    def tasks(self) -> list[Task]:
        with self.runner.database.read() as tx:
            from runner.store import case as cases

            return cases.tasks(tx, self.case)

    @property
    def route(self) -> list[str]:
        """Every element that the case has passed, in order."""
        _, _, steps = self.runner.audit.history(self.case, SYSTEM)
        return [element for step in steps if step.advance for element in step.advance.route]

    def proved(self) -> bool:
        """Whether the case replays from its journal to the state it is in."""
        return self.runner.audit.replay(self.case, SYSTEM) is None
