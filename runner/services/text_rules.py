"""The one rule for every reason that people write."""

from __future__ import annotations

from runner.domain.form.component import unprintable, visible
from runner.errors import Refused

LENGTH = 1_000


class ReasonMissing(Refused):
    """Hãy nêu lý do (tối đa 1.000 ký tự)."""


class ReasonUnprintable(ReasonMissing):
    """Lý do có ký tự không được phép; hãy xóa và gõ lại."""


def reason(text: object) -> str:
    """`text`, composed, without blanks around it and without invisible characters.

    Raises `ReasonMissing` for no visible text or a long one, `ReasonUnprintable` for one that no document can show.
    """
    if not isinstance(text, str) or len(text) > LENGTH or not (stated := visible(text.replace("\r\n", "\n"))):
        raise ReasonMissing
    if unprintable(stated, "\n\t"):
        raise ReasonUnprintable
    return stated
