"""Asking a service of others over HTTP: once, without following it elsewhere, in bounded time and size."""

from __future__ import annotations

from http.client import HTTPException
from typing import Any, Final, NamedTuple
from urllib.error import HTTPError
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, Request

PATIENCE: Final = 5
"""Seconds to wait for a connection, and for each piece of an answer."""
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
    """Send `body` to a service that the settings name. Raises `Unreachable`."""
    opener = OpenerDirector()
    opener.add_handler(HTTPHandler())
    opener.add_handler(HTTPSHandler())
    request = Request(url, body, {"Content-Type": type, "User-Agent": "motcua"}, method="POST")  # noqa: S310  # the settings allow no other scheme
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            return _read(answer)
    except HTTPError as error:
        return _read(error)
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(f"{error.__class__.__name__}: {error}") from error


def _read(answer: Any) -> Response:
    return Response(answer.status, answer.headers.get("Content-Type", ""), answer.read(LONGEST))
