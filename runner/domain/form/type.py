"""What the values of forms are in FEEL: which types their fields have."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from runner.domain.form.component import FILES, Component, Form
from runner.feel import type as feel
from runner.feel.type import Type

_FILE: Final = feel.context({"name": feel.STRING, "type": feel.STRING, "sha256": feel.STRING, "size": feel.NUMBER})
_DATETIMES: Final = MappingProxyType({"date": feel.DATE, "datetime": feel.MOMENT, "time": feel.STRING})


def types(forms: Iterable[Form]) -> dict[str, Type]:
    """The types of the values that `forms` give a case, by name: `feel.ANY` where two forms differ."""
    found: dict[str, list[Type]] = {}
    for form in forms:
        for name, kind in types_of(form.components).items():
            found.setdefault(name, []).append(kind)
    return {name: feel.merged(kinds) for name, kinds in found.items()}


def types_of(components: Iterable[Component]) -> dict[str, Type]:
    """The types of the values at the level of `components`: a group without a key holds none of its own."""
    found: dict[str, Type] = {}
    for each in components:
        if each.key:
            found[each.key] = type_of(each)
        elif each.components:
            found |= types_of(each.components)
    return found


def type_of(component: Component) -> Type:
    """The type of a component that holds a value."""
    match component.type:
        case "number":
            return feel.NUMBER
        case "checkbox":
            return feel.BOOLEAN
        case "radio" | "select":
            return _choice(component)
        case "checklist":
            return feel.listed(_choice(component))
        case "datetime":
            return _DATETIMES[component.subtype]
        case "dynamiclist":
            return feel.listed(feel.context(types_of(component.components)))
        case "group":
            return feel.context(types_of(component.components))
        case _ if component.type == FILES:
            return feel.listed(_FILE)
    return feel.STRING


def _choice(component: Component) -> Type:
    return Type("string", options=tuple(option.value for option in component.options))
