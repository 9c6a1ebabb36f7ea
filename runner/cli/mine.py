"""``motcua mine``: an event log for process mining, written to a file and told in the record with its ground."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import click

from runner import formatting
from runner.audit.mining.export import LogFormat, Order
from runner.cli.command import Reply, command, option
from runner.cli.console import Console
from runner.cli.operator import operator
from runner.cli.parameter import DATE, PATH, REASON
from runner.clock import ZONE
from runner.domain.case_filter import CaseFilter
from runner.language import say


@command(
    "mine", "Xuất nhật ký sự kiện của nhiều hồ sơ để khai thác quy trình; lý do và mã băm của tệp được ghi vào sổ."
)
@click.argument("format", type=click.Choice([str(each) for each in LogFormat]))
@option("-o", "--output", "path", type=PATH, required=True, metavar="FILE", help="Tệp cần ghi.")
@option("--procedure", default="", metavar="CODE", help="Chỉ thủ tục này.")
@option("--since", type=DATE, metavar="DAY", help="Chỉ hồ sơ kết thúc từ ngày này.")
@option("--until", type=DATE, metavar="DAY", help="Chỉ hồ sơ kết thúc đến hết ngày này.")
@option("--pseudonyms", is_flag=True, help="Thay tên người làm bằng mã giả danh; khóa của mã không được giữ lại.")
@REASON
def mine(
    console: Console,
    format: str,
    path: Path,
    procedure: str,
    since: date | None,
    until: date | None,
    pseudonyms: bool,
    reason: str,
) -> Reply:
    runner = console.runner
    wanted = CaseFilter(procedure, since=_start(since), until=_start(until + timedelta(days=1) if until else None))
    order = Order.make(LogFormat(format), wanted, reason, pseudonyms=pseudonyms)
    made = runner.mining.export(order, operator(), runner.clock.now(), path)
    facts = {"file": str(path), "cases": made.cases, "events": made.events, "size": made.size, "sha256": made.sha256}
    line = say(
        "Đã ghi {cases} hồ sơ, {events} sự kiện vào {file} ({size}).",
        cases=formatting.number(made.cases),
        events=formatting.number(made.events),
        file=path,
        size=formatting.size(made.size),
    )
    return Reply(facts, [line, f"SHA-256 {made.sha256}"])


def _start(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), ZONE) if day else None
