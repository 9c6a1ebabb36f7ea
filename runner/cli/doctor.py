"""``motcua doctor``: what is wrong with this installation."""

from __future__ import annotations

from dataclasses import asdict

from runner.cli import exit
from runner.cli.command import Reply, command
from runner.cli.console import Console
from runner.services.finding import Grade

_SIGNS = {Grade.WELL: "✓", Grade.LIMIT: "·", Grade.MEND: "!"}


@command(
    "doctor",
    "Khám nơi cài đặt: quyền trên cơ sở dữ liệu, ai mở được tệp, điều gì đang chờ. Mã thoát 1 khi có điều cần sửa.",
)
def doctor(console: Console) -> Reply:
    runner = console.runner
    findings = runner.doctor.examine(runner.clock.now())
    lines = [f"{_SIGNS[each.grade]} {each.sentence}" for each in findings]
    code = exit.FINDINGS if any(each.grade == Grade.MEND for each in findings) else exit.OK
    return Reply([asdict(each) for each in findings], lines, code)
