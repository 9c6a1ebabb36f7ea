"""How wide words are, and how they are broken into lines, without a font at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Final
from unicodedata import combining, normalize

_WIDTHS: Final = MappingProxyType(
    {sign: width for signs, width in ((" .,:;'|!iljIft()[]/“”‘’-r", 0.3), ("mwMW…—", 0.87)) for sign in signs}
)
"""Widths of letters in Arial, in ems, where they are far from the average of their kind."""


def width(words: str, size: float) -> float:
    """About how wide `words` are in Arial of `size` pixels; marks above and below a letter take no room."""
    return size * sum(_letter(normalize("NFD", letter)[0]) for letter in words)


def _letter(letter: str) -> float:
    if combining(letter):
        return 0
    if letter >= "\u2e80":  # from here on, mostly the square signs of East Asia
        return 1
    return _WIDTHS.get(letter, 0.68 if letter.isupper() else 0.55)


def lines(words: str, room: float, size: float, most: int) -> list[str]:
    """`words` in as few lines as fit `room` pixels, of about equal length; beyond `most` lines, an ellipsis."""
    pieces = [(piece, width(piece, size)) for piece in _pieces(words[:_MOST], room, size)]
    space = width(" ", size)
    found = _filled(pieces, room, space)
    if len(found) > most:
        return [*found[: most - 1], found[most - 1].rstrip(" .,;:") + "…"]
    narrowest = max((wide for _, wide in pieces), default=0.0)
    while room - narrowest > 4:  # half as often as there are pixels to spare is often enough
        middle = (room + narrowest) / 2
        if len(_filled(pieces, middle, space)) > len(found):
            narrowest = middle
        else:
            room = middle
    return _filled(pieces, room, space)


_MOST: Final = 600
"""Characters of a text that are looked at: no box has room for more."""


def _filled(pieces: Iterable[tuple[str, float]], room: float, space: float) -> list[str]:
    """Pieces of known width in lines, each as full as `room` allows."""
    found: list[str] = []
    left = 0.0
    for piece, wide in pieces:
        if found and wide + space <= left:
            found[-1] += " " + piece
            left -= wide + space
        else:
            found.append(piece)
            left = room - wide
    return found


def _pieces(words: str, room: float, size: float) -> Iterator[str]:
    """The words, those that are wider than `room` in pieces."""
    fit = max(int(room / size), 1)  # of the widest letters
    for word in words.split():
        whole = width(word, size) <= room
        yield from (word,) if whole else (word[at : at + fit] for at in range(0, len(word), fit))
