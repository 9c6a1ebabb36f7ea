"""Where the next page begins, as a text that only we can write: programs hand it back and read nothing from it."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer

from runner.web.api.request import Parameter, text, whole
from runner.web.errors import RequestUnclear

LARGEST = 200

LIMIT = Parameter("limit", whole(1, LARGEST), "Số mục nhiều nhất của một trang.", default=50)
CURSOR = Parameter("cursor", text(1_000), "Giá trị “next” của trang trước; bỏ trống ở trang đầu.")


class CursorUnknown(RequestUnclear):
    """Dấu trang “cursor” không dùng được ở đây; hãy lấy lại từ trang đầu."""


def write(place: object) -> str:
    """The cursor of the page that begins behind `place` (JSON values), for this route alone."""
    return str(_signer().dumps(place))


def read(cursor: str | None) -> Any:
    """The place in a cursor of this route; None for none. Raises `CursorUnknown`."""
    if cursor is None:
        return None
    try:
        return _signer().loads(cursor)
    except BadData:
        raise CursorUnknown from None


def _signer() -> URLSafeSerializer:
    config = current_app.config
    keys = [*reversed(config["SECRET_KEY_FALLBACKS"]), config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt=f"cursor {request.endpoint}")
