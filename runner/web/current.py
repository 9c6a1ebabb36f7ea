"""What belongs to the request that is being answered."""

from __future__ import annotations

from datetime import datetime

from flask import current_app, g

from runner.app import Runner
from runner.domain.person import Person
from runner.domain.procedure import Province
from runner.services import access


def runner() -> Runner:
    """The runner whose site this is."""
    found: Runner = current_app.extensions["runner"]
    return found


def organisations() -> dict[str, Province]:
    """The newest revision of each province's organisation, by the province. Kept for the request."""
    if "organisations" not in g:
        g.organisations = runner().organisations.all()
    kept: dict[str, Province] = g.organisations
    return kept


def does(person: Person, province: str, lane: str | None) -> bool:
    """Whether a person does the tasks of a lane of a province."""
    place = organisations().get(province)
    return bool(lane) and (access.does(person, place, str(lane)) if place else (province, lane) in person.groups)


def now() -> datetime:
    """The moment now, by the runner's clock."""
    return runner().clock.now()
