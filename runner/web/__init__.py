"""The pages and the REST interface: parse what is asked, call one service, render what it answers. Only Flask here."""

from __future__ import annotations

from flask import Flask

from runner.app import Runner
from runner.web import (
    api,
    asset,
    audit,
    calendar,
    case,
    division,
    engine_rest,
    errors,
    find,
    home,
    inbox,
    incident,
    intake,
    language,
    log,
    login,
    login_session,
    many,
    number,
    organisation,
    page,
    policy,
    preview,
    printed_forms,
    probe,
    procedures,
    reading,
    register,
    security,
    statistics,
    studio,
    task,
    waiting,
)

BLUEPRINTS = (
    asset.blueprint,
    probe.blueprint,
    login.blueprint,
    language.blueprint,
    home.blueprint,
    inbox.blueprint,
    many.blueprint,
    intake.blueprint,
    task.blueprint,
    api.blueprint,
    case.blueprint,
    preview.blueprint,
    printed_forms.blueprint,
    division.blueprint,
    incident.every,
    incident.blueprint,
    procedures.blueprint,
    register.blueprint,
    find.blueprint,
    statistics.blueprint,
    waiting.blueprint,
    calendar.blueprint,
    organisation.blueprint,
    studio.blueprint,
    audit.blueprint,
    engine_rest.blueprint,
)
"""Every part of the site; each route in them has a policy."""


def create_app(runner: Runner) -> Flask:
    """The site of `runner`. Raises `SecretMissing`, `DemoInProduction`, and `NoPolicy` for a route without a policy."""
    app = Flask("runner.web", static_folder=None)
    app.extensions["runner"] = runner
    number.install(app)
    # What these do before a request is done in this order, what they do after it in the reverse one.
    for part in (log, language, security, login_session, policy, page, errors):
        part.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    policy.check(app)
    reading.install(app)
    return app
