"""The answers with which the scenarios fill in forms are whole and right: they fit the real forms, field by field."""

from __future__ import annotations

import pytest

from runner.domain import form as forms
from runner.domain.form import Form
from tests.procedures.values import ANSWERS
from tests.world import ROOT

FORMS = [forms.read(path.read_bytes()) for path in sorted((ROOT / "forms").glob("*.form"))]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_the_answer_to_each_form_names_every_field_and_has_no_fault(form: Form) -> None:
    answer, faults = forms.check(form, ANSWERS[form.id], {})
    assert [fault.message for fault in faults] == []
    assert set(answer) == set(ANSWERS[form.id])


def test_there_is_no_answer_to_a_form_that_does_not_exist() -> None:
    assert set(ANSWERS) == {form.id for form in FORMS}
