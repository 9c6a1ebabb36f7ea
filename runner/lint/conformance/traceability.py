"""The trace matrix: which elements of a diagram carry which row of the decision, and which carry none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from runner.bpmn import Diagram, Node
from runner.bpmn.graph import boundaries
from runner.domain.case import ClockMark
from runner.domain.form import Form
from runner.domain.procedure import FormTitle, Procedure
from runner.lint.conformance import apology, branches, intake, papers, results, steps_and_tasks
from runner.lint.conformance.comparison import Comparison, read
from runner.lint.content import Content
from runner.lint.rules.steps import limits

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "step": "Bước",
        "work": "Việc",
        "outcome": "Nhánh",
        "term": "Thời hạn",
        "start": "Bắt đầu tính",
        "stop": "Hết tính",
        "paper": "Biểu mẫu",
        "dossier": "Thành phần hồ sơ",
        "fee": "Phí",
        "result": "Kết quả",
        "apology": "Xin lỗi",
    }
)
"""The kinds of rows, in Vietnamese; in this order."""

REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "noted": "Ghi chú trên sơ đồ",
        "start": "Nơi hồ sơ vào",
        "end": "Chỗ kết thúc của phần bổ sung",
        "automatic": "Việc tự động của phần mềm",
        "gateway": "Cổng của phần bổ sung",
        "timer": "Hẹn giờ nhắc việc",
        "late": "Ghi nhận quá hạn",
        "": "Chưa có ghi chú",
    }
)
"""Why an element carries nothing of the decision; "" where it needs a note and has none."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the decision, its text in lines, and the ids of the elements that carry it.

    `added` rows are the software's, not the decision's.
    """

    kind: str
    id: str
    text: str
    elements: tuple[str, ...]
    added: bool = False


@dataclass(frozen=True, slots=True)
class Addition:
    """An element that carries no row of the decision. `note` is the text of its annotation."""

    element: str
    name: str
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """Both directions: from each row to its elements, and the elements that no row needs; `names` by their ids."""

    rows: tuple[Row, ...]
    additions: tuple[Addition, ...]
    names: Mapping[str, str]

    @property
    def gaps(self) -> list[str]:
        """What is not traced: rows without an element, and elements without a row or a reason."""
        empty = [f"{row.kind} {row.id}" for row in self.rows if not row.elements]
        return empty + [each.element for each in self.additions if not each.reason]


def trace(diagram: Diagram, facts: Procedure, forms: Mapping[str, Form]) -> Trace | None:
    """The matrix of a procedure; None where its facts do not say where the legal clock runs."""
    comparison = read(diagram, Content(forms, facts=facts))
    if comparison is None:
        return None
    rows = tuple(_rows(comparison))
    ours = {element for row in rows if row.added and row.kind == "work" for element in row.elements}
    legal = {element for row in rows if not row.added for element in row.elements} - ours
    additions = tuple(_addition(comparison, node) for node in diagram.nodes.values() if node.id not in legal)
    return Trace(rows, additions, MappingProxyType(_names(comparison)))


def _names(comparison: Comparison) -> dict[str, str]:
    """What the elements are called; a flow without a name by the task or gateway that it leads to."""
    diagram, process = comparison.diagram, comparison.process
    hosts = {id: diagram.nodes.get(node.attached_to or "", node) for id, node in diagram.nodes.items()}
    names = {id: node.name or hosts[id].name for id, node in diagram.nodes.items()}
    flows = {id: flow.name or names.get(flow.target, "") for id, flow in diagram.flows.items()}
    return {process.id: process.name, **names, **flows}


def _rows(comparison: Comparison) -> Iterator[Row]:
    facts = comparison.facts
    for step in facts.steps:
        own = [task.id for task in comparison.tasks if task.properties.get("step") == step.id]
        yield Row("step", step.id, "\n".join(step.text), tuple(own))
    for task_text in facts.task_texts:
        tasks = tuple(task.id for task in steps_and_tasks.carriers(comparison, task_text))
        form = comparison.content.forms.get(task_text.form)
        text = task_text.text or (form.title if form else task_text.form)
        yield Row("work", task_text.step, text, tasks, added=not task_text.text)
    yield from _outcomes(comparison)
    yield from _term(comparison)
    for paper in _papers(comparison):
        yield Row("paper", paper.code, paper.title, tuple(papers.carriers(comparison, paper)), added=paper.added)
    opening = intake.opening(comparison)
    for number, item in enumerate(facts.dossier, start=1):
        tasks = tuple(task.id for task in opening if intake.listed(comparison, task, item))
        yield Row("dossier", str(number), "\n".join((item.name, *item.parts)), tasks)
    for fee in facts.fees:
        asking = [task.id for task in opening if fee.case in comparison.options(task, intake.FEE_CASE)]
        yield Row("fee", fee.case, f"{fee.label}: {fee.text}", (*asking, *(n.id for n in intake.pinning(comparison))))
    for outcome, text in results.declared(comparison).items():
        drawn = results.ends(comparison, outcome)
        yield Row("result", outcome, text or " / ".join(n.name for n in drawn), tuple(end.id for end in drawn))
    text = facts.apology.text or _apology_title(comparison)
    for subs in filter(None, apology.moments(comparison).values()):
        inside = [each for sub in subs for each in (sub, *_inside(comparison, sub))]
        yield Row("apology", "", text, tuple(n.id for n in inside), added=not facts.apology.in_decision)


def _apology_title(comparison: Comparison) -> str:
    """What the slip of apology is called."""
    return next((paper.title for paper in comparison.facts.forms if paper.code == apology.PAPER), apology.PAPER)


def _inside(comparison: Comparison, sub: Node) -> list[Node]:
    return [node for node in comparison.diagram.nodes.values() if node.parent == sub.id]


def _outcomes(comparison: Comparison) -> Iterator[Row]:
    carrying = branches.carriers(comparison)
    for branch in comparison.facts.branches:
        for outcome in branch.outcomes:
            flows = [
                flow
                for gateway in carrying[branch.id]
                for flow, each in branches.pairs(comparison, carrying, branch, gateway)
                if each is outcome
            ]
            text = outcome.text or f"{branch.question} {flows[0].name if flows else outcome.id}"
            elements = tuple(element for flow in flows for element in (flow.source, flow.id))
            yield Row("outcome", branch.step, text, elements, branches.adds(comparison, branch, outcome))


def _term(comparison: Comparison) -> Iterator[Row]:
    time, drawn = comparison.facts.time, limits(comparison.diagram)
    timers = [event.id for task in comparison.tasks for event in drawn.get(task.id, ())]
    yield Row("term", "", f"{time.text} {time.counted_from}".strip(), (comparison.process.id, *timers))
    marks = {
        mark: tuple(n.id for n in comparison.main.values() if n.properties.get("clock") == mark)
        for mark in (ClockMark.START, ClockMark.STOP)
    }
    yield Row("start", comparison.clock.starts_with, time.counted_from or time.text, marks[ClockMark.START])
    for step in comparison.clock.stops_after:
        stops = tuple(id for id in marks[ClockMark.STOP] if comparison.main[id].properties.get("step") == step)
        yield Row("stop", step, time.text, stops)


def _papers(comparison: Comparison) -> Iterator[FormTitle]:
    """The papers that the decision lists, and those that its branches name beside."""
    yield from comparison.facts.forms
    listed = {paper.code for paper in comparison.facts.forms}
    named = {outcome.form for branch in comparison.facts.branches for outcome in branch.outcomes if outcome.form}
    for code in sorted(named - listed):
        yield FormTitle(code, code)


def _addition(comparison: Comparison, node: Node) -> Addition:
    note = _note(comparison, node)
    return Addition(node.id, node.name, "noted" if note else _reason(comparison, node), note)


def _note(comparison: Comparison, node: Node) -> str:
    """What the annotation says that marks the node, or the task right beside it, as added."""
    near = [node.id, *comparison.beside(node.id)] if node.type == "userTask" else [node.id]
    slip = [sub.id for subs in apology.moments(comparison).values() for sub in subs]
    if {node.id, node.parent} & {*slip}:  # one note counts for all of the apology
        near += slip
    return next((note for id in near if (note := comparison.note(id))), "")


def _reason(comparison: Comparison, node: Node) -> str:
    around = boundaries(comparison.diagram)
    events = {event.id for events in around.values() for event in events}
    if node.type in ("serviceTask", "businessRuleTask"):
        return "automatic"
    if node.type == "startEvent":
        return "start"
    if node.type == "boundaryEvent":
        return "timer"
    if node.type == "endEvent":
        before = {comparison.diagram.flows[flow].source for flow in node.incoming}
        return "late" if before and before <= events else "end"
    if node.type.endswith("Gateway"):
        leads = any(comparison.note(task.id) for id in comparison.after[node.id] for task in comparison.next_tasks(id))
        return "gateway" if leads or node.type != "exclusiveGateway" or len(node.outgoing) < 2 else ""
    return ""
