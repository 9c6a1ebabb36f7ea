"""The site's own files: style, script, pictures. Small, compressed when built, and kept by browsers for a year."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from os.path import isfile
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory, url_for

from runner.errors import Refused
from runner.web import policy

FOLDER = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

blueprint = Blueprint("asset", __name__)


class NotBuilt(Refused):
    """Chưa có tệp giao diện {name}; hãy chạy “make front” rồi khởi động lại."""


@blueprint.get("/static/<path:name>")
@policy.impersonal
def file(name: str) -> Response:
    """A file; its compressed twin where there is one and the browser takes it."""
    packed = f"{name}.gz"
    if request.accept_encodings["gzip"] and isfile(FOLDER / packed):  # False, no error, where the name is too long
        response = send_from_directory(FOLDER, packed, mimetype=_kind(name))
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = send_from_directory(FOLDER, name, mimetype=_kind(name))
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOREVER if "v" in request.args else "no-cache"
    return response


def address(name: str) -> str:
    """Where to get a file: an address that changes when the file does. Raises `NotBuilt`."""
    return url_for("asset.file", name=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    try:
        return sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
    except FileNotFoundError:
        raise NotBuilt(name=name) from None


def _kind(name: str) -> str | None:
    """Said by us, not guessed from tables that differ between machines."""
    return KINDS.get(Path(name).suffix)
