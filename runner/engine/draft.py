"""A draft: a case whose intake nobody has finished. It is its creator's, and is given up after its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from runner.domain import deadline
from runner.domain.case import ClockState
from runner.domain.limit import Limit, Unit
from runner.domain.task import DRAFT_TIMER, Timer
from runner.engine.advance import Moment
from runner.engine.open_tasks import OpenTasks

KEPT: Final = Limit(Fraction(3), Unit.WORKING_DAYS)
"""How long a draft waits for its creator."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The account that began the case (None where none is known), and the timer."""

    creator: str | None
    timer: Timer

    @classmethod
    def of(cls, moment: Moment) -> Draft:
        """A draft that begins at `moment`. Raises `YearMissing`."""
        return cls(
            moment.actor or None, Timer(DRAFT_TIMER, "", deadline.promise(moment.calendar, moment.now, KEPT).due)
        )

    def keep(self, tasks: OpenTasks, values: Mapping[str, object], clock: ClockState, clerks: frozenset[str]) -> bool:
        """Give the creator the tasks of a case that is not received yet; whether it is so.

        Only the lanes of the one-stop counter, `clerks`, have work then, no time runs, and no number is allotted. A
        dossier is received there (Nghị định 61/2018/NĐ-CP, điều 17); what begins elsewhere is no intake.
        """
        lanes = {task.lane for task in tasks.values()}
        if not lanes or lanes - clerks or clock != ClockState.IDLE or values.get("case_number"):
            return False
        for task in tasks:
            tasks.change(task, owner=self.creator)
        return True
