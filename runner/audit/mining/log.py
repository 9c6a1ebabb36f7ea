"""What happened in a case, event by event, as logs of process mining have it: the transitions are those of XES.

Events come from the journal and from the rows of tasks. Names of applicants, of files, and what forms hold stay where
they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from runner.audit.many.measure import Measured, Visit
from runner.domain import entry as bodies
from runner.domain.case import Case
from runner.domain.journal import Entry
from runner.domain.person import SYSTEM
from runner.domain.task import TaskOutcome
from runner.errors import Divergence
from runner.language import say
from runner.services.version import Version
from runner.store.many import File

Named = Callable[[str], str]
"""What stands for an account in a log: the account itself, or its pseudonym."""

SCHEDULE: Final = "schedule"
COMPLETE: Final = "complete"
WITHDRAW: Final = "withdraw"
UNKNOWN: Final = "unknown"
OF_CASE: Final = {
    bodies.Start: "Lập hồ sơ",
    bodies.Cancel: "Người nộp rút hồ sơ",
    bodies.Discard: "Bỏ bản nháp",
    bodies.Recount: "Tính lại thời hạn theo lịch mới",
    bodies.Migrate: "Chuyển phiên bản thủ tục",
    bodies.OpenIncident: "Ghi sự cố",
    bodies.CloseIncident: "Đóng sự cố",
    bodies.Erase: "Xóa dữ liệu cá nhân theo luật",
}
"""What is called by the kind of its entry, as no element of the diagram stands for it."""
UNREADABLE: Final = "Mục nhật ký đã xóa nội dung hoặc không đọc được"


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One event. `visit` is the task's id ("" for what is no task's), `element` its place in the diagram.

    `by` is who acted and `owner` whom it makes the owner, as the log names them; `role` the lane as the province calls
    it. Only an event that ends a visit has `used` and `paused` (working days). `files` are those that it named first.
    """

    id: str
    at: datetime
    activity: str
    transition: str
    by: str
    element: str = ""
    visit: str = ""
    role: str = ""
    owner: str = ""
    channel: str = ""
    due: datetime | None = None
    late: bool | None = None
    used: float | None = None
    paused: float | None = None
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """A case with its events in their order. `number` of the version; `agency` decides the procedure."""

    measured: Measured
    number: int
    agency: str
    events: Sequence[LogEvent]
    owners: dict[str, str] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        return self.measured.case

    @property
    def name(self) -> str:
        """The number of the dossier; of one that has none its own."""
        return self.case.number or f"#{self.case.id}"


def traced(measured: Measured, number: int, files: Sequence[File], named: Named) -> Trace:
    """The log of one case; all its entries have to be at hand."""
    events = list(_Tracing(measured, files, named).events())
    owners = {visit.task.id: named(visit.task.owner) for visit in measured.visits if visit.task.owner}
    return Trace(measured, number, measured.version.office.name, events, owners)


