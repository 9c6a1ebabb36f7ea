"""Cases: the journal that is the truth about them, and the tables that are computed from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, insert, select, type_coerce, union
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import NullType

from runner.domain.case import REGISTERED, Case, Incident, Projection
from runner.domain.erasure import restored
from runner.domain.journal import Entry
from runner.domain.task import Task, Timer
from runner.errors import Conflict
from runner.store import case_search, table
from runner.store.epoch import FIRST_CASE
from runner.store.prepared import Prepared
from runner.store.session import Transaction
from runner.store.statement import columns, row_values, upsert

_OF_CASE: BindParameter[int] = bindparam("case_id")

_LAST_IDS = select(func.max(table.journal.c.case), FIRST_CASE - 1)
_NEXT_ID = select(table.CASE_ID.next_value())
_CASE = select(*columns(table.case, Case)).where(table.case.c.id == _OF_CASE)
_GET = Prepared(_CASE)
_LAST = select(func.max(table.case.c.id))
_NAME = select(table.case.c.number, table.case.c.province).where(table.case.c.id == _OF_CASE)
_FIND = select(*columns(table.case, Case)).where(table.case.c.number == bindparam("sought"))
_LOCK = Prepared(_CASE.with_for_update())
_LOCK_IF_FREE = Prepared(_CASE.with_for_update(skip_locked=True))
_IDS = union(select(table.journal.c.case), select(table.case.c.id)).order_by("case")
_REGISTERED = (
    select(table.case.c.id)
    .where(
        table.case.c.province == bindparam("province"),
        table.case.c.status.in_(REGISTERED),
        table.case.c.id < bindparam("before"),
    )
    .order_by(table.case.c.id.desc())
    .limit(bindparam("most"))
)
_ENTRIES = Prepared(
    select(*columns(table.journal, Entry))
    .where(table.journal.c.case == _OF_CASE, table.journal.c.seq > bindparam("after"))
    .order_by(table.journal.c.seq)
)
_NUMBERS = (
    select(type_coerce(table.journal.c.seq, NullType))
    .where(table.journal.c.case == _OF_CASE)
    .order_by(table.journal.c.seq)
)
_ENTRY = select(*columns(table.journal, Entry)).where(
    table.journal.c.case == _OF_CASE, type_coerce(table.journal.c.seq, NullType) == bindparam("number")
)
_TASKS = Prepared(
    select(*columns(table.task, Task))
    .where(table.task.c.case == _OF_CASE)
    .order_by(table.task.c.opened, table.task.c.id)
)
_OPEN_TASKS = (
    select(*columns(table.task, Task), table.task.c.case)
    .where(table.task.c.case.in_(bindparam("cases", expanding=True)), table.task.c.closed.is_(None))
    .order_by(table.task.c.opened, table.task.c.id)
)
_TASK = Prepared(
    select(*columns(table.task, Task)).where(table.task.c.case == _OF_CASE, table.task.c.id == bindparam("task_id"))
)
_TIMERS = select(*columns(table.timer, Timer)).where(table.timer.c.case == _OF_CASE).order_by(table.timer.c.id)
_INCIDENTS = Prepared(
    select(*columns(table.incident, Incident)).where(table.incident.c.case == _OF_CASE).order_by(table.incident.c.id)
)
_OPEN_INCIDENTS = (
    select(*columns(table.case, Case), *columns(table.incident, Incident))
    .join_from(table.incident, table.case, table.case.c.id == table.incident.c.case)
    .where(table.incident.c.closed.is_(None))
    .order_by(table.incident.c.case, table.incident.c.id)
)
_OPEN_INCIDENTS_OF = _OPEN_INCIDENTS.where(table.case.c.province.in_(bindparam("provinces", expanding=True)))
_CASE_WIDTH = len(fields(Case))

_APPEND = Prepared(insert(table.journal))
_SAVE_CASE = Prepared(upsert(table.case))
_SAVE_TASKS = Prepared(upsert(table.task))
_DISARM = Prepared(delete(table.timer).where(table.timer.c.case == _OF_CASE, table.timer.c.id == bindparam("timer_id")))
_ARM = Prepared(upsert(table.timer))
_SAVE_INCIDENTS = upsert(table.incident)
_QUEUE = upsert(table.outbox, keep=True)
_WIPE = (
    delete(table.case).where(table.case.c.id == _OF_CASE),
    delete(table.task).where(table.task.c.case == _OF_CASE),
    delete(table.timer).where(table.timer.c.case == _OF_CASE),
    delete(table.incident).where(table.incident.c.case == _OF_CASE),
)


def create(tx: Transaction) -> int:
    """The number of a new case, never given before. Its rows come with the first `save`, in this same transaction."""
    if tx.dialect.name == "sqlite":
        return max(last or 0 for last in tx.execute(_LAST_IDS).one()) + 1
    return int(tx.execute(_NEXT_ID).scalar_one())


# -- reading -----------------------------------------------------------------------------------------------------------


def get(tx: Transaction, case: int) -> Case | None:
    """The case as its last entry left it."""
    found = _GET.first(tx, {"case_id": case})
    return Case(*found) if found else None


def find(tx: Transaction, number: str) -> Case | None:
    """The case that was given this number."""
    found = tx.execute(_FIND, {"sought": number}).first()
    return Case(*found) if found else None


def lock(tx: Transaction, case: int, *, skip_locked: bool = False) -> Case | None:
    """The case, locked until `tx` ends. None when there is none.

    Waits while another transaction holds the lock; with `skip_locked`, returns None at once. On SQLite the lock is the
    whole database's.
    """
    found = (_LOCK_IF_FREE if skip_locked else _LOCK).first(tx, {"case_id": case})
    return Case(*found) if found else None


def last(tx: Transaction) -> int:
    """The highest number of a case; 0 where there is none."""
    return tx.scalar(_LAST) or 0


def ids(tx: Transaction) -> list[int]:
    """The number of every case that has a journal or a row, in ascending order; a case should have both."""
    return list(tx.scalars(_IDS))


def newest(tx: Transaction, province: str, before: int | None, most: int) -> list[int]:
    """The ids of at most so many cases of a province in the register, below `before`, the highest first."""
    given = {"province": province, "before": before or 2**62, "most": most}
    return list(tx.scalars(_REGISTERED, given))


def entries(tx: Transaction, case: int, after: int = 0) -> list[Entry]:
    """The entries of the case's journal behind number `after`, in their order.

    An erased one says what its erasure kept of it.
    """
    return restored([Entry(*found) for found in _ENTRIES.all(tx, {"case_id": case, "after": after})])


def name(tx: Transaction, case: int) -> tuple[str, str]:
    """The number and the province of a case by its row, even one that cannot be read whole; "" for what lacks."""
    found = tx.execute(_NAME, {"case_id": case}).first() or ("", "")
    return str(found[0] or ""), str(found[1])


def numbers(tx: Transaction, case: int) -> list[Any]:
    """The numbers of the case's entries as they are stored, for one whose entries cannot be read all at once."""
    return list(tx.scalars(_NUMBERS, {"case_id": case}))


