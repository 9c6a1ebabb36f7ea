"""The files of rules: each pattern has its keys, each rule its source; a procedure's rules go before its province's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from runner.domain import toml
from runner.domain.toml import Fault, TomlInvalid, duplicates, rows
from runner.errors import FileInvalid
from runner.law.rule import Pattern, Rule, RuleFile

NAME: Final = "rules.toml"
"""The file of a province's rules; that of one procedure is ``<code>.rules.toml``."""
TAKES: Final[Mapping[Pattern, tuple[frozenset[str], frozenset[str]]]] = {
    Pattern.EXISTS: (frozenset(), frozenset({"when"})),
    Pattern.ABSENT: (frozenset(), frozenset({"when"})),
    Pattern.AT_MOST: (frozenset({"most"}), frozenset()),
    Pattern.BEFORE: (frozenset({"first"}), frozenset({"since"})),
    Pattern.ANSWERED_WITHIN: (frozenset({"answer", "days"}), frozenset({"unit"})),
    Pattern.NOT_AFTER: (frozenset({"days_before_due"}), frozenset({"if_overdue"})),
    Pattern.NOT_SAME_PERSON: (frozenset({"other"}), frozenset()),
    Pattern.ONLY_IF_PAID: (frozenset(), frozenset()),
    Pattern.ONLY_IN_LANE: (frozenset({"lanes"}), frozenset({"nothing_else"})),
}
"""The keys that a rule of each pattern must have, and those that it may have, beside those that every rule has."""
SELECTORS: Final = ("task", "first", "since", "other", "answer", "when")
_OWN: Final = frozenset(key for must, may in TAKES.values() for key in must | may)
_ENDS: Final = frozenset({Pattern.EXISTS, Pattern.ABSENT})
_PLACED: Final = ("document", "place", "text")


@lru_cache(64)
def read(data: bytes, checked: bool = False) -> tuple[Rule, ...]:
    """The rules of a file; `checked`: it was read before. Raises a `TomlInvalid` with all that is wrong."""
    return (toml.read_checked if checked else toml.read)(RuleFile, data, _faults).rules


def of(procedure: str, files: Mapping[str, bytes], checked: bool = False) -> tuple[Rule, ...]:
    """The rules of the procedure with this code (``ben-tre/01``) among a province's files, by their names.

    A rule of the procedure takes the place of the province's rule with the same id. Raises `FileInvalid`.
    """
    found: dict[str, Rule] = {}
    for name in (NAME, f"{procedure.partition('/')[2]}.{NAME}"):
        if data := files.get(name):
            try:
                found |= {rule.id: rule for rule in read(data, checked)}
            except TomlInvalid as error:
                raise FileInvalid(name=name, reason=error) from None
    return tuple(found.values())


def _faults(table: Mapping[str, Any]) -> Iterator[Fault]:
    yield from duplicates(table, "rules", "id")
    for at, row in rows(table, "rules"):
        pattern = row.get("pattern")
        if pattern in set(Pattern):
            must, may = TAKES[Pattern(pattern)]
            for key in sorted(must - row.keys()):
                yield Fault((*at, key), "thiếu khóa “{key}”, mà mẫu {pattern} phải có.", {"pattern": pattern})
            for key in sorted((row.keys() & _OWN) - must - may):
                yield Fault((*at, key), "khóa “{key}” không đi với mẫu {pattern}.", {"pattern": pattern})
        yield from _source(row.get("source"), (*at, "source"))
        for key in SELECTORS:
            if isinstance(selector := row.get(key), dict):
                yield from _selector(selector, (*at, key), pattern)


def _source(source: object, at: toml.Location) -> Iterator[Fault]:
    """A source is a place with its words, or ours with its reason: never both, never half of one."""
    if not isinstance(source, dict):
        return
    placed = [key for key in _PLACED if source.get(key)]
    if bool(source.get("ours")) == bool(placed) or (placed and len(placed) < len(_PLACED)):
        text = "khóa “{key}” phải có đủ document, place và text, hoặc chỉ có ours với lý do."
        yield Fault(at, text)


def _selector(selector: Mapping[str, Any], at: toml.Location, pattern: object) -> Iterator[Fault]:
    if not any(selector.get(key) for key in selector if key != "values"):
        yield Fault(at, "khóa “{key}” phải nói rõ việc nào: lane, step, form, topic, message, property hay outcome.")
    if selector.get("outcome") and (len(selector) > 1 or at[-1] != "when" or pattern not in _ENDS):
        yield Fault((*at, "outcome"), "khóa “{key}” chỉ đứng một mình, ở when của mẫu exists hay absent.")
