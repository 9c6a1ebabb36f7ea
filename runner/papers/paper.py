"""A paper: a template of this room and plain JSON values become a PDF (A4, PDF/A-2a), in a process with limits.

Values are data all the way: no template evaluates what stands in them. The same template, values and moment give the
same bytes; what a paper says is as old as what it was made of, so its moment is that of an entry, never the clock's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from runner.errors import Refused

PRESS: Final = Path(__file__).with_name("press.py")
TEMPLATES: Final = Path(__file__).parent / "templates"
SECONDS: Final = 60
LARGEST: Final = 1024 * 1024
"""Bytes of values, as JSON: some 20,000 short rows of a table."""
ALONE: Final = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
"""One thread and one heap: otherwise a machine of many cores would reserve more than the press may have."""
FOUND_BY: Final = ("LD_LIBRARY_PATH",)
"""What Python may need to be found; nothing else of the environment is the press's business."""
UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of characters that no reader sees; some of them turn the order of those beside them round."""


class PaperTooLarge(Refused):
    """Nội dung quá dài, không in được thành một giấy."""


class PaperFailed(Refused):
    """Không in được giấy này: {reason}"""


def pdf(template: str, values: Mapping[str, Any], at: datetime) -> bytes:
    """The paper `template` (a name in `templates`) filled with JSON `values`, made as of `at` (aware).

    Text is composed (NFC); characters that cannot be seen stand as �, line breaks stay. Raises `PaperTooLarge`, or
    `PaperFailed` where the press gives nothing within its limits.
    """
    if not (TEMPLATES / f"{template}.typ").is_file() or not template.isidentifier():
        raise PaperFailed(reason=template)
    job = {"template": template, "at": int(at.timestamp())}
    given = json.dumps(_visible(values), ensure_ascii=False, allow_nan=False).encode()
    if len(given) > LARGEST:
        raise PaperTooLarge
    command = [sys.executable, "-I", str(PRESS)]
    try:
        made = subprocess.run(  # noqa: S603 - a program of this room, without a shell; the job comes by its input
            command,
            input=json.dumps(job).encode() + b"\n" + given,
            env={name: os.environ[name] for name in FOUND_BY if name in os.environ} | ALONE,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PaperFailed(reason=str(SECONDS)) from error
    if made.returncode or not made.stdout.startswith(b"%PDF-"):
        said = made.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise PaperFailed(reason=said[:200] or str(made.returncode))
    return made.stdout


def _visible(value: Any) -> Any:
    if isinstance(value, str):
        lines = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\t", " ")
        return "".join("�" if each != "\n" and unicodedata.category(each) in UNSEEN else each for each in lines)
    if isinstance(value, Mapping):
        return {key: _visible(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_visible(each) for each in value]
    return value
