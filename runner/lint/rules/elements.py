"""Only the elements and attributes of BPMN 2.0 that the engine runs: an allow-list, see docs/lint.md, "elements".

Where an element may stand, and how often, is part of the list: two readers of one file must not see two diagrams.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from runner.bpmn import BPMN, Diagram, local
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, spot

_ARTIFACTS = "textAnnotation association"
_NODES = (
    "startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent userTask serviceTask "
    "businessRuleTask exclusiveGateway parallelGateway eventBasedGateway subProcess callActivity sequenceFlow "
    + _ARTIFACTS
)
_LINKS = "incoming outgoing "
_ACTIVITY = "startQuantity completionQuantity isForCompensation "

GRAMMAR: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    name: (frozenset(attributes.split()), frozenset(children.split()))
    for name, attributes, children in (
        (
            "definitions",
            "targetNamespace exporter exporterVersion expressionLanguage typeLanguage",
            "collaboration process message",
        ),
        ("collaboration", "isClosed", "participant messageFlow " + _ARTIFACTS),
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
        ("startEvent", "isInterrupting parallelMultiple", _LINKS + "timerEventDefinition"),
        ("endEvent", "", _LINKS + "terminateEventDefinition"),
        ("intermediateCatchEvent", "parallelMultiple", _LINKS + "timerEventDefinition messageEventDefinition"),
        ("intermediateThrowEvent", "", _LINKS),
        (
            "boundaryEvent",
            "attachedToRef cancelActivity parallelMultiple",
            _LINKS + "timerEventDefinition messageEventDefinition",
        ),
        ("timerEventDefinition", "", "timeDuration timeDate timeCycle"),
        ("timeDuration", "", ""),
        ("timeDate", "", ""),
        ("timeCycle", "", ""),
        ("messageEventDefinition", "messageRef", ""),
        ("terminateEventDefinition", "", ""),
        ("userTask", _ACTIVITY, _LINKS),
        ("serviceTask", _ACTIVITY, _LINKS),
        ("businessRuleTask", _ACTIVITY, _LINKS),
        ("callActivity", _ACTIVITY + "calledElement", _LINKS),
        ("subProcess", _ACTIVITY + "triggeredByEvent", _LINKS + _NODES),
        ("exclusiveGateway", "default gatewayDirection", _LINKS),
        ("parallelGateway", "gatewayDirection", _LINKS),
        ("eventBasedGateway", "gatewayDirection instantiate eventGatewayType", _LINKS),
        ("incoming", "", ""),
        ("outgoing", "", ""),
        ("documentation", "textFormat", ""),
        ("extensionElements", "", ""),
    )
}
"""Each element with the attributes (besides ``id`` and ``name``) and the children (besides documentation and
extension elements) that it may have. Elements of other namespaces are the business of the rule "extensions"."""

_BOOLEAN = ("true", "false")
VALUES: Mapping[str, tuple[str, ...]] = {
    "isExecutable": _BOOLEAN,
    "cancelActivity": _BOOLEAN,
    "isInterrupting": _BOOLEAN,
    "triggeredByEvent": ("true",),  # the engine's parser takes any value for true
    "startQuantity": ("1",),
    "completionQuantity": ("1",),
    "isForCompensation": ("false",),
    "parallelMultiple": ("false",),
    "instantiate": ("false",),
    "eventGatewayType": ("Exclusive",),
}
"""Attributes that may only have certain values: of those that the engine does not know, what BPMN says without them."""

_ONCE = {
    **{name: name for name in ("conditionExpression", "extensionElements", "text", "laneSet", "childLaneSet")},
    **{name: "eventDefinition" for name in GRAMMAR if name.endswith("EventDefinition")},
    **dict.fromkeys(("timeDuration", "timeDate", "timeCycle"), "timeDuration"),
    "collaboration": "collaboration",
}
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
            "dataObject dataObjectReference dataStore dataStoreReference dataState ioSpecification dataInput "
            "dataOutput dataInputAssociation dataOutputAssociation property itemDefinition",
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


def _misplaced(element: etree._Element, name: str, parent: etree._Element | None) -> Finding | None:
    if name not in GRAMMAR:
        return error(spot(element), ADVICE.get(name, _OTHER), element=short(name))
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
    allowed = GRAMMAR[name][0] | {"id", "name"}
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
        elif bare in VALUES and value not in VALUES[bare]:
            yield error(
                spot(element),
                "Thuộc tính {attribute} của {element} chỉ nhận giá trị {allowed}, không nhận “{value}”.",
                attribute=bare,
                element=name,
                allowed=" / ".join(VALUES[bare]),
                value=short(str(value)),
            )
