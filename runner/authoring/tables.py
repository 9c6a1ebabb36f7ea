"""The decision tables of a procedure draft: what is wrong with them, and what they answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from runner.authoring import asked
from runner.bpmn import Diagram, Node
from runner.dmn import reader, writer
from runner.domain import form as forms
from runner.domain.decision import Input, Table
from runner.domain.form import Component, Form, FormInvalid, Option
from runner.errors import Conflict, DiagramInvalid, MotcuaError, NotFound, Refused
from runner.language import say
from runner.lint import lint_dmn
from runner.lint.finding import Finding, title
from runner.lint.rules.forms import FORM
from runner.lint.rules.tables import constants
from runner.services.bundle import Bundle

FEE: Final = (("amount", "Mức phí (đồng)", "number"), ("label", "Trường hợp", "string"), ("source", "Căn cứ", "string"))
"""The answers of a table of fees."""
EMPTY: Final = MappingProxyType({"number": "0", "string": '""'})
"""What the first row of a new table answers, by type."""
SPEAKING_OF_TABLES: Final = ("types", "decisions")
"""The rules that hold a diagram to the tables that it asks."""
LONGEST: Final = 200
"""Characters of a text that is tried."""


class TableNameInvalid(Refused):
    """Mã bảng “{id}” không hợp lệ: chỉ dùng chữ cái không dấu, chữ số, dấu gạch ngang, dấu chấm; bắt đầu bằng chữ cái."""  # noqa: E501


class TableUnknown(NotFound):
    """Bản nháp không có bảng “{id}”."""


class TableMisnamed(Refused):
    """Tệp ghi mã “{found}”, trong khi bảng đang mở có mã “{id}”. Hãy tải tệp lên thành bảng mới, hoặc sửa mã trong tệp."""  # noqa: E501


class TableExists(Conflict):
    """Bản nháp đã có bảng “{id}”; hãy chọn mã khác."""


class TableUsed(Refused):
    """Bảng “{id}” đang được hỏi ở: {tasks}. Hãy chọn bảng khác cho các việc này trước khi xóa."""


class InputMissing(Refused):
    """Hãy chọn ít nhất một điều mà bảng hỏi."""


@dataclass(frozen=True, slots=True)
class DraftTable:
    """A table of a draft; `table` is None where it cannot be read. `tasks` ask it.

    `faults` are the table's own, `misfits` say where it and the diagrams do not fit each other.
    """

    id: str
    table: Table | None
    faults: tuple[Finding, ...]
    misfits: tuple[Finding, ...]
    tasks: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Askable:
    """What a table may ask of a case: a field of a form, or a fact of every case. `kind` as in `decision.KINDS`."""

    name: str
    label: str
    kind: str


def path(code: str, id: str) -> str:
    """Where a table of the procedure `code` lies in a content root."""
    return f"bpmn/{code.partition('/')[0]}/{id}.dmn"


def ids(files: Iterable[str]) -> list[str]:
    """The ids of the tables among the files of a draft."""
    return sorted(name.rpartition("/")[2][:-4] for name in files if name.endswith(".dmn"))


# -- how a table is kept -----------------------------------------------------------------------------------------------


def admit(data: bytes) -> None:
    """Raises a `DiagramInvalid` for what is no DMN table at all; its faults are told beside a table."""
    try:
        reader.read(data)
    except reader.DecisionInvalid:
        return


def decision(data: bytes) -> str:
    """The id that stands in a table's file. Raises a `DiagramInvalid` for what is no DMN table at all."""
    admit(data)
    return reader.decision(data)


def blank(id: str, name: str, inputs: Iterable[Askable]) -> bytes:
    """A new table of fees. Raises `TableNameInvalid` or `InputMissing`."""
    columns = [(each.name, each.label, each.kind) for each in inputs]
    outputs = [((name, label, kind), EMPTY[kind]) for name, label, kind in FEE]
    if not columns:
        raise InputMissing
    return writer.blank(named(id), name or id, columns, outputs)


def renamed(data: bytes, id: str) -> bytes:
    """A copy of a table under another id. Raises `TableNameInvalid`, or a `DiagramInvalid` for what cannot be read."""
    admit(data)
    return writer.renamed(data, named(id))


def named(id: str) -> str:
    """A table's id. Raises `TableNameInvalid`."""
    if not FORM.fullmatch(id) or not id[0].isalpha():
        raise TableNameInvalid(id=id[:64])
    return id


