"""The papers of a case as PDF, each as the entry that issued it left the case.

What a paper says comes from the journal up to that entry, and its moment is that of the entry, so it is the same file
however often it is made. The words of the forms stand in their templates; what is filled in is made here, in Vietnamese
whatever language the reader has chosen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from runner import formatting
from runner.clock import ZONE
from runner.domain.case import Case
from runner.domain.person import Person
from runner.domain.record import Head
from runner.errors import NotFound
from runner.language import say, speaking
from runner.papers.code import bars, qr
from runner.papers.form_set import PaperForm, PaperKind
from runner.papers.paper import pdf
from runner.reports import control_slip, receipt
from runner.reports.issue import Issued, Walk, walk
from runner.reports.slip_values import slip_values
from runner.services.audit import Audit, ReplayedEntry
from runner.services.version import Version

BLANK: Final = "…………"
SECTION: Final = "Bộ phận tiếp nhận và trả kết quả"
OWN: Final = (PaperKind.APOLOGY, PaperKind.RESULT)
"""Papers of the agency itself, under its head, not of its section at the counter."""


class PaperUnissued(NotFound):
    """Hồ sơ chưa có giấy này."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper that was issued, as PDF."""

    issued: Issued
    pdf: bytes


def printed(
    audit: Audit,
    case: int,
    person: Person,
    kind: PaperKind,
    seq: int | None = None,
    *,
    tried: bool = False,
    head: Head | None = None,
) -> Printed:
    """The paper of this kind that entry `seq` issued, without one the last. Of a case that is `tried`, it says so.

    A `head` of the record log goes out of the house with the control slip. Raises `CaseUnknown`, `Divergence`,
    `PaperUnissued`, `FormSetUnknown`, `PaperFailed`.
    """
    found, _, steps = audit.history(case, person)
    last = None
    with speaking("vi"):
        way = walk(steps)
        for step in steps:
            for each in way.add(step):
                if each.kind == kind and seq in (None, each.seq):
                    last = each, _values(way, found, steps, step, each) | {"tried": tried}
        if last is None:
            raise PaperUnissued
        issued, values = last
        if kind == PaperKind.CONTROL_SLIP:
            values["head"] = _head(head)
        return Printed(issued, pdf(way.forms.form(kind).template, values, _moment(steps, issued)))


def everything(audit: Audit, case: int, person: Person) -> list[Printed]:
    """Every paper of a case. Raises `CaseUnknown`, `Divergence`, `FormSetUnknown`, `PaperFailed`."""
    found, _, steps = audit.history(case, person)
    made = []
    with speaking("vi"):
        way = walk(steps)
        for step in steps:
            for each in way.add(step):
                values = _values(way, found, steps, step, each) | {"tried": False, "head": None}
                made.append(Printed(each, pdf(way.forms.form(each.kind).template, values, _moment(steps, each))))
    return made


def _moment(steps: Sequence[ReplayedEntry], issued: Issued) -> datetime:
    """The entry that a paper tells of last: the control slip goes on with the dossier."""
    return steps[-1].entry.at if issued.kind == PaperKind.CONTROL_SLIP else issued.at


def _values(
    way: Walk, case: Case, steps: Sequence[ReplayedEntry], step: ReplayedEntry, issued: Issued
) -> dict[str, Any]:
    form = way.forms.form(issued.kind)
    match issued.kind:
        case PaperKind.RECEIPT:
            return _framed(form, way, issued) | _receipt(receipt.of(case, steps))
        case PaperKind.CONTROL_SLIP:
            return _framed(form, way, issued) | slip_values(control_slip.of(case, steps))
        case PaperKind.SUPPLEMENT:
            values = _supplement(way)
        case PaperKind.REFUSAL:
            values = {"registered": _registered(BLANK), "reason": _raw(way, "refusal_reason")}
        case PaperKind.APOLOGY:
            values = _apology(way, step)
        case _:
            values = _result(way, step)
    officer = {"officer": step.entry.who.name}
    return _framed(form, way, issued) | _applied(way) | officer | values


def framed(
    form: PaperForm, version: Version, title: str, number: str, at: datetime, *, at_the_counter: bool = True
) -> dict[str, Any]:
    """What stands around a paper: its head with who issues it (the agency, or its section), number, codes, copies."""
    agency = version.office.name
    names = [agency, say(SECTION)] if at_the_counter else [agency]
    return {
        "title": title,
        "code": form.code,
        "copies": list(form.copies),
        "issuer": [kept(name.upper(), version.province.name.upper()) for name in names],
        "registered": _registered(number) if number else "",
        "dated": say("{place}, {date}", place=version.province.name, date=formatting.written_day(at)),
        "number": number,
        "qr": qr(number) if number else "",
        "bars": bars(number),
        "agency": agency,
        "procedure": version.procedure.title,
        "desk": ", ".join(filter(None, [version.office.section, version.office.centre])) or say(SECTION),
        "tried": False,
    }


