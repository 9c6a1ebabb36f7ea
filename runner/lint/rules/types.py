"""Conditions of diagrams and forms fit the types of the forms' fields: see docs/lint.md, "types"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from runner import feel
from runner.bpmn import Diagram, Node
from runner.domain.decision import KINDS, Table
from runner.domain.form import Component, Form
from runner.domain.form.type import types, types_of
from runner.feel.advice import TypeFault
from runner.feel.inference import OF_PYTHON, condition_faults, inferred
from runner.feel.type import ANY, DATE, STRING, Type
from runner.lint import expression
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, title

ASKED: Final[Mapping[str, Type]] = {"procedure": STRING, "received": DATE}
"""What a table may ask besides the values of the case: see `runner.domain.decision.context`."""


class ColumnMismatched(TypeFault):
    """Cột “{label}” so với {wanted}, nhưng điều nó hỏi là {type}."""


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    if content is None:
        return
    known, whole = content.types(diagram)
    yield from _differing(diagram, content)
    for flow in diagram.flows.values():
        found = expression.read(flow.condition) if flow.condition else None
        if isinstance(found, feel.Expression):
            for fault in condition_faults(found, known, whole=whole):
                yield error(
                    flow,
                    "Điều kiện “{condition}” không bao giờ cho kết quả như ý. {reason}",
                    condition=short(flow.condition or ""),
                    reason=fault,
                )
    seen: set[str] = set()
    for node in diagram.nodes.values():
        if table := content.tables.get(node.decision or ""):
            yield from _table(node, table, {**known, **ASKED}, whole)
        if node.form and node.form not in seen and (form := content.forms.get(node.form)):
            seen.add(node.form)
            yield from _form(node, form, form.components, known, whole)


def _form(
    node: Node, form: Form, components: Iterable[Component], known: Mapping[str, Type], whole: bool
) -> Iterator[Finding]:
    """The faults of what a form hides, demands and shows."""
    known = {**known, **types_of(components)}
    for each in components:
        asked = [condition_faults(found, known, whole=whole) for found in (each.hide, each.needed_when) if found]
        shown = [inferred(each.source, known, whole=whole)[1]] if each.source else []
        for fault in (fault for faults in (*asked, *shown) for fault in faults):
            yield error(
                node,
                "Biểu mẫu “{form}” của “{what}”, phần “{part}”, có biểu thức không bao giờ cho kết quả như ý. {reason}",
                form=form.id,
                what=title(node),
                part=short(each.label or each.key or each.type),
                reason=fault,
            )
        yield from _form(node, form, each.components, known, whole)


def _table(node: Node, table: Table, known: Mapping[str, Type], whole: bool) -> Iterator[Finding]:
    """The faults of what a table asks of the case."""
    for column in table.inputs:
        kind, faults = inferred(column.expression, known, whole=whole)
        wanted = OF_PYTHON[KINDS[column.kind]]
        if kind.name not in (ANY.name, wanted.name):
            faults.append(ColumnMismatched(label=short(column.label), wanted=wanted, type=kind))
        for fault in faults:
            yield error(
                node,
                "Bảng quyết định “{table}” mà “{what}” hỏi không bao giờ cho kết quả như ý. {reason}",
                table=short(table.name),
                what=title(node),
                reason=fault,
            )


def _differing(diagram: Diagram, content: Content) -> Iterator[Finding]:
    """One name is one kind of value in all forms."""
    first: dict[str, tuple[str, Type]] = {}
    asked = {node.form: node for node in diagram.nodes.values() if node.form}
    for id, form in content.forms.items():
        if form and id not in asked:  # of the processes that call this one or are called by it
            first |= {name: (id, kind) for name, kind in types([form]).items()}
    for id, node in asked.items():
        form = content.forms.get(id)
        for name, kind in types([form]).items() if form else ():
            other, before = first.setdefault(name, (id, kind))
            if (before.name, before.member and before.member.name) != (kind.name, kind.member and kind.member.name):
                yield error(
                    node,
                    "Trường “{name}” là {kind} ở biểu mẫu “{form}” nhưng là {other_kind} ở “{other}”: hãy đổi tên.",
                    name=name,
                    kind=kind,
                    form=id,
                    other_kind=before,
                    other=other,
                )
