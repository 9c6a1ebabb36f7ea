"""Files of a case looked at in the page: their pages as pictures, which are drawn where nothing of theirs can run."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, g, render_template

from runner.domain.form import Attachment
from runner.papers.preview import SHOWN_PAGES, Preview, PreviewFailed, preview
from runner.web import case as cases
from runner.web import current, policy

blueprint = Blueprint("preview", __name__, url_prefix=f"{cases.blueprint.url_prefix}/files/<file>")

log = logging.getLogger(__name__)


@blueprint.get("/preview")
@policy.signed_in
def show(case: int, file: str) -> str | tuple[str, int]:
    """All pages of a file; a sentence for one that cannot be drawn. Raises `CaseUnknown`, `FileUnknown`."""
    found, content = _read(case, file)
    pages, failed = 0, None
    try:
        pages = min(preview(found.type, content).pages, SHOWN_PAGES)
    except PreviewFailed as error:
        failed = error
    page = render_template("preview.html", case=case, file=found, pages=pages, failed=failed)
    return (page, 422) if failed else page


@blueprint.get("/pages/<int:number>.png")
@policy.signed_in
def picture(case: int, file: str, number: int) -> Response:
    """A page (from 1) as PNG. Raises `PreviewFailed`, `CaseUnknown`, `FileUnknown`."""
    found, content = _read(case, file)
    drawn: Preview = preview(found.type, content, number - 1)
    return Response(drawn.png, mimetype="image/png")


def _read(case: int, file: str) -> tuple[Attachment, bytes]:
    """A file that the person may read; the log gets who read it, with the request's number."""
    found, content = current.runner().attachments.get(case, file, g.person)
    log.info("file read", extra={"facts": {"person": g.person.id, "case": case, "sha256": found.sha256}})
    return found, b"".join(content)
