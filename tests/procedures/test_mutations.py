"""No wrong diagram is deployed: whatever single thing is changed in one of the provinces', the linter says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.engine.lint import lint
from runner.services import content
from runner.services.content import Bundle, BundleContent
from tests.procedures.mutation import Mutant, Mutation
from tests.world import ROOT

PROCEDURES = content.procedures(ROOT)
AT_LEAST = 20
"""Mutants of each procedure: with all fourteen there are far more than 300."""


def caught(mutant: Mutant, bundle: Bundle, held: BundleContent) -> bool:
    """Whether the mutant is refused when it is deployed."""
    return any(found.severity == "error" for found in lint(mutant.data, bundle.code, held))


@pytest.mark.parametrize("path", PROCEDURES, ids=[f"{path.parent.name}/{path.stem}" for path in PROCEDURES])
def test_every_mutant_of_a_diagram_is_caught(path: Path, record_property: pytest.fixture) -> None:
    bundle = content.load(path, ROOT)
    held = BundleContent(bundle)
    assert [found.message for found in lint(bundle.diagram, bundle.code, held)] == []
    forms = sorted(name.removeprefix("forms/").removesuffix(".form") for name in bundle.files if "forms/" in name)
    mutants = list(Mutation(bundle.diagram, bundle.facts(), forms).mutants())
    record_property("mutants", len(mutants))
    assert len(mutants) >= AT_LEAST
    assert [str(mutant) for mutant in mutants if not caught(mutant, bundle, held)] == []
