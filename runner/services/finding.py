"""What a doctor found: how something is, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """Well; a limit of this kind of installation, which its operator should know; or to be mended."""

    WELL = "well"
    LIMIT = "limit"
    MEND = "mend"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at, and the sentence that says how it is."""

    id: str
    grade: Grade
    sentence: str
