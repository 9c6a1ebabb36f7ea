"""The procedures in which a person may have a part."""

from __future__ import annotations

from flask import g

from runner.domain.deployment import Deployed
from runner.domain.person import Person
from runner.domain.token import Scope
from runner.web import current, policy
from runner.web.api.operation import ResponseSpec, operation
from runner.web.response import Procedure, Procedures


@operation("GET", "/procedures", "Các thủ tục của tỉnh mình", ResponseSpec("Các thủ tục", Procedures))
@policy.token(Scope.READ)
def procedures() -> Procedures:
    """The versions in force of the procedures of the person's provinces."""
    deployed = current.runner().procedures.deployed(current.now())
    return Procedures([_procedure(each, g.person) for each in deployed if g.person.lanes(each.province)])


def _procedure(deployed: Deployed, person: Person) -> Procedure:
    version = current.runner().procedures.version(deployed.digest)
    facts = version.procedure
    return Procedure(
        code=facts.code,
        title=facts.title,
        title_en=facts.title_en,
        province=deployed.province,
        number=deployed.number,
        version=deployed.digest,
        deployed=deployed.at,
        limit=facts.time.text,
        startable=current.does(person, deployed.province, version.opening_lane),
    )
