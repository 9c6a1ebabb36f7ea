"""The verification of the record, for the command line, the pages, the REST interface and the worker alike.

It never believes a process's memory: each run reads the database anew, versions and calendars too.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from runner.audit.verification.case_proof import CaseProof, Proof
from runner.audit.verification.heads import HeadSource
from runner.audit.verification.nightly import Nightly
from runner.audit.verification.rebuilding import Rebuilding
from runner.audit.verification.run import Run
from runner.domain.person import SYSTEM, Person
from runner.domain.verification import Report, Scope, Tally
from runner.errors import NotFound
from runner.record.note import Verifier
from runner.services.access import CaseUnknown
from runner.store import gap, record_log, record_sweep, row
from runner.store import verification as reports
from runner.store.session import Database

SAMPLE: Final = 50
"""Cases of a sample."""

Watch = Callable[[int], object]
"""Called with the number of cases, or of leaves, that are done."""


class ReportUnknown(NotFound):
    """Không có biên bản xác minh số {id}."""


class Verification:
    """Verifies, and keeps what the worker's and the pages' verifications came to. `now` is aware.

    `source` is asked each time: a key may be made, and heads be signed, while a process runs.
    """

    def __init__(self, database: Database, source: Callable[[], HeadSource]) -> None:
        self.database, self.source = database, source
        self.nightly = Nightly(database, source)
        self.rebuilding = Rebuilding(database)

    # -- at once: nothing is written, so that seized evidence can be verified ------------------------------------------

    def prove(self, case: int, now: datetime) -> Proof:
        """Everything that does not agree in one case."""
        return CaseProof(self.database, now).prove(case)

    def expect(self, case: int) -> int:
        """Raises `CaseUnknown` where nothing in the database names the case: neither journal, register nor log."""
        with self.database.read() as tx:
            named = row.count(tx, "journal", case=case) or row.count(tx, "case", id=case)
            if not named and not row.count(tx, "record_leaf", case=case):
                raise CaseUnknown(case=case)
        return case

    def registered(self, case: int) -> bool:
        """Whether the register has a case, readable or not."""
        with self.database.read() as tx:
            return row.count(tx, "case", id=case) > 0

    def waiting(self) -> int:
        """How many entries and events no stored head covers yet."""
        with self.database.read() as tx:
            newest = record_log.newest(tx)
            return record_log.size(tx) - (newest.size if newest else 0) + record_sweep.waiting(tx)

    def count(self) -> int:
        """How many cases a verification of everything looks at."""
        with self.database.read() as tx:
            return gap.count(tx)

    def leaves(self) -> int:
        """How many leaves the log has."""
        with self.database.read() as tx:
            return record_log.size(tx)

    def run(
        self,
        now: datetime,
        by: Person = SYSTEM,
        *,
        chosen: Sequence[int] | None = None,
        watch: Watch = lambda done: None,
    ) -> Report:
        """Verify the `chosen` cases, or everything."""
        run = self._begin(now)
        for _ in run.cases(chosen) if chosen is not None else run.all_cases():
            watch(run.tally.cases)
        if chosen is None:
            for _ in run.beside():
                pass
            for _ in run.log():
                pass
        return run.report(Scope.WHOLE if chosen is None else Scope.CASES, now, by)

    def log(
        self,
        now: datetime,
        by: Person = SYSTEM,
        *,
        heads: Mapping[str, Iterable[str]] | None = None,
        keys: Iterable[str] = (),
        since: datetime | None = None,
        watch: Watch = lambda done: None,
    ) -> Report:
        """Verify the log, and what is beside the cases, without running cases again.

        `heads` are notes from outside, by where they are from; `keys` are public keys that may have signed heads too.
        With `since`, what the last head signed until then covers is believed. Raises `KeyInvalid`.
        """
        source = self.source()
        known = (*source.verifiers, *map(Verifier.read, keys))
        run = Run(self.database, now, Tally(), replace(source, verifiers=known))
        for _ in run.beside():
            pass
        for done in run.log(heads=heads, since=since):
            watch(done)
        return run.report(Scope.WHOLE, now, by)

    def sample(self, now: datetime, by: Person, seed: int) -> Report:
        """Verify cases drawn by lot, and keep the report. The same seed draws the same cases while none is added."""
        with self.database.read() as tx:
            known = gap.ids(tx, 0, gap.count(tx))
        drawn = sorted(random.Random(seed).sample(known, min(SAMPLE, len(known))))  # noqa: S311  # no secret
        report = self.run(now, by, chosen=drawn)
        with self.database.change() as tx:
            return reports.keep(tx, replace(report, scope=Scope.SAMPLE, progress={"seed": seed}))

    def _begin(self, now: datetime) -> Run:
        return Run(self.database, now, Tally(), self.source())

    # -- what they came to ---------------------------------------------------------------------------------------------

    def last(self) -> Report | None:
        """The newest verification of everything that has ended."""
        with self.database.read() as tx:
            return reports.last(tx)

    def newest(self, limit: int = 20) -> list[Report]:
        """The newest verifications, those that go on too."""
        with self.database.read() as tx:
            return reports.newest(tx, limit)

    def get(self, id: int) -> Report:
        """A report. Raises `ReportUnknown`."""
        with self.database.read() as tx:
            found = reports.get(tx, id)
        if found is None:
            raise ReportUnknown(id=id)
        return found
