"""A drawing can be read: see docs/lint.md, "geometry". Looks keep nothing from being deployed: these are warnings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from runner.bpmn import Diagram, line_of
from runner.drawing.legibility import faults
from runner.lint.content import Content
from runner.lint.finding import Finding, Location, Spot, alike, short, warning


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for fault in faults(diagram):
        named = {name: _title(diagram, id) for name, id in fault.others.items()}
        yield alike(warning(_place(diagram, fault.element), fault.template, **named))


def _place(diagram: Diagram, id: str) -> Location:
    known: Sequence[Mapping[str, Location]] = (diagram.nodes, diagram.flows, diagram.lanes)
    found = next((things[id] for things in known if id in things), None)
    if found is not None:
        return found
    element = next((each for each in diagram.root.iter() if id and each.get("id") == id), None)
    return Spot(id, 0 if element is None else line_of(element))


def _title(diagram: Diagram, id: str) -> str:
    note = diagram.annotations.get(id)
    pool = next((each for each in diagram.participants if each.id == id), None)
    name = note.text if note else getattr(pool or _place(diagram, id), "name", "")
    return short(name or id)
