"""Event logs that were ordered, and their files, compressed and in pieces until they are thrown away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update

from runner.domain.mining_job import JobStatus, MiningJob
from runner.store.mining_table import mining_job, mining_piece
from runner.store.session import Transaction
from runner.store.statement import columns, row_values

_JOB, _PIECE = mining_job.c, mining_piece.c
_ALL = select(*columns(mining_job, MiningJob))
_THIS = _JOB.id == bindparam("job_id")
_FREE = or_(
    _JOB.status == JobStatus.WAITING, and_(_JOB.status == JobStatus.RUNNING, _JOB.beat < bindparam("silent_since"))
)
_NEXT = _ALL.where(_FREE).order_by(_JOB.at, _JOB.id).limit(1)
_GOING_ON = select(func.count()).where(_JOB.status.in_([JobStatus.WAITING, JobStatus.RUNNING]))


def add(tx: Transaction, job: MiningJob) -> None:
    """Keep a new order."""
    tx.execute(insert(mining_job), row_values(job))


def get(tx: Transaction, id: str) -> MiningJob | None:
    """The order with this id."""
    found = tx.execute(_ALL.where(_THIS), {"job_id": id}).first()
    return MiningJob(*found) if found else None


def of_person(tx: Transaction, person: str) -> list[MiningJob]:
    """The orders of a person, the newest first."""
    query = _ALL.where(_JOB.person == person).order_by(_JOB.at.desc(), _JOB.id)
    return [MiningJob(*row) for row in tx.execute(query)]


def going_on(tx: Transaction, person: str | None = None) -> int:
    """How many orders are not settled, of all people or of one."""
    query = _GOING_ON if person is None else _GOING_ON.where(_JOB.person == person)
    return int(tx.execute(query).scalar_one())


def take(tx: Transaction, now: datetime, silent_since: datetime) -> MiningJob | None:
    """The oldest order that nobody writes, or of which nothing was heard since; it is now being written."""
    found = tx.execute(_NEXT, {"silent_since": silent_since}).first()
    if found is None:
        return None
    job = MiningJob(*found)
    same = _JOB.beat.is_(None) if job.beat is None else _JOB.beat == job.beat
    taken = tx.execute(
        update(mining_job)
        .where(_JOB.id == job.id, _JOB.status == job.status, same)
        .values(status=JobStatus.RUNNING, beat=now, done=0)
    )
    return get(tx, job.id) if taken.rowcount else None


def beat(tx: Transaction, id: str, done: int, total: int, now: datetime) -> bool:
    """Say how far a log is; whether the order is still there and being written."""
    where = (_JOB.id == id, _JOB.status == JobStatus.RUNNING)
    changed = tx.execute(update(mining_job).where(*where).values(done=done, total=total, beat=now))
    return bool(changed.rowcount)


def finish(tx: Transaction, id: str, now: datetime, events: int, size: int, sha256: str) -> None:
    """The log is there."""
    values = {"events": events, "size": size, "sha256": sha256, "settled": now, "status": JobStatus.DONE}
    tx.execute(update(mining_job).where(_JOB.id == id).values(values))


def fail(tx: Transaction, id: str, now: datetime, fault: str) -> None:
    """The log could not be written."""
    tx.execute(update(mining_job).where(_JOB.id == id).values(status=JobStatus.FAILED, settled=now, fault=fault))


def append(tx: Transaction, id: str, number: int, content: bytes) -> None:
    """Keep a piece of a log's file."""
    tx.execute(insert(mining_piece), {"job": id, "number": number, "content": content})


def clear(tx: Transaction, id: str) -> None:
    """Throw the pieces of a log away."""
    tx.execute(delete(mining_piece).where(_PIECE.job == id))


def piece(tx: Transaction, id: str, number: int) -> bytes | None:
    """A piece of a log's file, counted from 0; None behind the last."""
    found: bytes | None = tx.scalar(select(_PIECE.content).where(_PIECE.job == id, _PIECE.number == number))
    return found


def discard(tx: Transaction, id: str) -> None:
    """Throw an order and its log away."""
    clear(tx, id)
    tx.execute(delete(mining_job).where(_JOB.id == id))


def stale(tx: Transaction, before: datetime) -> list[str]:
    """The orders that were settled before a moment, or given before it and never settled."""
    return list(tx.scalars(select(_JOB.id).where(func.coalesce(_JOB.settled, _JOB.at) < before)))
