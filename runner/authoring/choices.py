"""What an analyst may write at the elements of a draft's diagram: for the modeler's menus and panel.

It comes from the linter's own tables and from the draft, so that a menu offers what the linter lets pass. A file that
cannot be read offers nothing; its own page says what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from runner.authoring import asked
from runner.authoring.forms import borrowable
from runner.domain import form as forms
from runner.domain.form import Component, Form, FormInvalid
from runner.domain.form.type import type_of
from runner.domain.limit import Unit
from runner.domain.procedure import Procedure, Province, Step
from runner.errors import MotcuaError
from runner.feel.type import Type
from runner.language import say
from runner.lint.content import DECIDED, RESULTS
from runner.lint.rules import clock, decisions, elements, properties, topics
from runner.services.bundle import Bundle
from runner.services.version import Version

TOPICS: Final[Mapping[str, tuple[str, str]]] = {
    "allot_number": (
        "Cấp mã hồ sơ",
        "Cấp mã theo cơ quan, ngày tiếp nhận và số thứ tự trong ngày; ghi vào trường case_number.",
    ),
    "pin_fee": ("Chốt mức phí theo dữ kiện", "Chốt mức phí của hồ sơ theo mục phí trong dữ kiện của quyết định."),
    "notify_applicant": ("Báo người nộp hồ sơ", "Gửi thông báo cho người nộp hồ sơ sau khi thay đổi đã được ghi."),
    "notify_lane": ("Báo một vai trò", "Gửi thông báo cho mọi người của một vai trò trong tỉnh."),
}
"""What each topic of the linter's table is called, and what it does."""
DECISIONS: Final[Mapping[str, str]] = {"fee": "Phí, lệ phí của hồ sơ"}
"""What the result of a decision is called."""


def choices(code: str, files: Mapping[str, bytes], in_force: Iterable[Version]) -> dict[str, object]:
    """The choices for a draft of the procedure `code`, as JSON."""
    bundle = Bundle(code, files, asked.diagrams(files))
    facts, province = _facts(bundle), _province(bundle)
    return {
        "procedure": code,
        "elements": {
            name: sorted(children) for name, (_, children) in elements.GRAMMAR.items() if name not in elements.SEEN
        },
        "properties": {name: sorted(known) for name, known in properties.KNOWN.items()},
        "clock": [{"mark": mark, "elements": sorted(clock.takers(mark))} for mark in clock.MARKS],
        "unit": facts.time.unit if facts else Unit.WORKING_DAYS,
        "decision": facts.decision.number if facts else "",
        "steps": [_step(step) for step in facts.steps] if facts else [],
        "lanes": [{"id": id, "name": lane.label} for id, lane in province.lanes.items()] if province else [],
        "forms": [*_own_forms(files), *_borrowable(files, in_force)],
        "topics": [
            {
                "id": id,
                "name": say(TOPICS[id][0]),
                "text": say(TOPICS[id][1]),
                "properties": sorted(takes),
                "results": [_value(name, kind) for name, kind in RESULTS.get(id, {}).items()],
            }
            for id, takes in topics.TOPICS.items()
        ],
        "tables": list(_tables(bundle)),
        "results": [{"id": id, "name": say(DECISIONS[id])} for id in decisions.RESULTS],
        "processes": list(_processes(bundle)),
    }


def _facts(bundle: Bundle) -> Procedure | None:
    try:
        return bundle.procedure
    except MotcuaError:
        return None


def _province(bundle: Bundle) -> Province | None:
    try:
        return bundle.province
    except MotcuaError:
        return None


def _step(step: Step) -> dict[str, object]:
    days = step.duration.days
    return {
        "id": step.id,
        "text": list(step.text),
        "actors": step.actors,
        "label": step.duration.text,
        "days": None if days is None else f"{float(days):g}",
    }


def _own_forms(files: Mapping[str, bytes]) -> Iterator[dict[str, object]]:
    for name in sorted(files):
        if name.startswith("forms/"):
            try:
                yield _form(forms.read(files[name]), draft=True)
            except FormInvalid:
                id = name.removeprefix("forms/").removesuffix(".form")
                yield {"id": id, "title": id, "draft": True, "fields": []}


def _borrowable(files: Mapping[str, bytes], in_force: Iterable[Version]) -> Iterator[dict[str, object]]:
    for id, versions in borrowable(files, in_force).items():
        yield _form(versions[0].forms[id], draft=False)


def _form(form: Form, *, draft: bool) -> dict[str, object]:
    fields = [_field(path, field) for path, field in form.fields.items()]
    return {"id": form.id, "title": form.title, "draft": draft, "fields": fields}


def _field(path: str, field: Component) -> dict[str, object]:
    options = [{"value": option.value, "label": option.label} for option in field.options]
    return {"path": path, "label": field.label or path, "type": type_of(field).name, "options": options}


def _value(name: str, kind: Type) -> dict[str, object]:
    """A value of the case for which no form asks."""
    return {"path": name, "label": name, "type": kind.name, "options": []}


def _tables(bundle: Bundle) -> Iterator[dict[str, object]]:
    for name, data in sorted(bundle.files.items()):
        if name.endswith(".dmn"):
            try:
                tables = Bundle(bundle.code, {name: data}, {}).tables
            except MotcuaError:
                continue
            for id, table in tables.items():
                outputs = {**DECIDED, **{each.name: Type(each.kind) for each in table.outputs}}
                yield {"id": id, "name": table.name, "outputs": [_value(*each) for each in outputs.items()]}


def _processes(bundle: Bundle) -> Iterator[dict[str, object]]:
    """The processes in files of their own, with the forms that they ask for."""
    for name, diagram in bundle.diagrams.items():
        if name != f"bpmn/{bundle.code}.bpmn":
            used = sorted({node.form for node in diagram.nodes.values() if node.form})
            for process in diagram.processes.values():
                if process.executable:
                    yield {"id": process.id, "name": process.name or process.id, "forms": used}
