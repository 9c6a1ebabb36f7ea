"""Orders to migrate running cases: asked for together, carried out one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class OrderStatus(StrEnum):
    """What has become of an order."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class MigrationOrder:
    """That `case`, which runs on the version `source` and which its entry `seq` left as it was looked at, migrates.

    Versions are digests. `entry` is the number of the entry that migrated it; `fault` says why it did not: `template`
    and `facts` of a sentence. `settled` is when either was known, or when the order was stopped.
    """

    case: int
    version: str
    source: str
    seq: int
    at: datetime
    by: str
    reason: str
    status: str = OrderStatus.WAITING
    settled: datetime | None = None
    entry: int | None = None
    fault: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class OrderCount:
    """How many orders of one version there are, by what has become of them."""

    waiting: int = 0
    done: int = 0
    refused: int = 0
    stopped: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.done + self.refused
