"""The proof that every step of every procedure has time to work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import process_time

from bench.figure import Figure
from runner.domain.limit import Limit
from runner.engine.definition import define
from runner.lint.conformance import comparison
from runner.lint.conformance.way import ways
from runner.lint.conformance.working_time import find
from runner.services import content, holiday

ROOT = Path(__file__).parents[1]


def proof() -> Iterator[Figure]:
    """Every way of every procedure, from every session of the calendar's last year but one on."""
    spent, walked = 0.0, 0
    for path in content.procedures(ROOT):
        bundle = content.load(path, ROOT)
        read = comparison.read(bundle.diagram, bundle.beside(bundle.diagram))
        if read is None:
            continue
        definition = define(bundle.diagram, bundle.called)
        taken = ways(read, definition.limits)
        calendar = holiday.calendar(bundle.province, 1)
        term = Limit(bundle.procedure.time.limit_days, bundle.procedure.time.unit)
        start = process_time()
        find(calendar, term, taken, definition.reserves, date(max(calendar.years) - 1, 1, 1))
        spent, walked = spent + process_time() - start, walked + len(taken)
    yield Figure("working time of all procedures, receipts of two years", spent, "s", 5, False, f"{walked} ways")
