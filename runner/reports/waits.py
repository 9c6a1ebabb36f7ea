"""Why the cases of a period waited, added up: by cause, step, role and person, and of each late case what to save."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from runner.domain.calendar import Calendar, local_date
from runner.domain.entry import Assign, Claim, Release, Submit
from runner.domain.journal import Entry
from runner.domain.task import Task
from runner.domain.timeliness import overdue
from runner.errors import Divergence
from runner.reports.saving import Saving, saving
from runner.reports.waiting import NEVER, NOBODY, Cause, Deed, Office, Spell, Stint, Stretch, day, minute, split
from runner.services.gathering import Gathered, History, Place

Parts = Counter[Cause]
"""Working minutes by cause."""


@dataclass(frozen=True, slots=True)
class LateSaving:
    """A case that was settled late by so many working `minutes`, and what would have kept its promise."""

    history: History
    minutes: int
    saving: Saving | None
    task: Task | None


@dataclass(frozen=True, slots=True)
class Waits:
    """The working minutes of the tasks of `cases` cases by cause, together and apart.

    `steps` are by step, or by the name of a task without one; `lanes` by province and lane; `months` (``2022-09``) by
    when a task was opened; `people` by account, and only for what they held themselves.
    """

    cases: int
    tasks: int
    total: Parts
    steps: Mapping[str, Parts]
    lanes: Mapping[tuple[str, str], Parts]
    months: Mapping[str, Parts]
    people: Mapping[str, Parts]
    late: Sequence[LateSaving]


def waits(gathered: Gathered, now: datetime) -> Waits:
    """Split the working time of every task of the settled cases. Raises `YearMissing`, `HoursMissing`."""
    offices = {code: _office(place, gathered, code, now) for code, place in gathered.places.items()}
    total, steps, lanes, people = Parts(), dict[str, Parts](), dict[tuple[str, str], Parts](), dict[str, Parts]()
    months, late, tasks = dict[str, Parts](), list[LateSaving](), 0
    for history in gathered.beside:
        if history.case.id not in gathered.settled:
            continue
        office, place = offices[history.case.province], gathered.places[history.case.province]
        spells = [_spell(history, task, place, now) for task in history.tasks]
        tasks += len(spells)
        for task, spell in zip(history.tasks, spells, strict=True):
            for (cause, holder), minutes in split(spell, office).items():
                total[cause] += minutes
                steps.setdefault(task.step or task.name, Parts())[cause] += minutes
                months.setdefault(f"{local_date(task.opened):%Y-%m}", Parts())[cause] += minutes
                lanes.setdefault((history.case.province, task.lane), Parts())[cause] += minutes
                if holder != NOBODY:
                    people.setdefault(holder, Parts())[cause] += minutes
        late += _late(history, spells, office)
    return Waits(len(gathered.settled), tasks, total, steps, lanes, months, people, late)


def _late(history: History, spells: Sequence[Spell], office: Office) -> Iterator[LateSaving]:
    due, settled = history.case.due, history.settled
    if due is None or settled is None or not overdue(due, settled):
        return
    found = saving(spells, office, minute(due), minute(settled))
    task = next((each for each in history.tasks if found and each.id == found.spell.key[1]), None)
    yield LateSaving(history, office.worked(minute(due), minute(settled)), found, task)


# -- from rows to whole minutes ---------------------------------------------------------------------------------------


def _office(place: Place, gathered: Gathered, code: str, now: datetime) -> Office:
    own = [each for each in gathered.beside if each.case.province == code]
    first = min((task.opened for each in own for task in each.tasks), default=now)
    days: dict[str, set[int]] = {}
    for actor, at in gathered.acts:
        days.setdefault(actor, set()).add(day(minute(at)))
    present = {actor: frozenset(found) for actor, found in days.items()}
    deeds = [deed for each in own for deed in _deeds(each)]
    return Office.of(list(_sessions(place.calendar, local_date(first), local_date(now))), deeds, present)


def _sessions(calendar: Calendar, first: date, last: date) -> Iterator[Stretch]:
    for number in range(first.toordinal(), last.toordinal() + 1):
        for opening, close in calendar.sessions(date.fromordinal(number)):
            yield minute(opening), minute(close)


def _spell(history: History, task: Task, place: Place, now: datetime) -> Spell:
    since, until = minute(task.opened), minute(task.closed or now)
    standing = [(minute(a), minute(b or now)) for a, b in history.paused]
    if place.applies(task.lane):
        standing = [(since, until)]
    elif history.case.legal_clock_stopped_at:
        standing.append((minute(history.case.legal_clock_stopped_at), max(until, minute(now))))
    incidents = [(minute(each.at), minute(each.closed or now)) for each in history.incidents]
    return Spell(
        key=(history.case.id, task.id),
        element=f"{history.case.procedure} {task.element}",
        since=since,
        until=max(since, until),
        due=_due(history),
        able=place.members.get(task.lane, frozenset()),
        stints=list(_stints(history, task, now)),
        standing=standing,
        incidents=incidents,
    )


def _deeds(history: History) -> Iterator[Deed]:
    tasks = {task.id: task for task in history.tasks}
    for entry in history.entries:
        body = _body(entry)
        if isinstance(body, Submit) and (task := tasks.get(body.task)):
            at = minute(entry.at)
            held = [stint.since for stint in _stints(history, task, entry.at) if stint.person == entry.actor]
            yield Deed(
                entry.actor,
                at,
                max(held, default=at),
                minute(task.opened),
                (history.case.id, task.id),
                f"{history.case.procedure} {task.element}",
                _due(history),
            )


def _stints(history: History, task: Task, now: datetime) -> Iterator[Stint]:
    """Who held a task from when to when; who submits it untaken never held it."""
    held: tuple[str, int] | None = None
    end = minute(task.closed or now)
    for entry in history.entries:
        body = _body(entry)
        if not isinstance(body, Claim | Assign | Release | Submit) or body.task != task.id:
            continue
        owner = body.owner if isinstance(body, Claim | Assign) else NOBODY
        if held and held[0] != owner:
            yield Stint(held[0], held[1], minute(entry.at))
            held = None
        if owner and held is None:
            held = owner, minute(entry.at)
    if held:
        yield Stint(held[0], held[1], max(held[1], end))


def _body(entry: Entry) -> object:
    """What an entry says; None where it was erased or cannot be read: a verification tells of that."""
    try:
        return entry.body
    except Divergence:
        return None


def _due(history: History) -> int:
    return minute(history.case.due) if history.case.due else NEVER
