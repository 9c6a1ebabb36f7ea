"""What a new procedure is made from: the rows of its decision."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from runner.authoring.skeleton.words import said
from runner.domain.limit import Unit
from runner.domain.person import LaneKind

COPIES: Final = ("original", "copy", "unknown")
FEES: Final = ("none", "amounts", "silent")
"""The decision says that there is no fee, gives amounts, or does not speak of fees."""
KINDS: Final = (
    *("licence_issue", "licence_amend", "licence_reissue_expired", "licence_reissue_lost"),
    *("confirmation_issue", "confirmation_amend", "confirmation_reissue_lost", "other"),
)


@dataclass(frozen=True, slots=True)
class Decision:
    number: str
    date: dt.date
    title: str
    issuer: str
    signer: str
    effective: dt.date


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the decision: its words in `lines`, its lane, and what the people of that lane do.

    `days` is None where the decision sets none, as with office hours.
    """

    id: str
    lines: tuple[str, ...]
    lane: str
    kind: LaneKind
    actors: str
    days: Fraction | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the dossier; `copy` is one of `COPIES`."""

    name: str
    copy: str
    required: bool


@dataclass(frozen=True, slots=True)
class Fee:
    """An amount in dong; `label` names the case, "" where there is one amount only."""

    label: str
    amount: int


@dataclass(frozen=True, slots=True)
class Description:
    """A procedure as the form of a new one asks for it. `code` is ``<province>/<code>``; `fee` is one of `FEES`."""

    code: str
    title: str
    title_en: str
    kind: str
    applicants: str
    decision: Decision
    unit: Unit
    limit: Fraction
    counted_from: str
    steps: tuple[Step, ...]
    dossier: tuple[Paper, ...]
    fee: str
    fees: tuple[Fee, ...]
    granted: str
    refused: str


def written(days: Fraction) -> str:
    """A number of days as decisions write it: ``05``, ``0,5``, ``2,5``."""
    return f"{int(days):02d}" if days == int(days) else f"{float(days):g}".replace(".", ",")


def spoken(days: Fraction, unit: Unit) -> str:
    """A length of time as decisions write it: ``05 ngày làm việc``, ``20 ngày``."""
    return said("time.working" if unit == Unit.WORKING_DAYS else "time.calendar", days=written(days))


def ending(code: str) -> str:
    """How the names of a procedure's own forms end: ``ha-tinh-qt-bc-08`` for ``ha-tinh/QT.BC.08``."""
    return re.sub(r"[^a-z0-9]+", "-", code.lower()).strip("-")
