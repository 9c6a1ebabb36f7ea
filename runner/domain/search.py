"""The words by which a case is found: folded, so that accents, capitals and signs in numbers make no difference.

A question finds a case by the beginnings of its words. A word also begins behind each sign in it, so that the end of a
number, ``220926-0001`` or ``0001``, finds it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from runner.unicode import folded

SEARCHED: Final = ("case_number", "applicant_name", "applicant_tax_code", "contact_name", "contact_phone")
"""The values of a case by which it is found."""
NUMERIC: Final = ("applicant_tax_code", "contact_phone")
MOST_WORDS: Final = 8
"""The words of a question that are looked for; what is typed behind them makes a question no narrower."""
KEPT: Final = 60
"""The words of a case that are kept; a name has fewer."""
LONGEST: Final = 64
"""Characters of a word that are kept and looked for; an index takes no word of any length."""
_NUMBER = re.compile(r"\+?[0-9][0-9.()-]*")
_SPACED = re.compile(r"\+?[0-9(][0-9.() -]{7,}")
_ABROAD = re.compile(r"^\+84")
_BEGINNING = re.compile(r"(?<![^\W_])[^\W_]")
"""Where a word begins: at a letter or digit behind none."""


def words(values: Mapping[str, object]) -> str:
    """What is kept of a case to find it by, between spaces. Numbers of phones and taxes also stand without signs."""
    found = [each for name in SEARCHED if values.get(name) for each in _beginnings(folded(str(values[name])))]
    found += [bare(str(values[name]))[:LONGEST] for name in NUMERIC if values.get(name)]
    return " ".join(list(dict.fromkeys(each for each in found if each))[:KEPT])


def sought(question: str) -> list[tuple[str, ...]]:
    """The words of a question, each with the ways in which a word of a case may begin; a case has every word.

    Signs alone are no words; a question of nothing else finds nothing.
    """
    asked = folded(question)
    if " " in asked and _SPACED.fullmatch(asked):
        return [(bare(asked)[:LONGEST],)]
    typed = asked.split()[:MOST_WORDS]
    found = [(word, begun) for word in typed if (begun := next(_beginnings(word), ""))] or [
        (each, each) for each in typed[:1]
    ]
    return [
        tuple(dict.fromkeys((begun, bare(word)[:LONGEST]))) if _NUMBER.fullmatch(word) else (begun,)
        for word, begun in found
    ]


def _beginnings(text: str) -> Iterator[str]:
    for word in text.split():
        for place in _BEGINNING.finditer(word):
            yield word[place.start() :][:LONGEST]


def bare(number: str) -> str:
    """The digits of a number, with a zero in place of the country's code."""
    return "".join(sign for sign in _ABROAD.sub("0", "".join(number.split())) if sign.isdecimal() and sign.isascii())
