"""Who sees a case: people with a lane or a role in its province, and the system itself."""

from __future__ import annotations

from runner.domain.case import Case
from runner.domain.person import SYSTEM, Person
from runner.errors import NotFound


class CaseUnknown(NotFound):
    """Không tìm thấy hồ sơ {case}."""


def permitted(case: Case | None, reference: object, person: Person) -> Case:
    """`case`, if the person may see it. Raises `CaseUnknown`, with the same sentence where there is no such case."""
    if case is None or not (person is SYSTEM or person.lanes(case.province)):
        raise CaseUnknown(case=reference)
    return case
