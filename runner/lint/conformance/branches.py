"""Each branch of the decision is a gateway, each outcome a flow that leads there: see docs/lint.md, "branches"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from runner import feel
from runner.bpmn import Flow, Node
from runner.bpmn.graph import reached
from runner.domain.case import CaseOutcome
from runner.domain.procedure import Branch, Outcome
from runner.lint.conformance.answers import decides
from runner.lint.conformance.comparison import PAPER, Comparison, condition, outcome_row
from runner.lint.finding import Finding, error, short, title

Carrying = dict[str, list[Node]]
"""The gateways of each branch, by its id."""


def check(comparison: Comparison) -> Iterator[Finding]:
    carrying = carriers(comparison)
    for branch in comparison.facts.branches:
        if not carrying[branch.id]:
            yield error(
                comparison.process, "Không cổng nào ở bước {step} hỏi “{row}”.", step=branch.step, row=branch.question
            )
        for gateway in carrying[branch.id]:
            yield from _branch(comparison, carrying, branch, gateway)
            yield from _result(comparison, carrying, branch, gateway)
    yield from _labels(comparison, carrying)
    known = {gateway.id for gateways in carrying.values() for gateway in gateways}
    for gateway in comparison.gateways:
        if gateway.id not in known:
            yield from _other(comparison, carrying, gateway)


def _labels(comparison: Comparison, carrying: Carrying) -> Iterator[Finding]:
    """A flow is named by the answer that it is; so is one where another step asks the same question again."""
    for branch in comparison.facts.branches:
        for gateway in comparison.gateways:
            if _plain(gateway.name) != _plain(branch.question):
                continue
            for flow, outcome in pairs(comparison, carrying, branch, gateway):
                if outcome.label and _plain(flow.name) != _plain(outcome.label):
                    yield error(
                        flow,
                        "“{row}” ghi trên sơ đồ là “{label}”, nhưng luồng tên “{name}”.",
                        row=outcome_row(branch.question, outcome),
                        label=short(outcome.label),
                        name=short(flow.name or "–"),
                    )


def carriers(comparison: Comparison) -> Carrying:
    """The gateways that ask the question of each branch, after a task of its step."""
    return {
        branch.id: [
            gateway
            for gateway in comparison.gateways
            if _plain(gateway.name) == _plain(branch.question) and branch.step in comparison.steps_before(gateway.id)
        ]
        for branch in comparison.facts.branches
    }


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def pairs(comparison: Comparison, carrying: Carrying, branch: Branch, gateway: Node) -> list[tuple[Flow, Outcome]]:
    """Which flow of a gateway is which outcome: by the value of its condition, the others in what they lead to."""
    by_id = {outcome.id: outcome for outcome in branch.outcomes}
    flows = comparison.flows(gateway)
    found = [(flow, by_id.pop(value[1])) for flow in flows if (value := decides(flow)) and value[1] in by_id]
    left = [flow for flow in flows if decides(flow) is None]
    for outcome in by_id.values():
        fitting = [flow for flow in left if outcome.next in leads_to(comparison, carrying, branch, gateway, flow)]
        if flow := next(iter(fitting or left), None):
            left.remove(flow)
            found.append((flow, outcome))
    return found


def _branch(comparison: Comparison, carrying: Carrying, branch: Branch, gateway: Node) -> Iterator[Finding]:
    flows, found = comparison.flows(gateway), pairs(comparison, carrying, branch, gateway)
    for flow in flows:
        if (value := decides(flow)) and flow not in [each for each, _ in found]:
            yield error(
                flow,
                "Nhánh “{row}” không có kết quả “{value}” trong dữ kiện.",
                row=branch.question,
                value=short(value[1]),
            )
    if not _by_paper(comparison, branch):
        yield from _unclear(flows)
    if len(flows) != len(branch.outcomes):
        yield error(
            gateway,
            "“{row}” có {count} kết quả trong dữ kiện, nhưng cổng có {drawn} luồng ra.",
            row=branch.question,
            count=len(branch.outcomes),
            drawn=len(flows),
        )
        return
    for flow, outcome in found:
        row = outcome_row(branch.question, outcome)
        if outcome.next not in leads_to(comparison, carrying, branch, gateway, flow):
            yield error(
                flow,
                "“{row}” phải dẫn đến {next}, nhưng luồng “{what}” không đến đó.",
                row=row,
                next=outcome.next,
                what=title(flow),
            )
        if outcome.form and not any(
            comparison.carries(task, outcome.form) for task in near(comparison, branch, gateway, flow)
        ):
            yield error(
                flow,
                "“{row}” có giấy tờ {paper}, nhưng không việc nào trên luồng “{what}” nêu giấy tờ ấy.",
                row=row,
                paper=outcome.form,
                what=title(flow),
            )
        yield from _option(comparison, gateway, flow, outcome, row)
        if adds(comparison, branch, outcome) and not _leads_to_added(comparison, flow):
            yield error(
                flow,
                "“{row}” không có trong quyết định: hãy gắn ghi chú “Bổ sung của phần mềm” vào việc mà "
                "luồng “{what}” dẫn đến.",
                row=row,
                what=title(flow),
            )


def _by_paper(comparison: Comparison, branch: Branch) -> bool:
    """Whether a branch says which of the two papers the case ended with: earlier answers together may decide that."""
    return comparison.facts.results is not None and all(each.next.startswith("end_") for each in branch.outcomes)


def _unclear(flows: Sequence[Flow]) -> Iterator[Finding]:
    for flow in flows:
        if flow.condition and decides(flow) is None:
            yield error(
                flow,
                'Điều kiện của luồng “{what}” phải có dạng trường = "giá trị", để đối chiếu được với quyết định.',
                what=title(flow),
            )


def _option(comparison: Comparison, gateway: Node, flow: Flow, outcome: Outcome, row: str) -> Iterator[Finding]:
    """Where the form's choice names a paper, it is the outcome's."""
    field = next((value[0] for each in comparison.flows(gateway) if (value := decides(each))), "")
    for task in comparison.last_tasks(gateway.id):
        form = comparison.form(task)
        options = form.fields[field].options if form and field in form.fields else ()
        for option in options:
            papers = PAPER.findall(option.label)
            if option.value == outcome.id and papers and outcome.form not in papers:
                yield error(
                    flow,
                    "“{row}” có giấy tờ {paper}, nhưng lựa chọn “{option}” nêu giấy tờ khác.",
                    row=row,
                    paper=outcome.form or "–",
                    option=short(option.label),
                )


def leads_to(comparison: Comparison, carrying: Carrying, branch: Branch, gateway: Node, flow: Flow) -> set[str]:
    """The steps, branches and ends (``end_granted``) that come next on a flow; tasks of the branch's own step go on."""
    asks = {each.id: id for id, gateways in carrying.items() for each in gateways}

    def on(id: str) -> Iterable[str]:
        node = comparison.main[id]
        other = node.type == "userTask" and comparison.step(node) and node.properties["step"] != branch.step
        return () if other or id in asks or id == gateway.id else comparison.after[id]

    found = set()
    for id in reached([flow.target] if flow.target in comparison.main else [], on):
        node = comparison.main[id]
        if node.type == "userTask" and comparison.step(node):
            found.add(node.properties["step"])
        if id in asks:
            found.add(asks[id])
        if node.type == "endEvent":
            found.add("end_" + node.properties.get("outcome", ""))
    return found


