"""What the operations answer, as frozen classes: answers are built from them, their schemas are made from them.

A moment is aware; it goes out as the journal writes it, in UTC, to the microsecond.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, Self

from runner.domain.case import CaseStatus, ChangeResult, ClockState
from runner.domain.form.attachment import TYPES
from runner.domain.task import Task as DomainTask
from runner.domain.timeliness import Verdict
from runner.domain.verification import Check, Report, Scope
from runner.domain.worklist import Item
from runner.engine.wait import WaitKind
from runner.language import say


class Note:
    """What JSON Schema says about a member beyond its type: a sentence (a template), other `keywords`."""

    def __init__(self, description: str = "", **keywords: object) -> None:
        self.description, self.keywords = description, keywords

    def __get_pydantic_json_schema__(self, core: Any, made: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        described = {"description": say(self.description)} if self.description else {}
        return {**made(core), **self.keywords, **described}


Hash = Annotated[str, Note(pattern="^[0-9a-f]{64}$")]
Number = Annotated[str | None, Note("Mã hồ sơ ghi trên giấy tiếp nhận; null khi chưa cấp.")]
Status = Annotated[str, Note(enum=[status.value for status in CaseStatus])]
Result = Annotated[str, Note("Kết quả theo sơ đồ, như granted, refused, not_accepted, returned; để trống khi chưa có.")]
Clock = Annotated[str, Note("Đồng hồ tính thời hạn giải quyết.", enum=[state.value for state in ClockState])]
Promise = Annotated[datetime | None, Note("Hẹn trả kết quả; null khi chưa tính.")]
Next = Annotated[str | None, Note("Giá trị “cursor” của trang sau; null ở trang cuối.")]


class Closed:
    """An answer that has no other members than these."""

    __slots__ = ()
    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012


@dataclass(frozen=True, slots=True)
class Procedure(Closed):
    code: str
    title: str
    title_en: str
    province: str
    number: Annotated[int, Note("Lần triển khai thứ mấy của thủ tục này.")]
    version: Annotated[Hash, Note("SHA-256 của mọi tệp trong phiên bản.")]
    deployed: datetime
    limit: Annotated[str, Note("Thời hạn giải quyết theo lời của quyết định.")]
    startable: Annotated[bool, Note("Người có mã truy cập này được lập hồ sơ của thủ tục.")]


@dataclass(frozen=True, slots=True)
class Procedures(Closed):
    procedures: Sequence[Procedure]


@dataclass(frozen=True, slots=True)
class Case(Closed):
    id: int
    province: str
    procedure: str
    version: Hash
    subject: str
    number: Number
    status: Status
    outcome: Result
    clock: Clock
    received: Annotated[datetime | None, Note("Lúc hồ sơ được coi là đã nhận; null khi chưa tiếp nhận.")]
    due: Promise
    verdict: Annotated[
        str | None,
        Note("Trước hạn, đúng hạn hay quá hạn; null khi chưa hết tính thời hạn.", enum=[*Verdict, None]),
    ]
    started: Annotated[datetime, Note("Lúc lập hồ sơ trên phần mềm.")]
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Cases(Closed):
    cases: Sequence[Case]
    next: Next


@dataclass(frozen=True, slots=True)
class CaseDetail(Case):
    route: Annotated[Sequence[str], Note("Các phần tử của sơ đồ mà hồ sơ đã đi qua, theo thứ tự.")]
    tasks: Annotated[Sequence[Task], Note("Các việc đang mở.")]
    incidents: Annotated[Sequence[Incident], Note("Các sự cố chưa đóng.")]
    waits: Annotated[Sequence[Wait], Note("Những gì hồ sơ đang chờ, các việc đang mở cũng có.")]


@dataclass(frozen=True, slots=True)
class Wait(Closed):
    kind: Annotated[str, Note("Chờ một việc, mốc, thông báo, việc tự động hay nhánh.", enum=[*WaitKind])]
    element: Annotated[str, Note("Phần tử của sơ đồ.")]
    id: Annotated[str, Note("Mã việc; với thông báo là tên để báo; để trống ở cổng nhập.")]
    name: str
    lane: Annotated[str, Note("Vai trò làm việc hoặc ghi nhận thông báo; để trống khi không phải người.")]
    due: Annotated[datetime | None, Note("Hạn của việc, lúc của mốc; null khi chưa tính được.")]
    host: Annotated[str, Note("Hoạt động mà sự kiện gắn vào; để trống khi không gắn.")]
    missing: Annotated[Sequence[str], Note("Các phần tử mà cổng nhập còn chờ nhánh của chúng.")]
    detail: str


@dataclass(frozen=True, slots=True)
class Incident(Closed):
    id: int
    at: datetime
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Task(Closed):
    id: Annotated[
        str, Note("Mã việc để dùng trong đường dẫn: mã hồ sơ, mã phần tử và lần thứ mấy, cách nhau bởi dấu chấm.")
    ]
    case: int
    province: str
    name: str
    lane: Annotated[str, Note("Vai trò làm việc này: id của làn trên sơ đồ.")]
    step: Annotated[str, Note("Bước trong bảng của quyết định; để trống khi không thuộc bước nào.")]
    opened: datetime
    due: Annotated[datetime | None, Note("Hạn; null khi không có hạn.")]
    owner: Annotated[str | None, Note("Tài khoản đã nhận việc; null khi chưa ai nhận.")]
    late: Annotated[bool, Note("Việc đã bị ghi nhận quá hạn.")]


@dataclass(frozen=True, slots=True)
class TaskItem(Task):
    number: str | None
    procedure: str
    subject: str


@dataclass(frozen=True, slots=True)
class Tasks(Closed):
    tasks: Sequence[TaskItem]
    next: Next


@dataclass(frozen=True, slots=True)
class TaskDetail(Task):
    closed: datetime | None
    outcome: Annotated[str, Note("Để trống khi việc còn mở; nếu không thì done hoặc cancelled.")]
    form: Annotated[dict[str, Any] | None, Note("Biểu mẫu form-js của việc; null khi việc không có biểu mẫu.")]
    values: Annotated[
        dict[str, Any], Note("Các giá trị của hồ sơ và bản nháp đã lưu của chính người này cho việc này.")
    ]


@dataclass(frozen=True, slots=True)
class Outcome(Closed):
    case: int
    version: Hash
    seq: Annotated[int, Note("Số thứ tự của mục nhật ký vừa ghi.")]
    number: Number
    status: Status
    outcome: Result
    clock: Clock
    due: Promise
    opened: Annotated[Sequence[str], Note("Mã các việc vừa mở.")]

    @classmethod
    def of(cls, result: ChangeResult) -> Outcome:
        """What a change came to: from its result alone, so that a repeated request gets the same answer."""
        due = datetime.fromisoformat(result.due) if result.due else None
        return cls(**asdict(result) | {"due": due, "opened": [task_name(result.case, task) for task in result.opened]})


@dataclass(frozen=True, slots=True)
class Journal(Closed):
    case: int
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Entry(Closed):
    seq: int
    at: datetime
    actor: str
    kind: str
    payload: Annotated[dict[str, Any] | None, Note("Nội dung; null khi đã được xóa theo quy định.")]
    salt: Annotated[str | None, Note("Muối đứng trước nội dung khi băm, dạng hex; null khi không có.")]
    payload_sha256: Hash
    state: Annotated[Hash, Note("Mã băm trạng thái của hồ sơ sau mục nhật ký này.")]
    previous: Annotated[Hash, Note("Mã băm của mục nhật ký trước.")]
    hash: Hash


@dataclass(frozen=True, slots=True)
class File(Closed):
    name: str
    size: Annotated[int, Note("Số byte.")]
    type: Annotated[str, Note(enum=list(dict.fromkeys(TYPES.values())))]
    sha256: Annotated[Hash, Note("SHA-256 của nội dung.")]


@dataclass(frozen=True, slots=True)
class Replay(Closed):
    divergence: Annotated[Divergence | None, Note("Chỗ đầu tiên không khớp khi kiểm tra lại; null khi khớp hoàn toàn.")]
    findings: Annotated[Sequence[Finding], Note("Mọi chỗ không khớp.")]


@dataclass(frozen=True, slots=True)
class Divergence(Closed):
    seq: int
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Finding(Closed):
    check: Annotated[str, Note("Điều được kiểm.", enum=[check.value for check in Check])]
    what: str
    seq: Annotated[int | None, Note("Mục nhật ký; null khi không phải của một mục.")]
    about: Annotated[str, Note("Bảng và cột, tệp, hay tài khoản.")]
    detail: str


@dataclass(frozen=True, slots=True)
class Verifications(Closed):
    verifications: Sequence[Verification]


@dataclass(frozen=True, slots=True)
class Verification(Closed):
    id: int
    scope: Annotated[str, Note("Kiểm những gì.", enum=[scope.value for scope in Scope])]
    begun: datetime
    ended: Annotated[datetime | None, Note("null khi đang kiểm.")]
    cases: int
    entries: int
    found: Annotated[int, Note("Bao nhiêu chỗ không khớp.")]
    diverging: Annotated[int, Note("Ở bao nhiêu hồ sơ.")]
    head: Annotated[int, Note("Mốc đã ký được đối chiếu phủ bao nhiêu mục; 0 khi không có mốc.")]
    witnessed: Annotated[bool, Note("Mốc ấy có đủ người chứng.")]
    checks: Annotated[dict[str, str], Note("Kết quả của từng điều: proven, matches, unchecked, uncheckable, diverges.")]

    @classmethod
    def of(cls, report: Report) -> Self:
        """A report without what it found in cases."""
        tally, checks = report.tally, {check.value: report.word(check).value for check in Check}
        counts = tally.cases, tally.entries, tally.found, tally.diverging
        return cls(report.id, report.scope, report.begun, report.ended, *counts, report.head, report.witnessed, checks)


@dataclass(frozen=True, slots=True)
class Fault(Closed):
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as RFC 9457 has it; it comes without `errors` and `incident` where there are none."""

    type: Annotated[str, Note(format="uri")]
    title: str
    status: int
    detail: str
    instance: str
    errors: Annotated[Sequence[Fault], Note("Từng mục chưa đúng.")] = ()
    incident: Annotated[str, Note("Số sự cố để báo người quản trị.")] = ""

    def members(self) -> dict[str, Any]:
        optional = {"errors", "incident"}
        return {name: value for name, value in asdict(self).items() if value or name not in optional}


RESPONSES = (
    *(Procedure, Procedures, Case, Cases, CaseDetail, Wait, Incident, Task, TaskItem, Tasks, TaskDetail, Outcome),
    *(Journal, Entry, File, Replay, Divergence, Finding, Verifications, Verification, Fault, Problem),
)


def task_name(case: int, task: str) -> str:
    """A task's name in addresses, ``<case>.<element>.<occurrence>``: a ``#`` would begin a fragment there."""
    element, _, occurrence = task.rpartition("#")
    return f"{case}.{element}.{occurrence}"


def task_members(case: int, province: str, task: DomainTask | Item) -> dict[str, Any]:
    """The members of `Task`, which every answer about a task has."""
    return {
        "id": task_name(case, task.id),
        "case": case,
        "province": province,
        "name": task.name,
        "lane": task.lane,
        "step": task.step,
        "opened": task.opened,
        "due": task.due,
        "owner": task.owner,
        "late": task.late,
    }
