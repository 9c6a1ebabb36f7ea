"""A new procedure in 30 minutes, as a page: each step with what to type, choose and press, and what is then seen."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template

from runner.authoring.help import tutorial
from runner.language import current as language
from runner.web import policy

WHO: Final = {
    "analyst": "Người vẽ quy trình",
    "second": "Người phê duyệt",
    "clerk": "Công chức một cửa",
}
"""What those are called who do the steps."""

blueprint = Blueprint("tutorial", __name__)


@blueprint.get("/help/tutorial")
@policy.signed_in
def show() -> str:
    """The steps of the tutorial."""
    return render_template("studio/help_tutorial.html", steps=tutorial.steps(), who=WHO, language=language())
