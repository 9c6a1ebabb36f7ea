"""Patterns that a text must match. Analysts write them, so they are bounded: none takes long to refuse a text."""

from __future__ import annotations

import re
from typing import Final

MAX_LENGTH: Final = 200
MAX_WAYS: Final = 100_000
"""What the slowest refusal costs: some milliseconds."""

NAMED: Final = {
    "email": re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"),
    "phone": re.compile(r"\+?[0-9](?:[ .-]?[0-9]){7,14}"),
}
"""What form-js calls a validation type."""

_PIECE: Final = re.compile(
    r"""(?P<atom>
            \[\^? (?: \\[dws\\\]\[.^/-] | (?! -- | && | ~~ | \|\| ) [^\\\]\[] )+ \]
          | \\[dDwWsS.\\/()\[\]{}+*?|^$-]
          | [^\\()\[\]{}+*?|^$]
        )
        (?P<times> [?*+] | \{(?P<low>[0-9]{1,3}) (?P<comma>,(?P<high>[0-9]{1,3})?)? \} )?
      | (?P<group> \( (?:\?:)? )
      | (?P<end> \) (?P<maybe>\?)? )
      | (?P<bar> \| )""",
    re.VERBOSE,
)


def compiled(text: str, longest: int) -> re.Pattern[str] | None:
    """The pattern `text` for texts of at most `longest` characters; None when it is not supported.

    Supported is ``^…$`` around characters and classes with repetitions, in groups that neither nest nor repeat, that
    divide a text in at most `MAX_WAYS` ways. Such a pattern means the same here and in a browser.
    """
    if len(text) > MAX_LENGTH or not (text.startswith("^") and text.endswith("$")):
        return None
    if not _affordable(text[1:-1], longest):
        return None
    try:
        return re.compile(text[1:-1], re.ASCII)
    except re.error:  # a class such as [z-a], a repetition such as {3,2}
        return None


def _affordable(text: str, longest: int) -> bool:
    ways, inside, at = 1, False, 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None or (inside if piece["group"] else not inside if piece["end"] or piece["bar"] else False):
            return False
        inside = bool(piece["group"]) or (inside and not piece["end"])
        ways *= _ways(piece, longest)
        at = piece.end()
    return not inside and ways <= MAX_WAYS


def _ways(piece: re.Match[str], longest: int) -> int:
    """In how many ways a piece can match at one place of a text of `longest` characters."""
    if piece["low"]:
        low = int(piece["low"])
        high = int(piece["high"]) if piece["high"] else longest if piece["comma"] else low
        return max(high - low, 0) + 1
    if piece["times"] in ("*", "+"):
        return longest + 1
    return 2 if piece["times"] or piece["maybe"] or piece["bar"] else 1
