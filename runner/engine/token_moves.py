"""The moves of the diagram's tokens during one change, as the tree of SpiffWorkflow reports them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from runner.engine import spiffworkflow


class Move(NamedTuple):
    """A token came to `node` of the tree, which stands for `element`, or changed its state there."""

    node: Any
    element: str
    state: int


class TokenMoves:
    """The moves in their order."""

    def __init__(self) -> None:
        self._moves: list[Move] = []

    def __iter__(self) -> Iterator[Move]:
        return iter(self._moves)

    def clear(self) -> None:
        self._moves.clear()

    def record(self, node: Any, state: int) -> None:
        """Keep a move of a node that the diagram draws."""
        element = node.task_spec.bpmn_id
        if element is not None and state >= spiffworkflow.WAITING:
            self._moves.append(Move(node, element, state))

    def route(self) -> list[str]:
        """The elements that tokens passed."""
        return [element for _, element, state in self._moves if state == spiffworkflow.COMPLETED]

    def flows(self, ways: Mapping[tuple[str, str], Mapping[str, str]]) -> Iterator[str]:
        """The sequence flows that tokens took, in their order; `ways` are those between two elements, by their ends.

        A node is reached once, however often its state changes later. What is reached by no flow, as an event on a
        boundary or the start of a process, has none.
        """
        for node, element, state in self._moves:
            if state == spiffworkflow.CANCELLED or node.internal_data.get("reached", False):
                continue
            node.internal_data["reached"] = True
            source = node.parent
            while source is not None and source.task_spec.bpmn_id is None:  # what the library puts in between
                source = source.parent
            if source is not None and (between := ways.get((source.task_spec.bpmn_id, element))):
                yield _one(source.internal_data, element, between)

    def marks(self, clock: Mapping[str, str]) -> list[tuple[str, bool]]:
        """The marks in `clock`, by element, of those that tokens entered (True) or left (False)."""
        marks: list[tuple[str, bool]] = []
        for node, element, state in self._moves:
            if element not in clock:
                continue
            entered = node.internal_data.get("clock", False)
            if state in (spiffworkflow.COMPLETED, spiffworkflow.CANCELLED) and entered:
                marks.append((clock[element], False))
            elif state in (spiffworkflow.WAITING, spiffworkflow.READY, spiffworkflow.STARTED) and not entered:
                node.internal_data["clock"] = True
                marks.append((clock[element], True))
        return marks


def _one(passed: dict[str, Any], element: str, between: Mapping[str, str]) -> str:
    """Of the flows from a node to an element the one whose condition was true; of flows without choice each in turn."""
    flows = list(between)
    if "condition" in passed:
        return next((flow for flow in flows if between[flow] == passed["condition"]), flows[0])
    turns: dict[str, int] = passed.setdefault("turns", {})
    turns[element] = turn = turns.get(element, -1) + 1
    return flows[turn % len(flows)]
