"""The ``motcua`` command. A module holds a few commands; a command calls one service and prints the result.

A module of commands is imported when one of its commands is called: what the command line itself needs is imported
here, and must import no database, engine or linter (tests/cli/test_startup.py).
"""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

import click

from runner import __version__
from runner.cli import exit
from runner.cli.command import Command, Group, Option, option
from runner.cli.console import Console
from runner.cli.text import WIDEST, plain
from runner.errors import MotcuaError
from runner.language import LANGUAGES

PROGRAM: Final = "motcua"
HELP = "Một Cửa: giải quyết thủ tục hành chính theo sơ đồ BPMN, đúng lịch làm việc, có nhật ký kiểm tra lại được."

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "init": ("procedure.init", "Tạo cơ sở dữ liệu, hoặc nâng cấp cơ sở dữ liệu đã có; dữ liệu được giữ nguyên."),
    "deploy": (
        "procedure.deploy",
        "Triển khai sơ đồ, hoặc mọi sơ đồ trong thư mục (mặc định: bpmn/ của thư mục nội dung).",
    ),
    "enforce": (
        "procedure.enforce",
        "Áp dụng lại một phiên bản đã triển khai cho hồ sơ mới; hồ sơ đang chạy vẫn theo phiên bản cũ.",
    ),
    "approval": (
        "approval.approval",
        "Hai người: một người trình, một người khác phê duyệt những gì được đưa vào áp dụng.",
    ),
    "lint": (
        "lint.lint_files",
        "Kiểm tra sơ đồ BPMN, bảng DMN. Mã thoát: 0 sạch, 1 có lỗi, 2 không phải tệp BPMN hay DMN.",
    ),
    "conform": (
        "conform.conform",
        "Đối chiếu sơ đồ với quyết định, từng dòng. Mã thoát: 0 khớp, 1 có chỗ không khớp.",
    ),
    "new": ("new.new", "Vẽ thủ tục mới từ một tệp mô tả quyết định, hoặc từ thủ tục có sẵn (--from)."),
    "diff": (
        "difference.diff",
        "So sánh hai phiên bản, hai thủ tục bất kỳ, theo lời của quyết định. Mã thoát: 0 như nhau, 1 khác.",
    ),
    "impact": (
        "migration.impact",
        "Một bản nháp hay phiên bản làm gì với từng hồ sơ đang chạy; không ghi gì vào hồ sơ.",
    ),
    "migrate": (
        "migration.migrate",
        "Chuyển hồ sơ đang chạy sang phiên bản đang áp dụng, từng hồ sơ một; --back chuyển về.",
    ),
    "try": (
        "scenario.try_files",
        "Chạy thử kịch bản của thủ tục trên cơ sở dữ liệu tạm, với đồng hồ được chỉnh. Mã thoát 1 nếu khác.",
    ),
    "due": ("due.due", "Tính hạn của một bước và ngày hẹn trả kết quả theo lịch làm việc của tỉnh."),
    "calendar": ("calendar.calendar", "Lịch làm việc: xem, xem trước một lần sửa, áp dụng."),
    "organisation": (
        "organisation.organisation",
        "Tổ chức của tỉnh: cơ quan, phòng, vai trò; xem, xem trước một lần sửa, áp dụng.",
    ),
    "start": ("case.start", "Lập hồ sơ; các giá trị được giữ làm bản nháp của việc đầu tiên."),
    "tasks": ("task.tasks", "Liệt kê việc đang chờ một người, việc gấp trước."),
    "claim": ("task.claim", "Nhận một việc."),
    "assign": ("task.assign", "Giao một việc cho một chuyên viên của phòng, dù ai đang giữ."),
    "release": ("task.release", "Trả một việc đã nhận về cho cả nhóm."),
    "draft": (
        "draft.draft",
        "Bản nháp quy trình: lập, tải về, lưu, tiếp quản; “motcua draft CASE TASK” là bản nháp của một việc.",
    ),
    "submit": ("task.submit", "Hoàn thành một việc với các giá trị của biểu mẫu."),
    "message": ("case.message", "Báo cho hồ sơ một việc mà sơ đồ đang chờ."),
    "cancel": ("case.cancel", "Kết thúc hồ sơ mà người nộp rút."),
    "discard": ("case.discard", "Bỏ bản nháp của mình: hồ sơ đã lập mà chưa tiếp nhận."),
    "case": (
        "case.show",
        "In quá trình xử lý của hồ sơ: ai làm gì, lúc nào, hạn nào và vì sao. Việc đọc được ghi vào sổ kiểm chứng.",
    ),
    "layout": ("drawing.lay_out", "Vẽ những phần tử chưa có trên hình; vị trí do người vẽ đặt được giữ nguyên."),
    "picture": ("drawing.picture", "Vẽ sơ đồ thành hình SVG, PNG hoặc PDF, theo đuôi của tệp cần ghi."),
    "clean": ("drawing.clean", "Gỡ phần mở rộng của phần mềm khác khỏi sơ đồ, và ghi lại trong tệp đã gỡ những gì."),
    "serve": ("serve.serve", "Mở trang web và chạy nền trên máy này. Dừng bằng Ctrl-C."),
    "work": ("worker.work", "Chạy nền: kích hoạt mốc thời hạn, gửi thông báo. Dừng bằng Ctrl-C."),
    "tick": ("worker.tick", "Quét một lần: kích hoạt mốc đã đến hạn, gửi thông báo đang chờ."),
    "replay": (
        "proof.replay",
        "Kiểm tra lại hồ sơ: chạy lại từ nhật ký, so từng cột của các sổ, phiên bản, người thao tác, tệp đính kèm. Mã"
        " thoát 1 khi có chỗ không khớp.",
    ),
    "rebuild": (
        "proof.rebuild",
        "Lập lại sổ hồ sơ, việc, mốc thời hạn và sự cố từ nhật ký; sổ khác nhật ký thì phải nêu lý do.",
    ),
    "export": (
        "export.export",
        "Lập gói chứng cứ của một hồ sơ: nhật ký, phiên bản quy trình, lịch, giấy tờ, tệp đính kèm, mốc đã ký, báo cáo"
        " và chương trình tự kiểm. Việc lập gói được ghi vào sổ kiểm chứng.",
    ),
    "verify": (
        "verify.verify",
        "Kiểm sổ kiểm chứng với mọi mốc đã ký; hoặc, khi nêu gói chứng cứ: như verify.py trong gói, rồi chạy lại hồ sơ"
        " từ chính các tệp của gói. Mã thoát: 0 khớp, 1 đã bị sửa, 2 nguyên vẹn nhưng chưa chứng minh đủ.",
    ),
    "doctor": (
        "doctor.doctor",
        "Khám nơi cài đặt: quyền trên cơ sở dữ liệu, ai mở được tệp, điều gì đang chờ. Mã thoát 1 khi có điều cần sửa.",
    ),
    "head": (
        "head.head",
        "In mốc đã ký mới nhất của sổ kiểm chứng, để gửi cho bên giữ hộ. --now: ký ngay một mốc mới trước khi in.",
    ),
    "backup": (
        "backup.backup",
        "Sao lưu cả cơ sở dữ liệu trong khi mọi người làm việc, rồi khôi phục thử và kiểm tra. Mã thoát 1 khi có chỗ"
        " không khớp.",
    ),
    "restore": (
        "backup.restore",
        "Khôi phục một bản sao lưu vào cơ sở dữ liệu trống. Không gửi lại gì cho đến khi người vận hành cho phép; số và"
        " mã không cấp lại.",
    ),
    "drill": (
        "backup.drill",
        "Diễn tập: sao lưu, khôi phục ở nơi khác, kiểm tra hết, cho biết mất bao lâu; không để lại gì.",
    ),
    "outbox": ("outbox.outbox", "Thông báo chờ gửi: liệt kê, cho gửi sau khi khôi phục."),
    "witness": (
        "witness.witness",
        "Làm người chứng cho sổ kiểm chứng của nơi khác: chỉ ký thêm vào mốc nối tiếp đúng những gì đã thấy.",
    ),
    "mine": (
        "mine.mine",
        "Xuất nhật ký sự kiện của nhiều hồ sơ để khai thác quy trình; lý do và mã băm của tệp được ghi vào sổ.",
    ),
    "retention": (
        "retention.retention",
        "Hồ sơ đã hết thời hạn lưu: liệt kê; lập danh sách nộp lưu trữ; xóa dữ liệu cá nhân.",
    ),
    "hold": ("retention.hold", "Giữ lại một hồ sơ: không xóa dữ liệu cho đến khi thôi giữ (--lift)."),
    "erase": (
        "retention.erase",
        "Xóa dữ liệu cá nhân của một hồ sơ theo luật; hồ sơ vẫn chạy tiếp và kiểm tra lại được.",
    ),
    "incidents": ("incident.incidents", "Sự cố của hồ sơ: liệt kê, thử lại, đóng."),
    "law": (
        "law.law",
        "Xét hồ sơ theo các quy tắc của pháp luật; --diagrams xét sơ đồ. Mã thoát: 0 không trái, 1 có chỗ trái, 4"
        " có hồ sơ không xét được.",
    ),
    "rules": ("law.rules", "Quy tắc của pháp luật: xem, xem các bản, lấy về, sửa."),
    "person": ("person.person", "Tài khoản và vai trò."),
    "token": ("token.token", "Mã truy cập để hệ thống khác làm việc qua giao diện REST."),
    "demo": ("demo.demo", "Trình diễn: mỗi tỉnh một hồ sơ, từ tiếp nhận đến trả kết quả, rồi kiểm tra lại từ nhật ký."),
    "office": (
        "office.office",
        "Trình diễn: khoảng 40 hồ sơ của hai tỉnh ở mọi trạng thái, chạy thật với thời gian được dời.",
    ),
    "completion": ("completion.completion", "In tập lệnh để SHELL hoàn thành lệnh motcua."),
}
"""Every command by its name: where it is in this package, and its help, so that a list of commands imports none."""


