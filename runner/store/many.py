"""Many cases at once, for counting: which there are, and of each some what its tasks and its journal say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from runner.domain.case import REGISTERED, Case, Incident
from runner.domain.case_filter import CaseFilter
from runner.domain.entry import Erase
from runner.domain.erasure import restored
from runner.domain.journal import Entry
from runner.domain.person import SYSTEM
from runner.domain.task import Task
from runner.store import table
from runner.store.attachment_table import attachment
from runner.store.case_search import Places, among
from runner.store.session import Transaction
from runner.store.statement import columns

_case, _task, _entry, _file = table.case.c, table.task.c, table.journal.c, attachment.c
_incident = table.incident.c
_OF_TASK: Final = [_task.case, *columns(table.task, Task)]
_OF_FILE: Final = [_file.case, _file.seq, _file.sha256, _file.task, _file.type, _file.size]


@dataclass(frozen=True, slots=True)
class File:
    """A file that the entry `seq` of a case names first; its name, which may name people, stays where it is."""

    case: int
    seq: int
    sha256: str
    task: str
    type: str
    size: int


def ids(tx: Transaction, places: Places, wanted: CaseFilter) -> list[int]:
    """The registered cases that are meant, in the order of their numbers."""
    found = select(_case.id).where(among(places), _case.status.in_(REGISTERED), *_meant(wanted)).order_by(_case.id)
    return list(tx.scalars(found))


def outcomes(tx: Transaction, procedure: str) -> list[str]:
    """How the cases of a procedure have ended so far."""
    found = select(_case.outcome).where(_case.procedure == procedure, _case.outcome != "").distinct()
    return sorted(tx.scalars(found))


def procedures(tx: Transaction, places: Places) -> list[tuple[str, str]]:
    """The procedures and versions (digests) of which there are registered cases, sorted."""
    found = select(_case.procedure, _case.version).where(among(places), _case.status.in_(REGISTERED)).distinct()
    return sorted((row[0], row[1]) for row in tx.execute(found))


def by_id(tx: Transaction, some: Sequence[int]) -> list[Case]:
    """These cases, in the order of their numbers."""
    query = select(*columns(table.case, Case)).where(_case.id.in_(some)).order_by(_case.id)
    return [Case(*row) for row in tx.execute(query)]


def tasks(tx: Transaction, some: Sequence[int]) -> dict[int, list[Task]]:
    """Every task of these cases, open and closed, in the order in which they were opened."""
    query = select(*_OF_TASK).where(_task.case.in_(some)).order_by(_task.case, _task.opened, _task.id)
    rows = groupby(tx.execute(query), key=lambda row: row[0])
    return {case: [Task(*row[1:]) for row in found] for case, found in rows}


def incidents(tx: Transaction, some: Sequence[int]) -> dict[int, list[Incident]]:
    """The incidents of these cases, open and closed, in their order."""
    query = select(_incident.case, *columns(table.incident, Incident)).where(_incident.case.in_(some))
    rows = groupby(tx.execute(query.order_by(_incident.case, _incident.id)), key=lambda row: row[0])
    return {case: [Incident(*row[1:]) for row in found] for case, found in rows}


def acts(tx: Transaction, some: Sequence[int]) -> list[tuple[str, datetime]]:
    """Who has an entry in the journals of these cases, and when."""
    query = select(_entry.actor, _entry.at).where(_entry.case.in_(some), _entry.actor != SYSTEM.id)
    return [(row[0], row[1]) for row in tx.execute(query)]


def entries(tx: Transaction, some: Sequence[int], kinds: Collection[str] = ()) -> dict[int, list[Entry]]:
    """The entries of these cases in their order; of these kinds only, if any are named.

    An erased one says what its erasure kept of it.
    """
    query = select(*columns(table.journal, Entry)).where(_entry.case.in_(some))
    if kinds:
        query = query.where(_entry.kind.in_(sorted({*kinds, Erase.kind})))
    rows = groupby(tx.execute(query.order_by(_entry.case, _entry.seq)), key=lambda row: row.case)
    return {case: restored([Entry(*row) for row in found]) for case, found in rows}


def files(tx: Transaction, some: Sequence[int]) -> dict[int, list[File]]:
    """The files that the entries of these cases name, in the order of entries."""
    query = select(*_OF_FILE).where(_file.case.in_(some), _file.seq.is_not(None))
    rows = groupby(tx.execute(query.order_by(_file.case, _file.seq, _file.sha256)), key=lambda row: row[0])
    return {case: [File(*row) for row in found] for case, found in rows}


def _meant(wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    moment = _case.ended if wanted.basis == "ended" else _case.received
    equal: tuple[tuple[ColumnElement[Any], str], ...] = (
        (_case.procedure, wanted.procedure),
        (_case.version, wanted.version),
        (_case.outcome, wanted.outcome),
    )
    yield from (column == value for column, value in equal if value)
    if wanted.since:
        yield moment >= wanted.since
    if wanted.until:
        yield moment < wanted.until
    if wanted.lanes:
        yield exists().where(_task.case == _case.id, _task.lane.in_(sorted(wanted.lanes)))
    overran = and_(_case.legal_clock_stopped_at.is_not(None), _case.legal_clock_stopped_at > _case.due)
    behind = exists().where(_task.case == _case.id, or_(_task.late, _task.closed > _task.due))
    if wanted.late == "case":
        yield overran
    elif wanted.late == "task":
        yield behind
    elif wanted.late == "none":
        yield and_(func.coalesce(not_(overran), True), not_(behind))
