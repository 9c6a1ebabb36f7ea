"""Why a task waited, minute by minute: each cause by itself, and that parts always come to the whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.reports.saving import saving
from runner.reports.waiting import NEVER, NOBODY, Cause, Deed, Office, Spell, Stint, day, split

MORNING, AFTERNOON = (30, 270), (390, 600)
"""Sessions of a day that begins with minute 0 at seven in the morning: 07:30 to 11:30, 13:30 to 17:00."""
SESSIONS = [
    (number * 1440 + since, number * 1440 + until) for number in range(5) for since, until in (MORNING, AFTERNOON)
]
HERE = {"a": frozenset(range(10)), "b": frozenset(range(10))}
ME = (1, "t")


def deed(person: str, at: int, since: int, case: int = 2, due: int = 100, opened: int = 0, element: str = "e") -> Deed:
    return Deed(person, at, since, opened, (case, "t"), element, due)


def spell(since: int = 30, until: int = 600, **more: Any) -> Spell:
    return Spell(ME, "e", since, until, **{"due": 500, "able": frozenset("ab"), **more})


def causes(one: Spell, *deeds: Deed, days: Any = HERE) -> dict[Cause, int]:
    found: Counter[Cause] = Counter()
    for (cause, _), minutes in split(one, Office.of(SESSIONS, deeds, days)).items():
        found[cause] += minutes
    return dict(found)


HELD = {"stints": [Stint("a", 30, 600)]}


@pytest.mark.parametrize(
    ("one", "deeds", "days", "expected"),
    [
        (spell(), [], HERE, {Cause.UNHELD: 450}),
        (spell(), [], {}, {Cause.ABSENT: 450}),
        (spell(**HELD), [], HERE, {Cause.NOTHING: 450}),
        (spell(**HELD), [], {"b": frozenset({0})}, {Cause.NOTHING: 450}),  # its holder is away, a colleague is not
        (spell(**HELD), [deed("a", 130, 20)], HERE, {Cause.EARLIER: 100, Cause.NOTHING: 350}),
        (spell(**HELD), [deed("a", 130, 80, due=501)], HERE, {Cause.LATER: 50, Cause.NOTHING: 400}),
        (spell(**HELD, due=NEVER), [deed("a", 130, 20, due=NEVER)], HERE, {Cause.EARLIER: 100, Cause.NOTHING: 350}),
        (spell(), [deed("a", 130, 20), deed("b", 80, 20, due=900)], HERE, {Cause.LATER: 50, Cause.UNHELD: 400}),
        (spell(), [deed("a", 130, 20)], {"a": frozenset({0})}, {Cause.EARLIER: 100, Cause.UNHELD: 350}),
        (spell(standing=[(90, 270)], **HELD), [], HERE, {Cause.APPLICANT: 180, Cause.NOTHING: 270}),
        (
            spell(incidents=[(0, 60)], standing=[(50, 60)]),
            [],
            HERE,
            {Cause.APPLICANT: 10, Cause.INCIDENT: 20, Cause.UNHELD: 420},
        ),
        (spell(270, 390), [], HERE, {}),  # over lunch no time passes
    ],
)
def test_each_minute_has_the_first_cause_that_applies(
    one: Spell, deeds: list[Deed], days: Any, expected: dict[Cause, int]
) -> None:
    assert causes(one, *deeds, days=days) == expected


def test_what_is_submitted_in_a_row_waited_for_the_last_to_come_and_for_those_before_it() -> None:
    """All three were taken together, when the last had long come, and done one after the other."""
    row = [deed("a", at, 450, case, opened=opened) for case, at, opened in ((2, 500, 100), (3, 510, 230))]
    own = spell(until=520, stints=[Stint("a", 450, 520)])
    row.append(Deed("a", 520, 450, 30, ME, "e", 500))
    assert causes(own, *row) == {Cause.BATCH: 200 + 20, Cause.UNHELD: 40 + 60, Cause.NOTHING: 50}
    assert causes(own, *row[1:]) == {Cause.UNHELD: 300, Cause.EARLIER: 60, Cause.NOTHING: 10}  # two are no row


def test_minutes_belong_to_who_held_the_task_then() -> None:
    one = spell(stints=[Stint("a", 100, 200), Stint("b", 200, 600)])
    found = split(one, Office.of(SESSIONS, [], HERE))
    assert found == {(Cause.UNHELD, NOBODY): 70, (Cause.NOTHING, "a"): 100, (Cause.NOTHING, "b"): 280}


MINUTES = st.integers(0, 5 * 1440)
STRETCHES = st.lists(st.tuples(MINUTES, MINUTES).map(lambda pair: (min(pair), max(pair))), max_size=3)
PEOPLE, ELEMENTS = st.sampled_from("abc"), st.sampled_from("ef")


@st.composite
def offices(draw: st.DrawFn) -> tuple[Spell, Office]:
    """A task and what happened around it."""
    since, until = sorted(draw(st.tuples(MINUTES, MINUTES)))
    moments = sorted(draw(st.lists(st.integers(since, until), max_size=5, unique=True))) if since < until else []
    stints = [Stint(draw(PEOPLE), a, b) for a, b in pairwise(moments) if draw(st.booleans())]
    deeds = [
        deed(draw(PEOPLE), at, draw(st.integers(0, at)), draw(st.integers(1, 9)), draw(MINUTES), element=draw(ELEMENTS))
        for at in draw(st.lists(MINUTES, max_size=12))
    ]
    days = {who: draw(st.frozensets(st.integers(0, 5), max_size=5)) for who in "abc"}
    standing, incidents = draw(STRETCHES), draw(STRETCHES)
    one = Spell(ME, "e", since, until, draw(MINUTES), draw(st.frozensets(PEOPLE)), stints, standing, incidents)
    return one, Office.of(SESSIONS, deeds, days)


def slow(one: Spell, office: Office) -> Counter[tuple[Cause, str]]:
    """The same, a minute at a time."""
    found: Counter[tuple[Cause, str]] = Counter()
    for at in range(one.since, one.until):
        if any(opening <= at < close for opening, close in office.sessions):
            found += split(replace(one, since=at, until=at + 1), office)
    return found


@given(offices())
def test_parts_come_to_the_working_time_without_remainder_and_each_minute_is_judged_by_itself(
    drawn: tuple[Spell, Office],
) -> None:
    one, office = drawn
    found = split(one, office)
    opened = {at for opening, close in SESSIONS for at in range(opening, close)}
    assert sum(found.values()) == office.worked(one.since, one.until) == len(opened & set(range(one.since, one.until)))
    assert all(minutes > 0 for minutes in found.values())
    some = replace(one, until=min(one.until, one.since + 700))
    assert split(some, office) == slow(some, office)


def test_a_late_case_names_the_smallest_part_that_had_been_enough() -> None:
    """Two tasks one after the other, the case 30 minutes late: without 40 of nobody it were not."""
    office = Office.of(SESSIONS, [], HERE)
    first = Spell((1, "x"), "x", 30, 130, 200, frozenset("ab"), [Stint("a", 70, 130)])
    second = Spell((1, "y"), "y", 130, 230, 200, frozenset("ab"), [Stint("a", 130, 230)])
    found = saving([first, second], office, 200, 230)
    assert found and (found.spell, found.cause, found.minutes, found.enough) == (first, Cause.UNHELD, 40, True)
    late = saving([first, second], office, 100, 230)
    assert late and (late.spell, late.cause, late.minutes, late.enough) == (second, Cause.NOTHING, 100, False)


def test_an_earlier_end_helps_only_as_far_as_the_other_branch_lets_it() -> None:
    office = Office.of(SESSIONS, [], HERE)
    long = Spell((1, "x"), "x", 30, 130, 100, frozenset("ab"), [Stint("a", 90, 130)])
    beside = Spell((1, "y"), "y", 30, 120, 100, frozenset("ab"), [Stint("a", 30, 120)])
    found = saving([long, beside], office, 115, 130)
    assert found and (found.minutes, found.enough) == (10, False)
    assert saving([], office, 115, 130) is None
    assert day(0) == 0
