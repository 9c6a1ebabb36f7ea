"""What the linter knows of the files beside a diagram."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from runner.bpmn import Diagram
from runner.domain.calendar import Calendar
from runner.domain.decision import Table
from runner.domain.form import Form, types
from runner.domain.person import KINDS, LaneKind
from runner.domain.procedure import Procedure, Province
from runner.feel.type import NUMBER, STRING, Type

RESULTS: Mapping[str, Mapping[str, Type]] = {
    "allot_number": {"case_number": STRING},
    "pin_fee": {"fee_amount": NUMBER, "fee_label": STRING, "fee_row": NUMBER},
}
"""What the work of each topic makes values of the case."""
DECIDED: Mapping[str, Type] = {"row": NUMBER, "rule": STRING, "table": STRING}
"""What every decision makes values of the case, besides its table's answers."""


@dataclass(frozen=True, slots=True)
class Content:
    """The forms and decision tables by id, the other diagrams, and the decision's facts that a diagram relies on.

    A form is None where it is there and cannot be read. `steps` are the decision's steps with their limit in days
    (``"2.5"``; None where it sets none). `facts` and `steps` are None where the diagram has no decision. `called`:
    the diagram is a process that procedures call, which keep its time; `uncalled`: it is one, and none of them does.
    `calendar` makes the working calendar by which the procedure counts. `province` says what the lanes are.
    """

    forms: Mapping[str, Form | None] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    diagrams: Sequence[Diagram] = ()
    facts: Procedure | None = None
    called: bool = False
    uncalled: bool = False
    calendar: Callable[[], Calendar] | None = None
    province: Province | None = None

    @property
    def kinds(self) -> Mapping[str, LaneKind]:
        """What the people of each lane do that a diagram may have."""
        return self.province.kinds if self.province else KINDS

    def performer(self, lane: str | None) -> str:
        """The lane whose people do the tasks of `lane`; "" where none does, or there is no such lane."""
        if lane is None or lane not in self.kinds:
            return ""
        return self.province.performer(lane) if self.province else lane

    def types(self, diagram: Diagram) -> tuple[dict[str, Type], bool]:
        """The types of the values that expressions of `diagram` can ask for, and whether there are no others.

        Others there may be where a form or a called process is missing, and in a process whose callers are not at hand.
        """
        diagrams = (diagram, *self.diagrams)
        nodes = [node for each in diagrams for node in each.nodes.values()]
        processes = {id for each in diagrams for id in each.processes}
        whole = all(self.forms.get(node.form) for node in nodes if node.form)
        whole = whole and all(node.called in processes for node in nodes if node.type == "callActivity")
        if self.called:
            whole = whole and any(
                node.called in diagram.processes for each in self.diagrams for node in each.nodes.values()
            )
        found = types(form for form in self.forms.values() if form)
        for node in nodes:
            found |= RESULTS.get(node.topic or "", {})
            if node.decision:
                found |= {f"{node.result}_{name}": kind for name, kind in DECIDED.items()}
                table = self.tables.get(node.decision)
                found |= {f"{node.result}_{each.name}": Type(each.kind) for each in table.outputs} if table else {}
        return found, whole

    @property
    def steps(self) -> Mapping[str, str | None] | None:
        if self.facts is None:
            return None
        days = ((step.id, step.duration.days) for step in self.facts.steps)
        return MappingProxyType({id: None if limit is None else f"{float(limit):g}" for id, limit in days})
