"""Words of the decision, as tasks are named and as the facts quote them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from runner.authoring.skeleton.words import said

LONGEST_NAME: Final = 70
_MARK: Final = re.compile(r"^(?:\d+(?:\.\d+)*[.)]|[-+*•])\s*")
_SENTENCE: Final = re.compile(r"(?<=[.;:])\s+")


def sentences(lines: Iterable[str]) -> list[str]:
    """The sentences of a step's text, each as it stands there but for the mark of a list's item."""
    return [each for line in lines for part in _SENTENCE.split(line) if (each := _MARK.sub("", part.strip()))]


def about(lines: Iterable[str], *words: str) -> str:
    """The first sentence with one of the `words`, "" where there is none."""
    return next((each for each in sentences(lines) if any(word in each.casefold() for word in words)), "")


def consequence(sentence: str) -> str:
    """What is done, of “Nếu … thì …”; the sentence itself where it is no such one, or would be too short a name."""
    done = sentence.rpartition(said("clues.then"))[2]
    return done if len(done.split()) >= 3 else sentence


def named(step: str, words: str) -> str:
    """The name of a step's task: the step, and as many of its words as fit."""
    plain = re.sub(r"\s+", " ", words).strip(" .;:,")
    if len(plain) > LONGEST_NAME:
        plain = plain[: LONGEST_NAME + 1].rpartition(" ")[0].strip(" .;:,")
    return said("diagram.step", step=step, what=_upper(plain)) if step.isdecimal() else f"{step}. {_upper(plain)}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def opening(lines: Iterable[str]) -> str:
    """The first sentence that says enough to name a task by, else the longest."""
    said = sentences(lines)
    return next((each for each in said if len(each.split()) >= 3), max(said, key=len, default=""))
