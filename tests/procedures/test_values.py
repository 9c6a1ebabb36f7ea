"""The forms: the answers that the scenarios share are ones that they take, and editors keep them as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.domain import form as forms
from runner.domain.form import Form
from tests.procedures.values import ANSWERS
from tests.world import ROOT

FORMS = [forms.read(path.read_bytes()) for path in sorted((ROOT / "forms").glob("*.form"))]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_the_answer_to_each_form_has_no_fault_and_no_field_that_the_form_has_not(form: Form) -> None:
    answer, faults = forms.check(form, ANSWERS[form.id], {})
    assert [fault.message for fault in faults] == []
    assert set(ANSWERS[form.id]) <= set(answer)


@pytest.mark.parametrize("path", sorted((ROOT / "forms").glob("*.form")), ids=lambda path: path.stem)
def test_a_form_has_what_an_editor_would_add_so_that_saving_it_there_changes_nothing(path: Path) -> None:
    def components(raw: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for each in raw.get("components", ()):
            yield each
            yield from components(each)

    found = list(components(json.loads(path.read_text(encoding="utf-8"))))
    ids = [each.get("id", "") for each in found]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"(Field|List|Group|Text|Table)_\w+", id) for id in ids)
    assert [each["id"] for each in found if each["type"] == "group" and "showOutline" not in each] == []
