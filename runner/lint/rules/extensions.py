"""Only those extensions that the runner knows or that merely decorate: see docs/lint.md, "extensions".

What another engine would do on a listener, an expression or a mapping of its own is never carried out here; a diagram
that asks for it would not run as drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from runner.bpmn import BPMN, BPMNDI, CAMUNDA, DC, DI, FLOW_NODES, XSI, Diagram, line_of, local
from runner.lint.content import Content
from runner.lint.finding import Finding, Spot, error, short, spot, warning

DECORATION = frozenset(
    {
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://camunda.org/schema/modeler/1.0",
        "http://www.w3.org/XML/1998/namespace",
    }
)
"""Namespaces of colours and of the modeler's own notes: they change nothing that runs."""

_DRAWING = frozenset({BPMNDI, DC, DI}) | DECORATION
_TEMPLATES = frozenset({"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"})

CAMUNDA_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "definitions": frozenset({"diagramRelationId"}),
    "process": frozenset({"versionTag", "historyTimeToLive", "isStartableInTasklist"}) | _TEMPLATES,
    **dict.fromkeys(FLOW_NODES, _TEMPLATES),
    "userTask": _TEMPLATES | {"candidateGroups", "formRef", "formRefBinding"},
    "serviceTask": _TEMPLATES | {"type", "topic"},
    "businessRuleTask": _TEMPLATES | {"decisionRef", "decisionRefBinding", "mapDecisionResult", "resultVariable"},
}
CAMUNDA_ELEMENTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "properties": (frozenset(), frozenset({"extensionElements"})),
    "property": (frozenset({"id", "name", "value"}), frozenset({"properties"})),
}
"""Each element of the Camunda profile with its attributes and the elements it may stand in."""

_TYPES = ("tFormalExpression", "tExpression")
_TYPED = frozenset({"conditionExpression", "timeDuration", "timeDate", "timeCycle"})
_REFUSED = (
    "Phần mở rộng {extension} không được phép ở đây: nó có thể chạy mã hoặc làm sơ đồ chạy khác với hình vẽ; hãy xóa."
)


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    refused: set[etree._Element] = set()
    drawn: set[etree._Element] = set()
    for element in diagram.root.iter():
        parent = element.getparent()
        if parent is not None and parent in refused:
            refused.add(element)
            continue
        if local(element, BPMNDI) == "BPMNDiagram" or parent in drawn:
            drawn.add(element)
            yield from _drawing(element)
            continue
        if not local(element) and not _known(element, parent):
            refused.add(element)
            yield error(_owner(element), _REFUSED, extension=_name(element, str(element.tag)))
        else:
            yield from _attributes(element)


def _known(element: etree._Element, parent: etree._Element | None) -> bool:
    name = local(element, CAMUNDA)
    if name not in CAMUNDA_ELEMENTS or parent is None:
        return False
    attributes, parents = CAMUNDA_ELEMENTS[name]
    return (local(parent) or local(parent, CAMUNDA)) in parents and set(element.attrib) <= attributes


def _attributes(element: etree._Element) -> Iterator[Finding]:
    name = local(element)
    for attribute, value in element.attrib.items():
        namespace, _, bare = str(attribute).rpartition("}")
        namespace = namespace.removeprefix("{")
        if namespace in ("", BPMN) or namespace in DECORATION:
            continue
        if namespace == CAMUNDA and bare in CAMUNDA_ATTRIBUTES.get(name, ()):
            continue
        if namespace == XSI and (bare == "schemaLocation" or _is_type(bare, str(value), name)):
            continue
        yield error(_owner(element), _REFUSED, extension=_name(element, str(attribute)))


def _is_type(attribute: str, value: str, name: str) -> bool:
    return attribute == "type" and name in _TYPED and value.rpartition(":")[2] in _TYPES


def _drawing(element: etree._Element) -> Iterator[Finding]:
    namespace = etree.QName(element).namespace
    if namespace == BPMN:
        return  # the rule "elements" says that it is out of place
    if namespace not in _DRAWING:
        yield warning(
            spot(element),
            "Phần mở rộng {extension} trong hình vẽ bị bỏ qua.",
            extension=_name(element, str(element.tag)),
        )


def _owner(element: etree._Element) -> Spot:
    """The element of BPMN that `element` extends, at the line of `element` itself."""
    around = next((each for each in (element, *element.iterancestors()) if local(each) and each.get("id")), element)
    return Spot(around.get("id", ""), line_of(element))


def _name(element: etree._Element, qualified: str) -> str:
    """A qualified name as the file writes it: prefix and local name."""
    namespace, _, bare = qualified.removeprefix("{").rpartition("}")
    prefix = next((prefix for prefix, uri in element.nsmap.items() if uri == namespace and prefix), "")
    return short(f"{prefix}:{bare}" if prefix else bare)
