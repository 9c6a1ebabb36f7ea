"""What a database had before its record log began, as the events that would have told it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import select

from runner.domain.deployment import Decision, Enforcement
from runner.domain.journal import canonical, digest
from runner.domain.person import Person
from runner.domain.record import RecordKind, row_facts
from runner.domain.submission import Submission
from runner.domain.token import Token
from runner.store import law, organisation, record_event, registry, table
from runner.store.authoring_table import submission
from runner.store.session import Transaction
from runner.store.statement import columns


class Found(NamedTuple):
    """An event without a number and a moment."""

    kind: RecordKind
    subject: str
    facts: Mapping[str, Any]
    province: str = ""


def found(tx: Transaction) -> Iterator[Found]:
    """Everything that the record holds to its events: deployments, revisions, accounts, tokens, approvals."""
    yield from _deployments(tx)
    yield from _revisions(tx)
    yield from _accounts(tx)
    for row in tx.execute(select(*columns(submission, Submission)).order_by(submission.c.id)).all():
        made = Submission(*row)
        yield Found(RecordKind.APPROVAL, str(made.id), row_facts(made), made.province)


def _deployments(tx: Transaction) -> Iterator[Found]:
    for each in registry.versions(tx):
        files = {name: sha256(content).hexdigest() for name, content in sorted(registry.files(tx, each.digest).items())}
        yield Found(RecordKind.VERSION, each.digest, row_facts(each) | {"files": files}, each.province)
    order = (table.enforcement.c.procedure, table.enforcement.c.number)
    for row in tx.execute(select(*columns(table.enforcement, Enforcement)).order_by(*order)).all():
        enforced = Enforcement(*row)
        province = enforced.procedure.partition("/")[0]
        yield Found(RecordKind.ENFORCEMENT, enforced.procedure, row_facts(enforced), province)


def _revisions(tx: Transaction) -> Iterator[Found]:
    for province in registry.calendars(tx):
        for each in registry.revisions(tx, province):
            content = digest(canonical(registry.calendar(tx, province, each.revision)))
            yield Found(RecordKind.CALENDAR, *record_event.revision_told(each, content))
    for province in organisation.provinces(tx):
        for each in organisation.revisions(tx, province):
            file = organisation.content(tx, province, each.revision) or b""
            yield Found(RecordKind.ORGANISATION, *record_event.revision_told(each, sha256(file).digest()))
    for province in law.provinces(tx):
        for each in law.revisions(tx, province):
            content = sha256(law.content(tx, province, each.revision) or b"").digest()
            yield Found(RecordKind.RULES, *record_event.revision_told(each, content))
    rows = tx.execute(
        select(*columns(table.calendar_decision, Decision)).order_by(*table.calendar_decision.primary_key)
    )
    for decided in [Decision(*row) for row in rows]:
        subject = f"{decided.province}/{decided.revision}"
        yield Found(RecordKind.CALENDAR_DECISION, subject, row_facts(decided), decided.province)


def _accounts(tx: Transaction) -> Iterator[Found]:
    known = table.person.c
    for id, name, email, active in tx.execute(
        select(known.id, known.name, known.email, known.active).order_by(known.id)
    ).all():
        member = table.membership.c
        groups = tx.execute(select(member.province, member.lane).where(member.person == id)).all()
        person = Person(id, name, frozenset((province, lane) for province, lane in groups), email)
        yield Found(RecordKind.PERSON, id, registry.person_facts(person, active=active))
    for id, password in tx.execute(select(table.account.c.person, table.account.c.password)).all():
        yield Found(RecordKind.PASSWORD, id, {"sha256": sha256(password.encode()).hexdigest()})
    order = (table.token.c.person, table.token.c.name)
    for row in tx.execute(select(*columns(table.token, Token)).order_by(*order)).all():
        token = Token(*row)
        yield Found(RecordKind.TOKEN, token.person, row_facts(token))
