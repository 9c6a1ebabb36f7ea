"""A case: how it stands, what has happened, what is due and why; diagram and journal; its messages and withdrawal."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from runner.audit.verification import words
from runner.domain.case import CaseStatus
from runner.domain.form import FieldFault
from runner.domain.journal import Entry
from runner.domain.person import Role
from runner.errors import Divergence
from runner.language import say
from runner.reports import channel, timeline, vocabulary
from runner.reports.timeline import Timeline
from runner.services import access
from runner.services.people import PersonUnknown
from runner.services.text_rules import ReasonMissing
from runner.web import attachment, current, drawing, policy

blueprint = Blueprint("case", __name__, url_prefix="/cases/<int(max=999999999999999999):case>")


@blueprint.get("")
@policy.signed_in
def show(case: int) -> str:
    """The page of a case."""
    return page(case)


@blueprint.get("/diagram.svg")
@policy.signed_in
def diagram(case: int) -> Response:
    """The case's diagram, showing how far it has come; with ``?near=1`` only what lies around the open tasks."""
    runner = current.runner()
    found, tasks, _ = runner.cases.get(case, g.person)
    line, _ = read_timeline(case)
    near = [task.element for task in tasks if task.closed is None] if request.args.get("near") else []
    return drawing.answer(runner.procedures.version(found.version).diagram, line.states if line else {}, near)


@blueprint.get("/files/<file>")
@policy.signed_in
def file(case: int, file: str) -> Response:
    """A file that was attached to a form of the case."""
    return attachment.answer(case, file)


@blueprint.get("/journal")
@policy.signed_in
def journal(case: int) -> str:
    """The entries of a case's journal; with ``?replay=1`` the proof that they say what happened."""
    runner = current.runner()
    found, _, _ = runner.cases.get(case, g.person)
    proof = request.args.get("replay")
    findings = runner.verification.prove(case, current.now()).findings if proof else ()
    return render_template(
        "case_journal.html",
        case=found,
        entries=runner.audit.journal(case, g.person),
        proof=proof,
        via=_via,
        findings=[words.sentence(each) for each in findings],
    )


def _via(entry: Entry) -> list[str]:
    """The channel of an entry in words, and its digests; nothing of an entry that cannot be read."""
    with suppress(Divergence):
        return [said for said in (channel.words(entry.via), channel.digests(entry.via)) if said]
    return []


@blueprint.post("/withdraw")
@policy.signed_in
def withdraw(case: int) -> Answer | tuple[str, int]:
    """End a case that the applicant withdraws."""
    reason = request.form.get("reason", "")
    try:
        current.runner().cases.cancel(case, reason, g.person, current.now())
    except ReasonMissing as error:
        return page(case, [FieldFault.told("withdraw", error)], reason), 422
    flash(say("Đã ghi nhận người nộp rút hồ sơ."))
    return redirect(url_for("case.show", case=case), 303)


@blueprint.post("/messages")
@policy.signed_in
def message(case: int) -> Answer:
    """Report a message that the case waits for. Sent twice, it is one."""
    name = request.form.get("message", "")
    current.runner().cases.message(case, name, g.person, current.now(), request.form.get("_key") or None)
    flash(say("Đã ghi nhận thông báo."))
    return redirect(url_for("case.show", case=case), 303)


@blueprint.post("/discard")
@policy.signed_in
def discard(case: int) -> Answer:
    """End a draft of the person's."""
    current.runner().cases.discard(case, g.person, current.now())
    flash(say("Đã bỏ bản nháp #{case}.", case=case))
    return redirect(url_for("inbox.show", view="drafts"), 303)


def page(case: int, faults: Sequence[FieldFault] = (), typed: str = "") -> str:
    """The page of a case, with what is wrong with a reason that was `typed` on it."""
    runner = current.runner()
    found, tasks, incidents = runner.cases.get(case, g.person)
    version = runner.procedures.version(found.version)
    line, divergence = read_timeline(case)
    place = current.organisations().get(found.province, version.province)
    open_tasks = [task for task in tasks if task.closed is None]
    led = access.led(g.person, {place.code: place})
    return render_template(
        "case.html",
        case=found,
        facts=version.procedure,
        tasks=open_tasks,
        incidents=[incident for incident in incidents if incident.closed is None],
        line=line,
        divergence=divergence,
        names=names({task.owner for task in open_tasks if task.owner}),
        marks={mark.task.id if mark.task else "": mark for mark in line.marks} if line else {},
        mends=access.holds(g.person, Role.ADMINISTRATOR, version, place),
        discards=found.status == CaseStatus.DRAFT and found.creator == g.person.id,
        withdraws=found.status == CaseStatus.OPEN and access.does(g.person, place, version.opening_lane),
        label=place.label,
        does=partial(access.does, g.person, place),
        key=secrets.token_urlsafe(16),
        members={lane: runner.tasks.members(at, lane) for at, lane in led if lane in {t.lane for t in open_tasks}},
        faults=faults,
        typed=typed,
        words=vocabulary,
    )


def read_timeline(case: int) -> tuple[Timeline | None, str]:
    """The timeline of a case that the person may see, or why the journal does not give one."""
    runner = current.runner()
    try:
        return timeline.describe(runner.audit, runner.procedures, case, g.person, current.now()), ""
    except Divergence as error:
        return None, vocabulary.divergence(error)


def names(people: set[str]) -> dict[str, str]:
    """What accounts are called, those that are closed by their ids."""
    found = {}
    for person in people:
        try:
            found[person] = current.runner().people.get(person).name
        except PersonUnknown:
            found[person] = person
    return found
