"""What is deployed: versions of procedures, and revisions of calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Deployed:
    """A version of a procedure. `digest` is the SHA-256 (hex) of its files; `number` counts within the procedure."""

    digest: str
    procedure: str
    province: str
    number: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Enforcement:
    """That a version is in force for new cases of its procedure, from `at` on until the next of a higher `number`."""

    procedure: str
    number: int
    version: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of a province's calendar: who made it when and why. `calendar` is its content."""

    province: str
    revision: int
    at: datetime
    by: str
    reason: str
