"""The evidence bundle of a case: what it would hold, a form with its ground, those that were made."""

from __future__ import annotations

from collections.abc import Sequence
from tempfile import TemporaryFile

from flask import Blueprint, Response, g, request, send_file

from runner.domain.form import FieldFault
from runner.services.text_rules import LENGTH, ReasonMissing
from runner.web import current, policy
from runner.web.audit import frame

blueprint = Blueprint("evidence", __name__, url_prefix="/cases/<int(max=999999999999999999):case>/evidence")


@blueprint.get("")
@policy.auditor
def show(case: int) -> str:
    """What a bundle would hold, and those that were made."""
    return page(case)


@blueprint.post("")
@policy.auditor
def make(case: int) -> Response | tuple[str, int]:
    """A bundle, to be kept as a file; it was recorded before it goes out."""
    ground, everything = request.form.get("ground", ""), request.form.get("everything") == "on"
    file = TemporaryFile(prefix="motcua-")  # noqa: SIM115 - the answer closes it when it has gone out
    try:
        current.runner().evidence.export(case, ground, g.person, current.now(), file, everything=everything)
    except ReasonMissing as error:
        file.close()
        return page(case, [FieldFault.told("ground", error)], ground, everything=everything), 422
    except BaseException:
        file.close()
        raise
    answer = send_file(file, "application/zip", as_attachment=True, download_name=f"{name(case)}.zip")
    answer.call_on_close(file.close)
    return answer


def page(case: int, faults: Sequence[FieldFault] = (), ground: str = "", *, everything: bool = True) -> str:
    """The page, with what is wrong with what was typed on it."""
    runner = current.runner()
    outlook = runner.evidence.outlook(case, g.person)
    found, _, _ = runner.cases.get(case, g.person)
    return frame.case_page(
        "audit/evidence.html",
        found,
        outlook=outlook,
        made=runner.evidence.made(case, g.person),
        faults=faults,
        ground=ground,
        everything=everything,
        longest=LENGTH,
    )


def name(case: int) -> str:
    """What the file is called: the case's number, which every system can have in a name."""
    found, _, _ = current.runner().cases.get(case, g.person)
    return f"ho-so-{found.number or found.id}"
