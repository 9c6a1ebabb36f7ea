"""What the diagrams of a procedure draft ask of its forms and tables, whatever else is wrong with the draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from runner.bpmn import Diagram
from runner.errors import MotcuaError
from runner.lint import RULES, conformance
from runner.lint.finding import Finding, title
from runner.services.bundle import Bundle, read_diagram


def diagrams(files: Mapping[str, bytes]) -> dict[str, Diagram]:
    """The diagrams that can be read, by file."""
    found = {}
    for name in sorted(files):
        if name.endswith(".bpmn"):
            try:
                found[name] = read_diagram(name, files[name])
            except MotcuaError:  # said on the diagram's own page
                continue
    return found


def findings(code: str, files: Mapping[str, bytes], rules: Collection[str]) -> list[Finding]:
    """What these rules, those of conformance too, say of the diagrams of a draft of the procedure `code`, each alone.

    A file that cannot be read is left out. Of a flow the sentence names the gateway too: a condition may stand on many.
    """
    bundle = _bundle(code, files)
    if f"bpmn/{code}.bpmn" not in bundle.diagrams:
        return []
    asked = {name: check for name, check in RULES if name in rules}
    found = []
    for diagram in bundle.diagrams.values():
        content = bundle.beside(diagram)
        for name, check in asked.items():
            found += [replace(_placed(diagram, each), rule=name) for each in check(diagram, content)]
        found += [each for each in conformance.check(diagram, content) if each.rule in rules]
    return found


def _bundle(code: str, files: Mapping[str, bytes]) -> Bundle:
    """The files that can be read, as a bundle."""
    readable = dict(files)
    for name, data in files.items():
        try:
            if name.endswith(".dmn"):
                Bundle(code, {name: data}, {}).tables  # noqa: B018
            elif name == f"bpmn/{code}.toml":
                Bundle(code, {name: data}, {}).procedure  # noqa: B018
        except MotcuaError:
            del readable[name]
    return Bundle(code, readable, diagrams(files))


def _placed(diagram: Diagram, finding: Finding) -> Finding:
    flow = diagram.flows.get(finding.element or "")
    source = diagram.nodes.get(flow.source) if flow else None
    if flow is None or source is None:
        return finding
    facts = {"flow": flow.name or flow.id, "gateway": title(source), "message": finding.message}
    return replace(finding, template="Luồng “{flow}” sau “{gateway}”: {message}", facts=facts)
