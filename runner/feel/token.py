"""From text to tokens, and the faults of an expression's text.

Columns count characters of the whole text from 1, including what comes before the expression (``=``, blanks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from unicodedata import normalize

from runner.errors import Refused

MAX_CHARACTERS = 1_000
MAX_TOKENS = 300

KEYWORDS = frozenset(
    (
        "and",
        "between",
        "else",
        "every",
        "external",
        "false",
        "for",
        "function",
        "if",
        "in",
        "instance",
        "not",
        "null",
        "of",
        "or",
        "return",
        "satisfies",
        "some",
        "then",
        "true",
    )
)
"""The reserved words of FEEL, those of constructs that the subset leaves out included."""


class FeelError(Refused):
    """Biểu thức không hợp lệ ở cột {column}."""


class SyntaxInvalid(FeelError):
    """Cột {column}: không viết “{found}” ở đây được."""


class ExpressionUnfinished(SyntaxInvalid):
    """Cột {column}: biểu thức còn thiếu phần sau."""


class SymbolMissing(SyntaxInvalid):
    """Cột {column}: cần “{expected}” nhưng lại gặp “{found}”."""


class StringUnclosed(SyntaxInvalid):
    """Cột {column}: chuỗi này thiếu dấu nháy kép đóng."""


class EscapeInvalid(SyntaxInvalid):
    """Cột {column}: trong chuỗi này có ký hiệu sau dấu “\\” không hợp lệ."""


class ExpressionTooLong(FeelError):
    """Biểu thức dài quá {limit} ký tự."""


class TokensTooMany(ExpressionTooLong):
    """Biểu thức có quá {limit} từ và dấu, tính đến cột {column}."""


class Token(NamedTuple):
    """A word or sign: `kind` is number, string, at (``@"P1D"``), name, keyword, symbol or end.

    `value` is what a number or a string stands for.

    `text` of a name is normalised (NFC), of a string it keeps its quotes: it never equals a keyword's or a symbol's.
    """

    kind: str
    text: str
    column: int
    value: str = ""


# Each alternative starts with a character of its own and repeats one class only: matching is linear.
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number> [0-9]+(?:\.[0-9]+)? | \.[0-9]+ )
      | (?P<name>   [^\W\d][\w\u0300-\u036f]* )            # with the combining marks of decomposed Vietnamese
      | (?P<string> "(?:[^"\\\r\n]|\\.)*" )
      | (?P<at>     @"[^"\\\r\n]*" )
      | (?P<symbol> \.\. | [<>!]= | [-=<>+*/()\[\],.] )
      | (?P<other>  \S )
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text` and an end token, without what leads (``=``) or wraps it (``${…}``). Raises FeelError."""
    if len(text) > MAX_CHARACTERS:
        raise ExpressionTooLong(column=MAX_CHARACTERS + 1, limit=MAX_CHARACTERS)
    at, end = inside(text)
    for count in range(MAX_TOKENS + 1):
        match = _TOKEN.match(text, at, end)
        if match is None:
            yield Token("end", "", end + 1)
            return
        kind = match.lastgroup or ""
        column = match.start(kind) + 1
        if count == MAX_TOKENS:
            raise TokensTooMany(column=column, limit=MAX_TOKENS)
        yield _token(kind, match[kind], column)
        at = match.end()


def inside(text: str) -> tuple[int, int]:
    """Where the expression proper begins and ends in `text`."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if text.startswith("=", start):
        return start + 1, end
    if text.startswith("${", start) and text.endswith("}", start + 2, end):
        return start + 2, len(text[: end - 1].rstrip())
    return start, max(start, end)


def _token(kind: str, text: str, column: int) -> Token:
    match kind:
        case "name":
            name = normalize("NFC", text)
            return Token("keyword" if name in KEYWORDS else "name", name, column)
        case "string":
            return Token(kind, text, column, _unquoted(text, column))
        case "at":
            return Token(kind, text, column, text[2:-1])
        case "other":
            raise StringUnclosed(column=column) if text == '"' else SyntaxInvalid(column=column, found=text)
        case _:
            return Token(kind, text, column, text)


def _unquoted(text: str, column: int) -> str:
    """What a string literal stands for, normalised (NFC) like the names and the forms' values it is compared with."""

    def character(escape: re.Match[str]) -> str:
        short, long, sign = escape.groups()
        if sign is None:
            return chr(int(short or long, 16))
        return _ESCAPES[sign]

    try:
        plain = _ESCAPE.sub(character, text[1:-1])
        # Two \u escapes may make one character; a half of such a pair on its own could not be written to the journal.
        return normalize("NFC", plain.encode("utf-16", "surrogatepass").decode("utf-16"))
    except (KeyError, ValueError) as error:
        raise EscapeInvalid(column=column) from error
