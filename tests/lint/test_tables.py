"""The linter on decision tables: rows that overlap, rows that never fit, days without a row; and a slow oracle."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.dmn.reader import read
from runner.domain.decision import NoRuleFits, RulesOverlap
from runner.lint import lint_dmn
from runner.lint.finding import Finding
from tests.dmn.tables import CASE, rule, table
from tests.world import ROOT

RECEIVED = ("received", "date")
ERROR, WARNING = "error", "warning"


def findings(data: bytes) -> list[tuple[str, str | None]]:
    return [(found.severity, found.element) for found in lint_dmn(data)]


def dated(*rows: tuple[str, str]) -> list[Finding]:
    cells = [rule(case, days, "1") for case, days in rows]
    return lint_dmn(table(*cells, inputs=(CASE, RECEIVED)))


def test_the_fees_of_ha_tinh_have_no_finding() -> None:
    assert lint_dmn((ROOT / "bpmn/ha-tinh/phi.dmn").read_bytes()) == []


def test_a_file_that_cannot_be_read_is_a_finding_at_its_place() -> None:
    [found] = lint_dmn(table(rule('"a"', "1"), policy="COLLECT"))
    assert (found.severity, found.element, found.line, found.rule) == (ERROR, "T", 2, "tables")
    assert found.message == (
        "Dòng 2 của tệp, T: không dùng được cách chọn dòng (hit policy) COLLECT; chỉ có UNIQUE và FIRST."
    )


def test_rows_that_fit_together_are_found_unless_the_first_one_counts() -> None:
    rows = (rule('"a", "b"', "1"), rule('"c"', "2"), rule('"b"', "3"))
    [found] = lint_dmn(table(*rows))
    assert (found.severity, found.element) == (ERROR, "R_3")
    assert found.message == "Dòng 3 của bảng cùng đúng với dòng 1; mỗi trường hợp chỉ được có một dòng."
    assert findings(table(*rows, policy="FIRST")) == []
    assert findings(table(rule('"a"', "1"), rule('not("a")', "2"))) == []
    assert findings(table(rule('not("a")', "1"), rule('not("b")', "2"))) == [(ERROR, "R_2")]
    assert findings(table(rule('"a"', "1"), rule("", "2"))) == [(ERROR, "R_2")]


def test_rows_of_the_same_case_may_not_share_a_day() -> None:
    until, since = '< date("2024-01-01")', '>= date("2024-01-01")'
    assert dated(('"a"', until), ('"a"', since)) == []
    [found] = dated(('"a"', '<= date("2024-01-01")'), ('"a"', since))
    assert (found.severity, found.element) == (ERROR, "R_2")
    assert [each.severity for each in dated(('"a"', until), ('"b"', '<= date("2024-01-01")'))] == [WARNING, WARNING]


def test_days_without_a_row_are_told() -> None:
    first, second = '[date("2022-06-24")..date("2023-12-31")]', '>= date("2024-02-01")'
    [found] = dated(('"a"', first), ('"a"', second))
    assert (found.severity, found.element) == (WARNING, "C_1_1")
    gap = "Từ ngày 01/01/2024 đến hết ngày 31/01/2024 không có dòng nào tiếp theo dòng 1, cột “received”."
    assert found.message == gap
    [found] = dated(('"a"', second), ('"b"', second), ('"a"', first))
    assert (found.element, found.message) == ("C_3_1", gap.replace("dòng 1", "dòng 3"))
    [found] = dated(('"a"', first))
    assert found.message == "Từ ngày 01/01/2024 không có dòng nào tiếp theo dòng 1, cột “received”."
    [found] = dated(('"a"', '< date("2024-01-01")'), ('"a"', '> date("2024-01-01")'))
    assert (found.element, found.message) == ("C_1_1", gap.replace("31/01", "01/01"))
    every = [('"a"', f'[date("{year}-01-01")..date("{year}-12-30")]') for year in (2024, 2022, 2023)]
    assert [(found.element, found.message.partition(" không")[0]) for found in dated(*every)] == [
        ("C_1_1", "Từ ngày 31/12/2024"),
        ("C_2_1", "Từ ngày 31/12/2022 đến hết ngày 31/12/2022"),
        ("C_3_1", "Từ ngày 31/12/2023 đến hết ngày 31/12/2023"),
    ]
    assert dated(('"a"', '>= date("2022-06-24")')) == []


def test_numbers_without_a_row_between_others_are_told() -> None:
    def counted(*cells: tuple[str, str]) -> list[str]:
        rows = [rule(case, number, "1") for case, number in cells]
        return [found.message for found in lint_dmn(table(*rows, inputs=(CASE, ("copies", "number"))))]

    assert counted(('"a"', "< 1000"), ('"a"', ">= 1000")) == []
    assert counted(('"a"', "< 1000"), ('"a"', "> 1000")) == ["Không có dòng nào cho giá trị 1.000 của cột “copies”."]
    assert counted(('"a"', "[1..5]"), ('"a"', "[8..10]"), ('"b"', "[1..5]")) == [
        "Không có dòng nào cho các giá trị giữa 5 và 8 của cột “copies”."
    ]
    assert counted(('"a"', "[1..5]"), ('"a"', "[8..10]"), ("", "(5..8)")) == []


@pytest.mark.parametrize("days", ['date("2022-02-30")', '>= date("2022-13-01")', '"2022-06-24"', "20220624", "null"])
def test_a_day_that_does_not_exist_is_found(days: str) -> None:
    [found] = dated(('"a"', days))
    assert (found.severity, found.element) == (ERROR, "C_1_1")


def test_a_row_that_never_fits_is_found() -> None:
    [found] = dated(('"a"', '[date("2024-01-01")..date("2023-01-01")]'))
    assert (found.severity, found.element, found.message) == (ERROR, "R_1", "Dòng 1 của bảng không bao giờ đúng.")


def test_rows_without_ids_of_their_own_and_too_many_values_are_found() -> None:
    assert findings(table(rule('"a"', "1", id="R"), rule('"b"', "2", id="R"))) == [(ERROR, "R")]
    cells = [rule(", ".join(f'"{n}-{each}"' for each in range(2)), "1") for n in range(160)]
    assert findings(table(*cells)) == [(ERROR, "In_0")]


def test_a_table_that_would_take_long_to_examine_is_refused_unexamined() -> None:
    cells = [rule(", ".join(str((row + each) % 150) for each in range(11)), "1") for row in range(200)]
    assert findings(table(*cells, inputs=(("number", "number"),))) == [(ERROR, "phi")]


# -- a slow oracle ----------------------------------------------------------------------------------------------------

FIRST_DAY = date(2022, 1, 1)
DAYS = [FIRST_DAY + timedelta(days=each) for each in range(-2, 9)]
NUMBERS = [each / 2 for each in range(-3, 11)]
Span = tuple[int, int, bool, bool] | None
"""A range from one point to another, whether it leaves out its ends; None for everything."""

points = st.integers(0, 4)
spans = st.none() | st.tuples(points, points, st.booleans(), st.booleans())
rows = st.lists(st.tuples(spans, spans), min_size=1, max_size=5)


def within(value: float, span: Span) -> bool:
    if span is None:
        return True
    low, high, low_open, high_open = span
    return (value > low if low_open else value >= low) and (value < high if high_open else value <= high)


def cell(span: Span, point: str) -> str:
    if span is None:
        return "-"
    low, high, low_open, high_open = span
    return f"{'(' if low_open else '['}{point.format(low)}..{point.format(high)}{')' if high_open else ']'}"


def day(point: int) -> str:
    return f'date("{FIRST_DAY + timedelta(days=point)}")'


def written(cells: list[tuple[Span, Span]]) -> bytes:
    return table(
        *[rule(cell(amount, "{}"), _dates(days), str(place)) for place, (amount, days) in enumerate(cells)],
        inputs=(("amount_in", "number"), RECEIVED),
    )


def _dates(span: Span) -> str:
    if span is None:
        return ""
    low, high, low_open, high_open = span
    return f"{'(' if low_open else '['}{day(low)}..{day(high)}{')' if high_open else ']'}"


@given(rows, st.sampled_from(NUMBERS), st.sampled_from(DAYS))
def test_a_table_answers_what_a_slow_look_at_each_row_answers(
    cells: list[tuple[Span, Span]], amount: float, received: date
) -> None:
    offset = (received - FIRST_DAY).days
    fitting = [place for place, (one, two) in enumerate(cells) if within(amount, one) and within(offset, two)]
    found = read(written(cells))
    values: dict[str, object] = {"amount_in": Decimal(str(amount)), "received": received}
    if not fitting:
        with pytest.raises(NoRuleFits):
            found.decide(values)
    elif len(fitting) > 1:
        with pytest.raises(RulesOverlap):
            found.decide(values)
    else:
        assert found.decide(values).answers == {"amount": fitting[0]}


@given(rows)
def test_overlaps_are_found_exactly_where_trying_every_value_finds_them(cells: list[tuple[Span, Span]]) -> None:
    tried = list(product(NUMBERS, range(-2, 9)))
    fits = [{(n, d) for n, d in tried if within(n, one) and within(d, two)} for one, two in cells]
    expected = any(one & two for one, two in combinations(fits, 2))
    found = lint_dmn(written(cells))
    assert any("cùng đúng" in each.message for each in found) == expected
    empty = {f"R_{place}" for place, fit in enumerate(fits, start=1) if not fit}
    assert {each.element for each in found if "không bao giờ" in each.message} == empty
