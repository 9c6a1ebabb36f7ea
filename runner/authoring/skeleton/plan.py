"""What each step of the decision is in the diagram, said by its role, its words and its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from runner.authoring.skeleton.description import Description, Step, ending, spoken
from runner.authoring.skeleton.sketch import Timer
from runner.authoring.skeleton.words import said
from runner.domain.person import KINDS, LaneKind
from runner.domain.procedure import Province

REMIND_DAYS: Final = 30
"""After so many days the applicant is reminded of a supplement."""


class Work(StrEnum):
    """What a step is in the skeleton: its role and words say it, and its place."""

    INTAKE = "intake"
    FORWARD = "forward"
    PROCESS = "process"
    REVIEW = "review"
    RECORD = "record"
    ISSUE = "issue"
    OTHER = "other"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Plan:
    """Which steps do what. `process` decides on the result, None where the last step does; `timed` are the steps of
    the legal term, which starts with the first of them and stops after the last.
    """

    description: Description
    province: Province
    works: tuple[Work, ...]
    process: int | None
    timed: range

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.description.steps

    @property
    def own(self) -> str:
        """How the ids of the procedure's own forms end: no other procedure has them."""
        return ending(self.description.code)

    @property
    def corrects(self) -> bool:
        """Whether the dossier can be supplemented while it is processed: only while the legal clock runs."""
        return self.process in self.timed

    @property
    def reviewed(self) -> bool:
        return Work.REVIEW in self.works

    @property
    def agency(self) -> str:
        """The agency of the step that decides, by its id; "" for the province's own."""
        return self.province.place(self.steps[self.process or 0].lane)[0]

    def lane(self, kind: LaneKind, otherwise: int | None = None) -> str:
        """The first lane of a kind in which a step is; else that of the step `otherwise`, or one of the agency's."""
        drawn = [step.lane for step in self.steps if step.kind == kind]
        if not drawn and otherwise is not None:
            return self.steps[otherwise].lane
        known = [lane for lane in (*self.province.lanes, *KINDS) if self.province.kinds[lane] == kind]
        own = [lane for lane in known if self.province.place(lane)[0] == self.agency]
        return (drawn or own or known)[0]

    def drawn(self, kind: LaneKind) -> str:
        """The first lane of a kind that is drawn, else the last one that is."""
        lanes = list(dict.fromkeys(step.lane for step in self.steps))
        return next((step.lane for step in self.steps if step.kind == kind), lanes[-1])

    def limit(self, step: Step) -> Timer | None:
        if step.days is None:
            return None
        days = f"{float(step.days):g}"
        return Timer(spoken(step.days, self.description.unit), "timeDuration", f"P{days}D")


def plan(description: Description, province: Province) -> Plan:
    """Which work each step is."""
    steps = description.steps
    timed = [at for at, step in enumerate(steps) if step.days is not None]
    middle = range(1, len(steps) - 1)
    term = range(timed[0], timed[-1] + 1)
    order = (
        [at for at in middle if steps[at].kind == LaneKind.SPECIALIST and at in term],
        [at for at in middle if steps[at].kind != LaneKind.CLERK and at in term],
        [*middle],
    )
    process = next((found[0] for found in order if found), None)
    works = tuple(_work(at, steps, process, term) for at in range(len(steps)))
    return Plan(description, province, works, process, term)


def _work(at: int, steps: tuple[Step, ...], process: int | None, term: range) -> Work:
    step, words = steps[at], " ".join(steps[at].lines).casefold()
    if at == 0:
        return Work.INTAKE
    if at == len(steps) - 1:
        return Work.RETURN
    if at == process:
        return Work.PROCESS
    after = process is not None and at > process
    if step.kind in (LaneKind.LEAD, LaneKind.DIRECTOR) and after and at in term and process in term:
        return Work.REVIEW
    if said("clues.record") in words:
        return Work.RECORD
    if after and (step.kind == LaneKind.RECORDS or said("clues.issue") in words or said("clues.stamp") in words):
        return Work.ISSUE
    if not after and step.kind == LaneKind.CLERK and said("clues.forward") in words and steps[0].days is None:
        return Work.FORWARD
    return Work.OTHER
