"""A draft's files as a zip, and a zip as a draft."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from runner.authoring import archive
from runner.authoring.refusal import DraftExists
from runner.domain.deployment import ProcedureUnknown
from runner.domain.form import FieldFault
from runner.domain.procedure_draft import Origin
from runner.errors import Refused
from runner.language import say
from runner.web import current, policy, security
from runner.web.number import whole_number
from runner.web.studio import drafts, frame

blueprint = Blueprint("archive", __name__)
_DRAFT = "/drafts/<int:draft>"


@blueprint.get("/import")
@policy.analyst
def form() -> str:
    """Where a zip is handed in."""
    return _form()


@blueprint.post("/import")
@security.takes_files
@policy.analyst
def create() -> Answer | tuple[str, int]:
    """A draft with the files of a zip, of the procedure whose diagram is in it."""
    made = current.runner().procedure_drafts
    try:
        files = _sent()
        draft = made.create(archive.code(files), files, g.person, current.now(), Origin.ARCHIVE)
    except DraftExists as error:
        flash(str(error), "warning")
        return redirect(url_for("studio.drafts.show", draft=error.facts["draft"]), 303)
    except (Refused, ProcedureUnknown) as error:
        return _form([FieldFault.told("file", error)]), 422
    flash(say("Đã nhập {count} tệp thành bản nháp của {procedure}.", count=len(files), procedure=draft.procedure))
    return redirect(frame.first(draft), 303)


@blueprint.get(f"{_DRAFT}/files.zip")
@policy.analyst
def download(draft: int) -> Response:
    """The very files of the draft, as the newest save left them or the save ``?save=``."""
    found = current.runner().procedure_drafts
    data = archive.pack(found.files(draft, g.person, request.args.get("save", type=whole_number)))
    name = found.get(draft, g.person).procedure.replace("/", "_")
    response = Response(data, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return response


@blueprint.post(f"{_DRAFT}/import")
@security.takes_files
@policy.analyst
def replace(draft: int) -> Answer | tuple[str, int]:
    """The files of a zip in place of the draft's, as a save."""
    found = current.runner().procedure_drafts
    base = request.form.get("base", 0, type=whole_number)
    try:
        changed = archive.replacing(found.files(draft, g.person), _sent(), found.get(draft, g.person).procedure)
        note = say("Nhập từ tệp zip")
        made = found.save(draft, changed, g.person, current.now(), base=base, note=note)
    except Refused as error:
        return drafts.history_page(draft, [FieldFault.told("file", error)]), 422
    flash(say("Đã nhập tệp zip; bản nháp nay ở lần lưu {number}.", number=made.number))
    return redirect(url_for("studio.drafts.history", draft=draft), 303)


def _sent() -> dict[str, bytes]:
    """The files of the zip that was sent."""
    sent = request.files.get("file")
    return archive.unpack(sent.stream.read(archive.MAX_BYTES + 1) if sent else b"")


def _form(faults: list[FieldFault] | None = None) -> str:
    return render_template("studio/import.html", faults=faults or [])
