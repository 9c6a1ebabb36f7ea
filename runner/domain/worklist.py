"""A task in a list of tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PageCursor = tuple[datetime | None, int, str]
"""Where a row stands in the inbox: its due moment, its case, its task's id."""


@dataclass(frozen=True, slots=True)
class Item:
    """A task as the inbox shows it, with what identifies its case. `due` is None where no limit applies."""

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

    @property
    def place(self) -> PageCursor:
        """What to give `inbox` for the page that begins behind this row."""
        return self.due, self.case, self.id
