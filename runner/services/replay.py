"""A case from its journal: one replay loads it, proves that the journal is whole, and rebuilds its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from runner.domain import erasure
from runner.domain.case import Case
from runner.domain.deployment import ProcedureUnknown
from runner.domain.entry import Command, Erase, Erased, Migrate, Start
from runner.domain.journal import START, Entry, chain_fault
from runner.engine.advance import Advance, Moment
from runner.engine.instance import Instance
from runner.errors import Divergence
from runner.services import service_tasks
from runner.services.migration import migrate
from runner.services.read_tables import ReadTables
from runner.services.version_cache import Versions
from runner.store import case as cases
from runner.store import erasure as erasures
from runner.store.session import Transaction

Watch = Callable[[Entry, Advance | None, Instance], None]
"""Called for each entry of a replay: the entry, what it changed (None if it is no command), and the case after it."""


def replay(
    tx: Transaction, versions: Versions, case: Case, watch: Watch = lambda entry, advance, instance: None
) -> Instance:
    """The case from its journal, each entry at its recorded moment and calendar; calls `watch` for each entry.

    After an erasure the case is what its journal gives without the erased values: the states that were recorded up to
    it are those of the case with them, and are not compared. Raises `Divergence` naming the first entry whose chain,
    payload or resulting state is not as recorded; `watch` has seen that entry too where only the state is other.
    """
    entries = cases.entries(tx, case.id)
    broken, erased = chain_fault(entries), erasure.last(entries)
    try:
        version = versions.get(tx, _first(entries) or case.version)
    except ProcedureUnknown as error:
        what = broken[1] if broken and broken[0] == 1 else "version"
        raise Divergence(case=case.id, seq=1, what=what) from error
    instance = Instance(version.definition, version.limit)
    migrated = 1
    for seq, entry in enumerate(entries, 1):
        if broken and broken[0] == seq:
            raise Divergence(case=case.id, seq=seq, what=broken[1])
        command = entry.body
        if not isinstance(command, Command):
            _noted(instance, entry, erased)
            watch(entry, None, instance)
            continue
        try:
            if isinstance(command, Migrate):
                version, migrated = versions.get(tx, command.version), seq
                instance, advance = migrate(
                    tx, versions, entries[: seq - 1], instance, version, command.semantics, entry.at
                )
            else:
                calendar = versions.calendar(tx, case.province, entry.calendar)
                moment = Moment(entry.at, calendar, service_tasks.recorded(entry.done), entry.actor)
                advance = instance.apply(command, moment)
            if isinstance(command, Start):
                instance.salt = entry.salt or b""
            state = instance.digest()
        except Exception as error:  # any error comes from what the entry recorded
            raise Divergence(case=case.id, seq=seq, what=f"command: {type(error).__name__}") from error
        watch(entry, advance, instance)
        if seq > erased and state != entry.state:
            raise Divergence(case=case.id, seq=seq, what="state")
    head = entries[-1].hash if entries else START
    if (case.seq, case.head) != (len(entries), head):
        raise Divergence(case=case.id, seq=min(len(entries), case.seq) + 1, what="tail")
    if erasure.named(entries) != erasures.named(tx, case.id):
        raise Divergence(case=case.id, seq=erased, what="erasure")
    if case.version != version.digest:
        raise Divergence(case=case.id, seq=migrated, what="version")
    return instance


def _noted(instance: Instance, entry: Entry, erased: int) -> None:
    """What an entry about the record does to a replay; `erased` is the number of the last erasure.

    An erasure begins a new salt; the last one recorded the state of the case without the erased values.
    """
    if isinstance(entry.body, Erased):
        raise Divergence(case=entry.case, seq=entry.seq, what="erased")
    if isinstance(entry.body, Erase):
        instance.salt = entry.salt or b""
        if entry.seq == erased and instance.digest() != entry.state:
            raise Divergence(case=entry.case, seq=entry.seq, what="state")


def _first(entries: Sequence[Entry]) -> str | None:
    """The digest of the version on which a case began; None where its journal does not say."""
    with suppress(Divergence):
        for entry in entries[:1]:
            if isinstance(entry.body, Start):
                return entry.body.version
    return None


def bare(tx: Transaction, versions: Versions, entries: Sequence[Entry]) -> Case:
    """A case of which nothing is known but its journal, `entries`, as no entry has yet been projected.

    Raises `Divergence` where the journal does not say on which version it began.
    """
    first, last = entries[0], entries[-1]
    start = first.body
    if not isinstance(start, Start):
        raise Divergence(case=first.case, seq=1, what="gap" if first.payload is not None else "erased")
    try:
        version = versions.get(tx, start.version)
    except ProcedureUnknown as error:
        raise Divergence(case=first.case, seq=1, what="version") from error
    migrations = [entry.body for entry in entries if entry.kind == Migrate.kind]
    digest = next((each.version for each in reversed(migrations) if isinstance(each, Migrate)), start.version)
    return Case(first.case, version.province.code, version.procedure.code, digest, first.at, last.seq, last.hash)


def rebuild(tx: Transaction, versions: Versions, entries: Sequence[Entry]) -> ReadTables:
    """Rebuild the rows of a case from its journal alone; `entries` are all its entries. Raises `Divergence`."""
    case = bare(tx, versions, entries)
    tables = ReadTables(case)
    cases.wipe(tx, case.id)
    replay(tx, versions, case, lambda entry, advance, instance: cases.show(tx, tables.show(entry, advance, instance)))
    return tables
