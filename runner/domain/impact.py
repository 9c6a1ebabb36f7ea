"""What another version of its procedure does to a running case, found by replaying the case on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from runner.domain.journal import instant
from runner.domain.limit import Limit, Unit, days


class Grade(StrEnum):
    """How a running case stands to another version.

    `OVERDUE` can be migrated as `MIGRATABLE` can, but an open task that is in time would be overdue at once.
    """

    UNAFFECTED = "unaffected"
    MIGRATABLE = "migratable"
    OVERDUE = "overdue"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class TaskImpact:
    """A task that is open on one of the two versions: when it is due on each (UTC), and by which limit of its own.

    A moment is None without a limit or while it is paused; `opens` and `closes`: it is open on the other or on the old
    version only. `step` is the row of the decision, "" where there is none.
    """

    id: str
    name: str
    step: str
    before: datetime | None
    after: datetime | None
    limit_before: Limit | None = None
    limit_after: Limit | None = None
    opens: bool = False
    closes: bool = False

    @property
    def lawful(self) -> bool:
        """Whether the limit of the task itself is another."""
        return self.limit_before != self.limit_after

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        read: dict[str, Any] = {name: _moment(facts[name]) for name in ("before", "after")}
        read |= {name: _limit(facts[name]) for name in ("limit_before", "limit_after")}
        return cls(**dict(facts) | read)

    def to_json(self) -> dict[str, Any]:
        written: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        for name in ("before", "after"):
            written[name] = instant(written[name]) if written[name] else None
        for name in ("limit_before", "limit_after"):
            written[name] = [str(float(written[name].days)), written[name].unit] if written[name] else None
        return written


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps a case on its version: the entry (0: no particular one), the element, the sentence with its facts."""

    seq: int
    element: str
    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseImpact:
    """What a version does to the case that its entry `seq` left on `version` (digest).

    `grade` never is `OVERDUE` here: that depends on the moment, see `graded`. `passed_over` are the timers that had
    fired and would not have, by id.
    """

    case: int
    seq: int
    version: str
    grade: str
    tasks: tuple[TaskImpact, ...] = ()
    obstacle: Obstacle | None = None
    passed_over: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """What is more than a word, as plain JSON values."""
        kept = {name: getattr(self.obstacle, name) for name in Obstacle.__slots__} if self.obstacle else None
        tasks = [task.to_json() for task in self.tasks]
        return {"tasks": tasks, "obstacle": kept, "passed_over": list(self.passed_over)}

    @classmethod
    def stored(cls, case: int, seq: int, version: str, grade: str, facts: Mapping[str, Any]) -> Self:
        """What `facts` kept."""
        tasks, kept = tuple(map(TaskImpact.from_json, facts["tasks"])), facts["obstacle"]
        return cls(case, seq, version, grade, tasks, Obstacle(**kept) if kept else None, tuple(facts["passed_over"]))

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """From when until when (UTC) the migration makes a task overdue that otherwise is in time."""
        earlier = [(each.after, each.before) for each in self.tasks if _earlier(each)]
        return min((after, before) for after, before in earlier if after and before) if earlier else None

    def graded(self, now: datetime) -> Grade:
        """The grade at the moment `now`."""
        span = self.span if self.grade == Grade.MIGRATABLE else None
        return Grade.OVERDUE if span and span[0] < now <= span[1] else Grade(self.grade)


def _earlier(task: TaskImpact) -> bool:
    return bool(task.before and task.after and task.after < task.before)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _limit(found: list[str] | None) -> Limit | None:
    return Limit(days(found[0]), Unit(found[1])) if found else None
