"""Which of many cases are meant, where they are counted or handed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

Basis = Literal["received", "ended"]
"""Which moment of a case lies in the period."""
Lateness = Literal["", "case", "task", "none"]
"""Of cases: all; settled after their date; with a task that was late; or neither."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are meant; what is empty filters nothing. Moments are aware, `until` is not included.

    `version` is a digest. `lanes`: only cases in which one of them has a task.
    """

    procedure: str = ""
    version: str = ""
    basis: Basis = "ended"
    since: datetime | None = None
    until: datetime | None = None
    outcome: str = ""
    late: Lateness = ""
    lanes: frozenset[str] = frozenset()


class Order(StrEnum):
    """By what cases are listed; among equals by their number. What has no value stands last."""

    NUMBER = "number"
    PROCEDURE = "procedure"
    DUE = "due"
    DELIVERED = "delivered"
    STATUS = "status"
