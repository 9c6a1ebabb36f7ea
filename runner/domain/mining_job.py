"""An event log that was ordered on a page, and what has become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class JobStatus(StrEnum):
    """Whether a log waits to be written, is being written, is there, or could not be written."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class MiningJob:
    """A log that `person` ordered. `filter` is a `CaseFilter` as plain values, `fault` why it failed.

    `done` of `total` cases are written; `beat` is the last sign of life of who writes it, `settled` when it ended.
    """

    id: str
    person: str
    at: datetime
    format: str
    filter: Mapping[str, Any]
    ground: str
    pseudonyms: bool
    status: str = JobStatus.WAITING
    done: int = 0
    total: int = 0
    beat: datetime | None = None
    settled: datetime | None = None
    events: int = 0
    size: int = 0
    sha256: str = ""
    fault: str = ""

    @property
    def going_on(self) -> bool:
        return self.status in (JobStatus.WAITING, JobStatus.RUNNING)
