"""What the parts of a draft's pages share when they keep something: the save that a browser saw, files, answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import Response, g, json, request

from runner import formatting
from runner.domain.procedure_draft import ProcedureDraft, Save
from runner.errors import MotcuaError, Refused
from runner.language import say
from runner.web import current, errors
from runner.web.number import whole_number


class UploadMissing(Refused):
    """Hãy chọn một tệp để tải lên."""


def opened(draft: int) -> tuple[ProcedureDraft, dict[str, bytes]]:
    """A draft and its newest files. Raises `DraftUnknown`."""
    drafts = current.runner().procedure_drafts
    found = drafts.get(draft, g.person)
    return found, drafts.files(draft, g.person, found.save)


def save(draft: int, changed: Mapping[str, bytes | None]) -> Save:
    """Keep files, on the save that the page shows (`_base`). Raises as `Drafts.save` does."""
    base = request.form.get("_base", 0, type=whole_number)
    return current.runner().procedure_drafts.save(draft, changed, g.person, current.now(), base=base)


def told(kept: Save) -> str:
    """The sentence of the page's head."""
    return say("Đã lưu lúc {at}", at=formatting.moment(kept.at))


def uploaded() -> bytes:
    """The content of the file that came along. Raises `UploadMissing`."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise UploadMissing
    data: bytes = sent.read()
    return data


def file(data: bytes, name: str, type: str) -> Response:
    """A file to be stored."""
    return Response(data, mimetype=type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def answered(view: Callable[..., dict[str, Any]]) -> Callable[..., Response]:
    """Answer a script in JSON; what is refused as ``problem``, the sentence for the person. A decorator of views."""

    @wraps(view)
    def wrapper(*args: Any, **named: Any) -> Response:
        try:
            body, code = view(*args, **named), 200
        except MotcuaError as error:
            if (code := errors.status(error)) >= 500:
                raise
            body = {"problem": str(error)}
        return Response(json.dumps(body), code, mimetype="application/json")

    return wrapper
