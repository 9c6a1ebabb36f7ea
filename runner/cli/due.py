"""``motcua due``: what is due when, counted from any moment, and how."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from pathlib import Path

import click

from runner import formatting
from runner.cli import text
from runner.cli.command import Reply, command, option
from runner.cli.console import Console, DatabaseMissing, content_root
from runner.cli.deadline import day_facts, derivation
from runner.cli.parameter import CONTENT, DAYS, EXPLAIN, MOMENT
from runner.domain import deadline as deadlines
from runner.domain.calendar import Calendar
from runner.domain.limit import Limit, Unit
from runner.domain.procedure import read_province
from runner.domain.toml import TomlInvalid
from runner.errors import CalendarUnknown, FileInvalid, NotFound
from runner.language import say
from runner.reports.deadline import why
from runner.services import holiday

UNITS = {"working": Unit.WORKING_DAYS, "calendar": Unit.CALENDAR_DAYS}


class ProvinceUnknown(NotFound):
    """Không có tỉnh {province} trong cơ sở dữ liệu và trong thư mục nội dung {content}."""


@command("due", "Tính hạn của một bước và ngày hẹn trả kết quả theo lịch làm việc của tỉnh.")
@click.argument("province")
@option("--from", "start", type=MOMENT, required=True, help="Thời điểm bắt đầu, giờ Việt Nam: 2022-09-26T09:00.")
@option("--days", type=DAYS, required=True, help="Số ngày được giao: 5 hoặc 0.5.")
@option("--unit", type=click.Choice(list(UNITS)), default="working", help="Ngày làm việc hay ngày theo lịch.")
@EXPLAIN
@CONTENT
def due(
    console: Console, province: str, start: datetime, days: Fraction, unit: str, explain: bool, content: Path | None
) -> Reply:
    calendar, limit = _calendar(console, province, content), Limit(days, UNITS[unit])
    counted = [deadlines.step_deadline(calendar, start, limit), deadlines.promise(calendar, start, limit)]
    step, promise = counted
    ways = [deadlines.explain(each, calendar) for each in counted]
    facts = {
        "step_due": formatting.iso(step.due),
        "promise": formatting.iso(promise.due),
        "days": [day_facts(day) for day in ways[0]],
        "promise_days": [day_facts(day) for day in ways[1]],
    }
    lines: list[str] = []
    for name, each, way in zip((say("Hạn của bước"), say("Hẹn trả kết quả")), counted, ways, strict=True):
        lines.append(text.styled(name, bold=True) + f": {formatting.moment(each.due or start)}")
        lines += text.hung(f"= {why(each, way)}", "  ", "    ")
        lines += derivation(way, indent="    ") if explain else []
    return Reply(facts, lines)


def _calendar(console: Console, province: str, content: Path | None) -> Calendar:
    """The calendar in force; where nothing is deployed, the one that the content root describes."""
    try:
        return console.runner.procedures.calendar(province)
    except (DatabaseMissing, CalendarUnknown):
        root = content_root(content)
    file = root / "bpmn" / province / "province.toml"
    # A name such as ``..`` leads elsewhere, and has no calendar.
    if file.resolve().parent.parent != (root / "bpmn").resolve() or not file.is_file():
        raise ProvinceUnknown(province=province, content=root)
    try:
        return holiday.calendar(read_province(file.read_bytes()), revision=1)
    except TomlInvalid as error:
        raise FileInvalid(name=file, reason=error) from None
