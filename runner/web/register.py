"""The register of cases (Sổ theo dõi hồ sơ, Mẫu 06 of Thông tư 01/2018/TT-VPCP): filtered, searched and sorted, page by
page, as a file for spreadsheets (CSV, XLSX), or printed (PDF)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request, stream_with_context, url_for
from werkzeug.wsgi import wrap_file

from runner import formatting
from runner.clock import ZONE
from runner.domain.calendar import local_date
from runner.domain.case import REGISTERED, Case, CaseStatus, ClockState
from runner.domain.case_filter import Order
from runner.domain.deployment import VersionAltered
from runner.domain.form import FieldFault
from runner.domain.person import Role
from runner.language import say
from runner.reports import register as printing
from runner.reports import vocabulary
from runner.reports.register import delivery_method
from runner.reports.spreadsheet import cell
from runner.services.access import role
from runner.services.find import COUNTED, PAGE, WITHIN, Lateness, Question, Totals
from runner.services.version import Version
from runner.unicode import composed
from runner.web import current, page, policy, workbook

blueprint = Blueprint("register", __name__)

NOT_DATE = "“{label}” phải là một ngày có thật, viết như 26/09/2022."
TITLE = "Sổ theo dõi hồ sơ"
FIELDS = ("q", "province", "procedure", "status", "outcome", "since", "until", "late", "sort", "dense")
LONGEST = 200
"""Signs of what is looked for."""
SORTED = {
    "number": "Hồ sơ",
    "procedure": "Thủ tục",
    "due": "Hẹn trả kết quả",
    "delivered": "Trả kết quả",
    "status": "Trạng thái",
}
"""The columns by which the register is sorted; with ``-`` before it, the other way round."""
OVERDUE, OVERRAN = "1", "ended"
"""Of ``late``: cases that are overdue now, and those that were settled too late."""
SINCE, UNTIL = "Nhận từ ngày", "Nhận đến ngày"
HEADS = {
    "Hồ sơ": 8,
    "Mã hồ sơ": 26,
    "Tỉnh": 12,
    "Mã thủ tục": 18,
    "Tên thủ tục": 40,
    "Tổ chức, cá nhân": 34,
    "Địa chỉ": 40,
    "Số điện thoại": 18,
    "Cơ quan chủ trì giải quyết": 36,
    "Nhận hồ sơ": 18,
    "Hẹn trả kết quả": 18,
    "Trả kết quả": 18,
    "Phương thức nhận kết quả": 28,
    "Ký nhận": 24,
    "Kết thúc": 18,
    "Trạng thái": 18,
    "Kết quả": 20,
    "Thời hạn": 20,
    "Giải quyết xong": 18,
    "Trước hạn, đúng hạn hay quá hạn": 18,
    "Ghi chú": 40,
}
"""The columns with their widths, in digits."""


@blueprint.get("/register")
@policy.signed_in
def show() -> str | tuple[str, int]:
    """A page of the register."""
    return _page(*_question())


@blueprint.get("/register.csv")
@policy.signed_in
def csv_file() -> Response | str | tuple[str, int]:
    return _file("csv")


@blueprint.get("/register.xlsx")
@policy.signed_in
def xlsx_file() -> Response | str | tuple[str, int]:
    return _file("xlsx")


@blueprint.get("/register.pdf")
@policy.signed_in
def pdf_file() -> Response | str | tuple[str, int]:
    return _file("pdf")


def _file(kind: str) -> Response | str | tuple[str, int]:
    """The same cases as a file, all of them; those for spreadsheets are written as they are read."""
    question, faults = _question()
    if faults:
        return _page(question, faults)
    dossiers, now = current.runner().dossiers, current.now()
    dossiers.cases(question, g.person, now, None, 1)  # what the person must not see is refused before the file begins
    if kind == "pdf":
        response = Response(_paper(question), mimetype="application/pdf")
    elif kind == "csv":
        response = Response(stream_with_context(_lines(question)), mimetype="text/csv")
    else:
        columns = [(say(head), width) for head, width in HEADS.items()]
        book = workbook.written(say(TITLE), columns, _rows(question), now)
        response = Response(wrap_file(request.environ, book), mimetype=workbook.TYPE, direct_passthrough=True)
    _tell(kind)
    name = f"so-theo-doi-ho-so-{local_date(now):%Y-%m-%d}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _paper(question: Question) -> bytes:
    """Mẫu 06, in the order in which the cases came."""
    versions, rising = current.runner().procedures, replace(question, order=Order.NUMBER, rising=True)
    found = current.runner().dossiers.cases(rising, g.person, current.now(), None, printing.MOST + 1)
    since, until = question.since, question.until
    return printing.printed(
        [(case, versions.version(case.version)) for case in found],
        local_date(since) if since else None,
        local_date(until - timedelta(days=1)) if until else None,
    )


def _tell(kind: str) -> None:
    """Tell the record that somebody with a role takes the register away, who need not work on its cases."""
    provinces = {province for province, lane in g.person.groups if role(lane) in set(Role)}
    if not provinces:
        return
    asked = {key: value for key, value in request.args.items() if value and key in FIELDS}
    province = asked.get("province") or (provinces.pop() if len(provinces) == 1 else "")
    current.runner().readings.export("register", g.person, {"asked": asked, "format": kind}, current.now(), province)


def _page(question: Question, faults: list[FieldFault]) -> str | tuple[str, int]:
    dossiers, now, before = current.runner().dossiers, current.now(), behind()
    found, below = ([], None) if faults else dossiers.page(question, g.person, now, before, PAGE)
    wrong = {fault.path for fault in faults}
    asked = {key: value for key, value in request.args.items() if value and key in FIELDS and key not in wrong}
    following = address("show", asked | {"before": str(below)}) if below else None
    shown = render_template(
        "register.html",
        cases=found,
        versions=versions_of(found),
        within=WITHIN if below and len(found) < PAGE else 0,
        totals=Totals(0, 0, 0, 0) if faults else dossiers.totals(question, g.person, now),
        counted=COUNTED,
        procedures={code: title for code, title in titles().items() if code.partition("/")[0] in _provinces()},
        statuses={status: vocabulary.STATUSES[status] for status in _statuses()},
        provinces={province: page.place_name(province) for province in sorted(_provinces())},
        asked=asked,
        question=question,
        sorted_by=_sorted_by(question, asked),
        narrowed=lambda **more: address("show", {key: each for key, each in (asked | more).items() if each}),
        faults=faults,
        next=following,
        first=address("show", asked) if before else None,
        files={kind: address(f"{kind}_file", asked) for kind in ("csv", "xlsx", "pdf")},
        words=vocabulary,
        delivery_method=delivery_method,
    )
    return (shown, 422) if faults else shown


def _sorted_by(question: Question, asked: dict[str, str]) -> dict[str, tuple[str, str]]:
    """For each column that sorts: how it does now (as ARIA says it, "" for not), and the address that sorts by it."""
    found = {}
    for name in SORTED:
        here, falling = question.order == name, name in ("number", "delivered")
        up = not question.rising if here else not falling
        way = ("ascending" if question.rising else "descending") if here else ""
        found[name] = (way, address("show", asked | {"sort": name if up else f"-{name}"}))
    return found


def address(view: str, asked: dict[str, str]) -> str:
    """A page or file of the register with what is asked for."""
    query = f"?{urlencode(asked)}" if asked else ""
    return url_for(f"register.{view}") + query


# -- what is asked for ----------------------------------------------------------------------------------------------


def _question() -> tuple[Question, list[FieldFault]]:
    faults: list[FieldFault] = []
    since, until = day_asked("since", SINCE, faults), day_asked("until", UNTIL, faults)
    values, late = request.args, request.args.get("late")
    by = values.get("sort", "")
    name = by.removeprefix("-") if by.removeprefix("-") in SORTED else ""
    question = Question(
        words=composed(values.get("q", ""))[:LONGEST].strip(),
        province=values.get("province", ""),
        procedure=values.get("procedure", ""),
        status=values.get("status", "") if values.get("status") in _statuses() else "",
        outcome=values.get("outcome", "") if values.get("outcome") in vocabulary.OUTCOMES else "",
        since=since,
        until=until + timedelta(days=1) if until else None,
        lateness={OVERDUE: Lateness.OVERDUE, OVERRAN: Lateness.OVERRAN}.get(late or "", ""),
        order=Order(name) if name else Order.NUMBER,
        rising=bool(name) and not by.startswith("-"),
    )
    return question, faults


def behind() -> int | None:
    """The last case of the page before; None on the first page."""
    before = request.args.get("before", type=int)
    return before if before and 0 < before < 2**62 else None


def day_asked(name: str, label: str, faults: list[FieldFault]) -> datetime | None:
    """The beginning of a (local) day asked for; one that is none goes to `faults`."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1900 <= day.year < 3000:
        faults.append(FieldFault(name, NOT_DATE, {"label": say(label)}))
        return None
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def _statuses() -> list[str]:
    """What may be asked for: discarded drafts by auditors only; they stand in no register."""
    auditor = any(role(lane) == Role.AUDITOR for _, lane in g.person.groups)
    return [*REGISTERED, *((CaseStatus.DISCARDED,) if auditor else ())]


