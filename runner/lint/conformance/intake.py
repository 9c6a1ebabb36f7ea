"""Taking in asks for the dossier's papers and the fee cases of the decision: see docs/lint.md, "intake"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from runner.bpmn import Node
from runner.domain.form import Component, Option
from runner.domain.procedure import DossierItem
from runner.lint.conformance.comparison import Comparison
from runner.lint.finding import Finding, error, short, title

FEE_CASE = "fee_case"
_NUMBER = re.compile(r"^[\d.]+\.\s+")
_WORDS = 3
"""So many first words of a paper's name must stand in its choice, which may be shorter than the decision's sentence."""


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
        for item in comparison.facts.dossier:
            if not listed(comparison, task, item):
                yield error(
                    task, "Biểu mẫu của “{what}” không có giấy tờ “{row}”.", what=title(task), row=short(item.name)
                )
            elif item.required and not demanded(comparison, task, item):
                yield error(
                    task,
                    "Biểu mẫu của “{what}” không đòi giấy tờ bắt buộc “{row}” khi hồ sơ đầy đủ.",
                    what=title(task),
                    row=short(item.name),
                )
            elif demanded(comparison, task, item) and not item.required:
                yield error(
                    task,
                    "Biểu mẫu của “{what}” đòi giấy tờ “{row}”, là giấy tờ quyết định không bắt buộc.",
                    what=title(task),
                    row=short(item.name),
                )
        yield from _fees(comparison, task)
    topics = {node.topic for node in comparison.main.values()}
    if "allot_number" not in topics:
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
    """Whether a task's form lets one tick a paper of the dossier, or each of its parts."""
    labels = [_words(option.label) for option in _options(comparison, task)]
    if any(label.startswith(_words(item.name, _WORDS)) for label in labels):
        return True
    return bool(item.parts) and all(any(_words(part, _WORDS) in label for label in labels) for part in item.parts)


def demanded(comparison: Comparison, task: Node, item: DossierItem) -> bool:
    """Whether a task's form asks for a paper of a complete dossier; a checklist's label names its group, if any."""
    form = comparison.form(task)
    lists = [each for each in form.fields.values() if item.group in each.label] if form else []
    return any(_words(option.label).startswith(_words(item.name, _WORDS)) for each in lists for option in each.needed)


def _words(text: str, count: int | None = None) -> str:
    """The first words of a text, without its number, in small letters and a blank after each."""
    found = re.findall(r"\w+", _NUMBER.sub("", text).casefold())
    return "".join(f"{word} " for word in found[:count])


def _options(comparison: Comparison, task: Node) -> Iterator[Option]:
    def of(components: Iterable[Component]) -> Iterator[Option]:
        for each in components:
            yield from each.options
            yield from of(each.components)

    if form := comparison.form(task):
        yield from of(form.components)


def _fees(comparison: Comparison, task: Node) -> Iterator[Finding]:
    asked, known = set(comparison.options(task, FEE_CASE)), {fee.case for fee in comparison.facts.fees}
    for fee in comparison.facts.fees:
        if fee.case not in asked and (asked or len(known) > 1):
            yield error(
                task,
                "Biểu mẫu của “{what}” không có trường hợp tính phí “{row}” ({field} = {value}).",
                what=title(task),
                row=short(fee.label),
                field=FEE_CASE,
                value=fee.case,
            )
    for value in sorted(asked - known):
        yield error(
            task,
            "Biểu mẫu của “{what}” có trường hợp tính phí “{value}”, là trường hợp quyết định không có.",
            what=title(task),
            value=short(value),
        )
