"""The rules of law at a change of a case: what breaks one that refuses is not done, of the others people are warned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from runner.domain.calendar import Calendar
from runner.domain.case import Case
from runner.domain.circumstances import Actor
from runner.domain.entry import Migrate
from runner.domain.person import SYSTEM, Person
from runner.domain.procedure import Province
from runner.domain.task import Task
from runner.engine.instance import Instance
from runner.law.event import Event, Lens
from runner.law.judge import concerns, judge
from runner.law.rule import Pattern
from runner.law.violation import LawRefused, Violation

if TYPE_CHECKING:
    from runner.services.case_transaction import CaseTransaction
    from runner.services.version_cache import Versions
    from runner.store.session import Transaction

_FORESEEN: Final = frozenset(
    {Pattern.AT_MOST, Pattern.BEFORE, Pattern.NOT_AFTER, Pattern.NOT_SAME_PERSON, Pattern.ONLY_IN_LANE}
)
"""The patterns that a task breaks by being done at all, whatever is filled in."""


def heed(change: CaseTransaction, who: Actor) -> None:
    """Raises `LawRefused` where the command that `who` carried out breaks a rule that refuses it.

    A migration is no act of the case's people: what they did is judged by the new version only where journals are.
    """
    if isinstance(change.command, Migrate):
        return
    lens, acts = change.lens, change.instance.acts
    if not lens.heeds(acts[-1].advance):
        return
    seq = len(acts)
    fresh = list(lens.events(acts[-1], seq, None if change.person is SYSTEM else who))
    if not (asked := [each for each in lens.refusing if concerns(*each, fresh)]):
        return
    events = [*_past(lens, change.instance, seq - 1), *fresh]
    for violation in judge(asked, events, change.organisation, change.now, seq - 1):
        raise LawRefused(violation)


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A case as the rules in force look at it `now`."""

    lens: Lens
    instance: Instance
    place: Province
    calendar: Calendar
    now: datetime


def standpoint(tx: Transaction, versions: Versions, case: Case, instance: Instance, now: datetime) -> Standpoint:
    """A case as the newest rules of its province look at it."""
    version, in_force = versions.get(tx, case.version), versions.newest(tx, case.province)
    place = in_force.organisation or version.province
    return Standpoint(versions.lens(tx, version, in_force.rules), instance, place, in_force.calendar, now)


def warnings(at: Standpoint, person: Person, task: Task | None = None) -> list[Violation]:
    """The violations that stand in a case, and those that `person` would cause by doing the open `task` now.

    What a rule asks of the answers of the task is taken as given. Of a rule that stands broken, the act that would
    break it again is not told.
    """
    acts = len(at.instance.acts)
    events = _past(at.lens, at.instance, acts)
    standing = list(judge(at.lens.numbered, events, at.place, at.now))
    told = {violation.rule.id for violation in standing}
    coming = _coming(at, events, task, person) if task else ()
    return [*standing, *(each for each in coming if each.rule.id not in told)]


def _coming(at: Standpoint, events: Sequence[Event], task: Task, person: Person) -> Iterator[Violation]:
    seq, legal = len(at.instance.acts) + 1, at.instance.legal
    named = at.lens.signs.get(task.element, ())
    signs = tuple((place, key) for place, key, selector in named if key == "task" or selector.fits({}))
    done = Event(
        seq=seq,
        at=at.now,
        element=task.element,
        name=task.name,
        lane=task.lane,
        signs=signs,
        calendar=at.calendar,
        person=person.id,
        called=person.name,
        lanes=frozenset(person.lanes(at.place.code)),
        due=legal.due,
        promise=legal.due,
        clock=legal.state,
        after=legal.state,
    )
    for violation in judge(at.lens.numbered, [*events, done], at.place, at.now, seq - 1):
        if violation.rule.pattern in _FORESEEN:
            yield violation


def _past(lens: Lens, instance: Instance, until: int) -> list[Event]:
    """What happened in the first acts of a case; the lanes of those who acted are in the journal only.

    The case keeps it: while it is in memory, each act is looked at once.
    """
    kept = instance.judged
    known: list[list[Event]] = kept[1] if kept and kept[0] is lens else []
    known += [list(lens.events(act, seq)) for seq, act in enumerate(instance.acts[len(known) : until], len(known) + 1)]
    instance.judged = lens, known
    return [event for events in known[:until] for event in events]
