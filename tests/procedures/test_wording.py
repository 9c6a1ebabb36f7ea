"""The forms print the decision's papers, conditions and fees word for word: the linter finds every abridgement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runner.domain.form import Component, Form
from runner.lint.conformance import appraisal, comparison, intake
from runner.lint.conformance.comparison import Comparison
from runner.services import content
from tests.world import ROOT

PROCEDURES = content.procedures(ROOT)
QUOTED = ("dossier_items", "dossier_case", "conditions_met", "fee_case")
"""How the keys of the fields begin whose choices are quotations."""
CHOICES = {"QT.BC.01": 12 + 4 + 4 + 2, "QT.BC.02": 4, "QT.BC.03": 9, "QT.BC.04": 2, "QT.BC.05": 16, "QT.BC.06": 3}
"""Of papers, of conditions (in two forms), of fees and of kinds of dossier; QT.BC.07 has two papers, Bến Tre none."""


def read(path: Path) -> Comparison:
    bundle = content.load(path, ROOT)
    found = comparison.read(bundle.diagram, bundle.beside(bundle.diagram))
    assert found is not None
    return found


def shorter(text: str) -> Iterator[str]:
    """`text` without each of its words, without each half, without a line; and with another word."""
    words = text.split(" ")
    yield from (" ".join((*words[:at], *words[at + 1 :])) for at in range(1, len(words)))
    yield from (" ".join(words[: len(words) // 2]), " ".join((words[0], *words[len(words) // 2 :])))
    lines = text.split("\n")
    yield from ("\n".join((*lines[:at], *lines[at + 1 :])) for at in range(1, len(lines)))
    yield f"{text} khác"


def said(component: Component, value: str, label: str) -> Component:
    """The component with another label for one of its choices."""
    options, needed = (
        tuple(replace(each, label=label) if each.value == value else each for each in choices)
        for choices in (component.options, component.needed)
    )
    return replace(component, options=options, needed=needed)


def using(held: Comparison, id: str, form: Form) -> Comparison:
    """The comparison with another form."""
    return replace(held, content=replace(held.content, forms={**held.content.forms, id: form}))


def mutants(held: Comparison) -> Iterator[tuple[str, str, Form]]:
    """Each choice that quotes the decision, with each way in which its form can shorten it."""
    for id, form in held.content.forms.items():
        for key, field in form.fields.items() if form else ():
            for option in field.options if key.startswith(QUOTED) else ():
                for label in shorter(option.label):
                    yield (
                        id,
                        f"{key}.{option.value}",
                        replace(form, fields={**form.fields, key: said(field, option.value, label)}),
                    )


@pytest.mark.parametrize("path", PROCEDURES, ids=[f"{path.parent.name}/{path.stem}" for path in PROCEDURES])
def test_every_abridgement_of_what_a_form_quotes_is_found(path: Path) -> None:
    held, missed, choices = read(path), [], set()
    assert [*intake.check(held), *appraisal.check(held)] == []
    for id, choice, form in mutants(held):
        choices.add((id, choice))
        changed = using(held, id, form)
        if not [*intake.check(changed), *appraisal.check(changed)]:
            missed.append((choice, form.fields[choice.partition(".")[0]].options))
    assert missed == []
    assert len(choices) == CHOICES.get(path.stem, 2 if path.stem == "QT.BC.07" else 0)


def test_an_abridgement_is_told_with_the_words_from_which_it_differs() -> None:
    held = read(ROOT / "bpmn/ha-tinh/QT.BC.01.bpmn")
    form = held.content.forms["tiep-nhan-qt-bc-01"]
    assert form is not None
    fields = {
        **form.fields,
        "dossier_items": said(form.fields["dossier_items"], "business_plan", "4. Phương án kinh doanh"),
    }
    [finding] = intake.check(using(held, "tiep-nhan-qt-bc-01", replace(form, fields=fields)))
    assert (finding.element, finding.severity) == ("Task_B1_receive", "error")
    assert "“Phương án kinh doanh, gồm các nội dung chính sau: + Thông tin" in finding.message
    assert "khác từ chữ “doanh, gồm" in finding.message


def test_white_space_and_the_number_of_a_paper_make_no_difference() -> None:
    held = read(ROOT / "bpmn/ha-tinh/QT.BC.01.bpmn")
    form = held.content.forms["tiep-nhan-qt-bc-01"]
    assert form is not None
    fields = dict(form.fields)
    for option in fields["dossier_items"].options:
        label = option.label.partition(" ")[2].replace("\n", "  ")
        fields["dossier_items"] = said(fields["dossier_items"], option.value, label)
    assert list(intake.check(using(held, "tiep-nhan-qt-bc-01", replace(form, fields=fields)))) == []


def test_a_procedure_with_conditions_has_a_form_that_asks_whether_they_are_met() -> None:
    held = read(ROOT / "bpmn/ha-tinh/QT.BC.01.bpmn")
    forms = {
        id: replace(form, fields={key: field for key, field in form.fields.items() if key != "conditions_met"})
        for id, form in held.content.forms.items()
        if form
    }
    [finding] = appraisal.check(replace(held, content=replace(held.content, forms=forms)))
    assert (finding.element, finding.severity) == ("ha-tinh_QT.BC.01", "error")
    assert "conditions_met" in finding.message


def test_the_counter_reads_the_notes_of_the_decision_in_full() -> None:
    told = 0
    for path in PROCEDURES:
        held = read(path)
        notes = held.facts.notes
        if "* Lưu ý khi nộp hồ sơ:" in notes:
            [task] = intake.opening(held)
            form = held.form(task)
            shown = comparison.words(form) if form else ""
            at = notes.index("* Lưu ý khi nộp hồ sơ:")
            assert [note for note in notes[at : at + 4] if note.lstrip("*+ ") not in shown] == []
            told += 1
    assert told == 3


@pytest.mark.parametrize("path", PROCEDURES, ids=[f"{path.parent.name}/{path.stem}" for path in PROCEDURES])
def test_ways_of_returning_a_result_that_the_decision_does_not_have_are_marked(path: Path) -> None:
    held = read(path)
    ours = "qua dịch vụ bưu chính" + (" và" if path.parent.name == "ben-tre" else "")
    asked = [
        field
        for form in held.content.forms.values()
        for key, field in (form.fields.items() if form else ())
        if key in ("result_place", "received_as")
    ]
    assert len(asked) == 2
    for field in asked:
        assert ours in field.description and field.description.endswith("bổ sung của phần mềm.")
