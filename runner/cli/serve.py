"""``motcua serve``: the pages under gunicorn and the worker beside them, begun and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from errno import EADDRINUSE
from subprocess import Popen, TimeoutExpired
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

import click

from runner.cli import office
from runner.cli.command import Command, option
from runner.cli.console import Console
from runner.config import Settings
from runner.errors import Conflict, IncidentRaised
from runner.language import say

HOST = "127.0.0.1"
WEB = ("--config", "python:runner.web.gunicorn", "--graceful-timeout", "5")
STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PATIENCE = 10
"""Seconds in which both have to stop by themselves; then they are killed."""
GLANCE = 0.2
"""Seconds between two looks at whether both are alive and no signal to stop has come."""


class PortTaken(Conflict):
    """Cổng {port} đang được chương trình khác dùng; hãy dừng chương trình đó hoặc chọn cổng khác bằng --port."""


class PortForbidden(Conflict):
    """Không mở được cổng {port}: {reason}."""


class ProcessEnded(IncidentRaised):
    """Tiến trình “{name}” đã dừng ngoài ý muốn (mã {code}) nên mọi thứ được dừng lại; nguyên nhân ghi ở phía trên."""


class _Port(click.ParamType[int]):
    """A port; 0 is any that is free."""

    name = "port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if str(value).isdecimal() and int(value) < 65536:
            return int(value)
        self.fail(say("“{value}” không phải là số hiệu cổng (từ 0 đến 65535).", value=value), param, ctx)


@click.command("serve", cls=Command, help="Mở trang web và chạy nền trên máy này. Dừng bằng Ctrl-C.")
@option("--port", type=_Port(), default="8000", metavar="PORT", help="Cổng (mặc định 8000; 0: một cổng còn trống).")
@option("--demo", is_flag=True, help="Tạo tài khoản trình diễn cho mỗi vai trò; tên và mật khẩu có ở trang đăng nhập.")
@click.pass_obj
def serve(console: Console, port: int, demo: bool) -> None:
    # The port first: who finds it taken has not changed anything yet.
    with _listening(port) as listener:
        runner = office.prepared(console) if demo else console.runner
        runner.guard()
        if demo:
            password = office.open_accounts(runner)
            for line in office.listing(runner):
                click.echo(line)
            click.echo(say("Mật khẩu của mọi tài khoản: {password}", password=password))
        runner.close()
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        click.echo(say("Một Cửa đang chạy tại {address}; dừng bằng Ctrl-C.", address=address))
        with TemporaryDirectory(prefix="motcua-") as figures:
            _run(console.settings, listener, figures)
    click.echo(say("Đã dừng."))


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """A socket that listens on this machine only. Raises `PortTaken`, `PortForbidden`."""
    try:
        listener = socket.create_server((HOST, port), backlog=256)
    except OSError as error:
        if error.errno == EADDRINUSE:
            raise PortTaken(port=port) from error
        raise PortForbidden(port=port, reason=error.strerror) from error
    with listener:
        # Connections take this over. gunicorn sets it too, but too late for those that come while it starts.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener


def _run(settings: Settings, listener: socket.socket, figures: str) -> None:
    """Run the pages and the worker until a signal to stop comes. Raises `ProcessEnded` when one of them ends by itself.

    `figures` is an empty folder in which the web processes count what they answer.
    """
    signals: list[int] = []
    for each in STOPS:
        signal.signal(each, lambda number, _: signals.append(number))
    environment = os.environ | {
        "MOTCUA_DATABASE": settings.database,
        "MOTCUA_MAIL": settings.mail,
        "MOTCUA_LANG": settings.language,
        "PROMETHEUS_MULTIPROC_DIR": figures,
    }
    python, number = sys.executable, listener.fileno()
    commands: Mapping[str, Sequence[str]] = {
        say("trang web"): (python, "-m", "gunicorn", *WEB, "--bind", f"fd://{number}"),
        say("chạy nền"): (python, "-c", "from runner.cli import main; main()", "work"),
    }
    # In sessions of their own: a Ctrl-C in the terminal reaches this process, which stops them in good order.
    running = {
        name: Popen(command, env=environment, pass_fds=[number], start_new_session=True)  # noqa: S603
        for name, command in commands.items()
    }
    try:
        while not signals:
            for name, process in running.items():
                if process.poll() is not None:
                    raise ProcessEnded(name=name, code=process.returncode)
            sleep(GLANCE)
    finally:
        _stop(list(running.values()))


def _stop(processes: Sequence[Popen[bytes]]) -> None:
    """Ask every process to finish what it is doing, and kill what does not."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(PATIENCE)
        except TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
