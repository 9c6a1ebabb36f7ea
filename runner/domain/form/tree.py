"""What the components of a form have to be to each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runner.domain.form.component import Component
from runner.domain.form.errors import LooksAhead, WrongAttribute


def check(components: Iterable[Component], fields: Mapping[str, Component]) -> None:
    """Raises the `FormInvalid` of the first component that refers to what it may not; `fields` are theirs, by path."""
    _check_order(components, {component.key for component in walk(components)}, set())
    _check_demands(components, fields)


def heading(components: Iterable[Component]) -> str:
    """The first Markdown heading of the static texts, "" when there is none."""
    lines = (line for component in walk(components) for line in component.text.splitlines())
    return next((line.strip("# ") for line in lines if line.startswith("#")), "")


def walk(components: Iterable[Component]) -> Iterator[Component]:
    """The components and those in them, in their order."""
    for component in components:
        yield component
        yield from walk(component.components)


def _check_order(components: Iterable[Component], keys: set[str], above: set[str]) -> None:
    """Refuse a condition on one of `keys` that is not `above` it: hiding is decided from the top down."""
    for component in components:
        for name in sorted(component.hide.names) if component.hide else ():
            if (first := name.partition(".")[0]) in keys - above:
                raise LooksAhead(component=component.key or component.label or component.type, field=first)
        _check_order(component.components, keys, above)
        above.add(component.key)


def _check_demands(components: Iterable[Component], fields: Mapping[str, Component]) -> None:
    """Refuse a demand on the whole answer that is not at its top level, or refers to a field that is not."""
    top = {path: field for path, field in fields.items() if field.type == "checklist" and field.key == path}
    for component in walk(components):
        if (component.needed or component.among) and top.get(component.key) is not component:
            raise WrongAttribute(component=component.key, attribute="properties")
        if component.among and component.among not in top:
            raise WrongAttribute(component=component.key, attribute="among")
