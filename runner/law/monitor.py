"""The part of each pattern that is about order and number alone: the same for a journal and for a way of a diagram."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from runner.law.rule import Pattern, Rule


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule has seen so far. `count`: how often `task`, up to where it matters; `open`: it waits for an answer.

    `ready`: what has to come first has come, and nothing since then undid it.
    """

    count: int = 0
    when: bool = False
    ready: bool = False
    open: bool = False
    priced: bool = False
    paid: bool = False


def follow(
    rule: Rule, seen: Seen, keys: Collection[str], *, over: bool = False, paid: bool = False, priced: bool = False
) -> tuple[Seen, bool]:
    """What the rule has seen after a happening that its selectors `keys` name, and whether the happening breaks it.

    `over`: the case came to its end by it. `not-after`, `not-same-person` and `only-in-lane` are not about order: of
    them this only counts.
    """
    if not (keys or over or paid or priced):
        return seen, False
    task, when = "task" in keys, seen.when or "when" in keys
    seen = replace(
        seen,
        count=min(seen.count + task, (rule.most or 0) + 1),
        when=when,
        paid=seen.paid or paid,
        priced=seen.priced or priced,
    )
    broken = False
    match rule.pattern:
        case Pattern.EXISTS:
            broken = over and not seen.count and (when or rule.when is None)
        case Pattern.ABSENT:
            broken = bool(seen.count) and (task or "when" in keys) and (when or rule.when is None)
        case Pattern.AT_MOST:
            broken = task and seen.count > (rule.most or 0)
        case Pattern.BEFORE:
            broken = task and not seen.ready
            ready = "first" in keys or (seen.ready and "since" not in keys)
            seen = replace(seen, ready=ready)
        case Pattern.ANSWERED_WITHIN:
            pending = (seen.open and "answer" not in keys) or task
            seen, broken = replace(seen, open=pending), over and pending
        case Pattern.ONLY_IF_PAID:
            broken = task and seen.priced and not seen.paid
    return seen, broken
