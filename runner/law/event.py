"""What happened in a case, as far as rules speak of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from runner.bpmn import Node
from runner.domain import fee as fees
from runner.domain.calendar import Calendar
from runner.domain.case import GOING_ON, CaseStatus, ClockState
from runner.domain.circumstances import Actor
from runner.domain.entry import DeliverMessage, Start, Submit
from runner.domain.person import LaneKind
from runner.engine.act import Act
from runner.engine.advance import Advance
from runner.law.reader import SELECTORS
from runner.law.rule import Rule, Selector

END: Final = ""
"""The element of the happening that the case is over."""
Sign = tuple[int, str, Selector]
"""That an element is what a selector of a rule names: the place of the rule, the key of the selector, and itself."""


@dataclass(frozen=True, slots=True)
class Event:
    """A happening, at an entry: a task done, work done by itself, an event passed, or the end of the case.

    `signs` are the rules that name it, each with the key of its selector. `person` is the account that acted, `called`
    its name then, `lanes` those in which it worked, None where nobody acted or that is not known. `paid` and `priced`:
    the fee was paid, or fixed, by it. `due` and `clock` are the case's as they were before it, `promise` and `after` as
    they are since.
    """

    seq: int
    at: datetime
    element: str
    name: str
    lane: str
    signs: tuple[tuple[int, str], ...]
    calendar: Calendar
    person: str = ""
    called: str = ""
    lanes: frozenset[str] | None = None
    paid: bool = False
    priced: bool = False
    due: datetime | None = None
    promise: datetime | None = None
    clock: ClockState = ClockState.IDLE
    after: ClockState = ClockState.IDLE
    outcome: str = ""


class Lens:
    """The rules of a procedure as they look at the elements of one version of it. Safe to share between threads."""

    def __init__(self, rules: tuple[Rule, ...], nodes: Mapping[str, Node], kinds: Mapping[str, LaneKind]) -> None:
        self.nodes = nodes
        self.numbered = tuple(enumerate(rules))
        self.refusing = tuple((number, rule) for number, rule in self.numbered if rule.refuse)
        self.signs: dict[str, tuple[Sign, ...]] = {}
        for id, node in nodes.items():
            if signs := tuple(_signs(rules, node, kinds)):
                self.signs[id] = signs
        self.ends = tuple(
            (place, "when", rule.when) for place, rule in enumerate(rules) if rule.when and rule.when.outcome
        )

        found = dict(self.refusing)
        self._anywhere = any(rule.anywhere for rule in found.values())
        self._at_end = any(rule.at_end for rule in found.values())
        self._heeded = frozenset(
            id
            for id, signs in self.signs.items()
            if any(place in found and key in found[place].breaking for place, key, _ in signs)
        )

    def heeds(self, advance: Advance) -> bool:
        """Whether a change, by where it went, may break a rule that refuses what breaks it; of most it may not."""
        over = advance.status not in GOING_ON
        return self._anywhere or (self._at_end and over) or not self._heeded.isdisjoint(advance.route)

    def events(self, act: Act, seq: int, who: Actor | None = None) -> Iterator[Event]:
        """What a change did, of what the rules speak of and what their time depends on, in its order.

        `who` is the one who acted, as the entry has them, where that is known.
        """
        command, advance = act.command, act.advance
        values = command.values if isinstance(command, Submit | DeliverMessage | Start) else {}
        own = command.task.partition("#")[0] if isinstance(command, Submit) else ""
        paid = any(values.get(box) is True for box in fees.PAYMENTS)
        priced = any((fee := fees.pinned(each, act.at)) and fee.amount for each in advance.performed.values())
        moved = act.clock != advance.clock
        for element in advance.route:
            mine = element == own
            given = values if mine or not own else {}
            signs = tuple((place, key) for place, key, selector in self.signs.get(element, ()) if selector.fits(given))
            if signs or (mine and paid) or priced or moved:
                node = self.nodes.get(element)
                yield Event(
                    seq=seq,
                    at=act.at,
                    element=element,
                    name=(node.name if node else "") or element,
                    lane=(node.lane if node else "") or "",
                    signs=signs,
                    calendar=act.calendar,
                    person=act.person if mine else "",
                    called=who.name if mine and who else "",
                    lanes=frozenset(who.lanes) if mine and who else None,
                    paid=mine and paid,
                    priced=priced,
                    due=act.promised,
                    promise=advance.due,
                    clock=act.clock,
                    after=advance.clock,
                )
            priced = moved = False  # told once
        if advance.status not in GOING_ON:
            signs = tuple((place, key) for place, key, when in self.ends if advance.outcome in when.outcome)
            ended = advance.outcome if advance.status == CaseStatus.FINISHED else str(advance.status)
            yield Event(
                seq=seq,
                at=act.at,
                element=END,
                name="",
                lane="",
                signs=signs,
                calendar=act.calendar,
                due=act.promised,
                promise=advance.due,
                clock=act.clock,
                after=advance.clock,
                outcome=ended,
            )


def _signs(rules: tuple[Rule, ...], node: Node, kinds: Mapping[str, LaneKind]) -> Iterator[Sign]:
    for place, rule in enumerate(rules):
        for key in SELECTORS:
            selector: Selector | None = getattr(rule, key)
            if selector and names(selector, node, kinds):
                yield place, key, selector


def names(selector: Selector, node: Node, kinds: Mapping[str, LaneKind]) -> bool:
    """Whether a selector names an element, whatever is filled in there; one of an outcome names none."""
    if selector.outcome:
        return False
    properties = node.properties
    return (
        (not selector.lane or (node.type == "userTask" and kinds.get(node.lane or "") in selector.lane))
        and (not selector.step or properties.get("step") in selector.step)
        and (not selector.form or node.form in selector.form)
        and (not selector.topic or node.topic in selector.topic)
        and (not selector.message or node.message in selector.message)
        and (not selector.element or node.id in selector.element)
        and all(properties.get(name) == value for name, value in selector.property.items())
    )
