"""One case, proved from its journal: each fault is found by itself, and none keeps the others from being looked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from runner.audit.verification import actor
from runner.audit.verification.difference import differences
from runner.audit.verification.files import check_files
from runner.audit.verification.log import case_faults
from runner.audit.verification.people import History, people_faults
from runner.audit.verification.versions import ProvenVersions
from runner.domain.entry import Migrate, Start
from runner.domain.journal import Entry, chain_fault
from runner.domain.verification import Check, Finding
from runner.engine.advance import Advance
from runner.engine.instance import Instance
from runner.errors import Busy, Divergence
from runner.services.read_tables import ReadTables
from runner.services.replay import bare, replay
from runner.services.version import Version
from runner.store import case as cases
from runner.store import gap, record_sweep
from runner.store.session import Database, Transaction

BATCH = 500
"""Ids of cases that are read at once."""
_CHAIN = {"gap", "previous", "payload", "hash", "erased", "no journal"}


@dataclass(frozen=True, slots=True)
class Proof:
    """What the proof of a case came to: how many entries and kept files it has, and what does not agree."""

    case: int
    entries: int
    files: int
    findings: tuple[Finding, ...]


class CaseProof:
    """Proves cases, each in a snapshot of its own. `now` (aware) is the moment behind which no entry can lie."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database, self.now = database, now
        self.versions = ProvenVersions()
        self.history = History()

    def prove(self, case: int) -> Proof:
        """Everything that does not agree in a case; raises only where the database itself fails (`Busy`)."""
        entries: Sequence[Entry] = ()
        findings: list[Finding] = []
        files = 0
        try:
            with self.database.read() as tx:
                entries = cases.entries(tx, case)
                if not entries:
                    gone = [
                        Finding(Check.CHAIN, "no journal", case),
                        *case_faults(record_sweep.of_case(tx, case), case),
                    ]
                    return Proof(case, 0, 0, tuple(gone))
                findings += self._faults(tx, case, entries)
                with _isolated(Check.FILES, case, findings):
                    files, other = check_files(tx, entries)
                    findings += other
        except Busy:
            raise
        except Exception as error:  # whatever a row that was not written by us makes a reader raise
            findings.append(self._unreadable(case, error))
        return Proof(case, len(entries), files, tuple(findings))

    def _faults(self, tx: Transaction, case: int, entries: Sequence[Entry]) -> list[Finding]:
        found, places = list[Finding](), record_sweep.of_case(tx, case)
        with _isolated(Check.LOG, case, found):
            found += case_faults(places, case, entries)
        try:
            run = _Run(self.versions, tx, ReadTables(bare(tx, self.versions, entries)), found)
            replay(tx, self.versions, run.tables.case, run.show)
        except Divergence as error:
            found.append(_diverged(case, error, chain_fault(entries)))
        else:
            with _isolated(Check.TABLES, case, found):
                found += differences(tx, run.tables)
            with _isolated(Check.ACTORS, case, found):
                found += people_faults(tx, self.history, places, entries, run.tables.case.province)
        with _isolated(Check.MOMENTS, case, found):
            found += _moments(entries, self.now)
        return found

    def _unreadable(self, case: int, error: Exception) -> Finding:
        """The first entry of a case that cannot be read out of the database, if it is one."""
        kind = type(error).__name__
        with self.database.read() as tx:
            for seq in cases.numbers(tx, case):
                try:
                    cases.entry(tx, case, seq)
                except Busy:
                    raise
                except Exception:
                    return Finding(Check.CHAIN, "undecodable", case, seq if isinstance(seq, int) else None, kind)
        return Finding(Check.TABLES, "unreadable rows", case, about=kind)


@dataclass(slots=True)
class _Run:
    """What a replay shows on its way: the rows so far, and among what is `found` people who had no right."""

    versions: ProvenVersions
    tx: Transaction
    tables: ReadTables
    found: list[Finding]
    version: Version | None = None

    def show(self, entry: Entry, advance: Advance | None, instance: Instance) -> None:
        """Take the next entry in."""
        before, body, case = self.version, entry.body, self.tables.case
        if isinstance(body, Start | Migrate):
            self.version = self.versions.get(self.tx, body.version)
        version = before or self.version
        place = self.versions.organisation(self.tx, case.province, entry.organisation)
        if place is None and entry.organisation:
            about = f"organisation_revision[{case.province}, {entry.organisation}]"
            self.found.append(Finding(Check.REVISIONS, "revision unknown", entry.case, entry.seq, about))
        if version and place and actor.refused(entry, self.tables.tasks, case.creator, version, place):
            self.found.append(Finding(Check.ACTORS, "no right", entry.case, entry.seq, entry.actor))
        self.tables.show(entry, advance, instance)


def every(database: Database, after: int = 0) -> Iterator[int]:
    """The ids of all cases behind `after` that have a journal, read in batches."""
    last = after
    while True:
        with database.read() as tx:
            batch = gap.ids(tx, last, BATCH)
        if not batch:
            return
        yield from batch
        last = batch[-1]


def _diverged(case: int, error: Divergence, chain: tuple[int, str] | None) -> Finding:
    """The first entry at which the replay diverged; where the chain is broken too, the break."""
    seq, what = chain or (error.facts["seq"], str(error.facts["what"]))
    code = what.partition(":")[0]
    check = Check.CHAIN if code in _CHAIN else Check.VERSIONS if code == "version" else Check.REPLAY
    return Finding(check, what, case, int(str(seq)))


def _moments(entries: Sequence[Entry], now: datetime) -> Iterator[Finding]:
    """Entries that are earlier than the one before, or later than now."""
    last = entries[0].at
    for entry in entries:
        if entry.at < last:
            yield Finding(Check.MOMENTS, "earlier", entry.case, entry.seq, recorded=entry.at.isoformat())
        elif entry.at > now:
            yield Finding(Check.MOMENTS, "later than now", entry.case, entry.seq, recorded=entry.at.isoformat())
        last = max(last, entry.at)


@contextmanager
def _isolated(check: Check, case: int, found: list[Finding]) -> Iterator[None]:
    """Where a check itself fails, that is a finding, and the others go on."""
    try:
        yield
    except Busy:
        raise
    except Exception as error:
        found.append(Finding(check, "unreadable rows", case, about=type(error).__name__))
