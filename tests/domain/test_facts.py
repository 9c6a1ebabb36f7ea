"""The facts of the fourteen procedures: word for word what the two decisions say, with nothing of theirs left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

import pytest

from runner.domain.procedure import Procedure, Province, read_procedure, read_province
from tests.world import ROOT

FILES = sorted(
    path for path in (ROOT / "bpmn").glob("*/*.toml") if not path.name.endswith(("province.toml", "rules.toml"))
)
FACTS = {facts.code: facts for facts in (read_procedure(path.read_bytes()) for path in FILES)}
PROVINCES = {
    code: read_province((ROOT / "bpmn" / code / "province.toml").read_bytes()) for code in ("ben-tre", "ha-tinh")
}

STEPS = {
    "ben-tre/39": "1 5 1 1 1 1",
    "ben-tre/01": "2 10 2 2 2 2",
    "ben-tre/02": "1 2 1 1 1 1",
    "ben-tre/03": "1 5 1 1 1 1",
    "ben-tre/04": "1 2 1 1 1 1",
    "ben-tre/05": "1 5 1 1 1 1",
    "ben-tre/06": "1 2 1 1 1 1",
    "ha-tinh/QT.BC.01": "- 0.5 6 3 2 0.5 -",
    "ha-tinh/QT.BC.02": "- 0.5 2.5 1 0.5 0.5 -",
    "ha-tinh/QT.BC.03": "- 0.5 2.5 1 0.5 0.5 -",
    "ha-tinh/QT.BC.04": "- 0.5 1.5 1 0.5 0.5 -",
    "ha-tinh/QT.BC.05": "- 0.5 1 0.5 0.5 0.5 -",
    "ha-tinh/QT.BC.06": "- 0.5 1.5 1 0.5 0.5 -",
    "ha-tinh/QT.BC.07": "- 0.5 5 2 2 0.5 -",
}
"""The days of the steps as the decisions write them; ``-`` is a step in office hours, which is no length of time."""
TOTALS = {
    "ben-tre/39": 10,
    "ben-tre/01": 20,
    "ben-tre/02": 7,
    "ben-tre/03": 10,
    "ben-tre/04": 7,
    "ben-tre/05": 10,
    "ben-tre/06": 7,
    "ha-tinh/QT.BC.01": 12,
    "ha-tinh/QT.BC.02": 5,
    "ha-tinh/QT.BC.03": 5,
    "ha-tinh/QT.BC.04": 4,
    "ha-tinh/QT.BC.05": 3,
    "ha-tinh/QT.BC.06": 4,
    "ha-tinh/QT.BC.07": 10,
}
LANES = {
    "ben-tre": ["one_stop_clerk", "specialist", "division_lead", "director", "one_stop_clerk", "one_stop_clerk"],
    "ha-tinh": [
        "one_stop_clerk",
        "one_stop_clerk",
        "specialist division_lead director records_clerk",
        "division_lead",
        "director",
        "records_clerk specialist",
        "one_stop_clerk",
    ],
}
BRANCHES = {
    "ben-tre": [
        "dossier_complete",
        "dossier_incomplete",
        "supplement_needed",
        "lead_agrees",
        "director_approves",
        "result",
    ],
    "ha-tinh": [
        "dossier_complete",
        "supplement_possible",
        "supplement_needed",
        "eligible",
        "field_inspection_needed",
        "inspection_passed",
        "lead_initials",
        "director_approves",
        "result",
    ],
}
FEES = {
    "ha-tinh/QT.BC.01": [10_750_000, 4_250_000],
    "ha-tinh/QT.BC.02": [2_750_000, 750_000],
    "ha-tinh/QT.BC.03": [5_375_000],
    "ha-tinh/QT.BC.04": [500_000],
    "ha-tinh/QT.BC.05": [1_250_000, 1_000_000, 1_250_000],
    "ha-tinh/QT.BC.06": [500_000, 500_000],
}
ONLY = {
    "D01": "QT.BC.03",
    "D03": "01",
    "D28": "QT.BC.01 QT.BC.05",
    "D32": "QT.BC.01 QT.BC.03",
    "D33": "QT.BC.05",
    "D34": "QT.BC.01 QT.BC.02 QT.BC.05",
    "D36": "QT.BC.03",
    "D38": "QT.BC.07",
    "D39": "QT.BC.07",
    "D40": "QT.BC.07",
    "D41": "QT.BC.01 QT.BC.02 QT.BC.03 QT.BC.04 QT.BC.06",
    "D43": "QT.BC.06",
    "D44": "QT.BC.04",
}
"""The discrepancies that are those of some procedures alone."""

each = pytest.mark.parametrize("facts", FACTS.values(), ids=FACTS)


def plain(text: str) -> str:
    """`text` with every stretch of blanks as one."""
    return re.sub(r"\s+", " ", text).strip()


DECISIONS = {code: plain((ROOT / "tests/decisions" / f"{code}.txt").read_text()) for code in PROVINCES}


def province(facts: Procedure) -> str:
    return facts.code.partition("/")[0]


def words(facts: Procedure) -> Iterator[str]:
    """The texts that the facts take from the decision: all but codes, questions, English and our notes."""
    yield from (facts.title, facts.applicants, facts.authority, facts.received_at, facts.apology.text)
    yield from (facts.time.text, facts.time.counted_from, facts.time.listed, facts.decision.announced_by)
    yield from (facts.decision.number, facts.decision.title, facts.decision.issuer, facts.decision.signer)
    yield from (facts.decision.signed_as, facts.decision.amends, facts.decision.replaces, facts.decision.electronic)
    yield from (*facts.decision.bases, *facts.decision.proposals, *facts.returned_at, facts.fees_text)
    yield from (*facts.channels, *facts.conditions, *facts.notes, *facts.agencies, *facts.bases)
    yield from (stated.text for stated in facts.none)
    for step in facts.steps:
        yield from (*step.text, *step.actors.split("\n"), *step.forms.split("\n"), step.duration.text)
    yield from (outcome.text for branch in facts.branches for outcome in branch.outcomes)
    yield from (text for group in facts.groups for text in (group.id, group.text))
    yield from (text for item in facts.dossier for text in (item.name, item.condition, *item.parts))
    yield from (text for fee in facts.fees for text in (fee.label, fee.text))
    # Bến Tre names its papers without a code; the codes, and what is added, are those of the set of papers.
    codes = [form.code for form in facts.forms] if province(facts) == "ha-tinh" else []
    yield from (*codes, *(form.title for form in facts.forms if not form.added))
    yield from (record.text for record in facts.records)
    if facts.results:
        yield from (facts.results.granted, facts.results.refused)
    if facts.retention:
        yield facts.retention.text
    yield from (text for note in facts.discrepancies for text in note.texts)


def test_facts_that_were_checked_before_say_the_same() -> None:
    assert [read_procedure(path.read_bytes(), checked=True) for path in FILES] == [*FACTS.values()]


def test_there_are_fourteen_procedures() -> None:
    assert sorted(FACTS) == sorted(STEPS)


@each
def test_every_word_taken_from_the_decision_stands_in_it(facts: Procedure) -> None:
    decision = DECISIONS[province(facts)]
    assert [text for text in words(facts) if plain(text) not in decision] == []


@pytest.mark.parametrize("code", PROVINCES)
def test_a_province_calls_everybody_as_its_decision_does(code: str) -> None:
    place: Province = PROVINCES[code]
    labels = [
        place.name,
        place.agency,
        place.division,
        place.centre,
        place.section,
        *(lane.label for lane in place.lanes.values()),
    ]
    assert [label for label in labels if plain(label) not in DECISIONS[code]] == []
    assert set(place.lanes) == {lane for step in LANES[code] for lane in step.split()}


@each
def test_the_steps_take_what_the_decision_gives_them_and_add_up_to_the_legal_time(facts: Procedure) -> None:
    days = [step.duration.days for step in facts.steps]
    assert [f"{float(each):g}" if each else "-" for each in days] == STEPS[facts.code].split()
    assert sum(each or 0 for each in days) == facts.time.limit_days == TOTALS[facts.code]
    assert Fraction(re.findall(r"[0-9]+", facts.time.text)[0]) == facts.time.limit_days
    for step in facts.steps:
        if step.duration.days:
            assert Fraction(step.duration.text.split()[0].replace(",", ".")) == step.duration.days


@each
def test_only_one_procedure_counts_calendar_days_and_only_one_is_listed_with_another_time(facts: Procedure) -> None:
    assert facts.time.unit == ("calendar-days" if facts.code == "ben-tre/01" else "working-days")
    assert ("làm việc" in facts.time.text) == (facts.time.unit == "working-days")
    assert facts.time.listed == ("10 ngày làm việc" if facts.code == "ha-tinh/QT.BC.03" else "")


@each
def test_steps_and_branches_are_those_that_the_diagrams_of_the_province_are_drawn_by(facts: Procedure) -> None:
    assert [" ".join(step.lanes) for step in facts.steps] == LANES[province(facts)]
    assert [branch.id for branch in facts.branches] == BRANCHES[province(facts)]
    prefix = "B" if province(facts) == "ha-tinh" else ""
    assert [step.id for step in facts.steps] == [f"{prefix}{number}" for number in range(1, len(facts.steps) + 1)]


@each
def test_the_forms_of_a_branch_are_in_the_list_of_forms(facts: Procedure) -> None:
    asked = {outcome.form for branch in facts.branches for outcome in branch.outcomes if outcome.form}
    own = {form for form in asked if form.startswith("BM.")}
    code = facts.code.rpartition(".")[2]
    # The record of an inspection (.03) is made however it ends, and the notice of a refusal has no code (D42, D46).
    assert own == ({f"BM.BC.{code}.02"} if province(facts) == "ha-tinh" else set())
    assert not facts.forms or asked <= {form.code for form in facts.forms}


@each
def test_fees_are_the_eleven_amounts_of_the_list(facts: Procedure) -> None:
    assert [fee.amount for fee in facts.fees] == FEES.get(facts.code, [])
    for fee in facts.fees:
        assert fee.text == f"{fee.amount:,} đồng/lần cấp".replace(",", ".")
    unnamed = facts.code in ("ha-tinh/QT.BC.03", "ha-tinh/QT.BC.04")
    assert all(bool(fee.label) != unnamed for fee in facts.fees)


def test_eleven_amounts_are_charged_in_all() -> None:
    assert sum(len(facts.fees) for facts in FACTS.values()) == 11


@each
def test_what_is_not_there_is_told_apart_from_what_the_decision_says_there_is_none_of(facts: Procedure) -> None:
    none = {stated.name: stated.text for stated in facts.none}
    expected = {"conditions": "Không"} if province(facts) == "ha-tinh" and facts.code[-2:] != "01" else {}
    if facts.code == "ha-tinh/QT.BC.07":
        expected["fees"] = "Không có"
    assert none == expected
    assert ("dossier" in facts.silent) == (province(facts) == "ben-tre") == bool(facts.fees_text)


SECTIONS = {
    code: part
    for part in (ROOT / "tests/decisions/ha-tinh.txt").read_text().split("KÝ HIỆU QUY TRÌNH\n")[1:]
    if (code := f"ha-tinh/{part.split()[0]}")
}
"""What the second part of Hà Tĩnh's decision says of each procedure."""
ha_tinhs = pytest.mark.parametrize("facts", [FACTS[code] for code in SECTIONS], ids=[*SECTIONS])


