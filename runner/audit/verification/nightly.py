"""The verification of every night, by the worker: in slices, so that no timer waits for it; it is kept where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time
from typing import Any, Final

from runner.audit.verification.heads import HeadSource
from runner.audit.verification.run import Run
from runner.clock import ZONE, processor_time
from runner.domain.person import SYSTEM
from runner.domain.verification import Report, Scope, Tally
from runner.errors import Conflict
from runner.store import verification as reports
from runner.store.session import Database

NIGHT: Final = time(1)
"""From when on (local time) the worker verifies."""
SLICE: Final = 1.0
"""Seconds of the processor that one slice takes."""


class Nightly:
    """Verifies everything once a night. Any number of workers may: of two that take the same slice, one counts."""

    def __init__(self, database: Database, source: Callable[[], HeadSource]) -> None:
        self.database, self.source = database, source

    def work(self, now: datetime, seconds: float = SLICE) -> Report | None:
        """Take the next slice of tonight's verification, beginning it where it is time; None where there is none."""
        local = now.astimezone(ZONE)
        if local.time() < NIGHT:
            return None
        night = local.date().isoformat()
        with self.database.read() as tx:
            before = reports.of_night(tx, night)
        if before is None:
            before = self._begin(night, now)
        if before is None or before.ended:
            return None
        after = self._slice(before, now, seconds)
        with self.database.change() as tx:
            return after if reports.go_on(tx, before, after) else None

    def _begin(self, night: str, now: datetime) -> Report | None:
        progress = {"case": 0, "beside": 0, "log": None}
        made = Report(0, Scope.NIGHTLY, now, None, SYSTEM.id, night, 0, False, progress, Tally())
        with suppress(Conflict), self.database.change() as tx:  # another worker may have begun it
            return reports.add(tx, made)
        return None

    def _slice(self, before: Report, now: datetime, seconds: float) -> Report:
        """How far it comes in so many seconds; at least one step."""
        used, progress = processor_time(), dict(before.progress)
        run = Run(self.database, now, before.tally, self.source())
        for _ in _steps(progress, run):
            if used() > seconds:
                return replace(before, progress=progress)
        done = run.report(Scope.NIGHTLY, now, SYSTEM)
        return replace(before, progress=progress, ended=now, head=done.head, witnessed=done.witnessed)


def _steps(progress: dict[str, Any], run: Run) -> Iterator[None]:
    """Go on from where `progress` stands, and note each step in it."""
    for proof in run.all_cases(progress["case"]):
        progress["case"] = proof.case
        yield
    for number in run.beside(progress["beside"]):
        progress["beside"] = number
        yield
    run.stands = progress["log"] or {}
    for _ in () if run.stands.get("ended") else run.log(run.stands):
        progress["log"] = run.stands
        yield
