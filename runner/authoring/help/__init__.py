"""What each rule is for, in both languages, with a wrong and a right example: for the pages of help and docs/lint.md.

A file of `rules` holds one rule. Its example is a change of a procedure that comes with the software: the right diagram
is the procedure's own, the wrong one is what the change makes of it, and the rule is what lint says first about that.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from runner.bpmn.removal import without
from runner.errors import NotFound

GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "file": "Tệp",
        "path": "Đường đi",
        "procedure": "Quy ước của thủ tục",
        "decision": "Đối chiếu với quyết định",
        "table": "Bảng quyết định (tệp .dmn)",
    }
)


class RuleUnknown(NotFound):
    """Không có quy tắc {rule}."""


@dataclass(frozen=True, slots=True)
class Words:
    """Why there is a rule and what mends it: paragraphs and lists as lines, ``code`` in backquotes; a table's rows."""

    why: str
    fix: str
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """How a rule is broken: in a `procedure`, `edits` replace text once each, `remove` takes elements out by their ids.

    An edit is a file's kind (``bpmn``, ``toml``, ``dmn``, ``form``), the old and the new text. `element` is in the
    pictures.
    """

    procedure: str
    element: str
    edits: tuple[tuple[str, str, str], ...] = ()
    remove: tuple[str, ...] = ()
    repeat: int = 1
    """So many times the new text of an edit stands there, each with its number for ``{n}``."""

    def broken(self, right: Mapping[str, bytes]) -> dict[str, bytes]:
        """The files of the wrong version; `right` are those of the procedure."""
        wrong = dict(right)
        for kind, old, new in self.edits:
            name = next(each for each in wrong if _is(each, self.procedure, kind) and old.encode() in wrong[each])
            text = new if self.repeat == 1 else "".join(new.replace("{n}", str(n)) for n in range(self.repeat))
            wrong[name] = wrong[name].replace(old.encode(), text.encode(), 1)
        if self.remove:
            name = f"bpmn/{self.procedure}.bpmn"
            wrong[name] = without(wrong[name], self.remove)
        return wrong


@dataclass(frozen=True, slots=True)
class Page:
    """A rule's page; `warning`: what it finds keeps nothing from being deployed."""

    rule: str
    group: str
    order: int
    vi: Words
    en: Words
    example: Example | None


@cache
def pages() -> Mapping[str, Page]:
    """Every rule's page, in the order of the rules."""
    found = [
        _page(each.name.removesuffix(".toml"), tomllib.loads(each.read_text("utf-8")))
        for each in files(__package__).joinpath("rules").iterdir()
        if each.name.endswith(".toml")
    ]
    return MappingProxyType({page.rule: page for page in sorted(found, key=lambda page: page.order)})


def page(rule: str) -> Page:
    """The page of a rule. Raises `RuleUnknown`."""
    found = pages().get(rule)
    if found is None:
        raise RuleUnknown(rule=rule[:60])
    return found


def _page(rule: str, table: Mapping[str, Any]) -> Page:
    example = table.get("example")
    return Page(
        rule,
        table["group"],
        table["order"],
        _words(table["vi"]),
        _words(table["en"]),
        example and Example(**{key: _fixed(value) for key, value in example.items()}),
    )


def _words(table: Mapping[str, Any]) -> Words:
    return Words(table["why"].strip(), table["fix"].strip(), _fixed(table.get("table", [])))


def _fixed(value: Any) -> Any:
    return tuple(_fixed(each) for each in value) if isinstance(value, list) else value


def _is(name: str, procedure: str, kind: str) -> bool:
    return name == f"bpmn/{procedure}.{kind}" if kind in ("bpmn", "toml") else name.endswith(f".{kind}")
