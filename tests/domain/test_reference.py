"""The schemas for editors and the pages of facts: made from the classes that read the files, and true of ours."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from runner.reference.__main__ import documents
from runner.reference.schema import SHAPES, schema
from tests.domain.test_procedure import PROCEDURE, PROVINCE
from tests.world import ROOT

FILES = {
    "facts": [
        path for path in ROOT.glob("bpmn/*/*.toml") if path.stem != "province" and not path.name.endswith("rules.toml")
    ],
    "province": list(ROOT.glob("bpmn/*/province.toml")),
    "rules": list(ROOT.glob("bpmn/*/*rules.toml")),
    "scenario": [*ROOT.glob("tests/procedures/*/*.toml"), *ROOT.glob("runner/demo/dossiers/*.toml")],
}


def plain(value: object) -> Any:
    """A value of TOML as JSON has it: editors look at dates as texts."""
    match value:
        case dict():
            return {key: plain(inner) for key, inner in value.items()}
        case list():
            return [plain(inner) for inner in value]
        case dt.date() | dt.time():
            return value.isoformat()
    return value


def test_the_documentation_has_what_the_classes_say() -> None:
    for path, text in documents(ROOT).items():
        assert path.read_text(encoding="utf-8") == text, "make schema"


@pytest.mark.parametrize("name", SHAPES)
def test_every_file_of_ours_fits_its_schema(name: str) -> None:
    validator = Draft202012Validator(schema(SHAPES[name]))
    assert FILES[name]
    for path in FILES[name]:
        assert [str(error) for error in validator.iter_errors(plain(tomllib.loads(path.read_text())))] == []


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (PROCEDURE, "title =", "titel ="),
        (PROCEDURE, 'kind = "licence_issue"', ""),
        (PROCEDURE, 'limit = "12"', 'limit = "0"'),
        (PROCEDURE, 'unit = "working-days"', 'unit = "hours"'),
        (PROCEDURE, 'lanes = ["one_stop_clerk"]', 'lanes = ["Clerk"]'),
        (PROCEDURE, 'lanes = ["one_stop_clerk"]', "lanes = []"),
        (PROCEDURE, 'signer = "Lê Ngọc Châu"', 'signer = " "'),
        (PROCEDURE, "amount = 10750000", "amount = -1"),
        (PROVINCE, '"16:30"', '"16h30"'),
        (PROVINCE, '["07:30", "11:30"]', '["07:30"]'),
        (PROVINCE, "director =", "Director ="),
    ],
)
def test_an_editor_sees_a_slip(text: str, old: str, new: str) -> None:
    validator = Draft202012Validator(schema(SHAPES["facts" if text is PROCEDURE else "province"]))
    assert validator.is_valid(plain(tomllib.loads(text)))
    assert not validator.is_valid(plain(tomllib.loads(text.replace(old, new))))


def test_every_key_is_described_in_both_languages() -> None:
    def described(made: dict[str, Any]) -> list[str]:
        tables = [made, *made["$defs"].values()]
        return [key["description"] for table in tables for key in table["properties"].values()]

    for shape in SHAPES.values():
        for text in described(schema(shape)):
            vietnamese, english = text.split("\n\n")
            assert vietnamese != english


@pytest.mark.parametrize("path", sorted(path for paths in FILES.values() for path in paths), ids=lambda path: path.name)
def test_a_file_names_its_schema_in_its_first_line(path: Path) -> None:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    name = next(name for name, paths in FILES.items() if path in paths)
    assert first.startswith("#:schema ")
    assert (path.parent / first.removeprefix("#:schema ")).resolve() == ROOT / f"docs/schema/{name}.json"
    assert json.loads((ROOT / f"docs/schema/{name}.json").read_text())
