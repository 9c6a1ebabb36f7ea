"""Personal fields in the words of people: of an erasure, what went."""

from __future__ import annotations

from collections.abc import Iterable

from runner.domain import personal
from runner.domain.redaction import FILES
from runner.language import say


def words(fields: Iterable[str]) -> str:
    """What these fields are called; one that a form marks itself by its key."""
    return ", ".join(say("tệp đính kèm") if each == FILES else personal.known().get(each, each) for each in fields)
