"""Login sessions: the cookie that says whose browser this is. A visitor has one too, stored nowhere else.

Signing in gives the browser a new id, so one that someone else planted or saw before is worth nothing (OWASP ASVS
7.2.4). Short notices for the next page (``flash``) travel in a signed cookie of their own.
"""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from runner.domain.person import Person
from runner.web import current

LIVE = "X-Live"
"""The header of what a page asks for by itself, again and again, with nobody before it perhaps."""
_ID = re.compile(r"[A-Za-z0-9_-]{43}")


class Notices(SecureCookieSessionInterface):
    """Flask's own session, for notices only: signed, for this browser session, by HTTPS where there is HTTPS."""

    def __init__(self, app: Flask) -> None:
        self.signing = super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return self.signing

    def get_cookie_name(self, app: Flask) -> str:
        return _cookie("notice")

    def get_cookie_secure(self, app: Flask) -> bool:
        return secure()

    def get_cookie_samesite(self, app: Flask) -> str:
        return "Lax"


def install(app: Flask) -> None:
    """Give every browser that needs one its cookie."""
    app.session_interface = Notices(app)
    app.after_request(_keep)


def id() -> str:
    """The id of this session; a new one when the browser sent none."""
    if "login_session" not in g:
        sent = request.cookies.get(_cookie("visit"), "")
        g.login_session = sent if _ID.fullmatch(sent) else _renewed()
    known: str = g.login_session
    return known


def person() -> Person | None:
    """Who has signed in here, with their lanes as they are now; None without a login session that is still valid."""
    if request.cookies.get(_cookie("visit")) is None:
        return None
    return current.runner().accounts.visitor(id(), current.now(), present=LIVE not in request.headers)


def begin(new: str) -> None:
    """This browser has signed in: from now on its session is `new`, and the one before is no more."""
    current.runner().accounts.leave(id(), current.now())
    g.login_session, g.login_session_new = new, True


def end() -> None:
    """This browser has signed out."""
    current.runner().accounts.leave(id(), current.now())
    g.login_session, g.person = _renewed(), None


def secure() -> bool:
    """Whether cookies of this request are for HTTPS only: they are wherever it is served by HTTPS, or should be."""
    return request.is_secure or current.runner().settings.production


def inside(address: str | None) -> str:
    """`address` if it is a path of this site, else the first page: no link to us sends a person elsewhere."""
    if address and re.fullmatch(r"/(?![/\\])[^\\\x00-\x20]*", address):
        return address
    return "/"


def _renewed() -> str:
    g.login_session_new = True
    return secrets.token_urlsafe(32)


def _cookie(name: str) -> str:
    """A cookie's name; with this prefix browsers refuse one that a neighbouring host tries to set."""
    return f"__Host-{name}" if secure() else name


def _keep(response: Response) -> Response:
    if g.get("login_session_new"):
        response.set_cookie(_cookie("visit"), g.login_session, secure=secure(), httponly=True, samesite="Lax")
    return response
