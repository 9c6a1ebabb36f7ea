"""The linter's findings, each about one place of a diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from lxml import etree

from runner.bpmn import line_of
from runner.language import say


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

    `element` is the id in the file, None where the file gives none; `line` counts from 1.
    """

    severity: str
    element: str | None
    line: int | None
    template: str
    facts: Mapping[str, object]
    rule: str = ""

    @property
    def message(self) -> str:
        """The sentence in the current language."""
        return say(self.template, **self.facts)

    def to_json(self) -> dict[str, object]:
        return {
            "rule": self.rule,
            "severity": self.severity,
            "element": self.element,
            "line": self.line,
            "message": self.message,
        }


def error(place: Location, template: str, /, **facts: object) -> Finding:
    return _finding("error", place, template, facts)


def warning(place: Location, template: str, /, **facts: object) -> Finding:
    return _finding("warning", place, template, facts)


def _finding(severity: str, place: Location, template: str, facts: Mapping[str, object]) -> Finding:
    # An id with a question mark was made up by the reader: no modeler could find it.
    element = place.id if place.id and "?" not in place.id else None
    return Finding(severity, element, place.line or None, template, facts)


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
