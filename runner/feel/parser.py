"""From tokens to the tree, by recursive descent: one method for each rule of the grammar (DMN 1.3, 10.3.1.2).

    expression = disjunction | "if" expression "then" expression "else" expression
    disjunction = conjunction { "or" conjunction }          conjunction = comparison { "and" comparison }
    comparison = sum [ ("=" | "!=" | "<" | "<=" | ">" | ">=") sum | "between" sum "and" sum | "in" tests ]
    sum = product { ("+" | "-") product }                   product = unary { ("*" | "/") unary }
    unary = "-" unary | operand                             operand = literal | name | call | "(" expression ")"
    tests = test | "(" test { "," test } ")"
    test = comparator sum | range | "[" [ test { "," test } ] "]" | sum
    range = ("[" | "]" | "(") sum ".." sum ("]" | "[" | ")")

    unary tests = "-" | "not" "(" test { "," test } ")" | test { "," test }          (a cell of a decision table)

Comparisons do not chain (``1 < x < 3`` would silently be null: write ``between``), lists stand after ``in`` only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from runner.feel.function import BUILT_IN
from runner.feel.idiom import explained
from runner.feel.token import (
    ExpressionUnfinished,
    FeelError,
    SymbolMissing,
    SyntaxInvalid,
    Token,
    tokens,
)
from runner.feel.tree import (
    And,
    Arithmetic,
    Bound,
    Call,
    Comparison,
    Expression,
    If,
    Inclusion,
    Literal,
    Name,
    Negation,
    Node,
    Or,
    Range,
    Test,
)
from runner.feel.value import number

MAX_DEPTH = 40
"""How deep parentheses, arguments, conditions and minus signs may nest; the tree is at most a few times deeper."""

COMPARATORS = frozenset(("=", "!=", "<", "<=", ">", ">="))
TESTED = "?"
"""The name of the value that unary tests test: no text can name it."""

_TESTED = Name((TESTED,))
_CONSTANTS = {"true": True, "false": False, "null": None}
_MOST_WORDS = max(len(name.split()) for name in BUILT_IN)
_T = TypeVar("_T")


class FunctionUnknown(FeelError):
    """Cột {column}: không có hàm “{name}”."""


class ArgumentsMismatched(FeelError):
    """Cột {column}: hàm “{name}” không nhận {count} tham số."""


class ExpressionTooDeep(FeelError):
    """Cột {column}: biểu thức lồng nhau quá {limit} tầng."""


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


class _Parser:
    def __init__(self, sequence: tuple[Token, ...], extra: Collection[str]) -> None:
        self._tokens = sequence
        self._at = 0
        self._depth = 0
        self._extra = extra
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

    # -- tokens ------------------------------------------------------------------------------------------------------

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self, *texts: str) -> str | None:
        """Consume the next token if it is a keyword or symbol in `texts`; returns it."""
        if self._next.text not in texts:
            return None
        self._at += 1
        return self._tokens[self._at - 1].text

    def _demand(self, *texts: str) -> str:
        if taken := self._take(*texts):
            return taken
        if self._next.kind == "end":
            raise self._unexpected()
        raise SymbolMissing(column=self._next.column, expected=texts[0], found=_short(self._next.text))

    def _unexpected(self) -> SyntaxInvalid:
        if self._next.kind == "end":
            return ExpressionUnfinished(column=self._next.column)
        return SyntaxInvalid(column=self._next.column, found=_short(self._next.text))

    def _nested(self, rule: Callable[[], _T]) -> _T:
        """The result of `rule`, one level deeper."""
        if self._depth == MAX_DEPTH:
            raise ExpressionTooDeep(column=self._next.column, limit=MAX_DEPTH)
        self._depth += 1
        node = rule()
        self._depth -= 1
        return node

    # -- rules, from the loosest to the tightest ---------------------------------------------------------------------

    def _expression(self) -> Node:
        if not self._take("if"):
            return self._disjunction()
        condition = self._nested(self._expression)
        self._demand("then")
        then = self._nested(self._expression)
        self._demand("else")
        return If(condition, then, self._nested(self._expression))

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
        return Negation(self._nested(self._unary)) if self._take("-") else self._operand()

    def _operand(self) -> Node:
        if self._take("("):
            inner = self._nested(self._expression)
            self._demand(")")
            return inner
        if words := self._function_ahead():
            return self._call(words)
        token = self._next
        if token.kind == "name":
            return self._name()
        if token.kind not in ("number", "string") and token.text not in _CONSTANTS:
            raise self._unexpected()
        self._at += 1
        match token.kind:
            case "number":
                return Literal(number(token.value))
            case "string":
                return Literal(token.value)
            case _:
                return Literal(_CONSTANTS[token.text])

    def _name(self) -> Name:
        path: list[str] = []
        while not path or self._take("."):
            if self._next.kind != "name":
                raise self._unexpected()
            path.append(self._next.text)
            self._at += 1
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

    def _separated(self, rule: Callable[[], _T], closing: str) -> list[_T]:
        """The results of `rule` between commas, up to and including `closing`; perhaps none."""
        if self._take(closing):
            return []
        items = [self._nested(rule)]
        while self._demand(closing, ",") == ",":
            items.append(self._nested(rule))
        return items

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
            return Call("not", (Inclusion(_TESTED, self._listed(")")),))
        tests = [*self._test()]
        while self._take(","):
            tests += self._test()
        return Inclusion(_TESTED, tuple(tests))

    # -- tests after "in" --------------------------------------------------------------------------------------------

    def _tests(self) -> tuple[Test, ...]:
        if self._next.text == "(" and not self._range_ahead():
            self._demand("(")
            return self._listed(")")
        return self._test()

    def _listed(self, closing: str) -> tuple[Test, ...]:
        return tuple(test for tests in self._separated(self._test, closing) for test in tests)

    def _test(self) -> tuple[Test, ...]:
        """One test, or the several in a list ``[a, b]``: a value is in a list when it passes one of its tests."""
        if operator := self._take(*COMPARATORS):
            return (Bound(operator, self._sum()),)
        if self._next.text in ("(", "[", "]") and self._range_ahead():
            return (self._range(),)
        if self._take("["):
            return self._listed("]")
        return (self._sum(),)

    def _range_ahead(self) -> bool:
        """Whether the bracket here opens a range: ``..`` comes before a comma or a further square bracket."""
        depth = 0
        for token in self._tokens[self._at + 1 :]:
            match token.text:
                case "(":
                    depth += 1
                case ")":
                    depth -= 1
                case ".." | "," | "[" | "]" if depth == 0:
                    return token.text == ".."
            if depth < 0:
                return False
        return False

    def _range(self) -> Range:
        low_open = self._demand("[", "]", "(") != "["
        low = self._sum()
        self._demand("..")
        high = self._sum()
        return Range(low, high, low_open, high_open=self._demand("]", "[", ")") != "]")


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"
