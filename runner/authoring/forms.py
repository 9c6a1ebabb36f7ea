"""The forms of a procedure draft: how they are kept, who uses them, and what is wrong with them.

Forms are edited in a browser by form-js, which adds names of its own to what it saves. A form is kept without these, so
that one that was only looked at is kept byte by byte, and an edit shows as that edit and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from runner.authoring import asked
from runner.bpmn import Diagram, Node
from runner.domain import form as forms
from runner.domain import strict_json
from runner.domain.form import MAX_BYTES, Form, FormInvalid
from runner.domain.form.errors import FormTooLarge, NotForm, TooDeep, TooManyComponents, UnknownComponent
from runner.domain.strict_json import Fault, JsonInvalid
from runner.errors import Conflict, NotFound, Refused
from runner.lint.finding import Finding, title
from runner.lint.rules.forms import FORM
from runner.services.version import Version

UNOPENABLE: Final = (NotForm, FormTooLarge, TooDeep, TooManyComponents, UnknownComponent)
"""Faults with which a form is not kept: the designer could not open it again."""
SPEAKING_OF_FORMS: Final = ("types", "forms", "exclusive")
"""The rules that hold a diagram to the fields of its forms."""
SPEAKING_OF_PAPERS: Final = ("answers", "appraisal", "intake", "papers")
"""The rules that hold the forms of tasks to the decision: its papers, its conditions, its outcomes."""

NAMES: Final = {"group": "Group", "dynamiclist": "List", "text": "Text", "table": "Table", "separator": "Line"}
"""What the ids of components without a value begin with; those of the others with ``Field``."""


class FormNameInvalid(Refused):
    """Mã biểu mẫu “{id}” không hợp lệ: chỉ dùng chữ cái không dấu, chữ số, dấu gạch ngang, dấu chấm; bắt đầu bằng chữ cái."""  # noqa: E501


class FormUnknown(NotFound):
    """Bản nháp không có biểu mẫu “{id}”."""


class FormMisnamed(Refused):
    """Tệp ghi mã “{found}”, trong khi biểu mẫu đang mở có mã “{id}”. Hãy tải tệp lên thành biểu mẫu mới, hoặc sửa mã trong tệp."""  # noqa: E501


class FormExists(Conflict):
    """Bản nháp đã có biểu mẫu “{id}”; hãy chọn mã khác."""


class FormUsed(Refused):
    """Biểu mẫu “{id}” đang được dùng ở: {tasks}. Hãy chọn biểu mẫu khác cho các việc này trước khi xóa."""


@dataclass(frozen=True, slots=True)
class Use:
    """A task that shows a form, in the procedure's own diagram or in one that it calls (by its file's name)."""

    file: str
    task: Node


@dataclass(frozen=True, slots=True)
class DraftForm:
    """A form of a draft. `elsewhere`: the codes of the other procedures in force with a form of this id.

    `differing` are those of them in which it is another form by now.
    """

    id: str
    title: str
    fields: int
    faults: int
    uses: tuple[Use, ...]
    elsewhere: tuple[str, ...]
    differing: tuple[str, ...]


def path(id: str) -> str:
    """Where a form lies in a content root."""
    return f"forms/{id}.form"


def ids(files: Iterable[str]) -> list[str]:
    """The ids of the forms among the files of a draft."""
    return sorted(name[6:-5] for name in files if name.startswith("forms/") and name.endswith(".form"))


# -- how a form is kept ------------------------------------------------------------------------------------------------


def blank(id: str, heading: str) -> bytes:
    """A new form with its heading. Raises `FormNameInvalid`."""
    text = [{"text": f"# {heading}", "type": "text", "id": "Text_1"}] if heading else []
    platform = {"schemaVersion": 19, "executionPlatform": "Camunda Platform", "executionPlatformVersion": "7.23.0"}
    return _written({"components": text, "type": "default", "id": _named(id), **platform})


def renamed(data: bytes, id: str) -> bytes:
    """A copy of a form under another id. Raises `FormNameInvalid`, `NotForm`."""
    return _written({**_schema(data), "id": _named(id)})


def kept(sent: bytes, before: bytes) -> bytes:
    """How a schema that the designer sends is kept, in place of `before`.

    Ids, rows and outlines that are not in `before` are the designer's own additions: a component has the id of its
    field instead. Raises one of `UNOPENABLE`.
    """
    old, new = _schema(before), _schema(sent)
    if not isinstance(new.get("components"), list):
        raise NotForm()
    known = {each["id"]: each for each in _components(old) if isinstance(each.get("id"), str)}
    taken = {str(each.get("id")) for each in _components(new)} & known.keys()
    data = {**old, "components": _cleaned(new["components"], known, taken)}
    if data == old:
        return before
    written = _written(data)
    admit(written)
    return written


def admit(data: bytes) -> None:
    """Raises one of `UNOPENABLE` for a form that the designer could not open."""
    if len(data) > MAX_BYTES:
        raise FormTooLarge(size=len(data), limit=MAX_BYTES)
    for fault in forms.faults(data):
        if isinstance(fault.error, UNOPENABLE):
            raise fault.error


def named(data: bytes) -> str:
    """The id in a form's file. Raises `FormNameInvalid`, `NotForm`."""
    return _named(_schema(data).get("id"))