def said(facts: Procedure, number: str, until: str) -> list[str]:
    """The lines of a section of the procedure, without its first one and without the columns of crosses."""
    text = SECTIONS[facts.code].partition(f"\n{number}\n")[2].partition(f"\n{until}\n")[0]
    lines = [plain(line) for line in text.splitlines() if line.strip() not in ("", "-", "x", "Bản chính", "Bản sao")]
    return lines[1:]


@ha_tinhs
def test_no_paper_of_the_dossier_and_no_word_of_one_is_left_out(facts: Procedure) -> None:
    groups = {text for group in facts.groups for text in (group.id, group.text)}
    notes = said(facts, "2.3", "2.4").index(facts.notes[0]) if facts.notes[0] == "* Lưu ý khi nộp hồ sơ:" else None
    lines = [line for line in said(facts, "2.3", "2.4")[:notes] if line not in groups]
    assert [text for item in facts.dossier for text in (item.name, *item.parts)] == lines


@ha_tinhs
def test_conditions_channels_places_and_agencies_are_those_of_the_decision_in_full(facts: Procedure) -> None:
    assert [*facts.conditions] == said(facts, "2.1", "2.2")
    assert [*facts.channels] == said(facts, "2.2", "2.3")
    places = " ".join(said(facts, "2.6", "2.7"))
    assert " ".join(f"- {place}" for place in facts.returned_at).replace("Hà Tĩnh) -", "Hà Tĩnh); -") == places
    assert facts.received_at == facts.returned_at[0]
    assert [*facts.agencies][1:] == said(facts, "2.7", "2.8")


