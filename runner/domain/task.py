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


class Mark(StrEnum):
    """Why a task is there: it came back to its step, returned or with what was asked for, or is about an apology."""

    RETURNED = "returned"
    SUPPLEMENTED = "supplemented"
    APOLOGY = "apology"


@dataclass(frozen=True, slots=True)
class Task:
    """One user task of a case.

    `id` is the element's id and its occurrence in this case (``B3_appraise#2``): replay finds it again. Moments are
    aware, in UTC. `due` is None where no limit applies. `step` is the row of the decision ("" when none), `outcome`
    a `TaskOutcome` ("" while open).

    `latest` is when it must be done for the case to keep its promise if every step ahead takes its whole limit; its own
    due moment where there is no promise, None where nothing is due. `waits`: the legal clock stands, for the applicant.
    `mark` is a `Mark` ("" for none).
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
    latest: datetime | None = None
    waits: bool = False
    mark: str = ""

    def overdue(self, now: datetime) -> bool:
        """Whether the task is late at `now`, or was noted as late before."""
        return self.late or overdue(self.due, now)


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment that the engine waits for. `due` is None while the legal clock is paused and the timer is held."""

    id: str
    element: str
    due: datetime | None
