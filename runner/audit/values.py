"""What an entry changed of the values of its case: before and after, by the labels of the forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from runner.audit.course import Scene
from runner.domain.entry import Submit
from runner.domain.form import Component
from runner.domain.journal import canonical
from runner.language import say
from runner.reports import form_values, vocabulary
from runner.reports.form_values import Line

COMPUTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "case_number": "Mã hồ sơ",
        "fee_amount": "Mức phí, lệ phí (đồng)",
        "fee_label": "Khoản thu",
        "fee_source": "Nơi quy định mức thu",
        "fee_row": "Dòng của bảng phí",
        "fee_rule": "Mã dòng của bảng phí",
        "fee_table": "Mã băm bảng phí",
    }
)
"""What the values of automatic work are called."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that is other after an entry, in the lines in which pages show it; no line where it is empty."""

    label: str
    before: Sequence[Line]
    after: Sequence[Line]


def changes(scene: Scene) -> Iterator[Change]:
    """The values that the entry of a scene changed: those of its form first, in the form's order, then the others."""
    before, after = scene.before, scene.after.values
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    shown: set[str] = set()
    for path, field in _fields(scene).items():
        key = path.partition(".")[0]
        if key in changed:
            shown.add(key)
            was, now = _lines(path, field, before), _lines(path, field, after)
            if was != now:
                yield Change(field.label or field.key, was, now)
    for key in [*(key for key in COMPUTED if key in changed), *sorted(changed - COMPUTED.keys())]:
        if key not in shown:
            label = say(COMPUTED[key]) if key in COMPUTED else _source(scene, key)
            yield Change(label, _plain(before.get(key)), _plain(after.get(key)))


def _fields(scene: Scene) -> Mapping[str, Component]:
    """The fields of all forms of the version by dotted path, those of the form that was sent first."""
    forms, body = scene.version.forms, scene.entry.body
    sent = scene.version.node(body.task).form if isinstance(body, Submit) else None
    found: dict[str, Component] = {}
    for id in sorted(forms, key=lambda id: id != sent):
        for path, field in forms[id].fields.items():
            found.setdefault(path, field)
    return found


def _lines(path: str, field: Component, values: Mapping[str, Any]) -> Sequence[Line]:
    return next((lines for _, lines in form_values.render({path: field}, values)), ())


def _source(scene: Scene, key: str) -> str:
    """What a value of no form is called: by the automatic work that gave it."""
    for request, result in scene.entry.done.items():
        if key in result:
            node = scene.version.node(request)
            return say("{key}, do “{work}” ghi", key=key, work=node.name or node.id)
    return key


def _plain(value: object) -> Sequence[Line]:
    if value in (None, "", [], {}):
        return ()
    return (canonical(value),) if isinstance(value, list | dict) else (vocabulary.render(value),)
