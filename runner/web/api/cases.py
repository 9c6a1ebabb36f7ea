"""Cases: begin one, look at it, send it a message, prove its journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, g, url_for

from runner.audit.verification import words
from runner.domain.case import Case, CaseStatus, Incident
from runner.domain.journal import Entry, parsed
from runner.domain.token import Scope
from runner.engine.wait import WaitKind
from runner.reports import vocabulary, wait
from runner.reports.progress import states
from runner.reports.wait import WaitReport
from runner.services.find import Question
from runner.web import attachment, current, drawing, policy, response
from runner.web.api import cursor as cursors
from runner.web.api.cursor import CURSOR, LIMIT
from runner.web.api.operation import ANY, CASE, SVG, ResponseSpec, key, operation, reply
from runner.web.api.request import OBJECT, Parameter, among, text
from runner.web.response import CaseDetail, Cases, Journal, Outcome, Replay, Verifications, task_members, task_name

_VALUES = Parameter("values", OBJECT, "Các trường đã biết, giữ làm bản nháp của việc đầu tiên.")
_NO_VALUES = Parameter("values", OBJECT, "Để trống: sơ đồ không khai báo trường nào cho thông báo.")


@operation(
    "POST",
    "/cases",
    "Lập hồ sơ",
    ResponseSpec("Đã lập hồ sơ; địa chỉ ở tiêu đề Location", Outcome, 201),
    once=True,
    body=(Parameter("procedure", text(), "Mã thủ tục, như ha-tinh/QT.BC.01.", required=True), _VALUES),
)
@policy.token(Scope.WRITE)
def start(procedure: str, values: dict[str, Any] | None) -> Response:
    """Begin a case."""
    answer = current.runner().cases.start(procedure, g.person, current.now(), values, key())
    return reply(Outcome.of(answer), 201, {"Location": url_for("api.case", case=answer.case)})


@operation(
    "GET",
    "/cases",
    "Các hồ sơ của tỉnh mình, mới nhất trước",
    ResponseSpec("Một trang hồ sơ", Cases),
    query=(
        Parameter(
            "status",
            among(*CaseStatus),
            "Chỉ hồ sơ ở trạng thái này; không ghi thì không có bản nháp và bản nháp đã bỏ.",
        ),
        Parameter("procedure", text(), "Chỉ hồ sơ của thủ tục này."),
        Parameter("outcome", text(), "Chỉ hồ sơ có kết quả này, như not_accepted."),
        LIMIT,
        CURSOR,
    ),
)
@policy.token(Scope.READ)
def cases(status: str | None, procedure: str | None, outcome: str | None, limit: int, cursor: str | None) -> Cases:
    """A page of cases."""
    before = cursors.read(cursor)
    asked = Question(status=status or "", procedure=procedure or "", outcome=outcome or "")
    found = current.runner().dossiers.cases(asked, g.person, current.now(), before, limit + 1)
    following = cursors.write(found[limit - 1].id) if len(found) > limit else None
    return Cases([response.Case(**_facts(each)) for each in found[:limit]], following)


@operation("GET", f"/cases/{CASE}", "Một hồ sơ với đường đi và các việc đang mở", ResponseSpec("Hồ sơ", CaseDetail))
@policy.token(Scope.READ)
def case(case: int) -> CaseDetail:
    """A case, where it has been, and what is open."""
    runner = current.runner()
    found, every, incidents = runner.cases.get(case, g.person)
    _, instance, steps = runner.audit.history(case, g.person)
    waits = wait.describe(instance, runner.procedures.version(found.version))
    return CaseDetail(
        **_facts(found),
        route=[element for step in steps if step.advance for element in step.advance.route],
        tasks=[response.Task(**task_members(case, found.province, each)) for each in every if each.closed is None],
        incidents=[_incident(each) for each in incidents if each.closed is None],
        waits=[_wait(each, case) for each in waits],
    )


@operation(
    "POST",
    f"/cases/{CASE}/messages",
    "Báo cho hồ sơ một việc mà sơ đồ đang chờ",
    ResponseSpec("Hồ sơ sau thông báo", Outcome),
    once=True,
    body=(Parameter("name", text(), "Tên thông báo trong sơ đồ.", required=True), _NO_VALUES),
)
@policy.token(Scope.WRITE)
def message(case: int, name: str, values: Mapping[str, Any] | None) -> Outcome:
    """Tell a case a message. No diagram declares fields of one, so values are refused rather than lost."""
    return Outcome.of(current.runner().cases.message(case, name, g.person, current.now(), key(), values))


@operation(
    "POST",
    f"/cases/{CASE}/discard",
    "Bỏ một bản nháp của mình",
    ResponseSpec("Hồ sơ sau khi bỏ", Outcome),
    once=True,
    description="Hồ sơ đã lập mà chưa tiếp nhận là bản nháp của người lập, không vào sổ; nhật ký của nó được giữ lại.",
)
@policy.token(Scope.WRITE)
def discard(case: int) -> Outcome:
    """End a draft of the token's account."""
    return Outcome.of(current.runner().cases.discard(case, g.person, current.now(), key()))


