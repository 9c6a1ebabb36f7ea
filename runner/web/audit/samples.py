"""Samples: what was drawn, the form that draws, and the audit file of each with notes, findings and sign-off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from runner.audit.sampling import paper, words
from runner.audit.sampling.content import AuditFile
from runner.audit.sampling.refusal import (
    CasesUnseen,
    EntryInvalid,
    FileSigned,
    RemarkRefused,
    SampleRefused,
    SeedInvalid,
    SizeInvalid,
)
from runner.audit.sampling.samples import LISTED, MOST, SEEDS, TITLE, Draw
from runner.clock import ZONE
from runner.domain.form import FieldFault
from runner.domain.sample import Grouping, Look
from runner.errors import Conflict
from runner.language import say
from runner.reports import vocabulary
from runner.services import text_rules
from runner.services.accounts import SignInFailed, TooManyTries
from runner.services.text_rules import ReasonMissing
from runner.web import case as case_page
from runner.web import current, page, policy
from runner.web.audit import frame
from runner.web.audit.find import choices
from runner.web.number import whole_number

blueprint = Blueprint("samples", __name__, url_prefix="/samples")

_ONE = "/<int:id>"
FIELDS = ("title", "province", "procedure", "outcome", "since", "until", "grouping", "size", "unit", "seed")
SHOWN = {"": "Tất cả", Look.UNSEEN: "Chưa xem", Look.FOUND: "Có phát hiện"}


@blueprint.get("")
@policy.auditor
def show() -> str:
    """The samples, and the form that draws one; ``?before=`` is the last one of the page before."""
    return _samples()


def _samples(faults: Sequence[FieldFault] = ()) -> str:
    offered = choices()
    typed = {name: request.form.get(name, "") for name in FIELDS}
    typed["province"] = typed["province"] or next(iter(offered["provinces"]), "")  # type: ignore[call-overload]
    found = current.runner().samples.newest(g.person, request.args.get("before", type=whole_number), LISTED + 1)
    files = found[:LISTED]
    return frame.page(
        "audit/samples.html",
        files=files,
        next=files[-1].sample.id if len(found) > LISTED else None,
        faults=faults,
        typed=typed,
        names=case_page.names({each.sample.by for each in files}),
        spoken=words,
        most=MOST,
        longest=TITLE,
        seeds=SEEDS - 1,
        **offered,
    )


@blueprint.post("")
@policy.auditor
def draw() -> Answer | tuple[str, int]:
    """Draw a sample; its audit file is then there."""
    faults: list[FieldFault] = []
    form = request.form
    size, seed = _number("size", faults), _number("seed", faults)
    since, until = _day("since", faults), _day("until", faults)
    grouping = form.get("grouping", "")
    if faults:
        return _samples(faults), 422
    asked = Draw(
        province=form.get("province", ""),
        title=form.get("title", ""),
        size=size or 0,
        share=form.get("unit") == "percent",
        seed=seed,
        grouping=Grouping(grouping) if grouping in set(Grouping) else Grouping.NONE,
        procedure=form.get("procedure", ""),
        outcome=form.get("outcome", "") if form.get("outcome") in vocabulary.OUTCOMES else "",
        since=since,
        until=until + timedelta(days=1) if until else None,
    )
    try:
        made = current.runner().samples.draw(asked, g.person, current.now())
    except SampleRefused as error:
        return _samples([FieldFault.told(error.field, error)]), 422
    flash(say("Đã rút mẫu; hạt giống và các hồ sơ được ghi vào sổ kiểm chứng."))
    return redirect(url_for("audit.samples.look", id=made.id), 303)


@blueprint.get(_ONE)
@policy.auditor
def look(id: int) -> str:
    """An audit file; ``?case=`` is the case that is written about, ``?show=`` which cases are listed."""
    return _look(id)


def _look(id: int, faults: Sequence[FieldFault] = ()) -> str:
    samples = current.runner().samples
    file = samples.get(id, g.person)
    wanted = request.values.get("case", type=int)
    chosen = next((each for each in file.cases if each.case.id == wanted), None)
    if chosen is None and not file.signature:
        chosen = next((each for each in file.cases if each.look == Look.UNSEEN), file.cases[0] if file.cases else None)
    show = request.args.get("show", "")
    listed = [each for each in file.cases if show not in (Look.UNSEEN, Look.FOUND) or each.look == show]
    return frame.page(
        "audit/sample.html",
        file=file,
        sample=file.sample,
        cases=listed,
        chosen=chosen,
        shown=SHOWN,
        show=show,
        counts={"": len(file.cases), Look.UNSEEN: file.unseen, Look.FOUND: file.found},
        same=samples.same_population(id, g.person),
        names=_names(file),
        faults=faults,
        typed=request.form,
        spoken=words,
        longest=text_rules.LENGTH,
    )


@blueprint.post(f"{_ONE}/remarks")
@policy.auditor
def remark(id: int) -> Answer | tuple[str, int]:
    """Write a note or a finding; then the next case that nobody has looked at is there."""
    faults: list[FieldFault] = []
    form = request.form
    about, entry = form.get("case", type=int) or 0, _number("entry", faults)
    if faults:
        return _look(id, faults), 422
    try:
        current.runner().samples.remark(
            id,
            about,
            form.get("look", ""),
            form.get("severity", ""),
            form.get("text", ""),
            entry or 0,
            g.person,
            current.now(),
        )
    except RemarkRefused as error:
        return _look(id, [FieldFault.told(error.field, error)]), 422
    except (FileSigned, Conflict) as error:
        return _look(id, [FieldFault.told("text", error)]), 422
    flash(say("Đã ghi."))
    return redirect(url_for("audit.samples.look", id=id), 303)


@blueprint.post(f"{_ONE}/sign")
@policy.auditor
def sign(id: int) -> Answer | tuple[str, int]:
    """Sign the file off, with the person's password once more."""
    runner, now = current.runner(), current.now()
    try:
        runner.accounts.confirm(g.person.id, request.form.get("password", ""), request.remote_addr or "", now)
        runner.samples.sign(id, g.person, now)
    except SignInFailed:
        return _look(id, [FieldFault("password", say("Mật khẩu không đúng."), {})]), 422
    except (TooManyTries, CasesUnseen, FileSigned, Conflict) as error:
        return _look(id, [FieldFault.told("password", error)]), 422
    flash(say("Đã ký kết thúc tệp kiểm tra."))
    return redirect(url_for("audit.samples.look", id=id), 303)


