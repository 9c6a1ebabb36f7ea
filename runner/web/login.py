"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runner.errors import Refused
from runner.language import say
from runner.reports.people import work
from runner.services.accounts import SignInFailed, TooManyTries
from runner.web import current, errors, login_session, policy

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
@policy.public
def form() -> str | Response:
    """The form to sign in."""
    target = login_session.inside(request.args.get("next"))
    return redirect(target, 303) if g.person else page(target)


@blueprint.post("/login")
@policy.public
def enter() -> Response | tuple[str, int]:
    """Sign in and go on to the page that was asked for. A refusal reads the same for every cause."""
    target, name = login_session.inside(request.form.get("next")), request.form.get("person", "").strip()
    address = request.remote_addr or ""
    try:
        new = current.runner().accounts.sign_in(name, request.form.get("password", ""), address, current.now())
    except (SignInFailed, TooManyTries) as error:
        return page(target, name, error), errors.status(error)
    login_session.begin(new)
    return redirect(target, 303)


@blueprint.post("/logout")
@policy.public
def leave() -> Response:
    """Sign out; twice does no harm."""
    login_session.end()
    flash(say("Anh/chị đã đăng xuất."))
    return redirect(url_for("login.form"), 303)


def page(target: str, name: str = "", error: Refused | None = None) -> str:
    """The page to sign in; in a demonstration with the accounts to choose from."""
    runner = current.runner()
    password = runner.accounts.demonstration()
    known = [(each, *work(current.organisations(), each)) for each in runner.people.all()] if password else []
    return render_template("login.html", target=target, name=name, error=error, password=password, people=known)