@operation(
    "GET",
    f"/cases/{CASE}/journal",
    "Nhật ký của hồ sơ",
    ResponseSpec("Mọi mục nhật ký theo thứ tự", Journal),
    description="Mỗi mục nhật ký giữ mã băm của mục trước, nên có thể kiểm tra cả chuỗi mà không cần hệ thống này.",
)
@policy.token(Scope.READ)
def journal(case: int) -> Journal:
    """The journal of a case, as it is kept."""
    entries = current.runner().audit.journal(case, g.person)
    return Journal(case, [_entry(each) for each in entries])


@operation(
    "GET",
    f"/cases/{CASE}/files/<file>",
    "Một tệp đính kèm của hồ sơ",
    ResponseSpec("Nội dung tệp", media=ANY),
    description="Kiểu của câu trả lời là kiểu của tệp. Mỗi lần đọc đều được ghi lại.",
)
@policy.token(Scope.READ)
def file(case: int, file: str) -> Response:
    """A file that was attached to a form of the case."""
    return attachment.answer(case, file)


@operation("GET", f"/cases/{CASE}/diagram.svg", "Sơ đồ với tiến trình của hồ sơ", ResponseSpec("Hình SVG", media=SVG))
@policy.token(Scope.READ)
def diagram(case: int) -> Response:
    """The diagram of a case: what is done, what is open, what is late."""
    runner = current.runner()
    found, _, _ = runner.cases.get(case, g.person)
    _, instance, _ = runner.audit.history(case, g.person)
    drawn = runner.procedures.version(found.version).diagram
    return drawing.answer(drawn, states(instance, current.now()))


@operation(
    "POST",
    f"/cases/{CASE}/replay",
    "Kiểm tra lại hồ sơ từ nhật ký",
    ResponseSpec("Kết quả đối chiếu", Replay),
    description="Chỉ đọc: không thay đổi gì của hồ sơ.",
)
@policy.token(Scope.READ)
def replay(case: int) -> Replay:
    """Whether a case is what its journal makes of it: run again, with its rows, files, version and actors."""
    runner = current.runner()
    runner.cases.get(case, g.person)
    found = runner.verification.prove(case, current.now()).findings
    findings = [response.Finding(each.check, each.what, each.seq, each.about, words.sentence(each)) for each in found]
    first = response.Divergence(found[0].seq or 0, found[0].what, words.sentence(found[0])) if found else None
    return Replay(first, findings)


@operation(
    "GET", "/verifications", "Các lần xác minh sổ ghi, mới nhất trước", ResponseSpec("Các lần gần đây", Verifications)
)
@policy.token(Scope.READ)
def verifications() -> Verifications:
    """What the last verifications of the record came to: how much was looked at, and the word for each claim."""
    return Verifications([response.Verification.of(each) for each in current.runner().verification.newest()])


# -- as answers --------------------------------------------------------------------------------------------------------


def _facts(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "province": case.province,
        "procedure": case.procedure,
        "version": case.version,
        "subject": case.subject,
        "number": case.number,
        "status": case.status,
        "outcome": case.outcome,
        "clock": case.clock,
        "received": case.received,
        "due": case.due,
        "verdict": case.verdict,
        "started": case.started,
        "ended": case.ended,
    }


def _wait(report: WaitReport, case: int) -> response.Wait:
    waited = report.wait
    return response.Wait(
        kind=waited.kind,
        element=waited.element,
        id=task_name(case, waited.id) if waited.kind == WaitKind.TASK else waited.id,
        name=report.name,
        lane=report.lane,
        due=waited.due,
        host=waited.host,
        missing=list(waited.missing),
        detail=report.sentence,
    )


def _incident(incident: Incident) -> response.Incident:
    detail = vocabulary.incident(incident.template, incident.facts)
    return response.Incident(incident.id, incident.at, incident.kind, detail)


def _entry(entry: Entry) -> response.Entry:
    return response.Entry(
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        kind=entry.kind,
        payload=parsed(entry.payload) if entry.payload is not None else None,
        salt=entry.salt.hex() if entry.salt is not None else None,
        payload_sha256=entry.payload_sha256.hex(),
        state=entry.state.hex(),
        previous=entry.previous.hex(),
        hash=entry.hash.hex(),
    )
