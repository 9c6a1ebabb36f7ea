"""Where a WSGI server begins."""

from __future__ import annotations

import os
from contextlib import suppress

from flask import Flask

from runner.app import Runner
from runner.config import Settings
from runner.language import LANGUAGES, catalogue
from runner.web import create_app, log, metric


def application() -> Flask:
    """The site by the settings in the environment, logging to standard error. Raises `SettingInvalid`."""
    log.configure()
    metric.check()
    runner = Runner(Settings.read(os.environ))
    app = create_app(runner)
    warm(app, runner)
    return app


def warm(app: Flask, runner: Runner) -> None:
    """Read what every page needs before the first one is asked for: templates, sentences, the procedures in force."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    for language in LANGUAGES:
        catalogue(language)
    # A server may begin before its database does; the pages then say what is wrong.
    with suppress(Exception):
        for version in runner.procedures.current(runner.clock.now()):
            runner.calendars.get(version.province.code)
