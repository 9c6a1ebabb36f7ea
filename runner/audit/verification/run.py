"""One run over cases and what is beside them: piece by piece, so that it can be interrupted after each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from runner.audit.verification.case_proof import CaseProof, Proof, every
from runner.audit.verification.heads import Heads, HeadSource, KnownHead
from runner.audit.verification.log import LogProof, Walk
from runner.audit.verification.whole import LOOKS
from runner.domain.journal import instant
from runner.domain.person import Person
from runner.domain.verification import Check, Finding, Report, Scope, Tally
from runner.errors import Busy
from runner.store import record_event, record_log, record_sweep
from runner.store.session import Database

_BY_ENTRY = (Check.CHAIN, Check.REPLAY, Check.MOMENTS, Check.ACTORS)


class Run:
    """What it has found so far is in `tally`; `stands` is where the log can be gone on with."""

    def __init__(self, database: Database, now: datetime, tally: Tally, source: HeadSource) -> None:
        self.database, self.tally, self.source = database, tally, source
        self.proof = CaseProof(database, now)
        self.stands: dict[str, Any] = {}

    def all_cases(self, after: int = 0) -> Iterator[Proof]:
        """Prove every case behind `after`, in the order of ids."""
        yield from self.cases(every(self.database, after))

    def cases(self, ids: Iterable[int]) -> Iterator[Proof]:
        """Prove these cases."""
        for case in ids:
            proof = self.proof.prove(case)
            self._take(proof)
            yield proof

    def beside(self, done: int = 0) -> Iterator[int]:
        """Look at what is beside the cases, without the first `done` looks; how many have been taken."""
        for number, (check, look) in enumerate(LOOKS[done:], done + 1):
            try:
                with self.database.read() as tx:
                    for finding in look(tx, self.proof.versions):
                        self.tally.add(finding)
            except Busy:
                raise
            except Exception as error:
                self.tally.add(Finding(check, "unreadable rows", about=type(error).__name__))
            if check != Check.TABLES:  # rows without a journal are no more than a part of it: the cases count
                self.tally.count(check)
            yield number

    def log(
        self,
        stood: Mapping[str, Any] | None = None,
        heads: Mapping[str, Iterable[str]] | None = None,
        since: datetime | None = None,
    ) -> Iterator[int]:
        """Prove the log, from where it `stood`: the number of leaves that are proved, after each batch.

        `heads` are notes from outside, by where they are from. With `since`, what the last head signed until then
        covers is believed.
        """
        reader = Heads(self.source.verifiers)
        walk, head, signed, believed = Walk(), 0, None, list[KnownHead]()
        if stood:
            walk, head, signed = Walk.from_json(stood["walk"]), stood["head"], stood["signed"]
        elif since:
            with self._readable("record_head"):
                walk, believed = self._since(since, reader)
            signed = instant(believed[0].at) if believed and believed[0].at else None
        known = self.source.known(self.database, reader, heads, walk.size)
        if stood:
            reader.findings.clear()  # told by the first slice
        known = [*believed, *(each for each in known if each.size >= walk.size)]
        proof = LogProof(self.database, self.tally, reader, known)
        proof.signed = datetime.fromisoformat(signed) if signed else None
        try:
            for _ in proof.walk(walk):
                if proof.newest:
                    head = proof.newest.size
                signed = instant(proof.signed) if proof.signed else None
                self.stands = {"walk": walk.to_json(), "head": head, "signed": signed, "ended": proof.ended}
                yield walk.size
        except Busy:
            raise
        except Exception as error:  # a row of another type than ours, which no leaf can be behind
            self._unreadable("record_leaf", error)

    def report(self, scope: Scope, now: datetime, by: Person) -> Report:
        """What it came to."""
        if self.stands and not self.source.verifiers:
            self.tally.missing[Check.HEADS] = "no key"
        elif self.stands and not self.tally.checked.get(Check.HEADS):
            self.tally.missing[Check.HEADS] = "no head"
        size = self.stands.get("head", 0)
        if self.stands:
            self.tally.waiting += self.stands["walk"]["size"] - size
        witnessed = False
        with self._readable("record_event"), self.database.read() as tx:
            if first := record_event.events(tx, most=1):
                self.tally.since = dict.fromkeys(Check, instant(first[0].at))
        with self._readable("record_head"), self.database.read() as tx:
            head = record_sweep.heads(tx, size - 1, size) if size else []
            witnessed = bool(head) and self.source.witnessed(head[0])
        return Report(0, scope, now, now, by.id, None, size, witnessed, {}, self.tally)

    @contextmanager
    def _readable(self, table: str) -> Iterator[None]:
        """Where a row cannot be read that is a finding, and the report goes without what it says."""
        try:
            yield
        except Busy:
            raise
        except Exception as error:
            self._unreadable(table, error)

    def _unreadable(self, table: str, error: Exception) -> None:
        self.tally.add(Finding(Check.LOG, "unreadable rows", about=f"{table} {type(error).__name__}"))

    def _since(self, moment: datetime, reader: Heads) -> tuple[Walk, list[KnownHead]]:
        """A walk that believes what the last head until then covers, and that head, to hold the stored nodes to.

        A head that nobody signed is no such head, and a finding of the `reader`.
        """
        with self.database.read() as tx:
            last = record_log.size(tx)
            read = (reader.stored(head) for head in record_sweep.heads_before(tx, moment, last))
            heads = list(islice(filter(None, read), 1))
            return Walk.behind(tx, heads[0].size if heads else 0), heads

    def _take(self, proof: Proof) -> None:
        tally = self.tally
        tally.cases += 1
        tally.entries += proof.entries
        tally.diverging += bool(proof.findings)
        for check in _BY_ENTRY:
            tally.count(check, proof.entries)
        tally.count(Check.TABLES)
        tally.count(Check.FILES, proof.files)
        for finding in proof.findings:
            tally.add(finding)
