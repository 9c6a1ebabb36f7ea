"""The procedures in which a person may have a part."""

from __future__ import annotations

from typing import Any

from flask import g

from runner.domain.deployment import Deployed
from runner.domain.journal import instant
from runner.domain.person import Person
from runner.domain.token import Scope
from runner.web import current, policy
from runner.web.api.operation import ResponseSpec, operation


@operation("GET", "/procedures", "Các thủ tục của tỉnh mình", ResponseSpec("Các thủ tục", "Procedures"))
@policy.token(Scope.READ)
def procedures() -> object:
    """The versions in force of the procedures of the person's provinces."""
    deployed = current.runner().procedures.deployed()
    return {"procedures": [_facts(each, g.person) for each in deployed if g.person.lanes(each.province)]}


def _facts(deployed: Deployed, person: Person) -> dict[str, Any]:
    version = current.runner().procedures.version(deployed.digest)
    facts = version.procedure
    return {
        "code": facts.code,
        "title": facts.title,
        "title_en": facts.title_en,
        "province": deployed.province,
        "number": deployed.number,
        "version": deployed.digest,
        "deployed": instant(deployed.at),
        "limit": facts.time.text,
        "startable": (deployed.province, version.opening_lane) in person.groups,
    }
