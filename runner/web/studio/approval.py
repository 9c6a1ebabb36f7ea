"""Approval in the browser: submitting a draft, a stored version or a repeal; what waits; looking and deciding."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from markupsafe import escape
from werkzeug.wrappers import Response

from runner.authoring import refusal
from runner.authoring.approvals import PART_NAMES, PARTS
from runner.authoring.check import check
from runner.authoring.difference import difference
from runner.authoring.lawful import unlawful
from runner.domain.calendar import local_date
from runner.domain.deployment import ProcedureUnknown
from runner.domain.form import FieldFault
from runner.domain.person import Role
from runner.domain.procedure_draft import ProcedureDraft
from runner.domain.submission import Part, Submission
from runner.errors import Conflict, Refused
from runner.language import say
from runner.services.accounts import SignInFailed, TooManyTries
from runner.services.procedures import LintFailed
from runner.services.text_rules import ReasonMissing
from runner.web import case, channel, current, policy
from runner.web.studio import frame, tried
from runner.web.studio.difference import bundle
from runner.web.studio.help import of_rule
from runner.web.studio.impact import TABS

blueprint = Blueprint("approval", __name__)
_DRAFT, _ONE = "/drafts/<int:draft>/approval", "/approvals/<int:id>"

PAGES = {
    Part.DIFFERENCE: "studio.difference.show",
    Part.SCENARIOS: "studio.trial.show",
    Part.FINDINGS: "studio.diagram.show",
    Part.IMPACT: "studio.impact.show",
}
"""Where a part of a submitted draft is looked at."""

_UNREADABLE = FieldFault("effective", "Ngày có hiệu lực không đọc được; hãy chọn lại.", {})


# -- submitting --------------------------------------------------------------------------------------------------------


@blueprint.get(_DRAFT)
@policy.analyst
def show(draft: int) -> str:
    """The tab of a draft: what keeps it from being submitted, the form that submits it, what was decided before."""
    return _tab(current.runner().procedure_drafts.get(draft, g.person))


def _tab(draft: ProcedureDraft, faults: list[FieldFault] | None = None, **typed: str) -> str:
    runner = current.runner()
    files = runner.procedure_drafts.files(draft.id, g.person)
    errors = [found for found in check(draft.procedure, files) if found.is_error]
    made = [each for each in runner.approvals.of_procedure(draft.procedure, g.person) if each.draft == draft.id]
    return frame.page(
        "studio/approval.html",
        draft,
        errors=errors,
        of_rule=of_rule,
        failed=tried.of(draft.id).results.failed if draft.editable and not errors else (),
        submissions=made[::-1],
        names=_names(made),
        today=local_date(current.now()),
        faults=faults or [],
        typed=typed,
    )


@blueprint.post(_DRAFT)
@policy.analyst
def submit(draft: int) -> Response | tuple[str, int]:
    """Submit the draft; nobody edits it until a second person decides."""
    runner, sent = current.runner(), request.form
    typed = {"effective": sent.get("effective", ""), "note": sent.get("note", "")}
    found = runner.procedure_drafts.get(draft, g.person)
    try:
        day = _day(typed["effective"])
        made = runner.approvals.submit(draft, g.person, current.now(), effective=day, note=typed["note"])
    except ValueError:
        return _tab(found, [_UNREADABLE], **typed), 422
    except LintFailed:
        return _tab(found, [], **typed), 422
    except (Refused, Conflict) as error:
        return _tab(found, [_fault(error)], **typed), 422
    flash(say("Đã trình phê duyệt. Bản nháp được giữ nguyên cho đến khi người thứ hai quyết định."))
    return redirect(url_for("studio.approval.look", id=made.id), 303)


@blueprint.get("/procedures/<province>/<code>/proposal")
@policy.analyst
def proposal(province: str, code: str) -> str:
    """The form that submits a stored version (``?version=``), or without one the repeal of the procedure."""
    return _proposal(f"{province}/{code}", request.args.get("version", ""))


def _proposal(procedure: str, digest: str, faults: list[FieldFault] | None = None, **typed: str) -> str:
    runner = current.runner()
    known = [each for each in runner.procedures.versions_of() if each.procedure == procedure]
    version = next((each for each in known if each.digest == digest), None)
    permitted = bool(known) and (known[0].province, Role.ANALYST) in g.person.groups
    if not permitted or (digest and version is None):
        raise ProcedureUnknown(procedure=procedure)
    return render_template(
        "studio/proposal.html",
        procedure=procedure,
        facts=runner.procedures.version(known[-1].digest).procedure,
        version=version,
        coming=runner.procedures.coming(procedure, current.now()),
        others=[each for each in runner.procedures.deployed(current.now()) if each.procedure != procedure],
        today=local_date(current.now()),
        faults=faults or [],
        typed=typed,
    )


@blueprint.post("/procedures/<province>/<code>/proposal")
@policy.analyst
def propose(province: str, code: str) -> Response | tuple[str, int]:
    """Submit a stored version, or a repeal."""
    runner, sent, procedure = current.runner(), request.form, f"{province}/{code}"
    digest = sent.get("version", "")
    typed = {name: sent.get(name, "") for name in ("effective", "successor", "note")}
    try:
        made = runner.approvals.propose(
            procedure,
            digest or None,
            g.person,
            current.now(),
            effective=_day(typed["effective"]),
            successor="" if digest else typed["successor"],
            note=typed["note"],
        )
    except ValueError:
        return _proposal(procedure, digest, [_UNREADABLE], **typed), 422
    except (Refused, Conflict) as error:
        return _proposal(procedure, digest, [_fault(error)], **typed), 422
    flash(say("Đã trình phê duyệt."))
    return redirect(url_for("studio.approval.look", id=made.id), 303)


# -- looking and deciding ----------------------------------------------------------------------------------------------


@blueprint.get("/approvals")
@policy.analyst
def waiting() -> str:
    """What waits for a second person in the analyst's provinces: those that the analyst may decide first."""
    found = current.runner().approvals.pending(g.person)
    found.sort(key=lambda each: each.by == g.person.id)
    return render_template("studio/approvals.html", submissions=found, names=_names(found))


