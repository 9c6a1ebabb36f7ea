"""Access tokens: by them other systems act for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    """What a token may be for."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Token:
    """A token: whose it is, by what name they know it, and what it may do (names, in order, a space between)."""

    sha256: bytes
    person: str
    name: str
    scopes: str
    created: datetime
    revoked: datetime | None = None
