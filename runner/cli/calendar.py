"""``motcua calendar``: working calendars. An edit shows what it moves; with ``--apply`` it is stored and done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, time
from typing import Any

import click

from runner import formatting
from runner.cli import text
from runner.cli.command import Reply, command, group, option
from runner.cli.console import Console
from runner.cli.parameter import DATE, PERSON, REASON, SESSION, TIME
from runner.domain import calendar_edit
from runner.domain.calendar import Calendar
from runner.domain.calendar_edit import Edit
from runner.domain.working_day import Day, Hours, Session
from runner.language import say
from runner.reports import calendar as words
from runner.services import holiday
from runner.services.recounts import Effect

_PROVINCE = click.argument("province")


def _editing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every edit has."""
    why = option("--reason", default="", metavar="TEXT", help="Lý do.")
    apply = option("--apply", is_flag=True, help="Áp dụng; không có thì chỉ xem trước, không ghi gì.")
    return PERSON(why(apply(function)))


@command("show", "In lịch làm việc đang áp dụng của một tỉnh, hoặc của mọi tỉnh.")
@click.argument("province", required=False)
@option("--year", type=int, help="Chỉ năm này.")
def show(console: Console, province: str | None, year: int | None) -> Reply:
    runner = console.runner
    found = [runner.calendars.get(each) for each in ([province] if province else runner.calendars.provinces())]
    facts = [each.to_json() for each in found]
    return Reply(facts if province is None else facts[0], [line for each in found for line in _calendar(each, year)])


@command("revisions", "Các bản của lịch: ai sửa gì, lúc nào, vì sao, lãnh đạo quyết định thế nào.")
@_PROVINCE
def revisions(console: Console, province: str) -> Reply:
    found = words.history(console.runner.calendars, province)
    facts = [
        {
            "revision": each.revision.revision,
            "at": formatting.iso(each.revision.at),
            "by": each.revision.by,
            "reason": each.revision.reason,
            "changes": [change.text for change in each.changes],
            "decision": each.decision
            and {
                "approved": each.decision.approved,
                "at": formatting.iso(each.decision.at),
                "by": each.decision.by,
                "reason": each.decision.reason,
            },
        }
        for each in found
    ]
    lines: list[str] = []
    for each in found:
        at = formatting.moment(each.revision.at)
        lines.append(
            text.styled(
                say("Bản {number} · {at} · {by}", number=each.revision.revision, at=at, by=each.revision.by), bold=True
            )
        )
        lines += text.hung(each.revision.reason, "  ")
        lines += [line for change in each.changes for line in text.hung(change.text, "  - ", "    ")]
        if each.decision:
            lines += text.hung(f"{words.decided(each.decision)}: {each.decision.reason}", "  ", "    ")
    return Reply(facts, lines)


@command("day", "Ghi một ngày nghỉ hoặc làm việc; “usual” trả ngày về nếp tuần.")
@_PROVINCE
@click.argument("day", type=DATE)
@click.argument("kind", type=click.Choice(["off", "work", "usual"]))
@option("--name", default="", metavar="TEXT", help="Vì sao, như “Quốc khánh”.")
@option("--source", default="", metavar="TEXT", help="Văn bản quy định.")
@_editing
def day(console: Console, province: str, day: date, kind: str, name: str, source: str, **how: Any) -> Reply:
    edit = calendar_edit.day_cleared(day) if kind == "usual" else calendar_edit.days_set(Day(day, kind, name, source))  # type: ignore[arg-type]
    return _edited(console, province, edit, **how)


@command("swap", "Ghi một lần hoán đổi: nghỉ một ngày, làm bù một ngày.")
@_PROVINCE
@option("--off", type=DATE, required=True, help="Ngày được nghỉ.")
@option("--work", type=DATE, required=True, help="Ngày làm bù.")
@option("--source", default="", metavar="TEXT", help="Văn bản quy định.")
@_editing
def swap(console: Console, province: str, off: date, work: date, source: str, **how: Any) -> Reply:
    return _edited(console, province, calendar_edit.swapped(off, work, source), **how)


@command("year", "Thêm một năm với ngày nghỉ lễ theo thư viện holidays, là dự kiến cho đến khi xác nhận.")
@_PROVINCE
@click.argument("year", type=click.IntRange(1900, 2100))
@_editing
def year(console: Console, province: str, year: int, **how: Any) -> Reply:
    return _edited(console, province, calendar_edit.year_added(year, holiday.days([year])), **how)


@command("confirm", "Xác nhận ngày nghỉ, ngày làm bù của một năm là chính thức.")
@_PROVINCE
@click.argument("year", type=int)
@option("--undo", is_flag=True, help="Đánh dấu lại là dự kiến.")
@_editing
def confirm(console: Console, province: str, year: int, undo: bool, **how: Any) -> Reply:
    edit = calendar_edit.year_provisional(year) if undo else calendar_edit.year_confirmed(year)
    return _edited(console, province, edit, **how)


@command("hours", "Đặt giờ làm việc, cho một mùa hoặc cho cả năm.")
@_PROVINCE
@option("--since", type=DATE, help="Từ ngày này.")
@option("--until", type=DATE, help="Đến hết ngày này.")
@option("--session", "sessions", type=SESSION, multiple=True, required=True, help="Một buổi: 07:30-11:30.")
@_editing
def hours(
    console: Console, province: str, since: date | None, until: date | None, sessions: Sequence[Session], **how: Any
) -> Reply:
    return _edited(console, province, calendar_edit.hours_set(Hours(since, until, tuple(sessions))), **how)


