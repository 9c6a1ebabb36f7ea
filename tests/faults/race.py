"""Races: several people or processes that begin at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def race(rounds: Sequence[Sequence[Callable[[], T]]]) -> list[list[T | Exception]]:
    """Per round, what each of its runners came to, all of them let go at once: its result or what it raised."""
    width = len(rounds[0])
    barrier = Barrier(width)

    def run(lane: int) -> list[T | Exception]:
        results: list[T | Exception] = []
        for runners in rounds:
            barrier.wait(timeout=60)
            try:
                results.append(runners[lane]())
            except Exception as error:
                results.append(error)
        return results

    with ThreadPoolExecutor(width) as pool:
        lanes = list(pool.map(run, range(width)))
    return [list(results) for results in zip(*lanes, strict=True)]
