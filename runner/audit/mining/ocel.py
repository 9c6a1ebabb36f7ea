"""A case as OCEL 2.0 has it: objects (case, task, person, document, agency) and events that are related to them.

A type of events is an activity, as the models that are found say; what only moves a task is another type of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from runner.audit.many.measure import Visit
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
    agency = f"agency:{trace.agency}"
    shared = [Thing(agency, "agency", {"name": trace.agency})]
    shared += [Thing(f"person:{who}", "person", {}) for who in dict.fromkeys(_people(trace))]
    for each in shared:
        if each.id not in known:
            known.add(each.id)
            yield each
    yield _case(trace, agency)
    for visit in trace.measured.visits:
        yield _task(trace, visit)
    yield from _documents(trace)


def _case(trace: Trace, agency: str) -> Thing:
    case, measured = trace.case, trace.measured
    values: dict[str, Value] = {
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
    }
    return Thing(f"case:{case.id}", "case", values, ((agency, "decided by"),))


def _task(trace: Trace, visit: Visit) -> Thing:
    task, case = visit.task, trace.case.id
    holder = ((f"person:{trace.owners[task.id]}", "held by"),) if task.id in trace.owners else ()
    values: dict[str, Value] = {
        "name": task.name,
        "element": task.element,
        "step": task.step,
        "role": trace.measured.version.province.label(task.lane),
        "opened": task.opened,
        "due": task.due,
        "closed": task.closed,
        "late": visit.late,
        "limit_days": float(visit.limit.days) if visit.limit else None,
        "limit_unit": str(visit.limit.unit) if visit.limit else None,
        "consumed_days": visit.used,
        "paused_days": visit.paused,
        "outcome": task.outcome,
    }
    return Thing(f"task:{case}/{task.id}", "task", values, ((f"case:{case}", "part of"), *holder))


def _documents(trace: Trace) -> Iterator[Thing]:
    """The attached files; the same content counts once."""
    case, seen = trace.case.id, set[str]()
    for event in trace.events:
        for file in event.files:
            id = f"document:{case}/{file.sha256[:16]}"
            if id not in seen:
                seen.add(id)
                task = ((f"task:{case}/{event.visit}", "submitted with"),) if event.visit else ()
                relations = ((f"case:{case}", "belongs to"), *task)
                yield Thing(id, "document", {"type": file.type, "size": file.size}, relations)


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
