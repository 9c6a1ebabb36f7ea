"""``motcua head``: the newest signed head of the record log, its key, and the confirmation of a rollback."""

from __future__ import annotations

from runner.app import Runner
from runner.cli.command import Reply, command, option
from runner.cli.console import Console
from runner.cli.operator import operator
from runner.domain.record import Head
from runner.errors import NotFound, Refused
from runner.language import say


class NoHead(NotFound):
    """Chưa có mốc nào được ký; tiến trình nền ký mốc đầu tiên, hoặc dùng “motcua head --now”."""


class ReasonNeeded(Refused):
    """Hãy nêu lý do xác nhận bằng --because."""


@command(
    "head",
    "In mốc đã ký mới nhất của sổ kiểm chứng, để gửi cho bên giữ hộ. --now: ký ngay một mốc mới trước khi in.",
)
@option("--now", is_flag=True, help="Ký ngay một mốc mới; cần khóa ký.")
@option("--new-key", "name", metavar="NAME", help="Tạo khóa ký mốc với tên này, như so-khcn.hatinh.gov.vn/motcua.")
@option("--accept", is_flag=True, help="Xác nhận cơ sở dữ liệu đi sau một mốc đã biết (sau khi khôi phục).")
@option("--because", "reason", default="", metavar="TEXT", help="Lý do xác nhận; được ghi vào sổ kiểm chứng.")
def head(console: Console, now: bool, name: str | None, accept: bool, reason: str) -> Reply:
    runner = console.runner
    if name:
        return _made_key(runner, name)
    if accept:
        return _accepted(runner, reason)
    found = _signed(runner) if now else runner.record_log.newest()
    if found is None:
        raise NoHead
    facts = {"size": found.size, "at": found.at, "root": found.root.hex(), "note": found.note}
    return Reply(facts, found.note.splitlines())


def _signed(runner: Runner) -> Head | None:
    runner.record_log.expect_signer()
    runner.record_log.finish(runner.clock.now())
    return runner.record_log.newest()


def _made_key(runner: Runner, name: str) -> Reply:
    public = runner.make_key(name)
    lines = [
        say("Đã tạo khóa ký mốc ở {path}. Khóa công khai, để bên giữ hộ kiểm tra:", path=runner.settings.key_file),
        str(public),
    ]
    return Reply({"public": str(public), "path": str(runner.settings.key_file)}, lines)


def _accepted(runner: Runner, reason: str) -> Reply:
    if not reason.strip():
        raise ReasonNeeded
    found = runner.record_log.accept(reason, operator(), runner.clock.now())
    said = say("Đã xác nhận: cơ sở dữ liệu đi sau mốc {size}; việc này được ghi vào sổ kiểm chứng.", size=found.size)
    return Reply({"size": found.size, "root": found.root.hex()}, [said])
