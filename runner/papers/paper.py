"""A paper: a template of this room and plain JSON values become a PDF (A4, PDF/A-2a), in a process with limits.

Values are data all the way: no template evaluates what stands in them. The same template, values and moment give the
same bytes; what a paper says is as old as what it was made of, so its moment is that of an entry, never the clock's.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from runner.errors import Refused
from runner.papers.presses import PRESS, PRESSES, PressFailedError

SECONDS: Final = 60
LARGEST: Final = 1024 * 1024
"""Bytes of values, as JSON: some 20,000 short rows of a table."""
TEMPLATES: Final = PRESS.parent
UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of characters that no reader sees; some of them turn the order of those beside them round."""


class PaperTooLarge(Refused):
    """Nội dung quá dài, không in được thành một giấy."""


class PaperFailed(Refused):
    """Không in được giấy này: {reason}"""


def pdf(template: str, values: Mapping[str, Any], at: datetime) -> bytes:
    """The paper `template` (``templates/report``) filled with JSON `values`, made as of `at` (aware).

    Text is composed (NFC); characters that cannot be seen stand as �, line breaks stay. Raises `PaperTooLarge`, or
    `PaperFailed` where the press gives nothing within its limits.
    """
    folder, _, name = template.partition("/")
    if not name.isidentifier() or not (TEMPLATES / folder / f"{name}.typ").is_file() or folder in ("", ".", ".."):
        raise PaperFailed(reason=template)
    given = json.dumps(_visible(values), ensure_ascii=False, allow_nan=False).encode()
    if len(given) > LARGEST:
        raise PaperTooLarge
    try:
        job = {"template": template, "at": int(at.timestamp())}
        return PRESSES.printed(job, given, SECONDS, TEMPLATES / PRESS.name)
    except PressFailedError as error:
        raise PaperFailed(reason=str(error).strip().partition("\n")[0][:200] or str(SECONDS)) from error


def _visible(value: Any) -> Any:
    if isinstance(value, str):
        lines = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\t", " ")
        if lines.isprintable():  # as nearly every text is
            return lines
        return "".join("�" if each != "\n" and unicodedata.category(each) in UNSEEN else each for each in lines)
    if isinstance(value, Mapping):
        return {key: _visible(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_visible(each) for each in value]
    return value