def _schema(data: bytes) -> dict[str, Any]:
    try:
        schema = strict_json.read(data, MAX_BYTES)
    except JsonInvalid as error:
        if error.fault is Fault.SIZE:
            raise FormTooLarge(size=len(data), limit=MAX_BYTES) from None
        raise NotForm() from None
    if not isinstance(schema, dict):
        raise NotForm()
    return schema


def designed(data: bytes) -> dict[str, Any]:
    """The schema that the designer opens: of a file that is no form at all, one without components."""
    try:
        _schema(data)
    except FormInvalid:
        return {"type": "default", "components": []}
    schema: dict[str, Any] = json.loads(data.decode("utf-8-sig"))
    return schema


def _written(schema: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(schema, ensure_ascii=False, indent=2, default=float)}\n".encode()


def _named(id: object) -> str:
    if not isinstance(id, str) or not FORM.fullmatch(id) or not id[0].isalpha() or len(id) > 64:
        raise FormNameInvalid(id=str(id)[:64])
    return id


def _components(around: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The components of a schema and those in them, as far as they are what they should be."""
    inner = around.get("components")
    for each in inner if isinstance(inner, list) else ():
        if isinstance(each, dict):
            yield each
            yield from _components(each)


def _cleaned(components: list[Any], known: Mapping[str, dict[str, Any]], taken: set[str]) -> list[Any]:
    return [_clean(each, known, taken) if isinstance(each, dict) else each for each in components]


def _clean(component: dict[str, Any], known: Mapping[str, dict[str, Any]], taken: set[str]) -> dict[str, Any]:
    before = known.get(str(component.get("id")))
    gone = {"layout"} if before is None else {"layout", "showOutline"} - before.keys()
    clean = {name: value for name, value in component.items() if name not in gone}
    if before is None:
        clean["id"] = _id(component, taken)
        taken.add(clean["id"])
    if isinstance(clean.get("components"), list):
        clean["components"] = _cleaned(clean["components"], known, taken)
    return _ordered(clean, before or {})


def _ordered(new: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What `new` has, in the order of `before` as far as that has it."""
    values = {name: new[name] for name in before if name in new} | new
    inner = {name: value for name, value in values.items() if isinstance(value, dict)}
    return values | {name: _ordered(value, _mapping(before.get(name))) for name, value in inner.items()}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _id(component: Mapping[str, Any], taken: set[str]) -> str:
    """``Field_<key>`` for what holds a value, a kind and a number for what holds none."""
    name = component.get("key") or component.get("path")
    stem = f"Field_{name}" if name else NAMES.get(str(component.get("type")), "Part")
    if name and stem not in taken:
        return stem
    return next(id for number in range(1, len(taken) + 2) if (id := f"{stem}_{number}") not in taken)


def called(data: bytes, id: str) -> str:
    """The heading of a form, its id where it cannot be read."""
    form = shown(data)
    return form.title if form else id


def shown(data: bytes) -> Form | None:
    """The form as far as it can be shown: without the components at fault; None where nothing can."""
    faulty = {fault.component for fault in forms.faults(data)}
    if "" in faulty:
        return None
    schema = _schema(data) if faulty else {}
    try:
        return forms.read(_written({**schema, "components": _without(schema, faulty)}) if faulty else data)
    except FormInvalid:
        return None


def _without(around: Mapping[str, Any], faulty: set[str]) -> list[Any]:
    kept = [each for each in around["components"] if isinstance(each, dict) and each.get("id") not in faulty]
    return [
        {**each, "components": _without(each, faulty)} if isinstance(each.get("components"), list) else each
        for each in kept
    ]


# -- who uses a form, and what is wrong with it ------------------------------------------------------------------------


def described(code: str, files: Mapping[str, bytes], in_force: Iterable[Version]) -> list[DraftForm]:
    """The forms of a draft of the procedure `code`, by id; a diagram that cannot be read uses none."""
    diagrams = asked.diagrams(files)
    others = [version for version in in_force if version.procedure.code != code]
    return [_described(id, files[path(id)], diagrams, others) for id in ids(files)]


def _described(id: str, data: bytes, diagrams: Mapping[str, Diagram], others: Iterable[Version]) -> DraftForm:
    faults = forms.faults(data)
    form = None if faults else forms.read(data)
    elsewhere = {version.procedure.code: version.forms[id] for version in others if id in version.forms}
    return DraftForm(
        id,
        form.title if form else id,
        len(form.fields) if form else 0,
        len(faults),
        tuple(uses(id, diagrams)),
        tuple(sorted(elsewhere)),
        tuple(sorted(code for code, other in elsewhere.items() if other != form)),
    )


def uses(id: str, diagrams: Mapping[str, Diagram]) -> Iterator[Use]:
    """The tasks that show a form, in the order of the diagrams."""
    for name, diagram in diagrams.items():
        yield from (Use(name, node) for node in diagram.nodes.values() if node.form == id)


def borrowable(files: Iterable[str], in_force: Iterable[Version]) -> dict[str, list[Version]]:
    """The forms in force that are not among the `files`, by id, with the versions that have them."""
    have = set(ids(files))
    found: dict[str, list[Version]] = {}
    for version in in_force:
        for id in version.forms:
            if id not in have:
                found.setdefault(id, []).append(version)
    return dict(sorted(found.items()))


def own_findings(data: bytes) -> list[Finding]:
    """What is wrong with a form as such, by component: `Finding.element` is a component's id."""
    return [
        Finding("error", fault.component or None, None, "{message}", {"message": fault.error}, "forms")
        for fault in forms.faults(data)
    ]


def diagram_findings(code: str, id: str, files: Mapping[str, bytes]) -> list[Finding]:
    """Where the diagrams of a draft ask for what its forms do not give, the decision for what the form `id` lacks."""
    showing = {use.task.id for use in uses(id, asked.diagrams(files))}
    found = asked.findings(code, files, SPEAKING_OF_FORMS + SPEAKING_OF_PAPERS)
    return [each for each in found if each.rule in SPEAKING_OF_FORMS or each.element in showing]


def removable(id: str, files: Mapping[str, bytes]) -> None:
    """Raises `FormUsed` where a task still shows the form."""
    if found := [title(use.task) for use in uses(id, asked.diagrams(files))]:
        raise FormUsed(id=id, tasks="; ".join(found[:5]))
