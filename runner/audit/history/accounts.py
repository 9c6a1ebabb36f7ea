"""Accounts and their lanes as of a day: the events that told them, folded in the order of the log."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from runner.audit.history.happening import PAGE, Happening
from runner.domain.procedure import Province
from runner.domain.record import RecordEvent, RecordKind
from runner.language import say
from runner.reports import vocabulary
from runner.store import record_event
from runner.store.session import Transaction

AT_ONCE: Final = 2_000
"""Events that are read at once."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a lane: since when, by whom they came into it. `found`: they were in it when the log began."""

    person: str
    name: str
    since: datetime
    by: str
    found: bool


@dataclass(frozen=True, slots=True)
class Account:
    """What an account was after an event; `lanes` are those in the province."""

    name: str = ""
    email: str = ""
    active: bool = False
    lanes: frozenset[str] = frozenset()


@dataclass(slots=True)
class Accounts:
    """The accounts of a province, event by event. `happened` has the last events that changed something there.

    Of people without a lane in the province nothing is kept but their name: they are not its readers' affair.
    """

    province: str
    before: int | None = None
    place: Province | None = None
    accounts: dict[str, Account] = field(default_factory=dict)
    members: dict[tuple[str, str], Member] = field(default_factory=dict)
    concerned: set[str] = field(default_factory=set)
    happened: deque[Happening] = field(default_factory=lambda: deque(maxlen=PAGE + 1))

    def take(self, told: Happening) -> None:
        """Take the next event in."""
        facts, id = told.facts, told.subject
        lanes = frozenset(lane for province, lane in facts["groups"] if province == self.province)
        was = self.accounts.get(id, Account())
        now = Account(facts["name"], facts["email"], facts["active"], lanes)
        self.accounts[id] = now
        for lane in was.lanes - lanes:
            del self.members[lane, id]
        for lane in lanes - was.lanes:
            self.members[lane, id] = Member(id, now.name, told.at, told.actor, told.found)
        for lane in lanes & was.lanes:
            self.members[lane, id] = replace(self.members[lane, id], name=now.name)
        if lanes:
            self.concerned.add(id)
        if (lanes or was.lanes) and (self.before is None or told.id < self.before):
            self.happened.append(replace(told, changes=tuple(self._changes(was, now))))

    def lanes(self) -> dict[str, list[Member]]:
        """The people of each lane, by name; the lanes by what they are called."""
        found: dict[str, list[Member]] = {}
        for (lane, _), member in sorted(self.members.items(), key=lambda each: (each[1].name, each[1].person)):
            found.setdefault(lane, []).append(member)
        return {lane: found[lane] for lane in sorted(found, key=lambda each: (self.label(each), each))}

    def label(self, lane: str) -> str:
        """What a lane was called."""
        return vocabulary.lane(lane, self.place)

    def _changes(self, was: Account, now: Account) -> Iterator[str]:
        if now.name != was.name and was.name:
            yield say("Họ tên: “{before}” → “{after}”", before=was.name, after=now.name)
        if now.email != was.email and was.name and was.lanes:
            yield say("Thư điện tử: “{before}” → “{after}”", before=was.email, after=now.email)
        for lane in sorted(now.lanes - was.lanes):
            yield say("Nhận vai trò “{lane}”", lane=self.label(lane))
        for lane in sorted(was.lanes - now.lanes):
            yield say("Thôi vai trò “{lane}”", lane=self.label(lane))
        if was.active and not now.active:
            yield say("Đóng tài khoản")


def folded(
    tx: Transaction, into: Accounts, begin: RecordEvent | None, until: datetime | None, *, after: int = 0
) -> Accounts:
    """The accounts by all events told before `until`."""
    while batch := record_event.events(tx, after, [RecordKind.PERSON], most=AT_ONCE):
        for event in batch:
            if until is None or event.at < until:
                into.take(Happening.of(event, begin))
        after = batch[-1].id
    return into
