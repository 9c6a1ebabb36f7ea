"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from runner.language import say
from runner.services.accounts import SignInFailed, TooManyTries
from runner.web import current, errors, kept, login_session, policy, sign_in_page

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
@policy.public
def form() -> str | Response:
    """The form to sign in."""
    target = login_session.inside(request.args.get("next"))
    return redirect(target, 303) if g.person else sign_in_page.page(target)


@blueprint.post("/login")
@policy.public
def enter() -> Response | str | tuple[str, int]:
    """Sign in and go on to the page that was asked for, with what was typed there before the session ended.

    A refusal reads the same for every cause.
    """
    target, name = login_session.inside(request.form.get("next")), request.form.get("person", "").strip()
    typed = request.form.get(kept.FIELD, "")
    address = request.remote_addr or ""
    try:
        new = current.runner().accounts.sign_in(name, request.form.get("password", ""), address, current.now())
    except (SignInFailed, TooManyTries) as error:
        return sign_in_page.page(target, name, error, typed), errors.status(error)
    login_session.begin(new)
    g.person = current.runner().accounts.visitor(new, current.now())
    if g.person and typed and (texts := kept.read(typed)) and (shown := kept.restored(target, texts, g.person)):
        return shown
    return redirect(target, 303)


@blueprint.post("/logout")
@policy.public
def leave() -> Response:
    """Sign out; twice does no harm."""
    login_session.end()
    flash(say("Anh/chị đã đăng xuất."))
    return redirect(url_for("login.form"), 303)
