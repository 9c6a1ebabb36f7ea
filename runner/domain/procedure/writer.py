"""Writes a file of facts from its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from runner.domain import toml

_SCHEMA: Final = "#:schema ../../docs/schema/facts.json\n"
_INLINE: Final = frozenset({"works", "none"})
"""Lists of tables that stand on a line each."""


def write_procedure(table: Mapping[str, Any]) -> bytes:
    """The file with the facts of a table, as `toml.load` reads one; nothing is checked."""
    return (_SCHEMA + toml.write(table, _INLINE)).encode()
