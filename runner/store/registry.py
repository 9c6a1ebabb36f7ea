"""What is deployed and who works here: versions of procedures, revisions of calendars, people and their lanes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from runner.domain.deployment import Deployed, Enforcement, Revision
from runner.domain.journal import canonical
from runner.domain.journal import digest as text_digest
from runner.domain.person import Person
from runner.domain.record import RecordKind, row_facts
from runner.errors import Conflict
from runner.store import record_event, table
from runner.store.prepared import Prepared
from runner.store.session import Transaction
from runner.store.statement import columns, row_values, upsert

# -- versions ----------------------------------------------------------------------------------------------------------

_ONE_DEPLOYER = text("SELECT pg_advisory_xact_lock(20180125)")
"""Not a lock of the table: that one asks for a right to change it, which the application has not."""
_NUMBER = select(table.version.c.number).where(table.version.c.digest == bindparam("sought"))
_NEXT_NUMBER = select(func.coalesce(func.max(table.version.c.number), 0) + 1).where(
    table.version.c.procedure == bindparam("sought")
)
_VERSIONS = select(*columns(table.version, Deployed)).order_by(table.version.c.procedure, table.version.c.number)
_VERSION = select(*columns(table.version, Deployed)).where(table.version.c.digest == bindparam("sought"))


def _stated(*where: ColumnElement[bool]) -> Subquery:
    """Enforcements, each with the moment `begun` from which it counts.

    That is its `effective` moment. What was put into force at once while the machine's clock was ahead counts from the
    earliest clock of it and all that were recorded later: they prove that the clock was ahead. A clock that is behind
    while a scheduled day had come already looks as if that day lay ahead; no row can tell.
    """
    each = table.enforcement.c
    later = func.min(each.at).over(partition_by=each.procedure, order_by=each.number.desc())
    begun = case((and_(each.effective <= each.at, later < each.effective), later), else_=each.effective)
    return select(table.enforcement, begun.label("begun")).where(*where).subquery()


def _begun(stated: Subquery) -> ColumnElement[bool]:
    """What was put into force at once stays so where the machine's clock goes back behind it."""
    return or_(stated.c.effective <= bindparam("moment"), stated.c.effective <= stated.c.at)


_OF_ONE = _stated(table.enforcement.c.procedure == bindparam("sought"))
_OF_ALL = _stated()
_IN_FORCE = (
    select(*(_OF_ONE.c[field.name] for field in fields(Enforcement)))
    .where(_begun(_OF_ONE))
    .order_by(_OF_ONE.c.begun.desc(), _OF_ONE.c.number.desc())
    .limit(1)
)


def _last(*those: ColumnElement[bool]) -> Select[Any]:
    """The deployed version of the last enforcement of every procedure among `those` that have begun at a moment."""
    order = (_OF_ALL.c.begun.desc(), _OF_ALL.c.number.desc())
    rank = func.row_number().over(partition_by=_OF_ALL.c.procedure, order_by=order)
    ranked = select(_OF_ALL.c.version, rank.label("rank")).where(_begun(_OF_ALL), *those).subquery()
    return (
        select(*columns(table.version, Deployed))
        .join_from(table.version, ranked, ranked.c.version == table.version.c.digest)
        .where(ranked.c.rank == 1)
        .order_by(table.version.c.procedure)
    )


_CURRENT = _last()
_KNOWN = _last(_OF_ALL.c.version.is_not(None))
_NEXT_ENFORCEMENT = select(func.coalesce(func.max(table.enforcement.c.number), 0) + 1).where(
    table.enforcement.c.procedure == bindparam("sought")
)
_ENFORCEMENTS = (
    select(*columns(table.enforcement, Enforcement))
    .where(table.enforcement.c.procedure == bindparam("sought"))
    .order_by(table.enforcement.c.number)
)
_FILES = (
    select(table.version_file.c.name, table.blob.c.content)
    .join_from(table.version_file, table.blob)
    .where(table.version_file.c.version == bindparam("sought"))
    .order_by(table.version_file.c.name)
)
_HAS_FILE = select(table.version_file.c.version).where(table.version_file.c.name == bindparam("sought")).limit(1)
_KEEP_BLOBS = upsert(table.blob, keep=True)


