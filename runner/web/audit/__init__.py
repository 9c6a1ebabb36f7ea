"""The desk: the pages on which auditors read the record. Each part is a blueprint below it; none changes a case."""

from __future__ import annotations

from flask import Blueprint

from runner.web.audit import (
    evidence,
    find,
    history,
    home,
    many,
    mining,
    reexecution,
    replay,
    retention,
    rules,
    samples,
    verification,
)

PARTS = (
    home.blueprint,
    find.blueprint,
    verification.blueprint,
    many.blueprint,
    samples.blueprint,
    evidence.blueprint,
    mining.blueprint,
    replay.blueprint,
    reexecution.blueprint,
    rules.blueprint,
    history.blueprint,
    retention.blueprint,
)

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
for part in PARTS:
    blueprint.register_blueprint(part)
