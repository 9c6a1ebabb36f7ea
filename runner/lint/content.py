"""What the linter knows of the files beside a diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from runner.bpmn import Diagram
from runner.domain.decision import Table
from runner.domain.form import Form
from runner.domain.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Content:
    """The forms and decision tables by id, the other diagrams, and the decision's facts that a diagram relies on.

    A form is None where it is there and cannot be read. `steps` are the decision's steps with their limit in days
    (``"2.5"``; None where it sets none). `facts` and `steps` are None where the diagram has no decision. `called`:
    the diagram is a process that procedures call, which keep its time; `uncalled`: it is one, and none of them does.
    """

    forms: Mapping[str, Form | None] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    diagrams: Sequence[Diagram] = ()
    facts: Procedure | None = None
    called: bool = False
    uncalled: bool = False

    @property
    def steps(self) -> Mapping[str, str | None] | None:
        if self.facts is None:
            return None
        days = ((step.id, step.duration.days) for step in self.facts.steps)
        return MappingProxyType({id: None if limit is None else f"{float(limit):g}" for id, limit in days})
