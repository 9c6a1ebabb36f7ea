"""Event logs for process mining: ordered with a ground, written in the background, fetched when they are there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, cast

from flask import Blueprint, Response, g, redirect, request, stream_with_context, url_for
from werkzeug.wrappers import Response as Answer

from runner.audit.mining.export import LogFormat, Order, filter_of
from runner.audit.mining.jobs import KEPT, TooManyJobs
from runner.clock import ZONE
from runner.domain.calendar import local_date
from runner.domain.case_filter import Basis, CaseFilter
from runner.domain.form import FieldFault
from runner.services.text_rules import ReasonMissing
from runner.unicode import composed
from runner.web import current, policy
from runner.web.audit import frame, many_filter

blueprint = Blueprint("mining", __name__)

FORMATS: Final = {
    LogFormat.XES: ("XES", "IEEE 1849, mỗi hồ sơ một dãy sự kiện; dạng chuẩn của khai thác quy trình"),
    LogFormat.OCEL_JSON: ("OCEL 2.0 (JSON)", "nhiều đối tượng: hồ sơ, việc, người, giấy tờ, cơ quan"),
    LogFormat.OCEL_SQLITE: ("OCEL 2.0 (SQLite)", "cùng nội dung, là một cơ sở dữ liệu để truy vấn"),
    LogFormat.CSV: ("CSV", "một bảng cho bảng tính, mỗi sự kiện một dòng"),
}
TYPES: Final = {
    LogFormat.XES: "application/xml",
    LogFormat.OCEL_JSON: "application/json",
    LogFormat.OCEL_SQLITE: "application/vnd.sqlite3",
    LogFormat.CSV: "text/csv; charset=utf-8",
}
_JOB: Final = "/mining/<id>"


@blueprint.get("/mining")
@policy.auditor
def show() -> str:
    """The form of an order, and the logs that the auditor has ordered."""
    return _page()


@blueprint.post("/mining")
@policy.auditor
def order() -> str | tuple[str, int] | Answer:
    """Order a log of the cases that are asked for."""
    faults: list[FieldFault] = []
    wanted = _wanted(faults)
    format = next((each for each in LogFormat if each == request.form.get("format")), None)
    if format is None:
        faults.append(FieldFault("format", "Hãy chọn dạng tệp.", {}))
    found = None
    try:
        ground = composed(request.form.get("ground", ""))
        found = Order.make(format or LogFormat.XES, wanted, ground, pseudonyms="pseudonyms" in request.form)
        if not faults:
            current.runner().mining_jobs.order(found, g.person, current.now())
            return redirect(url_for("audit.mining.show"), 303)
    except ReasonMissing as error:
        faults.append(FieldFault.told("ground", error))
    except TooManyJobs as error:
        faults.append(FieldFault.told("format", error))
    return _page(faults), 422


@blueprint.get(f"{_JOB}/file")
@policy.auditor
def file(id: str) -> Response:
    """A log that is there."""
    job, pieces = current.runner().mining_jobs.content(id, g.person)
    format = LogFormat(job.format)
    name = Order(format, filter_of(job.filter), job.ground, job.pseudonyms).file_name
    answer = Response(stream_with_context(pieces), content_type=TYPES[format])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Length"] = str(job.size)
    return answer


@blueprint.post(f"{_JOB}/discard")
@policy.auditor
def discard(id: str) -> Answer:
    """Throw a log away, or the order of one."""
    current.runner().mining_jobs.discard(id, g.person)
    return redirect(url_for("audit.mining.show"), 303)


def _page(faults: list[FieldFault] | None = None) -> str:
    runner, today = current.runner(), local_date(current.now())
    jobs = runner.mining_jobs.jobs(g.person)
    return frame.page(
        "audit/mining.html",
        own=runner.many_cases.procedures(g.person),
        titles=many_filter.titles(),
        formats=FORMATS,
        bases=many_filter.BASES,
        jobs=[(job, filter_of(job.filter)) for job in jobs],
        going_on=any(job.going_on for job in jobs),
        kept=KEPT,
        faults=faults or [],
        typed=request.form,
        since=(today - timedelta(days=365)).isoformat(),
        until=today.isoformat(),
    )


def _wanted(faults: list[FieldFault]) -> CaseFilter:
    """The cases that the form asks for; what makes no sense goes to `faults`."""
    own = current.runner().many_cases.procedures(g.person)
    procedure = request.form.get("procedure", "")
    if procedure and procedure not in own:
        faults.append(FieldFault("procedure", "Hãy chọn một thủ tục trong danh sách.", {}))
    basis = request.form.get("basis", "")
    period = []
    try:
        for name, more in (("since", 0), ("until", 1)):
            text = request.form.get(name, "").strip()
            day = date.fromisoformat(text) + timedelta(days=more) if text else None
            if day and not 2000 <= day.year < 3000:
                raise ValueError(day)
            period.append(datetime.combine(day, datetime.min.time(), ZONE) if day else None)
        if period[0] and period[1] and period[0] >= period[1]:
            raise ValueError(period)
    except ValueError:
        faults.append(FieldFault("since", many_filter.NOT_PERIOD, {}))
        period = [None, None]
    return CaseFilter(
        procedure, basis=cast(Basis, basis if basis in many_filter.BASES else "ended"), since=period[0], until=period[1]
    )
