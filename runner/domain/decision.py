"""Decision tables (DMN 1.3, chapter 8): the rule that fits the values of a case, and its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from runner import feel
from runner.errors import IncidentRaised

KINDS: Final[Mapping[str, type]] = MappingProxyType(
    {"string": str, "boolean": bool, "date": date} | dict.fromkeys(("number", "integer", "long", "double"), Decimal)
)
"""What a column's ``typeRef`` may be, and the values of FEEL that it stands for."""

POLICIES: Final = ("UNIQUE", "FIRST")


def context(code: str, received: date) -> dict[str, object]:
    """What a table may ask besides the forms' fields: the procedure with `code`, and the (local) day of receipt."""
    return {"procedure": code.rpartition("/")[2], "received": received}


class NoRuleFits(IncidentRaised):
    """Bảng “{table}” không có dòng nào cho: {what}."""


class RulesOverlap(IncidentRaised):
    """Bảng “{table}” có nhiều dòng cùng đúng ({rules}) cho: {what}."""


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions: what is asked of the case. `kind` is one of `KINDS`."""

    id: str
    line: int
    label: str
    kind: str
    expression: feel.Expression


@dataclass(frozen=True, slots=True)
class Output:
    """A column of answers."""

    id: str
    line: int
    name: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What a rule demands of an input: unary tests, as written and parsed."""

    id: str
    line: int
    text: str
    tests: feel.Expression


@dataclass(frozen=True, slots=True)
class Rule:
    """A row, one cell for each input and one value for each output; `number` counts from 1, as modelers show it."""

    id: str
    line: int
    number: int
    cells: tuple[Cell, ...]
    answers: tuple[object, ...]

    def fits(self, tested: tuple[object, ...]) -> bool:
        """Whether every cell lets its input pass; a test that makes no sense for the value (null) does not."""
        pairs = zip(self.cells, tested, strict=True)
        return all(feel.evaluate(cell.tests, {feel.TESTED: value}) is True for cell, value in pairs)


@dataclass(frozen=True, slots=True)
class Hit:
    """The rule that fits, and its answers by the outputs' names: a number is a Decimal."""

    rule: Rule
    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision with its table. `policy` is one of `POLICIES`, `digest` the SHA-256 of its file in hex."""

    id: str
    line: int
    name: str
    policy: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    digest: str

    def decide(self, values: Mapping[str, object]) -> Hit:
        """The rule that fits `values`. Raises as `hit` does."""
        return self.hit(tuple(feel.evaluate(column.expression, values) for column in self.inputs))

    def hit(self, tested: tuple[object, ...]) -> Hit:
        """The rule that fits one value for each input, the first of several only where the hit policy says so (8.2.10).

        Raises `NoRuleFits` or `RulesOverlap`, naming what was asked.
        """
        fitting = [rule for rule in self.rules if rule.fits(tested)]
        if not fitting:
            raise NoRuleFits(table=self.name, what=self._asked(tested))
        if len(fitting) > 1 and self.policy == "UNIQUE":
            rules = ", ".join(str(rule.number) for rule in fitting)
            raise RulesOverlap(table=self.name, rules=rules, what=self._asked(tested))
        [rule, *_] = fitting
        names = (column.name for column in self.outputs)
        return Hit(rule, MappingProxyType(dict(zip(names, rule.answers, strict=True))))

    def _asked(self, tested: tuple[object, ...]) -> str:
        """``Thủ tục: QT.BC.01; Ngày tiếp nhận: 2022-09-26``."""
        pairs = zip(self.inputs, tested, strict=True)
        return "; ".join(f"{column.label}: {'–' if value is None else value}" for column, value in pairs)
