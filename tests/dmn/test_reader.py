"""Reading decision tables: what modelers write is read, what is not carried out is refused by name."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.bpmn import FileTooLarge, HasDoctype, NotXml, TooDeep
from runner.dmn import reader
from runner.dmn.reader import (
    AnswerMissing,
    CellInvalid,
    CellNotConstant,
    CellsMismatched,
    ColumnsMissing,
    DecisionInvalid,
    ElementUnsupported,
    KindUnsupported,
    LanguageUnsupported,
    NameInvalid,
    NotSingle,
    PolicyUnsupported,
    TooManyColumns,
    TooManyRules,
    WrongDmnRoot,
    read,
)
from runner.domain.decision import NoRuleFits, RulesOverlap, context
from runner.errors import DiagramInvalid
from tests.dmn.tables import AMOUNT, CASE, HEAD, rule, table
from tests.engine.attacks import DOCTYPES, blow_up, laughs
from tests.engine.diagrams import simple
from tests.world import ROOT

ONE = rule('"a"', "1")
RECEIVED = ("received", "date")


def test_the_fees_of_ha_tinh_are_eleven_rows_in_force_since_the_decision() -> None:
    data = (ROOT / "bpmn/ha-tinh/phi.dmn").read_bytes()
    fees = read(data)
    assert (fees.id, fees.policy, len(fees.rules), fees.digest) == ("phi", "UNIQUE", 11, sha256(data).hexdigest())
    assert [column.expression.names for column in fees.inputs] == [{"procedure"}, {"fee_case"}, {"received"}]
    assert [(column.name, column.kind) for column in fees.outputs] == [
        ("amount", "number"),
        ("label", "string"),
        ("source", "string"),
    ]
    hit = fees.decide({"fee_case": "transfer", **context("ha-tinh/QT.BC.05", date(2022, 6, 24))})
    assert (hit.rule.number, hit.rule.id, hit.answers["amount"]) == (9, "Rule_QT_BC_05_transfer", Decimal(1_250_000))
    with pytest.raises(NoRuleFits) as none:
        fees.decide({"fee_case": "transfer", **context("ha-tinh/QT.BC.05", date(2022, 6, 23))})
    assert str(none.value) == (
        "Bảng “Phí thẩm định, cấp phép bưu chính” không có dòng nào cho: "
        "Thủ tục: QT.BC.05; Trường hợp tính phí: transfer; Ngày tiếp nhận: 2022-06-23."
    )


def test_the_first_of_several_rows_answers_only_where_the_hit_policy_says_so() -> None:
    rows = (rule('"a"', "1"), rule("-", "2"))
    first = read(table(*rows, policy="FIRST"))
    assert [first.decide({"case": case}).rule.number for case in ("a", "b", None)] == [1, 2, 2]
    unique = read(table(*rows))
    assert unique.decide({"case": "b"}).answers == {"amount": 2}
    with pytest.raises(RulesOverlap) as several:
        unique.decide({"case": "a"})
    assert several.value.facts["rules"] == "1, 2"


def test_a_row_may_be_superseded_by_a_later_one() -> None:
    rows = (
        rule('"a"', '[date("2022-06-24")..date("2024-01-01"))', "1"),
        rule('"a"', '>= date("2024-01-01")', "2"),
    )
    fees = read(table(*rows, inputs=(CASE, RECEIVED)))
    days = (date(2023, 12, 31), date(2024, 1, 1))
    assert [fees.decide({"case": "a", "received": day}).rule.number for day in days] == [1, 2]


def test_what_modelers_add_for_the_eye_is_left_alone() -> None:
    drawn = (
        '<dmndi:DMNDI xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" '
        'xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef="phi">'
        '<dc:Bounds height="80" width="180" x="160" y="100"/></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>'
    )
    data = table(ONE, around=drawn).replace(b'<input id="In_0"', b'<input id="In_0" biodi:width="120"')
    data = data.replace(b'<decision id="phi"', b'<decision id="phi" camunda:historyTimeToLive="P180D"')
    data = data.replace(b'<rule id="R_1">', "<rule id='R_1'><description>Ghi chú</description>".encode())
    assert read(data).decide({"case": "a"}).answers == {"amount": 1}


BESIDE = b"<decisionTable"
INPUT = b'<input id="In_0"'
LITERAL = b'<decision id="phi"><literalExpression id="l"/></decision></definitions>'
FOREIGN = '<x:x xmlns:x="http://camunda.org/schema/1.0/bpmn" id="s"/>'
REFUSED = [
    (table(ONE, policy="COLLECT"), PolicyUnsupported, "T"),
    (table(ONE, policy="ANY"), PolicyUnsupported, "T"),
    (table(ONE, policy="RULE ORDER"), PolicyUnsupported, "T"),
    (table(ONE).replace(BESIDE, b'<decisionTable aggregation="SUM"'), ElementUnsupported, "T"),
    (table(ONE, around='<decision id="other"/>'), NotSingle, "Definitions_1"),
    (table(ONE, around='<inputData id="data"/>'), ElementUnsupported, "data"),
    (table(ONE, around='<import id="i" namespace="x" importType="y"/>'), ElementUnsupported, "i"),
    (
        HEAD.encode() + LITERAL,
        ElementUnsupported,
        "l",
    ),
    (HEAD.encode() + b'<decision id="phi"/></definitions>', NotSingle, "phi"),
    (table(ONE).replace(BESIDE, b'<informationRequirement id="q"/><decisionTable'), ElementUnsupported, "q"),
    (
        table(ONE).replace(INPUT, b'<input id="In_0" camunda:inputVariable="x"'),
        ElementUnsupported,
        "In_0",
    ),
    (table(ONE).replace(b"<inputExpression", b'<inputValues id="v"/><inputExpression'), ElementUnsupported, "v"),
    (table(ONE).replace(b"<inputEntry", b'<inputEntry expressionLanguage="javascript"'), LanguageUnsupported, "C_1_0"),
    (table(ONE).replace(b"<outputEntry", b'<outputEntry expressionLanguage="groovy"'), LanguageUnsupported, "C_1_1"),
    (table(ONE, inner='<script id="s">x</script>'), ElementUnsupported, "s"),
    (
        table(ONE, inner=FOREIGN),
        ElementUnsupported,
        "s",
    ),
    (table(ONE, inputs=(("case", "java.lang.String"),)), KindUnsupported, "Ex_0"),
    (table(ONE, outputs=(("amount", ""),)), KindUnsupported, "Out_0"),
    (table(ONE, outputs=(("", "number"),)), NameInvalid, "Out_0"),
    (table(rule('"a"', "1", "2"), outputs=(AMOUNT, AMOUNT)), NameInvalid, "Out_0"),
    (table(), ColumnsMissing, "T"),
    (table(rule('"a"')), CellsMismatched, "R_1"),
    (table(rule("1", "2", "3", "4")), CellsMismatched, "R_1"),
    (table(rule('"a', "1")), CellInvalid, "C_1_0"),
    (table(rule("? > 5", "1")), CellInvalid, "C_1_0"),
    (table(rule("> limit", "1")), CellNotConstant, "C_1_0"),
    (table(rule('"a"', "amount * 2")), CellNotConstant, "C_1_1"),
    (table(rule('"a"', "")), AnswerMissing, "C_1_1"),
    (table(rule('"a"', '"nhiều"')), AnswerMissing, "C_1_1"),
    (table(rule('"a"', "1 / 0")), AnswerMissing, "C_1_1"),
    (table(ONE, inputs=(("__import__('os')", "string"),)), CellInvalid, "Ex_0"),
    (table(*[rule(f'"{n}"', "1") for n in range(201)]), TooManyRules, "T"),
    (table(rule(*["-"] * 20, "1"), inputs=(CASE,) * 20), TooManyColumns, "T"),
]


@pytest.mark.parametrize(("data", "error", "element"), REFUSED)
def test_what_is_not_carried_out_is_refused_with_its_element_and_line(
    data: bytes, error: type[DecisionInvalid], element: str
) -> None:
    with pytest.raises(error) as caught:
        read(data)
    assert caught.value.facts["element"] == element
    assert f"{caught.value.facts['line']}" in str(caught.value) and element in str(caught.value)


def test_other_files_are_no_decision_tables() -> None:
    with pytest.raises(WrongDmnRoot):
        read(simple())
    with pytest.raises(WrongDmnRoot):
        read(table(ONE).replace(b"20191111", b"20151101"))


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_a_doctype_is_refused_and_nothing_is_fetched(doctype: str) -> None:
    with pytest.raises((HasDoctype, NotXml)):
        read(doctype.encode() + table(ONE))


def test_a_file_that_is_too_large_too_deep_or_a_bomb_is_refused_at_once() -> None:
    with pytest.raises(FileTooLarge):
        read(table(ONE) + b" " * reader.MAX_BYTES)
    with pytest.raises(TooDeep):
        read(table(ONE, inner="<description>" * 200 + "</description>" * 200))
    with pytest.raises((NotXml, HasDoctype)):
        read(laughs())
    with pytest.raises((NotXml, HasDoctype)):
        read(blow_up())


@given(data=st.data())
def test_any_damage_to_a_file_is_a_refusal_or_a_table(data: st.DataObject) -> None:
    whole = table(ONE, rule('not("b", "a")', "2"))
    start = data.draw(st.integers(0, len(whole)))
    stop = data.draw(st.integers(start, min(len(whole), start + 40)))
    damaged = whole[:start] + data.draw(st.binary(max_size=20)) + whole[stop:]
    with suppress(DiagramInvalid):
        found = read(damaged)
        with suppress(NoRuleFits, RulesOverlap):
            assert found.decide({"case": "a"}).answers
