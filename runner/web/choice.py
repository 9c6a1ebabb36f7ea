"""The buttons that end a task: what each does, and where the dossier goes by it, as the diagram draws it.

A form in which one choice decides on the way has a button for each answer; what an answer asks for stands beside its
button. Any other form has one button.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from runner.bpmn import Node
from runner.domain.form import Component, FieldFault
from runner.domain.person import LaneKind
from runner.domain.procedure import Province
from runner.engine.onward import Onward, onward
from runner.language import say
from runner.services.task_view import TaskView
from runner.web.form import Part

ABOVE: Final = frozenset({LaneKind.LEAD, LaneKind.DIRECTOR})


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its `value` is the answer that it gives. `label` says what happens, `parts` are asked for by it alone.

    `opened`: it was pressed, and something in its parts is wrong.
    """

    value: str
    label: str
    name: str
    parts: tuple[Part, ...] = ()
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """How a task is ended: `key` is the field that the buttons answer, "" where there is only the form to send.

    `parts` are those of the form above the buttons.
    """

    key: str
    buttons: tuple[Button, ...]
    parts: tuple[Part, ...]

    @property
    def main(self) -> Button:
        """The button of the way that the decision draws first."""
        return self.buttons[0]


def deciding(view: TaskView) -> Component | None:
    """The one choice of the form that decides where the dossier goes; None where there is none, or more than one."""
    if view.form is None:
        return None
    asked = onward(view.version.definition, view.task.element, _known(view)).asked & view.form.fields.keys()
    [*found] = (view.form.fields[key] for key in sorted(asked))
    return found[0] if len(found) == 1 and found[0].type == "radio" and not found[0].hide else None


def assumed(view: TaskView, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """`values` with the answer that the form shows as given: the one pressed, else that of the main button."""
    field = deciding(view)
    return {**values, field.key: values.get(field.key) or field.options[0].value} if field else values


def lay_out(
    view: TaskView,
    place: Province,
    parts: Sequence[Part],
    values: Mapping[str, Any],
    faults: Iterable[FieldFault] = (),
) -> Choice:
    """The buttons of an open task whose form is laid out in `parts`, where `values` have been typed."""
    field = deciding(view)
    if field is None:
        way = onward(view.version.definition, view.task.element, {**_known(view), **_texts(values)})
        return Choice("", (Button("", _sent(view, place, way), ""),), tuple(parts))
    wrong, pressed = {fault.path for fault in faults}, values.get(field.key)
    shown = {option.value: _shown(view, field.key, option.value) for option in field.options}
    alone = {value: mine.difference(*(shown[each] for each in shown if each != value)) for value, mine in shown.items()}
    main, *others = field.options
    apart = frozenset[int]().union(*(alone[option.value] for option in others))
    buttons = []
    for option in field.options:
        way = onward(view.version.definition, view.task.element, {**_known(view), field.key: option.value})
        mine = () if option is main else tuple(_of(parts, alone[option.value]))
        name = _name(option.label)
        opened = pressed == option.value and any(part.path in wrong for part in mine)
        buttons.append(Button(option.value, _label(name, view, place, way), name, mine, opened))
    return Choice(field.key, tuple(buttons), tuple(_without(parts, field, apart)))


# -- parts of the form -------------------------------------------------------------------------------------------------


def _known(view: TaskView) -> Mapping[str, Any]:
    """What the case knows that this form does not ask."""
    asked = view.form.fields if view.form else {}
    return {name: value for name, value in view.known.items() if name not in asked}


def _texts(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in values.items() if isinstance(value, str) and value}


def _shown(view: TaskView, key: str, value: str) -> frozenset[int]:
    """The parts with a condition that are shown under an answer, by the identity of their components."""
    known, components = {**_known(view), key: value}, view.form.components if view.form else ()
    return frozenset(id(each) for each in _conditional(components) if not each.hidden(known))


def _conditional(components: Iterable[Component]) -> Iterable[Component]:
    for each in components:
        if each.hide is not None:
            yield each
        elif each.type == "group" and not each.key:
            yield from _conditional(each.components)


def _of(parts: Iterable[Part], components: frozenset[int]) -> Iterable[Part]:
    for part in parts:
        if id(part.component) in components:
            yield part
        else:
            yield from _of(part.parts, components)


def _without(parts: Iterable[Part], field: Component, apart: frozenset[int]) -> Iterable[Part]:
    """The parts but for the choice itself and what stands beside a button."""

    for part in parts:
        if part.component is field or id(part.component) in apart:
            continue
        if part.parts:
            inner = tuple(_without(part.parts, field, apart))
            if inner:
                yield replace(part, parts=inner)
        else:
            yield part


# -- words -------------------------------------------------------------------------------------------------------------


def _name(label: str) -> str:
    """What an answer does: of ``Đầy đủ, hợp lệ: tiếp nhận`` what follows the colon."""
    name = label.rpartition(": ")[2].strip()
    return name[:1].upper() + name[1:]


def _label(name: str, view: TaskView, place: Province, way: Onward) -> str:
    where = _where(view, place, way, named=False)
    return say("{act}, {where}", act=name, where=where) if where else name


def _sent(view: TaskView, place: Province, way: Onward) -> str:
    where = _where(view, place, way)
    return say("Xong, {where}", where=where) if where else say("Xong, chuyển bước tiếp theo")


def _where(view: TaskView, place: Province, way: Onward, *, named: bool = True) -> str:
    """Where the dossier goes, to whom; "" where the diagram leaves it open.

    Where it stays at this desk, the next task is `named`, if that is not said already.
    """
    nodes = view.version.definition.nodes
    lanes = dict.fromkeys(nodes[each].lane or "" for each in way.tasks)
    if not way.tasks:
        return say("kết thúc hồ sơ") if way.ends else ""
    if way.ends or len(lanes) > 1:
        return ""
    if len(way.tasks) == 1 and (before := _back(view, nodes[way.tasks[0]])):
        return say("về {person}", person=before)
    if set(lanes) == {view.task.lane}:
        return say("sang “{task}”", task=nodes[way.tasks[0]].name) if named and len(way.tasks) == 1 else ""
    [lane] = lanes
    return say("trình {who}" if place.kinds.get(lane) in ABOVE else "chuyển {who}", who=place.label(lane))


def _back(view: TaskView, target: Node) -> str:
    """To whom the dossier goes back by this way: who did the target's work before; "" where it goes on."""
    order = [step.id for step in view.version.procedure.steps]
    step = target.properties.get("step", "")
    if target.lane == view.task.lane or step not in order or view.task.step not in order:
        return ""
    if order.index(step) > order.index(view.task.step):
        return ""
    done = (event for event in reversed(view.submitted) if event.task.lane == target.lane and event.task.step == step)
    event = next(done, None)
    return event.by if event else ""
