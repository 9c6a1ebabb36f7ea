"""One decision for many tasks: each is a change of its own case, and each says how it went."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from runner.domain.case import Case
from runner.domain.person import Person
from runner.domain.task import LATE_REASON, Mark, Task
from runner.errors import Conflict, MotcuaError, NotFound, Refused
from runner.language import say
from runner.services.task_view import TaskEvent, TaskView
from runner.services.tasks import Tasks
from runner.services.version import Version
from runner.store import case as cases

MOST, SHOWN = 50, 3
"""Tasks of one decision, and what of each case is shown before it is approved."""
APPROVE = "approve"
"""The option of a question that approves: a form that asks nothing else of who chooses it can be answered for many."""


class TooManyTasks(Refused):
    """Mỗi lần làm được với tối đa {limit} việc."""


class NotForMany(Refused):
    """Việc “{task}” cần điền biểu mẫu; hãy mở việc ra để làm."""


class CaseMoved(Conflict):
    """Hồ sơ vừa có thay đổi sau khi danh sách hiện ra; hãy xem lại rồi duyệt."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A task that was chosen, in its case as it stood at entry `seq` (0: however it stands)."""

    case: int
    task: str
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """How it went with one task; `said` is the sentence. Who may not see the case learns neither name nor number."""

    chosen: Chosen
    done: bool
    said: str
    name: str = ""
    number: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """A task that is to be approved, as it was shown; `refused` says why it cannot be approved here."""

    chosen: Chosen
    view: TaskView | None
    refused: str = ""

    @property
    def before(self) -> list[TaskEvent]:
        """What was done last before the task, the newest first: of an apology what is about it, else what is not."""
        if self.view is None:
            return []
        apology = self.view.task.mark == Mark.APOLOGY
        about = [each for each in self.view.submitted if (each.task.mark == Mark.APOLOGY) == apology]
        return about[: -1 - SHOWN : -1]


def question(version: Version, element: str) -> str:
    """The question of a task's form that has the option to approve, "" where there is none."""
    node = version.definition.nodes.get(element)
    form = version.forms.get(node.form) if node and node.form else None
    if form is None:
        return ""
    return next(
        (
            key
            for key, field in form.fields.items()
            if field.type == "radio" and any(option.value == APPROVE for option in field.options)
        ),
        "",
    )


class ManyTasks:
    """The services on many tasks; none of them raises for one task, for each has a result of its own."""

    def __init__(self, tasks: Tasks) -> None:
        self.tasks = tasks

    def claim(self, chosen: Sequence[Chosen], person: Person, now: datetime) -> list[Result]:
        """Make the person the owner of each task."""
        return self._each(chosen, say("đã nhận"), lambda one: self.tasks.claim(one.case, one.task, person, now))

    def release(self, chosen: Sequence[Chosen], person: Person, now: datetime) -> list[Result]:
        """Put each task back to its group."""
        return self._each(
            chosen, say("đã trả về nhóm"), lambda one: self.tasks.release(one.case, one.task, person, now)
        )

    def assign(self, chosen: Sequence[Chosen], member: str, person: Person, now: datetime) -> list[Result]:
        """Give each task to an account, as a lead of the division."""
        return self._each(
            chosen, say("đã giao"), lambda one: self.tasks.assign(one.case, one.task, member, person, now)
        )

    def shown(self, chosen: Sequence[Chosen], person: Person, now: datetime) -> list[Approval]:
        """The tasks as they are to be looked at before they are approved together."""
        return [self._shown(one, person, now) for one in _few(chosen)]

    def approve(self, chosen: Sequence[Chosen], person: Person, now: datetime, late_reason: str = "") -> list[Result]:
        """Approve each task as it was shown; one whose case has moved since then is left. `late_reason`: of late ones.

        One confirmation of the person covers all that was shown.
        """

        def approve(one: Chosen) -> None:
            shown = self._shown(one, person, now)
            if shown.view is None or shown.refused:
                raise _Said(shown.refused)
            if shown.view.case.seq != one.seq:
                raise CaseMoved
            view = shown.view
            answers = {question(view.version, view.task.element): APPROVE}
            answers |= {LATE_REASON: late_reason} if view.overdue(now) else {}
            self.tasks.submit(one.case, one.task, answers, person, now)

        return self._each(chosen, say("đã duyệt"), approve)

    def _shown(self, one: Chosen, person: Person, now: datetime) -> Approval:
        try:
            view = self.tasks.open(one.case, one.task, person, now)
        except NotFound as error:
            return Approval(one, None, str(error))
        chosen = Chosen(one.case, one.task, view.case.seq)
        if view.task.closed or view.task.owner not in (None, person.id):
            return Approval(chosen, view, say("việc đã có người khác làm"))
        if not question(view.version, view.task.element):
            return Approval(chosen, view, say(NotForMany.__doc__ or "", task=view.task.name))
        return Approval(chosen, view)

    def _each(self, chosen: Sequence[Chosen], done: str, act: Callable[[Chosen], object]) -> list[Result]:
        found = []
        for one in _few(chosen):
            try:
                act(one)
            except NotFound as error:
                found.append(Result(one, False, str(error)))
                continue
            except _Said as error:
                said = error.sentence
            except MotcuaError as error:
                said = str(error)
            else:
                said = ""
            found.append(self._told(one, said or done, done=not said))
        return found

    def _told(self, one: Chosen, said: str, *, done: bool) -> Result:
        case, task = self._row(one)
        number = (case.number or f"#{case.id}") if case else f"#{one.case}"
        return Result(one, done, said, task.name if task else "", number, case.subject if case else "")

    def _row(self, one: Chosen) -> tuple[Case | None, Task | None]:
        with self.tasks.transactions.database.read() as tx:
            return cases.get(tx, one.case), cases.task(tx, one.case, one.task)


class _Said(Exception):
    """Why a task cannot be approved, as a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _few(chosen: Sequence[Chosen]) -> Iterable[Chosen]:
    if len(chosen) > MOST:
        raise TooManyTasks(limit=MOST)
    return dict.fromkeys(chosen)
