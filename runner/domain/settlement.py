"""How the dossiers of a period stand: a row of the form II.06a/VPCP/KSTT (Thông tư 01/2020/TT-VPCP).

The columns keep the form's numbers. Totals are counted by themselves, so that the form's identities can fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Final

ONLINE: Final = "online"
"""How a dossier was handed in that column 4 counts; all others are of column 5."""


@dataclass(frozen=True, slots=True)
class Period:
    """The time that a report is about, from `since` until before `until`; both aware."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """A sum that the form requires: column `total` is that of `parts`; `left` and `right` are what they come to."""

    total: int
    parts: tuple[int, ...]
    left: int
    right: int

    @property
    def holds(self) -> bool:
        return self.left == self.right

    @property
    def text(self) -> str:
        """``3 = 4 + 5 + 6``."""
        return f"{self.total} = {' + '.join(map(str, self.parts))}"


SUMS: Final[tuple[tuple[int, tuple[int, ...]], ...]] = ((3, (4, 5, 6)), (7, (8, 9, 10)), (11, (12, 13)), (3, (7, 11)))
"""The identities of the form."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """Columns 3 to 13 of the form, in its order.

    Received: `received` (3) of which in the period `online` (4), `direct` (5), and `earlier` (6) from periods before.
    Settled: `settled` (7) of which `early` (8), `in_time` (9), `late` (10). Being processed at the end of the period:
    `going_on` (11) of which `running` (12) in time and `overdue` (13).
    """

    received: int = 0
    online: int = 0
    direct: int = 0
    earlier: int = 0
    settled: int = 0
    early: int = 0
    in_time: int = 0
    late: int = 0
    going_on: int = 0
    running: int = 0
    overdue: int = 0

    def __add__(self, other: Settlement) -> Settlement:
        return Settlement(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def columns(self) -> Sequence[int]:
        """The numbers from column 3 on."""
        return astuple(self)

    @property
    def identities(self) -> list[Identity]:
        """The form's sums, with what each side comes to."""
        own = dict(enumerate(self.columns, 3))
        return [Identity(total, parts, own[total], sum(own[part] for part in parts)) for total, parts in SUMS]

    @property
    def in_time_share(self) -> float | None:
        """The part of what was settled that was not late; None where nothing was."""
        return 1 - self.late / self.settled if self.settled else None


def total(rows: Iterable[Settlement]) -> Settlement:
    """The sum of rows, column by column."""
    return sum(rows, Settlement())
