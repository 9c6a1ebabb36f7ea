"""The contract's page says all that may be written, in the words of the modeler's panel, and only what the linter lets
pass."""

from __future__ import annotations

import json

import pytest

from runner import bpmn
from runner.authoring.check import check
from runner.authoring.help import contract, pages
from runner.lint.rules import properties
from runner.services import content
from tests.world import ROOT

PANEL = json.loads((ROOT / "runner/web/frontend/language/own.en.json").read_text("utf-8"))


def test_each_rule_and_each_extension_property_is_in_the_contract() -> None:
    rows = contract.rows().values()
    assert {rule for row in rows for rule in row.rules} == pages().keys()
    written = {name for row in rows for name in row.properties}
    assert written == {name for known in properties.KNOWN.values() for name in known}
    assert all({*row.properties} <= {*row.written} for row in rows)
    with pytest.raises(contract.RowUnknown):
        contract.row("khong-co")


def test_a_row_names_the_fields_of_the_panel_in_both_languages() -> None:
    for row in contract.rows().values():
        assert row.vi.name != row.en.name and row.vi.text != row.en.text, row.id
        assert [PANEL[field] for field in row.vi.fields] == [*row.en.fields], row.id


def test_what_a_picture_shows_is_drawn_and_what_is_changed_for_it_breaks_nothing_else() -> None:
    taken = {"called": {"calls"}, "messages": {"term"}}  # the called file is not there; a reminder became a message
    for row in contract.rows().values():
        name = f"bpmn/{row.example.procedure}.bpmn"
        files = row.example.broken(content.load(ROOT / name, ROOT).files)
        assert row.example.element in bpmn.read(files[name]).shapes, row.id
        if row.example.edits:
            assert {each.finding.rule for each in check(row.example.procedure, files)} == taken[row.id]
