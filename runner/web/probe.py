"""What machines ask: is it alive, can it serve, how is it doing."""

from __future__ import annotations

from flask import Blueprint, Response

from runner.errors import Conflict
from runner.web import current, metric, policy

blueprint = Blueprint("probe", __name__)


@blueprint.get("/healthz")
@policy.impersonal
def alive() -> Response:
    """Whether this process answers at all."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@policy.impersonal
def ready() -> Response:
    """Whether the database answers and has the tables of this version; 503 when not."""
    try:
        able = current.runner().health.ready()
    except Conflict:
        able = False
    return Response("ready\n" if able else "not ready\n", 200 if able else 503, mimetype="text/plain")


@blueprint.get("/metrics")
@policy.nearby
def metrics() -> Response:
    """The figures for Prometheus."""
    runner = current.runner()
    figures = metric.text(runner.health, runner.calendars, runner.verification, current.now())
    return Response(figures, mimetype="text/plain; version=0.0.4")