def entry(tx: Transaction, case: int, number: Any) -> Entry:
    """The entry with this number, as `numbers` gives it."""
    return Entry(*tx.execute(_ENTRY, {"case_id": case, "number": number}).one())


def tasks(tx: Transaction, case: int) -> list[Task]:
    """Every task of the case, open and closed, in the order in which they were opened."""
    return [Task(*found) for found in _TASKS.all(tx, {"case_id": case})]


def open_tasks(tx: Transaction, those: Collection[int]) -> dict[int, list[Task]]:
    """The open tasks of each of these cases that has any, in the order in which they were opened."""
    found: dict[int, list[Task]] = {}
    for *values, case in tx.execute(_OPEN_TASKS, {"cases": list(those)}):
        found.setdefault(case, []).append(Task(*values))
    return found


def task(tx: Transaction, case: int, task_id: str) -> Task | None:
    """One task of the case."""
    found = _TASK.first(tx, {"case_id": case, "task_id": task_id})
    return Task(*found) if found else None


def timers(tx: Transaction, case: int) -> list[Timer]:
    """The timers that the case waits for, held ones too, by id."""
    return [Timer(*found) for found in tx.execute(_TIMERS, {"case_id": case})]


def incidents(tx: Transaction, case: int) -> list[Incident]:
    """The incidents of the case, open and closed, in their order."""
    return [Incident(*found) for found in _INCIDENTS.all(tx, {"case_id": case})]


def open_incidents(tx: Transaction, provinces: Collection[str] | None = None) -> list[tuple[Case, Incident]]:
    """Every open incident (of these provinces), with its case, in the order of cases."""
    rows = (
        tx.execute(_OPEN_INCIDENTS)
        if provinces is None
        else tx.execute(_OPEN_INCIDENTS_OF, {"provinces": sorted(provinces)})
    )
    return [(Case(*row[:_CASE_WIDTH]), Incident(*row[_CASE_WIDTH:])) for row in rows]


# -- writing -----------------------------------------------------------------------------------------------------------


def save(tx: Transaction, projection: Projection) -> None:
    """Append the projection's entry, write what it does to the read tables, and queue its messages (each key once).

    Raises Conflict when another transaction appended that entry first.
    """
    append(tx, projection.entry)
    show(tx, projection)
    if projection.messages:
        entry = projection.entry
        beside = {"case": entry.case, "seq": entry.seq, "at": entry.at, "next_at": entry.at, "tries": 0}
        tx.execute(_QUEUE[tx.dialect.name], [row_values(message, **beside) for message in projection.messages])


def append(tx: Transaction, entry: Entry) -> None:
    """Add `entry` to its case's journal. Raises Conflict when the journal has an entry of that number already."""
    try:
        _APPEND.run(tx, row_values(entry))
    except IntegrityError as error:
        raise Conflict from error


def show(tx: Transaction, projection: Projection) -> None:
    """Write what `projection` does to the read tables, and nothing else: saving and rebuilding both do it here."""
    case = projection.case
    _SAVE_CASE.run(tx, row_values(case))
    case_search.save(tx, case.id, projection.entry.actor, projection.words)
    _SAVE_TASKS.run(tx, *(row_values(task, case=case.id, province=case.province) for task in projection.tasks))
    _DISARM.run(tx, *({"case_id": case.id, "timer_id": timer} for timer in projection.disarmed))
    _ARM.run(tx, *(row_values(timer, case=case.id) for timer in projection.armed))
    if projection.incidents:
        tx.execute(
            _SAVE_INCIDENTS[tx.dialect.name], [row_values(incident, case=case.id) for incident in projection.incidents]
        )


def wipe(tx: Transaction, case: int) -> None:
    """Delete the case's rows from every read table, to write them anew from its journal; queued messages stay."""
    for statement in _WIPE:
        tx.execute(statement, {"case_id": case})
    case_search.forget(tx, case)
