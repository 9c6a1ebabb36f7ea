"""A new procedure from a description of its decision: laned diagram, facts and forms, sound from the first moment."""

from __future__ import annotations

from collections.abc import Mapping

from runner.authoring.skeleton.apology import apologise
from runner.authoring.skeleton.description import Description
from runner.authoring.skeleton.diagram import write
from runner.authoring.skeleton.facts import write_facts
from runner.authoring.skeleton.forms import own
from runner.authoring.skeleton.plan import plan
from runner.authoring.skeleton.reader import DescriptionInvalid, Named, describe, name, read
from runner.authoring.skeleton.way import way
from runner.bpmn import read as read_diagram
from runner.domain.procedure import Province, read_procedure
from runner.drawing.layout import layout
from runner.errors import NotFound
from runner.lint.conformance.comparison import read as compare
from runner.lint.conformance.feasibility import feasibility
from runner.lint.content import Content
from runner.services import holiday

__all__ = ["Description", "DescriptionInvalid", "Named", "build", "describe", "name", "read"]


class FormMissing(NotFound):
    """Thiếu biểu mẫu dùng chung {form}."""


def build(about: Description, province: Province, shared: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a new procedure by their names in a content root, those of its province's excepted.

    `shared` are the forms that procedures share, by id. Raises `FormMissing` where one is not among them.
    """
    planned = plan(about, province)
    sketch = way(planned)
    apologise(planned, sketch)
    drawn = layout(write(planned, sketch), about.code, everything=True)
    used = {task.form for task in sketch.tasks}
    made = own(planned, used)
    for id in used - made.keys():
        if id not in shared:
            raise FormMissing(form=id)
        made[id] = shared[id]
    files = {f"bpmn/{about.code}.bpmn": drawn, **{f"forms/{id}.form": data for id, data in sorted(made.items())}}
    facts = f"bpmn/{about.code}.toml"
    files[facts] = write_facts(planned, sketch, conflict=False)
    if _conflict(drawn, files[facts], province):
        files[facts] = write_facts(planned, sketch, conflict=True)
    return dict(sorted(files.items()))


def _conflict(diagram: bytes, facts: bytes, province: Province) -> bool:
    """Whether the calendar leaves a step without working time when those before it use theirs."""
    known = read_procedure(facts, lanes=tuple(province.kinds))
    comparison = compare(read_diagram(diagram), Content(facts=known))
    found = feasibility(comparison, holiday.calendar(province, 1)) if comparison else None
    return bool(found and found.conflict)
