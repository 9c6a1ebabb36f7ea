"""The studio: the pages on which analysts work on procedure drafts. Each part is a blueprint below this one."""

from __future__ import annotations

from flask import Blueprint

from runner.web.studio import (
    approval,
    archive,
    catalogue,
    contract,
    diagram,
    difference,
    drafts,
    facts,
    forms,
    help,
    impact,
    law,
    new,
    panel,
    scenarios,
    tables,
    tutorial,
)

PARTS = (
    catalogue.blueprint,
    archive.blueprint,
    drafts.blueprint,
    diagram.blueprint,
    tables.blueprint,
    forms.blueprint,
    help.blueprint,
    contract.blueprint,
    tutorial.blueprint,
    impact.blueprint,
    new.blueprint,
    panel.blueprint,
    difference.blueprint,
    facts.blueprint,
    scenarios.blueprint,
    approval.blueprint,
    law.blueprint,
)

blueprint = Blueprint("studio", __name__, url_prefix="/studio")
for part in PARTS:
    blueprint.register_blueprint(part)
