"""The faults of a FEEL expression's text, the same for conditions and timers."""

from __future__ import annotations

from collections.abc import Collection

from runner import feel


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
