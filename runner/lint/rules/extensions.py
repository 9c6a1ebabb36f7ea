"""Only those extensions that the runner knows or that merely decorate: see docs/lint.md, "extensions".

What another engine would do on a listener, an expression or a mapping of its own is never carried out here; a diagram
that asks for it would not run as drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from runner.bpmn import BPMN, BPMNDI, CAMUNDA, DC, DI, FLOW_NODES, XSI, Diagram, line_of, local
from runner.bpmn.foreign import DECORATION, DIALECTS, is_foreign, qualified
from runner.lint.content import Content
from runner.lint.finding import Finding, Spot, alike, error, short, spot, warning
from runner.lint.rules.elements import GRAMMAR

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
_FOREIGN = (
    "Phần mở rộng {extension} của phần mềm khác ({namespace}) không dùng được ở đây; hãy gỡ bằng lệnh "
    "“motcua clean TỆP”, hoặc xóa."
)
_DIALECT = (
    "Tệp ghi thuộc tính như {extension} trong không gian tên “{namespace}”; phần mềm này đọc “{camunda}”: hãy thay địa "
    "chỉ ấy ở đầu tệp."
)
_PERSON = "Việc được giao cho vai trò (làn), không cho từng người; hãy xóa {extension}."
_DUE = "Thời hạn là hẹn giờ gắn kèm vào việc (như P3D); {extension} không có tác dụng, hãy xóa."
_JOB = "{extension} không có tác dụng ở đây; hãy xóa."
_ADVICE = {
    **dict.fromkeys(("assignee", "candidateUsers"), _PERSON),
    **dict.fromkeys(("dueDate", "followUpDate"), _DUE),
    **dict.fromkeys(("priority", "jobPriority", "asyncBefore", "asyncAfter", "exclusive"), _JOB),
    "formKey": "Biểu mẫu của việc ghi ở camunda:formRef (tên tệp trong forms/); hãy xóa {extension}.",
}
"""What is said of attributes of Camunda that run nothing, by their name."""


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
            yield _refused(element, str(element.tag))
        elif not local(element) or local(element) in GRAMMAR:  # else the rule "elements" refuses it as a whole
            yield from _attributes(element)


def dialect(diagram: Diagram) -> bool:
    """Whether the file is written in the namespace of an engine akin to Camunda: its properties cannot be read."""
    return any(etree.QName(each).namespace in DIALECTS for each in diagram.root.iter())


def _refused(element: etree._Element, name: str) -> Finding:
    namespace, extension = qualified(element, name)
    if namespace in DIALECTS:
        found = error(
            _owner(element), _DIALECT, extension=short(extension), namespace=short(namespace), camunda=CAMUNDA
        )
        return alike(found, namespace)
    if is_foreign(namespace):
        return alike(
            error(_owner(element), _FOREIGN, extension=short(extension), namespace=short(namespace)), namespace
        )
    advice = _ADVICE.get(extension.rpartition(":")[2]) if namespace == CAMUNDA else None
    return error(_owner(element), advice or _REFUSED, extension=short(extension))


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
        yield _refused(element, str(attribute))


def _is_type(attribute: str, value: str, name: str) -> bool:
    return attribute == "type" and name in _TYPED and value.rpartition(":")[2] in _TYPES


def _drawing(element: etree._Element) -> Iterator[Finding]:
    namespace = etree.QName(element).namespace
    if namespace == BPMN:
        return  # the rule "elements" says that it is out of place
    if namespace not in _DRAWING:
        extension = short(qualified(element, str(element.tag))[1])
        yield warning(spot(element), "Phần mở rộng {extension} trong hình vẽ bị bỏ qua.", extension=extension)


def _owner(element: etree._Element) -> Spot:
    """The element of BPMN that `element` extends, at the line of `element` itself."""
    around = next((each for each in (element, *element.iterancestors()) if local(each) and each.get("id")), element)
    return Spot(around.get("id", ""), line_of(element))
