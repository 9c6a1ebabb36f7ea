"""A sample of cases and its audit file: how it was drawn, its cases, what auditors wrote of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Grouping(StrEnum):
    """By what the population is divided into strata."""

    NONE = "none"
    PROCEDURE = "procedure"
    OFFICER = "officer"
    OUTCOME = "outcome"


class Look(StrEnum):
    """How far an auditor is with a case; the last one, `SIGNED`, ends the file."""

    UNSEEN = "unseen"
    SEEN = "seen"
    FOUND = "found"
    SIGNED = "signed"


class Severity(StrEnum):
    """How much a finding weighs."""

    LOW = "low"
    MEDIUM = "medium"
    SERIOUS = "serious"


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as it was drawn; nothing of it changes.

    `asked` is the filter of the population as plain JSON; `strata` are rows of name, size and how many were drawn;
    `digest` is the SHA-256 (hex) of the population's ids, `versions` are the digests of its cases' versions.
    """

    id: int
    province: str
    title: str
    by: str
    at: datetime
    seed: int
    grouping: str
    asked: Mapping[str, Any]
    strata: tuple[tuple[str, int, int], ...]
    population: int
    digest: str
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A case of a sample, and the stratum for which it stands."""

    sample: int
    case: int
    stratum: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What an auditor wrote of a case; later ones stand beside it. `entry` is one of its journal, 0 for none.

    The last one of a file may be its sign-off: `look` is `SIGNED`, `case` 0, `text` the SHA-256 of the file's content.
    """

    sample: int
    number: int
    case: int
    at: datetime
    by: str
    look: str
    severity: str
    text: str
    entry: int
