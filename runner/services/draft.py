"""Drafts of forms: what a person typed, unchecked but storable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.domain.journal import canonical
from runner.domain.strict_json import storable
from runner.errors import Refused

MAX_CHARACTERS = 200_000
"""The same limit as for the values of a submitted form."""


class DraftInvalid(Refused):
    """Bản nháp quá dài hoặc có ký tự không lưu được."""


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values`, if they are JSON that both databases can store. Raises `DraftInvalid`."""
    try:
        text = canonical(dict(values))
    except (TypeError, ValueError, RecursionError):
        raise DraftInvalid from None
    if len(text) > MAX_CHARACTERS or "\\u0000" in text or not storable(text):
        raise DraftInvalid
    return dict(values)
