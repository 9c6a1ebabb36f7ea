"""Lists for people: what waits for them, and the cases of their provinces."""

from __future__ import annotations

from runner.domain.case import Case
from runner.domain.person import Person
from runner.store import worklist
from runner.store.session import Database
from runner.store.worklist import Item, Place

PAGE = 50
COUNTED = 1_000
"""An exact total of very many tasks would take seconds, so counting stops here."""


class Worklist:
    """Reads the read tables; changes nothing."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def inbox(self, person: Person, limit: int = PAGE, after: Place | None = None) -> list[Item]:
        """The open tasks that `person` may do, the most urgent first; `after` is the `place` of the last row seen."""
        with self.database.read() as tx:
            return worklist.inbox(tx, sorted(person.groups), person.id, limit, after)

    def count(self, person: Person) -> int:
        """How many tasks the inbox has, counted up to `COUNTED`."""
        with self.database.read() as tx:
            return worklist.count(tx, sorted(person.groups), person.id, COUNTED)

    def cases(
        self, person: Person, status: str | None = None, procedure: str | None = None, before: int | None = None,
        limit: int = PAGE,
    ) -> list[Case]:  # fmt: skip
        """The cases of the person's provinces, the newest first; `before` is the last id seen."""
        provinces = sorted({province for province, _ in person.groups})
        with self.database.read() as tx:
            return worklist.cases(tx, provinces, limit, status=status, procedure=procedure, before=before)
