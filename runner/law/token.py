"""The tokens of a way: the node at which one rests, behind the calls that lead there."""

from __future__ import annotations

from collections import Counter
from typing import Final

AT: Final = ">"
"""Between the calls that lead to a node and the node."""


def node_of(token: str) -> str:
    """The id of the node."""
    return token.rpartition(AT)[2]


def prefix(token: str) -> str:
    """The calls that lead there."""
    return token.rpartition(AT)[0]


def beside(token: str, id: str) -> str:
    """A node in the same call as a token."""
    around = prefix(token)
    return f"{around}{AT}{id}" if around else id


def without(tokens: Counter[str], *gone: str) -> Counter[str]:
    """The tokens without these; one named twice goes as often as it is there."""
    left = Counter(tokens)
    for token in gone:
        if gone.count(token) > 1:
            left.pop(token, None)
        else:
            left[token] -= 1
    return +left
