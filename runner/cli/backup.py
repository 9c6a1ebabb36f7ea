"""``motcua backup``, ``motcua restore`` and ``motcua drill``: copies that were restored before they count as copies."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from runner import formatting
from runner.audit.verification import words
from runner.backup.checking import Progress
from runner.backup.drill import drill as drill_in
from runner.backup.making import Made, make
from runner.backup.restoring import Restored
from runner.backup.restoring import restore as restore_from
from runner.cli import exit
from runner.cli.command import Reply, command, option
from runner.cli.console import Console
from runner.cli.operator import operator
from runner.cli.parameter import PATH, REASON
from runner.clock import SystemClock
from runner.language import say

_FOLDER = click.argument("folder", metavar="DIR", type=PATH)


@command(
    "backup",
    "Sao lưu cả cơ sở dữ liệu trong khi mọi người làm việc, rồi khôi phục thử và kiểm tra. Mã thoát 1 khi có chỗ không"
    " khớp.",
)
@_FOLDER
@option("--quick", is_flag=True, help="Chỉ kiểm tra lại một số hồ sơ chọn ngẫu nhiên.")
def backup(console: Console, folder: Path, quick: bool) -> Reply:
    with _progress() as progress:
        made = make(console.found_as_it_is, folder, operator(), progress, quick=quick)
    return Reply(
        {"folder": str(made.folder), "manifest": made.digest, **made.manifest.to_json()},
        [
            say("Đã sao lưu vào {folder}.", folder=made.folder),
            *_said(made),
            say("Bản kê có SHA-256 {digest}; hãy ghi lại ở nơi khác.", digest=made.digest),
        ],
        exit.FINDINGS if made.manifest.checked.findings else exit.OK,
    )


@command(
    "restore",
    "Khôi phục một bản sao lưu vào cơ sở dữ liệu trống. Không gửi lại gì cho đến khi người vận hành cho phép; số và mã"
    " không cấp lại.",
)
@_FOLDER
@REASON
@option("--head", "heads", type=PATH, metavar="FILE", multiple=True, help="Tệp mốc đã ký giữ ở nơi khác.")
@option("--manifest", "expected", default="", metavar="SHA-256", help="Mã SHA-256 mà bản kê phải có.")
def restore(console: Console, folder: Path, reason: str, heads: Sequence[Path], expected: str) -> Reply:
    with _progress() as progress:
        clock = console.clock or SystemClock()
        done = restore_from(console.settings, clock, folder, reason, operator(), progress, heads, expected)
    begun, made = done.epoch, formatting.moment(done.epoch.made)
    facts = asdict(begun) | {"held": done.held, "findings": [each.to_json() for each in done.look.findings]}
    lines = [
        say("Đã khôi phục vào {database} bản sao lưu lúc {at}.", database=console.place, at=made),
        *map(words.sentence, done.look.findings),
        _beyond(done),
        say(
            "{count} thông báo bị giữ: xem bằng “motcua outbox”, cho gửi bằng “motcua outbox release”. Mọi phiên đăng"
            " nhập đã kết thúc; mã truy cập và tài khoản đổi sau bản sao lưu cần xem lại.",
            count=formatting.number(done.held),
        ),
    ]
    if begun.lost:
        lines.append(say("Trang web và chạy nền chỉ khởi động sau “motcua head --accept --because …”."))
    return Reply(facts, lines, exit.FINDINGS if done.look.findings else exit.OK)


@command("drill", "Diễn tập: sao lưu, khôi phục ở nơi khác, kiểm tra hết, cho biết mất bao lâu; không để lại gì.")
@_FOLDER
def drill(console: Console, folder: Path) -> Reply:
    with _progress() as progress:
        done = drill_in(console.runner, folder, operator(), progress)
    findings = (*done.made.manifest.checked.findings, *done.restored.look.findings)
    facts = {
        "seconds": round(done.seconds, 3),
        "held": done.restored.held,
        "first_case": done.restored.epoch.first_case,
        "checked": done.made.manifest.to_json()["checked"],
        "findings": [each.to_json() for each in findings],
    }
    lines = [
        *_said(done.made),
        _beyond(done.restored),
        say("{count} thông báo bị giữ, không gửi thông báo nào.", count=formatting.number(done.restored.held)),
        say("Cả lần diễn tập mất {seconds} giây.", seconds=_seconds(done.seconds)),
    ]
    return Reply(facts, lines, exit.FINDINGS if findings else exit.OK)


def _said(made: Made) -> Iterator[str]:
    manifest, checked = made.manifest, made.manifest.checked
    yield say(
        "{cases} hồ sơ, {entries} mục nhật ký, {files} tệp đính kèm, sổ kiểm chứng {leaves} mục.",
        cases=formatting.number(checked.cases),
        entries=formatting.number(manifest.rows.get("journal", 0)),
        files=formatting.number(manifest.rows.get("attachment", 0)),
        leaves=formatting.number(manifest.leaves),
    )
    yield say(
        "Chép {copying} giây, khôi phục thử {restoring} giây, kiểm tra lại {verified} hồ sơ {checking} giây.",
        copying=_seconds(checked.copying),
        restoring=_seconds(checked.restoring),
        verified=formatting.number(checked.verified),
        checking=_seconds(checked.checking),
    )
    yield from map(words.sentence, checked.findings)
    if not checked.findings:
        yield say("Bản khôi phục thử khớp với nhật ký.")


def _beyond(done: Restored) -> str:
    """From where ids and numbers go on."""
    facts = {"case": f"#{done.epoch.first_case}", "number": f"{done.epoch.numbers + 1:04d}"}
    if done.epoch.lost is None:
        return say(
            "Không có mốc đã ký nào để biết đã mất gì: mã hồ sơ tiếp theo từ {case}, số hồ sơ hôm nay từ {number}.",
            **facts,
        )
    if not done.epoch.lost:
        return say(
            "Không mốc nào vượt bản sao lưu: mã hồ sơ tiếp theo từ {case}, số hồ sơ hôm nay từ {number}.",
            **facts,
        )
    return say(
        "Sau bản sao lưu đã có {lost} mục nữa: mã hồ sơ tiếp theo từ {case}, số hồ sơ hôm nay từ {number}.",
        lost=formatting.number(done.epoch.lost),
        **facts,
    )


def _seconds(seconds: float) -> str:
    return formatting.number(round(seconds, 1))


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar that grows with the cases that are done, where a person looks."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=1, label=say("Hồ sơ"), file=sys.stderr, show_pos=True, hidden=hidden) as bar:

        def moved(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield moved
