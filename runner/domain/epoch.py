"""Epochs: a database that was restored from a backup goes on with numbers that nobody can have been given before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

MARGIN: Final = 1_000
"""How many ids are left out beside those that the newest known head proves: what came after that head."""
BLIND: Final = 100_000
"""How many are left out where no head behind the backup is known."""
NUMBERS_MARGIN, NUMBERS_BLIND = 100, 1_000
"""The same of the case numbers that an agency gives in a day."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """The database began again at `at` from a backup that was `made` before; `backup` is its manifest's SHA-256 (hex).

    Ids of cases behind `last_case` and before `first_case`, and of record events likewise, may have been given by the
    database that was lost, and are given no more; nor are case numbers up to `numbers` of the days up to `until`
    (local). `lost` is how many leaves the newest known head has more than the backup, None where no head is known.
    """

    number: int
    at: datetime
    by: str
    reason: str
    backup: str
    made: datetime
    lost: int | None
    last_case: int
    first_case: int
    last_event: int
    first_event: int
    numbers: int
    until: date


def first_after(last: int, lost: int | None) -> int:
    """The first id that is safe behind `last`: a round number, so that people see the gap."""
    beyond = last + (BLIND if lost is None else lost + MARGIN)
    return beyond // MARGIN * MARGIN + MARGIN


def numbers_after(last: int, lost: int | None) -> int:
    """The last case number of a day that is no longer given; each took two entries at least."""
    beyond = last + (NUMBERS_BLIND if lost is None else lost // 2 + NUMBERS_MARGIN)
    return beyond // NUMBERS_MARGIN * NUMBERS_MARGIN + NUMBERS_MARGIN
