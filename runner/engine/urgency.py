"""How urgent each open task of one case is for the case, and why a task came back to its step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from runner.domain.calendar import Calendar
from runner.domain.case import ClockState
from runner.domain.limit import Unit
from runner.domain.slack import latest
from runner.domain.task import Mark, Task
from runner.engine.ahead import Ahead
from runner.engine.legal_clock import LegalClock
from runner.engine.open_tasks import OpenTasks
from runner.errors import YearMissing


class Urgency:
    """Sets `latest`, `waits` and `mark` of tasks. Nothing of a case's future hangs on it, so no digest covers it.

    It knows which steps were left, and how often the clock had gone on after a pause by then.
    """

    def __init__(self, ahead: Ahead, unit: Unit) -> None:
        self._ahead, self._unit = ahead, unit
        self._left: dict[int, int] = {}
        self._resumed = 0

    def follow(
        self, tasks: OpenTasks, closed: Iterable[Task], opened: Iterable[Task], legal: LegalClock, calendar: Calendar
    ) -> None:
        """After a change that `closed` and `opened` these tasks."""
        places = self._ahead.place
        left = {places[task.element] for task in closed} - {places[task.element] for task in tasks.values()}
        self._left |= dict.fromkeys(left, self._resumed)
        for task in opened:
            tasks.change(task.id, mark=self._mark(task, left, legal))
        self._resumed = legal.resumed
        for task in list(tasks.values()):
            waits = legal.state == ClockState.PAUSED and task.mark != Mark.APOLOGY
            moment = self._latest(task, legal, calendar)
            if (moment, waits) != (task.latest, task.waits):
                tasks.change(task.id, latest=moment, waits=waits)

    def _mark(self, task: Task, left: set[int], legal: LegalClock) -> str:
        """Back after what was asked for came, or sent back from a step behind; or neither."""
        if task.element in self._ahead.apologies:
            return Mark.APOLOGY
        place = self._ahead.place[task.element]
        if legal.resumed > self._left.get(place, self._resumed):
            return Mark.SUPPLEMENTED
        return Mark.RETURNED if place in self._left and any(place < each for each in left) else ""

    def _latest(self, task: Task, legal: LegalClock, calendar: Calendar) -> datetime | None:
        if task.mark == Mark.APOLOGY:  # never without a moment: the slip is late from the day of the promise on
            return task.due or legal.due or task.opened
        if legal.state == ClockState.PAUSED:
            return None
        if legal.state != ClockState.RUNNING or legal.due is None:
            return task.due
        try:
            return latest(calendar, legal.due, self._ahead.days[task.element], self._unit)
        except YearMissing:  # longer ago than the calendar knows
            return task.opened
