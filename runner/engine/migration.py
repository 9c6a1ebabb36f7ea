"""A case on another version of its procedure: what it would be if it had always run on it. See docs/adr/0023.

A fresh instance is fed what the journal recorded. People's acts must find there what they found then, or the case stays
on its version (`MigrationBlocked`). Timers are not acts: those that had fired fire again only if the other version has
them due at that moment, and are passed over otherwise. The promise to the applicant stays, and so does who has a task
that is open on both, unless it is another lane's there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from runner.domain.case import GOING_ON
from runner.domain.entry import Command, FireTimer, Start
from runner.domain.limit import Limit
from runner.domain.task import TaskOutcome
from runner.engine.advance import Advance, Moment, Request
from runner.engine.definition import Definition
from runner.engine.errors import CaseClosed, NotWaiting, RequestGone, TaskClosed
from runner.engine.instance import Instance
from runner.engine.wait import WaitKind
from runner.errors import MotcuaError, NotFound, Refused


class MigrationBlocked(Refused):
    """Hồ sơ không chuyển được sang phiên bản này."""


class NoSuchTask(MigrationBlocked):
    """Mục nhật ký số {seq} ghi việc “{name}”, mà phiên bản này không có."""


class TaskNotOpen(MigrationBlocked):
    """Mục nhật ký số {seq} ghi việc “{name}”; theo phiên bản này, lúc ấy việc đó không mở."""


class MessageNotAwaited(MigrationBlocked):
    """Mục nhật ký số {seq} ghi thông báo “{name}”; theo phiên bản này, lúc ấy hồ sơ không chờ thông báo đó."""


class AnswerNotAwaited(MigrationBlocked):
    """Mục nhật ký số {seq} ghi kết quả của “{name}”; theo phiên bản này, lúc ấy hồ sơ không chờ kết quả đó."""


class EndedBefore(MigrationBlocked):
    """Theo phiên bản này, hồ sơ đã kết thúc trước mục nhật ký số {seq}."""


class WorkNotRecorded(MigrationBlocked):
    """Đến mục nhật ký số {seq}, phiên bản này cần kết quả của “{name}”, mà nhật ký không ghi."""


class MetIncident(MigrationBlocked):
    """Đến mục nhật ký số {seq}, phiên bản này gặp sự cố: {reason}"""


class PromiseMoves(MigrationBlocked):
    """Ngày hẹn trả kết quả sẽ khác ngày đã hẹn với người nộp, vì phiên bản này tính hoặc dừng thời hạn ở chỗ khác."""


class StatusDiffers(MigrationBlocked):
    """Theo phiên bản này, hồ sơ không còn ở giai đoạn hiện nay (bản nháp, đang giải quyết hoặc đã kết thúc)."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A command of the journal: the number of its entry, and the moment that it met.

    The moment's `perform` gives what was recorded, None where nothing was.
    """

    seq: int
    command: Command
    moment: Moment


class Migration(NamedTuple):
    """A case on the other version, and what is other there than it was."""

    instance: Instance
    advance: Advance


def migrate(
    before: Instance,
    definition: Definition,
    limit: Limit,
    semantics: int,
    record: Iterable[Recorded],
    outside: frozenset[str],
    seq: int,
    now: datetime,
) -> Migration:
    """The case `before` on `definition`, whose procedure has `limit`, under the rules `semantics`.

    `record` are the commands of its journal without migrations; `outside` the topics whose work leaves no result. `seq`
    is the number of the entry that migrates it, `now` its moment. `before` stays as it is. Raises `MigrationBlocked`.
    """
    promise = before.legal.deadline
    after = Instance(definition, Limit(promise.budget, promise.unit) if promise else limit)
    requests: dict[str, Request] = {}
    passed_over: list[str] = []
    last = 0
    for each in record:
        last, command = each.seq, each.command
        if isinstance(command, Start):
            command = replace(command, semantics=semantics)
        if isinstance(command, FireTimer) and not _fires(after, command.timer, each.moment.now):
            passed_over.append(command.timer)
            continue
        try:
            advance = after.apply(command, replace(each.moment, perform=_performer(each, outside, definition)))
        except MotcuaError as error:
            raise _blocked(error, each, before.definition, definition) from error
        requests |= {request.id: request for request in advance.requests}
    if after.status != before.status:
        raise (StatusDiffers if after.status in GOING_ON else EndedBefore)(seq=last + 1, element="")
    if promise and (after.legal.due, after.legal.state) != (before.legal.due, before.legal.state):
        raise PromiseMoves(seq=last, element="")
    for id, task in after.tasks.items():
        if was := before.tasks.get(id):  # whose lane it is no longer could neither do it nor put it back
            after.tasks.change(id, owner=was.owner if was.lane == task.lane else None)
    after.migrated_by, after.salt = seq, before.salt
    return Migration(after, _advance(before, after, requests, tuple(passed_over), now))


def _fires(instance: Instance, timer: str, now: datetime) -> bool:
    return any(each.id == timer and each.due is not None and each.due <= now for each in instance.timers)


def _performer(
    each: Recorded, outside: frozenset[str], definition: Definition
) -> Callable[[Request], Mapping[str, object] | None]:
    """Gives the automatic work of a moment what was recorded; raises `WorkNotRecorded` where nothing was."""

    def perform(request: Request) -> Mapping[str, object] | None:
        result = each.moment.perform(request)
        if result is None and (request.decision or request.topic not in outside):
            name = _name(request.element, definition)
            raise WorkNotRecorded(seq=each.seq, element=request.element, name=name)
        return result

    return perform


def _blocked(error: MotcuaError, each: Recorded, old: Definition, new: Definition) -> MigrationBlocked:
    """Why the other version does not take a command: a sentence on that version, not on the person who acted."""
    what = _about(each.command)
    element = what.partition("#")[0]
    facts = {"seq": each.seq, "element": element, "name": _name(element, new, old)}
    match error:
        case MigrationBlocked():
            return error
        case CaseClosed():
            return EndedBefore(**facts)
        case NotFound():
            return NoSuchTask(**facts)
        case TaskClosed():
            return TaskNotOpen(**facts)
        case NotWaiting():
            return MessageNotAwaited(**facts)
        case RequestGone():
            return AnswerNotAwaited(**facts)
    return MetIncident(**facts, reason=str(error))


def _about(command: Command) -> str:
    """The task, request or message that a command names."""
    for key in ("task", "request", "message"):
        if named := getattr(command, key, None):
            return str(named)
    return ""


def _name(element: str, *definitions: Definition) -> str:
    """The name of an element in the first of these definitions that has it."""
    nodes = (each.nodes[element] for each in definitions if element in each.nodes)
    return next((node.name or element for node in nodes), element)


def _advance(
    before: Instance, after: Instance, asked: Mapping[str, Request], passed_over: tuple[str, ...], now: datetime
) -> Advance:
    """What is other than before. Work outside is asked for where the case now waits for it and did not before."""
    gone = (
        replace(task, closed=now, outcome=TaskOutcome.CANCELLED)
        for id, task in before.tasks.items()
        if id not in after.tasks
    )
    changed = (task for id, task in after.tasks.items() if before.tasks.get(id) != task)
    timers = {timer.id: timer for timer in before.timers}
    waiting = _requests(after) - _requests(before)
    return Advance(
        status=after.status,
        outcome=after.outcome,
        clock=after.legal.state,
        received=after.legal.received,
        due=after.legal.due,
        tasks=(*gone, *changed),
        armed=tuple(each for each in after.timers if timers.get(each.id) != each),
        disarmed=tuple(id for id in timers if id not in {each.id for each in after.timers}),
        performed={},
        requests=tuple(asked[id] for id in sorted(waiting)),
        route=(),
        flows=(),
        late=(),
        passed_over=passed_over,
    )


def _requests(instance: Instance) -> set[str]:
    return {each.id for each in instance.waits if each.kind == WaitKind.REQUEST}
