"""Measuring. Compared things take turns within one run, so that a noisy machine disturbs both alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure and its target: at least `wanted` if `above`, else at most."""

    name: str
    value: float
    unit: str
    wanted: float
    above: bool
    detail: str = ""

    @property
    def holds(self) -> bool:
        return self.value >= self.wanted if self.above else self.value <= self.wanted

    def __str__(self) -> str:
        sign = "≥" if self.above else "≤"
        verdict = "ok   " if self.holds else "SHORT"
        wanted = f"{sign} {self.wanted:g} {self.unit}"
        return f"{verdict}  {self.name:<58} {self.value:>10.2f} {self.unit:<8} wanted {wanted:<14} {self.detail}"


def seconds(call: Callable[[], object]) -> float:
    """How many seconds `call` takes."""
    start = perf_counter()
    call()
    return perf_counter() - start


def p99(times: Iterable[float]) -> float:
    """The 99th percentile."""
    return quantiles(times, n=100)[98]
