"""``motcua init`` and ``motcua deploy``: a database, and what runs on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from runner.cli import text
from runner.cli.command import Reply, command, option
from runner.cli.console import Console, content_root
from runner.cli.parameter import PATH
from runner.domain.person import SYSTEM
from runner.language import say


@command("init", "Tạo cơ sở dữ liệu, hoặc nâng cấp cơ sở dữ liệu đã có; dữ liệu được giữ nguyên.")
def init(console: Console) -> Reply:
    console.found()
    return Reply({"database": console.place}, [say("Cơ sở dữ liệu {database} đã sẵn sàng.", database=console.place)])


@command("deploy", "Triển khai sơ đồ, hoặc mọi sơ đồ trong thư mục (mặc định: bpmn/ của thư mục nội dung).")
@click.argument("paths", nargs=-1, type=PATH)
@option("--as", "person", metavar="ACCOUNT", help="Tài khoản của người triển khai.")
def deploy(console: Console, paths: Sequence[Path], person: str | None) -> Reply:
    runner = console.runner
    by = console.person(person) if person else SYSTEM
    every = paths or (content_root() / "bpmn",)
    done = [each for path in every for each in runner.procedures.deploy(path, by, runner.clock.now())]
    facts = [
        {
            "procedure": each.version.procedure.code,
            "number": each.number,
            "digest": each.version.digest,
            "new": each.new,
        }
        for each in done
    ]
    rows = [
        (
            each.version.procedure.code,
            say("phiên bản {number}", number=each.number),
            say("mới") if each.new else say("đã có"),
            each.version.procedure.title,
        )
        for each in done
    ]
    return Reply(facts, text.table(rows))
