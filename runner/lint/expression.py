"""The faults of a FEEL expression's text, the same for conditions and timers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from runner import feel
from runner.feel.tree import Call


def read(text: str, functions: Collection[str] = ()) -> feel.Expression | feel.FeelError:
    """The expression in `text`, or what is wrong with it."""
    try:
        return feel.parse(text, functions)
    except feel.FeelError as fault:
        return fault


def unnameable(expression: feel.Expression) -> str | None:
    """A name that no form's field can have: an expression that asks for one is not about the case."""
    return next(
        (name for name in sorted(expression.names) if name.startswith("_") or "__" in name or "._" in name), None
    )


def calls(tree: object) -> Iterator[Call]:
    """The calls of functions in an expression's tree, outer ones first."""
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, Call):
            yield node
        if isinstance(node, tuple):
            todo += reversed(node)
        elif is_dataclass(node):
            todo += (getattr(node, each.name) for each in fields(node))


def nested(values: Mapping[str, object]) -> dict[str, object]:
    """Values by dotted path as a case holds them."""
    found: dict[str, Any] = {}
    for path, value in values.items():
        *groups, key = path.split(".")
        inner = found
        for group in groups:
            inner = inner.setdefault(group, {})
        inner[key] = value
    return found
