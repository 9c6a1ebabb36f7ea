"""The words by which a case is found: folded, so that accents, capitals and signs in numbers make no difference."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from runner.unicode import folded

SEARCHED: Final = ("case_number", "applicant_name", "applicant_tax_code", "contact_name", "contact_phone")
"""The values of a case by which it is found."""
NUMERIC: Final = ("applicant_tax_code", "contact_phone")
MOST_WORDS: Final = 8
"""The words of a question that are looked for; what is typed behind them makes a question no narrower."""
_NUMBER = re.compile(r"\+?[0-9][0-9.()-]*")
_ABROAD = re.compile(r"^\+84")


def words(values: Mapping[str, object]) -> str:
    """What is kept of a case to find it by. Numbers of phones and taxes also stand there without signs."""
    found = [folded(str(values[name])) for name in SEARCHED if values.get(name)]
    found += [bare(str(values[name])) for name in NUMERIC if values.get(name)]
    return " ".join(dict.fromkeys(each for each in found if each))


def sought(question: str) -> list[tuple[str, ...]]:
    """The words of a question, each with the ways in which a case may have it; a case has every word in one of them."""
    asked = folded(question).split()[:MOST_WORDS]
    return [tuple(dict.fromkeys((word, bare(word)))) if _NUMBER.fullmatch(word) else (word,) for word in asked]


def bare(number: str) -> str:
    """The digits of a number, with a zero in place of the country's code."""
    return "".join(sign for sign in _ABROAD.sub("0", "".join(number.split())) if sign.isdecimal() and sign.isascii())
