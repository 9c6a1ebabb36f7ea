"""Pages of one case: who opens one without a part in the case is told to the record, in the same request.

Every route that has a ``case`` is one, so that no page can be forgotten. A view that refuses (there is no such case, or
not for this person) tells nothing; where the record cannot be written, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask import Flask, g, request

from runner.web import current

PAGES: Final = {
    "case.journal": "journal",
    "case.file": "file",
    "api.journal": "journal",
    "api.file": "file",
    "api.replay": "verification",
}
"""What the record calls these routes; another is called by its part of the site, so that a page and the pictures on it
are one reading."""
PARTS: Final = {"api": "case"}


def install(app: Flask) -> None:
    """Put every view of one case under this rule; called when all routes are there."""
    for rule in app.url_map.iter_rules():
        if "case" in rule.arguments and (reads := _page(rule.endpoint)):
            view = app.view_functions[rule.endpoint]
            if not hasattr(view, "reads"):
                app.view_functions[rule.endpoint] = _told(view, reads)


def _page(endpoint: str) -> str:
    part = endpoint.rpartition(".")[0].rpartition(".")[2]
    return PAGES.get(endpoint) or PARTS.get(part, part)


def _told(view: Callable[..., Any], page: str) -> Callable[..., Any]:
    @wraps(view)
    def read(*args: Any, **values: Any) -> Any:
        answer = view(*args, **values)
        if request.method in ("GET", "HEAD") or request.endpoint == "api.replay" or page in _DESK:
            current.runner().readings.note(values["case"], g.person, page, current.now())
        return answer

    read.reads = page  # type: ignore[attr-defined]
    return read


_DESK: Final = ("replay", "reexecution", "evidence")
"""The desk's pages of one case: what is asked of them by a form is a reading too."""
