"""What people can answer in a form, as far as a way through a diagram depends on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from runner import feel
from runner.domain.form import Component, Form

UNKNOWN: Final = "?"
"""A value that may be anything: no answer of a choice is written so."""
MOST: Final = 64
"""So many answers of one form are told apart; beyond that its values may be anything."""


def fields(form: Form, wanted: Collection[str]) -> list[tuple[str, Component, tuple[feel.Expression, ...]]]:
    """The wanted values that a form gives, each with its field and what hides it."""
    return [each for each in _listed(form.components, "", ()) if each[0].partition(".")[0] in wanted]


def _listed(
    components: Iterable[Component], path: str, around: tuple[feel.Expression, ...]
) -> Iterator[tuple[str, Component, tuple[feel.Expression, ...]]]:
    for each in components:
        hides = (*around, each.hide) if each.hide else around
        if each.type == "group":
            yield from _listed(each.components, f"{path}{each.key}." if each.key else path, hides)
        elif each.key:
            yield path + each.key, each, hides


def given(form: Form, wanted: Collection[str], known: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Every way to answer a form, in the wanted values; what is hidden has none.

    Where there are more than `MOST` ways, all of them are one in which anything may be answered.
    """
    asked = fields(form, wanted)
    found = list(islice(_ways(asked, dict(known), {}), MOST + 1))
    if len(found) > MOST:
        found = [dict.fromkeys((name.partition(".")[0] for name, _, _ in asked), UNKNOWN)]
    yield from found


def _ways(
    asked: list[tuple[str, Component, tuple[feel.Expression, ...]]],
    known: dict[str, object],
    answers: dict[str, object],
) -> Iterator[dict[str, object]]:
    if not asked:
        yield answers
        return
    (name, field, hides), *rest = asked
    shown = [truth(hide, known | answers) for hide in hides]
    values: list[object] = [] if True in shown else list(_values(field)) if "." not in name else [UNKNOWN]
    if not values or None in shown:
        values.append(None)
    for value in values:
        yield from _ways(rest, known, answers | {name.partition(".")[0]: value})


def _values(field: Component) -> Iterator[object]:
    match field.type:
        case "radio" | "select":
            yield from (option.value for option in field.options)
            if not field.required:
                yield None
        case "checkbox":
            yield True
            if not field.required:
                yield False
        case _:
            yield UNKNOWN


def truth(condition: feel.Expression, known: Mapping[str, object]) -> bool | None:
    """Whether a condition is true for the known values; None where that depends on what is not known."""
    names = {name.partition(".")[0] for name in condition.names}
    if any(known.get(name, None) == UNKNOWN for name in names):
        return None
    return feel.evaluate(condition, {name: known.get(name) for name in names}) is True