class _Tracing:
    """Goes along the journal of a case; the opening of each task comes behind the entry that opened it."""

    def __init__(self, measured: Measured, files: Iterable[File], named: Named) -> None:
        self.measured, self.named = measured, named
        self.version: Version = measured.version
        self.visits = {visit.task.id: visit for visit in measured.visits}
        self.coming = list(measured.visits)
        self.held: set[str] = set()
        self.files: dict[int, list[File]] = {}
        for each in files:
            self.files.setdefault(each.seq, []).append(each)

    def events(self) -> Iterator[LogEvent]:
        following = [*(entry.at for entry in self.measured.entries[1:]), None]
        for entry, then in zip(self.measured.entries, following, strict=True):
            body = _body(entry)
            task = getattr(body, "task", "") if body else ""
            yield from self._opened([each for each in self.coming if _before(each, entry.at, task)])
            yield self._event(entry, body)
            if then != entry.at:
                yield from self._withdrawn(entry)
        yield from self._opened(self.coming)

    def _opened(self, some: Iterable[Visit]) -> Iterator[LogEvent]:
        for visit in tuple(some):
            self.coming.remove(visit)
            yield self._of_visit(visit, "opened", visit.task.opened, SCHEDULE, SYSTEM.id)

    def _withdrawn(self, entry: Entry) -> Iterator[LogEvent]:
        """Tasks that an entry made needless: they ended at its moment, and it is the last one of that moment."""
        for visit in self.measured.visits:
            task = visit.task
            if task.outcome == TaskOutcome.CANCELLED and task.closed == entry.at and task.id in self.visits:
                del self.visits[task.id]
                yield from self._opened(each for each in self.coming if each is visit)
                yield self._of_visit(visit, "withdrawn", entry.at, WITHDRAW, SYSTEM.id, ended=True)

    def _event(self, entry: Entry, body: bodies.Body | None) -> LogEvent:
        files = tuple(self.files.get(entry.seq, ()))
        task = getattr(body, "task", "")
        visit = self.visits.get(task)
        if body is None or (task and visit is None):
            return self._plain(entry, say(UNREADABLE), UNKNOWN, "")
        if visit:
            owner = getattr(body, "owner", "")
            transition = self._transition(body, task)
            ended = transition == COMPLETE
            return self._of_visit(
                visit, str(entry.seq), entry.at, transition, entry.actor, entry, owner, files, ended=ended
            )
        if isinstance(body, bodies.FireTimer | bodies.AnswerRequest):
            element = (body.timer if isinstance(body, bodies.FireTimer) else body.request).partition("#")[0]
            return self._plain(entry, self._called(element), COMPLETE, element)
        if isinstance(body, bodies.DeliverMessage):
            return self._plain(entry, body.message, COMPLETE, "")
        return self._plain(entry, say(OF_CASE[type(body)]) if type(body) in OF_CASE else entry.kind, COMPLETE, "")

    def _called(self, element: str) -> str:
        """The name of an element; that of an event at the edge of a task with the task's before it."""
        nodes = self.version.definition.nodes
        node = nodes.get(element)
        if node is None:
            return element
        host = nodes.get(node.attached_to or "")
        name = node.name or element
        return say("{task}: mốc “{timer}”", task=host.name, timer=name) if host and host.name else name

    def _transition(self, body: bodies.Body, task: str) -> str:
        if isinstance(body, bodies.Submit):
            return COMPLETE
        if isinstance(body, bodies.Release):
            return "suspend"
        before = task in self.held
        self.held.add(task)
        if isinstance(body, bodies.Assign):
            return "reassign" if before else "assign"
        return "resume" if before else "start"

    def _of_visit(
        self,
        visit: Visit,
        id: str,
        at: datetime,
        transition: str,
        by: str,
        entry: Entry | None = None,
        owner: str = "",
        files: tuple[File, ...] = (),
        *,
        ended: bool = False,
    ) -> LogEvent:
        task = visit.task
        return LogEvent(
            f"{task.id}/{id}",
            at,
            task.name,
            transition,
            self.named(by),
            task.element,
            task.id,
            self.version.province.label(task.lane),
            self.named(owner) if owner else "",
            _channel(entry),
            task.due,
            visit.late if ended else None,
            visit.used if ended else None,
            visit.paused if ended else None,
            files,
        )

    def _plain(self, entry: Entry, activity: str, transition: str, element: str) -> LogEvent:
        by = self.named(entry.actor)
        return LogEvent(str(entry.seq), entry.at, activity, transition, by, element, channel=_channel(entry))


def _before(visit: Visit, at: datetime, task: str) -> bool:
    """Whether a task was open before an entry: it is older, or what the entry is about."""
    return visit.task.opened < at or visit.task.id == task


def _body(entry: Entry) -> bodies.Body | None:
    """What an entry says; None where nobody can read it any more."""
    try:
        return None if isinstance(entry.body, bodies.Erased) else entry.body
    except Divergence:
        return None


def _channel(entry: Entry | None) -> str:
    try:
        return entry.via.kind if entry and entry.via else ""
    except Divergence:
        return ""
