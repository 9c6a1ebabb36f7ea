"""``motcua outbox``: what waits to be sent; after a restore nothing is sent before an operator has looked."""

from __future__ import annotations

from collections.abc import Sequence

import click

from runner import formatting
from runner.cli import text
from runner.cli.command import Reply, command, group
from runner.cli.console import Console
from runner.cli.operator import operator
from runner.cli.parameter import REASON
from runner.language import say


@command("list", "Liệt kê thông báo chờ gửi, và cho biết có đang bị giữ không.")
def listing(console: Console) -> Reply:
    outbox = console.runner.outbox
    held, waiting = outbox.held(), outbox.waiting()
    told = [
        {"key": each.key, "case": each.case, "topic": each.topic, "at": formatting.iso(each.at), "tries": each.tries}
        for each in waiting
    ]
    rows = [(each.key, f"#{each.case}", each.topic, formatting.moment(each.at), str(each.tries)) for each in waiting]
    heads = tuple(map(say, ("Thông báo", "Hồ sơ", "Loại", "Lúc", "Đã thử")))
    lines = list(text.table(rows, heads)) if rows else [say("Không có thông báo nào chờ gửi.")]
    if held:
        lines.append(say("Cơ sở dữ liệu đã được khôi phục: không gửi gì cho đến khi chạy “motcua outbox release”."))
    return Reply({"held": held, "waiting": told}, lines)


@command("release", "Cho gửi những gì bị giữ từ khi khôi phục; việc này được ghi lại.")
@REASON
def release(console: Console, reason: str) -> Reply:
    runner = console.runner
    count = runner.outbox.release(reason, operator(), runner.clock.now())
    return Reply({"released": count}, [say("{count} thông báo sẽ được gửi.", count=formatting.number(count))])


@command("sent", "Ghi nhận những thông báo đã gửi trước khi khôi phục: không gửi lại, hồ sơ đang chờ thì đi tiếp.")
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
@REASON
def sent(console: Console, keys: Sequence[str], reason: str) -> Reply:
    runner = console.runner
    runner.outbox.settle(keys, reason, operator(), runner.clock.now())
    count = formatting.number(len(keys))
    return Reply({"sent": list(keys)}, [say("{count} thông báo được ghi là đã gửi; không gửi lại.", count=count)])


outbox = group("outbox", "Thông báo chờ gửi: liệt kê, cho gửi sau khi khôi phục.", [listing, release, sent])
