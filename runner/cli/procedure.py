"""``motcua init``, ``motcua deploy`` and ``motcua enforce``: a database, and what runs on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from runner.app import Runner
from runner.cli import text
from runner.cli.command import Reply, command, option
from runner.cli.console import Console, content_root
from runner.cli.parameter import CONTENT, PATH
from runner.cli.proof import BECAUSE, rebuilt, rebuilt_facts
from runner.domain.person import SYSTEM
from runner.domain.submission import Submission
from runner.language import say
from runner.services.procedures import Deployment


@command("init", "Tạo cơ sở dữ liệu, hoặc nâng cấp cơ sở dữ liệu đã có; dữ liệu được giữ nguyên.")
@BECAUSE
def init(console: Console, reason: str | None) -> Reply:
    runner = console.found(reason)
    closed = runner.protect()
    runner.found_key()
    lines = [say("{path}: người khác trên máy mở được; nay chỉ còn chủ của nó.", path=path) for path in closed]
    facts: dict[str, object] = {"database": console.place, "closed": [str(path) for path in closed]}
    if console.filled:
        lines += rebuilt(console.filled)
        facts["rebuilt"] = rebuilt_facts(console.filled)
    return Reply(facts, [*lines, say("Cơ sở dữ liệu {database} đã sẵn sàng.", database=console.place)])


_APPROVED = option(
    "--approved-by",
    "approver",
    metavar="ACCOUNT",
    help="Tài khoản của chuyên viên phân tích thứ hai, người phê duyệt; khi vận hành thật phải có.",
)


@command("deploy", "Triển khai sơ đồ, hoặc mọi sơ đồ trong thư mục (mặc định: bpmn/ của thư mục nội dung).")
@click.argument("paths", nargs=-1, type=PATH)
@option("--keep", is_flag=True, help="Phiên bản đã có thì giữ nguyên, không đưa vào áp dụng lại.")
@option(
    "--as",
    "person",
    metavar="ACCOUNT",
    help="Tài khoản của chuyên viên phân tích; không nêu thì hệ thống tự triển khai.",
)
@_APPROVED
@CONTENT
def deploy(
    console: Console,
    paths: Sequence[Path],
    keep: bool,
    person: str | None,
    approver: str | None,
    content: Path | None,
) -> Reply:
    runner, now = console.runner, console.runner.clock.now()
    every = paths or (content_root(content) / "bpmn",)
    if runner.settings.production and not person:
        return _received(runner, [runner.approvals.receive(path, now) for path in every])
    by, second = console.acting(person) if person else SYSTEM, console.acting(approver) if approver else None
    deployments = [runner.procedures.deploy(path, by, now, keep=keep, approver=second) for path in every]
    return _deployed(runner, [each for done in deployments for each in done])


def _received(runner: Runner, received: Sequence[tuple[list[Deployment], list[Submission]]]) -> Reply:
    """What a release brought: new procedures in force, changed ones as submissions."""
    done = _deployed(runner, [each for deployments, _ in received for each in deployments])
    waiting = [each for _, submissions in received for each in submissions]
    lines = [_waits(each) for each in waiting]
    return Reply({"deployed": done.facts, "waiting": [asdict(each) for each in waiting]}, [*done.lines, *lines])


def _waits(made: Submission) -> str:
    facts = {"procedure": made.procedure, "draft": made.draft, "number": made.id}
    return say("{procedure}: bản nháp {draft} chờ phê duyệt (đề nghị {number}).", **facts)


def _deployed(runner: Runner, done: Sequence[Deployment]) -> Reply:
    facts = [
        {
            "procedure": each.version.procedure.code,
            "number": each.number,
            "digest": each.version.digest,
            "new": each.new,
            "enforced": each.enforced,
            "by": each.by,
        }
        for each in done
    ]
    rows = [
        (
            each.version.procedure.code,
            say("phiên bản {number}", number=each.number),
            say(_sentence(each)),
            each.version.procedure.title,
        )
        for each in done
    ]
    return Reply(facts, [*text.table(rows), *_calendars(runner, done)])


@command("enforce", "Áp dụng lại một phiên bản đã triển khai cho hồ sơ mới; hồ sơ đang chạy vẫn theo phiên bản cũ.")
@click.argument("procedure")
@click.argument("number", type=int)
@option("--as", "person", metavar="ACCOUNT", help="Tài khoản của chuyên viên phân tích.")
@_APPROVED
def enforce(console: Console, procedure: str, number: int, person: str | None, approver: str | None) -> Reply:
    runner = console.runner
    by, second = console.acting(person) if person else SYSTEM, console.acting(approver) if approver else None
    changed = runner.procedures.enforce(procedure, number, by, runner.clock.now(), approver=second)
    line = say(
        "Hồ sơ mới của {procedure} nay theo phiên bản {number}."
        if changed
        else "Phiên bản {number} của {procedure} vốn đang được áp dụng.",
        procedure=procedure,
        number=number,
    )
    return Reply({"procedure": procedure, "number": number, "enforced": changed}, [line])


def _calendars(runner: Runner, done: Sequence[Deployment]) -> Iterator[str]:
    """What the files say of calendars otherwise than those in force, which a deployment leaves as they are."""
    for province in {each.version.province.code: each.version.province for each in done}.values():
        calendar, different = runner.calendars.compared(province)
        if different:
            facts = {"province": province.code, "number": calendar.revision}
            yield say("Lịch đang áp dụng của {province} (bản {number}) không đổi, nhưng khác province.toml:", **facts)
            yield from (line for each in different for line in text.hung(each.text, "  - ", "    "))
            yield say("Muốn theo province.toml, hãy sửa lịch bằng “motcua calendar”.")


def _sentence(done: Deployment) -> str:
    if done.new:
        return "mới" if done.enforced else "mới, chưa áp dụng: hai chuyên viên đã quyết định bản đang áp dụng"
    return "đã có, nay áp dụng lại" if done.enforced else "đã có"
