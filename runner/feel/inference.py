"""What type an expression has for the types of its names, and what in it can only be null, whatever the case's values.

What is of an unknown type fits everywhere: a fault is certain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from types import NoneType

from runner.feel import advice
from runner.feel.advice import written
from runner.feel.evaluator import PARTS, READERS, evaluate
from runner.feel.function import BUILT_IN, Kind
from runner.feel.tree import (
    And,
    Arithmetic,
    Bound,
    Call,
    Comparison,
    Expression,
    If,
    Inclusion,
    List,
    Literal,
    Members,
    Name,
    Negation,
    Node,
    Or,
    Property,
    Quantified,
    Range,
    Test,
)
from runner.feel.type import (
    ANY,
    BOOLEAN,
    DATE,
    MOMENT,
    MONTHS,
    NULL,
    NUMBER,
    SPAN,
    STRING,
    Type,
    listed,
    merged,
)
from runner.feel.value import Months

_PYTHON: Mapping[str, type] = {
    **{"string": str, "number": Decimal, "boolean": bool, "date": date, "date and time": datetime, "Null": NoneType},
    **{"days and time duration": timedelta, "years and months duration": Months, "list": list, "context": dict},
}
OF_PYTHON = {_PYTHON[each.name]: each for each in (STRING, NUMBER, BOOLEAN, DATE, MOMENT, NULL, SPAN, MONTHS)}
"""The types of values by their classes in Python."""

_RESULTS: Mapping[str, Type] = {
    **dict.fromkeys(("not", "contains", "starts with", "ends with", "list contains"), BOOLEAN),
    **dict.fromkeys(("string length", "number", "floor", "ceiling", "round half up", "count"), NUMBER),
    **dict.fromkeys(("upper case", "lower case", "lower", "string", "substring"), STRING),
    **{"date": DATE, "date and time": MOMENT},
}
"""What functions give that always give the same; others give what they take."""

_SUMS: Mapping[tuple[Type, Type], Type] = {
    **{(each, each): each for each in (NUMBER, STRING, SPAN, MONTHS)},
    **{(day, span): day for day in (DATE, MOMENT) for span in (SPAN, MONTHS)},
    **{(span, day): day for day in (DATE, MOMENT) for span in (SPAN, MONTHS)},
}
_OPERATIONS: Mapping[str, Mapping[tuple[Type, Type], Type]] = {
    "+": _SUMS,
    "-": {
        **{(each, each): each for each in (NUMBER, SPAN, MONTHS)},
        **{(day, span): day for day in (DATE, MOMENT) for span in (SPAN, MONTHS)},
        **{(day, day): SPAN for day in (DATE, MOMENT)},
    },
    "*": {
        (NUMBER, NUMBER): NUMBER,
        **{(span, NUMBER): span for span in (SPAN, MONTHS)},
        **{(NUMBER, span): span for span in (SPAN, MONTHS)},
    },
    "/": {
        (NUMBER, NUMBER): NUMBER,
        **{(span, NUMBER): span for span in (SPAN, MONTHS)},
        **{(span, span): NUMBER for span in (SPAN, MONTHS)},
    },
}
_NOTHING = Literal(None)
_SUMMED = frozenset((NUMBER, SPAN, MONTHS))
_ORDERED = frozenset((NUMBER, STRING, DATE, MOMENT, SPAN, MONTHS))
_UNKNOWN = frozenset((ANY.name, NULL.name))


def inferred(
    expression: Expression, types: Mapping[str, Type], *, whole: bool = True
) -> tuple[Type, list[advice.TypeFault]]:
    """The type of `expression` for the `types` of names, and its faults; where they are `whole`, so is another name."""
    found = _Inference(types, whole)
    return found.of(expression.tree), found.faults


def condition_faults(
    expression: Expression, types: Mapping[str, Type], *, whole: bool = True
) -> list[advice.TypeFault]:
    """The faults of `expression` where it decides: what is neither true nor false is one too."""
    found = _Inference(types, whole)
    found.truth(expression.tree)
    return found.faults


class _Inference:
    def __init__(self, types: Mapping[str, Type], whole: bool) -> None:
        self.types = types
        self.whole = whole
        self.bound: dict[str, Type] = {}
        self.faults: list[advice.TypeFault] = []

    def of(self, node: Node) -> Type:
        before = len(self.faults)
        kind = self.typed(node)
        constant = len(self.faults) == before and not isinstance(node, Literal) and _constant(node)
        if constant and evaluate(Expression(node, frozenset(), frozenset()), {}) is None:
            self.faults.append(advice.Valueless(operand=written(node)))
            return ANY
        return kind

    def typed(self, node: Node) -> Type:
        match node:
            case Literal(value):
                return OF_PYTHON[type(value)]
            case Name(path):
                return self.name(path)
            case Property(operand, path):
                return self.followed(self.of(operand), path, written(operand))
            case List(members):
                return listed(merged(list(map(self.of, members))) if members else ANY)
            case Call(function, arguments):
                return self.call(node, function, arguments)
            case Arithmetic(first, rest):
                return self.arithmetic(first, rest)
            case Negation(operand):
                kind = self.of(operand)
                if kind != ANY and kind not in _SUMMED:
                    self.faults.append(advice.OperandWrong(operand=f"-{written(operand)}", type=kind))
                    return ANY
                return kind
        return self.decision(node)

    def decision(self, node: Node) -> Type:
        """The type of what decides or is decided."""
        match node:
            case Comparison(operator, left, right):
                self.compared(operator, left, self.of(left), right, self.of(right))
            case Inclusion(operand, tests):
                self.tested(operand, self.of(operand), tests)
            case And(parts) | Or(parts):
                for part in parts:
                    self.truth(part)
            case If(condition, then, otherwise):
                self.truth(condition)
                kinds = [kind for kind in (self.of(then), self.of(otherwise)) if kind != NULL]
                return merged(kinds) if kinds else NULL
            case Quantified(_, name, members, condition):
                kind = self.of(members)
                self.bound = {name: (kind.member or ANY) if kind.name == "list" else kind}
                self.truth(condition)
                self.bound = {}
        return BOOLEAN

    def truth(self, node: Node) -> None:
        match node:
            case If(condition, then, otherwise) if branches := [each for each in (then, otherwise) if each != _NOTHING]:
                for part in (condition, *branches):  # each branch decides; null is what its writer asked for
                    self.truth(part)
                return
        kind = self.of(node)
        if kind not in (BOOLEAN, ANY):
            self.faults.append(advice.NotTruth(operand=written(node), type=kind))

    # -- names --------------------------------------------------------------------------------------------------------

    def name(self, path: tuple[str, ...]) -> Type:
        first, rest = path[0], path[1:]
        if first in self.bound:
            return self.followed(self.bound[first], rest, first)
        if first not in self.types:
            if self.whole:
                self.unknown(first, self.types)
            return ANY
        kind = self.followed(self.types[first], rest, first)
        if self.bound and kind.name in ("list", "context"):
            self.faults.append(advice.ListUnseen(name=".".join(path)))
        return kind

    def followed(self, kind: Type, path: Sequence[str], operand: str) -> Type:
        for name in path:
            inner = kind.member or ANY if kind.name == "list" else kind
            part = self.part(inner, name, operand)
            kind = listed(part) if kind.name == "list" and part != ANY else part
            operand += f".{name}"
        return kind

    def part(self, kind: Type, name: str, operand: str) -> Type:
        if kind.name in _UNKNOWN:
            return ANY
        if kind.name == "context":
            if name not in kind.fields:
                self.unknown(name, kind.fields, f"{operand}.")
            return kind.fields.get(name, ANY)
        parts = PARTS.get(_PYTHON[kind.name], {})
        if name not in parts:
            facts = {"operand": operand, "type": kind, "name": name}
            self.faults.append(
                advice.PartUnknown(**facts, parts=", ".join(parts)) if parts else advice.Partless(**facts)
            )
        return NUMBER if name in parts else ANY

    def unknown(self, name: str, known: Mapping[str, Type], before: str = "") -> None:
        near = get_close_matches(name, known, 1)
        same = [each for each in known if each.casefold() == name.casefold()]
        if meant := next(iter([*same, *near]), ""):
            self.faults.append(advice.NameMisspelt(name=before + name, meant=before + meant, type=known[meant]))
        else:
            self.faults.append(advice.NameUnknown(name=before + name))

    # -- comparisons --------------------------------------------------------------------------------------------------

    def compared(self, operator: str, left: Node, one: Type, right: Node, other: Type) -> None:
        ordering = operator not in ("=", "!=", "list contains")
        if ANY in (one, other) or (NULL in (one, other) and not ordering):
            return
        if one.name != other.name:
            self.faults.append(advice.kinds_compared(operator, left, one, right, other))
        elif ordering and Type(one.name) not in _ORDERED:
            self.faults.append(advice.Unordered(operand=written(left), type=one, operator=operator))
        for field, kind, text in ((left, one, right), (right, other, left)):
            members = text.members if isinstance(text, List) and kind.member else (text,)
            options = (kind.member or kind).options if isinstance(text, List) else kind.options
            for each in members:
                if isinstance(each, Literal) and isinstance(each.value, str) and options and each.value not in options:
                    shown = ", ".join(f'"{option}"' for option in options[:10])
                    self.faults.append(advice.OptionUnknown(name=written(field), value=each.value, options=shown))

    def tested(self, operand: Node, kind: Type, tests: Sequence[Test]) -> None:
        for test in tests:
            match test:
                case Bound(operator, limit):
                    self.compared(operator, operand, kind, limit, self.of(limit))
                case Range(low, high):
                    self.compared(">=", operand, kind, low, self.of(low))
                    self.compared("<=", operand, kind, high, self.of(high))
                case Members(members):
                    self.tested(operand, kind, [each for each in members if not isinstance(each, Members)])
                case _:
                    other = self.of(test)
                    member = (other.member or ANY) if other.name == "list" and kind.name != "list" else other
                    self.compared("=", operand, kind, test, member)

    # -- operations ---------------------------------------------------------------------------------------------------

    def arithmetic(self, first: Node, rest: Sequence[tuple[str, Node]]) -> Type:
        kind, shown = self.of(first), written(first)
        for operator, operand in rest:
            other = self.of(operand)
            pair = Type(kind.name), Type(other.name)
            shown += f" {operator} {written(operand)}"
            if ANY in (kind, other):
                kind = ANY
            elif pair in _OPERATIONS[operator]:
                kind = _OPERATIONS[operator][pair]
            else:
                self.faults.append(advice.OperandsMismatched(operation=shown, left=kind, right=other))
                kind = ANY
        return kind

    def call(self, node: Call, function: str, arguments: Sequence[Node]) -> Type:
        kinds = [self.of(argument) for argument in arguments]
        if function not in BUILT_IN:
            return ANY
        match function, arguments:
            case _, (Literal(str(text)),) if function in READERS:
                if (value := BUILT_IN[function](text)) is None:
                    self.faults.append(advice.unreadable(function, text))
                return OF_PYTHON.get(type(value), ANY) if value is not None else _RESULTS.get(function, ANY)
            case "list contains", (members, wanted) if kinds[0].name == "list":
                self.compared("list contains", members, kinds[0].member or ANY, wanted, kinds[1])
        built_in = BUILT_IN[function]
        forms = [each for each, _ in built_in.forms if len(each) == len(kinds)]
        if built_in.of_all is not None and function != "count":
            return self.of_all(function, arguments, kinds)
        if not any(all(map(_admits, form, kinds)) for form in forms):
            place = next(place for place, kind in enumerate(kinds) if not _admits(forms[0][place], kind))
            self.faults.append(advice.argument_wrong(node, arguments[place], kinds[place]))
        return _RESULTS.get(function) or (kinds[0] if function == "abs" else ANY)

    def of_all(self, function: str, arguments: Sequence[Node], kinds: Sequence[Type]) -> Type:
        """The type of a sum, a mean or an extreme: that of the members."""
        members = [(kind.member or ANY) if kind.name == "list" and len(kinds) == 1 else kind for kind in kinds]
        allowed = _SUMMED if function in ("sum", "mean") else _ORDERED
        known = [each.name for each in members if each.name not in _UNKNOWN]
        for argument, kind, member in zip(arguments, kinds, members, strict=True):
            if member.name in known and (Type(member.name) not in allowed or member.name != known[0]):
                self.faults.append(advice.ArgumentWrong(function=function, argument=written(argument), type=kind))
                return ANY
        return Type(merged(members).name)


def _constant(node: Node) -> bool:
    """Whether `node` is the same for every case; null is what its writer asked for."""
    match node:
        case Literal(value):
            return value is not None
        case Call(function, arguments):
            return function in BUILT_IN and all(map(_constant, arguments))
        case List(members):
            return all(map(_constant, members))
        case Arithmetic(first, rest):
            return _constant(first) and all(_constant(operand) for _, operand in rest)
        case Negation(operand):
            return _constant(operand)
    return False


def _admits(kind: Kind, argument: Type) -> bool:
    return argument == ANY or issubclass(_PYTHON[argument.name], kind)
