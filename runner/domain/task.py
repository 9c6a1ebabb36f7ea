"""Tasks of people, and timers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from runner.domain.timeliness import overdue

DRAFT_TIMER: Final = "draft"
"""The timer at which a draft is given up: the one timer that is no element's."""
LATE_REASON = "late_reason"
"""The value of a submit that says why the task was done late."""


class TaskOutcome(StrEnum):
    """How a task was closed: done, or no longer needed."""

    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Task:
    """One user task of a case.

    `id` is the element's id and its occurrence in this case (``B3_appraise#2``): replay finds it again. Moments are
    aware, in UTC. `due` is None where no limit applies. `step` is the row of the decision ("" when none), `outcome`
    a `TaskOutcome` ("" while open).
    """

    id: str
    element: str
    name: str
    lane: str
    step: str
    form: str
    opened: datetime
    due: datetime | None = None
    owner: str | None = None
    late: bool = False
    closed: datetime | None = None
    outcome: str = ""

    def overdue(self, now: datetime) -> bool:
        """Whether the task is late at `now`, or was noted as late before."""
        return self.late or overdue(self.due, now)


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment that the engine waits for. `due` is None while the legal clock is paused and the timer is held."""

    id: str
    element: str
    due: datetime | None
