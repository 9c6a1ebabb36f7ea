"""A task in a list of tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runner.domain.case import CaseStatus

PageCursor = tuple[datetime | None, int, str]
"""Where a row stands in the inbox: its due moment, its case, its task's id."""


@dataclass(frozen=True, slots=True)
class Item:
    """A task as the inbox shows it, with what identifies its case and its `CaseStatus`; `due` None: no limit."""

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

    @property
    def place(self) -> PageCursor:
        """What to give `inbox` for the page that begins behind this row."""
        return self.due, self.case, self.id


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
