"""The HTTP service of a witness. It needs neither a database nor the pages, so it is a small server of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from threading import BoundedSemaphore, Timer
from typing import Any, Final

from runner.record.witness import LONGEST_REQUEST, Answer
from runner.services.witness import Witness

log = logging.getLogger(__name__)

AT_ONCE: Final = 32
"""Connections that are served at the same time; one more is closed at once."""
PATIENCE: Final = 10
"""Seconds that a client may take for any piece of its request."""
STAY: Final = 60
"""Seconds after which any connection ends: who sends a byte now and then takes nobody's place for long."""
PATH: Final = "/add-checkpoint"


class WitnessServer(ThreadingHTTPServer):
    """Serves a witness at an address; port 0 is any that is free."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], witness: Witness, now: Callable[[], datetime]) -> None:
        super().__init__(address, _Handler)
        self.witness = witness
        self.now = now
        self._free = BoundedSemaphore(AT_ONCE)

    def process_request(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        log.warning("a request of %s failed", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: WitnessServer
    protocol_version = "HTTP/1.1"
    server_version = "motcua-witness"
    sys_version = ""
    timeout = PATIENCE

    def handle(self) -> None:
        end = Timer(STAY, self._end)
        end.daemon = True
        end.start()
        try:
            super().handle()
        finally:
            end.cancel()

    def do_POST(self) -> None:
        """The only call."""
        length = self.headers.get("Content-Length", "")
        if not self.path.endswith(PATH):
            self._answer(Answer(404, "unknown path\n"), last=True)
        elif not (length.isascii() and length.isdecimal()) or len(length) > 9:
            self._answer(Answer(411, "how long is it?\n"), last=True)
        elif int(length) > LONGEST_REQUEST:
            self._answer(Answer(413, "too long\n"), last=True)
        else:
            body = self.rfile.read(int(length))
            self._answer(self.server.witness.add_checkpoint(body, self.server.now()))

    def do_GET(self) -> None:
        """Who this is, so that an operator sees that it runs."""
        key = self.server.witness.signer.verifier
        self._answer(Answer(200, f"{key}\n") if self.path == "/" else Answer(404, "unknown path\n"))

    def log_message(self, format: str, *args: object) -> None:
        log.info("%s %s", self.address_string(), format % args)

    def _end(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(SHUT_RDWR)

    def _answer(self, answer: Answer, *, last: bool = False) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(body)))
        if last:  # the rest of the request is not read
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)
