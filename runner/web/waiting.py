"""Why the cases of a period waited, to the minute: by cause, step, role, month, and of late ones what to save."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Final

from flask import Blueprint, Response, g, render_template, request
from werkzeug.wsgi import wrap_file

from runner.domain.person import LaneKind, Role
from runner.errors import YearMissing
from runner.language import say
from runner.reports import period, vocabulary, waiting_paper
from runner.reports.spreadsheet import cell
from runner.reports.waiting import Cause
from runner.reports.waiting_paper import hours
from runner.reports.waits import Parts, Waits, waits
from runner.services.gathering import MOST, Gathered
from runner.web import current, policy, statistics, workbook

blueprint = Blueprint("waiting", __name__)

BY: Final[Mapping[str, str]] = {"step": "Bước", "lane": "Vai trò", "month": "Tháng mở việc"}
"""What a row of the table stands for."""
WIDTH: Final = 520
reader = policy.lane(*LaneKind, Role.AUDITOR, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the bar: its cause, its minutes, where it stands and how wide it is."""

    cause: Cause
    minutes: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: its name and the minutes of each cause."""

    name: str
    parts: Parts

    @property
    def total(self) -> int:
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked for and what came out; `wholly`: the person reports on these cases, and not only works on some."""

    asked: statistics.Asked
    by: str
    gathered: Gathered
    waits: Waits
    wholly: bool


@blueprint.get("/statistics/waiting")
@reader
def show() -> str | tuple[str, int]:
    """The page; who does not report on cases sees the share of their own."""
    try:
        found = _found()
    except YearMissing as error:
        return render_template("waiting.html", missing=str(error), **_questions(statistics.read())), 422
    waited = found.waits
    colleagues = current.runner().gathering.colleagues(g.person)
    people = {id: parts for id, parts in waited.people.items() if id in colleagues}
    return render_template(
        "waiting.html",
        missing="",
        found=found,
        total=Line(say("Tổng số"), waited.total),
        lines=_lines(found),
        bar=list(bar(waited.total)),
        people=sorted((Line(found.gathered.names.get(id, id), parts) for id, parts in people.items()), key=_long),
        late=sorted(waited.late, key=lambda each: -each.minutes),
        by=found.by,
        most=MOST,
        **_questions(found.asked),
    )


@blueprint.get("/statistics/waiting.csv")
@statistics.reader
def csv_file() -> Response:
    """The table for spreadsheets, in minutes."""
    found = _found()
    written = StringIO("\ufeff")
    written.seek(1)
    rows = csv.writer(written, quoting=csv.QUOTE_ALL)
    rows.writerow([head for head, _ in _columns(found.by)])
    rows.writerows([cell(str(each)) for each in row] for row in _cells(found))
    return statistics.named(Response(written.getvalue(), mimetype="text/csv"), "vi-sao-cho", found.asked, "csv")


@blueprint.get("/statistics/waiting.xlsx")
@statistics.reader
def xlsx_file() -> Response:
    """The same as a workbook."""
    found = _found()
    book = workbook.written(say("Vì sao chờ"), _columns(found.by), _cells(found), current.now())
    response = Response(wrap_file(request.environ, book), mimetype=workbook.TYPE, direct_passthrough=True)
    return statistics.named(response, "vi-sao-cho", found.asked, "xlsx")


@blueprint.get("/statistics/waiting.pdf")
@statistics.reader
def pdf_file() -> Response:
    """The same on paper, with the late cases."""
    found = _found()
    content = waiting_paper.Content(
        first=found.asked.first,
        last=found.asked.last,
        issuer=statistics.issuer(found.asked).upper(),
        head=BY[found.by],
        rows=[(line.name, line.parts) for line in _lines(found)],
        total=found.waits.total,
        late=found.waits.late,
        at=current.now(),
    )
    made = Response(waiting_paper.pdf(content), mimetype="application/pdf")
    return statistics.named(made, "vi-sao-cho", found.asked, "pdf")


def bar(parts: Parts) -> Iterable[Share]:
    """The causes side by side, in their order, in a picture `WIDTH` wide."""
    whole, x = sum(parts.values()), 0.0
    for cause in Cause:
        if minutes := parts[cause]:
            width = minutes * WIDTH / whole
            yield Share(cause, minutes, round(x, 2), round(width, 2))
            x += width


def _found() -> Found:
    asked, runner = statistics.read(), current.runner()
    gathered = runner.gathering.gather(g.person, asked.scope, asked.period)
    by = request.args.get("by", "")
    wholly = runner.settlements.reports(g.person)
    return Found(asked, by if by in BY else "step", gathered, waits(gathered, current.now()), wholly)


def _questions(asked: statistics.Asked) -> dict[str, object]:
    return {
        "asked": asked,
        "choices": statistics.choices(),
        "names": period.NAMES,
        "ways": BY,
        "causes": vocabulary.CAUSES,
        "hours": hours,
        "address": lambda view="show", **more: statistics.address(f"waiting.{view}", asked, **more),
    }


def _lines(found: Found) -> list[Line]:
    waited = found.waits
    if found.by == "lane":
        places = found.gathered.places
        lines = [Line(places[code].province.label(lane), parts) for (code, lane), parts in waited.lanes.items()]
    elif found.by == "month":
        named = {month: f"{int(month[5:])}/{month[:4]}" for month in waited.months}
        return [Line(named[month], parts) for month, parts in sorted(waited.months.items())]
    else:
        lines = [Line(name, parts) for name, parts in waited.steps.items()]
    return sorted(lines, key=_long)


def _long(line: Line) -> tuple[int, str]:
    return -line.total, line.name


def _columns(by: str) -> list[tuple[str, int]]:
    heads = [say(text) for text in vocabulary.CAUSES.values()]
    return [(say(BY[by]), 36), (say("Tổng số (phút)"), 16), *((head, 18) for head in heads)]


def _cells(found: Found) -> Iterable[list[str | int]]:
    for line in [*_lines(found), Line(say("Tổng số"), found.waits.total)]:
        yield [line.name, line.total, *(line.parts[cause] for cause in vocabulary.CAUSES)]
