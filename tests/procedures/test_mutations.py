"""No wrong diagram is deployed: the linter finds every single change of the provinces' diagrams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runner import bpmn
from runner.lint import Content, conformance, lint
from runner.services import content
from tests.procedures.mutation import Mutant, Mutation
from tests.world import ROOT

PROCEDURES = content.procedures(ROOT)
AT_MOST = 150
"""Mutants of each procedure, of the five hundred or so that there are: the next procedure has others of them."""
AT_LEAST = 100


def caught(mutant: Mutant, held: Content) -> bool:
    """Whether the mutant is refused when it is deployed."""
    drawn = bpmn.read(mutant.data)
    if any(found.severity == "error" for found in conformance.check(drawn, held)):
        return True  # most are: that saves the other rules
    return any(found.severity == "error" for found in lint(drawn, held))


@pytest.mark.parametrize(("turn", "path"), list(enumerate(PROCEDURES)), ids=[path.stem for path in PROCEDURES])
def test_every_mutant_of_a_diagram_is_caught(turn: int, path: Path, record_property: Any) -> None:
    bundle = content.load(path, ROOT)
    held = bundle.beside(bundle.diagram)
    assert [found.message for found in lint(bundle.diagram, held)] == []
    forms = sorted(name.removeprefix("forms/").removesuffix(".form") for name in bundle.files if "forms/" in name)
    mutants = list(Mutation(path.read_bytes(), bundle.procedure, forms).mutants(AT_MOST, turn))
    record_property("mutants", len(mutants))
    assert len(mutants) >= AT_LEAST
    assert [str(mutant) for mutant in mutants if not caught(mutant, held)] == []
