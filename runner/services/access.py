"""Who sees a case, and whose tasks are whose: by the newest revision of the province's organisation.

A person with a lane sees the cases of the agency of that lane, and those of procedures in whose diagrams the lane has a
part; one with a role in a province all its cases, or those of the agency that the role names (``auditor@so-xd``). The
system sees all.

A draft, and what was one, is its creator's; auditors and administrators see it too, for the record and its incidents.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runner.domain.case import Case, CaseStatus
from runner.domain.deployment import VersionAltered
from runner.domain.person import KINDS, SYSTEM, LaneKind, Person, Role
from runner.domain.procedure import Province
from runner.errors import NotFound

if TYPE_CHECKING:
    from runner.services.version import Version
    from runner.services.version_cache import Versions
    from runner.store.session import Transaction

Organisations = Mapping[str, Province]
"""The newest revision of each province's organisation, by the province."""


OWN = "own"
"""How a role names the province's own agency, which has no id."""


class CaseUnknown(NotFound):
    """Không tìm thấy hồ sơ {case}."""


def permitted(
    tx: Transaction,
    versions: Versions,
    case: Case | None,
    reference: object,
    person: Person,
    organisation: Province | None = None,
) -> Case:
    """`case`, if the person may see it. Raises `CaseUnknown`, with the same sentence where there is no such case.

    `organisation` is the newest of the case's province, where it is at hand.
    """
    if case is not None and person is not SYSTEM:
        try:
            version = versions.get(tx, case.version)
        except VersionAltered:  # what was altered hides nothing from those who look into it
            if {Role.AUDITOR, Role.ADMINISTRATOR} & {*person.lanes(case.province)}:
                return case
            raise
        found = organisation or versions.organisation_in_force(tx, case.province) or version.province
        if not _sees(person, case, version, found):
            case = None
    if case is None:
        raise CaseUnknown(case=reference)
    return case


def _sees(person: Person, case: Case, version: Version, organisation: Province) -> bool:
    lanes = [lane for lane in person.lanes(case.province) if concerns(lane, version, organisation)]
    if case.status in (CaseStatus.DRAFT, CaseStatus.DISCARDED) and person.id != case.creator:
        return any(role(lane) in (Role.AUDITOR, Role.ADMINISTRATOR) for lane in lanes)
    return bool(lanes)


def concerns(lane: str, version: Version, organisation: Province) -> bool:
    """Whether people of a lane, or with a role, see the cases of a version."""
    if role(lane) in set(Role):
        return role(lane) == lane or lane.partition("@")[2] == (version.procedure.agency or OWN)
    return organisation.place(lane)[0] == version.procedure.agency or any(
        organisation.performer(each) == lane for each in version.lanes
    )


def role(lane: str) -> str:
    """The role of a membership, which may be for one agency: ``auditor`` of ``auditor@so-xd``. A lane as it is."""
    return lane.partition("@")[0]


def holds(person: Person, wanted: Role, version: Version, organisation: Province) -> bool:
    """Whether a person has a role for the cases of a version."""
    lanes = person.lanes(organisation.code)
    return any(role(lane) == wanted and concerns(lane, version, organisation) for lane in lanes)


def performed(person: Person, organisations: Organisations) -> frozenset[tuple[str, str]]:
    """The lanes whose tasks a person does, with their provinces: the person's own, and those for which they report."""
    found: set[tuple[str, str]] = set()
    for code, lane in person.groups:
        province = organisations.get(code)
        found |= {(code, each) for each in (province.performed(lane) if province else (lane,))}
    return frozenset(found)


def of_kind(person: Person, organisations: Organisations, *kinds: LaneKind) -> set[tuple[str, str]]:
    """The person's lanes of these kinds, with their provinces."""
    known = {code: province.kinds for code, province in organisations.items()}
    return {(code, lane) for code, lane in person.groups if known.get(code, KINDS).get(lane) in kinds}


def led(person: Person, organisations: Organisations) -> set[tuple[str, str]]:
    """The specialists' lanes of the divisions that a person leads, with their provinces."""
    return {
        (code, lane)
        for code, province in organisations.items()
        for lane in province.of_kind(LaneKind.SPECIALIST)
        if leads(person, province, lane)
    }


def leads(person: Person, province: Province, lane: str) -> bool:
    """Whether a person leads the division of those who do the tasks of a lane."""
    return not person.groups.isdisjoint((province.code, each) for each in province.leads(lane))


def does(person: Person, province: Province, lane: str) -> bool:
    """Whether a person does the tasks of a lane."""
    return (province.code, province.performer(lane)) in person.groups
