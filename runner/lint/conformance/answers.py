"""What a gateway asks, the form before it answers: see docs/lint.md, "answers"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import Flow, Node
from runner.bpmn.graph import reached
from runner.feel import tree as feel
from runner.lint.conformance.comparison import Comparison, condition
from runner.lint.finding import Finding, error, short, title


def check(comparison: Comparison) -> Iterator[Finding]:
    for gateway in comparison.gateways:
        yield from _asked(comparison, gateway)
    for task in comparison.tasks:
        yield from _answered(comparison, task)


def comparisons(tree: feel.Node) -> Iterator[tuple[str, str]]:
    """The fields and the texts that an expression compares them with: ``decision = "eligible"``."""
    match tree:
        case feel.Comparison("=", feel.Name(path), feel.Literal(str(text))):
            yield ".".join(path), text
        case feel.And(parts) | feel.Or(parts):
            for part in parts:
                yield from comparisons(part)
        case feel.Call("not", (argument,)):
            yield from comparisons(argument)


def compared(flow: Flow) -> list[tuple[str, str]]:
    found = condition(flow)
    return list(comparisons(found.tree)) if found else []


def decides(flow: Flow) -> tuple[str, str] | None:
    """The field and its one value for which a flow is taken; None for any other condition."""
    found = condition(flow)
    simple = found is not None and isinstance(found.tree, feel.Comparison)
    return next(iter(compared(flow)), None) if simple else None


def _needed(tree: feel.Node) -> set[str]:
    """The fields that an expression cannot do without."""
    match tree:
        case feel.Or(parts):
            return set.intersection(*map(_needed, parts))
        case feel.And(parts):
            return set.union(*map(_needed, parts))
        case feel.Call("not", (argument,)):
            return _needed(argument)
    return {field for field, _ in comparisons(tree)}


def _asked(comparison: Comparison, gateway: Node) -> Iterator[Finding]:
    """The fields that a gateway needs are asked for on every way to it, and if by one task before it, then by all."""
    needed = {
        field for flow in comparison.flows(gateway) if (found := condition(flow)) for field in _needed(found.tree)
    }
    nearest = comparison.last_tasks(gateway.id)
    for field in sorted(needed):
        asking = {task.id for task in comparison.tasks if comparison.options(task, field)}
        silent = [task for task in nearest if task.id not in asking]
        if len(silent) < len(nearest):
            for task in silent:
                yield error(
                    task,
                    "Cổng “{gateway}” hỏi “{field}”, nhưng biểu mẫu của “{what}” không có trường này.",
                    gateway=title(gateway),
                    field=short(field),
                    what=title(task),
                )
        elif gateway.id in _without(comparison, asking):
            yield error(
                gateway,
                "Cổng “{gateway}” hỏi “{field}”, nhưng có đường tới đó mà chưa biểu mẫu nào hỏi trường này.",
                gateway=title(gateway),
                field=short(field),
            )


def _without(comparison: Comparison, tasks: set[str]) -> set[str]:
    """What a case can reach without passing any of `tasks`."""
    starts = [node.id for node in comparison.main.values() if node.type == "startEvent" and not node.incoming]
    return reached(starts, lambda id: () if id in tasks else comparison.after[id])


def _answered(comparison: Comparison, task: Node) -> Iterator[Finding]:
    """Between a task and the next ones, every value compared can be chosen, and every choice goes a way of its own."""
    gateways = [node for node in comparison.gateways if node.id in comparison.until_task(task.id)]
    asked: dict[str, list[tuple[str, Flow]]] = {}
    for flow in (flow for gateway in gateways for flow in comparison.flows(gateway)):
        for field, text in compared(flow):
            asked.setdefault(field, []).append((text, flow))
    for field, texts in asked.items():
        options = comparison.options(task, field)
        for text, flow in texts if options else ():
            if text not in options:
                yield error(
                    flow,
                    "Biểu mẫu của “{what}” không có lựa chọn “{value}” ở trường “{field}”.",
                    what=title(task),
                    value=short(text),
                    field=short(field),
                )
        left = [option for option in options if option not in {text for text, _ in texts}]
        if len(left) > 1:
            yield error(
                task,
                "Các lựa chọn {values} ở “{what}” đi chung một đường: cổng “{gateway}” không phân biệt.",
                values=", ".join(f"“{short(value)}”" for value in left),
                what=title(task),
                gateway=title(gateways[0]),
            )
