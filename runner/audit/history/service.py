"""The histories of a province, each as of any day, for the auditors of the province."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from runner.audit.history import state
from runner.audit.history.accounts import Accounts, Member, folded
from runner.audit.history.happening import KINDS, PAGE, Asked, Happening, What
from runner.audit.history.state import CalendarState, DeploymentState, OrganisationState
from runner.audit.history.words import Words
from runner.domain.person import Person, Role
from runner.domain.record import RecordEvent
from runner.errors import NotFound
from runner.services.access import role
from runner.services.scope import audited
from runner.services.version_cache import Versions
from runner.store import record_found, record_history
from runner.store.session import Database, Transaction

_TABLED: Final = (What.CALENDAR, What.DEPLOYMENTS, What.ORGANISATION)
"""What tables know by themselves, with who and when."""


class HistoryForbidden(NotFound):
    """Không tìm thấy lịch sử của {province}."""


@dataclass(frozen=True, slots=True)
class History:
    """A history as of a day: what was so, and what led there, the newest first.

    `begun` is since when the log tells it, None where it told everything. `early`: the day lies before, so that only
    what revisions and versions themselves know is here. `lanes` are people by the names of their lanes.
    """

    happened: Sequence[Happening]
    more: bool
    begun: datetime | None
    early: bool
    calendar: CalendarState | None = None
    organisation: OrganisationState | None = None
    deployments: DeploymentState | None = None
    lanes: Sequence[tuple[str, Sequence[Member]]] = ()


class Histories:
    """Reads the record events, the revisions and the enforcements. Writes nothing."""

    def __init__(self, database: Database, versions: Versions) -> None:
        self.database = database
        self.versions = versions

    def show(self, asked: Asked, person: Person) -> History:
        """The history that is asked for. Raises `HistoryForbidden`."""
        if asked.province not in provinces(person):
            raise HistoryForbidden(province=asked.province)
        with self.database.read() as tx:
            begin = record_history.begin(tx)
            early = begin is not None and asked.moment < begin.at
            accounts = None
            if asked.what in (What.ROLES, What.SIGN_INS):
                place = state.place(tx, self.versions, asked.province, asked.moment)
                shown = asked.before if asked.what == What.ROLES else None
                accounts = folded(tx, Accounts(asked.province, shown, place), begin, asked.until)
            happened = self._happened(tx, asked, person, begin, accounts, early=early)
            words = Words(tx, self.versions, asked.province)
            spoken = [replace(each, changes=each.changes or tuple(words.changes(each))) for each in happened[:PAGE]]
            shell = History(spoken, len(happened) > PAGE, begin.at if begin else None, early)
            return self._stated(tx, asked, shell, accounts)

    def _stated(self, tx: Transaction, asked: Asked, shell: History, accounts: Accounts | None) -> History:
        province, moment = asked.province, asked.moment
        match asked.what:
            case What.CALENDAR:
                return replace(shell, calendar=state.calendar(tx, self.versions, province, moment))
            case What.ORGANISATION:
                return replace(shell, organisation=state.organised(tx, self.versions, province, moment))
            case What.DEPLOYMENTS:
                return replace(shell, deployments=state.deployed(tx, province, moment))
            case What.ROLES if accounts:
                return replace(shell, lanes=[(accounts.label(lane), who) for lane, who in accounts.lanes().items()])
            case _:
                return shell

    def _happened(
        self,
        tx: Transaction,
        asked: Asked,
        person: Person,
        begin: RecordEvent | None,
        accounts: Accounts | None,
        *,
        early: bool,
    ) -> list[Happening]:
        if early:
            return list(_known(tx, asked)) if asked.what in _TABLED else []
        if asked.what == What.ROLES and accounts:
            return list(accounts.happened)[::-1]
        page = (asked.until, asked.before, PAGE + 1)
        kinds = KINDS[asked.what]
        if accounts:  # a try with a name that no account has is nobody's: every auditor reads of it
            events = record_history.of_subjects(tx, kinds, accounts.concerned | {""}, *page)
        elif asked.what == What.READINGS:
            places = audited(tx, self.versions, person)
            reach = places.get(asked.province, [])
            events = record_history.of_cases(tx, kinds, asked.province, reach, person.id, *page)
        else:
            events = record_history.of_province(tx, kinds, asked.province, *page)
        return [Happening.of(each, begin) for each in events]


def provinces(person: Person) -> list[str]:
    """The provinces whose histories a person reads: as auditor, also of one agency, since these concern the whole."""
    return sorted({province for province, lane in person.groups if role(lane) == Role.AUDITOR})


def _known(tx: Transaction, asked: Asked) -> Iterator[Happening]:
    """What the tables knew by a day before the log began, the newest first; numbers are places in that order."""
    rows = []
    for each in record_found.found(tx):
        at = each.facts.get("decided") or each.facts.get("at")
        if each.kind in KINDS[asked.what] and each.province == asked.province and at:
            by = str(each.facts.get("decided_by") or each.facts.get("by", ""))
            rows.append(Happening(0, datetime.fromisoformat(at), by, each.kind, each.subject, each.facts, found=True))
    past = sorted((each for each in rows if each.at <= asked.moment), key=lambda each: each.at)
    numbered = [replace(each, id=number) for number, each in enumerate(past, 1)]
    return (each for each in reversed(numbered) if asked.before is None or each.id < asked.before)
