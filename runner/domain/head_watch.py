"""What others say of a head of the record log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Cosignature:
    """That a witness cosigned the head of this `size`: its name, the moment that it says, and the line of the note."""

    size: int
    witness: str
    at: datetime
    line: str


@dataclass(frozen=True, slots=True)
class HeadStamp:
    """What an authority answered, `asked` for a time stamp of the head of this `size`: as it came, and what it says.

    `at` is the moment that it states; None where the answer states none, of which `fault` tells why.
    """

    size: int
    authority: str
    asked: datetime
    response: bytes
    at: datetime | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """When a witness or an authority was last asked; `fault` is "" where it answered well."""

    party: str
    at: datetime
    fault: str = ""