@blueprint.get(_ONE)
@policy.analyst
def look(id: int) -> str:
    """What was submitted, what of it this person has opened, and the form that decides."""
    return _look(id)


def _look(id: int, faults: list[FieldFault] | None = None, **typed: str) -> str:
    runner = current.runner()
    made, views = runner.approvals.get(id, g.person), runner.approvals.views(id, g.person)
    opened = {Part(each.part): each.at for each in views if each.person == g.person.id}
    known = [each for each in runner.procedures.versions_of() if each.procedure == made.procedure]
    standing = runner.procedures.standing(made.procedure, current.now())
    base, other = (standing.version if standing else None) or "", f"draft:{made.draft}" if made.draft else made.version
    # Once it is decided, the draft and what is in force go on: what differs now is not what was decided.
    found = None
    if base and other and base != made.version and not made.verdict:
        found = difference(bundle(base), bundle(other))
    return render_template(
        "studio/submission.html",
        made=made,
        base=base,
        other=other,
        found=found,
        name=_title(made),
        number=next((each.number for each in known if each.digest == made.version), len(known) + 1),
        known=bool(known),
        standing=standing,
        coming=runner.procedures.coming(made.procedure, current.now()),
        authors=_authors(made),
        numbers={each.digest: each.number for each in known},
        parts=[(part, PART_NAMES[part], opened.get(part)) for part in PARTS] if made.draft else [],
        views=views,
        names=_names([made], *(each.person for each in views)),
        faults=faults or [],
        typed=typed,
    )


@blueprint.get(f"{_ONE}/parts/<part>")
@policy.analyst
def summary(id: int, part: str) -> str:
    """What a part of the submitted draft comes to, in one sentence; it is asked for when the page is there."""
    runner = current.runner()
    made = runner.approvals.get(id, g.person)
    if made.draft is None or made.verdict or part not in PARTS:
        raise policy.PageUnknown
    return str(escape(f" · {_summary(made, made.draft, Part(part))}"))


def _summary(made: Submission, draft: int, part: Part) -> str:
    runner = current.runner()
    match part:
        case Part.FINDINGS:
            files = runner.procedure_drafts.files(draft, g.person)
            found = check(made.procedure, files)
            found += unlawful(made.procedure, files, runner.laws.rules(made.procedure))
            errors = sum(each.is_error for each in found)
            return say("{errors} lỗi, {warnings} cảnh báo", errors=errors, warnings=len(found) - errors)
        case Part.SCENARIOS:
            results = tried.of(draft).results
            count, passed = len(results.outcomes), len(results.outcomes) - len(results.failed)
            facts = {"passed": passed, "count": count, "percent": results.coverage.percent}
            return say("{passed} trong {count} kịch bản đạt, qua {percent}% sơ đồ", **facts)
        case Part.DIFFERENCE:
            standing = runner.procedures.standing(made.procedure, current.now())
            if standing is None or standing.version is None:
                return say("thủ tục mới, chưa có phiên bản để so sánh")
            changes = difference(bundle(standing.version), bundle(f"draft:{draft}")).changes
            return say("{count} thay đổi so với phiên bản đang áp dụng", count=len(changes))
    figures = runner.impacts.figures(draft, g.person, current.now())
    said = say("{count} hồ sơ đang chạy trên phiên bản khác", count=figures.total)
    if figures.counted < figures.total:
        return said + " · " + say("đã xem xét {count}", count=figures.counted)
    grades = (f"{say(TABS[grade])}: {figures.grades[grade]}" for grade in TABS if figures.grades.get(grade))
    return " · ".join((said, *grades))


