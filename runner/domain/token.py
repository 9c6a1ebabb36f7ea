"""Access tokens: by them other systems act for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """What a token may be for.

    `DRAFT` saves procedure drafts, as a desktop modeler does; `SUBMIT` also asks for their approval, never gives it.
    `SIGN` completes tasks by which a director signs; such a token takes the place of the password that pages ask for.
    """

    READ = "read"
    WRITE = "write"
    SIGN = "sign"
    DRAFT = "draft"
    SUBMIT = "submit"


IMPLIED: Final = {Scope.SUBMIT: frozenset({Scope.DRAFT})}
"""The scopes that come with another one."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token: whose it is, by what name they know it, and what it may do (names, in order, a space between)."""

    sha256: bytes
    person: str
    name: str
    scopes: str
    created: datetime
    revoked: datetime | None = None


def scopes(names: str) -> frozenset[str]:
    """The scopes with these names, and those that they imply."""
    held = frozenset(names.split())
    return held.union(*(more for scope, more in IMPLIED.items() if scope in held))
