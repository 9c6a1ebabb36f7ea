"""The desk of a lead or a director: the open tasks of those for whom they answer, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from runner.domain.case import CaseStatus
from runner.domain.person import LaneKind, Person
from runner.domain.worklist import Item
from runner.services.access import Organisations, led, of_kind
from runner.services.organisation_cache import OrganisationCache
from runner.store import worklist
from runner.store.session import Database

MOST: Final = 1_000
"""The most tasks that a desk counts and lists; it says so where there are more."""


@dataclass(frozen=True, slots=True)
class Work:
    """The tasks of a desk: at most `MOST`, those first that are due first; `cut`: there are more."""

    items: list[Item]
    cut: bool


class Board:
    """Reads the work of divisions and agencies; writes nothing."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.organisations = OrganisationCache()

    def work(self, person: Person) -> Work:
        """What is open with the people for whom `person` answers, and with `person`."""
        with self.database.read() as tx:
            groups = sorted(answered(person, self.organisations.organisations_in_force(tx)))
            found = worklist.division(tx, groups, MOST + 1)
        begun = [item for item in found[:MOST] if item.status != CaseStatus.DRAFT]  # a draft is its creator's alone
        return Work(begun, len(found) > MOST)


def answered(person: Person, organisations: Organisations) -> set[tuple[str, str]]:
    """The lanes for whose tasks a person answers: a lead those of the division, a director those of the agency."""
    own = of_kind(person, organisations, LaneKind.LEAD, LaneKind.DIRECTOR)
    found = led(person, organisations) | own
    for code, lane in of_kind(person, organisations, LaneKind.DIRECTOR):
        if province := organisations.get(code):
            agency = province.place(lane)[0]
            lanes = {*province.kinds} - province.of_kind(LaneKind.APPLICANT)
            found |= {(code, each) for each in lanes if province.place(each)[0] == agency}
    return found
