"""Every step has time to work when those before it keep their limits, or the shortest example is shown.

What the rule finds fast is compared with walking every dossier, one by one, with the engine's own clock.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from fractions import Fraction
from random import Random

import pytest

from runner.domain.calendar import Calendar
from runner.domain.case import ClockMark
from runner.domain.limit import Limit, Unit
from runner.domain.working_day import Day, Hours, Session
from runner.engine.definition import define
from runner.engine.legal_clock import LegalClock
from runner.errors import YearMissing
from runner.lint import conformance
from runner.lint.conformance import comparison, feasibility
from runner.lint.conformance.walk import walk
from runner.lint.conformance.way import Stage, Way, ways
from runner.lint.conformance.working_time import find
from runner.services import content, holiday
from tests.world import ROOT

CODES = [path.relative_to(ROOT / "bpmn").with_suffix("").as_posix() for path in content.procedures(ROOT)]
SEEDS = 500 if os.environ.get("MOTCUA_FAULTS") == "full" else 12
SINCE = date(2026, 12, 7)
SESSIONS = (Session(time(7, 30), time(11, 30)), Session(time(13, 30), time(17)))


def december(days: Random) -> Calendar:
    """A calendar of one year with days off and worked Saturdays in its last weeks, where the dossiers come."""
    changed = {}
    for day in range(7, 32):
        kind = days.choices(("", "off", "work"), (7, 3, 1))[0]
        if kind:
            changed[date(2026, 12, day)] = Day(date(2026, 12, day), "off" if kind == "off" else "work")
    return Calendar("somewhere", 1, (Hours(None, None, SESSIONS),), frozenset({5, 6}), changed, frozenset({2026}))


def case(random: Random) -> tuple[Calendar, Limit, list[Way], Mapping[str, Fraction] | None]:
    """A term with steps that add up to it or miss it a little, and the ways through them."""
    unit = random.choice(list(Unit))
    steps = {name: Limit(Fraction(random.randint(1, 6), 2), unit) for name in "abcd"[: random.randint(2, 4)]}
    if unit == Unit.CALENDAR_DAYS:
        steps = {name: Limit(Fraction(random.randint(1, 3)), unit) for name in steps}
    term = Limit(sum((each.days for each in steps.values()), Fraction(0)) - random.choice((0, 0, 0, 1)), unit)
    order = list(steps)
    straight = (Stage(mark=ClockMark.START), *(Stage(name, name, steps[name]) for name in order))
    at = random.randrange(1, len(order))
    back = (*straight[: at + 2], *straight[at : at + 2], *straight[at + 2 :])
    waited = (*straight[: at + 1], Stage(name="wait", mark=ClockMark.PAUSE), *straight[at:])
    taken = [straight, shared(back), shared(waited)]
    kept = {
        name: sum((min(steps[each].days, Fraction(1)) for each in order[n + 1 :]), Fraction(0))
        for n, name in enumerate(order)
    }
    return december(random), term, taken, random.choice((None, kept))


def shared(way: Way) -> Way:
    names = [stage.step for stage in way]
    return tuple(
        Stage(each.step, each.name, each.limit, each.mark, names.count(each.step), each.step not in names[place + 1 :])
        if each.step
        else each
        for place, each in enumerate(way)
    )


def openings(calendar: Calendar, since: date = SINCE) -> list[datetime]:
    days = (date(2026, 12, day) for day in range(since.day, 32))
    return [opening for day in days for opening, _ in calendar.sessions(day)]


def one_by_one(calendar: Calendar, term: Limit, way: Way, kept: Mapping[str, Fraction] | None) -> datetime | None:
    """The first receipt after which a step has no time, whenever a supplement comes."""
    waits = any(stage.mark == ClockMark.PAUSE for stage in way)
    for received in openings(calendar):
        for resumed in openings(calendar) if waits else [None]:
            try:
                before = walk(calendar, LegalClock(term, kept), way[: marked(way)], received)
                if resumed and (before.idle or resumed < ended(calendar, term, way, kept, received)):
                    if before.idle:
                        return received
                    continue
                if walk(calendar, LegalClock(term, kept), way, received, resumed).idle:
                    return received
            except YearMissing:
                continue
    return None


def marked(way: Way) -> int:
    return next((n for n, stage in enumerate(way) if stage.mark == ClockMark.PAUSE), len(way))


def ended(
    calendar: Calendar, term: Limit, way: Way, kept: Mapping[str, Fraction] | None, received: datetime
) -> datetime:
    """When the wait of a way begins."""
    return walk(calendar, LegalClock(term, kept), way[: marked(way) + 1], received).rows[-1].opened


def test_what_is_found_is_what_walking_every_dossier_finds() -> None:
    impossible = possible = 0
    for seed in range(SEEDS):
        calendar, term, taken, kept = case(Random(seed))
        for way in taken:
            found = find(calendar, term, [way], kept, SINCE)
            expected = one_by_one(calendar, term, way, kept)
            assert (found and found.received) == expected, (seed, way)
            impossible += expected is not None
            possible += expected is None
    assert impossible >= SEEDS // 2 and possible >= SEEDS, "both are common among them"


def test_what_is_told_is_a_walk_by_the_engines_clock_that_ends_where_no_time_is_left() -> None:
    for seed in range(20):
        calendar, term, taken, kept = case(Random(seed))
        if found := find(calendar, term, taken, kept, SINCE):
            assert found.idle and found.due
            assert calendar.between(found.rows[-1].opened, found.due) <= 0


@pytest.mark.parametrize("code", CODES)
def test_every_step_of_every_procedure_has_time_to_work(code: str) -> None:
    bundle = content.load(ROOT / f"bpmn/{code}.bpmn", ROOT)
    read = comparison.read(bundle.diagram, bundle.beside(bundle.diagram))
    assert read
    found = feasibility.feasibility(read, holiday.calendar(bundle.province, 1))
    assert found and found.gap is None
    assert (found.conflict is not None) == (bundle.procedure.time.unit == Unit.CALENDAR_DAYS)
    assert found.ways == len(ways(read, define(bundle.diagram, bundle.called).limits)) == 6


def test_a_decision_whose_dates_collide_is_told_until_its_facts_say_how_they_are_applied() -> None:
    bundle = content.load(ROOT / "bpmn/ben-tre/01.bpmn", ROOT)
    facts = bundle.files["bpmn/ben-tre/01.toml"].decode()
    stated = next(line for line in facts.splitlines() if line.startswith("conflict = "))
    assert told(bundle, facts) == []
    [found] = told(bundle, facts.replace(stated, ""))
    assert found.severity == "warning"
    assert "hồ sơ nhận lúc 07:30 ngày 23/09/2022" in found.message
    assert "6: 17:00 ngày 13/10/2022 – 17:00 ngày 13/10/2022; hạn của hồ sơ 17:00 ngày 13/10/2022" in found.message


def test_an_acknowledgement_of_nothing_is_told() -> None:
    bundle = content.load(ROOT / "bpmn/ben-tre/39.bpmn", ROOT)
    facts = bundle.files["bpmn/ben-tre/39.toml"].decode()
    [found] = told(bundle, facts.replace("\ncounted_from", '\nconflict = "…"\ncounted_from', 1))
    assert "time.conflict" in found.message


def told(bundle: content.Bundle, facts: str) -> Iterator[conformance.Finding] | list[conformance.Finding]:
    files = {**bundle.files, f"bpmn/{bundle.code}.toml": facts.encode()}
    changed = content.Bundle(bundle.code, files, bundle.diagrams)
    beside = changed.beside(changed.diagram)
    return [found for found in conformance.check(changed.diagram, beside) if found.rule == "working-time"]
