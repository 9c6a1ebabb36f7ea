"""What a happening says, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from runner import formatting
from runner.audit.history import state
from runner.audit.history.happening import Happening
from runner.domain.record import EVERY, RecordKind
from runner.domain.submission import Verdict
from runner.language import say
from runner.services.version_cache import Versions
from runner.store import registry
from runner.store.session import Transaction
from runner.store.sign_in import SignIn

PAGES: Final[Mapping[str, str]] = {
    "case": "hồ sơ",
    "journal": "nhật ký",
    "file": "tệp đính kèm",
    "receipt": "giấy tiếp nhận hồ sơ",
    "control slip": "phiếu kiểm soát",
    "paper": "giấy tờ in ra",
    "replay": "xem lại quá trình",
    "verification": "xác minh",
    "reexecution": "chạy lại",
    "evidence": "gói chứng cứ",
}
"""What the record calls pages, and what they are called."""
LISTS: Final[Mapping[str, str]] = {
    "find": "danh sách hồ sơ tìm được",
    "register": "sổ theo dõi hồ sơ",
    "transfer": "danh sách nộp lưu trữ",
    "sample": "danh sách mẫu kiểm tra",
}
"""What is taken away, by the subject of its event; a case by its number."""
_DECIDED: Final[Mapping[str, str]] = {
    "": "Trình duyệt {procedure}",
    Verdict.APPROVED: "Duyệt {procedure}",
    Verdict.RETURNED: "Trả lại {procedure}",
    Verdict.WITHDRAWN: "Rút lại {procedure}",
}


class Words:
    """Says what happened; reads the revisions that a happening names."""

    def __init__(self, tx: Transaction, versions: Versions, province: str) -> None:
        self.tx = tx
        self.versions = versions
        self.province = province

    def changes(self, told: Happening) -> list[str]:
        """The sentences of a happening."""
        said = _SAID.get(told.kind)
        return list(said(self, told)) if said else []

    def calendar(self, told: Happening) -> Iterator[str]:
        number = told.facts["revision"]
        yield say("Lịch làm việc, bản {number}", number=number)
        yield from state.calendar_changes(self.tx, self.versions, self.province, number)

    def decision(self, told: Happening) -> Iterator[str]:
        approved = told.facts["approved"]
        yield say("Lãnh đạo đồng ý dời ngày hẹn sớm hơn" if approved else "Lãnh đạo giữ nguyên ngày đã hẹn")
        yield say("Lịch làm việc, bản {number}", number=told.facts["revision"])

    def organisation(self, told: Happening) -> Iterator[str]:
        number = told.facts["revision"]
        yield say("Tổ chức, bản {number}", number=number)
        yield from state.organisation_changes(self.tx, self.versions, self.province, number)

    def rules(self, told: Happening) -> Iterator[str]:
        yield say("Quy tắc, bản {number}", number=told.facts["revision"])

    def version(self, told: Happening) -> Iterator[str]:
        facts = told.facts
        yield say("Lưu {procedure}, bản {number}", procedure=facts["procedure"], number=facts["number"])
        yield say("Mã băm {digest}", digest=told.subject)

    def enforcement(self, told: Happening) -> Iterator[str]:
        facts, at = told.facts, formatting.moment(datetime.fromisoformat(told.facts["effective"]))
        if facts["version"] is None:
            yield say("Bãi bỏ {procedure} từ {moment}", procedure=told.subject, moment=at)
            if facts["successor"]:
                yield say("Thay bằng {procedure}", procedure=facts["successor"])
        else:
            number = self._number(facts["version"])
            yield say(
                "{procedure}, bản {number} có hiệu lực từ {moment}", procedure=told.subject, number=number, moment=at
            )
        if facts["approved_by"]:
            yield say("Người duyệt: {person}", person=registry.name(self.tx, facts["approved_by"]))

    def approval(self, told: Happening) -> Iterator[str]:
        facts = told.facts
        yield say(_DECIDED[facts["verdict"]], procedure=facts["procedure"])
        if facts["version"] is None:
            yield say("Đề nghị bãi bỏ")
        elif number := self._number(facts["version"]):
            yield say("Bản {number}", number=number)
        if facts["verdict"]:
            yield say("Người trình: {person}", person=registry.name(self.tx, facts["by"]))

    def sign_in(self, told: Happening) -> Iterator[str]:
        facts = told.facts
        if facts["what"] == SignIn.IN:
            yield say("Đăng nhập")
        elif facts["what"] == SignIn.OUT:
            yield say("Đăng xuất")
        if facts.get("failed"):
            since = formatting.moment(datetime.fromisoformat(facts["failed_since"]))
            yield say("{count} lần đăng nhập sai, kể từ {moment}", count=facts["failed"], moment=since)

    def password(self, told: Happening) -> Iterator[str]:
        yield say("Đặt mật khẩu")

    def token(self, told: Happening) -> Iterator[str]:
        facts = told.facts
        said = "Thu hồi mã truy cập “{name}”" if facts["revoked"] else "Tạo mã truy cập “{name}”"
        yield say(said, name=facts["name"])
        yield say("Quyền: {scopes}", scopes=facts["scopes"])

    def read(self, told: Happening) -> Iterator[str]:
        facts = told.facts
        yield say("Mở hồ sơ {name}: {page}", name=_case(told), page=_known(PAGES, facts["page"]))

    def export(self, told: Happening) -> Iterator[str]:
        facts = told.facts
        if facts.get("what") == "event log":
            every = told.subject == EVERY
            procedure = say("mọi thủ tục") if every else told.subject
            yield say("Lấy nhật ký sự kiện của {procedure}", procedure=procedure)
        elif told.subject.isdecimal():
            yield say("Lấy gói chứng cứ của hồ sơ {name}", name=_case(told))
        else:
            yield say("Lấy {list}", list=_known(LISTS, told.subject))
        count = facts.get("cases", facts.get("count"))
        if isinstance(count, list):
            count = len(count)
        if count is not None:
            yield say("{count} hồ sơ", count=formatting.number(count))
        if facts.get("sha256"):
            yield say("Mã băm {digest}", digest=facts["sha256"])

    def _number(self, digest: str) -> int | None:
        found = registry.version(self.tx, digest)
        return found.number if found else None


def _case(told: Happening) -> str:
    return str(told.facts.get("number") or f"#{told.subject}")


def _known(words: Mapping[str, str], name: Any) -> str:
    return say(words[name]) if name in words else str(name)


_SAID: Final[Mapping[str, Callable[[Words, Happening], Iterator[str]]]] = {
    RecordKind.CALENDAR: Words.calendar,
    RecordKind.CALENDAR_DECISION: Words.decision,
    RecordKind.ORGANISATION: Words.organisation,
    RecordKind.RULES: Words.rules,
    RecordKind.VERSION: Words.version,
    RecordKind.ENFORCEMENT: Words.enforcement,
    RecordKind.APPROVAL: Words.approval,
    RecordKind.SIGN_IN: Words.sign_in,
    RecordKind.PASSWORD: Words.password,
    RecordKind.TOKEN: Words.token,
    RecordKind.READ: Words.read,
    RecordKind.EXPORT: Words.export,
}
