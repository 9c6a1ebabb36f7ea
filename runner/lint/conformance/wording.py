"""Whether the forms say what the decision says, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from runner.bpmn import Node
from runner.lint.finding import Finding, error, short, title

_MARK = re.compile(r"^(?:\d+(?:\.\d+)*\.|[-+*]) ")
"""What stands before an item of a list: “3.1. ”, “- ”."""


def plain(*texts: str) -> str:
    """Texts as one, to be compared: every stretch of white space a blank, without the mark of a list's item."""
    return _MARK.sub("", " ".join(" ".join(texts).split()))


def unlike(task: Node, text: str, labels: Iterable[str]) -> Iterator[Finding]:
    """An error where none of the `labels` of a task's form is the `text` of the decision, all of them being plain."""
    known = set(labels)
    if text not in known:
        alike = max((_alike(text, label) for label in known), default=0)
        rest = text[text.rfind(" ", 0, alike) + 1 :]
        yield error(
            task,
            "Biểu mẫu của “{what}” không có lựa chọn nào ghi nguyên văn lời quyết định “{row}” (khác từ chữ “{rest}”).",
            what=title(task),
            row=short(text),
            rest=short(rest),
        )


def _alike(text: str, other: str) -> int:
    """With how many same letters two texts begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(text, other, strict=False)))
