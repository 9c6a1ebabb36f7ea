"""What belongs to the request that is being answered."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from runner.app import Runner


def runner() -> Runner:
    """The runner whose site this is."""
    found: Runner = current_app.extensions["runner"]
    return found


def now() -> datetime:
    """The moment now, by the runner's clock."""
    return runner().clock.now()
