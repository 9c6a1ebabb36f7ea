"""An exclusive gateway always has a flow to take: see docs/lint.md, "exclusive"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runner import feel
from runner.bpmn import Diagram, Flow
from runner.feel.tree import Call, Comparison, Literal, Name
from runner.lint import expression
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, title


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for node in diagram.nodes.values():
        if node.default is not None and node.default not in node.outgoing:
            yield error(
                node,
                "Nhánh mặc định “{flow}” không phải luồng ra của “{what}”.",
                flow=short(node.default),
                what=title(node),
            )
        if node.type != "exclusiveGateway" or len(node.outgoing) < 2:
            continue
        flows = [diagram.flows[id] for id in node.outgoing]
        for flow in flows:
            if flow.default and flow.condition is not None:
                yield error(flow, "Nhánh mặc định “{what}” không được có điều kiện.", what=title(flow))
            if not flow.default and flow.condition is None:
                yield error(
                    flow,
                    "Nhánh “{what}” cần điều kiện, hoặc là nhánh mặc định của cổng “{gateway}”.",
                    what=title(flow),
                    gateway=title(node),
                )
        if not any(flow.default for flow in flows) and not _exhaustive(flows):
            yield error(
                node, "Cổng “{what}” cần một nhánh mặc định: các điều kiện có thể cùng không thỏa.", what=title(node)
            )


def _exhaustive(flows: Sequence[Flow]) -> bool:
    """Whether the conditions look as if one always held: one value compared with different texts, or X and not(X).

    Which texts a form offers is not known here; a value that none of them meets becomes an incident when it occurs.
    """
    trees = []
    for flow in flows:
        found = expression.read(flow.condition or "")
        if isinstance(found, feel.FeelError):
            return True  # the rule "conditions" reports it
        trees.append(found.tree)
    if len(trees) == 2:
        for one, other in (trees, trees[::-1]):
            if isinstance(other, Call) and other.function == "not" and other.arguments == (one,):
                return True
    compared = [
        (tree.left.path, tree.right.value)
        for tree in trees
        if isinstance(tree, Comparison)
        and tree.operator == "="
        and isinstance(tree.left, Name)
        and isinstance(tree.right, Literal)
    ]
    return len(compared) == len(trees) == len(set(compared)) and len({path for path, _ in compared}) == 1
