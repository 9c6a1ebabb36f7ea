"""What is done to a case as a whole (``motcua start``, ``message``, ``cancel``, ``discard``), and its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from runner.cli import timeline
from runner.cli.case_summary import reply
from runner.cli.command import Reply, command
from runner.cli.console import Console
from runner.cli.operator import operator
from runner.cli.parameter import CASE, EXPLAIN, KEY, PERSON, REASON, gathered, values


@command("start", "Lập hồ sơ; các giá trị được giữ làm bản nháp của việc đầu tiên.")
@click.argument("procedure")
@PERSON
@values
@KEY
def start(
    console: Console, procedure: str, person: str, file: Path | None, pairs: Sequence[tuple[str, str]], key: str | None
) -> Reply:
    runner, who = console.runner, console.acting(person)
    result = runner.cases.start(procedure, who, runner.clock.now(), gathered(file, pairs), key)
    return reply(runner, result, who)


@command("message", "Báo cho hồ sơ một việc mà sơ đồ đang chờ.")
@CASE
@click.argument("name")
@PERSON
@KEY
def message(console: Console, case: str, name: str, person: str, key: str | None) -> Reply:
    runner, who = console.runner, console.acting(person)
    return reply(runner, runner.cases.message(runner.audit.find(case), name, who, runner.clock.now(), key), who)


@command("cancel", "Kết thúc hồ sơ mà người nộp rút.")
@CASE
@PERSON
@REASON
def cancel(console: Console, case: str, person: str, reason: str) -> Reply:
    runner, who = console.runner, console.acting(person)
    return reply(runner, runner.cases.cancel(runner.audit.find(case), reason, who, runner.clock.now()), who)


@command("discard", "Bỏ bản nháp của mình: hồ sơ đã lập mà chưa tiếp nhận.")
@CASE
@PERSON
@KEY
def discard(console: Console, case: str, person: str, key: str | None) -> Reply:
    runner, who = console.runner, console.acting(person)
    return reply(runner, runner.cases.discard(runner.audit.find(case), who, runner.clock.now(), key), who)


@command(
    "case",
    "In quá trình xử lý của hồ sơ: ai làm gì, lúc nào, hạn nào và vì sao. Việc đọc được ghi vào sổ kiểm chứng.",
)
@CASE
@EXPLAIN
def show(console: Console, case: str, explain: bool) -> Reply:
    runner = console.runner
    found = runner.audit.find(case)
    line = timeline.read(runner, found)
    runner.readings.note(found, operator(), "case", runner.clock.now())
    return Reply(timeline.facts(line, explain), timeline.lines(line, explain))
