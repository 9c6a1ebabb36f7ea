"""How long dossiers are kept: so many years from their end as the decision of their procedure says.

After that they are handed to the archive by a list, and what is personal in them is erased by two people. A case of a
procedure whose decision says nothing about it is kept; so is one under a legal hold.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from runner.domain.calendar import local_date
from runner.domain.case import Case
from runner.domain.deployment import VersionAltered
from runner.domain.person import SYSTEM, Person, Role, via
from runner.domain.record import RecordKind
from runner.errors import MotcuaError, NotFound
from runner.language import say
from runner.services import holds
from runner.services.access import holds as has_role
from runner.services.access import permitted
from runner.services.case_transaction import CaseTransactions
from runner.services.erasures import ErasureDone, Erasures
from runner.services.holds import Holds, LegalHold
from runner.store import case as cases
from runner.store import record_event
from runner.store import retention as store
from runner.store.session import Transaction

TRANSFER = "transfer"
"""The subject of the events that tell of lists for the archive."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A case whose time is over: kept to the day `until`, by the decision `source`; `hold` and `listed` if it is."""

    case: Case
    ended: date
    until: date
    years: int
    source: str
    hold: LegalHold | None
    listed: bool


@dataclass(frozen=True, slots=True)
class RetentionRun:
    """What was erased, and the cases that could not be, each with the reason."""

    done: Sequence[ErasureDone]
    refused: Sequence[tuple[Case, MotcuaError]]


class Retention:
    """Lists what is kept longer than it has to be, hands it to the archive, and has it erased."""

    def __init__(self, transactions: CaseTransactions) -> None:
        self.database, self.versions = transactions.database, transactions.versions
        self.erasures, self.holds = Erasures(transactions), Holds(self.database, self.versions)

    def over(self, now: datetime, person: Person = SYSTEM, most: int = 1_000_000) -> list[Kept]:
        """The cases whose time is over at `now` and that this person may read, the oldest id first."""
        with self.database.read() as tx:
            found: list[Kept] = []
            for each in self._over(tx, now):
                if len(found) == most:
                    break
                try:
                    permitted(tx, self.versions, each.case, each.case.id, person)
                except NotFound:
                    continue
                found.append(each)
            return found

    def held(self, person: Person) -> list[LegalHold]:
        """The holds of the cases that this person may read, by case."""
        with self.database.read() as tx:
            found = []
            for case, each in sorted(holds.every(tx).items()):
                try:
                    permitted(tx, self.versions, cases.get(tx, case), case, person)
                except NotFound:
                    continue
                found.append(each)
            return found

    def hand_over(self, person: Person, now: datetime) -> tuple[str, list[Kept]]:
        """The list for the archive as CSV, and its cases: those that are over, not held, and that this person
        administers; for the system all. Told in the record of each province."""
        with self.database.change() as tx:
            found = [each for each in self._over(tx, now) if each.hold is None and self._hands_over(tx, each, person)]
            for province in sorted({each.case.province for each in found}):
                facts = {"cases": [each.case.id for each in found if each.case.province == province]}
                told = facts | {"via": via(person)}
                record_event.append(tx, RecordKind.EXPORT, person.id, now, TRANSFER, told, province)
        return _written(found), found

    def act(self, requester: Person, approver: Person, now: datetime) -> RetentionRun:
        """Erase what is over, not held, and on a list for the archive, each case in a transaction of its own."""
        done, refused = [], []
        for each in self.over(now, requester):
            if each.hold or not each.listed:
                continue
            try:
                done.append(self.erasures.carry_out(each.case.id, ground(each), requester, approver, now))
            except MotcuaError as error:
                refused.append((each.case, error))
        return RetentionRun(done, refused)

    def _hands_over(self, tx: Transaction, kept: Kept, person: Person) -> bool:
        if person.id == SYSTEM.id:
            return True
        version = self.versions.get(tx, kept.case.version)
        place = self.versions.organisation_in_force(tx, kept.case.province) or version.province
        return has_role(person, Role.ADMINISTRATOR, version, place)

    def _over(self, tx: Transaction, now: datetime) -> Iterator[Kept]:
        held, listed = holds.every(tx), _listed(tx)
        for case in store.ended(tx, now):
            try:
                rule = self.versions.get(tx, case.version).procedure
            except VersionAltered:  # by what it is to be kept is not known any more: it is kept
                continue
            if rule.retention is None or case.ended is None:
                continue
            ended = local_date(case.ended)
            until = later(ended, rule.retention.years)
            if until < local_date(now):
                source = f"{rule.decision.number}: {rule.retention.text}"
                yield Kept(case, ended, until, rule.retention.years, source, held.get(case.id), case.id in listed)


def later(day: date, years: int) -> date:
    """The same day so many years later; of a 29 February the first of March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def ground(kept: Kept) -> str:
    """The ground of an erasure by the rule, as the journal keeps it."""
    text = "Hết thời hạn lưu hồ sơ {years} năm tính từ ngày kết thúc. {source}"
    return text.format(years=kept.years, source=kept.source)[:1_000]


def _listed(tx: Transaction) -> set[int]:
    events = record_event.events(tx, kinds=[RecordKind.EXPORT], subject=TRANSFER)
    return {case for each in events for case in each.facts["cases"]}


def _written(found: Sequence[Kept]) -> str:
    """The list for the archive: one case a row, without anything personal."""
    heads = ("Hồ sơ", "Mã hồ sơ", "Thủ tục", "Ngày kết thúc", "Lưu đến hết ngày", "Căn cứ")
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(map(say, heads))
    for each in found:
        case = each.case
        dates = each.ended.isoformat(), each.until.isoformat()
        writer.writerow((case.id, case.number or "", case.procedure, *dates, each.source))
    return stream.getvalue()
