"""Whether who acted was allowed to, by what the entry says of them: the same rules as live, from the journal alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from runner.domain import entry as kinds
from runner.domain.entry import Command
from runner.domain.journal import Entry
from runner.domain.person import SYSTEM, LaneKind, Role
from runner.domain.procedure import Province
from runner.domain.task import Task
from runner.services.access import role
from runner.services.version import Version


def refused(entry: Entry, tasks: Mapping[str, Task], creator: str, version: Version, place: Province) -> bool:
    """Whether the person of an entry had no right to it.

    `tasks` and `creator` are the case's before the entry, `version` the one on which it was then, `place` the
    organisation that the entry names.
    """
    if entry.actor == SYSTEM.id:
        return not isinstance(entry.body, _AUTOMATIC)
    body, lanes = entry.body, entry.who.lanes
    if isinstance(body, Command) and body.incident is not None:  # a retry
        return not _has(lanes, Role.ADMINISTRATOR)
    match body:
        case kinds.Claim() | kinds.Submit() | kinds.Assign() | kinds.Release():
            return _refused_task(entry, tasks.get(body.task), place)
        case kinds.Start() | kinds.Cancel():
            return place.performer(version.opening_lane) not in lanes
        case kinds.DeliverMessage():
            return not lanes
        case kinds.Discard():
            return entry.actor != creator
        case kinds.Recount():
            return not _has(lanes, Role.ADMINISTRATOR) and place.of_kind(LaneKind.DIRECTOR).isdisjoint(lanes)
        case kinds.Migrate():
            return not _has(lanes, Role.ANALYST)
        case kinds.Erase(requested_by=requester):
            directors = {place.performer(lane) for lane in place.of_kind(LaneKind.DIRECTOR)}
            return directors.isdisjoint(lanes) or requester == entry.actor
        case kinds.CloseIncident():
            return not _has(lanes, Role.ADMINISTRATOR)
        case kinds.FireTimer() | kinds.AnswerRequest() | kinds.OpenIncident():
            return True
    return False


_AUTOMATIC: Final = (kinds.FireTimer, kinds.AnswerRequest, kinds.Discard, kinds.Recount, kinds.OpenIncident)
"""What may happen without a person."""


def _refused_task(entry: Entry, task: Task | None, place: Province) -> bool:
    """Whether the person of an entry about a task had no right to it."""
    if task is None:
        return True
    does, leads = place.performer(task.lane) in entry.who.lanes, not place.leads(task.lane).isdisjoint(entry.who.lanes)
    match entry.body:
        case kinds.Claim(owner=owner):
            return not does or owner != entry.actor
        case kinds.Submit():
            return not does or task.owner not in (None, entry.actor)
        case kinds.Assign():
            return not leads
    return not (does or leads)


def _has(lanes: Collection[str], wanted: Role) -> bool:
    return any(role(lane) == wanted for lane in lanes)
