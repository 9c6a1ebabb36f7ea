"""The line at which each key and item of a TOML file stands; tomllib does not report it."""

from __future__ import annotations

import re
import tomllib
from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import Final

from runner.domain.toml.fault import Location
from runner.unicode import composed

_BLANK: Final = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_STRING: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")' + "|'''.*?'{3,5}(?!')" + r'|"(?:\\.|[^"\\])*"' + "|'[^']*'", re.DOTALL
)
_QUOTES: Final = ("'", '"')
_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN: Final = re.compile(r"[^,\]}#\n]+")


def lines(data: bytes) -> Mapping[Location, int]:
    """The lines, counted from 1, of a file that tomllib can read. The whole file, ``()``, stands at line 1."""
    return _Reader(data.removeprefix(BOM_UTF8).decode().replace("\r\n", "\n")).read()


class _Reader:
    """Walks through a file that is known to be TOML, so it checks nothing."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line, self.counted = 1, 0
        self.lines: dict[Location, int] = {(): 1}
        self.rows: dict[Location, int] = {}
        """How many ``[[tables]]`` each list has so far."""

    def read(self) -> Mapping[Location, int]:
        table: Location = ()
        while self.peek():
            if self.take("[["):
                table = self.header(listed=True)
            elif self.take("["):
                table = self.header(listed=False)
            else:
                self.pair(table)
        return self.lines

    def peek(self) -> str:
        """The next character that is neither blank nor in a comment; "" at the end."""
        self.at = self.match(_BLANK)
        return self.text[self.at : self.at + 1]

    def take(self, mark: str) -> bool:
        """Consume `mark` if it comes next."""
        self.peek()
        if found := self.text.startswith(mark, self.at):
            self.at += len(mark)
        return found

    def match(self, pattern: re.Pattern[str]) -> int:
        """Where `pattern` ends, which fits here or is left out."""
        found = pattern.match(self.text, self.at)
        return found.end() if found else self.at

    def note(self, at: Location) -> None:
        """`at` stands here, unless it began further up."""
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        self.lines.setdefault(at, self.line)

    def header(self, listed: bool) -> Location:
        *outer, last = self.key()
        at: Location = ()
        for part in outer:
            self.note(at := (*at, part))
            at = self.inside(at)
        at = (*at, last)
        self.note(at)
        if listed:
            self.rows[at] = self.rows.get(at, 0) + 1
        self.take("]]" if listed else "]")
        at = self.inside(at)
        self.note(at)
        return at

    def inside(self, at: Location) -> Location:
        """`at`, or its last row where it is a list of tables."""
        return (*at, self.rows[at] - 1) if at in self.rows else at

    def pair(self, table: Location) -> None:
        self.peek()
        at = table
        for part in self.key():
            at = (*at, part)
            self.note(at)
        self.take("=")
        self.value(at)

    def key(self) -> list[str]:
        parts: list[str] = []
        while not parts or self.take("."):
            quoted, start = self.peek() in _QUOTES, self.at
            self.at = self.match(_STRING if quoted else _KEY)
            written = self.text[start : self.at]
            parts.append(composed(tomllib.loads(f"x = {written}")["x"]) if quoted else written)
        return parts

    def value(self, at: Location) -> None:
        first = self.peek()
        if self.take("["):
            number = 0
            while not self.take("]"):
                self.note((*at, number))
                self.value((*at, number))
                number += 1
                self.take(",")
        elif self.take("{"):
            while not self.take("}"):
                self.pair(at)
                self.take(",")
        else:
            self.at = self.match(_STRING if first in _QUOTES else _PLAIN)
