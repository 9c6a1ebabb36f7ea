"""The faults of a TOML file, each with its key, its line and a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from runner.errors import Refused
from runner.language import say

Location = tuple[str | int, ...]
"""Where a value stands: ``("steps", 0, "lanes")``. Items of lists are counted from 0 here, from 1 in sentences."""

NEAR: Final = "khóa “{key}” không có trong quy ước; có phải là “{near}” không?"
AMONG: Final = "khóa “{key}” phải là một trong các giá trị: {allowed}."
MOST: Final = 200
"""So many faults of a file are lines; the others are counted."""
_WIDEST: Final = 100
"""So much of a key or a value is repeated in a sentence."""
_BARE: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")


class TomlInvalid(Refused):
    """có {count} chỗ chưa đúng:"""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults[:MOST]]
        if len(lines) == 1:
            return lines[0]
        more = [say("… và {count} chỗ nữa.", count=len(self.faults) - MOST)] if len(self.faults) > MOST else []
        return "\n".join([super().__str__(), *(f"- {line}" for line in lines), *more])


class TomlTooLarge(TomlInvalid):
    """lớn {size} byte, vượt mức cho phép là {limit} byte."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__((Fault((), self.__doc__ or "", {"size": size, "limit": limit}),))


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `template` is a sentence for `facts` and ``key``. `line`, `column`: 0 where unknown."""

    at: Location
    template: str
    facts: Mapping[str, object] = field(default_factory=dict)
    line: int = 0
    column: int = 0

    @property
    def key(self) -> str:
        """``steps[1].lanes`` for the list of the first step."""
        parts = (f"[{part + 1}]" if isinstance(part, int) else f".{_shown(part)}" for part in self.at)
        return "".join(parts).removeprefix(".")

    @property
    def message(self) -> str:
        """The sentence without the place."""
        facts = {name: _short(value) if isinstance(value, str | int) else value for name, value in self.facts.items()}
        return say(self.template, **facts, key=self.key)

    def __str__(self) -> str:
        if self.column:
            return say("dòng {line}, cột {column}: {what}", line=self.line, column=self.column, what=self.message)
        return say("dòng {line}: {what}", line=self.line, what=self.message) if self.line else self.message


def _shown(part: str) -> str:
    """A key as TOML writes it; a quoted one never brings control characters to a terminal."""
    return part if _BARE.fullmatch(part) else _short(json.dumps(part, ensure_ascii=False))


def _short(value: str | int) -> str:
    # Python writes no decimal number of thousands of digits.
    text = hex(value) if isinstance(value, int) and abs(value) >= 10**_WIDEST else str(value)
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}…"