def deploy(
    tx: Transaction, digest: str, procedure: str, province: str, files: Mapping[str, bytes], at: datetime, by: str
) -> int:
    """Store a version and the files that `digest` (SHA-256, hex) stands for; its number within the procedure.

    One that is there already is left as it is. Versions stored at the same time get consecutive numbers; `enforce` puts
    one into force.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(_ONE_DEPLOYER)
    known: int | None = tx.scalar(_NUMBER, {"sought": digest})
    if known is not None:
        return known
    number = int(tx.execute(_NEXT_NUMBER, {"sought": procedure}).scalar_one())
    row = Deployed(digest, procedure, province, number, at, by)
    tx.execute(insert(table.version), row_values(row))
    blobs = [{"sha256": sha256(content).digest(), "content": content} for content in files.values()]
    tx.execute(_KEEP_BLOBS[tx.dialect.name], blobs)
    names = [{"version": digest, "name": name, "sha256": sha256(content).digest()} for name, content in files.items()]
    tx.execute(insert(table.version_file), names)
    facts = row_facts(row) | {"files": {name: sha256(content).hexdigest() for name, content in sorted(files.items())}}
    record_event.append(tx, RecordKind.VERSION, by, at, digest, facts, province)
    return number


def versions(tx: Transaction) -> list[Deployed]:
    """Every version of every procedure, by procedure and number."""
    return [Deployed(*row) for row in tx.execute(_VERSIONS)]


def version(tx: Transaction, digest: str) -> Deployed | None:
    """The version with this digest."""
    found = tx.execute(_VERSION, {"sought": digest}).first()
    return Deployed(*found) if found else None


def enforce(
    tx: Transaction,
    procedure: str,
    digest: str | None,
    at: datetime,
    by: str,
    effective: datetime | None = None,
    *,
    approved_by: str = "",
    successor: str = "",
) -> bool:
    """Put a stored version into force from `effective` on (None: from `at`), None repeals; False when it is so already.

    Enforcements made at the same time get consecutive numbers.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(_ONE_DEPLOYER)
    effective = effective or at
    last = in_force(tx, procedure, effective)
    if last and (last.version, last.successor) == (digest, successor):
        return False
    number = int(tx.execute(_NEXT_ENFORCEMENT, {"sought": procedure}).scalar_one())
    row = Enforcement(procedure, number, digest, at, by, effective, approved_by, successor)
    tx.execute(insert(table.enforcement), row_values(row))
    record_event.append(tx, RecordKind.ENFORCEMENT, by, at, procedure, row_facts(row), procedure.partition("/")[0])
    return True


def in_force(tx: Transaction, procedure: str, now: datetime) -> Enforcement | None:
    """What puts a version of `procedure` into force at `now`, or repeals it; None where nothing ever did."""
    found = tx.execute(_IN_FORCE, {"sought": procedure, "moment": now}).first()
    return Enforcement(*found) if found else None


def current(tx: Transaction, now: datetime) -> list[Deployed]:
    """The version in force at `now` of every procedure that is not repealed, by procedure."""
    return [Deployed(*row) for row in tx.execute(_CURRENT, {"moment": now})]


def known(tx: Transaction, now: datetime) -> list[Deployed]:
    """The version in force at `now` of every procedure, and the last one of those that are repealed, by procedure."""
    return [Deployed(*row) for row in tx.execute(_KNOWN, {"moment": now})]


def enforcements(tx: Transaction, procedure: str) -> list[Enforcement]:
    """Every time that a version of `procedure` was put into force, or it was repealed, in the order of recording."""
    return [Enforcement(*row) for row in tx.execute(_ENFORCEMENTS, {"sought": procedure})]


def next_in_force(tx: Transaction, procedure: str, moment: datetime) -> datetime | None:
    """The first moment behind `moment` from which a version is in force by what is recorded; None where none is."""
    last = {
        each.effective: each.version for each in enforcements(tx, procedure) if each.effective > max(moment, each.at)
    }
    return min((start for start, version in last.items() if version), default=None)


def files(tx: Transaction, digest: str) -> dict[str, bytes]:
    """The files of a version by name; empty when there is no such version."""
    return {row.name: row.content for row in tx.execute(_FILES, {"sought": digest})}


def has_file(tx: Transaction, name: str) -> bool:
    """Whether any version has a file of this name."""
    return tx.scalar(_HAS_FILE, {"sought": name}) is not None


# -- calendars ---------------------------------------------------------------------------------------------------------

_CALENDAR = select(table.calendar_revision.c.content).where(
    table.calendar_revision.c.province == bindparam("of_province"),
    table.calendar_revision.c.revision == bindparam("number"),
)
_NEWEST = Prepared(
    select(func.max(table.calendar_revision.c.revision)).where(
        table.calendar_revision.c.province == bindparam("of_province")
    )
)
_CALENDARS = select(table.calendar_revision.c.province).distinct().order_by(table.calendar_revision.c.province)
_REVISIONS = (
    select(*columns(table.calendar_revision, Revision))
    .where(table.calendar_revision.c.province == bindparam("of_province"))
    .order_by(table.calendar_revision.c.revision)
)