class _Root(Group):
    """The command itself: opens the console, and turns every failure into a sentence and an exit code.

    Its `commands` stand for the real ones in lists of commands; `load` imports the one that is called.
    """

    def main(  # type: ignore[override]  # it always ends the process, whatever `standalone_mode` says
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        # The modules of a command are no garbage: to search them for it, while they are imported and once more when the
        # process ends, takes a third of the whole time.
        gc.set_threshold(50_000)
        atexit.register(gc.freeze)
        try:
            with extra.pop("obj", None) or Console() as console:
                sys.exit(self._run(console, args, **extra))
        except MotcuaError as error:  # the environment itself is at fault
            click.echo(plain(exit.sentence(error)), err=True)
            sys.exit(exit.code(error))

    def _run(self, console: Console, args: Sequence[str] | None, **extra: Any) -> int:
        try:
            extra["standalone_mode"] = False
            return int(super().main(args, PROGRAM, obj=console, **extra) or 0)
        except (MotcuaError, click.ClickException, click.Abort, OSError) as error:
            click.echo(plain(exit.sentence(error)), err=True)
            return exit.code(error)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command, list[str]]:
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(args[0]), rest


def load(name: str) -> click.Command:
    """The command with this name in `COMMANDS`."""
    module, _, attribute = COMMANDS[name][0].partition(".")
    command: click.Command = getattr(import_module(f"{__name__}.{module}"), attribute)
    return command


def _speak(context: click.Context, _: click.Parameter, language: str | None) -> None:
    if language:
        context.obj.speak(language)


def _use(context: click.Context, _: click.Parameter, database: str | None) -> None:
    if database:
        context.obj.use(database)


@click.command(
    PROGRAM,
    cls=_Root,
    help=HELP,
    commands=[Command(name, help=help) for name, (_, help) in COMMANDS.items()],
    invoke_without_command=True,
    context_settings={"max_content_width": WIDEST},
)
@option(
    "--database",
    metavar="URL",
    callback=_use,
    expose_value=False,
    help="Cơ sở dữ liệu: sqlite:///… hoặc postgresql+psycopg://… (biến MOTCUA_DATABASE).",
)
@option(
    "--lang",
    type=click.Choice(LANGUAGES),
    callback=_speak,
    is_eager=True,
    expose_value=False,
    help="Ngôn ngữ (biến MOTCUA_LANG).",
)
@click.version_option(__version__, cls=Option, help="In số phiên bản.", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """The entry point; its help is `HELP`."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
