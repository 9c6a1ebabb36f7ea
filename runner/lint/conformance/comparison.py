"""A diagram beside the decision's facts for it, and the walks that every rule of conformance takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from runner import feel
from runner.bpmn import Diagram, Flow, Node, Process
from runner.bpmn.graph import boundaries, reached, sources, targets
from runner.domain.form import Component, Form
from runner.domain.procedure import LegalTerm, Outcome, Procedure, Step
from runner.lint import expression
from runner.lint.content import Content
from runner.lint.finding import short
from runner.lint.rules.clock import before_receipt

ADDED = "Bổ sung của phần mềm"
"""How an annotation begins that says what the decision does not have."""
FORM = "Mẫu"
PAPER = re.compile(rf"\b{FORM} \d\d\b|\bBM\.[A-Z]+\.\d\d\.\d\d\b")
"""The codes by which decisions call their papers."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared. `main` are the nodes that a case passes, without late ends, reminders and event sub-processes.

    `after` says what each leads to; `tasks` are those of people, `gateways` the exclusive ones that decide something.
    `unreceived` are the nodes that a dossier comes to only before its receipt, where no time runs.
    `granted` are the papers by which a branch grants the result, which the decision may call otherwise in its list.
    """

    diagram: Diagram
    facts: Procedure
    clock: LegalTerm
    content: Content
    process: Process
    main: dict[str, Node]
    after: dict[str, tuple[str, ...]]
    steps: dict[str, Step]
    tasks: list[Node]
    gateways: list[Node]
    unreceived: frozenset[str]
    granted: frozenset[str]
    _spoken: dict[str, str] = field(default_factory=dict)

    @property
    def readable(self) -> bool:
        """Whether every form that there is can be read; deploying says what is wrong with one that cannot."""
        shown = {task.form for task in self.diagram.nodes.values() if task.type == "userTask" and task.form}
        return all(self.content.forms[form] is not None for form in shown & self.content.forms.keys())

    @property
    def former(self) -> bool:
        """Whether the facts are as release 0.1.0 asked for them, and the diagram may be so too: see docs/adr/0021."""
        slip = self.facts.apology
        return slip.opens_working_days_before is None and not slip.warning_only

    def flows(self, gateway: Node) -> list[Flow]:
        return [self.diagram.flows[id] for id in gateway.outgoing]

    def step(self, node: Node) -> Step | None:
        """The step of the decision that a task is part of."""
        return self.steps.get(node.properties.get("step", ""))

    def timed(self, node: Node) -> bool:
        """Whether a task's time is part of the term."""
        step = self.step(node)
        return step is not None and step.duration.days is not None and node.id not in self.unreceived

    def form(self, task: Node) -> Form | None:
        return self.content.forms.get(task.form) if task.form else None

    def options(self, task: Node, field: str) -> list[str]:
        """What a task's form lets one choose for a field; nothing when it does not ask for it."""
        form = self.form(task)
        component = form.fields.get(field) if form else None
        return [option.value for option in component.options] if component else []

    def until_task(self, start: str) -> set[str]:
        """The nodes that follow on `start` up to the next tasks of people, these and `start` included."""

        def on(id: str) -> Iterable[str]:
            return () if id != start and self._is_task(id) else self.after[id]

        return reached([start], on)

    def next_tasks(self, start: str) -> list[Node]:
        """The tasks of people that come next where `start` is reached; `start` itself if it is one."""
        if self._is_task(start):
            return [self.main[start]]
        return [self.main[id] for id in sorted(self.until_task(start)) if self._is_task(id)]

    def last_tasks(self, id: str) -> list[Node]:
        """The tasks of people from which a case comes to a node without another in between."""
        found = reached(sources(self.diagram, id), lambda at: () if self._is_task(at) else sources(self.diagram, at))
        return [self.main[at] for at in sorted(found) if self._is_task(at)]

    def steps_before(self, id: str) -> set[str]:
        """The steps of the nearest tasks before a node that belong to one."""

        def back(at: str) -> Iterable[str]:
            return () if self._is_task(at) and self.step(self.main[at]) else sources(self.diagram, at)

        found = reached(sources(self.diagram, id), back)
        return {step.id for at in found if self._is_task(at) and (step := self.step(self.main[at]))}

    def _is_task(self, id: str) -> bool:
        return id in self.main and self.main[id].type == "userTask"

    def note(self, id: str) -> str:
        """The annotation, at the element or at a sub-process around it, by which the software adds it; "" for none."""
        diagram = self.diagram
        notes = {
            end: diagram.annotations[note].text
            for link in diagram.associations
            for end, note in ((link.source, link.target), (link.target, link.source))
            if note in diagram.annotations and diagram.annotations[note].text.startswith(ADDED)
        }
        seen: set[str] = set()
        while id and id not in seen:
            if id in notes:
                return notes[id]
            seen.add(id)
            id = diagram.nodes[id].parent if id in diagram.nodes else ""
        return ""

    def added(self, id: str) -> bool:
        """Whether an annotation says that the software adds the element."""
        return bool(self.note(id))

    def beside(self, id: str) -> list[str]:
        """The nodes right before one, then those right after it."""
        return [*sources(self.diagram, id), *targets(self.diagram, id)]

    def added_beside(self, task: Node) -> bool:
        """Whether the task, or one right before or after it, is marked as added: one note counts for them together."""
        return any(self.added(id) for id in (task.id, *self.beside(task.id)))

    def named(self, text: str, code: str) -> bool:
        """Whether a text mentions a paper, by its code or its title."""
        return self._mentions(self._plain(text), code)

    def carries(self, task: Node, code: str) -> bool:
        """Whether a task or its form mentions a paper."""
        return self.named(task.name, code) or self.carries_on_form(task, code)

    def carries_on_form(self, task: Node, code: str) -> bool:
        """Whether a task's form mentions a paper."""
        id = task.form or ""
        if id not in self._spoken:
            form = self.form(task)
            self._spoken[id] = self._plain(words(form)) if form else ""
        return self._mentions(self._spoken[id], code)

    def _plain(self, text: str) -> str:
        """Without the name of the refusal's paper, which holds the name of the one that is granted."""
        results = self.facts.results
        return text.casefold().replace(results.refused.casefold() if results and results.refused else "\n", "")

    def _mentions(self, plain: str, code: str) -> bool:
        titles = [code, *(form.title for form in self.facts.forms if form.code == code)]
        if code in self.granted:
            titles.append(self.facts.results.granted if self.facts.results else code)
        return any(re.search(rf"(?<!\w){re.escape(title.casefold())}(?!\w)", plain) for title in titles)


