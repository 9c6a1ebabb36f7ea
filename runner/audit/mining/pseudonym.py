"""Pseudonyms of officers in one log: a keyed hash whose key is made for it and is nowhere afterwards.

Without the key nobody can count through the few accounts there are to see whose pseudonym it is, here or elsewhere, and
two logs cannot be joined by them.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from secrets import token_bytes

from runner.domain.person import SYSTEM


class Pseudonyms:
    """The same account has the same pseudonym in one log."""

    def __init__(self) -> None:
        self._key = token_bytes(32)
        self._known: dict[str, str] = {}

    def __call__(self, account: str) -> str:
        """What stands for an account; the system is no person and keeps its name."""
        if account == SYSTEM.id:
            return account
        if account not in self._known:
            self._known[account] = f"P-{hmac.digest(self._key, account.encode(), sha256).hex()[:16]}"
        return self._known[account]
