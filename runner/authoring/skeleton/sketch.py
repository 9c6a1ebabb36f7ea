"""The parts of a diagram before they are drawn: elements, flows, messages, and what the facts say of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Timer:
    """When something is over: `kind` is ``timeDuration`` or ``timeDate``, `text` its duration or expression."""

    name: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the diagram, in the `lane` that it is drawn in, or in the event sub-process `parent`.

    `limit` hangs at its edge and leads to “Quá hạn”, `reminder` to what reminds the applicant; `start` starts a
    sub-process. `quoted` are the words of the decision that a task carries out, "" for what the software adds.
    """

    type: str
    id: str
    name: str
    lane: str
    parent: str = ""
    form: str = ""
    topic: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    limit: Timer | None = None
    reminder: Timer | None = None
    start: Timer | None = None
    final: bool = False
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow; out of a gateway it is named, and the default where it has no condition."""

    source: str
    target: str
    name: str = ""
    condition: str = ""

    @property
    def id(self) -> str:
        return f"Flow_{_bare(self.source)}_{_bare(self.target)}"


@dataclass(slots=True)
class Sketch:
    """A diagram that grows. `messages` lead from or to the applicant, None; `notes` are by the element they stand at.

    `branches` are rows of the facts as TOML has them.
    """

    elements: list[Element] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    messages: list[tuple[str | None, str | None, str]] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    branches: list[dict[str, Any]] = field(default_factory=list)

    def add(self, element: Element, note: str = "") -> str:
        self.elements.append(element)
        if note:
            self.notes[element.id] = note
        return element.id

    def flow(self, source: str, target: str, name: str = "", condition: str = "") -> None:
        self.flows.append(Flow(source, target, name, condition))

    @property
    def tasks(self) -> list[Element]:
        return [element for element in self.elements if element.type == "userTask"]


def slug(text: str) -> str:
    """What an id can hold of a text."""
    return re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")


def _bare(id: str) -> str:
    return id.removeprefix("Task_").removeprefix("Gateway_").removeprefix("Service_")