def read(diagram: Diagram, content: Content | None) -> Comparison | None:
    """The comparison of `diagram`; None without facts, or with facts that do not say where the legal clock runs."""
    facts = content.facts if content else None
    process = next((each for each in diagram.processes.values() if each.executable), None)
    if content is None or facts is None or facts.clock is None or process is None:
        return None
    starts = [n.id for n in diagram.nodes.values() if n.type == "startEvent" and n.parent == process.id]
    around = boundaries(diagram)
    after = {id: tuple(_onward(diagram, around, id)) for id in diagram.nodes}
    passed = reached(starts, after.__getitem__)
    main = {id: node for id, node in diagram.nodes.items() if id in passed}
    return Comparison(
        diagram,
        facts,
        facts.clock,
        content,
        process,
        main,
        after,
        steps={step.id: step for step in facts.steps},
        tasks=[node for node in main.values() if node.type == "userTask"],
        gateways=[node for node in main.values() if node.type == "exclusiveGateway" and len(node.outgoing) > 1],
        unreceived=before_receipt(diagram),
        granted=_granted(facts),
    )


def _granted(facts: Procedure) -> frozenset[str]:
    results = facts.results
    named = (way for branch in facts.branches for way in branch.outcomes if results and results.granted in way.text)
    return frozenset(way.form for way in named if way.form and results and results.refused not in way.text)


def _onward(diagram: Diagram, around: Mapping[str, list[Node]], id: str) -> Iterator[str]:
    node = diagram.nodes[id]
    yield from targets(diagram, id)
    yield from (event.id for event in around.get(id, ()) if event.interrupting)
    if node.type == "subProcess" and not node.triggered_by_event:
        yield from (n.id for n in diagram.nodes.values() if n.parent == id and n.type == "startEvent")
    if node.type == "endEvent" and node.parent in diagram.nodes:
        yield from targets(diagram, node.parent)


def words(form: Form) -> str:
    """Everything that a form shows."""

    def of(components: Iterable[Component]) -> Iterator[str]:
        for each in components:
            yield from (each.label, each.text, each.description, *(option.label for option in each.options))
            yield from of(each.components)

    return "\n".join((form.title, *of(form.components)))


def condition(flow: Flow) -> feel.Expression | None:
    """The flow's condition, None where it has none that can be read."""
    found = expression.read(flow.condition) if flow.condition else None
    return found if isinstance(found, feel.Expression) else None


def step_row(step: Step) -> str:
    """The name of a step in a finding."""
    return short(f"{step.id}: {step.text[0].lstrip('-+* ')}")


def outcome_row(question: str, outcome: Outcome) -> str:
    """The name of a branch's outcome in a finding."""
    return short(f"{question} {outcome.text.lstrip('-+* ') or outcome.id}")
