"""Reads a diagram into a specification of SpiffWorkflow: only what procedures use, with our classes in its place."""

from __future__ import annotations

from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    EventBasedGatewayParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs import defaults

from runner.engine.spiffworkflow import (
    BoundaryEvent,
    CatchEvent,
    ExclusiveGateway,
    ParallelGateway,
    ProcessSpec,
    ServiceTask,
    StartEvent,
    TimerDefinition,
)


class _ProcessParser(ProcessParser):
    def create_spec(self) -> ProcessSpec:
        return ProcessSpec(self.bpmn_id, description=self.get_name(), filename=self.filename)

    def get_position(self, node_id: str) -> dict[str, float]:
        return {"x": 0.0, "y": 0.0}


class _TimerParser:
    def parse_timer_event(self: Any, event: Any) -> TimerDefinition:
        [expression] = event.xpath("./*[local-name() != 'extensionElements' and local-name() != 'documentation']")
        return TimerDefinition(self.bpmn_id, (expression.text or "").strip())


class _StartParser(_TimerParser, StartEventParser):
    pass


class _CatchParser(_TimerParser, IntermediateCatchEventParser):
    pass


class _BoundaryParser(_TimerParser, BoundaryEventParser):
    pass


class Parser(BpmnParser):
    """Reads only the elements that procedures use; all other elements have no parser, so the library refuses them."""

    PROCESS_PARSER_CLASS = _ProcessParser
    PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        full_tag(tag): classes
        for tag, classes in {
            "startEvent": (_StartParser, StartEvent),
            "endEvent": (EndEventParser, defaults.EndEvent),
            "userTask": (TaskParser, defaults.UserTask),
            "serviceTask": (TaskParser, ServiceTask),
            "businessRuleTask": (TaskParser, ServiceTask),
            "subProcess": (SubWorkflowParser, defaults.SubWorkflowTask),
            "callActivity": (CallActivityParser, defaults.CallActivity),
            "exclusiveGateway": (ConditionalGatewayParser, ExclusiveGateway),
            "parallelGateway": (GatewayParser, ParallelGateway),
            "eventBasedGateway": (EventBasedGatewayParser, defaults.EventBasedGateway),
            "intermediateCatchEvent": (_CatchParser, CatchEvent),
            "intermediateThrowEvent": (IntermediateThrowEventParser, defaults.IntermediateThrowEvent),
            "boundaryEvent": (_BoundaryParser, BoundaryEvent),
        }.items()
    }
