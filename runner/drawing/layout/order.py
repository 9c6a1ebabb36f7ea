"""Which element stands how far to the right: the longest way to it, loops left out where they turn back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Link = tuple[str, str, int]
"""From, to, and by how many ranks the second stands further right at least."""


def forward(ids: Sequence[str], links: Iterable[Link]) -> list[Link]:
    """The links without those that lead back to where a walk along them came from. In the order of `ids`."""
    known = set(ids)
    after: dict[str, list[Link]] = {id: [] for id in ids}
    entered = set()
    for link in links:
        if link[0] in known and link[1] in known and link[0] != link[1]:
            after[link[0]].append(link)
            entered.add(link[1])
    found: list[Link] = []
    done: set[str] = set()
    for first in (*(id for id in ids if id not in entered), *ids):
        if first in done:
            continue
        walked = {first}
        done.add(first)
        todo = [(first, iter(after[first]))]
        while todo:
            id, rest = todo[-1]
            onward = next(rest, None)
            if onward is None:
                todo.pop()
                walked.discard(id)
                continue
            target = onward[1]
            if target in walked:
                continue
            found.append(onward)
            if target not in done:
                done.add(target)
                walked.add(target)
                todo.append((target, iter(after[target])))
    return found


def topological(ids: Sequence[str], links: Sequence[Link]) -> list[str]:
    """The ids so that every link leads from an earlier to a later one; there is no loop in `links`."""
    after: dict[str, list[str]] = {id: [] for id in ids}
    waiting = dict.fromkeys(ids, 0)
    for source, target, _ in links:
        after[source].append(target)
        waiting[target] += 1
    found = [id for id in ids if not waiting[id]]
    for id in found:
        for target in after[id]:
            waiting[target] -= 1
            if not waiting[target]:
                found.append(target)
    return found


def ranks(ids: Sequence[str], links: Sequence[Link]) -> Mapping[str, int]:
    """The rank of each, from 0; there is no loop in `links`."""
    found = dict.fromkeys(ids, 0)
    after: dict[str, list[Link]] = {id: [] for id in ids}
    for link in links:
        after[link[0]].append(link)
    for id in topological(ids, links):
        for _, target, step in after[id]:
            found[target] = max(found[target], found[id] + step)
    return found


def remaining(ids: Sequence[str], links: Sequence[Link]) -> Mapping[str, int]:
    """How long the longest way on from each is."""
    return ranks(ids, [(target, source, 1) for source, target, _ in links])
