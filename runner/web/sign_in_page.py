"""The page on which people sign in."""

from __future__ import annotations

from flask import render_template

from runner.errors import Refused
from runner.reports.people import work
from runner.web import current


def page(target: str, name: str = "", error: Refused | None = None, typed: str = "") -> str:
    """The page to sign in; in a demonstration with the accounts to choose from. What was `typed` goes along."""
    runner = current.runner()
    password = runner.accounts.demonstration()
    known = [(each, *work(current.organisations(), each)) for each in runner.people.all()] if password else []
    facts = {"target": target, "name": name, "error": error, "password": password, "people": known, "typed": typed}
    return render_template("login.html", **facts)
