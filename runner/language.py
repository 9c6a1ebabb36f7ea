"""Sentences for people: Vietnamese in the code, translated from a catalogue when another language is asked for.

A sentence is a template with named gaps (``"Việc {task} không còn mở."``): the template is the key of the
catalogue, the gaps are filled afterwards, so a translation can never change what happened.
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
    """Answer in `language` within the block; an unknown one is answered in Vietnamese."""
    token = _current.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> str:
    """The language in which people are answered now."""
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
