"""What verifications came to, and where one that goes on stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from runner.domain.journal import canonical, digest, instant
from runner.domain.record import RecordKind
from runner.domain.verification import Report, Scope, Tally
from runner.errors import Conflict
from runner.store import record_event
from runner.store.session import Transaction
from runner.store.statement import columns, row_values
from runner.store.verification_table import verification

_ALL = select(*columns(verification, Report)).order_by(verification.c.id.desc())
_ONE = _ALL.where(verification.c.id == bindparam("sought"))
_OF_NIGHT = _ALL.where(verification.c.night == bindparam("sought"))
_ENDED = _ALL.where(verification.c.ended.is_not(None))
_LAST = _ENDED.where(verification.c.scope.in_([Scope.NIGHTLY, Scope.WHOLE])).limit(1)
_GO_ON = update(verification).where(verification.c.id == bindparam("sought"), verification.c.ended.is_(None))


def add(tx: Transaction, made: Report) -> Report:
    """Store a new report; its id is given here. Raises Conflict when its night has one already."""
    values = _values(made)
    del values["id"]
    try:
        key = tx.execute(insert(verification), values).inserted_primary_key
    except IntegrityError as error:
        raise Conflict from error
    return replace(made, id=key[0] if key else 0)


def keep(tx: Transaction, made: Report) -> Report:
    """Store a report that has ended, which the record tells; its id is given here."""
    kept = add(tx, made)
    _tell(tx, kept)
    return kept


def go_on(tx: Transaction, before: Report, now: Report) -> bool:
    """Write how far a verification has come; False when another process has brought it further."""
    at = verification.c.progress == bindparam("stood")
    values = {name: value for name, value in _values(now).items() if name in ("ended", "head", "witnessed")}
    statement = _GO_ON.where(at).values(progress=bindparam("new"), tally=bindparam("counted"), **values)
    facts = {"sought": before.id, "stood": before.progress, "new": now.progress, "counted": now.tally.to_json()}
    if tx.execute(statement, facts).rowcount != 1:
        return False
    if now.ended:
        _tell(tx, now)
    return True


def get(tx: Transaction, id: int) -> Report | None:
    """The report with this id."""
    return _first(tx, _ONE, id)


def of_night(tx: Transaction, night: str) -> Report | None:
    """The nightly verification of a local day (ISO 8601)."""
    return _first(tx, _OF_NIGHT, night)


def last(tx: Transaction) -> Report | None:
    """The newest verification of everything that has ended."""
    return _first(tx, _LAST)


def newest(tx: Transaction, limit: int) -> list[Report]:
    """The newest verifications, those that go on too."""
    return [_read(row) for row in tx.execute(_ALL.limit(limit))]


def _tell(tx: Transaction, report: Report) -> None:
    """The record keeps what a verification came to: an edited report is found out."""
    record_event.append(
        tx, RecordKind.VERIFICATION, report.by, report.ended or report.begun, str(report.id), told(report)
    )


def told(report: Report) -> dict[str, Any]:
    """What the record keeps of a report that has ended."""
    facts = report.tally.to_json()
    return {
        "scope": report.scope.value,
        "begun": instant(report.begun),
        "night": report.night,
        "head": report.head,
        "witnessed": report.witnessed,
        "tally": digest(canonical(facts)).hex(),
        "progress": digest(canonical(report.progress)).hex(),
        "cases": report.tally.cases,
        "found": report.tally.found,
    }


def _first(tx: Transaction, statement: Any, sought: object = None) -> Report | None:
    found = tx.execute(statement, {} if sought is None else {"sought": sought}).first()
    return _read(found) if found else None


def _values(report: Report) -> dict[str, Any]:
    return row_values(report) | {"scope": report.scope.value, "tally": report.tally.to_json()}


def _read(row: Any) -> Report:
    report = Report(*row)
    return replace(report, scope=Scope(report.scope), tally=Tally.from_json(row.tally))
