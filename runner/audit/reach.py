"""What an auditor reads: the cases of the provinces and agencies for which the person has that role."""

from __future__ import annotations

from runner.domain.person import SYSTEM, Person, Role
from runner.services.access import concerns, role
from runner.services.version_cache import Versions
from runner.store import registry
from runner.store.many import Reach
from runner.store.session import Transaction


def reach(tx: Transaction, versions: Versions, person: Person) -> Reach:
    """The provinces of an auditor, each with the versions whose cases the auditor reads; None: all of them.

    The system reads everything; who is auditor nowhere reads nothing here.
    """
    stored = registry.versions(tx)
    if person is SYSTEM:
        return dict.fromkeys(sorted({row.province for row in stored}))
    organisations = versions.organisations_in_force(tx)
    found: dict[str, list[str] | None] = {}
    for code in sorted({province for province, _ in person.groups}):
        lanes = [lane for lane in person.lanes(code) if role(lane) == Role.AUDITOR]
        place = organisations.get(code)
        if Role.AUDITOR in lanes:
            found[code] = None
        elif lanes and place:
            own = (versions.get(tx, row.digest) for row in stored if row.province == code)
            found[code] = [each.digest for each in own if any(concerns(lane, each, place) for lane in lanes)]
    return found
