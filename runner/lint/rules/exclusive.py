"""An exclusive gateway always has a flow to take: see docs/lint.md, "exclusive"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from runner import feel
from runner.bpmn import Diagram, Flow, Node
from runner.domain.form import Component
from runner.domain.form.component import FILES
from runner.feel.advice import written
from runner.feel.tree import Call, Comparison, Literal, Name
from runner.lint import expression
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, title

MAX_ANSWERS = 1_000
"""How many answers of the forms together are tried at one gateway."""


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for node in diagram.nodes.values():
        if node.default is not None and node.default not in node.outgoing:
            yield error(
                node,
                "Nhánh mặc định “{flow}” không phải luồng ra của “{what}”; hãy chọn lại nhánh mặc định.",
                flow=short(node.default),
                what=title(node),
            )
        if node.type != "exclusiveGateway" or len(node.outgoing) < 2:
            continue
        flows = [diagram.flows[id] for id in node.outgoing]
        for flow in flows:
            if flow.default and flow.condition is not None:
                yield error(
                    flow, "Nhánh mặc định “{what}” không được có điều kiện; hãy xóa điều kiện.", what=title(flow)
                )
            if not flow.default and flow.condition is None:
                yield error(
                    flow,
                    "Nhánh “{what}” cần điều kiện, hoặc là nhánh mặc định của cổng “{gateway}”.",
                    what=title(flow),
                    gateway=title(node),
                )
        if not any(flow.default for flow in flows):
            yield from _covered(node, flows, content)


def _covered(node: Node, flows: Sequence[Flow], content: Content | None) -> Iterator[Finding]:
    """A gateway without a default has a flow for every answer that the forms let people give."""
    read = [expression.read(flow.condition or "") for flow in flows]
    conditions = [found for found in read if isinstance(found, feel.Expression)]
    if len(conditions) < len(flows):
        return  # the rule "conditions" reports it
    names = sorted({name for condition in conditions for name in condition.names})
    fields = [_fields(content, name) for name in names]
    answers = [_answers(each) for each in fields]
    if not all(answers) or prod(map(len, answers)) > MAX_ANSWERS:
        undecided = all(map(_left_empty, fields)) and feel.evaluate(conditions[0], {}) is None
        sure = _complementary(conditions) and not undecided
        if not sure and (any(fields) or not _distinguishing(conditions)):
            yield error(
                node, "Cổng “{what}” cần một nhánh mặc định: các điều kiện có thể cùng không thỏa.", what=title(node)
            )
        return
    for given in product(*answers):
        if not _taken(conditions, dict(zip(names, given, strict=True))):
            told = ", ".join(f"{name} = {written(Literal(value))}" for name, value in zip(names, given, strict=True))
            yield error(
                node,
                "Cổng “{what}” không có nhánh nào cho câu trả lời {answer}; hãy thêm nhánh, hoặc chọn nhánh mặc định.",
                what=title(node),
                answer=short(told),
            )
            return


def _fields(content: Content | None, name: str) -> list[Component]:
    """The fields of this name in the forms."""
    forms = content.forms.values() if content else ()
    return [form.fields[name] for form in forms if form and name in form.fields]


def _answers(fields: Sequence[Component]) -> list[str | bool | None]:
    """What `fields` let people choose, None where they may leave it empty; nothing where that is not bounded."""
    kinds = {field.type for field in fields}
    if kinds == {"checkbox"}:
        return [False, True]
    if not kinds or not kinds <= {"radio", "select"}:
        return []
    options: list[str | bool | None] = [*dict.fromkeys(option.value for field in fields for option in field.options)]
    return [*options, None] if _left_empty(fields) else options


def _left_empty(fields: Sequence[Component]) -> bool:
    """Whether people may leave one of `fields` empty, so that it is null; what nobody ticks is false or an empty list.

    Of a field that is hidden for some answers nothing is said: it may be shown on every way to the gateway.
    """
    given = {"checkbox", "checklist", "dynamiclist", FILES}
    return any(not field.required and field.hide is None and field.type not in given for field in fields)


def _taken(conditions: Sequence[feel.Expression], answers: Mapping[str, object]) -> bool:
    """Whether one of the flows is taken: see `runner.engine.script`."""
    values = expression.nested(answers)
    for condition in conditions:
        answer = feel.evaluate(condition, values)
        if answer is not False:
            return answer is True
    return False


def _complementary(conditions: Sequence[feel.Expression]) -> bool:
    """Whether they are X and not(X)."""
    trees = [condition.tree for condition in conditions]
    pairs = (trees, trees[::-1]) if len(trees) == 2 else ()
    return any(isinstance(other, Call) and other == Call("not", (one,)) for one, other in pairs)


def _distinguishing(conditions: Sequence[feel.Expression]) -> bool:
    """Whether they compare one value of which no form is known with different texts.

    A value that none of them meets becomes an incident when it occurs.
    """
    compared = [
        (tree.left.path, tree.right.value)
        for tree in (condition.tree for condition in conditions)
        if isinstance(tree, Comparison)
        and tree.operator == "="
        and isinstance(tree.left, Name)
        and isinstance(tree.right, Literal)
    ]
    return len(compared) == len(conditions) == len(set(compared)) and len({path for path, _ in compared}) == 1