@ha_tinhs
def test_what_is_kept_and_the_forms_are_those_of_the_decision_in_full(facts: Procedure) -> None:
    _, _, kept = SECTIONS[facts.code].partition("HỒ SƠ LƯU\n")
    lines = [plain(line) for line in kept.splitlines() if line.strip() not in ("", "-")]
    assert facts.retention is not None
    texts = [*(record.text for record in facts.records), facts.retention.text]
    assert lines[: len(texts)] == texts
    forms = SECTIONS[facts.code].partition("BIỂU MẪU\n")[2].partition("\n4\n")[0].split("\n\n")
    names = [plain(line) for line in forms if line.strip()]
    titles = [text for form in facts.forms for text in (form.code, form.title)]
    if facts.code == "ha-tinh/QT.BC.03":  # D36: the list repeats a title of another procedure
        titles[titles.index("BM.BC.03.01") + 1] = "Giấy đề nghị sửa đổi, bổ sung giấy phép bưu chính"
    assert titles == names


@ha_tinhs
def test_bases_and_fees_are_those_of_the_list_in_full(facts: Procedure) -> None:
    listing = (ROOT / "tests/decisions/ha-tinh.txt").read_text().partition("PHẦN I.")[2].partition("PHẦN II.")[0]
    # Where the list says “Như trên”, it means the procedure above.
    own = facts.code if facts.code.endswith("07") else "ha-tinh/QT.BC.01"
    lines = [line.strip() for line in listing.partition(f"\n{own.partition('/')[2]}\n")[2].splitlines()]
    documents = [line for line in lines if re.match("- (Luật|Nghị định|Thông tư|Quyết định) ", line)]
    assert [*facts.bases] == documents[: 4 if own.endswith("07") else 6]
    for fee in facts.fees:
        assert (f"- {fee.label}: {fee.text}" if fee.label else fee.text) in [line.rstrip(".") for line in lines]


