"""What tests of one process need not do again for each of them, and need not wait for.

A test of pages makes a site of its own, of 200 routes and up to 60 templates: compiling these took half of its time.
What is kept is code alone, by all that it is made from; environments, maps and sites stay each test's own.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any, Final

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from runner.store import session

PRAGMAS: Final = session.PRAGMAS
"""What a database is opened with outside of this process."""


class _Templates(BytecodeCache):
    """Templates by their name and a digest of their text."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


_compile_builder: Final = Rule._compile_builder
_builders: Final[dict[object, Callable[..., tuple[str, str]]]] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    made_from = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if made_from not in _builders:
        _builders[made_from] = _compile_builder(rule, append_unknown)
    return _builders[made_from]


def compile_once() -> None:
    """From now on, compile what is the same for each site once."""
    Rule._compile_builder = _compile_once  # type: ignore[method-assign]
    options: dict[str, Any] = {"bytecode_cache": _Templates()}
    Flask.jinja_options = options


def wait_for_no_disk() -> None:
    """From now on, open databases so that SQLite hands to the system what is committed, and does not wait for the disk.

    Nobody cuts the power of a test, and a process that is killed loses nothing that the system has. The processes that
    tests start and kill wait for the disk nevertheless.
    """
    session.PRAGMAS = tuple(pragma.replace("FULL", "OFF") for pragma in PRAGMAS)  # type: ignore[assignment]
