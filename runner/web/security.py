"""Walls around every request: hosts, sizes, forged forms, headers, and the secret that signs.

Sources: OWASP ASVS 5.0 chapters 3 and 7; OWASP's cheat sheet on CSRF (signed double-submit cookie).
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from runner.app import Runner
from runner.config import SHORTEST_SECRET, SecretMissing, Settings
from runner.errors import Refused
from runner.web import login_session, policy

LARGEST = 1024 * 1024
"""Bytes of a request that brings no files."""
UPLOADS = 5
"""How many of the largest files a form may bring at once."""
LARGEST_FORM = 512 * 1024
PARTS = 500

CSRF_FIELD, CSRF_HEADER = "csrf", "X-CSRF-Token"
SAFE = ("GET", "HEAD", "OPTIONS")

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"


class CharacterForbidden(Refused):
    """Yêu cầu có ký tự không lưu được (ký tự NUL); hãy bỏ ký tự đó rồi gửi lại."""


class FormForged(Refused):
    """Trang đã cũ hoặc yêu cầu không đến từ trang này; hãy tải lại trang rồi gửi lại."""


View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """Let a view's forms bring files, from a person who has signed in. A decorator, beside the view's policy."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def largest_upload(settings: Settings) -> int:
    """Bytes of a request that may bring files."""
    return LARGEST + UPLOADS * settings.file_mb * 1024 * 1024


def install(app: Flask) -> None:
    """Put up the walls. Raises `SecretMissing`, `DemoInProduction`."""
    runner: Runner = app.extensions["runner"]
    settings = runner.settings
    runner.guard()
    key, *old = keys(settings)
    app.config.update(
        SECRET_KEY=key,
        SECRET_KEY_FALLBACKS=old,
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=LARGEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=PARTS,
    )
    if hops := settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(_known_host)
    app.before_request(_roomy)
    app.before_request(_storable)
    app.before_request(_own_form)
    app.after_request(_headers)


def keys(settings: Settings) -> tuple[str, ...]:
    """The secrets to sign with; on a machine of one's own, one made for it and kept in ``var/secret``."""
    if settings.secrets:
        return settings.secrets
    if settings.production:
        raise SecretMissing(least=SHORTEST_SECRET)
    return (_kept(Path("var/secret")),)


def csrf() -> str:
    """What a form of this session has to send along; another each time, so that compression reveals nothing."""
    salt = secrets.token_urlsafe(16)
    return f"{salt}.{_signature(current_app.config['SECRET_KEY'], salt)}"


def _kept(path: Path) -> str:
    """The secret in a file that only its owner may read, made when there is none; two who make it agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")  # threads share a process number
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


def _signature(key: str, salt: str) -> str:
    return hmac.new(key.encode(), f"csrf {salt} {login_session.id()}".encode(), sha256).hexdigest()


def _known_host() -> Response | None:
    if isinstance(request.routing_exception, SecurityError):  # no page: its links would lead to that host
        return Response("400 Bad Request\n", 400, mimetype="text/plain")
    return None


def _roomy() -> None:
    """Before anything looks at what was sent: a page that takes files has room for them. Strangers have none."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method not in SAFE and hasattr(view, "takes_files") and login_session.person() is not None:
        request.max_content_length = largest_upload(current_app.extensions["runner"].settings)


def _storable() -> None:
    """Refuse NUL: no one types it, and PostgreSQL can neither store nor search for it."""
    rule = policy.of(request.endpoint)
    if rule is not None and rule.known_by == "token":  # the interface names the parameter to programs
        return
    given = (text for texts in (request.args, request.form) for pair in texts.items(multi=True) for text in pair)
    if "\x00" in request.path or any("\x00" in text for text in given):
        raise CharacterForbidden


def _own_form() -> None:
    """Refuse what changes something and was not sent from a page of this session."""
    rule = policy.of(request.endpoint)
    if request.method in SAFE or rule is None or rule.known_by == "token":
        return
    sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    salt, _, signature = sent.partition(".")
    known = (current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"])
    if not any(hmac.compare_digest(signature.encode(), _signature(key, salt).encode()) for key in known):
        raise FormForged


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = HSTS
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
