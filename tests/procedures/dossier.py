"""A dossier on its way through a procedure: moments in local time, forms filled in as they usually are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from runner.clock import ZONE
from runner.domain.case import ChangeResult
from runner.domain.journal import Entry
from runner.store import case as cases
from tests.procedures.values import ANSWERS
from tests.world import ROOT, World


class Dossier(World):
    """A case of one of the two real procedures, and the people who work on it."""

    def __init__(self, url: str, folder: Path, procedure: str, start: str) -> None:
        super().__init__(url, folder, start)
        self.deploy(ROOT / f"bpmn/{procedure}.bpmn", provinces=(procedure.partition("/")[0],))
        self.start(procedure)

    def do(self, element: str, **transactions: Any) -> ChangeResult:
        """Submit the open task of `element` as usual, but for `transactions`."""
        return super().do(element, **ANSWERS[self.task(element).form] | transactions)

    def on(self, moment: str, element: str, **transactions: Any) -> Dossier:
        """Move the clock to a local moment, let the worker tick there, and submit the open task of `element`."""
        self.at(moment)
        self.do(element, **transactions)
        return self

    @property
    def timers(self) -> dict[str, str | None]:
        """The moments that the engine waits for; None for those held while the clock stands."""
        with self.runner.database.read() as tx:
            return {timer.element: local_text(timer.due) for timer in cases.timers(tx, self.case)}

    @property
    def journal(self) -> list[Entry]:
        with self.runner.database.read() as tx:
            return cases.entries(tx, self.case)


def local_text(moment: datetime | None) -> str | None:
    """``2022-09-26 09:00`` in Vietnam."""
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}" if moment else None
