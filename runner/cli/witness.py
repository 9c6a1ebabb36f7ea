"""``motcua witness``: watch the logs of other installations, and cosign what only grows."""

from __future__ import annotations

import logging
import signal
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

import click

from runner.cli.command import Command, option
from runner.cli.console import Console
from runner.cli.parameter import PATH
from runner.cli.serve import PortForbidden
from runner.clock import SystemClock
from runner.errors import NotFound
from runner.language import say
from runner.record.note import COSIGNER, KeyInvalid, Verifier
from runner.services.record_key import KeyFile
from runner.services.witness import Witness
from runner.web.witness import WitnessServer

STOPS = (signal.SIGTERM, signal.SIGINT)


class StateMissing(NotFound):
    """Không thấy tệp giữ những mốc đã thấy ({path}). Người chứng quên điều mình đã chứng thì lời chứng không còn giá trị: hãy đưa tệp ấy về chỗ cũ, hoặc tạo khóa mới với tên mới."""  # noqa: E501


@click.command(
    "witness",
    cls=Command,
    help="Làm người chứng cho sổ kiểm chứng của nơi khác: chỉ ký thêm vào mốc nối tiếp đúng những gì đã thấy.",
)
@option("--listen", default="127.0.0.1:8090", metavar="HOST:PORT", help="Địa chỉ phục vụ (mặc định 127.0.0.1:8090).")
@option("--key", "path", type=PATH, required=True, metavar="FILE", help="Tệp khóa của người chứng.")
@option("--name", metavar="NAME", help="Tên của người chứng; tạo khóa với tên này khi chưa có tệp khóa.")
@option("--log", "logs", multiple=True, metavar="KEY", help="Khóa công khai của một sổ được chứng; nêu nhiều lần được.")
@option("--state", type=PATH, metavar="FILE", help="Tệp giữ những mốc đã thấy (mặc định: cạnh tệp khóa).")
@click.pass_obj
def witness(
    console: Console, listen: str, path: Path, name: str | None, logs: Sequence[str], state: Path | None
) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    key, kept = KeyFile(path), state or path.with_name(f"{path.name}.db")
    if name and not key.exists():
        key.make(name, COSIGNER)
    elif key.exists() and not kept.exists():
        raise StateMissing(path=kept)
    signer = key.signer()
    if signer.type != COSIGNER:
        raise KeyInvalid
    watched = [Verifier.read(each) for each in logs]
    served = Witness.open(signer, watched, kept)
    host, _, port = listen.rpartition(":")
    clock = console.clock or SystemClock()
    try:
        server = WitnessServer((host, int(port)), served, clock.now)
    except (OSError, ValueError, OverflowError) as error:
        raise PortForbidden(port=listen, reason=error) from error
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    Thread(target=server.serve_forever, daemon=True).start()
    click.echo(say("Khóa công khai của người chứng: {key}", key=signer.verifier))
    address = "http://{}:{}".format(*server.server_address[:2])
    click.echo(say("Người chứng đang phục vụ tại {address}; dừng bằng Ctrl-C.", address=address))
    signal.sigwait(STOPS)
    server.shutdown()