@command("cutoff", "Đặt giờ cuối nhận hồ sơ trong ngày; “none” là nhận đến hết buổi cuối.")
@_PROVINCE
@click.argument("cutoff", metavar="TIME|none", type=TIME)
@_editing
def cutoff(console: Console, province: str, cutoff: time | None, **how: Any) -> Reply:
    return _edited(console, province, calendar_edit.cutoff_set(cutoff), **how)


@command("decide", "Lãnh đạo duyệt hoặc giữ nguyên những ngày hẹn sẽ sớm hơn theo lịch đang áp dụng.")
@_PROVINCE
@click.argument("decision", type=click.Choice(["approve", "keep"]))
@PERSON
@REASON
def decide(console: Console, province: str, decision: str, person: str, reason: str) -> Reply:
    runner, who = console.runner, console.acting(person)
    now = runner.clock.now()
    decided = runner.recounts.decide(province, decision == "approve", reason, who, now)
    counted = runner.recounts.run(now, who).counted
    facts = {"province": province, "revision": decided.revision, "approved": decided.approved, "counted": counted}
    return Reply(facts, [f"{words.decided(decided)}.", say("Đã tính lại {count} hồ sơ.", count=counted)])


def _edited(console: Console, province: str, edit: Edit, person: str, reason: str, apply: bool) -> Reply:
    runner, who = console.runner, console.acting(person)
    before, after = runner.calendars.edited(province, edit, who)
    effects, unseen = runner.recounts.preview(before, after, runner.clock.now())
    facts: dict[str, Any] = {
        "province": province,
        "revision": after.revision,
        "changes": [each.text for each in calendar_edit.differences(before, after)],
        "cases": [_effect_facts(each) for each in effects],
        "unseen": unseen,
        "applied": apply,
    }
    lines = [*(f"- {change}" for change in facts["changes"]), *_effects(effects, unseen)]
    if not apply:
        return Reply(facts, [*lines, say("Mới là xem trước, chưa ghi gì; thêm --apply và --reason để áp dụng.")])
    now = runner.clock.now()
    runner.calendars.revise(province, edit, reason, who, now, base=before.revision)
    done = runner.recounts.run(now, who)
    lines.append(say("Lịch của {province} nay là bản {number}.", province=province, number=after.revision))
    lines.append(say("Đã tính lại {count} hồ sơ.", count=done.counted))
    if done.waiting:
        lines.append(say("{count} hồ sơ chờ lãnh đạo duyệt vì ngày hẹn sẽ sớm hơn.", count=done.waiting))
    return Reply(facts | {"counted": done.counted, "waiting": done.waiting}, lines)


def _calendar(calendar: Calendar, year: int | None) -> Iterator[str]:
    yield text.styled(say("{province} · bản {number}", province=calendar.province, number=calendar.revision), bold=True)
    years = (
        say("{year} (dự kiến)", year=each) if each in calendar.provisional else str(each)
        for each in sorted(calendar.years)
    )
    yield from text.hung(f"{say('Các năm')}: {', '.join(years)}", "  ", "    ")
    for hours in calendar.hours:
        yield f"  {say('Giờ làm việc')} {calendar_edit.span(hours)}: {calendar_edit.sessions(hours)}"
    if calendar.intake_cutoff:
        yield f"  {say('Nhận hồ sơ đến {time}', time=f'{calendar.intake_cutoff:%H:%M}')}"
    rows = [
        (formatting.weekday(each), formatting.day(each), say(words.KINDS[row.kind]), row.name, row.source)
        for each, row in sorted(calendar.days.items())
        if year in (None, each.year)
    ]
    yield from text.table(rows, indent="  ")


def _effects(effects: Sequence[Effect], unseen: int) -> Iterator[str]:
    if not effects:
        yield say("Không có hồ sơ nào bị dời hạn.")
    for effect in effects:
        number = effect.case.number or f"#{effect.case.id}"
        yield text.styled(" · ".join([number, *words.notes(effect)]), bold=True)
        for moved in effect.moved:
            name = moved.task.name if moved.task else say("Hẹn trả kết quả")
            span = say(
                "{before} → {after}", before=formatting.moment(moved.before), after=formatting.moment(moved.after)
            )
            yield from text.hung(f"{name}: {span}", "  ", "    ")
    if unseen:
        yield say("Còn {count} hồ sơ chưa xem trước; chúng cũng được tính lại khi áp dụng.", count=unseen)


def _effect_facts(effect: Effect) -> dict[str, object]:
    return {
        "case": effect.case.id,
        "number": effect.case.number,
        "printed": effect.printed,
        "earlier": effect.earlier,
        "moved": [
            {
                "task": each.task.id if each.task else None,
                "before": formatting.iso(each.before),
                "after": formatting.iso(each.after),
            }
            for each in effect.moved
        ],
    }


calendar = group(
    "calendar",
    "Lịch làm việc: xem, xem trước một lần sửa, áp dụng.",
    [show, revisions, day, swap, year, confirm, hours, cutoff, decide],
)
