"""Files of a case as a browser or a program gets them: to be saved, never shown in place, and never without a trace."""

from __future__ import annotations

import logging
from urllib.parse import quote

from flask import Response, g

from runner.web import current

log = logging.getLogger(__name__)


def answer(case: int, file: str) -> Response:
    """The file of a case with this SHA-256, piece by piece. The log gets who read it, with the request's number.

    Raises `CaseUnknown`, `FileUnknown`.
    """
    found, content = current.runner().attachments.get(case, file, g.person)
    log.info("file read", extra={"facts": {"person": g.person.id, "case": case, "sha256": found.sha256}})
    response = Response(content, mimetype=found.type)
    response.content_length = found.size
    # One way to write every name, with letters of Vietnamese or without (RFC 6266, RFC 8187).
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    return response
