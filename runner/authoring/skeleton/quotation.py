"""Words of the decision, as tasks are named and as the facts quote them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from runner.authoring.skeleton.words import said
from runner.lint.conformance.comparison import PAPER
from runner.lint.conformance.steps_and_tasks import ALIKE
from runner.lint.conformance.wording import plain

LONGEST_NAME: Final = 70
_SENTENCE: Final = re.compile(r"(?<=[.;:])\s+")
_PUNCTUATION: Final = " .,;:()-+*•…"


def sentences(lines: Iterable[str]) -> list[str]:
    """The sentences of a step's text, each as it stands there but for the mark of a list's item."""
    return [each for line in lines for part in _SENTENCE.split(line) if (each := plain(part))]


def about(lines: Iterable[str], *words: str) -> str:
    """The first sentence with one of the `words`, "" where there is none."""
    return next((each for each in sentences(lines) if any(word in each.casefold() for word in words)), "")


def consequence(sentence: str) -> str:
    """What is done, of “Nếu … thì …”; the sentence itself where it is no such one, or would be too short a name."""
    done = sentence.rpartition(said("clues.then"))[2]
    return done if _count(done) >= ALIKE else sentence


def opening(lines: Iterable[str]) -> str:
    """The first sentence that says enough to name a task by, else the first such line, else the longest."""
    rows = [plain(line) for line in lines]
    known = [*sentences(rows), *rows]
    return next((each for each in known if _count(bare(each)) >= ALIKE), max(known, key=_count, default=""))


def bare(words: str) -> str:
    """The part of some words that names no paper: a task whose name has one would have to make that paper."""
    parts = [part.strip(_PUNCTUATION) for part in PAPER.split(words)]
    return next((part for part in parts if _count(part) >= ALIKE), max(parts, key=_count))


def named(step: str, words: str) -> str:
    """The name of a step's task: the step, and as many of its words as fit."""
    text = re.sub(r"\s+", " ", words).strip(" .;:,")
    if len(text) > LONGEST_NAME:
        text = text[: LONGEST_NAME + 1].rpartition(" ")[0].strip(" .;:,") or text[:LONGEST_NAME]
    text = text[:1].upper() + text[1:]
    return said("diagram.step", step=step, what=text) if step.isdecimal() else f"{step}. {text}"


def _count(text: str) -> int:
    return len(re.findall(r"\w+", text))
