"""A case from its journal: loading it, proving that the journal is whole, and making its rows again are one replay."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from runner.domain.case import Case
from runner.domain.journal import START, Entry
from runner.engine.advance import Advance, Moment
from runner.engine.instance import Instance
from runner.errors import Divergence
from runner.services import service_tasks
from runner.services.projection import project, project_record_entry, solved
from runner.services.version import Versions
from runner.store import case as cases
from runner.store.session import Transaction

SILENT = frozenset({"incident", "resolve"})
"""Entries that only speak about the record and leave the case's state as it was: they hold even if it cannot load."""

Watch = Callable[[Entry, Advance | None, Instance], None]
"""Sees a replay go by: the entry, what it did (None when it only speaks about the record), and the case after it."""


def replay(
    tx: Transaction, versions: Versions, case: Case, watch: Watch = lambda entry, advance, instance: None
) -> Instance:
    """The case from its journal, each entry at its recorded moment and calendar; `watch` sees each one go by.

    Raises `Divergence` naming the first entry whose chain, payload or resulting state does not fit.
    """
    version = versions.get(tx, case.version)
    instance = Instance(version.definition, version.limit)
    previous, seq = START, 0
    for entry in cases.entries(tx, case.id):
        seq += 1
        what = "gap" if entry.seq != seq else entry.fault(previous) or ("erased" if entry.payload is None else None)
        if what:
            raise Divergence(case=case.id, seq=seq, what=what)
        previous = entry.hash
        if entry.kind in SILENT:
            watch(entry, None, instance)
            continue
        facts = entry.facts
        calendar = versions.calendar(tx, case.province, facts["calendar"])
        try:
            advance = instance.apply(
                entry.kind, facts, Moment(entry.at, calendar, service_tasks.recorded(facts.get("done", {})))
            )
        except Exception as error:  # whatever breaks here breaks because of what was recorded
            raise Divergence(case=case.id, seq=seq, what=f"{type(error).__name__}: {error}") from error
        if instance.digest() != entry.state:
            raise Divergence(case=case.id, seq=seq, what="state")
        watch(entry, advance, instance)
    if (case.seq, case.head) != (seq, previous):
        raise Divergence(case=case.id, seq=min(seq, case.seq) + 1, what="tail")
    return instance


def rebuild(tx: Transaction, versions: Versions, entries: Sequence[Entry]) -> None:
    """Make the rows of a case anew from its journal alone, of which `entries` is all. Raises `Divergence`."""
    first, last = entries[0], entries[-1]
    version = versions.get(tx, first.facts["version"])
    bare = Case(
        first.case, version.province.code, version.procedure.code, version.digest, first.at, last.seq, last.hash
    )
    cases.wipe(tx, bare.id)
    rows = [bare]

    def show(entry: Entry, advance: Advance | None, instance: Instance) -> None:
        if advance:
            change = project(entry, rows[-1], instance, advance, solved(tx, entry.case, entry.facts))
        else:
            change = project_record_entry(tx, entry, rows[-1])
        rows.append(change.case)
        cases.show(tx, change)

    replay(tx, versions, bare, show)
