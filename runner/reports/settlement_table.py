"""The form II.06a/VPCP/KSTT as a table: its heads with their numbers, its rows in words, for pages, files and paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from runner.domain.settlement import Settlement, total
from runner.language import current, say
from runner.reports import vocabulary
from runner.services.settlements import Grouping, Row

CODE: Final = "II.06a/VPCP/KSTT"
TITLE: Final = "Tình hình, kết quả giải quyết thủ tục hành chính"
GROUPINGS: Final[Mapping[Grouping, str]] = {
    Grouping.PROCEDURE: "Thủ tục",
    Grouping.KIND: "Nhóm thủ tục",
    Grouping.AGENCY: "Cơ quan, đơn vị",
    Grouping.PROVINCE: "Tỉnh",
}
GROUPS: Final = (("Tiếp nhận", 4), ("Đã giải quyết", 4), ("Đang xử lý", 3))
"""The heads above the columns from 3 on, with how many columns each has."""
HEADS: Final = (
    "Tổng số",
    "Trong kỳ: trực tuyến",
    "Trong kỳ: trực tiếp, dịch vụ bưu chính",
    "Từ kỳ trước",
    "Tổng số",
    "Trước hạn",
    "Đúng hạn",
    "Quá hạn",
    "Tổng số",
    "Trong hạn",
    "Quá hạn",
)
"""The columns from 3 on."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the form in words."""

    name: str
    figures: Settlement


def lines(rows: Sequence[Row], by: Grouping) -> list[Line]:
    """The form's rows."""
    return [Line(_name(row, by), row.figures) for row in rows]


def summed(found: Sequence[Line]) -> Line:
    """The row below all others."""
    return Line(say("Tổng số"), total(each.figures for each in found))


def columns(by: Grouping) -> list[tuple[str, int]]:
    """The heads of a file with their widths in digits: the group, the column and its number in one."""
    groups = [say(name) for name, count in GROUPS for _ in range(count)]
    heads = [
        f"{group}: {say(head)} ({number})" for number, (group, head) in enumerate(zip(groups, HEADS, strict=True), 3)
    ]
    return [(say("TT"), 5), (say(GROUPINGS[by]), 56), *((head, 16) for head in heads)]


def cells(found: Sequence[Line]) -> Iterator[list[str | int]]:
    """The rows of a file, the sum last."""
    for number, each in enumerate(found, 1):
        yield [number, each.name, *each.figures.columns]
    yield ["", summed(found).name, *summed(found).figures.columns]


def _name(row: Row, by: Grouping) -> str:
    if by == Grouping.KIND:
        return say(vocabulary.PROCEDURE_KINDS.get(row.key, row.key))
    if row.version is None or by == Grouping.AGENCY:
        return row.key
    if by == Grouping.PROVINCE:
        return row.version.province.name
    facts = row.version.procedure
    return f"{row.key.partition('/')[2]} {facts.title if current() == 'vi' else facts.title_en}"
