"""What is wrong with a decision table, before a diagram asks it: see docs/lint.md, "tables".

Cells hold constants only, so a column has finitely many intervals in which each of its cells gives one answer. One
value of each interval is tried: this finds all rows that overlap, rows that never match, days and numbers without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from runner import feel, formatting
from runner.dmn.reader import DecisionInvalid, read
from runner.domain.decision import KINDS, Cell, Input, Table
from runner.feel.tree import Bound, Call, Inclusion, Members, Node, Range, Test
from runner.lint.finding import Finding, Spot, error, short, warning

MAX_VALUES = 200
"""Different values in one column."""
MAX_CONSTANTS = 1_000
"""Values in all cells together: what is tried grows with their number times that of a column's."""

GAP = "Từ ngày {day} đến hết ngày {until} không có dòng nào tiếp theo dòng {row}, cột “{column}”."
HOLE = "Không có dòng nào cho giá trị {low} của cột “{column}”."
STRETCH = "Không có dòng nào cho các giá trị giữa {low} và {high} của cột “{column}”."
END = "Từ ngày {day} không có dòng nào tiếp theo dòng {row}, cột “{column}”."

Mask = int
"""Which of a column's samples pass: one bit each."""


def lint_dmn(data: bytes) -> list[Finding]:
    """The findings on the bytes of a DMN file, by line. Raises `DiagramInvalid` where there is no table."""
    try:
        return lint_table(read(data))
    except DecisionInvalid as fault:
        place = Spot(str(fault.facts["element"]), int(str(fault.facts["line"])))
        return [replace(error(place, "{message}", message=fault), rule="tables")]


def lint_table(table: Table) -> list[Finding]:
    """The findings on a decision table, by line."""
    return sorted((replace(finding, rule="tables") for finding in check(table)), key=lambda finding: finding.line or 0)


def check(table: Table) -> Iterator[Finding]:
    """The findings on a table: first on each cell; on how the rows fit together only when the cells are sound."""
    places = range(len(table.inputs))
    faults = [*_size(table), *_doubled(table), *(fault for place in places for fault in _column(table, place))]
    yield from faults
    if not faults:
        columns = [_samples(table, place) for place in places]
        masks = [
            [_mask(cell, samples) for cell, samples in zip(rule.cells, columns, strict=True)] for rule in table.rules
        ]
        yield from _rows(table, masks)
        for place, column in enumerate(table.inputs):
            if column.kind == "date":
                yield from _gaps(table, place, columns[place], masks)
            elif KINDS[column.kind] is Decimal:
                yield from _holes(table, place, columns[place], masks)


# -- cells ------------------------------------------------------------------------------------------------------------


def _size(table: Table) -> Iterator[Finding]:
    if sum(1 for rule in table.rules for cell in rule.cells for _ in constants(cell)) > MAX_CONSTANTS:
        yield error(table, "Các ô của bảng có quá {limit} giá trị.", limit=MAX_CONSTANTS)


def _doubled(table: Table) -> Iterator[Finding]:
    """Rows have unique ids: the journal names a row by its id."""
    seen: set[str] = set()
    for rule in table.rules:
        if rule.id in seen:
            yield error(rule, "Dòng {row} của bảng không có id riêng.", row=rule.number)
        seen.add(rule.id)


def _column(table: Table, place: int) -> Iterator[Finding]:
    column = table.inputs[place]
    for rule in table.rules:
        cell = rule.cells[place]
        for value in constants(cell):
            if type(value) is not KINDS[column.kind]:
                yield error(
                    cell,
                    "Dòng {row}, cột “{column}”: ô “{text}” có giá trị không phải là {kind} hợp lệ.",
                    row=rule.number,
                    column=short(column.label),
                    text=short(cell.text),
                    kind=column.kind,
                )
                break
    if len({value for rule in table.rules for value in constants(rule.cells[place])}) > MAX_VALUES:
        yield error(column, "Cột “{column}” có quá {limit} giá trị.", column=short(column.label), limit=MAX_VALUES)


def constants(cell: Cell) -> Iterator[Any]:
    """The values that a cell compares with; null for one that does not exist, like ``date("2022-02-30")``."""
    tree = cell.tests.tree
    inner = tree.arguments[0] if isinstance(tree, Call) else tree
    yield from _compared(inner.tests if isinstance(inner, Inclusion) else ())


def _compared(tests: Sequence[Test]) -> Iterator[Any]:
    for test in tests:
        match test:
            case Members(members):
                yield from _compared(members)
            case Bound(_, limit):
                yield _worth(limit)
            case Range(low, high):
                yield from (_worth(low), _worth(high))
            case _:
                yield _worth(test)


