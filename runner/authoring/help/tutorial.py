"""A new procedure in 30 minutes: what its page tells people to do is what a test does in a browser."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from runner.language import say

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do or to see, of a kind as the file lists them; `text` is typed, chosen or fills a gap."""

    kind: str
    label: str
    text: str = ""

    @property
    def name(self) -> str:
        """The label in the reader's language; an address, or an answer of the procedure's own form, as it is."""
        gaps = re.findall(r"{(\w+)}", self.label)
        return self.label if self.kind in {"go", "form"} else say(self.label, **dict.fromkeys(gaps, self.text))


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to type: the columns' heads, the labels of their fields (with a gap for the row), the texts."""

    heads: Texts
    labels: Texts
    rows: tuple[Texts, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step: who does it (``analyst``, ``second``, ``clerk``), what it is called and for, by language, its acts."""

    who: str
    words: Mapping[str, Mapping[str, str]]
    acts: tuple[Act, ...]
    rows: Rows | None


@cache
def steps() -> tuple[Step, ...]:
    """The steps in their order."""
    table = tomllib.loads(files(__package__).joinpath("tutorial.toml").read_text("utf-8"))
    return tuple(_step(each) for each in table["steps"])


def _step(table: Mapping[str, Any]) -> Step:
    rows = table.get("rows")
    return Step(
        table["as"],
        {language: table[language] for language in ("vi", "en")},
        tuple(Act(*act) for act in table["acts"]),
        rows and Rows(tuple(rows["heads"]), tuple(rows["labels"]), tuple(map(tuple, rows["rows"]))),
    )
