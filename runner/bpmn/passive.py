"""What a diagram may hold and nobody executes, and the values that BPMN gives to attributes by itself.

Sections are those of BPMN 2.0.2 (OMG formal/13-12-09), types those of its schema (Semantic.xsd).
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

from runner.bpmn.xml import BPMN, local

PASSIVE = frozenset(
    {
        "group",  # 8.4.1: a frame round elements, artefact without a flow
        "category",  # 8.4.1: holds the words of a group
        "dataObject",  # 10.4.1: what activities read and write; here the fields of forms are
        "dataObjectReference",
        "dataStore",
        "dataStoreReference",
        "dataInputAssociation",  # 10.4.2: the arrow between data and an activity
        "dataOutputAssociation",
        "property",  # 10.4.1: as bpmn-js writes it, the end of such an arrow
        "ioSpecification",  # 10.4.1: without a data input or output it asks for nothing
    }
)
"""Elements that stand in a drawing and have no part in what runs."""

BOOLEANS = frozenset(
    {
        "cancelActivity",
        "instantiate",
        "isClosed",
        "isCollection",
        "isExecutable",
        "isForCompensation",
        "isInterrupting",
        "isUnlimited",
        "parallelMultiple",
        "triggeredByEvent",
    }
)
"""Attributes of the type xsd:boolean, which is written ``true``, ``false``, ``1`` or ``0`` (XML Schema 2, 3.2.2)."""

_ACTIVITY = {"startQuantity": "1", "completionQuantity": "1", "isForCompensation": "false"}  # 10.3, table 10.3
DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "collaboration": {"isClosed": "false"},  # 9.2
    "process": {"isClosed": "false", "processType": "None"},  # 10.2
    "userTask": _ACTIVITY | {"implementation": "##unspecified"},  # 10.3.4, table 10.13
    "serviceTask": _ACTIVITY | {"implementation": "##WebService"},  # 10.3.3
    "businessRuleTask": _ACTIVITY | {"implementation": "##unspecified"},  # 10.3.3
    "callActivity": _ACTIVITY,
    "subProcess": _ACTIVITY | {"triggeredByEvent": "false"},  # 10.3.5, table 10.20
    "startEvent": {"parallelMultiple": "false", "isInterrupting": "true"},  # 10.5.2
    "intermediateCatchEvent": {"parallelMultiple": "false"},  # 10.5.4
    "boundaryEvent": {"parallelMultiple": "false", "cancelActivity": "true"},  # 10.5.4
    "exclusiveGateway": {"gatewayDirection": "Unspecified"},  # 10.6.1
    "parallelGateway": {"gatewayDirection": "Unspecified"},
    "eventBasedGateway": {
        "gatewayDirection": "Unspecified",
        "instantiate": "false",
        "eventGatewayType": "Exclusive",
    },  # 10.6.6
    "textAnnotation": {"textFormat": "text/plain"},  # 8.4.1
    "documentation": {"textFormat": "text/plain"},  # 8.3
    "association": {"associationDirection": "None"},  # 8.4.1
}
"""The value that each attribute has where a file does not write it: written out, it says nothing new."""


def truth(value: str) -> bool | None:
    """What an xsd:boolean says; None where it is none."""
    return {"true": True, "1": True, "false": False, "0": False}.get(value.strip())


def is_empty_pool(process: etree._Element, pools: frozenset[str]) -> bool:
    """Whether a process only stands for a pool with nothing in it, one of those that `pools` refer to.

    Modelers write an expanded pool so in which nothing was drawn. To the others it is a black box (BPMN 9.3).
    """
    drawn = [child for child in process if local(child) not in ("", "extensionElements", "documentation")]
    return not drawn and process.get("id") in pools and truth(process.get("isExecutable", "false")) is False


def plain(root: etree._Element) -> etree._Element:
    """`root` as a reader sees it that knows one way of writing: a copy where something differs, else `root` itself.

    Without passive elements, booleans in words, no ``triggeredByEvent`` that says false.
    """
    names = tuple(f"{{{BPMN}}}{name}" for name in PASSIVE)
    if not any(True for _ in root.iter(*names)) and not any(_unusual(each) for each in root.iter()):
        return root
    copied = deepcopy(root)
    for element in list(copied.iter(*names)):
        if (parent := element.getparent()) is not None:
            parent.remove(element)
    for element in copied.iter():
        for name in _unusual(element):
            said = truth(str(element.attrib[name]))
            if name == "triggeredByEvent" and not said:
                del element.attrib[name]
            elif said is not None:
                element.set(name, "true" if said else "false")
    return copied


def _unusual(element: etree._Element) -> list[str]:
    """The boolean attributes of an element that not every reader understands."""
    if not local(element):
        return []
    return [
        name
        for name in BOOLEANS & set(map(str, element.attrib))
        if element.attrib[name] not in ("true", "false")
        or (name == "triggeredByEvent" and element.attrib[name] == "false")
    ]
