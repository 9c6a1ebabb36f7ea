"""Legal holds: a case under one is not erased until it is lifted. What is held is told by the record's events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runner.domain.case import Case
from runner.domain.person import Person, Role, via
from runner.domain.record import RecordEvent, RecordKind
from runner.errors import Refused
from runner.services import text_rules
from runner.services.access import holds, permitted
from runner.services.version_cache import Versions
from runner.store import case as cases
from runner.store import record_event
from runner.store.session import Database, Transaction

HOLD, LIFT = "hold", "lift"
"""What an event does, as its facts say it."""


class HeldAlready(Refused):
    """Hồ sơ {case} đang được giữ lại: {ground}"""


class NotHeld(Refused):
    """Hồ sơ {case} không bị giữ lại."""


class NotKeeper(Refused):
    """Chỉ quản trị viên hoặc người kiểm tra của tỉnh giữ lại hồ sơ hay thôi giữ."""


@dataclass(frozen=True, slots=True)
class LegalHold:
    """That a case is held: by whom, since when, on what ground."""

    case: int
    by: str
    at: datetime
    ground: str


class Holds:
    """Puts cases under a legal hold and lifts it, for administrators and auditors of the province."""

    def __init__(self, database: Database, versions: Versions) -> None:
        self.database, self.versions = database, versions

    def hold(self, case: int, ground: str, person: Person, now: datetime) -> None:
        """Hold a case. Raises `CaseUnknown`, `NotKeeper`, `HeldAlready`, `ReasonMissing`."""
        with self.database.change() as tx:
            found = self._found(tx, case, person)
            if held := current(tx, case):
                raise HeldAlready(case=_name(found), ground=held.ground)
            _tell(tx, found, HOLD, ground, person, now)

    def lift(self, case: int, ground: str, person: Person, now: datetime) -> None:
        """End the hold. Raises `CaseUnknown`, `NotKeeper`, `NotHeld`, `ReasonMissing`."""
        with self.database.change() as tx:
            found = self._found(tx, case, person)
            if current(tx, case) is None:
                raise NotHeld(case=_name(found))
            _tell(tx, found, LIFT, ground, person, now)

    def _found(self, tx: Transaction, case: int, person: Person) -> Case:
        found = permitted(tx, self.versions, cases.lock(tx, case), case, person)
        version = self.versions.get(tx, found.version)
        place = self.versions.organisation_in_force(tx, found.province) or version.province
        if not any(holds(person, role, version, place) for role in (Role.ADMINISTRATOR, Role.AUDITOR)):
            raise NotKeeper
        return found


def current(tx: Transaction, case: int) -> LegalHold | None:
    """The hold of a case; None where there is none."""
    return _standing(record_event.events(tx, kinds=[RecordKind.HOLD], subject=str(case))).get(case)


def every(tx: Transaction) -> dict[int, LegalHold]:
    """Every hold that is not lifted, by case."""
    return _standing(record_event.events(tx, kinds=[RecordKind.HOLD]))


def _standing(events: list[RecordEvent]) -> dict[int, LegalHold]:
    found: dict[int, LegalHold] = {}
    for each in events:
        case = int(each.subject)
        if each.facts["do"] == HOLD:
            found[case] = LegalHold(case, each.actor, each.at, str(each.facts["ground"]))
        else:
            found.pop(case, None)
    return found


def _tell(tx: Transaction, case: Case, do: str, ground: str, person: Person, now: datetime) -> None:
    facts = {"do": do, "ground": text_rules.reason(ground), "via": via(person)}
    record_event.append(tx, RecordKind.HOLD, person.id, now, str(case.id), facts, case.province)


def _name(case: Case) -> str:
    return case.number or f"#{case.id}"
