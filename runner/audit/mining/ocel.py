"""A case as OCEL 2.0 has it: objects (case, task, person, document, agency) and events that are related to them.

A type of events is an activity, as the models that are found say; what only moves a task is another type of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from runner.audit.mining.log import COMPLETE, LogEvent, Trace
from runner.domain.person import SYSTEM

Value = str | int | float | bool | datetime | None
Relation = tuple[str, str]
"""The id of an object, and what it is to the event or object that names it."""

OBJECTS: Final[Mapping[str, Mapping[str, str]]] = {
    "case": {
        "number": "string",
        "procedure": "string",
        "version": "string",
        "version_number": "integer",
        "status": "string",
        "outcome": "string",
        "received": "time",
        "due": "time",
        "ended": "time",
        "late": "boolean",
        "consumed_days": "float",
        "pauses_known": "boolean",
    },
    "task": {
        "name": "string",
        "element": "string",
        "step": "string",
        "role": "string",
        "opened": "time",
        "due": "time",
        "closed": "time",
        "late": "boolean",
        "limit_days": "float",
        "limit_unit": "string",
        "consumed_days": "float",
        "paused_days": "float",
        "outcome": "string",
    },
    "person": {},
    "document": {"type": "string", "size": "integer"},
    "agency": {"name": "string"},
}
"""The types of objects with their attributes and those of OCEL that these have."""
EVENT: Final[Mapping[str, str]] = {
    "position": "integer",
    "transition": "string",
    "element": "string",
    "role": "string",
    "channel": "string",
    "due": "time",
    "late": "boolean",
    "consumed_days": "float",
    "paused_days": "float",
}
"""The attributes of every type of events; `position` is the event's place in its case, for those of one moment too."""


@dataclass(frozen=True, slots=True)
class Thing:
    """An object with its attributes, and its relations to others."""

    id: str
    type: str
    values: Mapping[str, Value]
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Happening:
    """An event with its attributes, and its relations to objects."""

    id: str
    type: str
    at: datetime
    values: Mapping[str, Value]
    relations: tuple[Relation, ...]


def things(trace: Trace, known: set[str]) -> Iterator[Thing]:
    """The objects of a case; people and agencies, whom cases share, only where they are not `known` yet."""
    case, measured = trace.case, trace.measured
    own, agency = f"case:{case.id}", f"agency:{trace.agency}"
    shared = [Thing(agency, "agency", {"name": trace.agency})]
    shared += [Thing(f"person:{who}", "person", {}) for who in dict.fromkeys(_people(trace))]
    for each in shared:
        if each.id not in known:
            known.add(each.id)
            yield each
    yield Thing(
        own,
        "case",
        {
            "number": case.number,
            "procedure": case.procedure,
            "version": case.version,
            "version_number": trace.number,
            "status": str(case.status),
            "outcome": case.outcome,
            "received": case.received,
            "due": case.due,
            "ended": case.ended,
            "late": measured.late if case.verdict else None,
            "consumed_days": measured.used,
            "pauses_known": measured.clear,
        },
        ((agency, "decided by"),),
    )
    for visit in measured.visits:
        task = visit.task
        holder = ((f"person:{trace.owners[task.id]}", "held by"),) if task.id in trace.owners else ()
        yield Thing(
            f"task:{case.id}/{task.id}",
            "task",
            {
                "name": task.name,
                "element": task.element,
                "step": task.step,
                "role": measured.version.province.label(task.lane),
                "opened": task.opened,
                "due": task.due,
                "closed": task.closed,
                "late": visit.late,
                "limit_days": float(visit.limit.days) if visit.limit else None,
                "limit_unit": str(visit.limit.unit) if visit.limit else None,
                "consumed_days": visit.used,
                "paused_days": visit.paused,
                "outcome": task.outcome,
            },
            ((own, "part of"), *holder),
        )
    for event in trace.events:
        for file in event.files:
            relations = (
                (own, "belongs to"),
                *(((f"task:{case.id}/{event.visit}", "submitted with"),) if event.visit else ()),
            )
            id = f"document:{case.id}/{file.sha256[:16]}"
            if id not in known:
                known.add(id)
                yield Thing(id, "document", {"type": file.type, "size": file.size}, relations)
    known.difference_update({each for each in known if each.startswith("document:")})


def happenings(trace: Trace) -> Iterator[Happening]:
    """The events of a case."""
    case = trace.case.id
    for position, event in enumerate(trace.events, 1):
        relations = [(f"case:{case}", "case")]
        if position == 1:
            relations.append((f"agency:{trace.agency}", "decided by"))
        if event.visit:
            relations.append((f"task:{case}/{event.visit}", "task"))
        if event.by != SYSTEM.id:
            relations.append((f"person:{event.by}", "performed by"))
        if event.owner not in ("", event.by):
            relations.append((f"person:{event.owner}", "given to"))
        relations += [(f"document:{case}/{file.sha256[:16]}", "attached") for file in event.files]
        yield Happening(
            f"{case}/{event.id}", kind(event), event.at, _values(event, position), tuple(dict.fromkeys(relations))
        )


def kind(event: LogEvent) -> str:
    """The type of an event: its activity, and the transition where it is not the end of it."""
    return event.activity if event.transition == COMPLETE else f"{event.activity}+{event.transition}"


def _values(event: LogEvent, position: int) -> dict[str, Value]:
    return {
        "position": position,
        "transition": event.transition,
        "element": event.element,
        "role": event.role,
        "channel": event.channel,
        "due": event.due,
        "late": event.late,
        "consumed_days": event.used,
        "paused_days": event.paused,
    }


def _people(trace: Trace) -> Iterator[str]:
    for event in trace.events:
        yield from (who for who in (event.by, event.owner) if who and who != SYSTEM.id)
    yield from trace.owners.values()
