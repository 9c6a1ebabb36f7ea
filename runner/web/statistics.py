"""The form II.06a/VPCP/KSTT of a period, with its trend and the late dossiers: a page, CSV, XLSX, PDF."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from io import StringIO
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request, url_for
from werkzeug.wsgi import wrap_file

from runner.domain.calendar import local_date
from runner.domain.form import FieldFault
from runner.domain.settlement import Period
from runner.language import say
from runner.reports import period, settlement_paper, settlement_table, vocabulary
from runner.reports.bars import chart
from runner.reports.settlement_table import CODE, TITLE
from runner.reports.spreadsheet import cell
from runner.services.settlements import LISTED, READERS, Grouping, Scope
from runner.services.version import Version
from runner.web import current, policy, workbook
from runner.web.register import day_asked

blueprint = Blueprint("statistics", __name__)

MONTHS: Final = 6
"""How many months the trend shows."""
FIELDS: Final = ("period", "since", "until", "by", "province", "agency", "procedure", "kind")
SINCE, UNTIL = "Từ ngày", "Đến hết ngày"
WRONG_ORDER = "“{label}” phải không trước ngày đầu của kỳ."
reader = policy.lane(*READERS)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, and what is wrong with it."""

    name: str
    first: date
    last: date
    period: Period
    scope: Scope
    by: Grouping
    faults: list[FieldFault]

    @property
    def query(self) -> dict[str, str]:
        """The same as the parameters of an address."""
        days = {"since": self.first.isoformat(), "until": self.last.isoformat()} if self.name == period.CHOSEN else {}
        return {
            key: str(value)
            for key, value in {"period": self.name, **days, "by": self.by, **asdict(self.scope)}.items()
            if value
        }


@blueprint.get("/statistics")
@reader
def show() -> str | tuple[str, int]:
    """The report of a period."""
    asked = read()
    runner = current.runner()
    lines = settlement_table.lines(runner.settlements.rows(g.person, asked.scope, asked.period, asked.by), asked.by)
    months = period.months(asked.last, MONTHS, current.now())
    trend = runner.settlements.trend(g.person, asked.scope, [each for _, each in months])
    series = [(name, figures) for (name, _), figures in zip(months, trend, strict=True)]
    shown = render_template(
        "statistics.html",
        asked=asked,
        choices=choices(),
        lines=lines,
        summed=settlement_table.summed(lines),
        series=series,
        chart=chart([(name, (each.early, each.in_time, each.late)) for name, each in series]),
        late=runner.settlements.late(g.person, asked.scope, asked.period),
        place=settlement_paper.place,
        listed=LISTED,
        table=settlement_table,
        names=period.NAMES,
        chosen=period.CHOSEN,
        address=lambda view="show", **more: address(f"statistics.{view}", asked, **more),
    )
    return (shown, 422) if asked.faults else shown


@blueprint.get("/statistics.csv")
@reader
def csv_file() -> Response:
    """The rows of the form for spreadsheets."""
    asked = read()
    written = StringIO("\ufeff")
    written.seek(1)
    rows = csv.writer(written, quoting=csv.QUOTE_ALL)
    rows.writerow([head for head, _ in settlement_table.columns(asked.by)])
    rows.writerows([cell(str(each)) for each in row] for row in settlement_table.cells(_lines(asked)))
    return named(Response(written.getvalue(), mimetype="text/csv"), "bieu-II.06a", asked, "csv")


@blueprint.get("/statistics.xlsx")
@reader
def xlsx_file() -> Response:
    """The same as a workbook."""
    asked = read()
    columns = settlement_table.columns(asked.by)
    book = workbook.written(f"{CODE} {say(TITLE)}", columns, settlement_table.cells(_lines(asked)), current.now())
    response = Response(wrap_file(request.environ, book), mimetype=workbook.TYPE, direct_passthrough=True)
    return named(response, "bieu-II.06a", asked, "xlsx")


@blueprint.get("/statistics.pdf")
@reader
def pdf_file() -> Response:
    """The same on paper, with the late dossiers."""
    asked, settlements = read(), current.runner().settlements
    content = settlement_paper.Content(
        first=asked.first,
        last=asked.last,
        issuer=issuer(asked).upper(),
        by=asked.by,
        rows=settlements.rows(g.person, asked.scope, asked.period, asked.by),
        late=settlements.late(g.person, asked.scope, asked.period),
        signer=g.person.name,
        at=current.now(),
    )
    return named(Response(settlement_paper.pdf(content), mimetype="application/pdf"), "bieu-II.06a", asked, "pdf")


def read() -> Asked:
    """What the address asks for; a name that means nothing here is left out."""
    known = choices()
    given = {key: request.args.get(key, "") for key in FIELDS}
    today, faults = local_date(current.now()), list[FieldFault]()
    name = given["period"] if given["period"] in period.NAMES else "month"
    first, last = period.days(name, today)
    if name == period.CHOSEN:
        since, until = day_asked("since", SINCE, faults), day_asked("until", UNTIL, faults)
        first = local_date(since) if since else first
        last = local_date(until) if until else last
        if last < first and not faults:
            faults.append(FieldFault("until", WRONG_ORDER, {"label": say(UNTIL)}))
        last = max(first, last)
    scope = Scope(**{key: given[key] if given[key] in known[key] else "" for key in known})
    by = Grouping(given["by"]) if given["by"] in set(Grouping) else Grouping.PROCEDURE
    return Asked(name, first, last, period.between(first, last, current.now()), scope, by, faults)


def choices() -> Mapping[str, dict[str, str]]:
    """What a report may be narrowed to, of the versions whose cases the person reports on: values and their names."""
    if "statistics" not in g:
        versions: list[Version] = current.runner().settlements.choices(g.person)
        g.statistics = {
            "province": {each.province.code: each.province.name for each in versions},
            "agency": {each.office.name: each.office.name for each in versions},
            "procedure": {
                each.procedure.code: f"{each.procedure.code.partition('/')[2]} {_title(each)}" for each in versions
            },
            "kind": {
                each.procedure.kind: say(vocabulary.PROCEDURE_KINDS.get(each.procedure.kind, each.procedure.kind))
                for each in versions
            },
        }
    found: Mapping[str, dict[str, str]] = g.statistics
    return found


def address(view: str, asked: Asked, **more: object) -> str:
    """The address of a page or a file with the same questions; of `more`, what is empty is left out."""
    values = {**asked.query, **more}
    return f"{url_for(view)}?{urlencode({key: value for key, value in values.items() if value})}"


def issuer(asked: Asked) -> str:
    """Whose report it is: the agency, or the province, where it is about one."""
    return asked.scope.agency or _only("agency") or _only("province")


def _only(name: str) -> str:
    """What a report is about where there is no choice."""
    found = list(choices()[name].values())
    return found[0] if len(found) == 1 else ""


def _title(version: Version) -> str:
    return version.procedure.title if g.language == "vi" else version.procedure.title_en


def _lines(asked: Asked) -> list[settlement_table.Line]:
    rows = current.runner().settlements.rows(g.person, asked.scope, asked.period, asked.by)
    return settlement_table.lines(rows, asked.by)


def named(response: Response, what: str, asked: Asked, kind: str) -> Response:
    """A file with its name: what it is and of which period."""
    name = f"{what}-{asked.first.isoformat()}-{asked.last.isoformat()}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
