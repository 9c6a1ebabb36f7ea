"""What can go wrong, as an answer: the one place where errors become HTTP, for people a page, for programs a problem.

Problems are RFC 9457 (``application/problem+json``).
"""

from __future__ import annotations

import logging
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, json, render_template, request
from werkzeug.exceptions import HTTPException

from runner.domain.deployment import VersionAltered
from runner.errors import Busy, Conflict, DiagramInvalid, Divergence, IncidentRaised, MotcuaError, NotFound, Refused
from runner.language import say
from runner.services.accounts import SignInFailed, TooManyTries
from runner.services.attachments import CaseFull, FileTooLarge
from runner.services.confirmation import SignScopeMissing
from runner.services.tasks import FormRefused
from runner.web import current, kept, sign_in_page
from runner.web.policy import ScopeMissing, SignInNeeded, TokenNeeded
from runner.web.response import Fault, Problem
from runner.web.security import LARGEST, CharacterForbidden, FormForged


class RequestUnclear(Refused):
    """Không hiểu được yêu cầu."""


STATUS: tuple[tuple[type[MotcuaError], int], ...] = (
    (SignInNeeded, 401),
    (TokenNeeded, 401),
    (SignInFailed, 401),
    (ScopeMissing, 403),
    (SignScopeMissing, 403),
    (TooManyTries, 429),
    (CharacterForbidden, 400),
    (FormForged, 400),
    (RequestUnclear, 400),
    (FileTooLarge, 413),
    (CaseFull, 413),
    (VersionAltered, 500),
    (NotFound, 404),
    (Busy, 503),
    (Conflict, 409),
    (Refused, 422),
    (DiagramInvalid, 422),
    (IncidentRaised, 500),
    (Divergence, 500),
)
"""The first that fits counts; what is none of these is a defect, 500."""

RETRY_AFTER = {429: "60", 503: "5"}
API = "/api/"

log = logging.getLogger(__name__)


class Defect(IncidentRaised):
    """Hệ thống gặp lỗi ngoài dự kiến; nội dung vừa gửi có thể chưa được ghi nhận."""


class Oversized(Refused):
    """Nội dung gửi lên lớn hơn mức cho phép."""


class UploadOversized(Oversized):
    """Các tệp gửi lên quá lớn: mỗi tệp tối đa {file} MB, mỗi lần gửi tối đa {request} MB. Nội dung vừa nhập chưa được lưu; hãy quay lại trang trước và gửi ít tệp hơn."""  # noqa: E501


class MethodUnknown(Refused):
    """Trang này không nhận kiểu yêu cầu đó."""


class MediaUnknown(Refused):
    """Nội dung gửi lên phải là JSON (Content-Type: application/json)."""


class AddressUnknown(NotFound):
    """Không có trang này."""


_OF_HTTP: dict[int, type[MotcuaError]] = {404: AddressUnknown, 405: MethodUnknown, 415: MediaUnknown}

TITLES = {
    400: "Yêu cầu không hợp lệ",
    401: "Cần đăng nhập",
    403: "Không có quyền",
    404: "Không tìm thấy",
    405: "Yêu cầu không hợp lệ",
    409: "Đã có thay đổi",
    413: "Nội dung quá lớn",
    415: "Yêu cầu không hợp lệ",
    422: "Chưa thực hiện được",
    429: "Quá nhiều lần thử",
    500: "Có sự cố",
    503: "Hệ thống đang bận",
}
"""What a page of each status is called."""


def install(app: Flask) -> None:
    """Answer every error."""
    app.register_error_handler(MotcuaError, _known)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _unknown)


def status(error: MotcuaError) -> int:
    """The HTTP status that an error is answered with."""
    return next((code for kind, code in STATUS if isinstance(error, kind)), 500)


def problem(error: MotcuaError, code: int) -> Problem:
    """The error for programs; ``errors`` are the faults field by field, ``incident`` the number in the log."""
    return Problem(
        type=f"urn:motcua:{type(error).__name__}",
        title=say(TITLES.get(code, TITLES[500])),
        status=code,
        detail=str(error).partition("\n")[0],
        instance=request.path,
        errors=[Fault(each.path, each.message) for each in error.faults] if isinstance(error, FormRefused) else (),
        incident=g.number if code >= 500 else "",
    )


def _known(error: MotcuaError) -> Response:
    code = status(error)
    if code >= 500:
        log.error("%s", error, exc_info=error)
    return _answer(error, code)


def _of_http(error: HTTPException) -> Response:
    code = error.code or 500
    if code < 400:  # a redirect
        return Response(error.get_response(request.environ).get_data(), code, dict(error.get_headers(request.environ)))
    answer = _answer(_oversized() if code == 413 else _OF_HTTP.get(code, RequestUnclear)(), code)
    if "Allow" in (headers := dict(error.get_headers(request.environ))):
        answer.headers["Allow"] = headers["Allow"]
    return answer


def _oversized() -> Oversized:
    most = request.max_content_length or 0
    if most <= LARGEST:
        return Oversized()
    return UploadOversized(file=current.runner().settings.file_mb, request=most // 1024**2)


def _unknown(error: Exception) -> Response:
    log.exception("defect")
    return _answer(Defect(), 500)


def _answer(error: MotcuaError, code: int) -> Response:
    if request.path.startswith(API) or request.accept_mimetypes.best == "application/json":  # a script of a page
        response = Response(json.dumps(problem(error, code).members()), code, mimetype="application/problem+json")
    else:
        response = Response(_page(error, code), code, mimetype="text/html")
    if code in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[code]
    if code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer" if request.path.startswith(API) else "Form"
    if "HX-Request" in request.headers:  # the page's main part takes the place of that of the page one is on
        response.headers |= {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}
    return response


def _page(error: MotcuaError, code: int) -> str:
    facts: dict[str, Any] = {"error": error, "status": code, "title": TITLES.get(code, TITLES[500])}
    facts["incident"] = g.number if code >= 500 else None
    with suppress(Exception):
        if isinstance(error, SignInNeeded) and (typed := kept.sent()):
            return sign_in_page.page(kept.address(request.path), "", error, typed)
        return render_template("error.html", **facts)
    # The page around needs what is broken, as when the database is away: the sentence alone has to do.
    return render_template("bare.html", **facts)
