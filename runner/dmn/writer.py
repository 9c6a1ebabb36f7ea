"""A new decision table as a DMN 1.3 file, written as dmn-js and Camunda Modeler write it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml import etree

from runner.bpmn import parse_xml
from runner.dmn.reader import DMN, DMNDI, MAX_BYTES

_DC: Final = "http://www.omg.org/spec/DMN/20180521/DC/"
_BIODI: Final = "http://bpmn.io/schema/dmn/biodi/2.0"
_MODELER: Final = "http://camunda.org/schema/modeler/1.0"
_NAMESPACES: Final = {None: DMN, "dmndi": DMNDI, "dc": _DC, "biodi": _BIODI, "modeler": _MODELER}

Column = tuple[str, str, str]
"""What is asked or the answer's name, its label, its ``typeRef``."""


def blank(id: str, called: str, inputs: Sequence[Column], outputs: Sequence[tuple[Column, str]]) -> bytes:
    """A table with these columns and one row: it fits whatever is asked, and answers what stands beside each output."""
    root = etree.Element(f"{{{DMN}}}definitions", nsmap=_NAMESPACES)  # type: ignore[arg-type]
    facts = {"id": f"Definitions_{id}", "name": called, "namespace": "http://camunda.org/schema/1.0/dmn"}
    facts |= {f"{{{_MODELER}}}executionPlatform": "Camunda Platform"}
    facts |= {f"{{{_MODELER}}}executionPlatformVersion": "7.23.0"}
    for name, value in facts.items():
        root.set(name, value)
    decision = _add(root, "decision", id=id, name=called)
    table = _add(decision, "decisionTable", id=f"Table_{id}")
    for number, (asked, label, kind) in enumerate(inputs, start=1):
        column = _add(table, "input", id=f"Input_{number}", label=label)
        _text(_add(column, "inputExpression", id=f"Expression_{number}", typeRef=kind), asked)
    for number, ((answer, label, kind), _) in enumerate(outputs, start=1):
        _add(table, "output", id=f"Output_{number}", label=label, name=answer, typeRef=kind)
    rule = _add(table, "rule", id="Rule_1")
    for number, _ in enumerate(inputs, start=1):
        _text(_add(rule, "inputEntry", id=f"Cell_1_{number}"), "")
    for number, (_, text) in enumerate(outputs, start=1):
        _text(_add(rule, "outputEntry", id=f"Answer_1_{number}"), text)
    drawn = etree.SubElement(etree.SubElement(root, f"{{{DMNDI}}}DMNDI"), f"{{{DMNDI}}}DMNDiagram", id=f"Diagram_{id}")
    shape = etree.SubElement(drawn, f"{{{DMNDI}}}DMNShape", id=f"Shape_{id}", dmnElementRef=id)
    etree.SubElement(shape, f"{{{_DC}}}Bounds", height="80", width="180", x="160", y="100")
    etree.indent(root)
    return _written(root)


def renamed(data: bytes, id: str) -> bytes:
    """The table in `data`, a file that can be read, with another id: that of its decision, by which it is asked."""
    root = parse_xml(data, MAX_BYTES, comments=True)
    for decision in root.iter(f"{{{DMN}}}decision"):
        for shape in root.iter(f"{{{DMNDI}}}DMNShape"):
            if shape.get("dmnElementRef") == decision.get("id"):
                shape.set("dmnElementRef", id)
        decision.set("id", id)
    return _written(root)


def _written(root: etree._Element) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(root, encoding="UTF-8") + b"\n"


def _add(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{DMN}}}{tag}")
    for name, value in attributes.items():
        element.set(name, value)
    return element


def _text(parent: etree._Element, text: str) -> None:
    _add(parent, "text").text = text
