"""The language of a page: what the visitor chose, else what their browser prefers, else Vietnamese."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Blueprint, Flask, g, redirect, request
from werkzeug.wrappers import Response

from runner.language import DEFAULT, LANGUAGES, speaking
from runner.web import login_session, policy

COOKIE = "language"
NAMES = {"vi": "Tiếng Việt", "en": "English"}
"""What each language calls itself."""
_YEAR = 365 * 24 * 3600

blueprint = Blueprint("language", __name__)


def install(app: Flask) -> None:
    """Answer every request in its language."""
    app.before_request(_begin)
    app.teardown_request(_end)


@blueprint.post("/language")
@policy.public
def choose() -> Response:
    """Keep a choice of language, and go back to the page it was made on."""
    response = redirect(login_session.inside(request.form.get("next")), 303)
    if (language := request.form.get("language")) in LANGUAGES:
        response.set_cookie(COOKIE, str(language), _YEAR, secure=login_session.secure(), httponly=True, samesite="Lax")
    return response


def _begin() -> None:
    preferred = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    wanted = (request.cookies.get(COOKIE), *preferred)
    g.language = next((each for each in wanted if each in LANGUAGES), DEFAULT)
    g.speaking = ExitStack()
    g.speaking.enter_context(speaking(g.language))


def _end(_: BaseException | None) -> None:
    if "speaking" in g:
        g.pop("speaking").close()
