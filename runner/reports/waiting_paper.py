"""Why the cases of a period waited, on paper: causes, the table by step, role or month, what late cases lacked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from runner import formatting
from runner.language import say, speaking
from runner.papers.report import Block, Heading, Report, Table, Text
from runner.reports.vocabulary import CAUSES
from runner.reports.waits import LateSaving, Parts


@dataclass(frozen=True, slots=True)
class Content:
    """What the paper says: the sums of `rows`, each a name and its minutes by cause, counted at the moment `at`."""

    first: date
    last: date
    issuer: str
    head: str
    rows: Sequence[tuple[str, Parts]]
    total: Parts
    late: Sequence[LateSaving]
    at: datetime


def pdf(content: Content) -> bytes:
    """The pages, in Vietnamese. Raises `PaperTooLarge`, `PaperFailed`."""
    with speaking("vi"):
        first, last = formatting.day(content.first), formatting.day(content.last)
        return Report(
            at=content.at,
            issuer=(content.issuer,) if content.issuer else (),
            dated=formatting.written_day(content.at),
            title=say("Vì sao chờ"),
            subtitle=say("Kỳ báo cáo: từ ngày {first} đến ngày {last}; giờ:phút làm việc", first=first, last=last),
            foot=say("Vì sao chờ, số liệu đến {at}", at=formatting.moment(content.at)),
            blocks=list(_blocks(content)),
            wide=True,
        ).pdf()


def hours(minutes: int) -> str:
    """Working time as hours and minutes: ``12:05``."""
    return f"{minutes // 60}:{minutes % 60:02}"


def _blocks(content: Content) -> Iterator[Block]:
    rows = [_row(name, parts) for name, parts in [*content.rows, (say("Tổng số"), content.total)]]
    heads = (say(content.head), *(say(text) for text in CAUSES.values()), say("Tổng số"))
    widths = (8, *([4] * (len(heads) - 1)))
    yield Table(widths, heads, tuple(rows), figures=len(heads) - 1)
    yield Text(
        say("Con số chỉ nói điều nhật ký có ghi; “không ghi nhận gì khác” là đang làm hoặc chờ mà không ai ghi lại.")
    )
    if content.late:
        yield Heading(say("Hồ sơ quá hạn: bớt được gì thì kịp hẹn"))
        late = (say("Mã hồ sơ"), say("Quá hạn"), say("Phần nhỏ nhất đủ để kịp hẹn"))
        yield Table((0, 3, 16), late, tuple(map(_late, content.late)))


def _row(name: str, parts: Parts) -> tuple[str, ...]:
    return (name, *(hours(parts[cause]) if parts[cause] else "–" for cause in CAUSES), hours(sum(parts.values())))


def _late(each: LateSaving) -> tuple[str, str, str]:
    case, found = each.history.case, each.saving
    if found is None or each.task is None:
        what = say("Không có phần nào của cơ quan để bớt.")
    else:
        cause, time = say(CAUSES[found.cause]).lower(), hours(found.minutes)
        what = say("{task}: {cause}, {time}", task=each.task.name, cause=cause, time=time)
        if not found.enough:
            what = f"{say('Không phần nào một mình nó đủ; lớn nhất là')} {what}"
    return case.number or f"#{case.id}", hours(each.minutes), what
