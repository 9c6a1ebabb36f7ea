"""Who sees a case: people with a lane or a role in its province, and the system itself.

A draft, and what was one, is its creator's; the province's auditors and administrators see it too, for the record and
its incidents.
"""

from __future__ import annotations

from runner.domain.case import Case, CaseStatus
from runner.domain.person import SYSTEM, Person, Role
from runner.errors import NotFound


class CaseUnknown(NotFound):
    """Không tìm thấy hồ sơ {case}."""


def permitted(case: Case | None, reference: object, person: Person) -> Case:
    """`case`, if the person may see it. Raises `CaseUnknown`, with the same sentence where there is no such case."""
    if case is None or not (person is SYSTEM or _sees(person, case)):
        raise CaseUnknown(case=reference)
    return case


def _sees(person: Person, case: Case) -> bool:
    lanes = person.lanes(case.province)
    if case.status in (CaseStatus.DRAFT, CaseStatus.DISCARDED) and person.id != case.creator:
        return Role.AUDITOR in lanes or Role.ADMINISTRATOR in lanes
    return bool(lanes)
