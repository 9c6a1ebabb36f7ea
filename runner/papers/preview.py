"""Pages of files that people attached, as pictures: drawn in a process with limits of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from runner.domain.form.attachment import JPEG, PDF, PNG
from runner.errors import Refused
from runner.papers.presses import FOUND_BY

VIEWER: Final = Path(__file__).with_name("viewer.py")
SHOWN: Final = frozenset({PDF, JPEG, PNG})
"""The media types of which there is a preview."""
SECONDS: Final = 15
WIDTH: Final = 1100
"""Pixels across a page: letters of 9 points can be read."""
SHOWN_PAGES: Final = 200


_AT_ONCE = BoundedSemaphore(2)
"""Files that a web process has drawn at the same time: a long document asks for all its pages."""


class PreviewFailed(Refused):
    """Không xem trước được tệp này: tệp hỏng, có mật khẩu hoặc quá nặng. Hãy tải tệp về để mở."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A page as `png`, of so many `pages`."""

    pages: int
    png: bytes


def preview(type: str, content: bytes, page: int = 0) -> Preview:
    """A page (from 0) of a file. Raises `PreviewFailed` for what cannot be drawn within the limits."""
    if type not in SHOWN or not 0 <= page < SHOWN_PAGES:
        raise PreviewFailed
    job = json.dumps({"type": type, "page": page, "width": WIDTH}).encode()
    try:
        with _AT_ONCE:
            made = subprocess.run(  # noqa: S603 - a program of this room, without a shell; the file comes by its input
                [sys.executable, "-I", str(VIEWER)],
                input=job + b"\n" + content,
                env={name: os.environ[name] for name in FOUND_BY if name in os.environ},
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise PreviewFailed from error
    head, _, png = made.stdout.partition(b"\n")
    if made.returncode or not png.startswith(b"\x89PNG"):
        raise PreviewFailed
    return Preview(json.loads(head)["pages"], png)
