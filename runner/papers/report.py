"""A report: the head of official papers, a title and blocks, printed by the template ``report``.

It is Vietnamese whatever language its reader has chosen, as every paper of an office.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar

from runner.papers.paper import pdf


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a report, by its `kind` in the template; its fields are what is printed."""

    kind: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Heading(Block):
    """The heading of what follows."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Text(Block):
    """A paragraph, which a `lead` in bold may begin."""

    kind: ClassVar[str] = "text"
    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Items(Block):
    """A list."""

    kind: ClassVar[str] = "items"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts(Block):
    """Labels with their values."""

    kind: ClassVar[str] = "facts"
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table(Block):
    """A table; `widths` are shares of the page, 0 of a column as wide as its text. Each page repeats the head.

    `groups` stand above the head, each over so many columns; the last columns, `figures`, are set to the right.
    """

    kind: ClassVar[str] = "table"
    widths: tuple[int, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    groups: tuple[tuple[str, int], ...] = ()
    figures: int = 0


@dataclass(frozen=True, slots=True)
class Digests(Block):
    """Labels with hexadecimal digests."""

    kind: ClassVar[str] = "digests"
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Code(Block):
    """A code of `runner.papers.code` beside its text; `alt` is what it says, for those who do not see it."""

    kind: ClassVar[str] = "code"
    svg: str
    alt: str
    text: str
    millimetres: int = 40


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the `role` above, what is `said` of it (when it was signed, or how to), the `name` below."""

    role: str
    said: str
    name: str


@dataclass(frozen=True, slots=True)
class Signatures(Block):
    """Room for those who sign, side by side."""

    kind: ClassVar[str] = "signatures"
    signers: tuple[Signer, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as of `at` (aware); `issuer` are the lines of its office, the last one in bold.

    A `wide` one lies on its side.
    """

    at: datetime
    issuer: tuple[str, ...]
    dated: str
    title: str
    subtitle: str
    foot: str
    blocks: Sequence[Block]
    wide: bool = False

    def pdf(self) -> bytes:
        """The pages. Raises `PaperTooLarge`, `PaperFailed`."""
        blocks = [{"kind": block.kind} | asdict(block) for block in self.blocks]
        values: dict[str, Any] = {
            "issuer": list(self.issuer),
            "dated": self.dated,
            "title": self.title,
            "subtitle": self.subtitle,
            "foot": self.foot,
            "blocks": blocks,
            "wide": self.wide,
        }
        return pdf("templates/report", values, self.at)
