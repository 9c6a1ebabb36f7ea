"""A procedure's diagram made ready to run: parsed once per version, never changed, shared by all its cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from runner import feel
from runner.bpmn import Diagram, Flow, Node, timer
from runner.bpmn.passive import plain
from runner.bpmn.timer import FUNCTIONS, TimerRule
from runner.domain import form as forms
from runner.domain.case import ClockMark
from runner.domain.form import Form
from runner.domain.limit import Limit, Unit
from runner.domain.person import KINDS, LaneKind
from runner.engine.ahead import Ahead, ahead
from runner.engine.parser import Parser
from runner.engine.reserve import reserves
from runner.errors import DiagramInvalid


class NotExecutable(DiagramInvalid):
    """Sơ đồ “{name}” không chạy được: {reason}"""


@dataclass(frozen=True, slots=True)
class Definition:
    """What an `Instance` runs on.

    `unit` is how a day counts; `limits` maps a user task to its step limit, read from its non-interrupting boundary
    timer, and `limit_timers` names those timers. `due_timers` maps a user task without step limit to such a timer that
    asks for the case's due moment. `ways` maps the two ends of sequence flows to the flows between them, by id, with
    their conditions ("" for none). `clock` maps elements to their mark on the legal clock. `reserves` maps a step to
    the working days that it leaves to the steps that follow it. `dated` are the types of the forms' values that hold
    dates. `clerks` are the lanes of the one-stop counter. `ahead` is what lies ahead of each task.
    """

    process: str
    name: str
    unit: Unit
    nodes: Mapping[str, Node]
    timers: Mapping[str, TimerRule]
    conditions: Mapping[str, feel.Expression]
    ways: Mapping[tuple[str, str], Mapping[str, str]]
    limits: Mapping[str, Limit]
    limit_timers: frozenset[str]
    due_timers: Mapping[str, str]
    clock: Mapping[str, str]
    dated: Mapping[str, feel.Type]
    clerks: frozenset[str]
    reserves: Mapping[str, Fraction]
    ahead: Ahead
    spec: Any
    subprocess_specs: Mapping[str, Any]


CLERKS: Final = frozenset(id for id, kind in KINDS.items() if kind == LaneKind.CLERK)


def define(
    diagram: Diagram,
    called: Sequence[Diagram] = (),
    asked: Iterable[Form] = (),
    clerks: frozenset[str] = CLERKS,
) -> Definition:
    """The definition of the one executable process of `diagram`, with the processes that it calls in `called`.

    `asked` are the forms of their tasks, `clerks` the lanes that take dossiers in.

    Raises `DiagramInvalid` families. Linting comes before: this only refuses what could not be run at all.
    """
    by_others = {node.called for node in diagram.nodes.values()}
    executable = [each for each in diagram.processes.values() if each.executable and each.id not in by_others]
    if len(executable) != 1:
        raise NotExecutable(name=diagram.name, reason=f"{len(executable)} process isExecutable")
    [process] = executable
    calendar = process.properties.get("calendar")
    unit = Unit.CALENDAR_DAYS if calendar == Unit.CALENDAR_DAYS else Unit.WORKING_DAYS
    nodes: dict[str, Node] = {}
    for each in (diagram, *called):
        if doubled := nodes.keys() & each.nodes.keys():
            raise NotExecutable(name=diagram.name, reason=f"id {', '.join(sorted(doubled))} ({each.name})")
        nodes |= each.nodes
    flows = [flow for each in (*called, diagram) for flow in each.flows.values()]
    timers = {node.id: timer.read(node.timer, unit) for node in nodes.values() if node.timer}
    beside = {
        node.id: (node.attached_to, rule)
        for node in nodes.values()
        if node.type == "boundaryEvent" and not node.interrupting and node.attached_to
        if (rule := timers.get(node.id)) and (host := nodes.get(node.attached_to)) and host.type == "userTask"
    }
    limits = {task: (id, rule.limit) for id, (task, rule) in beside.items() if rule.limit}
    limited = {task: limit for task, (_, limit) in limits.items()}
    legal = frozenset(id for id, rule in timers.items() if rule.legal)
    spec, subprocess_specs = _parse((diagram, *called), process.id)
    return Definition(
        process.id,
        process.name,
        unit,
        nodes,
        timers,
        {flow.condition: feel.parse(flow.condition, FUNCTIONS) for flow in flows if flow.condition},
        _ways(flows),
        limited,
        frozenset(id for id, _ in limits.values()),
        {task: id for id, (task, rule) in beside.items() if rule.legal and task not in limits},
        _clock(nodes, {flow.id: flow.target for flow in flows}),
        {name: kind for name, kind in forms.types(asked).items() if kind.temporal},
        clerks,
        reserves((diagram, *called), process.id, limited),
        ahead((diagram, *called), process.id, limited, unit, legal),
        spec,
        subprocess_specs,
    )


def _ways(flows: Iterable[Flow]) -> dict[tuple[str, str], dict[str, str]]:
    ways: dict[tuple[str, str], dict[str, str]] = {}
    for flow in flows:
        ways.setdefault((flow.source, flow.target), {})[flow.id] = (flow.condition or "").strip()
    return ways


def _clock(nodes: Mapping[str, Node], targets: Mapping[str, str]) -> dict[str, str]:
    """The clock marks. An event-based gateway waits in place of the events behind it, so it takes over their pause."""
    marks = {node.id: node.properties["clock"] for node in nodes.values() if "clock" in node.properties}
    for gateway in nodes.values():
        if gateway.type == "eventBasedGateway":
            behind = [targets[flow] for flow in gateway.outgoing]
            pauses = [event for event in behind if marks.get(event) == ClockMark.PAUSE]
            if pauses:
                marks[gateway.id] = ClockMark.PAUSE
            for event in pauses:
                del marks[event]
    return marks


def _parse(diagrams: Sequence[Diagram], process: str) -> tuple[Any, dict[str, Any]]:
    parser = Parser()
    try:
        for diagram in diagrams:
            parser.add_bpmn_xml(plain(diagram.root), diagram.name)
        return parser.get_spec(process), parser.get_subprocess_specs(process)
    except DiagramInvalid:
        raise
    except Exception as error:  # the library raises anything, from its own classes to KeyError
        raise NotExecutable(name=diagrams[0].name, reason=str(error)) from error
