"""``motcua export``: the evidence bundle of a case, with its ground."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import click

from runner.cli.command import Reply, command, option
from runner.cli.console import Console
from runner.cli.operator import operator
from runner.cli.parameter import PATH
from runner.errors import Conflict
from runner.formatting import size
from runner.language import say


class FileExists(Conflict):
    """Đã có tệp {name}; hãy chọn tên khác."""


@command(
    "export",
    "Lập gói chứng cứ của một hồ sơ: nhật ký, phiên bản quy trình, lịch, giấy tờ, tệp đính kèm, mốc đã ký, báo cáo và"
    " chương trình tự kiểm. Việc lập gói được ghi vào sổ kiểm chứng.",
)
@click.argument("reference", metavar="CASE")
@option("-o", "--output", type=PATH, metavar="OUT", required=True, help="Tệp .zip để ghi; không ghi đè tệp đã có.")
@option("--because", "ground", metavar="TEXT", required=True, help="Lý do lập gói; được ghi vào sổ kiểm chứng.")
@option("--without-personal", is_flag=True, help="Để ngoài gói điều người dân khai, tệp đính kèm và giấy tờ.")
@option(
    "--head", type=PATH, metavar="FILE", help="Tệp có mốc đã ký mà người nhận đang giữ: gói cho thấy nó được nối tiếp."
)
def export(
    console: Console, reference: str, output: Path, ground: str, without_personal: bool, head: Path | None
) -> Reply:
    runner = console.runner
    case = runner.audit.find(reference)
    outside = head.read_text(encoding="utf-8", errors="replace") if head else ""
    try:
        handle = os.open(output, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FileExists(name=output) from None
    try:
        with os.fdopen(handle, "w+b") as file:
            made = runner.evidence.export(
                case,
                ground,
                operator(),
                runner.clock.now(),
                file,
                everything=not without_personal,
                outside=outside,
            )
    except BaseException:
        output.unlink()
        raise
    lines = [
        say("Đã lập {file}: {files} tệp, {size}.", file=output, files=made.files, size=size(made.size)),
        f"sha256 {made.sha256}",
    ]
    if not made.head:
        lines.append(say("Chưa có mốc nào được ký: chưa điều gì được chứng minh với người ngoài."))
    elif made.uncovered:
        lines.append(say("{count} mục nhật ký mới hơn mốc đã ký cuối cùng.", count=len(made.uncovered)))
    if made.withheld:
        lines.append(say("{count} mục nhật ký để ngoài gói, chỉ còn mã băm.", count=len(made.withheld)))
    return Reply({"file": str(output), **asdict(made)}, lines)
