"""The linter's findings, each about one place of a diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from lxml import etree

from runner.bpmn import line_of
from runner.language import say

MOST_PLACES = 5
"""Other places that a sentence names."""
MOST_OTHERS = 100
"""Other places that JSON lists."""


class Location(Protocol):
    """Anything in a diagram that a finding can name: a node, a flow, a lane, a process, a `Spot`."""

    @property
    def id(self) -> str: ...

    @property
    def line(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that has no value of its own in the diagram."""

    id: str
    line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `severity` is ``error`` (it must not run) or ``warning`` (it runs, but is it meant so?).

    `element` is the id in the file, None where the file gives none; `line` counts from 1. Findings of one rule that are
    `alike` (by default: with the same sentence) are told once, with the `others`; `count` are all of them.
    """

    severity: str
    element: str | None
    line: int | None
    template: str
    facts: Mapping[str, object]
    rule: str = ""
    alike: str | None = None
    others: tuple[Finding, ...] = ()

    @property
    def count(self) -> int:
        return 1 + len(self.others)

    @property
    def message(self) -> str:
        """The sentence in the current language, of folded findings with the places of the others."""
        sentence = say(self.template, **self.facts)
        if not self.others:
            return sentence
        named = dict.fromkeys(each.element or f"{say('dòng')} {each.line or '–'}" for each in self.others)
        places = [*islice(named, MOST_PLACES), *(["…"] if len(named) > MOST_PLACES else [])]
        return (
            f"{sentence} {say('Còn {count} chỗ như vậy: {places}.', count=len(self.others), places=', '.join(places))}"
        )

    def to_json(self) -> dict[str, object]:
        return {
            "rule": self.rule,
            "severity": self.severity,
            "element": self.element,
            "line": self.line,
            "message": self.message,
            "count": self.count,
            "others": [{"element": each.element, "line": each.line} for each in self.others[:MOST_OTHERS]],
        }


def error(place: Location, template: str, /, **facts: object) -> Finding:
    return _finding("error", place, template, facts)


def warning(place: Location, template: str, /, **facts: object) -> Finding:
    return _finding("warning", place, template, facts)


def _finding(severity: str, place: Location, template: str, facts: Mapping[str, object]) -> Finding:
    # An id with a question mark was made up by the reader: no modeler could find it.
    element = place.id if place.id and "?" not in place.id else None
    return Finding(severity, element, place.line or None, template, facts)


def alike(finding: Finding, key: str = "") -> Finding:
    """The finding, to be folded with those of its rule, template and `key`, whatever else they say."""
    return replace(finding, alike=key)


def spot(element: etree._Element) -> Spot:
    """Where `element` is: its own id, or that of the nearest element around it that has one."""
    ids = (each.get("id", "").strip() for each in (element, *element.iterancestors()))
    return Spot(next(filter(None, ids), ""), line_of(element))


def title(place: Location) -> str:
    """The name of a place in a sentence: its own, or its id where it has none."""
    return short(str(getattr(place, "name", "")) or place.id)


def short(text: str) -> str:
    """`text` from a file, shortened for a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"