@blueprint.post(f"{_ONE}/see")
@policy.analyst
def see(id: int) -> Response:
    """Keep that this person opens a part, and go there."""
    runner = current.runner()
    part = next((part for part in PARTS if part == request.form.get("part")), None)
    made = runner.approvals.get(id, g.person)
    if part is None or made.draft is None:
        raise policy.PageUnknown
    runner.approvals.see(id, part, g.person, current.now())
    return redirect(url_for(PAGES[part], draft=made.draft), 303)


@blueprint.post(f"{_ONE}/approve")
@policy.analyst
def approve(id: int) -> Response | tuple[str, int]:
    """Approve what was shown, with the person's password once more."""
    runner, sent = current.runner(), request.form
    if not sent.get("read"):
        return _look(id, [FieldFault("read", "Hãy xác nhận đã đọc đúng những gì được trình.", {})]), 422
    try:
        person = channel.signing(sent.get("password", ""))
    except (SignInFailed, TooManyTries) as error:
        return _look(id, [channel.fault(error, "password")]), 422
    try:
        runner.approvals.approve(id, sent.get("digest", ""), person, current.now())
    except refusal.PartsUnseen as error:
        return _look(id, [FieldFault.told("parts", error)]), 422
    except (Refused, LintFailed) as error:
        return _look(id, [FieldFault.told("digest", error)]), 422
    flash(say("Đã phê duyệt."))
    return redirect(url_for("studio.approval.look", id=id), 303)


@blueprint.post(f"{_ONE}/return")
@policy.analyst
def send_back(id: int) -> Response | tuple[str, int]:
    """Send it back to its submitter, with a reason."""
    reason = request.form.get("reason", "")
    try:
        current.runner().approvals.send_back(id, reason, g.person, current.now())
    except ReasonMissing as error:
        return _look(id, [FieldFault.told("reason", error)], reason=reason), 422
    flash(say("Đã trả lại cho người trình."))
    return redirect(url_for("studio.approval.look", id=id), 303)


@blueprint.post(f"{_ONE}/withdraw")
@policy.analyst
def withdraw(id: int) -> Response:
    """The submitter takes it back."""
    current.runner().approvals.withdraw(id, g.person, current.now())
    flash(say("Đã rút đề nghị."))
    return redirect(url_for("studio.approval.look", id=id), 303)


def _title(made: Submission) -> str:
    """The title of what was submitted."""
    runner = current.runner()
    if made.draft:
        return frame.title(runner.procedure_drafts.get(made.draft, g.person)).name
    return runner.procedures.last(made.procedure, current.now()).procedure.title


def _authors(made: Submission) -> list[str]:
    """Who saved the draft that was submitted, by name."""
    if made.draft is None or made.save is None:
        return []
    saves = current.runner().procedure_drafts.saves(made.draft, g.person)
    people = {each.by for each in saves if not each.aside and each.number <= made.save}
    return sorted(case.names(people).values())


def _names(found: list[Submission], *others: str) -> dict[str, str]:
    people = {each.by for each in found} | {each.decided_by for each in found} | set(others)
    return case.names(people - {""})


def _fault(error: Refused | Conflict) -> FieldFault:
    days = (refusal.DayPast, refusal.DayBeforeDecision, refusal.NothingChanges, refusal.ComesAfterRepeal)
    places = ((days, "effective"), ((refusal.SuccessorUnknown,), "successor"), ((ReasonMissing,), "note"))
    return FieldFault.told(next((name for kinds, name in places if isinstance(error, kinds)), "submit"), error)


def _day(text: str) -> date | None:
    """A day in ISO 8601, as a browser's field sends it; None for none. Raises ValueError."""
    return date.fromisoformat(text.strip()) if text.strip() else None
