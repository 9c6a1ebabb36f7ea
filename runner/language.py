"""Sentences for people: Vietnamese in the code, with a catalogue for other languages.

A sentence is a template with named gaps (``"Việc {task} không còn mở."``): the template is the key of the
catalogue, and the facts fill the gaps afterwards, so a translation never changes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

DEFAULT = "vi"
LANGUAGES = ("vi", "en")

_current: ContextVar[str] = ContextVar("language", default=DEFAULT)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Set the language of sentences within the block; Vietnamese in place of an unknown one."""
    token = _current.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> str:
    """The current language of sentences."""
    return _current.get()


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The translations of every template into `language`; empty for Vietnamese, the language of the code."""
    path = Path(__file__).parent / "locale" / language / "LC_MESSAGES" / "messages.po"
    if language == DEFAULT or not path.exists():
        return {}
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id and entry.string}


def say(template: str, /, **facts: object) -> str:
    """The sentence of `template` in the current language, its gaps filled with `facts`."""
    return catalogue(current()).get(template, template).format_map(facts)
