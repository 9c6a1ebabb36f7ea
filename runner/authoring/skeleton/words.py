"""The words of the diagrams, forms and facts that are written here: Vietnamese, as decisions are in every language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


def said(key: str, **facts: object) -> str:
    """The words of words.toml at ``group.key`` or ``key``, with `facts` in their gaps."""
    group, _, name = key.rpartition(".")
    found: str = (_words()[group] if group else _words())[name]
    return found.format(**facts)


def added(key: str, **facts: object) -> str:
    """A note that marks what the decision does not have."""
    return said("notes.added", what=said(f"notes.{key}", **facts))


def every(group: str) -> dict[str, Any]:
    """All words of a group, by key."""
    return dict(_words()[group])


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
