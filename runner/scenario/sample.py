"""What is typed into a form of a trial by one click: what a scenario typed there before, else the simplest answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from runner.domain.form import Component, Form, pattern
from runner.domain.form.component import FILES
from runner.scenario.format import Script
from runner.scenario.player import SAMPLE_DIGEST


def usual(scripts: Iterable[Script], element: str, form: str) -> dict[str, Any]:
    """What the first of `scripts` that completes the task `element` types into its form; empty where none does."""
    for script in scripts:
        shared = {**script.values.get(form, {}), **script.values.get(element, {})}
        for scenario in script.scenarios:
            for step in scenario.steps:
                if step.do == element and not step.refused:
                    return {**shared, **step.values}
    return {}


def simplest(components: Sequence[Component], today: date) -> dict[str, Any]:
    """An answer with something in each required field: the first choice, the smallest number, `today`."""
    values: dict[str, Any] = {}
    for each in components:
        if each.type == "group":
            inner = simplest(each.components, today)
            values |= {each.key: inner} if each.key else inner
        elif each.type == "dynamiclist":
            values[each.key] = [simplest(each.components, today) for _ in range(max(each.rows, int(each.required)))]
        elif each.key and (each.required or each.needed):
            values[each.key] = _answer(each, today)
    return values


def typed(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `values` that the form has and in which something stands: what a scenario says."""
    known = {path.partition(".")[0] for path in form.fields}
    return {key: value for key, value in values.items() if key in known and value not in (None, "", [], {})}


def _answer(component: Component, today: date) -> Any:
    match component.type:
        case "checkbox":
            return True
        case "checklist":
            return [option.value for option in component.options]
        case "radio" | "select":
            return component.options[0].value if component.options else ""
        case "number":
            return str(component.minimum if component.minimum is not None else 1)
        case "datetime":
            day = f"{today:%d/%m/%Y}"
            return {"date": day, "time": "08:00", "datetime": f"{day} 08:00"}[component.subtype]
        case kind if kind == FILES:
            return [SAMPLE_DIGEST]
        case _:
            shown = pattern.example(component.pattern) if component.pattern else component.label
            return shown[: component.max_length or len(shown)]
