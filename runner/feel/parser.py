"""From tokens to the tree, by recursive descent: one method for each rule of the grammar (DMN 1.3, 10.3.1.2).

    expression = disjunction | "if" expression "then" expression "else" expression
               | ("some" | "every") name "in" sum "satisfies" expression
    disjunction = conjunction { "or" conjunction }          conjunction = comparison { "and" comparison }
    comparison = sum [ ("=" | "!=" | "<" | "<=" | ">" | ">=") sum | "between" sum "and" sum | "in" tests ]
    sum = product { ("+" | "-") product }                   product = unary { ("*" | "/") unary }
    unary = "-" unary | operand { "." name }
    operand = literal | name | call | "(" expression ")" | "[" [ expression { "," expression } ] "]"
    tests = test | "(" test { "," test } ")"
    test = comparator sum | range | "[" [ test { "," test } ] "]" | sum
    range = ("[" | "]" | "(") sum ".." sum ("]" | "[" | ")")

    unary tests = "-" | "not" "(" test { "," test } ")" | test { "," test }          (a cell of a decision table)

Comparisons do not chain (``1 < x < 3`` would silently be null: write ``between``), ranges stand after ``in`` only, and
no quantifier stands within what another one demands: all would be tried with all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal
from types import NoneType

from runner.feel.cursor import Cursor
from runner.feel.function import BUILT_IN, at_literal
from runner.feel.idiom import explained
from runner.feel.token import FeelError, SyntaxInvalid, Token, tokens
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
from runner.feel.value import number

COMPARATORS = frozenset(("=", "!=", "<", "<=", ">", ">="))
TESTED = "?"
"""The name of the value that unary tests test: no text can name it."""

_PARTLESS = (Decimal, str, bool, NoneType)
"""The literals behind which no name can stand."""

_TESTED = Name((TESTED,))
_CONSTANTS = {"true": True, "false": False, "null": None}
_MOST_WORDS = max(len(name.split()) for name in BUILT_IN)


class FunctionUnknown(FeelError):
    """Cột {column}: không có hàm “{name}”."""


class ArgumentsMismatched(FeelError):
    """Cột {column}: hàm “{name}” không nhận {count} tham số."""


class LiteralUnreadable(SyntaxInvalid):
    """Cột {column}: @{found} không phải là ngày, ngày giờ hay khoảng thời gian; viết như @"2026-01-31" hoặc @"P10D"."""


class QuantifierNested(SyntaxInvalid):
    """Cột {column}: “{found}” không đặt bên trong phần satisfies của một some hay every khác."""


def parse(text: str, extra: Collection[str] = ()) -> Expression:
    """The expression written in `text`, bare, after a leading ``=`` or wrapped in ``${…}``.

    `extra` names the functions that the caller will hand to `evaluate` besides the built-in ones. Raises FeelError with
    the `column` (from 1) of the first syntax error, unknown function or exceeded limit.
    """
    return _read(text, extra, _Parser.whole)


def parse_tests(text: str) -> Expression:
    """The unary tests in `text`, a cell of a decision table (DMN 1.3, rules 7 to 17): `TESTED` is what they test.

    The expression is True where a value passes; an empty cell, like ``-``, lets everything pass. Raises FeelError.
    """
    return _read(text, (), _Parser.cell)


def _read(text: str, extra: Collection[str], rule: Callable[[_Parser], Expression]) -> Expression:
    """The expression that `rule` finds in `text`. Raises FeelError."""

    def readable(mended: str) -> bool:
        try:
            rule(_Parser(tuple(tokens(mended)), extra))
        except FeelError:
            return False
        return True

    try:
        return rule(_Parser(tuple(tokens(text)), extra))
    except SyntaxInvalid as fault:
        raise explained(fault, text, readable) from None


class _Parser(Cursor):
    def __init__(self, sequence: tuple[Token, ...], extra: Collection[str]) -> None:
        super().__init__(sequence)
        self._extra = extra
        self._bound = ""
        self._names: set[str] = set()
        self._calls: set[str] = set()

    def whole(self) -> Expression:
        tree = self._expression()
        if self._next.kind != "end":
            raise self._unexpected()
        return Expression(tree, frozenset(self._names), frozenset(self._calls))

    def cell(self) -> Expression:
        tree = self._unary_tests()
        if self._next.kind != "end":
            raise self._unexpected()
        return Expression(tree, frozenset(self._names), frozenset(self._calls))

    # -- rules, from the loosest to the tightest ---------------------------------------------------------------------

    def _expression(self) -> Node:
        if self._next.text in ("some", "every"):
            return self._quantified()
        if not self._take("if"):
            return self._disjunction()
        condition = self._nested(self._expression)
        self._demand("then")
        then = self._nested(self._expression)
        self._demand("else")
        return If(condition, then, self._nested(self._expression))

    def _quantified(self) -> Quantified:
        word = self._next
        if self._bound:
            raise QuantifierNested(column=word.column, found=word.text)
        self._at += 1
        name = self._name_token()
        self._demand("in")
        members = self._sum()
        self._demand("satisfies")
        self._bound = name
        condition = self._nested(self._expression)
        self._bound = ""
        return Quantified(word.text == "every", name, members, condition)

    def _disjunction(self) -> Node:
        parts = [self._conjunction()]
        while self._take("or"):
            parts.append(self._conjunction())
        return Or(tuple(parts)) if len(parts) > 1 else parts[0]

    def _conjunction(self) -> Node:
        parts = [self._comparison()]
        while self._take("and"):
            parts.append(self._comparison())
        return And(tuple(parts)) if len(parts) > 1 else parts[0]

    def _comparison(self) -> Node:
        left = self._sum()
        if operator := self._take(*COMPARATORS):
            return Comparison(operator, left, self._sum())
        if self._take("between"):
            low = self._sum()
            self._demand("and")
            return Inclusion(left, (Range(low, self._sum()),))
        if self._take("in"):
            return Inclusion(left, self._tests())
        return left

    def _sum(self) -> Node:
        return self._chain(self._product, "+", "-")

    def _product(self) -> Node:
        return self._chain(self._unary, "*", "/")

    def _chain(self, operand: Callable[[], Node], *operators: str) -> Node:
        first = operand()
        rest: list[tuple[str, Node]] = []
        while operator := self._take(*operators):
            rest.append((operator, operand()))
        return Arithmetic(first, tuple(rest)) if rest else first

    def _unary(self) -> Node:
        if self._take("-"):
            return Negation(self._nested(self._unary))
        node = self._operand()
        path: list[str] = []
        while not (isinstance(node, Literal) and isinstance(node.value, _PARTLESS)) and self._take("."):
            path.append(self._name_token())
        return Property(node, tuple(path)) if path else node

    def _operand(self) -> Node:
        if self._take("("):
            inner = self._nested(self._expression)
            self._demand(")")
            return inner
        if self._take("["):
            return List(tuple(self._separated(self._expression, "]")))
        if words := self._function_ahead():
            return self._call(words)
        token = self._next
        if token.kind == "name":
            return self._name()
        return self._literal(token)

    def _literal(self, token: Token) -> Literal:
        if token.kind not in ("number", "string", "at") and token.text not in _CONSTANTS:
            raise self._unexpected()
        self._at += 1
        match token.kind:
            case "number":
                return Literal(number(token.value))
            case "string":
                return Literal(token.value)
            case "at":
                if (value := at_literal(token.value)) is None:
                    raise LiteralUnreadable(column=token.column, found=token.text[1:])
                return Literal(value)
            case _:
                return Literal(_CONSTANTS[token.text])

    def _name(self) -> Name:
        path = [self._name_token()]
        while self._take("."):
            path.append(self._name_token())
        if path[0] != self._bound:
            self._names.add(".".join(path))
        return Name(tuple(path))

    # -- calls -------------------------------------------------------------------------------------------------------

    def _function_ahead(self) -> int:
        """How many words name the function called here; 0 when nothing is called.

        Names with blanks come first: ``date and time(x)`` is no conjunction.
        """
        for words in range(_MOST_WORDS, 1, -1):
            if self._opens(words) and self._words(words) in BUILT_IN:
                return words
        return int(self._opens(1) and (self._next.kind == "name" or self._next.text in BUILT_IN))

    def _opens(self, words: int) -> bool:
        following = self._at + words
        return following < len(self._tokens) and self._tokens[following].text == "("

    def _words(self, words: int) -> str:
        return " ".join(token.text for token in self._tokens[self._at : self._at + words])

    def _call(self, words: int) -> Call:
        name, column = self._words(words), self._next.column
        if name not in BUILT_IN and name not in self._extra:
            raise FunctionUnknown(column=column, name=name)
        self._at += words
        self._demand("(")
        arguments = self._separated(self._expression, ")")
        if name in BUILT_IN and not BUILT_IN[name].admits(len(arguments)):
            raise ArgumentsMismatched(column=column, name=name, count=len(arguments))
        self._calls.add(name)
        return Call(name, tuple(arguments))

    # -- a cell of a decision table ----------------------------------------------------------------------------------

    def _unary_tests(self) -> Node:
        if self._next.kind == "end":
            return Literal(True)
        if self._next.text == "-" and self._tokens[self._at + 1].kind == "end":
            self._at += 1
            return Literal(True)
        if self._next.text == "not" and self._opens(1):
            self._at += 2
            if self._next.text == ")":
                raise self._unexpected()
            return Call("not", (Inclusion(_TESTED, tuple(self._separated(self._test, ")"))),))
        tests = [self._test()]
        while self._take(","):
            tests.append(self._test())
        return Inclusion(_TESTED, tuple(tests))

    # -- tests after "in" --------------------------------------------------------------------------------------------

    def _tests(self) -> tuple[Test, ...]:
        if self._next.text == "(" and not self._range_ahead():
            self._demand("(")
            return tuple(self._separated(self._test, ")"))
        return (self._test(),)

    def _test(self) -> Test:
        if operator := self._take(*COMPARATORS):
            return Bound(operator, self._sum())
        if self._next.text in ("(", "[", "]") and self._range_ahead():
            return self._range()
        if self._take("["):
            return Members(tuple(self._separated(self._test, "]")))
        return self._sum()

    def _range(self) -> Range:
        low_open = self._demand("[", "]", "(") != "["
        low = self._sum()
        self._demand("..")
        high = self._sum()
        return Range(low, high, low_open, high_open=self._demand("]", "[", ")") != "]")
