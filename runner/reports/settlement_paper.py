"""The form II.06a/VPCP/KSTT on paper, with its identities and the late dossiers below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from runner import formatting
from runner.language import say, speaking
from runner.papers.report import Block, Heading, Report, Signatures, Signer, Table, Text
from runner.reports import settlement_table
from runner.reports.settlement_table import CODE, GROUPINGS, HEADS, TITLE
from runner.services.settlements import LISTED, Grouping, LateCase, Row
from runner.services.version import Version

WIDTHS = (0, 16, 4, 5, 7, 4, *([4] * 7))


@dataclass(frozen=True, slots=True)
class Content:
    """What the paper says: the rows of a period, counted at the moment `at` by the account's owner `by`."""

    first: date
    last: date
    issuer: str
    by: Grouping
    rows: Sequence[Row]
    late: Sequence[LateCase]
    signer: str
    at: datetime


def pdf(content: Content) -> bytes:
    """The pages, in Vietnamese. Raises `PaperTooLarge`, `PaperFailed`."""
    with speaking("vi"):
        return Report(
            at=content.at,
            issuer=(content.issuer,) if content.issuer else (),
            dated=formatting.written_day(content.at),
            title=say(TITLE),
            subtitle=say(
                "Biểu số {code}. Kỳ báo cáo: từ ngày {first} đến ngày {last}",
                code=CODE,
                first=formatting.day(content.first),
                last=formatting.day(content.last),
            ),
            foot=say("Biểu số {code}, số liệu đến {at}", code=CODE, at=formatting.moment(content.at)),
            blocks=list(_blocks(content)),
            wide=True,
        ).pdf()


def place(each: LateCase) -> str:
    """The step and the role at which a dossier stood when it fell due."""
    found = (f"{task.name} ({_lane(each.version, task.lane)})" for task in each.tasks)
    return "; ".join(found) or "–"


def _lane(version: Version | None, lane: str) -> str:
    return version.province.label(lane) if version else lane


def _blocks(content: Content) -> Iterator[Block]:
    lines = settlement_table.lines(content.rows, content.by)
    summed = settlement_table.summed(lines)
    numbers = tuple(f"({number})" for number in range(1, 3 + len(HEADS)))
    groups = (("", 2), *((say(name), count) for name, count in settlement_table.GROUPS))
    heads = (say("TT"), say(GROUPINGS[content.by]), *map(say, HEADS))
    rows = [numbers]
    rows += [tuple(map(str, (place, each.name, *each.figures.columns))) for place, each in enumerate(lines, 1)]
    rows.append(tuple(map(str, ("", summed.name, *summed.figures.columns))))
    yield Table(WIDTHS, heads, tuple(rows), groups, len(HEADS))
    held = [
        say("{sum}: {left} và {right}", sum=each.text, left=each.left, right=each.right)
        for each in summed.figures.identities
    ]
    agrees = all(each.holds for each in summed.figures.identities)
    yield Text("; ".join(held) + ".", say("Đã kiểm, các cột khớp.") if agrees else say("Các cột không khớp."))
    yield Text(say("Trễ tính theo hẹn trả đầu tiên, chỉ dời theo thời gian dừng tính; hẹn lại không xóa trễ."))
    if content.late:
        yield Heading(say("Hồ sơ quá hạn"))
        if len(content.late) == LISTED:
            yield Text(say("Chỉ nêu {count} hồ sơ quá hạn lâu nhất.", count=LISTED))
        yield Table((0, 5, 3, 3, 7), _late_heads(), tuple(map(_late_row, content.late)))
    yield Signatures((Signer(say("Người lập biểu"), "", content.signer), Signer(say("Thủ trưởng đơn vị"), "", "")))


def _late_heads() -> tuple[str, ...]:
    return (
        say("Mã hồ sơ"),
        say("Thủ tục"),
        say("Hẹn trả"),
        say("Quá hạn (ngày làm việc)"),
        say("Đang ở bước (vai trò) khi đến hạn"),
    )


def _late_row(each: LateCase) -> tuple[str, ...]:
    title = each.version.procedure.title if each.version else each.case.procedure
    return (
        each.case.number or f"#{each.case.id}",
        title,
        formatting.moment(each.case.due) if each.case.due else "–",
        "–" if each.days is None else formatting.number(each.days),
        place(each),
    )
