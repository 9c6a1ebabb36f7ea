"""Tasks: the list, one with its form, and what is done to it."""

from __future__ import annotations

import re
from datetime import datetime
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from flask import g, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from runner.domain.journal import instant
from runner.domain.token import Scope
from runner.domain.worklist import Item, PageCursor
from runner.errors import NotFound
from runner.services.attachments import MB, FileTooLarge
from runner.services.worklist import InboxFilter
from runner.web import current, policy
from runner.web.api import cursor as cursors
from runner.web.api.cursor import CURSOR, LIMIT
from runner.web.api.operation import BYTES, ResponseSpec, key, operation
from runner.web.api.request import OBJECT, Parameter, parsed, text
from runner.web.response import File, Outcome, TaskDetail, TaskItem, Tasks, task_members
from runner.web.security import LARGEST

_NAME = re.compile(r"([0-9]{1,18})\.([^\s\x00-\x1f#]{1,200})\.([0-9]{1,9})")
_OUTCOME = ResponseSpec("Hồ sơ sau thao tác", Outcome)
_LATE = (
    "Việc đã quá hạn cần thêm “late_reason” (lý do chậm trễ) trong “values”; trường mà biểu mẫu không có sẽ bị bỏ qua."
)


class TaskMisnamed(NotFound):
    """Không tìm thấy việc {task}."""


@operation(
    "GET",
    "/tasks",
    "Các việc đang chờ mình, gấp nhất trước",
    ResponseSpec("Một trang việc", Tasks),
    query=(
        Parameter("province", text(), "Chỉ việc của tỉnh này."),
        Parameter("lane", text(), "Chỉ việc của vai trò này."),
        Parameter("q", text(), "Chỉ việc mà mã hồ sơ hoặc tên người nộp có những chữ này, có dấu hay không dấu."),
        LIMIT,
        CURSOR,
    ),
    description="Khi tìm kiếm, một trang có thể ngắn hoặc trống mà vẫn còn trang sau.",
)
@policy.token(Scope.READ)
def tasks(province: str | None, lane: str | None, q: str | None, limit: int, cursor: str | None) -> Tasks:
    """A page of the tasks that no one has or that the person has."""
    wanted = InboxFilter(q or "", province or "", lane or "")
    found, behind = current.runner().worklist.search(g.person, wanted, current.now(), limit, _place(cursor))
    following = cursors.write((behind[0] and instant(behind[0]), *behind[1:])) if behind else None
    return Tasks([_item(each) for each in found], following)


@operation("GET", "/tasks/<task>", "Một việc với biểu mẫu và các giá trị", ResponseSpec("Việc", TaskDetail))
@policy.token(Scope.READ)
def task(task: str) -> TaskDetail:
    """A task with its form."""
    runner = current.runner()
    view = runner.tasks.open(*_case_and_task(task), g.person)
    case, found = view.case, view.task
    form = parsed(runner.procedures.file(case.version, f"forms/{found.form}.form")) if found.form else None
    return TaskDetail(
        **task_members(case.id, case.province, found),
        closed=found.closed,
        outcome=found.outcome,
        form=form,
        values={**view.values, **(view.draft or {})},
    )


@operation("POST", "/tasks/<task>/claim", "Nhận việc", _OUTCOME, once=True)
@policy.token(Scope.WRITE)
def claim(task: str) -> Outcome:
    """Take a task."""
    return Outcome.of(current.runner().tasks.claim(*_case_and_task(task), g.person, current.now(), key()))


@operation("POST", "/tasks/<task>/release", "Trả việc về cho cả nhóm", _OUTCOME, once=True)
@policy.token(Scope.WRITE)
def release(task: str) -> Outcome:
    """Put a task back."""
    return Outcome.of(current.runner().tasks.release(*_case_and_task(task), g.person, current.now(), key()))


@operation(
    "POST",
    "/tasks/<task>/assign",
    "Giao việc cho một chuyên viên của phòng",
    _OUTCOME,
    once=True,
    body=(Parameter("person", text(), "Tài khoản của chuyên viên được giao.", required=True),),
)
@policy.token(Scope.WRITE)
def assign(task: str, person: str) -> Outcome:
    """Give a specialist's task to one of them."""
    return Outcome.of(current.runner().tasks.assign(*_case_and_task(task), person, g.person, current.now(), key()))


@operation(
    "POST",
    "/tasks/<task>/submit",
    "Hoàn thành việc",
    _OUTCOME,
    once=True,
    description=_LATE,
    body=(Parameter("values", OBJECT, "Các trường của biểu mẫu.", required=True),),
)
@policy.token(Scope.WRITE)
def submit(task: str, values: dict[str, Any]) -> Outcome:
    """Complete a task."""
    return Outcome.of(current.runner().tasks.submit(*_case_and_task(task), values, g.person, current.now(), key()))


@operation(
    "POST",
    "/tasks/<task>/files",
    "Tải lên một tệp cho biểu mẫu của việc",
    ResponseSpec("Bản ghi của tệp", File),
    query=(Parameter("name", text(), "Tên tệp với đuôi .pdf, .jpg, .jpeg, .png, .ofd hoặc .docx.", required=True),),
    bytes=True,
    description="Nội dung gửi đi là chính tệp đó. Khi hoàn thành việc, đưa bản ghi nhận được vào danh sách của trường "
    "tệp trong “values”; tệp không được nêu ở đâu trong một ngày thì bị bỏ.",
)
@policy.token(Scope.WRITE)
def attach(task: str, name: str) -> File:
    """Take in a file for a task."""
    runner, place = current.runner(), _case_and_task(task)
    limit = runner.attachments.limit(*place, g.person)
    if request.mimetype != BYTES:
        raise UnsupportedMediaType
    request.max_content_length = limit * MB + 1  # at its limit Werkzeug refuses a chunked body
    with SpooledTemporaryFile(LARGEST) as content:
        try:
            copyfileobj(request.stream, content)
        except RequestEntityTooLarge:
            raise FileTooLarge(name=name, limit=limit) from None
        kept = runner.attachments.add(*place, name, cast(BinaryIO, content), g.person, current.now())
    return File(kept.name, kept.size, kept.type, kept.sha256)


def _item(item: Item) -> TaskItem:
    facts = task_members(item.case, item.province, item)
    return TaskItem(**facts, number=item.number, procedure=item.procedure, subject=item.subject)


def _place(cursor: str | None) -> PageCursor | None:
    found = cursors.read(cursor)
    if found is None:
        return None
    due, case, task = found
    return datetime.fromisoformat(due) if due else None, case, task


def _case_and_task(name: str) -> tuple[int, str]:
    """The case and the id of a task by its name in addresses. Raises `TaskMisnamed`."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise TaskMisnamed(task=name)
    return int(match[1]), f"{match[2]}#{match[3]}"
