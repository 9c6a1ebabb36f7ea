"""Where a WSGI server begins: ``gunicorn 'runner.web.wsgi:application()'``."""

from __future__ import annotations

import os

from flask import Flask

from runner.app import Runner
from runner.config import Settings
from runner.web import create_app, log


def application() -> Flask:
    """The site by the settings in the environment, logging to standard error."""
    log.configure()
    return create_app(Runner(Settings.read(os.environ)))