def near(comparison: Comparison, branch: Branch, gateway: Node, flow: Flow) -> list[Node]:
    """The tasks that an outcome's paper can come from: those before the gateway and those of the flow's next steps."""

    def on(id: str) -> Iterable[str]:
        node = comparison.main[id]
        other = node.type == "userTask" and node.properties.get("step") != branch.step
        return () if other or id == gateway.id or node in comparison.gateways else comparison.after[id]

    after = reached([flow.target] if flow.target in comparison.main else [], on)
    return [*comparison.last_tasks(gateway.id), *(task for task in comparison.tasks if task.id in after)]


def adds(comparison: Comparison, branch: Branch, outcome: Outcome) -> bool:
    """Whether the software adds an outcome: it quotes no words of the decision, and leads back or out."""
    if outcome.text or all(each.next.startswith("end_") for each in branch.outcomes):
        return False
    order = [step.id for step in comparison.facts.steps]
    back = outcome.next in order and order.index(outcome.next) <= order.index(branch.step)
    return back or outcome.next.startswith("end_")


def _leads_to_added(comparison: Comparison, flow: Flow) -> bool:
    if comparison.added(flow.source) or comparison.added(flow.id):
        return True
    return flow.target in comparison.main and any(
        comparison.added(task.id) for task in comparison.next_tasks(flow.target)
    )


