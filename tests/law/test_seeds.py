"""A broken rule is found, wherever it is broken: forty times out of forty, and nowhere else."""

from __future__ import annotations

import pytest

from runner.law.diagram import Drawn, Verdict, examine
from runner.services import holiday
from runner.services.bundle import Bundle
from runner.services.version import compiled
from tests.law.course import courses, driven, rules
from tests.law.seeds import COURSES, DIAGRAMS, CourseSeed, DiagramSeed, seeded


def drawn(bundle: Bundle) -> Drawn:
    calendar = holiday.calendar(bundle.province, 1)
    unit = bundle.procedure.time.unit
    return Drawn(bundle.diagram, bundle.called, bundle.forms, bundle.province.kinds, unit, calendar)


def test_there_are_forty_seeds_and_each_of_the_twelve_rules_has_some() -> None:
    assert len(DIAGRAMS) + len(COURSES) == 40
    assert {seed.rule for seed in DIAGRAMS} == {rule.id for rule in rules("ha-tinh/QT.BC.01")}


@pytest.mark.parametrize("seed", DIAGRAMS, ids=lambda seed: f"{seed.procedure} {seed.name}")
def test_a_change_of_a_diagram_is_found_with_the_way_and_a_case_on_that_way_breaks_the_rule(seed: DiagramSeed) -> None:
    bundle = seeded(seed)
    found = {verdict.rule.id: verdict for verdict in examine(rules(seed.procedure), drawn(bundle))}
    verdict = found[seed.rule]
    assert verdict.verdict == Verdict.BROKEN
    assert verdict.why
    if seed.seen:  # the engine goes where the way leads, and the journal shows the same
        assert verdict.path
        violations = driven(compiled(bundle), holiday.calendar(bundle.province, 1), verdict.moves)
        assert seed.rule in {violation.rule.id for violation in violations}


@pytest.mark.parametrize("seed", COURSES, ids=lambda seed: f"{seed.procedure} {seed.name}")
def test_a_change_of_what_was_done_is_found_in_the_journal_and_nothing_else(seed: CourseSeed) -> None:
    course = courses(seed.procedure)[seed.scenario]
    assert course.judged() == []
    violations = course.judged(seed.change)
    assert {violation.rule.id for violation in violations} == {seed.rule}
    assert all(violation.why for violation in violations)