def _framed(form: PaperForm, way: Walk, issued: Issued) -> dict[str, Any]:
    return framed(form, way.version, issued.title, way.number, issued.at, at_the_counter=issued.kind not in OWN)


def _registered(number: str) -> str:
    return say("Số: {number}", number=number)


def kept(text: str, name: str) -> list[tuple[str, bool]]:
    """The parts of a text, and which stay whole on a line: the name of the province, with its kind before it."""
    whole = re.compile(rf"((?:TỈNH|THÀNH PHỐ) )?{re.escape(name)}")
    parts, at = list[tuple[str, bool]](), 0
    for found in whole.finditer(text):
        parts += [(text[at : found.start()], False), (found[0], True)]
        at = found.end()
    return [part for part in [*parts, (text[at:], False)] if part[0]]


def _applied(way: Walk) -> dict[str, str]:
    text = way.answers.text
    return {
        "applicant": text("applicant_name"),
        "tax_code": text("applicant_tax_code"),
        "address": text("applicant_address"),
        "phone": text("contact_phone"),
        "email": text("contact_email"),
        "request": text("request_content") or way.version.procedure.title,
        "received_day": _sentence(formatting.written_day(way.received)) if way.received else "",
    }


def _receipt(paper: receipt.Receipt) -> dict[str, Any]:
    time_ = paper.version.procedure.time
    term = ", ".join(filter(None, [time_.text, time_.counted_from]))
    if time_.listed:
        term = f"{term} ({say('danh mục ghi {time}', time=time_.listed)})"
    return {
        "applicant": paper.applicant,
        "tax_code": paper.tax_code,
        "address": paper.address,
        "contact": paper.contact,
        "phone": paper.phone,
        "email": paper.email,
        "request": paper.request,
        "channel": paper.channel,
        "papers": [[each.name, each.kind, each.count] for each in paper.papers] or [["", "", ""]],
        "sets": paper.sets,
        "term": term,
        "received": formatting.written(paper.received),
        "due": formatting.written(paper.due) if paper.due else "",
        "place": paper.place,
        "fee": paper.fee,
        "officer": paper.clerk,
    }


def _supplement(way: Walk) -> dict[str, Any]:
    lines = _raw(way, "supplement_items").splitlines()
    return {
        "registered": _registered(f"{BLANK}/HDHS"),
        "items": [line.strip().removeprefix("-").removeprefix("+").strip() for line in lines if line.strip()],
        "reason": _raw(way, "supplement_reason"),
        "contact": way.answers.text("supplement_contact"),
    }


def _apology(way: Walk, step: ReplayedEntry) -> dict[str, Any]:
    moved = ""
    if way.promised and way.due and way.due != way.promised:
        first = formatting.written(way.promised)
        moved = say("giấy tiếp nhận ghi {first}; đã cộng thời gian tạm dừng", first=first)
    return {
        "registered": _registered(way.answers.text("apology_number") or BLANK),
        "due": formatting.written(way.due) if way.due else "",
        "moved": moved,
        "reason": _raw(way, "apology_reason"),
        "again": _day(way, "apology_new_date"),
        "director": step.entry.who.name,
    }


def _result(way: Walk, step: ReplayedEntry) -> dict[str, Any]:
    granted = bool(way.granted)
    dated = _day(way, "document_date") or formatting.written_day(step.entry.at)
    return {
        "registered": _registered(way.answers.text("document_number")),
        "dated": say("{place}, {date}", place=way.version.province.name, date=dated),
        "granted": granted,
        "content": _raw(way, "draft_summary" if granted else "draft_ground"),
        "director": way.answers.text("signed_by"),
    }


def _raw(way: Walk, key: str) -> str:
    """A text as it was typed, line by line."""
    return str(way.answers.values.get(key) or "")


def _day(way: Walk, key: str) -> str:
    """A day that was filled in, as papers write it."""
    try:
        day = date.fromisoformat(str(way.answers.values.get(key) or ""))
    except ValueError:
        return way.answers.text(key)
    return formatting.written_day(datetime.combine(day, time(12), ZONE))


def _head(head: Head | None) -> dict[str, str] | None:
    if head is None:
        return None
    return {"svg": qr(head.note), "size": formatting.number(head.size), "at": formatting.moment(head.at)}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
