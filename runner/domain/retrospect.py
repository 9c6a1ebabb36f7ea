"""A closed case on a draft: when its tasks would have been due, and what would have been late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from runner.domain.impact import Obstacle


class Fidelity(StrEnum):
    """How much of a closed case on a draft is recorded; figures of different ones are never added up.

    `EXACT`: every task opened and was done at its recorded moments. `RETIMED`: each task that both versions have keeps
    the working time from its opening to its end, laid anew on the calendar. `STOPPED`: it needs what nobody gave.
    """

    EXACT = "exact"
    RETIMED = "retimed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Pass:
    """One task that was done, of a `step` ("" outside the steps): late as it was, and on the draft.

    None: the version does not have it. `added`: how long it takes is assumed, its whole limit.
    """

    task: str
    name: str
    step: str
    before: bool | None
    after: bool | None
    added: bool = False


@dataclass(frozen=True, slots=True)
class CaseRetrospect:
    """A closed case on a draft. `before` and `after`: whether the whole was late. `obstacle`: why it stopped."""

    case: int
    number: str | None
    fidelity: Fidelity
    passes: tuple[Pass, ...] = ()
    before: bool = False
    after: bool = False
    obstacle: Obstacle | None = None


@dataclass(slots=True)
class Row:
    """How often a step was done and was late, as it was and on the draft; the cases behind each number."""

    name: str
    done: int = 0
    before: set[int] = field(default_factory=set)
    after: set[int] = field(default_factory=set)
    late_before: int = 0
    late_after: int = 0
    added: int = 0

    def count(self, case: int, before: bool | None, after: bool | None, *, added: bool = False) -> None:
        """Count one more time that the step was done."""
        self.done += 1
        self.added += added
        if before:
            self.late_before += 1
            self.before.add(case)
        if after:
            self.late_after += 1
            self.after.add(case)


@dataclass(slots=True)
class Summary:
    """The figures of one fidelity: the whole, and each step by its id (a task outside the steps by its name)."""

    cases: int = 0
    whole: Row = field(default_factory=lambda: Row(""))
    steps: dict[str, Row] = field(default_factory=dict)

    def add(self, found: CaseRetrospect) -> None:
        self.cases += 1
        self.whole.count(found.case, found.before, found.after)
        for each in found.passes:
            key = each.step or each.name
            row = self.steps.setdefault(key, Row(each.name if not each.step else each.step))
            row.count(found.case, each.before, each.after, added=each.added)


def summaries(found: Iterable[CaseRetrospect]) -> Mapping[Fidelity, Summary]:
    """The figures of each fidelity."""
    made = {fidelity: Summary() for fidelity in Fidelity}
    for each in found:
        made[each.fidelity].add(each)
    return made
