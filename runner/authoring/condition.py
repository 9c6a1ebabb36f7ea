"""A condition as an analyst writes it by hand: whether it can be read and fits the fields, and what may be meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from runner import feel
from runner.bpmn import Diagram
from runner.errors import MotcuaError
from runner.feel.inference import condition_faults
from runner.lint import expression
from runner.lint.content import Content

Judge = Callable[[str], Sequence[MotcuaError]]


@dataclass(frozen=True, slots=True)
class Answer:
    """The condition as a diagram has it; or what is wrong with it, and perhaps (`instead`) what was meant."""

    text: str
    message: str = ""
    instead: str = ""

    def to_json(self) -> dict[str, str]:
        return asdict(self)


def check(text: str, diagram: Diagram, content: Content) -> Answer:
    """The answer for a condition of `diagram`, beside which there is `content`."""
    types, whole = content.types(diagram)

    def judge(text: str) -> Sequence[MotcuaError]:
        found = expression.read(text)
        return [found] if isinstance(found, feel.FeelError) else condition_faults(found, types, whole=whole)

    bare = text.strip().removeprefix("=").strip()
    faults = judge(bare)
    if not faults:
        return Answer(f"={bare}")
    mended = _mended(bare, faults[0])
    instead = f"={mended}" if mended and _better(mended, faults, judge) else ""
    return Answer(f"={bare}", str(faults[0]), instead)


def _mended(text: str, fault: MotcuaError) -> str:
    """What the fault's own advice makes of the whole text; "" where it gives none."""
    facts = {name: str(value) for name, value in fault.facts.items()}
    if "meant" in facts:
        return _renamed(text, facts["name"], facts["meant"])
    if "write" not in facts:
        return ""
    if "operator" in facts:  # the advice is about one comparison
        compared = f"{facts['left']} {facts['operator']} {facts['right']}"
        return text.replace(compared, facts["write"], 1) if compared in text else ""
    return facts["write"]


def _renamed(text: str, name: str, meant: str) -> str:
    """`text` with the name as it is meant, but not within quotes."""
    pattern = re.compile(rf'("(?:[^"\\]|\\.)*")|(?<![\w.]){re.escape(name)}(?!\w)')
    return pattern.sub(lambda found: found[1] or meant, text)


def _better(mended: str, faults: Sequence[MotcuaError], judge: Judge) -> bool:
    """Whether the text can be read, asks something of the case, and has fewer faults than before."""
    found = expression.read(mended)
    if isinstance(found, feel.FeelError) or not found.names:
        return False
    return isinstance(faults[0], feel.FeelError) or len(judge(mended)) < len(faults)
