"""What people write to say why: one rule for all of them."""

from __future__ import annotations

from runner.domain.strict_json import storable
from runner.errors import Refused

LENGTH = 1_000


class ReasonMissing(Refused):
    """Hãy nêu lý do (tối đa 1.000 ký tự)."""


def reason(text: object) -> str:
    """`text` without the blanks around it. Raises `ReasonMissing` for nothing, too much, or what no person types."""
    if not isinstance(text, str) or not text.strip() or len(text) > LENGTH or not storable(text):
        raise ReasonMissing
    return text.strip()
