"""The answers that the scenarios share are ones that the forms take."""

from __future__ import annotations

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
