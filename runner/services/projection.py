"""What an entry changes in the read tables: the same when it is written and when they are rebuilt from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runner.domain import search
from runner.domain.case import GOING_ON, Case, ClockState, Incident, OutboxMessage, Projection
from runner.domain.entry import CloseIncident, Command, Migrate, OpenIncident, Submit
from runner.domain.journal import Entry
from runner.engine.advance import Advance
from runner.engine.instance import Instance
from runner.store import case as cases
from runner.store.session import Transaction


def project(
    entry: Entry, case: Case, instance: Instance, advance: Advance, closed: Sequence[Incident] = ()
) -> Projection:
    """What `entry` changes of the case whose row was `case`; `closed` are the incidents that it closes."""
    values = instance.values
    version = entry.body.version if entry.kind == Migrate.kind and isinstance(entry.body, Migrate) else case.version
    row = replace(
        case,
        seq=entry.seq,
        head=entry.hash,
        version=version,
        creator=case.creator or entry.actor,
        status=advance.status,
        outcome=advance.outcome,
        number=values.get("case_number"),
        subject=str(values.get("applicant_name", "")),
        clock=advance.clock,
        # A dossier that no clock counts is received when it is given its number.
        received=advance.received or case.received or (entry.at if values.get("case_number") else None),
        due=advance.due,
        ended=entry.at if advance.status not in GOING_ON else None,
        legal_clock_stopped_at=case.legal_clock_stopped_at or (entry.at if _settled(advance) else None),
        result_delivered_at=case.result_delivered_at or (entry.at if values.get("received_by") else None),
        address=str(values.get("applicant_address") or ""),
        phone=str(values.get("contact_phone") or ""),
        delivery_method=str(values.get("received_as") or values.get("result_place") or ""),
        received_by=str(values.get("received_by") or ""),
        note=str(values.get("intake_note") or ""),
        submitted_via=str(values.get("channel") or ""),
    )
    incidents = tuple(each.close(entry.at) for each in closed)
    return Projection(
        entry,
        row,
        advance.tasks,
        advance.armed,
        advance.disarmed,
        incidents,
        outbox_messages(case, advance, instance.migrated_by),
        search.words(values) if _renamed(entry, case, row) else None,
    )


def project_record_entry(entry: Entry, case: Case, closed: Sequence[Incident]) -> Projection:
    """What an entry about the record changes: it opens an incident or closes these; the case stays as it was."""
    body = entry.body
    if isinstance(body, OpenIncident):
        attempt = body.attempt.to_payload() if body.attempt else None
        incidents = [Incident(entry.seq, entry.at, body.incident, body.template, dict(body.facts), attempt)]
    else:
        incidents = [each.close(entry.at) for each in closed]
    return Projection(entry, replace(case, seq=entry.seq, head=entry.hash), incidents=tuple(incidents))


def closed_incidents(tx: Transaction, entry: Entry) -> tuple[Incident, ...]:
    """The incident that an entry closes, if any."""
    closed = entry.body.incident if isinstance(entry.body, Command | CloseIncident) else None
    return tuple(each for each in cases.incidents(tx, entry.case) if each.id == closed) if closed else ()


def outbox_messages(case: Case, advance: Advance, migrated_by: int = 0) -> tuple[OutboxMessage, ...]:
    """What has to happen outside after this change: what service tasks asked for, and a notice of each late task.

    The keys say by which entry the case came to its version, as each may number its elements' occurrences otherwise.
    """
    since = f"@{migrated_by}" if migrated_by else ""
    asked = tuple(
        OutboxMessage(
            f"{case.id}/{request.id}{since}",
            request.topic,
            {
                "element": request.element,
                "lane": request.properties.get("lane", ""),
                "number": request.values.get("case_number", ""),
                "applicant": request.values.get("applicant_name", ""),
                "email": request.values.get("contact_email", ""),
                **({"done_by": by} if (by := request.properties.get("done_by")) else {}),
            },
            request.id if request.properties.get("wait") == "true" else None,
        )
        for request in advance.requests
    )
    late = tuple(OutboxMessage(f"{case.id}/{task}/late{since}", "notify_late", {"task": task}) for task in advance.late)
    return asked + late


def _renamed(entry: Entry, before: Case, after: Case) -> bool:
    """Whether an entry may change by what the case is found."""
    if entry.seq == 1 or entry.kind == Migrate.kind:
        return True
    if (before.number, before.subject, before.phone) != (after.number, after.subject, after.phone):
        return True
    return isinstance(entry.body, Submit) and any(name in entry.body.values for name in search.SEARCHED)


def _settled(advance: Advance) -> bool:
    """Whether the legal clock has stopped: by the diagram, or because the case ended."""
    return advance.clock == ClockState.STOPPED or (advance.status not in GOING_ON and advance.clock != ClockState.IDLE)
