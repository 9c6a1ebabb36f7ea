"""The way of a trial on the diagram, the days of a deadline, and where a scenario left its path: for the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby
from typing import Final

from markupsafe import Markup

from runner import formatting
from runner.bpmn import ACTIVITIES, Diagram
from runner.clock import ZONE
from runner.domain.deadline import DayCount
from runner.drawing.overlay import Overlay
from runner.language import say
from runner.reports import vocabulary
from runner.reports.timeline import Timeline
from runner.scenario.player import LABELS
from runner.scenario.results import Outcome
from runner.scenario.trial import Trial
from runner.services.version import Version
from runner.web.drawing import picture, signs

_MOMENT: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")
CHANGED, MISSED = "changed", "missed"
"""The states of elements where a scenario left its path, and of those that no scenario passes."""


@dataclass(frozen=True, slots=True)
class DayRun:
    """Days in a row that were counted alike. `total`: what has been counted until their end; 0 for days off."""

    first: date
    last: date
    counted: bool
    total: Fraction
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a scenario expects of one thing, and what came."""

    what: str
    wanted: str
    found: str


def of_trial(trial: Trial, line: Timeline, outcome: Outcome | None) -> Markup:
    """The way that the case of a trial has taken, where it is now and what is due there."""
    states, diagram = dict(line.states), trial.version.diagram
    due = {mark.task.element: mark.due for mark in line.marks if mark.task and mark.due}
    tags = {element: say("hạn {moment}", moment=formatting.moment(moment)) for element, moment in due.items()}
    overlays = signs(diagram, states, tags)
    if outcome and outcome.key == "due":
        for element in {**outcome.wanted, **outcome.found}:
            wanted, found = outcome.wanted.get(element), outcome.found.get(element)
            if wanted != found:
                states[element] = CHANGED
                overlays[element] = Overlay("≠", say("Khác kịch bản"), _tag(wanted, found))
    return picture(diagram, states, overlays)


def of_coverage(diagram: Diagram, passed: frozenset[str]) -> Markup:
    """Which elements and flows the scenarios pass."""
    states = {id: "done" if id in passed else MISSED for id in (*diagram.nodes, *diagram.flows)}
    overlays = {
        id: Overlay("?", say("Chưa kịch bản nào đi qua"))
        for id in diagram.nodes
        if id not in passed and diagram.nodes[id].type in ACTIVITIES
    }
    return picture(diagram, states, overlays)


def runs(days: Sequence[DayCount]) -> Iterator[DayRun]:
    """The days of a deadline in order, those off by the stretch."""
    total = Fraction(0)
    for (counted, _), group in groupby(days, key=lambda day: (bool(day.counted), day.date if day.counted else None)):
        stretch = list(group)
        total += sum((day.counted for day in stretch), Fraction(0))
        named = next((day.facts["name"] for day in stretch if "name" in day.facts), "")
        reason = named or stretch[0].reason
        yield DayRun(stretch[0].date, stretch[-1].date, counted, total if counted else Fraction(0), reason)


def sentence(outcome: Outcome, version: Version) -> str:
    """Why a scenario does not go as it says, in a line."""
    found = differences(outcome, version)
    if not found:
        return outcome.failure
    first = say("{what}: kịch bản ghi {wanted}, nay là {found}", **asdict(found[0]))
    return first if len(found) == 1 else say("{what}; và {count} điều khác nữa", what=first, count=len(found) - 1)


def differences(outcome: Outcome, version: Version) -> tuple[Difference, ...]:
    """What a scenario expected where it left its path, and what came, thing by thing."""
    if not outcome.key:
        return ()
    if not isinstance(outcome.wanted, Mapping):
        label = say(LABELS[outcome.key]) if outcome.key in LABELS else say("vai trò")
        return (Difference(label, _shown(outcome.wanted), _shown(outcome.found)),)
    nodes = version.definition.nodes
    return tuple(
        Difference(
            nodes[key].name if key in nodes else key,
            _standing(outcome, outcome.wanted, key),
            _standing(outcome, outcome.found, key),
        )
        for key in {**outcome.wanted, **outcome.found}
        if outcome.wanted.get(key) != outcome.found.get(key)
    )


def _standing(outcome: Outcome, side: Mapping[str, object], key: str) -> str:
    if outcome.key != "due":
        return _shown(side.get(key))
    return _due(side[key]) if key in side else say("không mở")


def _tag(wanted: str | None, found: str | None) -> str:
    if found is None:
        return say("kịch bản ghi: mở ở đây")
    said = say("không mở") if wanted is None else _due(wanted)
    return say("hạn {found}, kịch bản ghi {wanted}", found=_due(found), wanted=said)


def _due(text: object) -> str:
    """A due moment as a scenario writes it, for people."""
    return _shown(text) if text else say("không có hạn")


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or "–"
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return formatting.moment(datetime.fromisoformat(value).replace(tzinfo=ZONE))
    return vocabulary.render(value) or "–"
