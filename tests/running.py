"""Twelve running cases of one procedure, for what another version does to them: 8 migrate, 2 cannot, 2 are unaffected.

The other version is `shortened`: step B3 of QT.BC.02 has 2 days instead of 2.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text, update

from runner.domain.entry import Claim
from runner.domain.person import Person, Role
from runner.engine.errors import EngineFault
from runner.store import registry, table
from runner.store.session import Transaction
from tests.procedures.dossier import Dossier
from tests.world import person

CODE = "ha-tinh/QT.BC.02"
HUY = Person("huy", "Bùi Quang Huy", frozenset({("ha-tinh", Role.ANALYST)}))
LONG = Person("long", "Trần Đức Long", frozenset({("ha-tinh", Role.ANALYST)}))
"""Two analysts."""

WAY = (
    "Task_B1_receive",
    "Task_B2_forward",
    "Task_B3_appraise",
    "Task_B3_draft_licence",
    "Task_B4_initial",
    "Task_B5_approve",
    "Task_B6_issue",
    "Task_B6_update",
)
STANDING = (0, 1, 2, 2, 2, 3, 4, 7, 8, 2, 2)
"""How many tasks of the way are done in each case but the last, which waits for a supplement."""
UNAFFECTED, BLOCKED = (8, 9), (10, 11)
"""The cases that have no more to do in B3; the one with an open incident and the one of which an entry was erased."""
PAUSED = 12


@contextmanager
def unguarded(tx: Transaction, trigger: str = "journal_update") -> Iterator[None]:
    """The database without a trigger of SQLite; PostgreSQL's are asked for nothing meanwhile."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SET LOCAL session_replication_role = replica"))
        yield
        tx.execute(text("SET LOCAL session_replication_role = origin"))
        return
    guard = str(tx.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": trigger}))
    tx.execute(text(f"DROP TRIGGER {trigger}"))
    yield
    tx.exec_driver_sql(guard)


def empty(tx: Transaction, case: int, seq: int) -> None:
    """Take the payload out of an entry as no erasure would: without a trace in the journal."""
    with unguarded(tx):
        this = (table.journal.c.case == case, table.journal.c.seq == seq)
        tx.execute(update(table.journal).where(*this).values(payload=None, salt=None))


class RunningCases(Dossier):
    """An office in which twelve cases of QT.BC.02 run since eight on a Monday; it is half past ten."""

    def __init__(self, url: str, folder: Path, copies: int = 1) -> None:
        """The twelve cases, so many times: those of the first time have the numbers from 1 to 12."""
        super().__init__(url, folder, CODE, "2026-03-02 08:00")
        with self.runner.database.change() as tx:
            for analyst in (HUY, LONG):
                registry.save_person(tx, analyst, self.now)
        for _ in range(copies * PAUSED - 1):
            self.start(CODE)
        for step, element in enumerate(WAY):
            self.later(minutes=10)
            for first in range(0, copies * PAUSED, PAUSED):
                for case, done in enumerate(STANDING, 1):
                    if step < done:
                        self._do(first + case, element)
        for first in range(0, copies * PAUSED, PAUSED):
            self._wait(first + PAUSED)
            self._block(*(first + case for case in BLOCKED))
        self.forget().at("2026-03-02 10:30")

    def _wait(self, case: int) -> None:
        """Go on until the case waits for a supplement."""
        self._do(case, "Task_B1_receive")
        self._do(case, "Task_B2_forward")
        self._do(case, "Task_B3_appraise", appraisal_decision="supplement", inspection_needed=None)
        self._do(case, "Task_B3_guide")

    def _block(self, failed: int, erased: int) -> None:
        """Note an incident in a case, and erase an entry of another one."""
        who = person("specialist")
        attempt, fault = Claim("Task_B3_appraise#1", who.id), EngineFault(reason="disk")
        self.runner.transactions.record_incident(failed, fault, attempt, who, self.now)
        with self.runner.database.change() as tx:
            empty(tx, erased, 2)

    def _do(self, case: int, element: str, **values: object) -> None:
        self.case = case
        self.do(element, **values)


def shortened(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What changes in the files of QT.BC.02 when step B3 has 2 days."""
    diagram, facts = f"bpmn/{CODE}.bpmn", f"bpmn/{CODE}.toml"
    decided = files[facts].decode()
    for old, new in (
        ('duration = { text = "2,5 ngày", days = "2.5" }', 'duration = { text = "02 ngày", days = "2" }'),
        ('limit = "5"', 'limit = "4.5"'),
        ('text = "05 ngày làm việc"', 'text = "4,5 ngày làm việc"'),
    ):
        assert decided.count(old) == 1
        decided = decided.replace(old, new)
    drawn = files[diagram].decode().replace("P2.5D", "P2D").replace('name="2,5 ngày"', 'name="02 ngày"')
    return {diagram: drawn.encode(), facts: decided.encode()}
