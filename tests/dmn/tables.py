"""Tiny decision tables: `table(rule('"a"', "1"))` has one column of conditions and one of answers."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" '
    'xmlns:camunda="http://camunda.org/schema/1.0/dmn" '
    'xmlns:biodi="http://bpmn.io/schema/dmn/biodi/2.0" id="Definitions_1" name="DRD" '
    'namespace="http://camunda.org/schema/1.0/dmn">'
)
CASE = ("case", "string")
AMOUNT = ("amount", "number")


def rule(*cells: str, id: str = "") -> Sequence[str]:
    """The cells of a row, conditions first."""
    return (id, *cells)


def table(
    *rules: Sequence[str],
    inputs: Sequence[tuple[str, str]] = (CASE,),
    outputs: Sequence[tuple[str, str]] = (AMOUNT,),
    policy: str = "UNIQUE",
    inner: str = "",
    around: str = "",
    id: str = "phi",
) -> bytes:
    """A file with one table. `inner` stands in the table, `around` beside the decision."""
    columns = "".join(
        f'<input id="In_{place}" label={quoteattr(name)}><inputExpression id="Ex_{place}" typeRef={quoteattr(kind)}>'
        f"<text>{escape(name)}</text></inputExpression></input>\n"
        for place, (name, kind) in enumerate(inputs)
    ) + "".join(
        f'<output id="Out_{place}" name={quoteattr(name)} typeRef={quoteattr(kind)}/>\n'
        for place, (name, kind) in enumerate(outputs)
    )
    rows = "".join(_row(number, row, len(inputs)) for number, row in enumerate(rules, start=1))
    return (
        f'{HEAD}\n<decision id="{id}" name="Phí"><decisionTable id="T" hitPolicy="{policy}">\n'
        f"{columns}{rows}{inner}</decisionTable></decision>{around}</definitions>"
    ).encode()


def _row(number: int, row: Sequence[str], inputs: int) -> str:
    id, *cells = row
    written = "".join(
        f'<{kind} id="C_{number}_{place}"><text>{escape(text)}</text></{kind}>'
        for place, text in enumerate(cells)
        for kind in ["inputEntry" if place < inputs else "outputEntry"]
    )
    return f'<rule id="{id or f"R_{number}"}">{written}</rule>\n'
