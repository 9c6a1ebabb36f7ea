"""What an open case waits for, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runner import formatting
from runner.bpmn import GATEWAYS
from runner.bpmn.graph import reached, sources
from runner.engine.instance import Instance
from runner.engine.wait import Wait, WaitKind
from runner.language import say
from runner.reports import vocabulary
from runner.services.version import Version


@dataclass(frozen=True, slots=True)
class WaitReport:
    """A `wait` in a `sentence` without its full stop; `name` is that of its element. `lane`: who ends it, by id."""

    wait: Wait
    name: str
    sentence: str
    lane: str


def describe(instance: Instance, version: Version) -> Iterator[WaitReport]:
    """Everything that a case waits for: tasks, moments, messages, automatic work, joins."""
    return tell(instance.waits, version)


def tell(waits: Iterable[Wait], version: Version) -> Iterator[WaitReport]:
    """These waits in words."""
    for wait in waits:
        lane = version.reporting_lane(wait.lane) if wait.kind == WaitKind.MESSAGE else wait.lane
        sentence = _sentence(wait, version, lane)
        if wait.host:
            sentence = say("{what} (gắn với “{host}”)", what=sentence, host=_name(version, wait.host))
        yield WaitReport(wait, _name(version, wait.element), sentence, lane)


def _sentence(wait: Wait, version: Version, lane: str) -> str:
    name, who = _name(version, wait.element), vocabulary.lane(lane, version.province)
    match wait.kind:
        case WaitKind.TASK:
            return say("Việc “{name}” của {lane}", name=name, lane=who)
        case WaitKind.TIMER if wait.due:
            return say("Mốc “{name}” lúc {moment}", name=name, moment=formatting.moment(wait.due))
        case WaitKind.TIMER:
            return say("Mốc “{name}”, chưa tính được vì thời hạn của hồ sơ không chạy", name=name)
        case WaitKind.MESSAGE:
            return say("Thông báo “{name}” do {lane} ghi nhận", name=name, lane=who)
        case WaitKind.REQUEST:
            return say("Kết quả của việc tự động “{name}”", name=name)
        case WaitKind.JOIN:
            branches = ", ".join(f"“{_name(version, element)}”" for element in _behind(version, wait.missing))
            return say("Cổng “{name}” chờ nhánh của {branches}", name=name, branches=branches)


def _behind(version: Version, elements: Iterable[str]) -> list[str]:
    """The elements from which branches come to `elements`, found through gateways that have no names."""
    diagram = version.diagram

    def back(id: str) -> Iterable[str]:
        return sources(diagram, id) if unnamed(id) else ()

    def unnamed(id: str) -> bool:
        node = diagram.nodes.get(id)
        return node is not None and node.type in GATEWAYS and not node.name

    found = reached(elements, back)
    return [id for id in version.definition.nodes if id in found and not unnamed(id)] or list(elements)


def _name(version: Version, element: str) -> str:
    return version.definition.nodes[element].name or element
