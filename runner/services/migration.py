"""A case on another version of its procedure, from its journal: for a change, for a replay, and to look at only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from runner.domain.entry import Command, Erased, Migrate
from runner.domain.journal import Entry
from runner.engine import migration
from runner.engine.advance import Moment
from runner.engine.instance import Instance
from runner.engine.migration import Migration, MigrationBlocked, Recorded
from runner.errors import Divergence
from runner.services import service_tasks
from runner.services.version import Version
from runner.services.version_cache import Versions
from runner.store import case as cases
from runner.store.session import Transaction


class IncidentOpen(MigrationBlocked):
    """Hồ sơ có sự cố số {incident} chưa đóng; hãy xử lý sự cố trước."""


def without_incident(tx: Transaction, case: int) -> None:
    """Raises `IncidentOpen`: what failed on a version is tried again or closed there."""
    for each in cases.incidents(tx, case):
        if each.closed is None:
            raise IncidentOpen(seq=each.id, element="", incident=each.id)


def migrate(
    tx: Transaction,
    versions: Versions,
    entries: Sequence[Entry],
    before: Instance,
    version: Version,
    semantics: int,
    now: datetime,
) -> Migration:
    """The case `before`, which its journal `entries` has led to, on `version`. Raises `MigrationBlocked`, `Divergence`.

    The next entry of the journal is the one that migrates it; `before` stays as it is.
    """
    record = _record(tx, versions, version.province.code, entries)
    seq = len(entries) + 1
    return migration.migrate(
        before, version.definition, version.limit, semantics, record, service_tasks.OUTSIDE, seq, now
    )


def _record(tx: Transaction, versions: Versions, province: str, entries: Sequence[Entry]) -> Iterator[Recorded]:
    """The commands of a journal without its migrations, each at its recorded moment and calendar."""
    for entry in entries:
        command = entry.body
        if isinstance(command, Erased):
            raise Divergence(case=entry.case, seq=entry.seq, what="erased")
        if isinstance(command, Command) and not isinstance(command, Migrate):
            calendar = versions.calendar(tx, province, entry.calendar)
            yield Recorded(
                entry.seq, command, Moment(entry.at, calendar, service_tasks.recorded(entry.done), entry.actor)
            )