@each
def test_the_decision_has_its_bases_proposals_and_what_it_changes(facts: Procedure) -> None:
    decision = facts.decision
    preamble = " ".join((*decision.bases, *decision.proposals))
    text = DECISIONS[province(facts)]
    begin, end = text.index("Căn cứ Luật Tổ chức"), text.index("QUYẾT ĐỊNH: Điều 1")
    assert preamble.replace(" ", "") == text[begin:end].replace(" ", "")
    new = facts.code in ("ben-tre/39", "ha-tinh/QT.BC.07")
    assert facts.change == ("new" if new else "amended")
    if province(facts) == "ben-tre":
        assert (decision.signed_as, "3047/QĐ-UBND ngày 28 tháng 12 năm 2021" in decision.amends) == (
            "CHỦ TỊCH",
            not new,
        )
        assert facts.authority == "Sở Thông tin và Truyền thông tỉnh Bến Tre" and decision.replaces == ""
        assert {"forms", "fees", "records", "agencies"}.isdisjoint(facts.silent) and "bases" in facts.silent
        assert [form.code for form in facts.forms if not form.added] == ["Mẫu 01", "Mẫu 02"]
    else:
        assert decision.signed_as == "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH" and decision.amends == ""
        assert "2379/QĐ-UBND ngày 29/7/2020" in decision.replaces and "05 ngày làm việc" in decision.electronic
        assert facts.returned_at[1].startswith("Cổng dịch vụ công trực tuyến")


def test_the_dossier_of_one_procedure_has_two_alternative_groups() -> None:
    grouped = {code: [group.id for group in facts.groups] for code, facts in FACTS.items() if facts.groups}
    assert grouped == {"ha-tinh/QT.BC.05": ["2.3.1", "2.3.2"]}
    assert [item.group for item in FACTS["ha-tinh/QT.BC.05"].dossier] == ["2.3.1"] * 9 + ["2.3.2"] * 2
    counts = [len(FACTS[f"ha-tinh/QT.BC.0{number}"].dossier) for number in range(1, 8)]
    assert counts == [12, 2, 4, 1, 11, 1, 2]


@each
def test_a_paper_that_may_be_missing_says_when(facts: Procedure) -> None:
    assert [item.name for item in facts.dossier if item.required == bool(item.condition)] == []
    assert [item.name for item in facts.dossier if "(nếu có)" in item.name and item.required] == []
    assert all(item.copy == "copy" for item in facts.dossier if item.name.startswith("Bản sao"))


def test_the_changed_documents_of_a_renewal_can_be_ticked_one_by_one() -> None:
    assert [len(item.parts) for item in FACTS["ha-tinh/QT.BC.03"].dossier] == [0, 0, 5, 0]


def test_every_discrepancy_is_told_with_some_procedure() -> None:
    ids = {note.id for facts in FACTS.values() for note in facts.discrepancies}
    assert ids == {f"D{number:02}" for number in range(1, 56)}


@each
def test_a_discrepancy_is_told_where_it_belongs_with_its_places_and_weight(facts: Procedure) -> None:
    ids = [note.id for note in facts.discrepancies]
    assert ids == sorted(ids)
    code = facts.code.partition("/")[2]
    assert {id for id in ONLY if id in ids} == {id for id, codes in ONLY.items() if code in codes.split()}
    assert {"D10", "D13", "D17", "D18", "D37", "D45", "D48", "D53", "D55"} <= set(ids)
    for note in facts.discrepancies:
        assert len(note.places) == len(note.texts) and note.severity in "ABC" and note.severity


def test_source_notes_say_which_papers_they_touch() -> None:
    def on(code: str, paper: str) -> set[str]:
        return {note.id for note in FACTS[code].discrepancies if paper in note.shown}

    assert "D01" in on("ha-tinh/QT.BC.03", "receipt")
    assert {"D03", "D05"} <= on("ben-tre/01", "receipt") and {"D05"} <= on("ben-tre/39", "control-slip")
    assert {"D44", "D54"} <= on("ha-tinh/QT.BC.04", "control-slip")
    assert "D54" in on("ha-tinh/QT.BC.01", "control-slip") and "D54" not in on("ha-tinh/QT.BC.01", "receipt")
