"""The one rule for every reason that people write."""

from __future__ import annotations

from runner.domain.form.component import visible
from runner.domain.strict_json import storable
from runner.errors import Refused

LENGTH = 1_000


class ReasonMissing(Refused):
    """Hãy nêu lý do (tối đa 1.000 ký tự)."""


def reason(text: object) -> str:
    """`text` without blanks around it and without invisible characters.

    Raises `ReasonMissing` for no visible text, a long one, or one that is not storable.
    """
    if not isinstance(text, str) or len(text) > LENGTH or not storable(text) or not (stated := visible(text)):
        raise ReasonMissing
    return stated
