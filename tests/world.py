"""A small office to test in: content deployed, one person in each lane of each province, a clock that moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Table, insert, select

from runner.app import Runner
from runner.clock import ZONE, FixedClock
from runner.config import Settings, find_root
from runner.domain.calendar import Calendar
from runner.domain.case import Case, ChangeResult
from runner.domain.person import SYSTEM, Person, Role
from runner.domain.record import RecordEvent
from runner.domain.task import Task
from runner.services.version import Version
from runner.store import case as cases
from runner.store import record_event, registry, table
from runner.store.law_table import law_revision

ROOT = Path(__file__).parent.parent
PLAYED = (ROOT / "bpmn/ben-tre/39.bpmn", ROOT / "bpmn/ha-tinh/QT.BC.01.bpmn")
"""One procedure of each province: what is asked of all fourteen is asked in `tests.procedures`."""
REGISTRY = (
    *(table.calendar_revision, table.organisation_revision, table.version, table.blob, table.version_file),
    *(table.enforcement, law_revision),
)
"""The tables that a deployment writes."""
LANES = ("one_stop_clerk", "specialist", "division_lead", "director", "records_clerk", Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class _Deployed:
    """What a deployment on an empty database comes to: the rows of each table; versions and calendars ready to use."""

    rows: dict[Table, list[dict[str, Any]]]
    events: list[RecordEvent]
    versions: list[Version]
    calendars: list[Calendar]


_DEPLOYED: dict[object, _Deployed] = {}


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
        self.spool = folder / "mail"
        self.runner = Runner(Settings(database=url, mail=f"spool:{self.spool}"), self.clock)
        self.case = 0

    def deploy(self, *paths: Path, provinces: tuple[str, ...] = ("ben-tre", "ha-tinh")) -> World:
        """Deploy `paths` (one procedure of each province, unless named) and hire one person for each lane.

        What is the first to be deployed on a database is judged and compiled once in a process, and copied after that.
        """
        paths, database, versions = paths or PLAYED, self.runner.database, self.runner.procedures.versions
        key = (self.now, *map(_content, paths))
        with database.read() as tx:
            empty = not registry.versions(tx)
        if empty and (deployed := _DEPLOYED.get(key)):
            with database.change() as tx:
                for each, rows in deployed.rows.items():
                    if rows:
                        tx.execute(insert(each), rows)
                for told in deployed.events:
                    record_event.append(tx, told.kind, told.actor, told.at, told.subject, told.facts, told.province)
            for version in deployed.versions:
                versions.keep(version)
            for calendar in deployed.calendars:
                versions.keep_calendar(calendar)
        else:
            for path in paths:
                self.runner.procedures.deploy(path, SYSTEM, self.now)
            if empty:
                with database.read() as tx:
                    rows = {each: [dict(row) for row in tx.execute(select(each)).mappings()] for each in REGISTRY}
                    events = record_event.events(tx)
                    found = [versions.get(tx, row.digest) for row in registry.versions(tx)]
                    places = {each.province.code for each in found}
                    calendars = [versions.calendar_in_force(tx, place) for place in sorted(places)]
                _DEPLOYED[key] = _Deployed(rows, events, found, calendars)
        with self.runner.database.change() as tx:
            for province in provinces:
                for lane in LANES:
                    registry.save_person(tx, person(lane, province), self.now)
        return self

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def at(self, text: str) -> Self:
        """Move the clock to a local moment, and let the worker tick there."""
        self.clock.set(local(text))
        self.runner.tick()
        return self

    def later(self, **by: float) -> Self:
        """Move the clock on, without a tick."""
        self.clock.advance(timedelta(**by))
        return self

    def forget(self) -> Self:
        """Empty the cache of cases, as after a restart."""
        self.runner.transactions.cache.clear()
        return self

    def start(self, procedure: str, **values: Any) -> ChangeResult:
        """Begin a case, by the person who takes dossiers in; it is the one that the other methods mean from now on."""
        lane = self.runner.procedures.in_force(procedure, self.runner.clock.now()).opening_lane
        clerk = person(lane, procedure.partition("/")[0])
        answer = self.runner.cases.start(procedure, clerk, self.now, values or None)
        self.case = answer.case
        return answer

    def do(self, element: str, **values: Any) -> ChangeResult:
        """The open task of `element`, submitted by the person of its lane."""
        task = self.task(element)
        return self.runner.tasks.submit(self.case, task.id, values, person(task.lane, self.row.province), self.now)

    def task(self, element: str) -> Task:
        """The open task of `element`; fails with what is open instead."""
        opened = [task for task in self.tasks if task.closed is None]
        found = [task for task in opened if task.element == element]
        assert len(found) == 1, f"{element} is not open once; open: {[task.id for task in opened]}"
        return found[0]

    @property
    def emails(self) -> set[tuple[str, str]]:
        """What has been sent so far: (to whom, subject)."""
        emails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in self.spool.glob("*.eml")]
        return {(email["To"], email["Subject"]) for email in emails}

    @property
    def open(self) -> list[str]:
        """The elements of the open tasks."""
        return [task.element for task in self.tasks if task.closed is None]

    @property
    def row(self) -> Case:
        """The case's row."""
        with self.runner.database.read() as tx:
            found = cases.get(tx, self.case)
        assert found
        return found

    @property
    def tasks(self) -> list[Task]:
        with self.runner.database.read() as tx:
            return cases.tasks(tx, self.case)

    @property
    def route(self) -> list[str]:
        """Every element that the case has passed, in order."""
        _, _, steps = self.runner.audit.history(self.case, SYSTEM)
        return [element for step in steps if step.advance for element in step.advance.route]

    def proved(self) -> bool:
        """Whether the case replays from its journal to the state it is in."""
        return self.runner.audit.replay(self.case, SYSTEM) is None


def _content(path: Path) -> object:
    """What deploying `path` depends on; the project's own content does not change while tests run."""
    root = find_root(path)
    if root in (None, ROOT):
        return path
    files = [file for folder in ("bpmn", "forms") for file in sorted((root / folder).rglob("*")) if file.is_file()]
    return (path.relative_to(root), *((file.relative_to(root), file.read_bytes()) for file in files))
