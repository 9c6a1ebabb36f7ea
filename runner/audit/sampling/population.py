"""The population of a sample: the cases that its auditor reads, and by which stratum each stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runner.domain.case import Case
from runner.domain.sample import Grouping
from runner.domain.task import Task
from runner.store import many
from runner.store.session import Transaction

CHUNK: Final = 500


def strata(tx: Transaction, ids: Sequence[int], grouping: str) -> tuple[dict[int, str], set[str]]:
    """The stratum of each case, "" where nothing tells, and the versions by which these cases run."""
    found: dict[int, str] = {}
    versions: set[str] = set()
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        cases = many.by_id(tx, some)
        tasks = many.tasks(tx, some) if grouping == Grouping.OFFICER else {}
        versions |= {case.version for case in cases}
        found |= {case.id: _stratum(case, tasks.get(case.id, []), grouping) for case in cases}
    return found, versions


def _stratum(case: Case, tasks: Sequence[Task], grouping: str) -> str:
    match grouping:
        case Grouping.PROCEDURE:
            return case.procedure
        case Grouping.OUTCOME:
            return case.outcome
        case Grouping.OFFICER:
            return _officer(tasks)
    return ""


def _officer(tasks: Sequence[Task]) -> str:
    """Who has or had most tasks of a case, of several the first by account."""
    owners = [task.owner for task in tasks if task.owner]
    return min(owners, key=lambda owner: (-owners.count(owner), owner)) if owners else ""
