"""That a rule is broken, at an entry of a case, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from runner.errors import Refused
from runner.language import say
from runner.law.rule import Rule


@dataclass(frozen=True, slots=True)
class Violation:
    """At the entry `seq` (0: at none, what is missing), `element` being "" where none is meant."""

    rule: Rule
    seq: int
    at: datetime
    element: str
    template: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """What was found, in the current language."""
        return say(self.template, **self.facts)


class LawRefused(Refused):
    """Không làm được, vì trái quy tắc “{rule}” ({source}). {why}"""

    def __init__(self, violation: Violation) -> None:
        rule = violation.rule
        super().__init__(rule=rule.said, source=rule.source, why=violation.why)
        self.violation = violation
