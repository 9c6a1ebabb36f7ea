"""Each paper that the decision or the diagram names exists, and a task makes it: see docs/lint.md, "papers"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import Node
from runner.domain.procedure import FormTitle
from runner.lint.conformance.comparison import FORM, PAPER, Comparison
from runner.lint.conformance.steps_and_tasks import everyone
from runner.lint.finding import Finding, error, short, title
from runner.papers import form_set

OWN = frozenset({f"{FORM} 05", f"{FORM} 06"})
"""The control slip and the register: the software keeps them for every case of every diagram."""
KNOWN = frozenset(f"{FORM} 0{number}" for number in range(1, 7))
"""The papers of the set that a decision without a list of its own uses."""


def check(comparison: Comparison) -> Iterator[Finding]:
    if (named := comparison.facts.form_set) not in (known := form_set.known()):
        yield error(
            comparison.process,
            "Dữ kiện nêu bộ mẫu giấy tờ {code}, phần mềm có: {known}.",
            code=named,
            known=", ".join(known),
        )
    codes = {paper.code for paper in comparison.facts.forms} or KNOWN
    for branch in comparison.facts.branches:
        for outcome in branch.outcomes:
            if outcome.form and outcome.form not in codes:
                yield error(
                    comparison.process,
                    "Dữ kiện nêu {paper} ở “{row}” nhưng không có trong danh sách forms.",
                    paper=outcome.form,
                    row=branch.question,
                )
    for node in comparison.diagram.nodes.values():
        for code in PAPER.findall(node.name):
            if code not in codes:
                yield error(
                    node, "“{what}” nêu giấy tờ {paper}, là giấy tờ quyết định không có.", what=title(node), paper=code
                )
            elif node.type == "userTask" and comparison.form(node) and not comparison.carries_on_form(node, code):
                yield error(
                    node,
                    "“{what}” lập giấy tờ {paper}, nhưng biểu mẫu {form} không nói đến giấy tờ ấy.",
                    what=title(node),
                    paper=code,
                    form=short(node.form or ""),
                )
    for paper in comparison.facts.forms:
        if not carriers(comparison, paper):
            yield error(
                comparison.process,
                "Không việc nào nêu giấy tờ “{row}” của quyết định.",
                row=short(f"{paper.code} {paper.title}"),
            )


def carriers(comparison: Comparison, paper: FormTitle) -> list[str]:
    """The ids of elements that mention a paper; the process for papers that the software keeps for every case."""
    if paper.code in OWN:
        return [comparison.process.id]
    around = [node for node in comparison.diagram.nodes.values() if node.type == "subProcess"]
    tasks: list[Node] = [task for task in everyone(comparison) if comparison.carries(task, paper.code)]
    return [*(node.id for node in around if comparison.named(node.name, paper.code)), *(task.id for task in tasks)]
