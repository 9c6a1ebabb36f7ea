"""The values of a form as text, written as people write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from runner import formatting
from runner.clock import ZONE
from runner.domain.form import Attachment, Component
from runner.domain.form.attachment import attached, named
from runner.domain.form.component import FILES, by_path
from runner.language import say
from runner.reports import vocabulary

Line = str | Attachment
_NO_FILES: Mapping[str, Attachment] = MappingProxyType({})


def render(
    fields: Mapping[str, Component], values: Mapping[str, Any], files: Mapping[str, Attachment] = _NO_FILES
) -> Iterator[tuple[str, Sequence[Line]]]:
    """Label and lines of every field that is not empty, in the form's order; `fields` are a form's, by dotted path.

    A line is a text, or a file, to which a page can link. `values` are checked values, or what a person typed, valid or
    not; typed values name files by SHA-256, which `files` then contains.
    """
    for path, field in fields.items():
        if lines := list(_lines(field, _reach(values, path), files)):
            yield field.label or field.key, lines


def _reach(values: Mapping[str, Any], path: str) -> Any:
    found: Any = values
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _lines(field: Component, value: Any, files: Mapping[str, Attachment]) -> Iterator[Line]:
    """One line for each choice, row, or line of text; none for a field left empty."""
    if field.type == FILES:
        yield from named(value, {**files, **{file.sha256: file for file in attached(value)}})
    elif isinstance(value, list):
        for each in value:
            yield _row(field, each, files) if isinstance(each, Mapping) else _word(field, each)
    elif value not in (None, ""):
        yield from _word(field, value).splitlines()


def _row(field: Component, row: Mapping[str, Any], files: Mapping[str, Attachment]) -> str:
    """A row of a list in one line: its fields with their labels."""
    cells = render(by_path(field.components), row, files)
    return "; ".join(f"{label}: {', '.join(map(str, lines))}" for label, lines in cells)


def _word(field: Component, value: Any) -> str:
    if field.options:
        return next((option.label for option in field.options if option.value == value), str(value))
    if field.type == "checkbox":
        return say("Có") if value in (True, "on", "true") else say("Không")
    if field.type == "datetime":
        return _moment(field.subtype, str(value))
    return vocabulary.render(value)


def _moment(subtype: str, value: str) -> str:
    """A date or a moment as people write it; other text as it is."""
    with suppress(ValueError):
        if subtype == "date":
            return formatting.day(date.fromisoformat(value))
        if subtype == "datetime":
            return formatting.moment(datetime.fromisoformat(value).replace(tzinfo=ZONE))
    return value
