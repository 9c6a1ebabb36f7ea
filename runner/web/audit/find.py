"""Finding cases: one field for what is known of a case, filters beside it, the cases page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, g, request, url_for
from werkzeug.wrappers import Response

from runner.domain.case import CaseStatus
from runner.domain.case_filter import CaseFilter
from runner.domain.form import FieldFault
from runner.domain.person import Role
from runner.formatting import number
from runner.reports import vocabulary
from runner.services.access import role
from runner.services.find import COUNTED, PAGE, Lateness, Question
from runner.services.text_rules import ReasonMissing
from runner.unicode import composed
from runner.web import current, page, policy, register, workbook
from runner.web.audit import export, frame

blueprint = Blueprint("find", __name__, url_prefix="/find")

FIELDS = ("q", "province", "procedure", "status", "outcome", "since", "until", "late", "way")
LATENESS = {
    Lateness.EITHER: "Trễ, còn chạy hay đã xong",
    Lateness.OVERDUE: "Đang quá hạn",
    Lateness.OVERRAN: "Kết thúc quá hạn",
}
COUNTING = "Mới xem cách đi của {done} trong {total} hồ sơ; hãy tải lại trang để xem tiếp."
STRETCH = 3.0
"""Seconds of counting in one request."""
LONGEST = 200
"""Signs of what is looked for."""


@blueprint.get("")
@policy.auditor
def show() -> str | tuple[str, int]:
    """The cases that are asked for, of those that the auditor reads."""
    question, faults = asked()
    before = request.args.get("before", type=int)
    shown = _page(question, faults, before if before and 0 < before < 2**62 else None)
    return (shown, 422) if faults else shown


def _page(question: Question, faults: list[FieldFault], before: int | None, ground: str = "") -> str:
    runner, now = current.runner(), current.now()
    found = [] if faults else runner.find.cases(question, g.person, now, before, PAGE + 1)
    wanted = filled(faults)
    return frame.page(
        "audit/find.html",
        cases=found[:PAGE],
        versions=register.versions_of(found),
        count=0 if faults else runner.find.count(question, g.person, now),
        counted=COUNTED,
        next=_address(wanted | {"before": str(found[PAGE - 1].id)}) if len(found) > PAGE else None,
        first=_address(wanted) if before else None,
        faults=faults,
        asked=wanted,
        ground=ground,
        **choices(),
    )


@blueprint.post("/file")
@policy.auditor
def file() -> Response | tuple[str, int]:
    """All cases that are asked for as a file, once its ground is given; the record tells of it before it is sent."""
    question, faults = asked()
    ground, kind = request.form.get("ground", ""), request.form.get("kind", "")
    if not faults:
        try:
            return export.answer("find", _rows(question), ground, kind, asked=filled(faults))
        except ReasonMissing as error:
            faults = [FieldFault.told("ground", error)]
    return _page(question, faults, None, ground), 422


def _rows(question: Question) -> Iterator[list[workbook.Cell]]:
    runner = current.runner()
    for case in runner.find.every(question, g.person, current.now()):
        yield register.row_of(case, runner.procedures.version(case.version))


def asked() -> tuple[Question, list[FieldFault]]:
    """What the request asks for, and what is wrong with it."""
    faults: list[FieldFault] = []
    since = register.day_asked("since", register.SINCE, faults)
    until = register.day_asked("until", register.UNTIL, faults)
    values = request.values
    question = Question(
        words=composed(values.get("q", ""))[:LONGEST].strip(),
        province=values.get("province", ""),
        procedure=values.get("procedure", ""),
        status=values.get("status", "") if values.get("status") in set(CaseStatus) else "",
        outcome=values.get("outcome", "") if values.get("outcome") in vocabulary.OUTCOMES else "",
        since=since,
        until=until + timedelta(days=1) if until else None,
        lateness=values.get("late", "") if values.get("late") in set(Lateness) else "",
    )
    if (way := values.get("way", "")) and question.procedure:
        question = replace(question, only=_of_way(question.procedure, way, faults))
    return question, faults


def _of_way(procedure: str, way: str, faults: list[FieldFault]) -> Sequence[int]:
    """The cases of a procedure that took a way, by its name on the page of many cases; none while they are counted."""
    counting = current.runner().many_cases.go_on(CaseFilter(procedure), g.person, current.now(), STRETCH)
    if counting.left:
        faults.append(FieldFault("way", COUNTING, {"done": number(counting.done), "total": number(counting.total)}))
        return ()
    variant = counting.figures.variant(way)
    return sorted(variant.cases) if variant else ()


def filled(faults: list[FieldFault]) -> dict[str, str]:
    """The fields of the question that were filled in, as they were."""
    wrong = {fault.path for fault in faults}
    return {key: value for key, value in request.values.items() if value and key in FIELDS and key not in wrong}


def choices() -> dict[str, object]:
    """What the filters offer."""
    provinces = sorted({province for province, lane in g.person.groups if role(lane) == Role.AUDITOR})
    titles = register.titles()
    return {
        "provinces": {code: page.place_name(code) for code in provinces},
        "procedures": {code: title for code, title in titles.items() if code.partition("/")[0] in provinces},
        "lateness": LATENESS,
        "words": vocabulary,
    }


def _address(wanted: dict[str, str]) -> str:
    return f"{url_for('audit.find.show')}?{urlencode(wanted)}" if wanted else url_for("audit.find.show")
