"""Entries about the record: they open an incident or close one, and leave the state of the case as it was."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from inspect import cleandoc

from runner.domain.case import Case
from runner.domain.channel import Channel
from runner.domain.circumstances import Actor, Circumstances
from runner.domain.entry import Attempt, CloseIncident, Command, OpenIncident, Submit, write
from runner.domain.form.attachment import attached
from runner.domain.journal import SALT, START, Entry
from runner.domain.person import SYSTEM, Person
from runner.errors import Divergence, IncidentRaised
from runner.services.projection import closed_incidents, project_record_entry
from runner.store import attachment as attachments
from runner.store import case as cases
from runner.store.session import Transaction


def record_incident(
    tx: Transaction,
    case_id: int,
    error: IncidentRaised | Divergence,
    command: Command | None,
    person: Person,
    now: datetime,
) -> None:
    """Write an incident into the journal, unless the same one is open.

    A case that does not replay has one open incident, even if a later replay fails at another entry.
    """
    case = cases.lock(tx, case_id)
    if case is None:
        return
    kind, facts = type(error).__name__, {key: str(value) for key, value in error.facts.items()}
    attempt = Attempt(command, person.id) if command else None
    tried = attempt.to_payload() if attempt else None
    known = [each for each in cases.incidents(tx, case_id) if each.closed is None]
    if any(each.kind == kind and (command is None or (each.facts, each.attempt) == (facts, tried)) for each in known):
        return
    opened = OpenIncident(kind, cleandoc(type(error).__doc__ or ""), facts, attempt)
    append_record_entry(tx, case, opened, SYSTEM, now, person.via)
    if isinstance(command, Submit) and (digests := {file.sha256 for file in attached(command.values)}):
        # A retry submits the same values, so it needs their files.
        attachments.keep(tx, case_id, command.task, person.id, digests, case.seq + 1)


def append_record_entry(
    tx: Transaction,
    case: Case,
    body: OpenIncident | CloseIncident,
    person: Person,
    now: datetime,
    via: Channel | None = None,
) -> None:
    """Append an entry that opens or closes an incident; `via` is the channel of what failed, if not the person's.

    Where the last entry of the journal is not the one that the case's row names, the number is above both, and the row
    keeps its place, so that the replay still reports the fault.
    """
    last = next(reversed(cases.entries(tx, case.id)), None)
    whole = last is not None and (last.seq, last.hash) == (case.seq, case.head)
    seq = max(case.seq, last.seq if last else 0) + 1
    state, previous = (last.state, last.hash) if last else (START, case.head)
    payload = write(body, Circumstances(Actor.of(person, case.province), via=via or person.via))
    entry = Entry.make(case.id, seq, now, person.id, body.kind, payload, state, previous, secrets.token_bytes(SALT))
    projection = project_record_entry(entry, case, closed_incidents(tx, entry))
    cases.save(tx, projection if whole else replace(projection, case=case))
