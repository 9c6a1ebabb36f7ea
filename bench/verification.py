"""Verifying the record: cases proved and leaves proved per second of one core, and the memory that it takes.

``python -m bench.verification 100000`` measures with so many cases, which takes some minutes to make.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from resource import RUSAGE_SELF, getrusage
from time import process_time

from bench import office
from bench.figure import Figure
from runner.domain.journal import START, Entry, seal
from runner.store import case as cases
from runner.store import row
from runner.store.index import metadata
from runner.store.session import Transaction
from tests.six_tasks import STEPS, SixTasks

CASES = 2_000
AT_ONCE = 500

_OF_CASE = ("task", "timer", "incident", "case_search", "case_officer")


def speed(count: int = CASES) -> Iterator[Figure]:
    """Everything of so many cases, as ``motcua replay --all`` and ``motcua verify`` do it."""
    with office.sqlite() as ours:
        _fill(ours, count)
        ours.runner.found_key()
        ours.runner.record_log.finish(ours.clock.now())
        before, began = getrusage(RUSAGE_SELF).ru_maxrss, process_time()
        report = ours.runner.verification.log(ours.clock.now())
        took = process_time() - began
        assert not report.tally.found
        assert report.head == ours.runner.verification.leaves()
        detail = f"{report.head} leaves in {took:.1f} s"
        yield Figure("verify: leaves, entries and heads", report.head / took, "per s", 5_000, True, detail)
        began, said = process_time(), list[int]()
        report = ours.runner.verification.run(ours.clock.now(), watch=said.append)
        took = process_time() - began
        assert not report.tally.found
        assert len(said) == report.tally.cases == ours.runner.verification.count()
        detail = f"{report.tally.cases} cases, {report.tally.entries} entries in {took:.0f} s"
        yield Figure("replay --all with every column compared", report.tally.cases / took, "cases/s", 150, True, detail)
        more = (getrusage(RUSAGE_SELF).ru_maxrss - before) / 1024
        yield Figure("memory that both took beyond the rest", more, "MB", 300, False)


def _fill(ours: SixTasks, count: int) -> None:
    """So many cases like one that was begun and went its first steps, each with a journal of its own."""
    runner, case = ours.runner, ours.begin()
    for step in STEPS[:2]:
        ours.complete(case, step)
    with runner.database.read() as tx:
        entries, rows = cases.entries(tx, case), {name: row.found(tx, name, case=case) for name in _OF_CASE}
        [own] = row.found(tx, "case", id=case)
    assert own["number"] is None  # which no two cases may have
    for first in range(case + 1, case + count, AT_ONCE):
        with runner.database.change() as tx:
            for id in range(first, min(first + AT_ONCE, case + count)):
                _copy(tx, id, entries, own, rows)


def _copy(tx: Transaction, id: int, entries: list[Entry], own: row.Row, rows: dict[str, list[row.Row]]) -> None:
    previous = START
    for entry in entries:
        parts = (id, entry.seq, entry.at, entry.actor, entry.kind, entry.payload_sha256, entry.state, previous)
        made = replace(entry, case=id, previous=previous, hash=seal(*parts))
        cases.append(tx, made)
        previous = made.hash
    _write(tx, "case", [{**own, "id": id, "head": previous}])
    for name, found in rows.items():
        _write(tx, name, [{**each, "case": id} for each in found])


def _write(tx: Transaction, table: str, rows: list[row.Row]) -> None:
    chosen = metadata.tables[table]
    for each in rows:
        names = ", ".join(f'"{name}"' for name in each)
        marks = ", ".join("?" for _ in each)
        tx.exec_driver_sql(f'INSERT INTO "{chosen.name}" ({names}) VALUES ({marks})', tuple(each.values()))


if __name__ == "__main__":
    for figure in speed(int(sys.argv[1]) if len(sys.argv) > 1 else CASES):
        print(figure, flush=True)
