"""Walking over the tokens of an expression, with a limit on nesting."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TypeVar

from runner.feel.token import ExpressionUnfinished, FeelError, SymbolMissing, SyntaxInvalid, Token

MAX_DEPTH = 40
"""How deep parentheses, arguments, conditions and minus signs may nest; the tree is at most a few times deeper."""

_T = TypeVar("_T")


class ExpressionTooDeep(FeelError):
    """Cột {column}: biểu thức lồng nhau quá {limit} tầng."""


class Cursor:
    """A place in a sequence of tokens, the last of which is the end."""

    def __init__(self, sequence: tuple[Token, ...]) -> None:
        self._tokens = sequence
        self._at = 0
        self._depth = 0

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

    def _name_token(self) -> str:
        """Consume a name; returns it."""
        if self._next.kind != "name":
            raise self._unexpected()
        self._at += 1
        return self._tokens[self._at - 1].text

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

    def _range_ahead(self) -> bool:
        """Whether the bracket here opens a range: its ``..`` comes before a comma or the bracket's end.

        Brackets close in turn; ``]``, ``[`` and ``)`` all close a range, and ``]`` opens one where an operand begins,
        but for ``[]``, the empty list.
        """
        ranges = [False]  # for each bracket that is open, whether it has shown to be a range
        begins = True
        for before, token in pairwise(self._tokens[self._at :]):
            empty = begins and (before.text, token.text) == ("[", "]")
            if token.text in ("..", ",") and len(ranges) == 1:
                return token.text == ".."
            if token.text == "..":
                ranges[-1] = begins = True
            elif empty or (token.text in (")", "]", "[") and not begins and (ranges[-1] or token.text != "[")):
                ranges.pop()
                begins = False
                if not ranges:
                    return False
            elif token.text in ("(", "[", "]"):
                ranges.append(False)
                begins = True
            else:
                begins = token.kind in ("symbol", "keyword") and token.text not in ("true", "false", "null")
        return False

    def _separated(self, rule: Callable[[], _T], closing: str) -> list[_T]:
        """The results of `rule` between commas, up to and including `closing`; perhaps none."""
        if self._take(closing):
            return []
        items = [self._nested(rule)]
        while self._demand(closing, ",") == ",":
            items.append(self._nested(rule))
        return items


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"