def _worth(node: Node) -> object:
    return feel.evaluate(feel.Expression(node, frozenset(), frozenset()), {})


# -- stretches ------------------------------------------------------------------------------------------------------


def _samples(table: Table, place: int) -> Sequence[Any]:
    """Values of a column, one at least in each stretch, in ascending order."""
    column: Input = table.inputs[place]
    values = {value for rule in table.rules for value in constants(rule.cells[place])}
    match column.kind:
        case "boolean":
            return (False, True)
        case "string":
            return (*sorted(values), "\0")  # a text that no cell can hold stands for all others
        case "date":
            return _days(values)
        case _:
            return _numbers(values)


def _days(values: Iterable[date]) -> Sequence[date]:
    ordinals = {day.toordinal() + step for day in values for step in (-1, 0, 1)} or {date.max.toordinal()}
    return [date.fromordinal(each) for each in sorted(ordinals) if 1 <= each <= date.max.toordinal()]


def _numbers(values: Iterable[Decimal]) -> Sequence[Decimal]:
    ordered = sorted(values) or [Decimal(0)]
    between = [(low + high) / 2 for low, high in pairwise(ordered)]
    return sorted((ordered[0] - 1, *ordered, *between, ordered[-1] + 1))


def _mask(cell: Cell, samples: Sequence[Any]) -> Mask:
    return sum(
        1 << place for place, value in enumerate(samples) if feel.evaluate(cell.tests, {feel.TESTED: value}) is True
    )


# -- rows -------------------------------------------------------------------------------------------------------------


def _rows(table: Table, masks: Sequence[Sequence[Mask]]) -> Iterator[Finding]:
    for place, rule in enumerate(table.rules):
        if not all(masks[place]):
            yield error(rule, "Dòng {row} của bảng không bao giờ đúng.", row=rule.number)
        elif table.policy == "UNIQUE":
            for other in table.rules[:place]:
                if all(one & two for one, two in zip(masks[place], masks[other.number - 1], strict=True)):
                    yield error(
                        rule,
                        "Dòng {row} của bảng cùng đúng với dòng {other}; mỗi trường hợp chỉ được có một dòng.",
                        row=rule.number,
                        other=other.number,
                    )
                    break


def _gaps(table: Table, place: int, days: Sequence[date], masks: Sequence[Sequence[Mask]]) -> Iterator[Finding]:
    """Days without a row between or after those on which rows that are otherwise alike hold."""
    alike: dict[tuple[Mask, ...], list[int]] = {}
    for row, mask in enumerate(masks):
        alike.setdefault((*mask[:place], *mask[place + 1 :]), []).append(row)
    for rows in alike.values():
        holding = [[row for row in rows if masks[row][place] >> sample & 1] for sample in range(len(days))]
        for (ended, before), (_, after) in pairwise(zip(days, holding, strict=True)):
            if before and not after:
                last = table.rules[before[-1]]
                following = next((day for day, held in zip(days, holding, strict=True) if day > ended and held), None)
                facts = {"day": formatting.day(ended + timedelta(1)), "row": last.number}
                facts["column"] = short(table.inputs[place].label)
                if following:
                    facts["until"] = formatting.day(following - timedelta(1))
                yield warning(last.cells[place], GAP if following else END, **facts)


def _within(one: Mask, other: Mask) -> bool:
    return one & other == one


def _holes(table: Table, place: int, numbers: Sequence[Decimal], masks: Sequence[Sequence[Mask]]) -> Iterator[Finding]:
    """Numbers without a row between those for which a row holds that lets through whatever the others let through."""
    limits = {value for rule in table.rules for value in constants(rule.cells[place])}
    others = [(*mask[:place], *mask[place + 1 :]) for mask in masks]
    for other in dict.fromkeys(others):
        rows = [row for row, wider in enumerate(others) if all(map(_within, other, wider))]
        held = [[row for row in rows if masks[row][place] >> sample & 1] for sample in range(len(numbers))]
        known = [sample for sample, holding in enumerate(held) if holding]
        for before, after in pairwise(known):
            if after == before + 1:
                continue
            low = numbers[before + 1] if numbers[before + 1] in limits else numbers[before]
            high = numbers[after - 1] if numbers[after - 1] in limits else numbers[after]
            facts = {"low": formatting.exact(low, 1000), "high": formatting.exact(high, 1000)}
            facts["column"] = short(table.inputs[place].label)
            cell = table.rules[held[before][-1]].cells[place]
            yield warning(cell, HOLE if low == high else STRETCH, **facts)
