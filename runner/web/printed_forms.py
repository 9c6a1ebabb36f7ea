"""The papers of a case, to be printed on A4: the receipt (Mẫu 01) and the control slip (Mẫu 05)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, g, render_template
from markupsafe import Markup

from runner import formatting
from runner.clock import ZONE
from runner.domain.record import Head
from runner.language import speaking
from runner.papers.code import qr
from runner.reports import control_slip, receipt, vocabulary
from runner.web import case as cases
from runner.web import current, policy

blueprint = Blueprint("paper", __name__, url_prefix=cases.blueprint.url_prefix)


@blueprint.get("/receipt")
@policy.signed_in
def show_receipt(case: int) -> str:
    """Mẫu 01 of a case that has been accepted."""
    runner = current.runner()
    return page("receipt.html", receipt.describe(runner.audit, case, g.person))


@blueprint.get("/control-slip")
@policy.signed_in
def show_control_slip(case: int) -> str:
    """Mẫu 05 of a case that has been accepted, as it stands now, with the newest signed head of the record log.

    The paper leaves the house, and with it a head that nobody who changes the database can take back.
    """
    runner = current.runner()
    slip = control_slip.describe(runner.audit, case, g.person)
    return page("control_slip.html", slip, head=runner.record_log.newest())


def page(template: str, paper: Any, *, tried: bool = False, head: Head | None = None) -> str:
    """A paper as a page. It goes into the file, so it is in Vietnamese, not in the language of the reader.

    Of a case that is only `tried`, it says so, and leads to no case.
    """
    with speaking("vi"):
        return render_template(
            template,
            paper=paper,
            facts=paper.version.procedure,
            place=paper.version.province,
            office=paper.version.office,
            issued=formatting.written_day(paper.issued),
            written=_written,
            words=vocabulary,
            language="vi",
            tried=tried,
            head=head,
            code=Markup(qr(head.note)) if head else "",  # noqa: S704  # drawn by us, of squares alone
        )


def _written(at: datetime | None, short: bool = False) -> Markup:
    """A moment (aware) as the forms have it, in local time; the `short` one for tables."""
    if at is None:
        return Markup()
    local = at.astimezone(ZONE)
    said = formatting.written(at, short=short)
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="seconds"), said)
