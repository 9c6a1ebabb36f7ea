"""The studio: the pages on which analysts work on procedure drafts. Each part is a blueprint below this one."""

from __future__ import annotations

from flask import Blueprint

from runner.web.studio import approval, drafts, panel

blueprint = Blueprint("studio", __name__, url_prefix="/studio")
for part in (drafts.blueprint, approval.blueprint, panel.blueprint):
    blueprint.register_blueprint(part)
