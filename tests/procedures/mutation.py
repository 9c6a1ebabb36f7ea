"""One wrong thing put into a diagram, everywhere that it can be: what the linter has to catch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction

from lxml import etree

from runner.bpmn import BPMN, BPMNDI, CAMUNDA
from runner.domain.person import Lane
from runner.domain.procedure import Procedure

Element = etree._Element
Edit = Callable[[], None]

_B, _C = f"{{{BPMN}}}", f"{{{CAMUNDA}}}"
OTHERS = 2
"""So many other steps, and as many other forms, are tried in place of a task's own."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """What was done to which element, and the file that came of it."""

    what: str
    element: str
    data: bytes

    def __str__(self) -> str:
        return f"{self.element}: {self.what}"


class Mutation:
    """Makes each mutant from a fresh copy of the diagram, without its drawing: none is to be caught by how it looks."""

    def __init__(self, data: bytes, facts: Procedure, forms: list[str]) -> None:
        self.original = etree.fromstring(data)
        for drawing in self.original.findall(f"{{{BPMNDI}}}BPMNDiagram"):
            self.original.remove(drawing)
        self.facts, self.forms = facts, forms

    def mutants(self, at_most: int, turn: int = 0) -> Iterator[Mutant]:
        """Mutants of all kinds, each with one thing changed: all of them, or every n-th, another n-th each `turn`."""
        every = [
            (place, what, edit)
            for place, element in enumerate(self.original.iter())
            if isinstance(element.tag, str) and element.tag.startswith(_B)
            for what, edit in self._edits(element)
        ]
        apart = -(-len(every) // at_most)
        for place, what, edit in every[turn % apart :: apart]:
            root = deepcopy(self.original)
            element = next(each for number, each in enumerate(root.iter()) if number == place)
            id = element.get("id") or ""
            edit(element)
            yield Mutant(what, id, etree.tostring(root))

    def _edits(self, element: Element) -> Iterator[tuple[str, Callable[[Element], None]]]:
        name = element.tag.removeprefix(_B)
        if name == "process":
            yield from self._process(element)
        if name in ("boundaryEvent", "startEvent") and element.find(f"{_B}timerEventDefinition") is not None:
            yield from self._timer(element, name)
        if name == "userTask":
            yield from self._task(element)
        if name in ("userTask", "serviceTask", "businessRuleTask"):
            yield "removed, the flow goes past it", past
        if name == "exclusiveGateway":
            yield from self._gateway(element)
        if name == "sequenceFlow" and element.find(f"{_B}conditionExpression") is not None:
            yield from self._condition(element)
        if name == "endEvent" and properties(element).get("outcome"):
            for other in {"granted", "refused", "not_accepted", "returned"} - {properties(element)["outcome"]}:
                yield f"outcome is {other}", lambda at, other=other: put(at, "outcome", other)
            yield "no outcome", lambda at: put(at, "outcome", None)
        if name == "subProcess" and element.get("triggeredByEvent") == "true":
            yield "removed", removed

    def _process(self, element: Element) -> Iterator[tuple[str, Callable[[Element], None]]]:
        other = {"working-days": "calendar-days", "calendar-days": "working-days"}
        yield "the other calendar", lambda at: put(at, "calendar", other[properties(element)["calendar"]])
        yield "no calendar", lambda at: put(at, "calendar", None)
        yield "not executable", lambda at: at.set("isExecutable", "false")

    def _timer(self, event: Element, name: str) -> Iterator[tuple[str, Callable[[Element], None]]]:
        yield "timer removed", removed if name == "boundaryEvent" else without_timer
        yield (
            "interrupting",
            lambda at: at.set("cancelActivity" if name == "boundaryEvent" else "isInterrupting", "true"),
        )
        if (text := timing(event).text or "").startswith("P"):
            for what, written in durations(text):
                yield f"{what}: {written}", lambda at, written=written: time(at, written)
            if name == "boundaryEvent" and not text.startswith("PT"):
                yield "named in another unit", lambda at: at.set("name", "01 tuần")
        else:
            before = [f"=working_days_before(case_due, {days})" for days in (1, 2, 3)]
            for written in (
                *before,
                f"=day_close({before[0][1:]})",
                "=case_due",
                "=working_days_after(case_due, 1)",
                "=now",
            ):
                if written != text:
                    yield f"at {written}", lambda at, written=written: time(at, written)

    def _task(self, task: Element) -> Iterator[tuple[str, Callable[[Element], None]]]:
        step, clock = properties(task).get("step"), properties(task).get("clock")
        for lane in Lane:
            if lane != lane_of(task):
                yield f"in lane {lane}", lambda at, lane=lane: move(at, lane)
        for other in others([each.id for each in self.facts.steps], step):
            yield f"step {other}", lambda at, other=other: put(at, "step", other)
        if step:
            yield "no step", lambda at: put(at, "step", None)
        for form in others(self.forms, task.get(f"{_C}formRef")):
            yield f"form {form}", lambda at, form=form: at.set(f"{_C}formRef", form)
        yield "no form", lambda at: at.attrib.pop(f"{_C}formRef")
        yield "a form that is nowhere", lambda at: at.set(f"{_C}formRef", "none")
        for mark in ("start", "pause", "stop"):
            if mark != clock:
                yield f"clock {mark}", lambda at, mark=mark: put(at, "clock", mark)
        if clock:
            yield f"no clock {clock}", lambda at: put(at, "clock", None)
        yield "removed", removed
        if step:
            yield "renamed", lambda at: at.set("name", "Việc khác")
            kept = f"{(task.get('name') or '').partition('. ')[0]}. Ăn trưa"
            if any(
                each.text and (each.step, each.form) == (step, task.get(f"{_C}formRef"))
                for each in self.facts.task_texts
            ):
                yield "its words lost", lambda at: at.set("name", kept)
        yield "another id", lambda at: at.set("id", "Task_other")

    def _gateway(self, gateway: Element) -> Iterator[tuple[str, Callable[[Element], None]]]:
        flows = [each.text or "" for each in gateway.findall(f"{_B}outgoing")]
        if len(flows) < 2:
            return
        yield "no default", lambda at: at.attrib.pop("default")
        for flow in flows:
            if flow != gateway.get("default"):
                yield f"ways of the default and {flow} changed", lambda at, flow=flow: swap(at, flow, "targetRef")
                yield f"conditions of the default and {flow} changed", lambda at, flow=flow: trade(at, flow)
                if gateway.get("name") in [branch.question for branch in self.facts.branches]:
                    yield f"names of the default and {flow} changed", lambda at, flow=flow: swap(at, flow, "name")
                yield f"{flow} removed", lambda at, flow=flow: removed(named(at, flow))

    def _condition(self, flow: Element) -> Iterator[tuple[str, Callable[[Element], None]]]:
        text = flow.find(f"{_B}conditionExpression").text or ""
        for value in text.split('"')[1::2]:
            yield f"“{value}” misspelt", lambda at, value=value: say(at, text.replace(f'"{value}"', f'"{value}x"'))
        yield "turned round", lambda at: say(at, text[0] + text[1:].replace("=", "!=", 1))


def others(known: list[str], own: str | None) -> list[str]:
    """The nearest of the `known` values that are not the element's own."""
    place = known.index(own) if own in known else 0
    return sorted((each for each in known if each != own), key=lambda each: abs(known.index(each) - place))[:OTHERS]


def properties(element: Element) -> dict[str, str]:
    path = f"{_B}extensionElements/{_C}properties/{_C}property"
    return {each.get("name", ""): each.get("value", "") for each in element.findall(path)}


def put(element: Element, name: str, value: str | None) -> None:
    """Set or (None) take away an extension property."""
    holder = element.find(f"{_B}extensionElements")
    if holder is None:
        holder = etree.Element(f"{_B}extensionElements")
        element.insert(0, holder)
    within = holder.find(f"{_C}properties")
    if within is None:
        within = etree.SubElement(holder, f"{_C}properties")
    for each in within.findall(f"{_C}property"):
        if each.get("name") == name:
            within.remove(each)
    if value is not None:
        etree.SubElement(within, f"{_C}property", name=name, value=value)


def named(near: Element, id: str) -> Element:
    """The element of the same file with `id`."""
    return next(each for each in near.getroottree().iter() if each.get("id") == id)


def timing(event: Element) -> Element:
    [definition] = event.findall(f"{_B}timerEventDefinition")
    return definition[0]


def time(event: Element, text: str) -> None:
    timing(event).text = text


def durations(text: str) -> list[tuple[str, str]]:
    """Half the time, and a day more."""
    if text.startswith("PT"):
        hours = int(text[2:-1])
        return [("half", f"PT{hours // 2}H"), ("a day more", f"PT{hours + 24}H"), ("in days", f"P{hours // 24}D")]
    days = Fraction(text[1:-1])
    half = max(Fraction(1, 2), Fraction(int(days), 2)) if days != Fraction(1, 2) else Fraction(3, 2)
    return [("half", f"P{float(half):g}D"), ("a day more", f"P{float(days + 1):g}D"), ("hours", "PT24H")]


def without_timer(start: Element) -> None:
    for definition in start.findall(f"{_B}timerEventDefinition"):
        start.remove(definition)


def lane_of(task: Element) -> str:
    if group := task.get(f"{_C}candidateGroups"):
        return group
    for lane in task.getroottree().iter(f"{_B}lane"):
        if task.get("id") in [each.text for each in lane.findall(f"{_B}flowNodeRef")]:
            return lane.get("id") or ""
    return ""


def move(task: Element, lane: str) -> None:
    """Give a task to another lane, which is drawn if it is not."""
    if task.get(f"{_C}candidateGroups"):
        task.set(f"{_C}candidateGroups", lane)
        return
    lanes = {each.get("id"): each for each in task.getroottree().iter(f"{_B}lane")}
    for each in lanes.values():
        for member in each.findall(f"{_B}flowNodeRef"):
            if member.text == task.get("id"):
                each.remove(member)
    if lane not in lanes:
        [around] = task.getroottree().iter(f"{_B}laneSet")
        lanes[lane] = etree.SubElement(around, f"{_B}lane", id=lane, name=lane)
    etree.SubElement(lanes[lane], f"{_B}flowNodeRef").text = task.get("id")


def removed(element: Element) -> None:
    """Take an element away with what hangs on it: its flows, its boundary events and theirs, and their drawing."""
    root, gone = element.getroottree().getroot(), {element.get("id")} | {each.get("id") for each in element.iter()}
    gone.discard(None)
    ends = ("sourceRef", "targetRef", "attachedToRef", "bpmnElement")
    while True:
        more = [
            each
            for each in root.iter("{*}*")
            if any(each.get(end) in gone for end in ends) and each.get("id") not in gone
        ]
        if not more:
            break
        gone |= {each.get("id") for each in more}
    for each in list(root.iter("{*}*")):
        parent = each.getparent()
        if parent is not None and (each.get("id") in gone or (each.tag != f"{_B}text" and each.text in gone)):
            parent.remove(each)


def past(task: Element) -> None:
    """Take a task away and lead what came to it to where it led."""
    root, id = task.getroottree().getroot(), task.get("id")
    leaving = next((each for each in root.iter(f"{_B}sequenceFlow") if each.get("sourceRef") == id), None)
    if leaving is None:
        return removed(task)
    after = named(task, leaving.get("targetRef") or "")
    for flow in root.iter(f"{_B}sequenceFlow"):
        if flow.get("targetRef") == id:
            flow.set("targetRef", after.get("id") or "")
            etree.SubElement(after, f"{_B}incoming").text = flow.get("id")
            after.insert(0, after[-1])
            for entering in task.findall(f"{_B}incoming"):
                task.remove(entering)
    removed(task)


def swap(gateway: Element, flow: str, attribute: str) -> None:
    """Change what the default flow and another have in an attribute."""
    one, other = named(gateway, gateway.get("default") or ""), named(gateway, flow)
    first, second = one.get(attribute) or "", other.get(attribute) or ""
    one.set(attribute, second)
    other.set(attribute, first)


def trade(gateway: Element, flow: str) -> None:
    """Make another flow the default, and give its condition to the one that was."""
    one, other = named(gateway, gateway.get("default") or ""), named(gateway, flow)
    one.append(other[0])
    gateway.set("default", flow)


def say(flow: Element, condition: str) -> None:
    flow[0].text = condition
