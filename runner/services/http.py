"""Asking a service of others over HTTP: once, without following it elsewhere, in bounded time and size."""

from __future__ import annotations

from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR, socket
from threading import Event, Timer
from typing import Final, NamedTuple
from urllib.parse import urlsplit

PATIENCE: Final = 5
"""Seconds to wait for a connection, and for each piece of an answer."""
LONGEST_WAIT: Final = 20
"""Seconds after which a connection ends, however its answer comes in."""
LONGEST: Final = 256 * 1024
"""Bytes of an answer: of a longer one only these are read."""


class Unreachable(Exception):
    """There was no answer; the text says why."""


class Response(NamedTuple):
    """An answer: its status, type and body."""

    status: int
    type: str
    body: bytes


def post(url: str, body: bytes, type: str) -> Response:
    """Send `body` to a service that the settings name, which allow http and https alone. Raises `Unreachable`."""
    parts = urlsplit(url)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    try:
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        with closing(kind(parts.hostname or "", parts.port, timeout=PATIENCE)) as connection:
            connection.connect()
            cut = Event()
            end = Timer(LONGEST_WAIT, _end, [connection.sock, cut])
            end.daemon = True
            end.start()
            try:
                connection.request("POST", target, body, {"Content-Type": type, "User-Agent": "motcua"})
                answer = connection.getresponse()
                found = Response(answer.status, answer.headers.get("Content-Type", ""), answer.read(LONGEST))
                if cut.is_set():  # what was cut off looks like an answer that ended
                    raise TimeoutError(f"no whole answer within {LONGEST_WAIT} seconds")
                return found
            finally:
                end.cancel()
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(f"{error.__class__.__name__}: {error}") from error


def _end(connection: socket, cut: Event) -> None:
    cut.set()
    with suppress(OSError):
        socket.shutdown(connection, SHUT_RDWR)  # not that of TLS, which would read on without it
