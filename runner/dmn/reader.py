"""A decision table in a DMN 1.3 file, as dmn-js and Camunda Modeler write it; what cannot be carried out is refused.

Names of elements are those of the DMN 1.3 specification (OMG formal/21-02-01). How the table is drawn (DMNDI) and what
merely decorates it is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Final

from lxml import etree

from runner import feel
from runner.bpmn import line_of, local, parse_xml
from runner.domain.decision import KINDS, POLICIES, Cell, Input, Output, Rule, Table
from runner.errors import DiagramInvalid

DMN: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
DMNDI: Final = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
CAMUNDA: Final = "http://camunda.org/schema/1.0/dmn"

MAX_BYTES: Final = 300_000
MAX_RULES: Final = 200
MAX_COLUMNS: Final = 20
"""Inputs and outputs together."""

_DECORATION: Final = frozenset(
    {
        "http://bpmn.io/schema/dmn/biodi/1.0",
        "http://bpmn.io/schema/dmn/biodi/2.0",
        "http://camunda.org/schema/modeler/1.0",
        "http://www.w3.org/2001/XMLSchema-instance",
        "http://www.w3.org/XML/1998/namespace",
    }
)
_CAMUNDA: Final[Mapping[str, frozenset[str]]] = {
    "definitions": frozenset({"diagramRelationId"}),
    "decision": frozenset({"historyTimeToLive", "versionTag"}),
}
_FEEL: Final = frozenset({"feel", "FEEL", "https://www.omg.org/spec/DMN/20191111/FEEL/"})

_GRAMMAR: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    name: (frozenset(attributes.split()), frozenset(children.split()))
    for name, attributes, children in (
        ("definitions", "name namespace exporter exporterVersion expressionLanguage typeLanguage", "decision"),
        ("decision", "name", "decisionTable"),
        ("decisionTable", "hitPolicy preferredOrientation outputLabel", "input output rule annotation"),
        ("input", "label", "inputExpression"),
        ("inputExpression", "typeRef expressionLanguage", "text"),
        ("output", "name label typeRef", ""),
        ("annotation", "name", ""),
        ("rule", "", "inputEntry outputEntry annotationEntry"),
        ("inputEntry", "expressionLanguage", "text"),
        ("outputEntry", "expressionLanguage", "text"),
        ("annotationEntry", "", "text"),
        ("text", "", ""),
        ("description", "", ""),
    )
}
"""Each element with its attributes (besides ``id``) and its children (besides ``description``)."""

Parse = Callable[[str], feel.Expression]


class NotDmn(DiagramInvalid):
    """Tệp không phải là bảng quyết định DMN 1.3."""


class WrongDmnRoot(NotDmn):
    """Phần tử gốc của tệp là <{root} xmlns="{namespace}">, không phải <definitions> của DMN 1.3."""


class DecisionInvalid(NotDmn):
    """Phần tử {element} ở dòng {line} không dùng được."""


class ElementUnsupported(DecisionInvalid):
    """Dòng {line} của tệp, {element}: không dùng được {what} trong bảng quyết định; hãy xóa."""


class NotSingle(DecisionInvalid):
    """Dòng {line} của tệp, {element}: cần đúng một {what}, đang có {count}."""


class PolicyUnsupported(DecisionInvalid):
    """Dòng {line} của tệp, {element}: không dùng được cách chọn dòng (hit policy) {policy}; chỉ có UNIQUE và FIRST."""


class KindUnsupported(DecisionInvalid):
    """Dòng {line} của tệp, {element}: không dùng được kiểu dữ liệu “{kind}”; chỉ có {allowed}."""


class LanguageUnsupported(DecisionInvalid):
    """Dòng {line} của tệp, {element}: không dùng được ngôn ngữ “{language}”; chỉ có FEEL."""


class TooManyRules(DecisionInvalid):
    """Dòng {line} của tệp, {element}: bảng có quá {limit} dòng."""


class TooManyColumns(DecisionInvalid):
    """Dòng {line} của tệp, {element}: bảng có quá {limit} cột."""


class ColumnsMissing(DecisionInvalid):
    """Dòng {line} của tệp, {element}: bảng cần ít nhất một cột điều kiện, một cột kết quả và một dòng."""


class CellsMismatched(DecisionInvalid):
    """Dòng {line} của tệp, {element}: dòng này của bảng không có đủ một ô cho mỗi cột."""


class CellInvalid(DecisionInvalid):
    """Dòng {line} của tệp, {element}: không đọc được “{text}”. {reason}"""


class CellNotConstant(DecisionInvalid):
    """Dòng {line} của tệp, {element}: ô “{text}” chỉ được ghi giá trị, không được dùng tên “{name}”."""


class AnswerMissing(DecisionInvalid):
    """Dòng {line} của tệp, {element}: ô kết quả “{text}” không có giá trị kiểu {kind}."""


class NameInvalid(DecisionInvalid):
    """Dòng {line} của tệp, {element}: cột kết quả cần một tên riêng, không dấu, như amount."""


def read(data: bytes) -> Table:
    """The only decision in `data`. Raises a `DiagramInvalid` naming element and line of what cannot be carried out."""
    root = _root(data)
    _admit(root)
    decision = _single(root, "decision")
    table = _single(decision, "decisionTable")
    policy = table.get("hitPolicy", "UNIQUE")
    if policy not in POLICIES:
        raise PolicyUnsupported(**_place(table), policy=_short(policy))
    rows = _children(table, "rule")
    if len(rows) > MAX_RULES:
        raise TooManyRules(**_place(table), limit=MAX_RULES)
    inputs, outputs = tuple(map(_input, _children(table, "input"))), tuple(map(_output, _children(table, "output")))
    if len(inputs) + len(outputs) > MAX_COLUMNS:
        raise TooManyColumns(**_place(table), limit=MAX_COLUMNS)
    if not (inputs and outputs and rows):
        raise ColumnsMissing(**_place(table))
    for column in outputs:
        if not column.name.isidentifier() or [each.name for each in outputs].count(column.name) > 1:
            raise NameInvalid(element=column.id, line=column.line)
    rules = tuple(_rule(row, number, inputs, outputs) for number, row in enumerate(rows, start=1))
    id = decision.get("id", "")
    return Table(
        id, line_of(decision), decision.get("name") or id, policy, inputs, outputs, rules, sha256(data).hexdigest()
    )


def decision(data: bytes) -> str:
    """The id of the first decision in `data`, "" where there is none. Raises a `DiagramInvalid` for what is no DMN."""
    return next((each.get("id", "") for each in _root(data).iter(f"{{{DMN}}}decision")), "")


def _root(data: bytes) -> etree._Element:
    root = parse_xml(data, MAX_BYTES)
    qualified = etree.QName(root)
    if qualified.namespace != DMN or qualified.localname != "definitions":
        raise WrongDmnRoot(root=qualified.localname[:80], namespace=(qualified.namespace or "")[:80])
    return root


# -- what a file may hold ---------------------------------------------------------------------------------------------


def _admit(root: etree._Element) -> None:
    """Refuse every element and attribute that the grammar does not have, by name; none is ignored."""
    drawn: set[etree._Element] = set()
    for element in root.iter():
        parent = element.getparent()
        if local(element, DMNDI) == "DMNDI" or parent in drawn:
            drawn.add(element)
            continue
        name = local(element, DMN)
        allowed = _GRAMMAR[local(parent, DMN)][1] | {"description"} if parent is not None else {"definitions"}
        if name not in allowed:
            raise ElementUnsupported(**_place(element), what=_short(name or str(element.tag)))
        for attribute in map(str, element.attrib):
            if not _known(attribute, name):
                raise ElementUnsupported(**_place(element), what=_short(f"{attribute.rpartition('}')[2]} ({name})"))
        language = element.get("expressionLanguage", "feel")
        if language not in _FEEL:
            raise LanguageUnsupported(**_place(element), language=_short(language))


def _known(attribute: str, name: str) -> bool:
    namespace, _, bare = attribute.removeprefix("{").rpartition("}")
    if namespace == CAMUNDA:
        return bare in _CAMUNDA.get(name, ())
    return namespace in _DECORATION or (not namespace and bare in _GRAMMAR[name][0] | {"id"})


# -- columns and rows -------------------------------------------------------------------------------------------------


def _input(element: etree._Element) -> Input:
    asked = _single(element, "inputExpression")
    text = _text(asked)
    label = element.get("label") or text
    return Input(*_at(element), label, _kind(asked), _read(asked, text, feel.parse))


def _output(element: etree._Element) -> Output:
    name = element.get("name", "")
    return Output(*_at(element), name, _kind(element), element.get("label") or name)


def _rule(row: etree._Element, number: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...]) -> Rule:
    tests, answers = _children(row, "inputEntry"), _children(row, "outputEntry")
    if (len(tests), len(answers)) != (len(inputs), len(outputs)):
        raise CellsMismatched(**_place(row))
    return Rule(
        *_at(row),
        number,
        tuple(map(_cell, tests)),
        tuple(_answer(cell, column.kind) for cell, column in zip(answers, outputs, strict=True)),
    )


def _cell(element: etree._Element) -> Cell:
    text = _text(element)
    tests = _constant(element, text, feel.parse_tests)
    return Cell(*_at(element), text, tests)


def _answer(element: etree._Element, kind: str) -> object:
    text = _text(element)
    if not text:
        raise AnswerMissing(**_place(element), text="", kind=kind)
    value = feel.evaluate(_constant(element, text, feel.parse), {})
    if type(value) is not KINDS[kind]:
        raise AnswerMissing(**_place(element), text=_short(text), kind=kind)
    return value


def _kind(element: etree._Element) -> str:
    kind = element.get("typeRef", "")
    if kind not in KINDS:
        raise KindUnsupported(**_place(element), kind=_short(kind), allowed=", ".join(KINDS))
    return kind


def _constant(element: etree._Element, text: str, parse: Parse) -> feel.Expression:
    expression = _read(element, text, parse)
    for name in sorted(expression.names):
        raise CellNotConstant(**_place(element), text=_short(text), name=_short(name))
    return expression


def _read(element: etree._Element, text: str, parse: Parse) -> feel.Expression:
    try:
        return parse(text)
    except feel.FeelError as reason:
        raise CellInvalid(**_place(element), text=_short(text), reason=reason) from None


# -- elements ---------------------------------------------------------------------------------------------------------


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if local(child, DMN) == name]


def _single(element: etree._Element, name: str) -> etree._Element:
    found = _children(element, name)
    if len(found) != 1:
        raise NotSingle(**_place(element), what=name, count=len(found))
    return found[0]


def _text(element: etree._Element) -> str:
    return (_single(element, "text").text or "").strip()


def _at(element: etree._Element) -> tuple[str, int]:
    """The id of an element, or that of the nearest around it that has one, and its line."""
    ids = (each.get("id", "") for each in (element, *element.iterancestors()))
    return next(filter(None, ids), ""), line_of(element)


def _place(element: etree._Element) -> dict[str, object]:
    id, line = _at(element)
    return {"element": _short(id), "line": line}


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
