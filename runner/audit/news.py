"""What was done beside the cases since an auditor was last at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from runner.domain.person import Person
from runner.domain.record import RecordEvent, RecordKind
from runner.store import desk_visit, record_list
from runner.store.session import Database

TOLD: Final = (
    RecordKind.ENFORCEMENT,
    RecordKind.CALENDAR,
    RecordKind.CALENDAR_DECISION,
    RecordKind.ORGANISATION,
    RecordKind.PERSON,
    RecordKind.TOKEN,
    RecordKind.REBUILD,
    RecordKind.ERASURE,
    RecordKind.HOLD,
    RecordKind.RESTORE,
    RecordKind.ROLLBACK,
)
"""The kinds of events that are news; readings and exports have a page of their own."""
MOST: Final = 8
"""How many are told, the newest first."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What an auditor finds new; `before` is when the visit before this one ended, None at the first one.

    There are `more` events than those that are told: at least so many.
    """

    before: datetime | None
    events: Sequence[RecordEvent]
    more: bool


class News:
    """Reads the record events; writes only when somebody was at the desk."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def visit(self, person: Person, now: datetime) -> Visit:
        """That a person is at the desk, and what is new to them: of their provinces, or of the whole installation."""
        with self.database.change() as tx:
            before = desk_visit.before(tx, person.id, now)
            desk_visit.note(tx, person.id, now)
            provinces = {"", *(province for province, _ in person.groups)}
            found = record_list.newest(tx, TOLD, MOST + 1, since=before, provinces=provinces)
        return Visit(before, found[:MOST], len(found) > MOST)
