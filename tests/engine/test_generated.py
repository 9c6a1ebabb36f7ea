"""For every generated diagram and course of actions, loading a case gives the live one, and no case is ever stuck."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from runner import bpmn
from runner.domain.entry import Claim, DeliverMessage, Release, Submit
from runner.engine.errors import FlowLost, Stalled, StepsExceeded
from runner.engine.script import GatewayUndecided
from runner.lint.rules import parallel
from tests.engine.case_run import CaseRun
from tests.engine.generated import ANSWERS, act, diagrams, faulty, in_python, moves
from tests.lint.findings import lint

QUIET = settings(suppress_health_check=list(HealthCheck))
START = {"d": 0, "again": False}
ACTIONS = 25


@QUIET
@given(diagrams(), st.data())
def test_after_every_change_a_fresh_load_equals_the_live_case_and_something_is_left_to_do(
    data: bytes, drawn: st.DataObject
) -> None:
    assert [finding for finding in lint(data) if finding.severity == "error"] == []
    run = CaseRun(data, START)
    for _ in range(ACTIONS):
        possible = moves(run)
        if not possible:
            break
        act(run, drawn.draw(st.sampled_from(possible)), drawn.draw(ANSWERS))
    assert run.status in ("open", "finished")


@settings(QUIET, max_examples=50)
@given(faulty(), st.data())
def test_no_case_of_a_faulty_diagram_ever_stands_still_without_an_incident(data: bytes, drawn: st.DataObject) -> None:
    stuck = {each.element for each in parallel.check(bpmn.read(data), None) if each.severity == "error"}
    try:
        run = CaseRun(data, START, proved=False)
        for _ in range(ACTIONS):
            assert not stuck & run.instance.visits.keys(), "a join that is said never to be complete never goes on"
            possible = moves(run)
            onward = [each for each in possible if not isinstance(each, Claim | Release)]
            assert bool(onward) == (run.status == "open")
            if not onward:
                break
            act(run, drawn.draw(st.sampled_from(possible)), drawn.draw(ANSWERS))
    except (Stalled, FlowLost, GatewayUndecided, StepsExceeded):
        event("incident")
    else:
        event(f"{run.status}, {'some' if stuck else 'no'} joins are stuck")


class Oracle:
    """The same diagram run by the library alone: its parser, its tree, its `do_engine_steps`."""

    def __init__(self, data: bytes) -> None:
        self.values: dict[str, Any] = dict(START)
        parser = BpmnParser()
        parser.add_bpmn_xml(bpmn.read(in_python(data)).root)
        self.workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"), Flat(self.values))
        self.workflow.do_engine_steps()

    @property
    def ready(self) -> list[Any]:
        return list(self.workflow.get_tasks(state=TaskState.READY, manual=True))

    @property
    def awaited(self) -> list[str]:
        return [event.name for event in self.workflow.waiting_events()]

    def open(self) -> list[str]:
        return sorted(task.task_spec.bpmn_id for task in self.ready)

    def act(self, command: Submit | DeliverMessage, values: dict[str, Any], nth: int) -> None:
        self.values.update(values)
        if isinstance(command, DeliverMessage):
            self.workflow.send_event(BpmnEvent(MessageEventDefinition(command.message)))
        else:
            element = command.task.partition("#")[0]
            [*tasks] = [task for task in self.ready if task.task_spec.bpmn_id == element]
            tasks[nth].run()
        self.workflow.do_engine_steps()


class Flat(PythonScriptEngine):  # type: ignore[misc]
    """Conditions see the values of the case, not those that each branch inherited."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__()
        self.values = values

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return self.environment.evaluate(expression, dict(self.values), external_context)


@QUIET
@given(diagrams(plain=True), st.data())
def test_without_timers_the_library_itself_opens_the_same_tasks(data: bytes, drawn: st.DataObject) -> None:
    run, oracle = CaseRun(data, START, proved=False), Oracle(data)
    for _ in range(ACTIONS):
        assert sorted(run.open) == oracle.open()
        possible = [each for each in moves(run) if isinstance(each, Submit | DeliverMessage)]
        assert bool(possible) == (run.status == "open") == (not oracle.workflow.completed)
        # The library takes a message that does not interrupt once, which is not what BPMN 13.5.3 says.
        possible = [each for each in possible if isinstance(each, Submit) or each.message in oracle.awaited]
        if not possible:
            break
        command, answer = drawn.draw(st.sampled_from(possible)), drawn.draw(ANSWERS)
        nth = 0
        if isinstance(command, Submit):
            element = command.task.partition("#")[0]
            nth = [task.id for task in run.instance.tasks.values() if task.element == element].index(command.task)
        oracle.act(command, answer, nth)
        act(run, command, answer)