def _provinces() -> set[str]:
    return {province for province, _ in g.person.groups}


def versions_of(cases: list[Case]) -> dict[str, Version]:
    """The versions by which these cases run, without those that were altered."""
    found = {}
    for digest in {case.version for case in cases}:
        with suppress(VersionAltered):
            found[digest] = current.runner().procedures.version(digest)
    return found


def titles() -> dict[str, str]:
    """The title of every procedure in the reader's language, by its version in force."""
    named = [version.procedure for version in current.runner().procedures.known(current.now())]
    return {each.code: each.title if g.language == "vi" else each.title_en for each in named}


# -- the file ---------------------------------------------------------------------------------------------------------


def _lines(question: Question) -> Iterator[str]:
    """The CSV, a row at a time. The byte order mark at its beginning marks it as UTF-8 for spreadsheets."""
    yield "\ufeff" + line_of([say(head) for head in HEADS])
    yield from map(line_of, _rows(question))


def _rows(question: Question) -> Iterator[list[workbook.Cell]]:
    versions = current.runner().procedures
    for case in current.runner().dossiers.every(question, g.person, current.now()):
        yield row_of(case, versions.version(case.version))


def row_of(case: Case, version: Version) -> list[workbook.Cell]:
    return [
        case.id,
        case.number,
        page.place_name(case.province),
        case.procedure,
        version.procedure.title,
        case.subject,
        case.address,
        case.phone,
        version.office.name,
        case.received,
        case.due,
        case.result_delivered_at,
        delivery_method(case),
        case.received_by,
        case.ended,
        say(vocabulary.STATUSES.get(case.status, case.status)),
        say(vocabulary.OUTCOMES.get(case.outcome, case.outcome)) if case.outcome else None,
        say(vocabulary.CLOCKS.get(ClockState.STOPPED if case.legal_clock_stopped_at else case.clock, case.clock)),
        case.legal_clock_stopped_at,
        say(vocabulary.VERDICTS[case.verdict]) if case.verdict else None,
        case.note,
    ]


def line_of(row: Sequence[workbook.Cell]) -> str:
    written = StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow([cell(_text(each)) for each in row])
    return written.getvalue()


def _text(value: workbook.Cell) -> str:
    if value is None:
        return ""
    return formatting.spreadsheet(value) if isinstance(value, datetime) else str(value)
