"""What staff do with tasks: ``motcua tasks``, ``claim``, ``assign``, ``release``, ``draft``, ``submit``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from runner import formatting
from runner.cli import text
from runner.cli.case_summary import due_of, reply
from runner.cli.command import Reply, command, option
from runner.cli.console import Console
from runner.cli.parameter import CASE, FILE, KEY, PERSON, TASK, gathered, opened, values
from runner.domain.task import LATE_REASON
from runner.domain.worklist import Item
from runner.language import say
from runner.services.worklist import COUNTED, PAGE


@command("tasks", "Liệt kê việc đang chờ một người, việc gấp trước.")
@PERSON
def tasks(console: Console, person: str) -> Reply:
    who, worklist = console.acting(person), console.runner.worklist
    page, count = worklist.inbox(who), worklist.count(who)
    facts = {"count": count, "tasks": [_facts(item) for item in page]}
    return Reply(facts, _lines(page, count))


@command("claim", "Nhận một việc.")
@CASE
@TASK
@PERSON
def claim(console: Console, case: str, task: str, person: str) -> Reply:
    runner, who = console.runner, console.acting(person)
    return reply(runner, runner.tasks.claim(runner.audit.find(case), task, who, runner.clock.now()), who)


@command("release", "Trả một việc đã nhận về cho cả nhóm.")
@CASE
@TASK
@PERSON
def release(console: Console, case: str, task: str, person: str) -> Reply:
    runner, who = console.runner, console.acting(person)
    return reply(runner, runner.tasks.release(runner.audit.find(case), task, who, runner.clock.now()), who)


@command("assign", "Giao một việc cho một chuyên viên của phòng, dù ai đang giữ.")
@CASE
@TASK
@PERSON
@option("--to", "member", required=True, metavar="ACCOUNT", help="Tài khoản của chuyên viên được giao.")
def assign(console: Console, case: str, task: str, person: str, member: str) -> Reply:
    runner, who = console.runner, console.acting(person)
    return reply(runner, runner.tasks.assign(runner.audit.find(case), task, member, who, runner.clock.now()), who)


@command("draft", "Lưu bản nháp của một việc; không nêu giá trị nào thì in bản đang lưu.")
@CASE
@TASK
@PERSON
@values
def draft(
    console: Console, case: str, task: str, person: str, file: Path | None, pairs: Sequence[tuple[str, str]]
) -> Reply:
    runner, who = console.runner, console.acting(person)
    found, typed = runner.audit.find(case), gathered(file, pairs)
    if typed:
        runner.tasks.save_draft(found, task, typed, who, runner.clock.now())
    kept = runner.tasks.draft(found, task, who)
    empty = [] if kept else [say("Chưa có bản nháp nào.")]
    return Reply(kept, [*empty, *text.table([(key, _shown(value)) for key, value in kept.items()])])


@command("submit", "Hoàn thành một việc với các giá trị của biểu mẫu.")
@CASE
@TASK
@PERSON
@values
@KEY
@option("--late-reason", metavar="TEXT", help="Lý do chậm trễ, khi việc đã quá hạn.")
@option("--file", "files", type=FILE, multiple=True, metavar="KEY=PATH", help="Đính kèm một tệp vào trường tệp.")
def submit(
    console: Console,
    case: str,
    task: str,
    person: str,
    file: Path | None,
    pairs: Sequence[tuple[str, str]],
    key: str | None,
    late_reason: str | None,
    files: Sequence[tuple[str, str]],
) -> Reply:
    runner, who = console.runner, console.acting(person)
    typed = gathered(file, pairs) | ({LATE_REASON: late_reason} if late_reason else {})
    found, now = runner.audit.find(case), runner.clock.now()
    attached: dict[str, list[str]] = {}
    for field, path in files:
        with opened(Path(path)) as content:
            added = runner.attachments.add(found, task, Path(path).name, content, who, now)
        attached.setdefault(field, []).append(added.sha256)
    typed |= attached
    return reply(runner, runner.tasks.submit(found, task, typed, who, now, key), who)


def _facts(item: Item) -> dict[str, object]:
    return asdict(item) | {"opened": formatting.iso(item.opened), "due": formatting.iso(item.due)}


def _lines(page: Sequence[Item], count: int) -> Iterator[str]:
    if not page:
        yield say("Không có việc nào đang chờ.")
        return
    rows = [(f"#{item.case}", item.id, due_of(item.due, item.late), _content(item)) for item in page]
    heads = tuple(map(say, ("Hồ sơ", "Việc", "Hạn", "Nội dung")))
    yield from text.table(rows, heads)
    if count > PAGE:
        total = say("hơn {count}", count=COUNTED) if count == COUNTED else str(count)
        yield say("… {shown} việc gấp nhất trong {total} việc.", shown=PAGE, total=total)


def _content(item: Item) -> str:
    owner = say("đã nhận: {owner}", owner=item.owner) if item.owner else ""
    return " · ".join(part for part in (item.name, item.subject, owner) if part)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
