"""Only the elements and attributes of BPMN 2.0 that the engine runs: an allow-list, see docs/lint.md, "elements".

Where an element may stand, and how often, is part of the list: two readers of one file must not see two diagrams.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from runner.bpmn import BPMN, Diagram, local, reference
from runner.bpmn.passive import BOOLEANS, DEFAULTS, is_empty_pool
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, spot, warning

_ARTIFACTS = "textAnnotation association group"
_NODES = (
    "startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent userTask serviceTask "
    "businessRuleTask exclusiveGateway parallelGateway eventBasedGateway subProcess callActivity sequenceFlow "
    "dataObject dataObjectReference dataStoreReference " + _ARTIFACTS
)
_LINKS = "incoming outgoing "
_DATA_OF_TASK = _LINKS + "property ioSpecification dataInputAssociation dataOutputAssociation "

GRAMMAR: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    name: (frozenset(attributes.split()), frozenset(children.split()))
    for name, attributes, children in (
        (
            "definitions",
            "targetNamespace exporter exporterVersion expressionLanguage typeLanguage",
            "collaboration process message category dataStore",
        ),
        ("collaboration", "", "participant messageFlow " + _ARTIFACTS),
        ("participant", "processRef", ""),
        ("messageFlow", "sourceRef targetRef messageRef", ""),
        ("message", "", ""),
        ("process", "isExecutable isClosed processType", "laneSet " + _NODES),
        ("laneSet", "", "lane"),
        ("childLaneSet", "", "lane"),
        ("lane", "", "flowNodeRef childLaneSet"),
        ("flowNodeRef", "", ""),
        ("sequenceFlow", "sourceRef targetRef isImmediate", "conditionExpression"),
        ("conditionExpression", "", ""),
        ("textAnnotation", "textFormat", "text"),
        ("text", "", ""),
        ("association", "sourceRef targetRef associationDirection", ""),
        ("startEvent", "isInterrupting", _LINKS + "timerEventDefinition"),
        ("endEvent", "", _LINKS + "terminateEventDefinition"),
        ("intermediateCatchEvent", "", _LINKS + "timerEventDefinition messageEventDefinition"),
        ("intermediateThrowEvent", "", _LINKS),
        (
            "boundaryEvent",
            "attachedToRef cancelActivity",
            _LINKS + "timerEventDefinition messageEventDefinition",
        ),
        ("timerEventDefinition", "", "timeDuration timeDate timeCycle"),
        ("timeDuration", "", ""),
        ("timeDate", "", ""),
        ("timeCycle", "", ""),
        ("messageEventDefinition", "messageRef", ""),
        ("terminateEventDefinition", "", ""),
        ("userTask", "", _DATA_OF_TASK),
        ("serviceTask", "", _DATA_OF_TASK),
        ("businessRuleTask", "", _DATA_OF_TASK),
        ("callActivity", "calledElement", _DATA_OF_TASK),
        ("subProcess", "", _DATA_OF_TASK + _NODES),
        ("exclusiveGateway", "default gatewayDirection", _LINKS),
        ("parallelGateway", "gatewayDirection", _LINKS),
        ("eventBasedGateway", "gatewayDirection", _LINKS),
        ("incoming", "", ""),
        ("outgoing", "", ""),
        ("documentation", "textFormat", ""),
        ("extensionElements", "", ""),
        ("group", "categoryValueRef", ""),
        ("category", "", "categoryValue"),
        ("categoryValue", "value", ""),
        ("dataObject", "itemSubjectRef isCollection", "dataState"),
        ("dataObjectReference", "dataObjectRef itemSubjectRef", "dataState"),
        ("dataStore", "itemSubjectRef capacity isUnlimited", "dataState"),
        ("dataStoreReference", "dataStoreRef itemSubjectRef", "dataState"),
        ("dataState", "", ""),
        ("dataInputAssociation", "", "sourceRef targetRef"),
        ("dataOutputAssociation", "", "sourceRef targetRef"),
        ("sourceRef", "", ""),
        ("targetRef", "", ""),
        ("property", "", ""),
        ("ioSpecification", "", "inputSet outputSet"),
        ("inputSet", "", ""),
        ("outputSet", "", ""),
    )
}
"""Each element with the attributes (besides ``id``, ``name`` and those of `DEFAULTS`) and the children (besides
documentation and extension elements) that it may have. Elements of other namespaces are the business of the rule
"extensions"."""

_FIXED = frozenset(
    {
        "startQuantity",
        "completionQuantity",
        "isForCompensation",
        "parallelMultiple",
        "instantiate",
        "eventGatewayType",
        "implementation",
    }
)
"""Attributes that the engine does not know: they may only say what BPMN says without them."""

_FRAME = "Khung nhóm chỉ để trình bày: hệ thống không đọc, không chạy."
_DATASEEN = (
    "Hình dữ liệu ({element}) chỉ để trình bày: hệ thống không đọc, không ghi; dữ liệu của hồ sơ là các trường của "
    "biểu mẫu."
)
SEEN = {
    "group": _FRAME,
    **dict.fromkeys(("dataObject", "dataObjectReference", "dataStore", "dataStoreReference"), _DATASEEN),
    "ioSpecification": "Phần khai báo vào, ra (ioSpecification) trống nên không có tác dụng; có thể xóa.",
}
"""What is said of passive elements, where something is; the others come with these."""

_ONCE = {
    **{name: name for name in ("conditionExpression", "extensionElements", "text", "laneSet", "childLaneSet")},
    **{name: "eventDefinition" for name in GRAMMAR if name.endswith("EventDefinition")},
    **dict.fromkeys(("timeDuration", "timeDate", "timeCycle"), "timeDuration"),
    "collaboration": "collaboration",
}
_PLACEHOLDER = "__targetRef_placeholder"
"""The name that bpmn-js gives to a property at which an arrow from data ends; any other property holds data."""
_ANYWHERE = frozenset({"documentation", "extensionElements"})

_LOOP = "Không chạy được việc lặp hoặc nhân bản ({element}); hãy vẽ vòng lặp bằng cổng loại trừ."
_SCRIPT = "Không được dùng mã lệnh ({element}); việc tự động là serviceTask với một chủ đề (topic) của hệ thống."
_DATA = "Không dùng được phần tử dữ liệu {element}; dữ liệu của hồ sơ là các trường của biểu mẫu."
_EVENT = "Không dùng được sự kiện loại {element}; chỉ có hẹn giờ, thông điệp và kết thúc toàn bộ."
_MESSAGE = "Không dùng được {element}; hãy gửi bằng serviceTask, chờ bằng sự kiện nhận thông điệp."
_GATEWAY = "Không dùng được cổng {element}; chỉ có cổng loại trừ, song song và cổng chờ sự kiện."
_PLAIN = "Không biết ai làm việc loại {element}; hãy đổi thành userTask hoặc serviceTask."
_INNER = "Không dùng được tiểu quy trình loại {element}; hãy đổi thành tiểu quy trình thường."
_OTHER = "Phần tử {element} không được hỗ trợ; hãy xóa hoặc vẽ lại bằng phần tử khác."

ADVICE: Mapping[str, str] = {
    name: template
    for template, names in (
        (_LOOP, "multiInstanceLoopCharacteristics standardLoopCharacteristics loopCardinality loopCondition"),
        (_SCRIPT, "scriptTask script"),
        (
            _DATA,
            "dataInput dataOutput itemDefinition assignment transformation",
        ),
        (
            _EVENT,
            "signalEventDefinition errorEventDefinition escalationEventDefinition compensateEventDefinition "
            "conditionalEventDefinition linkEventDefinition cancelEventDefinition eventDefinitionRef",
        ),
        (_MESSAGE, "sendTask receiveTask"),
        (_GATEWAY, "inclusiveGateway complexGateway"),
        (_PLAIN, "task manualTask"),
        (_INNER, "transaction adHocSubProcess"),
    )
    for name in names.split()
}


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    refused: set[etree._Element] = set()
    for element in diagram.root.iter():
        parent = element.getparent()
        if parent is not None and parent in refused:
            refused.add(element)
        elif name := local(element):
            if fault := _misplaced(element, name, parent):
                refused.add(element)
                yield fault
            else:
                yield from _attributes(element, name)
                if name in SEEN:
                    yield warning(spot(element), SEEN[name], element=name)
    pools = frozenset(reference(each.get("processRef")) for each in diagram.root.iter(f"{{{BPMN}}}participant"))
    for process in diagram.root.iter(f"{{{BPMN}}}process"):
        if is_empty_pool(process, pools):
            yield warning(
                spot(process),
                "Bể này trỏ tới một quy trình trống ({id}); hãy thu gọn bể trong trình vẽ, hoặc xóa quy trình ấy.",
                id=short(process.get("id") or ""),
            )


def _misplaced(element: etree._Element, name: str, parent: etree._Element | None) -> Finding | None:
    if name not in GRAMMAR:
        return error(spot(element), ADVICE.get(name, _OTHER), element=short(name))
    if name == "property" and element.get("name") != _PLACEHOLDER:
        return error(spot(element), _DATA, element=name)
    if parent is None:
        return None
    around = local(parent)
    if around not in GRAMMAR or name not in GRAMMAR[around][1] | (
        _ANYWHERE if around not in _ANYWHERE else frozenset()
    ):
        return error(
            spot(element),
            "Phần tử {element} không được đặt trong {parent}.",
            element=name,
            parent=short(around or str(parent.tag)),
        )
    if name in _ONCE and any(_ONCE.get(local(other)) == _ONCE[name] for other in element.itersiblings(preceding=True)):
        return error(spot(element), "Phần tử {parent} chỉ được có một {element}.", element=_ONCE[name], parent=around)
    return None


def _attributes(element: etree._Element, name: str) -> Iterator[Finding]:
    defaults = DEFAULTS.get(name, {})
    allowed = GRAMMAR[name][0] | {"id", "name"} | defaults.keys()
    for attribute, value in element.attrib.items():
        bare = str(attribute).removeprefix(f"{{{BPMN}}}")
        if bare.startswith("{"):
            continue
        if bare != attribute or bare not in allowed:
            yield error(
                spot(element),
                "Thuộc tính {attribute} của {element} không được hỗ trợ; hãy xóa.",
                attribute=short(bare),
                element=name,
            )
        elif (values := _values(bare, defaults.get(bare, ""))) and value.strip() not in values:
            yield error(
                spot(element),
                "Thuộc tính {attribute} của {element} chỉ nhận giá trị {allowed}, không nhận “{value}”.",
                attribute=bare,
                element=name,
                allowed=" / ".join(values),
                value=short(str(value)),
            )


def _values(attribute: str, default: str) -> tuple[str, ...]:
    """The values that an attribute may have; none where any text will do."""
    if attribute in _FIXED:
        return (default, "0") if default == "false" else (default,)
    return ("true", "false", "1", "0") if attribute in BOOLEANS else ()
