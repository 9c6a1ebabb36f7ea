"""Every rule has a page in both languages; its example breaks that rule first, and is sound before."""

from __future__ import annotations

import pytest

from runner.authoring import help as pages
from runner.authoring.check import check
from runner.authoring.help import GROUPS, RuleUnknown
from runner.lint import RULES, conformance
from runner.services import content
from tests.world import ROOT

NAMES = {"size", "tables", *(name for name, _ in (*RULES, *conformance.RULES))}


def test_every_rule_has_a_page_in_both_languages_and_in_a_group() -> None:
    assert set(pages.pages()) == NAMES
    for page in pages.pages().values():
        assert page.group in GROUPS and page.vi.why and page.vi.fix, page.rule
        assert page.en.why and page.en.fix, page.rule
    with pytest.raises(RuleUnknown):
        pages.page("khong-co")


@pytest.mark.parametrize("rule", sorted(NAMES))
def test_the_example_of_a_rule_breaks_that_rule_first_and_is_sound_before(rule: str) -> None:
    example = pages.page(rule).example
    assert example, "a rule has an example"
    right = dict(content.load(ROOT / f"bpmn/{example.procedure}.bpmn", ROOT).files)
    assert check(example.procedure, right) == []
    found = check(example.procedure, example.broken(right))
    assert found and found[0].finding.rule == rule, [each.finding.message for each in found[:3]]