def revise(tx: Transaction, revision: Revision, content: Mapping[str, Any]) -> None:
    """Store a revision of a calendar. Raises Conflict when the province has one of that number already."""
    try:
        tx.execute(insert(table.calendar_revision), row_values(revision, content=content))
    except IntegrityError as error:
        raise Conflict from error
    record_event.append_revision(tx, RecordKind.CALENDAR, revision, text_digest(canonical(content)))


def calendar(tx: Transaction, province: str, revision: int) -> dict[str, Any] | None:
    """The content of a revision of a province's calendar."""
    return tx.scalar(_CALENDAR, {"of_province": province, "number": revision})


def calendar_revision(tx: Transaction, province: str) -> int | None:
    """The number of the newest revision of a province's calendar."""
    newest: int | None = _NEWEST.scalar(tx, {"of_province": province})
    return newest


def calendars(tx: Transaction) -> list[str]:
    """The provinces that have a calendar."""
    return list(tx.scalars(_CALENDARS))


def revisions(tx: Transaction, province: str) -> list[Revision]:
    """Every revision of a province's calendar, the oldest first."""
    return [Revision(*row) for row in tx.execute(_REVISIONS, {"of_province": province})]


# -- people ------------------------------------------------------------------------------------------------------------

ACTIVE = (
    select(
        table.person.c.id,
        table.person.c.name,
        table.person.c.email,
        table.membership.c.province,
        table.membership.c.lane,
    )
    .outerjoin_from(table.person, table.membership)
    .where(table.person.c.active)
    .order_by(table.person.c.id)
)
"""Every account that is not closed: a row for each of its memberships, or one without any."""
_PERSON = ACTIVE.where(table.person.c.id == bindparam("sought"))
_MEMBERS = ACTIVE.where(
    table.person.c.id.in_(
        select(table.membership.c.person).where(
            table.membership.c.province == bindparam("of_province"), table.membership.c.lane == bindparam("of_lane")
        )
    )
)
_SAVE_PERSON = upsert(table.person)
_LEAVE_ALL = delete(table.membership).where(table.membership.c.person == bindparam("sought"))
_CALLED = select(table.person.c.name, table.person.c.email).where(table.person.c.id == bindparam("sought"))
_DISMISS = update(table.person).where(table.person.c.id == bindparam("sought")).values(active=False)


def save_person(tx: Transaction, person: Person, at: datetime, by: Person | None = None) -> None:
    """Write an account anew, with exactly the memberships of `person`."""
    account = {"id": person.id, "name": person.name, "email": person.email, "active": True}
    tx.execute(_SAVE_PERSON[tx.dialect.name], account)
    tx.execute(_LEAVE_ALL, {"sought": person.id})
    if person.groups:
        lanes = [{"person": person.id, "province": province, "lane": lane} for province, lane in sorted(person.groups)]
        tx.execute(insert(table.membership), lanes)
    actor, through = record_event.by_whom(by)
    record_event.append(tx, RecordKind.PERSON, actor, at, person.id, person_facts(person) | through)


def dismiss(tx: Transaction, person: str, at: datetime, by: Person | None = None) -> None:
    """Close an account: its memberships go, and `person` does not return it."""
    tx.execute(_LEAVE_ALL, {"sought": person})
    tx.execute(_DISMISS, {"sought": person})
    name, email = tx.execute(_CALLED, {"sought": person}).one()
    facts, (actor, through) = person_facts(Person(person, name, email=email), active=False), record_event.by_whom(by)
    record_event.append(tx, RecordKind.PERSON, actor, at, person, facts | through)


def person_facts(person: Person, *, active: bool = True) -> dict[str, Any]:
    """What the record keeps of an account."""
    groups = sorted(list(group) for group in person.groups)
    return {"name": person.name, "email": person.email, "active": active, "groups": groups}


def person(tx: Transaction, id: str) -> Person | None:
    """The account with this id; None when there is none or it is closed."""
    return next(iter(assembled(tx.execute(_PERSON, {"sought": id}))), None)


def name(tx: Transaction, id: str) -> str:
    """The name of an account, or the id where it is closed or none, as of a release."""
    found = person(tx, id)
    return found.name if found else id


def people(tx: Transaction) -> list[Person]:
    """Every account that is not closed, by id."""
    return assembled(tx.execute(ACTIVE))


def members(tx: Transaction, province: str, lane: str) -> list[Person]:
    """The people who work in a lane of a province, by id."""
    return assembled(tx.execute(_MEMBERS, {"of_province": province, "of_lane": lane}))


def assembled(rows: Iterable[Any]) -> list[Person]:
    """One person from all the rows of the same id, as `ACTIVE` has them."""
    return [
        Person(id, name, frozenset((province, lane) for *_, province, lane in group if province is not None), email)
        for (id, name, email), group in groupby(rows, key=lambda row: tuple(row[:3]))
    ]
