"""A business rule task asks a decision table that is there, and that says what the decision says.

See docs/lint.md, "decisions".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from runner.bpmn import BPMN, CAMUNDA, Diagram
from runner.domain.decision import NoRuleFits, RulesOverlap, Table, context
from runner.domain.procedure import Procedure
from runner.lint.content import Content
from runner.lint.finding import Finding, Location, Spot, error, short, spot
from runner.lint.rules.forms import FORM
from runner.lint.rules.tables import constants

RESULTS: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "fee": ({"amount": "number", "label": "string"}, {"source": "string"}),
}
"""What a decision may be asked for (the result variable): the outputs that it must have, and those that it may have."""


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    asked = list(diagram.root.iter(f"{{{BPMN}}}businessRuleTask"))
    for task in asked:
        yield from _written(task)
        if content is not None and (reference := _camunda(task, "decisionRef")):
            yield from _answered(task, reference, content)
    facts = content.facts if content else None
    pinned = asked or any(node.topic == "pin_fee" for node in diagram.nodes.values())
    for process in list(diagram.processes.values())[:1]:
        if facts is not None and facts.fees and not pinned:
            yield error(process, "Quyết định có phí, lệ phí nhưng sơ đồ không có việc nào chốt mức phí.")


def _written(task: etree._Element) -> Iterator[Finding]:
    what, place = short(task.get("name") or task.get("id") or ""), spot(task)
    reference = _camunda(task, "decisionRef")
    if not FORM.fullmatch(reference):
        yield error(
            place,
            "Việc “{what}” cần camunda:decisionRef là tên một bảng quyết định, không phải “{reference}”.",
            what=what,
            reference=short(reference),
        )
    if _camunda(task, "mapDecisionResult") != "singleResult":
        yield error(place, 'Việc “{what}” cần camunda:mapDecisionResult="singleResult".', what=what)
    if _camunda(task, "resultVariable") not in RESULTS:
        yield error(
            place,
            "Việc “{what}” cần camunda:resultVariable là một trong: {allowed}.",
            what=what,
            allowed=", ".join(RESULTS),
        )
    if _camunda(task, "decisionRefBinding") not in ("", "deployment"):
        yield error(place, 'Việc “{what}” chỉ nhận camunda:decisionRefBinding="deployment".', what=what)


def _answered(task: etree._Element, reference: str, content: Content) -> Iterator[Finding]:
    table, place = content.tables.get(reference), spot(task)
    if table is None:
        yield error(place, "Không có bảng quyết định “{reference}”.", reference=short(reference))
        return
    needed, allowed = RESULTS.get(_camunda(task, "resultVariable"), ({}, {}))
    outputs = {column.name: column.kind for column in table.outputs}
    for name, kind in needed.items():
        if outputs.get(name) != kind:
            yield error(
                place,
                "Bảng “{table}” cần cột kết quả {name} kiểu {kind}.",
                table=short(table.name),
                name=name,
                kind=kind,
            )
    for name in sorted(outputs.keys() - needed.keys() - allowed.keys()) if needed else ():
        yield error(place, "Bảng “{table}” có cột kết quả {name} thừa.", table=short(table.name), name=short(name))
    if content.facts is not None and needed.items() <= outputs.items():
        yield from _agreed(place, table, content.facts)


def _agreed(place: Spot, table: Table, facts: Procedure) -> Iterator[Finding]:
    """The decision's fees are the table's, row by row, on the day on which the decision takes effect."""
    known = {fee.case: (fee.amount, fee.label) for fee in facts.fees}
    written = {value for rule in table.rules for cell in rule.cells for value in constants(cell)}
    others = {value for value in written if isinstance(value, str)} - known.keys()
    for case in (*known, *sorted(others)):
        try:
            hit = table.decide({"fee_case": case, **context(facts.code, facts.decision.effective)})
        except NoRuleFits:
            if case in known:
                yield _differs(place, table, "–", case)
        except RulesOverlap as fault:
            yield _differs(place, table, str(fault.facts["rules"]), case)
        else:
            if known.get(case) != (hit.answers["amount"], hit.answers["label"]):
                yield _differs(place, table, str(hit.rule.number), case)


def _differs(place: Location, table: Table, rows: str, case: str) -> Finding:
    return error(
        place,
        "Bảng “{table}” (dòng {row}) và mục phí của quyết định không khớp ở trường hợp “{case}”.",
        table=short(table.name),
        row=rows,
        case=short(case),
    )


def _camunda(task: etree._Element, name: str) -> str:
    return (task.get(f"{{{CAMUNDA}}}{name}") or "").strip()
