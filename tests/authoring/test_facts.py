"""The facts as a form: what is not changed stays byte for byte, what is typed is what the file says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from runner.authoring import facts
from runner.services import content
from tests.world import ROOT

FILES = [path.with_suffix(".toml") for path in content.procedures(ROOT)]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_form_that_is_sent_back_unchanged_changes_nothing(file: Path) -> None:
    data = file.read_bytes()
    table = facts.table(facts.typed(data))
    assert table == tomllib.loads(data.decode())
    assert facts.edited(data, table) == data


def test_a_changed_value_changes_its_line_only_and_comments_stay() -> None:
    data = FILES[-1].read_bytes()
    typed = facts.typed(data)
    typed["decision"]["number"] = "77/QĐ-UBND"
    typed["steps"][2]["duration"]["days"] = "4"
    del typed["steps"][-1]
    typed["steps"].append({"id": "B9", "text": "Việc mới\nviệc nữa", "title_en": "New", "lanes": ["specialist"]})
    typed["dossier"].append({"name": "Giấy mới", "copy": "copy", "required": "on"})
    made = facts.edited(data, facts.table(typed))
    now = tomllib.loads(made.decode())
    assert now["decision"]["number"] == "77/QĐ-UBND" and now["steps"][2]["duration"]["days"] == "4"
    assert now["steps"][-1]["text"] == ["Việc mới", "việc nữa"]
    assert now["dossier"][-1] == {"name": "Giấy mới", "copy": "copy", "required": True}
    assert [line for line in made.splitlines() if line.startswith(b"#")] == [
        line for line in data.splitlines() if line.startswith(b"#")
    ]
    lines = set(data.splitlines())
    assert len([line for line in made.splitlines() if line not in lines]) < 20


def test_the_order_of_the_boxes_on_the_page_is_no_change() -> None:
    data = b'[[steps]]\nid = "B6"\nlanes = ["records_clerk", "specialist"]\n'
    step = {"id": "B6", "lanes": ["specialist", "records_clerk"]}
    assert facts.edited(data, {"steps": [step]}) == data
    assert b'["specialist"]' in facts.edited(data, {"steps": [{**step, "lanes": ["specialist"]}]})


def test_what_cannot_be_read_stays_as_typed_and_every_fault_is_told_at_its_place() -> None:
    data = FILES[-1].read_bytes()
    typed = facts.typed(data)
    typed["decision"]["date"] = "hôm qua"
    typed["steps"][0]["duration"]["days"] = "nhiều"
    typed["dossier_sets"] = "một"
    typed["title"] = ""
    made = facts.edited(data, facts.table(typed))
    error = facts.faults(made)
    assert error
    places = {fault.at for fault in error.faults}
    assert {("decision", "date"), ("steps", 0, "duration", "days"), ("dossier_sets",), ("title",)} <= places
    assert facts.typed(made)["decision"]["date"] == "hôm qua"
    assert facts.faults(data) is None


def test_words_that_the_pasted_decision_does_not_have_are_named() -> None:
    data = FILES[-1].read_bytes()
    table = facts.table(facts.typed(data))
    text = (ROOT / "tests/decisions/ha-tinh.txt").read_text()
    assert list(facts.unquoted(table, text)) == []
    table["steps"][0]["text"].append("Lời không có trong quyết định")
    assert list(facts.unquoted(table, text)) == [(("steps", 0, "text"), "Lời không có trong quyết định")]
    assert list(facts.unquoted(table, "")) == []


def test_a_file_that_is_no_toml_is_written_anew() -> None:
    assert facts.edited(b"= x", {"code": "a/b"}) == b'code = "a/b"\n'
