"""Taking in asks for the dossier's papers and the fee cases of the decision: see docs/lint.md, "intake"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runner.bpmn import Node
from runner.domain.form import Component
from runner.domain.procedure import DossierItem
from runner.lint.conformance.comparison import Comparison
from runner.lint.conformance.wording import plain, unlike
from runner.lint.finding import Finding, error, short, title

FEE_CASE, ALLOT = "fee_case", "allot_number"
PAPERS = "dossier_items"
"""How the keys of the fields begin from which the receipt prints the papers that came in."""


def check(comparison: Comparison) -> Iterator[Finding]:
    for fee in comparison.facts.fees:
        if f"{fee.amount:,}".replace(",", ".") not in fee.text:
            yield error(
                comparison.process,
                "Dữ kiện ghi mức phí “{text}”, nhưng thu {amount} đồng.",
                text=short(fee.text),
                amount=fee.amount,
            )
    for task in opening(comparison):
        if comparison.form(task) is None:
            continue  # the rule "forms" reports it
        yield from _papers(comparison, task)
        yield from _fees(comparison, task)
    topics = {node.topic for node in comparison.main.values()}
    if ALLOT not in topics:
        yield error(comparison.process, "Không có việc tự động cấp mã hồ sơ (allot_number).")
    if comparison.facts.fees and not pinning(comparison):
        yield error(comparison.process, "Quyết định có mức phí, nhưng sơ đồ không có việc tự động chốt mức phí.")


def opening(comparison: Comparison) -> list[Node]:
    """The tasks with which a case begins."""
    starts = [n for n in comparison.main.values() if n.type == "startEvent" and n.parent == comparison.process.id]
    return [task for start in starts for task in comparison.next_tasks(start.id)]


def pinning(comparison: Comparison) -> list[Node]:
    """What settles how much the fee of a case is."""
    return [n for n in comparison.main.values() if n.topic == "pin_fee" or n.type == "businessRuleTask"]


def listed(comparison: Comparison, task: Node, item: DossierItem) -> bool:
    """Whether a task's form lets one tick a paper of the dossier, or each of its parts, with the decision's words."""
    labels = _labels(_lists(comparison, task, item))
    return any(labels >= choices for choices in _choices(item))


def _papers(comparison: Comparison, task: Node) -> Iterator[Finding]:
    form = comparison.form(task)
    for group in comparison.facts.groups:
        yield from unlike(task, plain(group.text), _labels(form.fields.values() if form else ()))
    for item in comparison.facts.dossier:
        lists, choices = _lists(comparison, task, item), _choices(item)
        labels, needed = _labels(lists), {plain(option.label) for each in lists for option in each.needed}
        if not listed(comparison, task, item):
            nearest = max(choices, key=lambda each: len(each & labels))
            for text in sorted(nearest):
                yield from unlike(task, text, labels)
        elif item.required and not any(needed >= each for each in choices):
            yield error(
                task,
                "Biểu mẫu của “{what}” không đòi giấy tờ bắt buộc “{row}” khi hồ sơ đầy đủ.",
                what=title(task),
                row=short(item.name),
            )
        elif not item.required and any(needed & each for each in choices):
            yield error(
                task,
                "Biểu mẫu của “{what}” đòi giấy tờ “{row}”, là giấy tờ quyết định không bắt buộc.",
                what=title(task),
                row=short(item.name),
            )


def _lists(comparison: Comparison, task: Node, item: DossierItem) -> list[Component]:
    """The lists of a task's form from which the receipt prints the paper; the label of each names its group, if any."""
    form = comparison.form(task)
    fields = form.fields.items() if form else ()
    return [each for key, each in fields if key.startswith(PAPERS) and item.group in each.label]


def _labels(fields: Iterable[Component]) -> set[str]:
    return {plain(option.label) for each in fields for option in each.options}


def _choices(item: DossierItem) -> list[set[str]]:
    """What a form offers for a paper: one choice with the whole of its text, or one for each of its parts."""
    whole, parts = {plain(item.name, *item.parts)}, {plain(item.name, part) for part in item.parts}
    return [whole, parts] if parts else [whole]


def _fees(comparison: Comparison, task: Node) -> Iterator[Finding]:
    form, facts = comparison.form(task), comparison.facts
    asked = form.fields.get(FEE_CASE) if form else None
    labels = {option.value: plain(option.label) for option in asked.options} if asked else {}
    for fee in facts.fees:
        if fee.case in labels:
            label = plain(f"{fee.label or facts.title}: {fee.text}")
            yield from unlike(task, label, [labels[fee.case]])
        elif labels or len(facts.fees) > 1:
            yield error(
                task,
                "Biểu mẫu của “{what}” không có trường hợp tính phí “{row}” ({field} = {value}).",
                what=title(task),
                row=short(fee.label),
                field=FEE_CASE,
                value=fee.case,
            )
    for value in sorted(labels.keys() - {fee.case for fee in facts.fees}):
        yield error(
            task,
            "Biểu mẫu của “{what}” có trường hợp tính phí “{value}”, là trường hợp quyết định không có.",
            what=title(task),
            value=short(value),
        )
