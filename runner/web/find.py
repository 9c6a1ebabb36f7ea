"""The search box of every page: the whole number of a case leads to it, anything else to the cases that have the words.

Among them are all that the person may see, whoever holds them.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runner.reports import vocabulary
from runner.services.find import PAGE, WITHIN, Question
from runner.unicode import composed
from runner.web import current, policy, register

blueprint = Blueprint("find", __name__)

LONGEST = 200
"""Signs of what is looked for."""


@blueprint.get("/find")
@policy.signed_in
def show() -> str | Response:
    """What is found; the case itself where its whole number was typed or scanned."""
    words, before = asked(), register.behind()
    dossiers, now = current.runner().dossiers, current.now()
    if words and not before and (case := dossiers.exact(words, g.person, now)):
        return redirect(url_for("case.show", case=case.id), 303)
    shown, following = dossiers.page(Question(words), g.person, now, before, PAGE) if words else ([], None)
    return render_template(
        "find.html",
        sought=words,
        cases=shown,
        holders=dossiers.held(shown),
        versions=register.versions_of(shown),
        lane=vocabulary.lane,
        next=_address(words, following) if following else None,
        within=WITHIN if following and len(shown) < PAGE else 0,
        first=_address(words) if before else None,
        words=vocabulary,
    )


def asked() -> str:
    """The words that were typed."""
    return composed(request.values.get("q", ""))[:LONGEST].strip()


def _address(words: str, before: int | None = None) -> str:
    return f"{url_for('find.show')}?{urlencode({'q': words} | ({'before': str(before)} if before else {}))}"
