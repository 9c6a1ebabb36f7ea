"""Patterns that a text must match. Analysts write them, so they are bounded: none takes long to refuse a text."""

from __future__ import annotations

import re
from string import ascii_letters
from typing import Final

MAX_LENGTH: Final = 200
MAX_WAYS: Final = 100_000
"""What the slowest refusal costs: some milliseconds."""

_NUMBER: Final = r"(?:\(\+?[0-9](?:[ .-]?[0-9]){0,5}\)|\+?[0-9])(?:[ .-]?(?:\([0-9]{1,5}\)[ .-]?)?[0-9]){7,14}"
_INTERNAL: Final = "[0-9]{1,6}"
_EXTENSION: Final = rf"(?:máy lẻ|số lẻ|lẻ|ext\.?|x):? ?{_INTERNAL}"
_PHONE: Final = rf"{_NUMBER}(?:,? ?(?:{_EXTENSION}|\({_EXTENSION}\)))?"
NAMED: Final = {
    "email": re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"),
    "phone": re.compile(rf"{_PHONE}(?: ?(?:[/,;]|hoặc|và) ?{_PHONE})?", re.IGNORECASE),
}
"""What form-js calls a validation type. A phone is one number or two, each with its extension."""
_EXAMPLES: Final = {NAMED["email"]: "van-thu@coquan.gov.vn", NAMED["phone"]: "(0275) 3822 222"}

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


def example(pattern: re.Pattern[str]) -> str:
    """A text that matches a pattern of `NAMED` or of `compiled`: without what is optional, by first alternatives."""
    if pattern in _EXAMPLES:
        return _EXAMPLES[pattern]
    made, before, at, skipped = "", "", 0, False
    while piece := _PIECE.match(pattern.pattern, at):
        at = piece.end()
        if piece["group"]:
            before = made
        elif piece["bar"]:
            skipped = True
        elif piece["end"]:
            made, skipped = before if piece["maybe"] else made, False
        elif not skipped:
            made += "".join(_sign(piece["atom"], place) for place in range(_least(piece)))
    return made


def _least(piece: re.Match[str]) -> int:
    """How often an example has a piece: as rarely as can be, yet once of what has no fixed number."""
    if piece["low"]:
        return int(piece["low"]) or int(piece["high"] != "0" and bool(piece["comma"]))
    return int(piece["times"] != "?")


def _sign(atom: str, place: int) -> str:
    """A character that `atom` matches; digits are counted up by `place`."""
    for signs in ("1234567890", ascii_letters, map(chr, (*range(33, 127), *range(161, 0x3000), 32))):
        if fitting := [sign for sign in signs if re.fullmatch(atom, sign, re.ASCII)]:
            return fitting[place % len(fitting)]
    return atom


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
