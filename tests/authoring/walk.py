"""A case of any procedure from its start to its result, every form filled in by what it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from runner.domain.form import Form
from runner.domain.form.component import Component
from tests.world import World

_TEXTS = {"phone": "0912345678", "email": "an@example.vn"}


def write(root: Path, files: Mapping[str, bytes]) -> Path:
    """The files in a content root."""
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def answers(form: Form, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What fills a form in, by what it asks for; `chosen` says it for the fields that it names."""
    given: dict[str, Any] = {}
    _fill(form.components, chosen, given)
    return given


def _fill(components: Iterable[Component], chosen: Mapping[str, Any], given: dict[str, Any]) -> None:
    for each in components:
        if each.hidden(given):
            continue
        if each.type == "group":
            _fill(each.components, chosen, given)
        elif each.key and each.key in chosen:
            given[each.key] = chosen[each.key]
        elif each.key and each.required:
            given[each.key] = _value(each)


def _value(field: Component) -> Any:
    match field.type:
        case "dynamiclist":
            row: dict[str, Any] = {}
            _fill(field.components, {}, row)
            return [row]
        case "checklist":
            return [option.value for option in field.options]
        case "radio" | "select":
            return field.options[0].value
        case "checkbox":
            return True
        case "number":
            return str(field.minimum or 0)
        case "datetime":
            return "2026-11-02"
    return next((text for text in (*_TEXTS.values(), "Theo quyết định") if _fits(field, text)), "")


def _fits(field: Component, text: str) -> bool:
    return field.pattern is None or bool(field.pattern.fullmatch(text))


def run(world: World, procedure: str, **decided: list[str]) -> str | None:
    """The outcome of a case that is started and worked on until nothing is open.

    `decided` are the answers to a field each time that it is asked, the last of them from then on.
    """
    left = {key: [*values] for key, values in decided.items()}
    world.start(procedure)
    for _ in range(60):
        if not world.open:
            return world.row.outcome
        version = world.runner.procedures.in_force(procedure, world.now)
        task = world.task(world.open[0])
        form = version.forms[task.form or ""]
        chosen = {key: left[key].pop(0) if len(left[key]) > 1 else left[key][0] for key in left.keys() & form.fields}
        world.later(minutes=1).do(task.element, **answers(form, chosen))
    raise AssertionError(f"the case does not end: {world.route}")
