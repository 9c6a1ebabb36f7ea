"""Counting many cases while a page is open: a piece a request, kept for a few minutes with the moment of counting."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from runner.audit.many.figures import Figures
from runner.audit.many.measure import BATCH, measured
from runner.clock import processor_time
from runner.domain.case import Case
from runner.domain.case_filter import CaseFilter
from runner.domain.person import Person
from runner.services.scope import audited
from runner.services.version import Version
from runner.services.version_cache import Versions
from runner.store import many, registry
from runner.store.session import Database

KEPT: Final = 8
"""Countings that stay in the memory of a process."""
FRESH: Final = timedelta(minutes=10)
"""How long a counting is shown before it is made anew."""


@dataclass(slots=True)
class Counting:
    """How far the cases that were there at the moment `at` have been counted; `left` are those still to come."""

    at: datetime
    left: list[int]
    total: int
    figures: Figures = field(default_factory=Figures)
    lock: Lock = field(default_factory=Lock)

    @property
    def done(self) -> int:
        return self.total - len(self.left)


class ManyCases:
    """Figures of the cases that an auditor reads. Writes nothing; raises `YearMissing` where the calendar ends."""

    def __init__(self, database: Database, versions: Versions) -> None:
        self.database = database
        self.versions = versions
        self._kept: OrderedDict[object, Counting] = OrderedDict()
        self._lock = Lock()

    def procedures(self, person: Person) -> Mapping[str, list[str]]:
        """The procedures of which the person reads cases, each with the digests of their versions, the newest first."""
        with self.database.read() as tx:
            numbers = {row.digest: row.number for row in registry.versions(tx)}
            found: dict[str, list[str]] = {}
            for procedure, digest in many.procedures(tx, audited(tx, self.versions, person)):
                found.setdefault(procedure, []).append(digest)
        return {code: sorted(own, key=lambda each: -numbers.get(each, 0)) for code, own in found.items()}

    def version(self, digest: str) -> Version:
        """A version, with the agencies, divisions and names that its province has now."""
        with self.database.read() as tx:
            found = self.versions.get(tx, digest)
            return replace(
                found, province=self.versions.organisation_in_force(tx, found.province.code) or found.province
            )

    def outcomes(self, procedure: str) -> list[str]:
        """How cases of a procedure have ended so far."""
        with self.database.read() as tx:
            return many.outcomes(tx, procedure)

    def go_on(
        self, wanted: CaseFilter, person: Person, now: datetime, seconds: float, *, again: bool = False
    ) -> Counting:
        """Count the cases that are meant for about so long, or until all are counted. `again`: from the beginning."""
        counting = self._counting(wanted, person, now, again)
        with counting.lock:
            elapsed = processor_time()
            while counting.left and elapsed() < seconds:
                with self.database.read() as tx:
                    for each in measured(tx, self.versions, counting.left[:BATCH], counting.at):
                        counting.figures.add(each, wanted.lanes)
                counting.left = counting.left[BATCH:]
        return counting

    def cases(self, some: list[int]) -> list[Case]:
        """These cases, in the order of their numbers; who asks has found them in a counting of their own."""
        with self.database.read() as tx:
            return many.by_id(tx, some)

    def names(self, accounts: set[str]) -> Mapping[str, str]:
        """The names of accounts, also of closed ones."""
        with self.database.read() as tx:
            return {id: registry.name(tx, id) for id in accounts}

    def _counting(self, wanted: CaseFilter, person: Person, now: datetime, again: bool) -> Counting:
        with self.database.read() as tx:
            own = audited(tx, self.versions, person)
            key = tuple((code, None if only is None else tuple(sorted(only))) for code, only in own.items()), wanted
            with self._lock:
                kept = self._kept.get(key)
                if kept is None or again or now - kept.at > FRESH:
                    found = many.ids(tx, own, wanted)
                    kept = self._kept[key] = Counting(now, found, len(found))
                self._kept.move_to_end(key)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return kept
