"""How many findings a version or a draft has, kept in memory: neither a version nor a save ever changes."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from threading import Lock
from typing import Final

from runner.authoring.check import check
from runner.domain.deployment import ProcedureUnknown
from runner.domain.procedure_draft import ProcedureDraft
from runner.store import procedure_draft as store
from runner.store import registry
from runner.store.session import Database

KEPT: Final = 2_000
"""Tallies, of which a version or a save has one."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The errors and warnings among the findings; `kinds` are the errors by the ending of the file: ``.bpmn``."""

    errors: int
    warnings: int
    kinds: Mapping[str, int]


class Tallies:
    """The tallies that were counted since this process began, for all its threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._known: OrderedDict[object, Tally] = OrderedDict()
        self._lock = Lock()

    def find(self, subject: ProcedureDraft | str) -> Tally | None:
        """The tally of a draft's newest save or of the version with this digest, if it was counted."""
        with self._lock:
            return self._known.get(_key(subject))

    def count(self, subject: ProcedureDraft | str) -> Tally:
        """The tally, counted if it has to be. Raises `ProcedureUnknown` for a version that there is not."""
        if known := self.find(subject):
            return known
        with self.database.read() as tx:
            if isinstance(subject, ProcedureDraft):
                save = store.find(tx, subject.id, subject.save)
                procedure, files = subject.procedure, store.files(tx, save) if save else {}
            elif version := registry.version(tx, subject):
                procedure, files = version.procedure, registry.files(tx, subject)
            else:
                raise ProcedureUnknown(procedure=subject)
        found = check(procedure, files)
        kinds = Counter(PurePosixPath(located.file).suffix for located in found if located.is_error)
        tally = Tally(kinds.total(), len(found) - kinds.total(), kinds)
        with self._lock:
            self._known[_key(subject)] = tally
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return tally


def _key(subject: ProcedureDraft | str) -> object:
    return (subject.id, subject.save) if isinstance(subject, ProcedureDraft) else subject
