"""What writers of other languages put into an expression, and how FEEL says it (DMN 1.3, 10.3.1.2)."""

from __future__ import annotations

import re
from collections.abc import Callable

from runner.feel.token import SyntaxInvalid, inside


class IdiomForeign(SyntaxInvalid):
    """Cột {column}: {found} không phải là cách viết của FEEL. Hãy viết: {write}"""


_SIGNS = {
    **{"==": "=", "===": "=", "!==": "!=", "<>": "!=", "≠": "!=", "≥": ">=", "≤": "<=", "=>": ">=", "=<": "<="},
    **{"&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "“": '"', "”": '"'},
}
_WORDS = {word.upper(): word for word in ("and", "or", "not", "true", "false", "null")}

# No alternative is valid FEEL outside of a string, but the words in capitals, which could be names of fields.
_IDIOM = re.compile(
    r"""
        (?P<string> "(?:[^"\\]|\\.)*" )
      | (?P<quoted> '(?P<single>[^'"]*)' | [“”„](?P<curly>[^“”„"]*)[“”] )
      | (?P<number> \d{1,3}(?:\.\d{3}){2,} | \d{1,3}(?:,\d{3}){2,} )
      | (?P<not>    \b(?:not|NOT)\s+(?P<negated>[^\W\d][\w.]*)(?!\s*\() | !(?P<banged>[^\W\d][\w.]*)(?!\s*\() )
      | (?P<sign>   ===? | !== | <> | => | =< | && | \|\| | !(?=\s*\() | [&|≠≥≤“”] )
      | (?P<word>   \b(?:AND|OR|NOT|TRUE|FALSE|NULL)\b )
    """,
    re.VERBOSE,
)


def explained(fault: SyntaxInvalid, text: str, readable: Callable[[str], bool]) -> SyntaxInvalid:
    """`fault` of `text`, or the leftmost idiom of another language in it, which is then what the writer has to mend.

    The sentence shows the whole expression as FEEL has it where that is `readable`, else the idiom alone.
    """
    start, end = inside(text)
    written = text[start:end]
    foreign = [match for match in _IDIOM.finditer(written) if match.lastgroup != "string"]
    if not foreign:
        return fault
    first = foreign[0]
    mended = _IDIOM.sub(_mended, written).strip()
    write = mended if readable(mended) else _mended(first).strip()
    return IdiomForeign(column=start + first.start() + 1, found=_short(first[0]), write=_short(write))


def _mended(match: re.Match[str]) -> str:
    groups = match.groupdict()
    if groups["quoted"] is not None:
        return f'"{groups["single"] or groups["curly"] or ""}"'
    if groups["not"] is not None:
        return f"not({groups['negated'] or groups['banged']})"
    if groups["number"] is not None:
        return re.sub(r"[.,]", "", match[0])
    sign = _SIGNS.get(match[0]) or _WORDS.get(match[0], match[0])
    if sign not in ("and", "or"):
        return sign
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return f"{'' if before.isspace() else ' '}{sign}{'' if after.isspace() else ' '}"


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
