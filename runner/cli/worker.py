"""What happens by itself: ``motcua work`` all the time, ``motcua tick`` once."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime

import click

from runner import scheduler
from runner.cli.command import Command, Reply, command, option
from runner.cli.console import Console
from runner.cli.parameter import MOMENT
from runner.clock import FixedClock
from runner.errors import Refused
from runner.language import say


class NotDemo(Refused):
    """Chỉ cơ sở dữ liệu trình diễn mới cho đặt thời gian; {database} không phải là cơ sở dữ liệu trình diễn."""


@click.command("work", cls=Command, help="Chạy nền: kích hoạt mốc thời hạn, gửi thông báo. Dừng bằng Ctrl-C.")
@option("--check", is_flag=True, help="Chỉ hỏi có tiến trình chạy nền nào vừa quét hay không: 0 là có, 1 là không.")
@click.pass_context
def work(context: click.Context, check: bool) -> None:
    console: Console = context.obj
    if check:
        runner = console.runner
        context.exit(0 if runner.health.watched(runner.clock.now()) else 1)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    console.runner.guard()
    scheduler.work(console.runner)


@command("tick", "Quét một lần: kích hoạt mốc đã đến hạn, gửi thông báo đang chờ.")
@option("--now", type=MOMENT, help="Coi như đang là lúc này; chỉ cho cơ sở dữ liệu trình diễn.")
def tick(console: Console, now: datetime | None) -> Reply:
    runner = console.runner
    if now:
        if not runner.demonstration.marked():
            raise NotDemo(database=console.place)
        runner.clock = FixedClock(now)
    done = runner.tick()
    said = say(
        "{fired} mốc đã kích hoạt, {failed} mốc gặp lỗi, {delivered} thông báo đã gửi.",
        fired=done.fired,
        failed=done.failed,
        delivered=done.delivered,
    )
    return Reply(asdict(done), [said])
