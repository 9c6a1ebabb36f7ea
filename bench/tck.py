"""`python -m bench.tck FOLDER`: our FEEL against the literal expressions of the DMN TCK, as a table.

FOLDER holds the TCK's ``TestCases`` (https://github.com/dmn-tck/tck, Apache-2.0; it is not part of this project). Each
result that the TCK expects of a decision with one literal expression counts once: ``right``; ``refused`` by the parser,
as is what is not in the subset; ``null`` where the TCK has a value; ``wrong``, which must be none.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from lxml import etree

from runner.feel import FeelError, Months, evaluate, parse

VERDICTS = ("right", "refused", "null", "wrong")
CLOSE = Decimal("1e-8")
"""How far a number may be off, for results that the TCK rounds."""


@dataclass
class Model:
    """A model's decisions with their expressions (None for what is no literal expression), types and requirements.

    `types` are the model's own by name: what one stands for, and whether that is a list.
    """

    expressions: dict[str, str | None] = field(default_factory=dict)
    requires: dict[str, list[str]] = field(default_factory=dict)
    type_of: dict[str, str] = field(default_factory=dict)
    types: dict[str, tuple[str, bool]] = field(default_factory=dict)


class NotInSubset(Exception):
    """The model or a value needs more than literal expressions over values of the subset."""


def read_model(path: Path) -> Model:
    model, names = Model(), {}
    root = etree.parse(path).getroot()
    decisions = list(root.iter("{*}decision"))
    for each in root.findall("{*}itemDefinition"):
        stands_for = each.findtext("{*}typeRef") or "Any"
        model.types[each.get("name") or ""] = (stands_for, each.get("isCollection") == "true")
    for decision in decisions:
        names[decision.get("id")] = name = decision.get("name") or ""
        variable = decision.find("{*}variable")
        model.type_of[name] = "Any" if variable is None else variable.get("typeRef", "Any")
        literal = decision.find("{*}literalExpression")
        model.expressions[name] = None if literal is None else literal.findtext("{*}text") or ""
    for decision in decisions:
        required = (each.get("href", "").removeprefix("#") for each in decision.iter("{*}requiredDecision"))
        model.requires[decision.get("name") or ""] = [names.get(each, each) for each in required]
    return model


# -- the TCK's values -------------------------------------------------------------------------------------------------

_TEXTS = {"date": "date", "dateTime": "date and time", "duration": "duration"}


def value_of(node: etree._Element) -> object:
    """The value in a test's ``inputNode`` or ``expected``."""
    if (members := node.find("{*}list")) is not None:
        return [value_of(item) for item in members.findall("{*}item")]
    if (parts := node.findall("{*}component")) and node.find("{*}value") is None:
        return {part.get("name"): value_of(part) for part in parts}
    single = node.find("{*}value")
    if single is None or single.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true":
        return None
    kind = single.get("{http://www.w3.org/2001/XMLSchema-instance}type", "").rpartition(":")[2]
    text = single.text or ""
    match kind:
        case "string":
            return text
        case "boolean":
            return text.strip() == "true"
        case "decimal" | "double" | "integer" | "int" | "float" | "long":
            return Decimal(text.strip())
        case "date" | "dateTime" | "duration":
            return evaluate(parse(f'{_TEXTS[kind]}("{text.strip()}")'), {})
    raise NotInSubset(kind)


def alike(found: object, wanted: object) -> bool:
    if isinstance(wanted, Decimal) and isinstance(found, Decimal):
        return not wanted.is_finite() or abs(found - wanted) <= CLOSE * max(1, abs(wanted))
    if isinstance(wanted, list) and isinstance(found, list | tuple):
        return len(found) == len(wanted) and all(map(alike, found, wanted))
    if isinstance(wanted, dict) and isinstance(found, dict):
        return found.keys() == wanted.keys() and all(alike(found[key], wanted[key]) for key in wanted)
    return type(found) is type(wanted) and found == wanted


KINDS: dict[str, type | tuple[type, ...]] = {
    **{"string": str, "number": Decimal, "boolean": bool, "date": date, "date and time": datetime, "time": time},
    **{"days and time duration": timedelta, "years and months duration": Months},
}


def coerced(value: object, kind: str, model: Model, depth: int = 0) -> object:
    """`value` as a decision of type `kind` gives it (DMN 1.3, 10.3.2.9.4): null where it is of another type."""
    if kind in model.types and depth < 10:
        kind, listed = model.types[kind]
        if listed:
            members = [coerced(each, kind, model, depth + 1) for each in value] if isinstance(value, list) else None
            return value if members == value else None
        return coerced(value, kind, model, depth + 1)
    if kind not in KINDS:
        return value
    if isinstance(value, list) and len(value) == 1:
        return coerced(value[0], kind, model, depth + 1)
    fits = isinstance(value, KINDS[kind]) and not (kind == "date" and isinstance(value, datetime))
    return value if fits else None


# -- measuring --------------------------------------------------------------------------------------------------------


def results(folder: Path) -> Iterator[tuple[str, str, str, str, object, object]]:
    """The folder, test and text of each literal expression with a result, the verdict, what is found and wanted."""
    for suite in sorted(folder.rglob("*-test-*.xml")):
        tests = etree.parse(suite).getroot()
        name = tests.findtext("{*}modelName") or ""
        if not (suite.parent / name).is_file():
            continue
        model = read_model(suite.parent / name)
        for test in tests.iter("{*}testCase"):
            if test.get("type") == "decisionService":
                continue
            for wanted in test.findall("{*}resultNode"):
                decision = wanted.get("name") or ""
                if (text := model.expressions.get(decision)) is None:
                    continue
                verdict, found, expected = judged(model, decision, test, wanted)
                yield suite.parent.name, test.get("id") or "", text, verdict, found, expected


def judged(model: Model, decision: str, test: etree._Element, wanted: etree._Element) -> tuple[str, object, object]:
    expected: object = None
    try:
        expected = value_of(wanted.find("{*}expected"))  # type: ignore[arg-type]
        found = worth(model, decision, {each.get("name") or "": each for each in test.findall("{*}inputNode")})
    except (FeelError, NotInSubset) as refusal:
        return "refused", refusal, expected
    if alike(found, expected):
        return "right", found, expected
    return "null" if found is None else "wrong", found, expected


def worth(model: Model, decision: str, inputs: Mapping[str, etree._Element]) -> object:
    """What a decision is worth, and those that it requires before it."""
    text = model.expressions.get(decision)
    if text is None:
        raise NotInSubset(decision)
    expression = parse(text)
    values = {
        name: value_of(inputs[name]) for name in inputs if name in {each.split(".")[0] for each in expression.names}
    }
    for required in model.requires.get(decision, ()):
        values.setdefault(required, worth(model, required, inputs) if required not in inputs else None)
    return coerced(evaluate(expression, values), model.type_of[decision], model)


def main(folder: Path) -> int:
    table: dict[str, Counter[str]] = defaultdict(Counter)
    wrong = []
    for suite, test, text, verdict, found, wanted in results(folder):
        table[suite][verdict] += 1
        if verdict in ("wrong", "null"):
            wrong.append(f"{verdict}  {suite} {test}: {' '.join(text.split())} = {found!r}, wanted {wanted!r}")
    total = sum(table.values(), Counter())
    print(f"{'':<52}" + "".join(f"{each:>9}" for each in VERDICTS))
    for suite, counts in (*table.items(), ("all", total)):
        print(f"{suite:<52}" + "".join(f"{counts[each]:>9}" for each in VERDICTS))
    print(*sorted(wrong), sep="\n")
    return 1 if total["wrong"] or not total else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
