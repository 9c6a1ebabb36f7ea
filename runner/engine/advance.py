"""What a change gives the engine, and what the engine returns: plain values, without SpiffWorkflow's types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from runner.domain.calendar import Calendar
from runner.domain.case import CaseStatus, ClockState
from runner.domain.task import Task, Timer


@dataclass(frozen=True, slots=True)
class Request:
    """Work that a service task or a business rule task asks for. `id` is element and occurrence.

    `properties` are the element's own. A business rule has no `topic`: it asks the table `decision` for a `result`.
    """

    id: str
    element: str
    topic: str
    properties: Mapping[str, str]
    values: Mapping[str, object]
    decision: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything that a change depends on besides its input.

    `now` is aware; `perform` does an *inside* topic or a decision and returns the values that it sets, or None when the
    topic is an *outside* one, to be done after the transaction. On replay it returns what was recorded. `actor` is the
    account that acts.
    """

    now: datetime
    calendar: Calendar
    perform: Callable[[Request], Mapping[str, object] | None]
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Advance:
    """What one change did. `received` is when the legal clock counts the dossier as received, None before it starts.

    `tasks` are those opened, closed or changed; `armed` includes timers whose moment moved.
    `performed` maps request ids to results (journaled); `requests` are requests to be done outside. `route` lists the
    elements passed in this change, `flows` the sequence flows taken, both in order. `late` are tasks whose limit passed
    just now. `passed_over` are timers that had fired, which the version to which the case migrated has not due.
    """

    status: CaseStatus
    outcome: str
    clock: ClockState
    received: datetime | None
    due: datetime | None
    tasks: tuple[Task, ...]
    armed: tuple[Timer, ...]
    disarmed: tuple[str, ...]
    performed: Mapping[str, Mapping[str, object]]
    requests: tuple[Request, ...]
    route: tuple[str, ...]
    flows: tuple[str, ...]
    late: tuple[str, ...]
    passed_over: tuple[str, ...] = ()
