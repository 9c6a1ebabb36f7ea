"""The rules that come with the two decisions: where each stands, and what is found of the fourteen procedures."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from runner.domain.case import CaseStatus
from runner.domain.timeliness import Verdict as Lateness
from runner.law import reader
from runner.law.diagram import Verdict, examine
from runner.law.rule import Pattern
from runner.services import content
from tests.law.course import Course, courses, rules
from tests.law.test_seeds import drawn
from tests.procedures.test_scenarios import DIAGRAMS
from tests.world import ROOT

FILES = sorted((ROOT / "bpmn").glob("*/*rules.toml"))
TWELVE = [rule.id for rule in rules("ha-tinh/QT.BC.01")]
WITHOUT_FEE = {*(code for code in DIAGRAMS if code.startswith("ben-tre/")), "ha-tinh/QT.BC.07"}
"""Bến Tre's decision names no amounts, and QT.BC.07 is free of charge."""
PLAYED = list(DIAGRAMS) if os.environ.get("MOTCUA_FAULTS") == "full" else random.Random(11).sample(list(DIAGRAMS), 2)


def test_twelve_rules_in_nine_patterns_come_with_each_decision() -> None:
    assert len(TWELVE) == 12
    for code in DIAGRAMS:
        found = rules(code)
        assert [rule.id for rule in found] == TWELVE
        assert {rule.pattern for rule in found} == set(Pattern)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_rule_quotes_its_decision_at_its_line_or_says_that_it_is_ours(path: Path) -> None:
    lines = (ROOT / f"tests/decisions/{path.parent.name}.txt").read_text(encoding="utf-8").splitlines()
    for rule in reader.read(path.read_bytes()):
        source = rule.source
        if source.ours:
            assert not source.document
            continue
        assert source.line and source.text in lines[source.line - 1], rule.id
        above = lines[: source.line]
        assert f"quy trình {_last(PROCEDURE, above)}" in source.place, rule.id
        if "ghi chú" not in source.place:
            assert re.search(rf"bước {_last(STEP, above)}\b", source.place), rule.id
        alike = 6 if "QT.BC.07 không thu phí" in source.place else 7
        assert " ".join(" ".join(lines).split()).count(source.text) >= alike, rule.id


PROCEDURE = re.compile(r"(QT\.BC\.\d\d|(?<=Quy trình )số \d\d)$")
"""A line that names the procedure of the lines below it."""
STEP = re.compile(r"(?:^|Bước )(B?\d)$")


def _last(heading: re.Pattern[str], lines: Sequence[str]) -> str:
    """The heading that stands last in some lines."""
    return [found[1] for line in lines if (found := heading.search(line))][-1]


@pytest.mark.parametrize("code", DIAGRAMS)
def test_each_rule_is_decided_on_each_diagram(code: str) -> None:
    found = verdicts(code)
    expected = dict.fromkeys(TWELVE, Verdict.HOLDS)
    if code in WITHOUT_FEE:
        expected["fee-before-result"] = Verdict.NOT_APPLICABLE
    assert found == expected


@cache
def verdicts(code: str) -> Mapping[str, Verdict]:
    """What is found of each rule on the diagrams of a procedure."""
    bundle = content.load(DIAGRAMS[code], ROOT)
    return {verdict.rule.id: verdict.verdict for verdict in examine(rules(code), drawn(bundle))}


def test_the_documentation_has_the_table_of_all_verdicts() -> None:
    assert verdict_table() in (ROOT / "docs/law.md").read_text(encoding="utf-8")


def verdict_table() -> str:
    """The twelve rules and the fourteen diagrams: held (✓), broken (✗), undecided (?), or not applicable (–)."""
    signs = {Verdict.HOLDS: "✓", Verdict.BROKEN: "✗", Verdict.UNDECIDED: "?", Verdict.NOT_APPLICABLE: "–"}
    found = {id: [signs[verdicts(code)[id]] for code in DIAGRAMS] for id in TWELVE}
    heads = [f"| rule | {' | '.join(DIAGRAMS)} |", "|---" * (len(DIAGRAMS) + 1) + "|"]
    return "\n".join([*heads, *(f"| `{id}` | {' | '.join(row)} |" for id, row in found.items())])


@pytest.mark.parametrize("code", PLAYED)
def test_no_rule_is_said_to_be_broken_in_a_scenario_that_keeps_it(code: str) -> None:
    for name, course in courses(code).items():
        found = {violation.rule.id for violation in course.judged()}
        assert found == broken(course), name


def broken(course: Course) -> set[str]:
    """What a scenario breaks, by what the read tables say of it: late slips and late receipts are part of some."""
    row, tasks = course.row, course.tasks
    found: set[str] = set()
    signed = [task.closed for task in tasks if task.element == "Task_apology_sign" and task.outcome == "done"]
    if row.status == CaseStatus.FINISHED and row.verdict == Lateness.LATE and not signed:
        found.add("apology-in-time")
    if any(task.form == "chuyen-ho-so" and task.late for task in tasks) and row.procedure == "ben-tre/01":
        found.add("receipt-within-day")
    return found
