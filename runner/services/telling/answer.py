"""What was entered in a form, as its reader would have written it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from runner.domain.calendar import ZONE
from runner.domain.form import Attachment, Component
from runner.domain.form.attachment import attached
from runner.domain.form.component import FILES
from runner.language import say
from runner.services.telling import words

Line = str | Attachment


def told(fields: Mapping[str, Component], values: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Line]]]:
    """Label and lines of every field that was filled in, in the form's order; `fields` are a form's, by dotted path.

    A line is a text, or a file, which a page can link to.
    """
    for path, field in fields.items():
        if lines := list(_lines(field, _reach(values, path))):
            yield field.label or field.key, lines


def _reach(values: Mapping[str, Any], path: str) -> Any:
    found: Any = values
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _lines(field: Component, value: Any) -> Iterator[Line]:
    """One line for each choice, row, or line of text; none for a field left empty."""
    if field.type == FILES:
        yield from attached(value)
    elif isinstance(value, list):
        for each in value:
            yield _row(field, each) if isinstance(each, Mapping) else _word(field, each)
    elif value not in (None, ""):
        yield from _word(field, value).splitlines()


def _row(field: Component, row: Mapping[str, Any]) -> str:
    """A row of a list in one line: its fields with their labels."""
    columns = {column.key: column for column in field.components if column.key}
    return "; ".join(f"{label}: {', '.join(map(str, lines))}" for label, lines in told(columns, row))


def _word(field: Component, value: Any) -> str:
    if isinstance(value, bool):
        return say("Có") if value else say("Không")
    if field.options:
        return next((option.label for option in field.options if option.value == value), str(value))
    if isinstance(value, int):
        return words.money(value)
    if isinstance(value, Decimal | float):
        return words.number(value)
    if field.type == "datetime":
        return _moment(field.subtype, str(value))
    return str(value)


def _moment(subtype: str, value: str) -> str:
    if subtype == "date":
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    if subtype == "datetime":
        return words.moment(datetime.fromisoformat(value).replace(tzinfo=ZONE))
    return value