def askable(files: Mapping[str, bytes]) -> list[Askable]:
    """What a table may ask: the procedure, the day of receipt, and those fields of the forms that hold one value."""
    found = {
        "procedure": Askable("procedure", say("Thủ tục"), "string"),
        "received": Askable("received", say("Ngày tiếp nhận"), "date"),
    }
    for path, field in fields(files).items():
        kind = forms.types([Form("", "", (Component(field.type, "x", subtype=field.subtype),), {})])["x"].name
        if kind in ("string", "number", "boolean", "date"):
            found.setdefault(path, Askable(path, field.label, kind))
    return list(found.values())


def fields(files: Mapping[str, bytes]) -> dict[str, Component]:
    """The fields of the draft's forms that can be read, by path; of several with one path the first."""
    found: dict[str, Component] = {}
    for name in sorted(files):
        if name.startswith("forms/"):
            try:
                found = {**forms.read(files[name]).fields, **found}
            except FormInvalid:
                continue
    return found


# -- who asks a table, and what is wrong with it -----------------------------------------------------------------------


def described(code: str, files: Mapping[str, bytes]) -> list[DraftTable]:
    """The tables of a draft of the procedure `code`, by id."""
    diagrams = asked.diagrams(files)
    told = diagram_findings(code, files)
    found = []
    for id in ids(files):
        data, tasks = files[path(code, id)], tuple(askers(id, diagrams))
        misfits = [each for each in told if each.element in {task.id for task in tasks}]
        found.append(DraftTable(id, readable(data), tuple(own_findings(data, id)), tuple(misfits), tasks))
    return found


def readable(data: bytes) -> Table | None:
    """The table, None where it cannot be read."""
    try:
        return reader.read(data)
    except DiagramInvalid:
        return None


def askers(id: str, diagrams: Mapping[str, Diagram]) -> Iterator[Node]:
    """The tasks that ask a table, in the order of the diagrams."""
    for diagram in diagrams.values():
        yield from (node for node in diagram.nodes.values() if node.decision == id)


def own_findings(data: bytes, id: str) -> list[Finding]:
    """What is wrong with a table as such: `Finding.element` is the id of a row, a cell or a column."""
    found = lint_dmn(data)
    if not found:
        try:
            Bundle("", {f"{id}.dmn": data}, {}).tables  # noqa: B018
        except MotcuaError as error:
            found.append(Finding("error", None, None, "{message}", {"message": error}, "tables"))
    return found


def diagram_findings(code: str, files: Mapping[str, bytes]) -> list[Finding]:
    """Where the diagrams of a draft and its tables do not fit each other; the decision's fees are the table's."""
    asking = {node.id for diagram in asked.diagrams(files).values() for node in diagram.nodes.values() if node.decision}
    return [each for each in asked.findings(code, files, SPEAKING_OF_TABLES) if each.element in asking]


def removable(id: str, files: Mapping[str, bytes]) -> None:
    """Raises `TableUsed` where a task still asks the table."""
    if found := [title(task) for task in askers(id, asked.diagrams(files))]:
        raise TableUsed(id=id, tasks="; ".join(found[:5]))


# -- trying a row ------------------------------------------------------------------------------------------------------


def questions(table: Table, known: Mapping[str, Component]) -> Form:
    """What a table asks, as a form with a field for each column; `known` fields say what their options are called."""
    components = tuple(
        _question(table, place, known.get(next(iter(column.expression.names), "")))
        for place, column in enumerate(table.inputs)
    )
    return Form(table.id, table.name, components, MappingProxyType({each.key: each for each in components}))


def _question(table: Table, place: int, known: Component | None) -> Component:
    column, key = table.inputs[place], f"input_{place}"
    match column.kind:
        case "boolean":
            options = (Option("true", say("Có")), Option("false", say("Không")))
            return Component("select", key, column.label, options=options)
        case "date":
            return Component("datetime", key, column.label, subtype="date")
        case "string" if texts := _texts(table, place):
            labels = {option.value: option.label for option in known.options} if known else {}
            return Component(
                "select", key, column.label, options=tuple(Option(text, labels.get(text, text)) for text in texts)
            )
        case "string":
            return Component("textfield", key, column.label, max_length=LONGEST)
    return Component("number", key, column.label)


def _texts(table: Table, place: int) -> list[str]:
    values = (value for rule in table.rules for value in constants(rule.cells[place]))
    return list(dict.fromkeys(value for value in values if isinstance(value, str) and value))


def tested(table: Table, answer: Mapping[str, Any]) -> tuple[object, ...]:
    """The answer to `questions` as values of FEEL, one for each column."""
    return tuple(_value(column, answer[f"input_{place}"]) for place, column in enumerate(table.inputs))


def _value(column: Input, given: Any) -> object:
    match column.kind:
        case _ if given is None:
            return None
        case "date":
            return date.fromisoformat(given)
        case "boolean":
            return given == "true"
        case "string":
            return given
    return Decimal(given)
