"""The desk's first page: the state of the record, cases with something unusual, incidents, what is new."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask import Blueprint, g, request

from runner import formatting
from runner.audit.unusual import Reason, Sign
from runner.audit.verification import words
from runner.domain.deployment import ProcedureUnknown
from runner.domain.person import Role
from runner.domain.record import RecordEvent, RecordKind
from runner.domain.verification import Check, Report, Word
from runner.language import say
from runner.reports import vocabulary
from runner.web import case as case_page
from runner.web import current, policy, procedures
from runner.web.audit import frame
from runner.web.audit.verification import SIGNS

blueprint = Blueprint("home", __name__)

SHOWN: Final = 12
"""Cases with something unusual on the page; with a sign chosen, `MOST`."""
MOST: Final = 100

NAMES: Final = {
    Sign.LATE: "trễ hạn",
    Sign.ONE_PERSON: "một người ở cả hai phía",
    Sign.RETURNED: "bị trả lại nhiều lần",
    Sign.OVERRIDE: "có can thiệp",
    Sign.MOVED: "hạn đổi theo lịch",
    Sign.AT_NIGHT: "làm ban đêm hoặc ngày nghỉ",
    Sign.RARE: "cách đi hiếm",
}
"""What each sign is called."""
ICONS: Final = {
    Sign.LATE: "time",
    Sign.ONE_PERSON: "person",
    Sign.RETURNED: "back",
    Sign.OVERRIDE: "warning",
    Sign.MOVED: "swap",
    Sign.AT_NIGHT: "half",
    Sign.RARE: "forward",
}
SENTENCES: Final = {
    Sign.LATE: "Trễ hạn trả kết quả.",
    Sign.ONE_PERSON: "{about} vừa xử lý, dự thảo vừa trình hoặc ký duyệt.",
    Sign.RETURNED: "“{about}” phải làm lại {count} lần.",
    Sign.OVERRIDE: (
        "Sự cố được đóng, hồ sơ được chuyển phiên bản hoặc bị xóa dữ liệu, "
        "ngày hẹn được lãnh đạo cho dời sớm hơn: {count} lần."
    ),
    Sign.MOVED: "Hạn được tính lại vì lịch làm việc đổi: {count} lần.",
    Sign.AT_NIGHT: "{about} làm ban đêm hoặc ngày nghỉ: {count} lần.",
    Sign.RARE: "Đi qua các bước theo cách mà rất ít hồ sơ cùng thủ tục đi.",
}
"""Why a case is unusual."""
NEWS: Final = {
    RecordKind.ENFORCEMENT: "{subject}: phiên bản {number} được đưa vào áp dụng",
    RecordKind.CALENDAR: "Lịch làm việc: bản {subject}",
    RecordKind.CALENDAR_DECISION: "Lịch làm việc: lãnh đạo quyết định về bản {subject}",
    RecordKind.ORGANISATION: "Tổ chức: bản {subject}",
    RecordKind.PERSON: "Tài khoản và vai trò của {subject} được ghi lại",
    RecordKind.TOKEN: "Mã truy cập của {subject} được tạo hoặc thu hồi",
    RecordKind.REBUILD: "Bảng đọc được lập lại: {subject}",
    RecordKind.ERASURE: "Dữ liệu của hồ sơ #{subject} được xóa theo luật",
    RecordKind.HOLD: "Hồ sơ #{subject} được giữ lại hoặc thôi giữ",
    RecordKind.RESTORE: "Cơ sở dữ liệu được khôi phục từ bản sao lưu",
    RecordKind.ROLLBACK: "Xác nhận cơ sở dữ liệu đi sau một mốc đã ký",
}
"""What an event says in one line."""


@blueprint.get("")
@policy.auditor
def show() -> str:
    """What an auditor looks at first; ``?sign=`` chooses the cases with one sign."""
    runner, now = current.runner(), current.now()
    only = next((each for each in Sign if each == request.args.get("sign")), None)
    found = runner.unusual.find(g.person, now, only)
    visit, head = runner.news.visit(g.person, now), runner.record_log.newest()
    report = runner.verification.last()
    return frame.page(
        "audit/home.html",
        report=report,
        state=_state(report),
        head=head,
        witnessing=runner.witnesses.standing(head) if head else None,
        found=found,
        cases=found.cases[: MOST if only else SHOWN],
        chosen=only,
        names_of_signs=NAMES,
        icons=ICONS,
        why=_Why(reason for each in found.cases[:MOST] for reason in each.reasons),
        visit=visit,
        told=_told,
        actors=procedures.deployers({event.actor for event in visit.events}),
        incidents=runner.audit.incidents(g.person, Role.AUDITOR),
        words=vocabulary,
        now=now,
    )


class _Why:
    """Says a reason; accounts by their names, which are looked up once."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        accounts = {each.about for each in reasons if each.sign in (Sign.ONE_PERSON, Sign.AT_NIGHT)}
        self._names = case_page.names(accounts - {""})

    def __call__(self, reason: Reason) -> str:
        about = self._names.get(reason.about, reason.about)
        return say(SENTENCES[reason.sign], about=about, count=formatting.number(reason.count))


def _state(report: Report | None) -> tuple[str, str, str]:
    """The sign, colour and name of the weakest word of a verification: what may be said of all that it looked at."""
    if report is None:
        return (*SIGNS[Word.UNCHECKED], say(words.WORDS[Word.UNCHECKED]))
    found = {report.word(check) for check in Check}
    order = (Word.DIVERGES, Word.UNCHECKABLE, Word.MATCHES, Word.PROVEN, Word.UNCHECKED)
    word = next(word for word in order if word in found)
    return (*SIGNS[word], words.called(report, word))


def _told(event: RecordEvent) -> str:
    if event.kind == RecordKind.ENFORCEMENT:
        digest = event.facts.get("version")
        if digest is None:
            return say("{subject}: thủ tục bị bãi bỏ", subject=event.subject)
        return say(NEWS[RecordKind.ENFORCEMENT], subject=event.subject, number=_number(digest))
    return say(NEWS[RecordKind(event.kind)], subject=event.subject)


def _number(digest: str) -> str:
    """The number of a version; where the version is gone, the start of its digest."""
    try:
        return formatting.number(current.runner().procedures.number(digest))
    except ProcedureUnknown:
        return digest[:8]