@blueprint.post(f"{_ONE}/file")
@policy.auditor
def export(id: int) -> Response | tuple[str, int]:
    """The file as PDF; who takes it away and why is told before it goes out."""
    runner = current.runner()
    file = runner.samples.get(id, g.person)
    try:
        ground = text_rules.reason(request.form.get("ground", ""))
    except ReasonMissing as error:
        return _look(id, [FieldFault.told("ground", error)]), 422
    made = paper.pdf(file, page.place_name(file.sample.province), _names(file))
    facts = {
        "ground": ground,
        "format": "pdf",
        "sha256": sha256(made).hexdigest(),
        "signed": file.signature.text if file.signature else "",
    }
    runner.readings.export(f"sample/{id}", g.person, facts, current.now(), file.sample.province)
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="tep-kiem-tra-{id}.pdf"'
    return response


def _names(file: AuditFile) -> dict[str, str]:
    people = {file.sample.by} | {each.by for case in file.cases for each in case.remarks}
    people |= {file.signature.by} if file.signature else set()
    people |= {name for name, _, _ in file.sample.strata} if file.sample.grouping == Grouping.OFFICER else set()
    return case_page.names(people - {""})


def _number(name: str, faults: list[FieldFault]) -> int | None:
    """A whole number that was typed; None for nothing."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        faults.append(FieldFault(name, str(_WRONG[name]()), {}))
        return None
    return int(text)


_WRONG = {"size": SizeInvalid, "seed": SeedInvalid, "entry": EntryInvalid}


def _day(name: str, faults: list[FieldFault]) -> datetime | None:
    """The beginning of a (local) day that was typed."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1900 <= day.year < 3000:
        faults.append(FieldFault(name, say("Ngày không đọc được; hãy chọn lại."), {}))
        return None
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)
