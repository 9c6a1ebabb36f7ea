"""How a sample is drawn: the same seed over the same population is the same sample, on every machine.

The ids of the population in ascending order each get one number of Python's ``random.Random(seed).random()`` (the
Mersenne Twister, whose sequence Python promises never to change). Of each stratum the cases with the smallest numbers
are drawn. Every stratum gets one case; the rest of the sample is shared in proportion to what is left of each stratum,
by the largest remainder, ties in the order of the strata's names. Whether a population is the same is seen by its
digest: the SHA-256 of the ids in ascending order, in decimal, each followed by a line feed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from random import Random


def digest(ids: Iterable[int]) -> str:
    """The SHA-256 (hex) of a population."""
    return sha256("".join(f"{id}\n" for id in sorted(ids)).encode()).hexdigest()


def shares(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many cases each stratum gives; `size` is between the number of strata and that of all cases."""
    rest, left = size - len(sizes), sum(sizes.values()) - len(sizes)
    names = sorted(sizes)
    parts = {name: divmod(rest * (sizes[name] - 1), left) if left else (0, 0) for name in names}
    found = {name: 1 + parts[name][0] for name in names}
    missing = size - sum(found.values())
    for name in sorted(names, key=lambda name: -parts[name][1])[:missing]:
        found[name] += 1
    return found


def draw(strata: Mapping[int, str], seed: int, size: int) -> list[int]:
    """`size` of the ids, each with its stratum, in ascending order."""
    numbers = Random(seed)  # noqa: S311  (it has to be repeatable)
    placed: dict[str, list[tuple[float, int]]] = {}
    for id in sorted(strata):
        placed.setdefault(strata[id], []).append((numbers.random(), id))
    wanted = shares({name: len(each) for name, each in placed.items()}, size)
    return sorted(id for name, each in placed.items() for _, id in sorted(each)[: wanted[name]])
