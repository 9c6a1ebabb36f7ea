"""A task in a list of tasks, and the groups in which a list shows its tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from runner.clock import ZONE
from runner.domain.calendar import local_date
from runner.domain.case import CaseStatus

PageCursor = tuple[datetime | None, int, str]
"""Where a row stands in a list by due moments: its due moment, its case, its task's id."""
UrgencyCursor = tuple[bool, datetime | None, int, str]
"""Where a row stands in the inbox by what makes the case late: whether it waits, `latest`, its case, its task's id."""


@dataclass(frozen=True, slots=True)
class Item:
    """A task as the inbox shows it, with what identifies its case and its `CaseStatus`; `due` None: no limit.

    `latest`, `waits` and `mark` are those of the task. `promise` is when its case is due, None while nothing is;
    `incident`: the case has an open one.
    """

    case: int
    id: str
    province: str
    name: str
    lane: str
    step: str
    opened: datetime
    due: datetime | None
    owner: str | None
    late: bool
    number: str | None
    procedure: str
    subject: str
    status: str = CaseStatus.OPEN
    latest: datetime | None = None
    waits: bool = False
    mark: str = ""
    promise: datetime | None = None
    incident: bool = False

    @property
    def place(self) -> PageCursor:
        """What to give a list by due moments for the page that begins behind this row."""
        return self.due, self.case, self.id

    @property
    def urgency(self) -> UrgencyCursor:
        """What to give the inbox for the page that begins behind this row."""
        return self.waits, self.latest, self.case, self.id


class Group(StrEnum):
    """The groups of an inbox, in their order."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"
    ANY_TIME = "any_time"
    WAITING = "waiting"


def borders(now: datetime) -> tuple[datetime, datetime, datetime]:
    """Where the groups after `OVERDUE`, `TODAY` and `WEEK` begin: a week ends with Sunday, a day at midnight."""
    day = local_date(now)
    tomorrow, monday = day + timedelta(days=1), day + timedelta(days=7 - day.weekday())
    return now, datetime.combine(tomorrow, time(), ZONE), datetime.combine(monday, time(), ZONE)


def group(moment: datetime | None, waits: bool, now: datetime) -> Group:
    """The group of a task that is due at `moment`, or that waits."""
    if waits:
        return Group.WAITING
    if moment is None:
        return Group.ANY_TIME
    passed, today, week = borders(now)
    if moment < passed:
        return Group.OVERDUE
    return Group.TODAY if moment < today else Group.WEEK if moment < week else Group.LATER


@dataclass(frozen=True, slots=True)
class DraftItem:
    """A task of a draft: a case that only its creator has, begun at `started` and given up at `until`.

    `subject` is the applicant's name as far as it was typed and kept, "" before.
    """

    case: int
    id: str
    province: str
    procedure: str
    name: str
    started: datetime
    until: datetime
    subject: str
