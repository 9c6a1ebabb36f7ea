"""Text as this program keeps it: in NFC, the composed form of Unicode (UAX 15).

Files of a Mac and some keyboards write “ế” as three characters. Each reader of text from outside composes it once, so
that equal text is equal everywhere behind; the bytes, of which digests are taken, stay as they were given.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final
from unicodedata import combining, normalize

MOST_MARKS: Final = 30
"""The most marks on one letter that are put in order: the Stream-Safe Text Format of UAX 15."""


def composed(text: str) -> str:
    """`text` in NFC; as it is where a letter has more marks than any language writes.

    Putting marks in order takes the square of their number.
    """
    if text.isascii():
        return text
    runs = groupby(text, lambda sign: combining(sign) > 0)
    if any(marks and sum(1 for _ in run) > MOST_MARKS for marks, run in runs):
        return text
    return normalize("NFC", text)


def composed_values(value: Any) -> Any:
    """`value` of JSON or TOML with every text and key composed, however deep."""
    match value:
        case str():
            return composed(value)
        case list():
            return [composed_values(each) for each in value]
        case dict():
            return {composed(key): composed_values(each) for key, each in value.items()}
        case _:
            return value


def folded(text: str) -> str:
    """`text` for searching, without capitals and accents: ``Hồng Lĩnh`` as ``hong linh``."""
    plain = normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(sign for sign in plain if not combining(sign)).split())