def _other(comparison: Comparison, carrying: Carrying, gateway: Node) -> Iterator[Finding]:
    """A gateway of no branch decides at most between the decision's one way and what the software adds."""
    flows = comparison.flows(gateway)
    added = [flow for flow in flows if _leads_to_added(comparison, flow)]
    if len(flows) - len(added) > 1:
        yield error(
            gateway,
            "Cổng “{what}” không phải nhánh của quyết định, cũng không ghi là bổ sung của phần mềm.",
            what=title(gateway),
        )
        return
    if not comparison.added(gateway.id):
        yield from _unclear(flows)
    field = next((value[0] for flow in flows if (value := decides(flow))), "")
    ways = _meaning(comparison, carrying, field)
    decided = {value[1] for flow in flows if (value := decides(flow))}
    for flow in flows:
        value = decides(flow)
        for id in [value[1]] if value else sorted(ways.keys() - decided):
            if id in ways and ways[id] != (flow in added):
                yield error(
                    flow,
                    "Ở “{gateway}”, câu trả lời “{value}” đi luồng “{what}”, ngược với các cổng khác hỏi “{field}”.",
                    gateway=title(gateway),
                    value=id,
                    what=title(flow),
                    field=field,
                )


def _meaning(comparison: Comparison, carrying: Carrying, field: str) -> dict[str, bool]:
    """Of the answers to a field that decides a branch: whether they take a way that the software adds."""
    return {
        outcome.id: adds(comparison, branch, outcome)
        for branch in comparison.facts.branches
        for gateway in carrying[branch.id]
        if any(value and value[0] == field for value in map(decides, comparison.flows(gateway)))
        for outcome in branch.outcomes
    }


def _result(comparison: Comparison, carrying: Carrying, branch: Branch, gateway: Node) -> Iterator[Finding]:
    """Where answers given earlier decide the result: those that led to each of the two papers end with it."""
    results, flows = comparison.facts.results, comparison.flows(gateway)
    if results is None or not _by_paper(comparison, branch):
        return
    if any(decides(flow) for flow in flows):
        return
    for other in comparison.facts.branches:
        for outcome in other.outcomes:
            paper = "" if other is branch else _paper(outcome.text, results.refused, results.granted)
            if not paper or outcome.next in carrying:
                continue
            taken = _taken(flows, _answers(comparison, carrying, other, outcome))
            end = comparison.main.get(taken.target) if taken else None
            if taken and end and end.type == "endEvent" and end.properties.get("outcome") != paper:
                yield error(
                    taken,
                    "“{row}” phải kết thúc là {expected}, nhưng cổng “{what}” cho kết thúc khác.",
                    row=outcome_row(other.question, outcome),
                    expected=paper,
                    what=title(gateway),
                )


def _paper(text: str, refused: str, granted: str) -> str:
    plain = text.casefold()
    if refused and refused.casefold() in plain:
        return CaseOutcome.REFUSED
    return CaseOutcome.GRANTED if granted.casefold() in plain else ""


def _answers(comparison: Comparison, carrying: Carrying, branch: Branch, outcome: Outcome) -> dict[str, object]:
    """The answers that lead to an outcome, from branch to branch."""
    answers: dict[str, object] = {}
    seen: set[str] = set()
    while branch.id not in seen:
        seen.add(branch.id)
        for gateway in carrying[branch.id][:1]:
            field = next((value[0] for flow in comparison.flows(gateway) if (value := decides(flow))), "")
            answers.setdefault(field, outcome.id)
        before = ((each, way) for each in comparison.facts.branches for way in each.outcomes if way.next == branch.id)
        branch, outcome = next(before, (branch, outcome))
    return answers


def _taken(flows: Sequence[Flow], answers: dict[str, object]) -> Flow | None:
    """The flow that an exclusive gateway takes."""
    for flow in flows:
        found = condition(flow)
        if found and feel.evaluate(found, answers) is True:
            return flow
    return next((flow for flow in flows if flow.default), None)
