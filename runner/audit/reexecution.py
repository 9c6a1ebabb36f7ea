"""A case run again from its journal, entry by entry, on somebody's order; what it came to is dated and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import runner
from runner.audit.course import Course, Courses
from runner.audit.verification.case_proof import CaseProof
from runner.domain.person import Person
from runner.domain.record import RecordEvent, RecordKind
from runner.domain.verification import Check, Finding
from runner.errors import Divergence
from runner.services.access import permitted
from runner.store import case as cases
from runner.store import record_event


@dataclass(frozen=True, slots=True)
class Reexecution:
    """What running a case again came to: `equal` of so many `entries`, until the first that diverged, if one did.

    `head` is the hash (hex) of the last entry that was there, `release` the release of this software that ran it.
    `name` is that of the account `by` at that moment. `findings` is what the proof of the case found beside that: in
    its read tables, files, places in the log, the rights of those who acted; `found` is how many there were.
    """

    event: int
    at: datetime
    by: str
    name: str
    entries: int
    equal: int
    head: str
    release: str
    divergence: Divergence | None
    findings: tuple[Finding, ...] = ()
    found: int = 0

    @property
    def whole(self) -> bool:
        """Whether everything agreed."""
        return self.divergence is None and not self.found


KEPT: Final = 50
"""So many findings of a run are kept word by word."""


class Reexecutions:
    """Runs cases again and keeps what came of it, as events of the record."""

    def __init__(self, courses: Courses) -> None:
        self.courses = courses
        self.transactions = courses.audit.transactions

    def run(self, case: int, person: Person, now: datetime) -> Reexecution:
        """Run a case that the person may see, and keep what it came to. Raises `CaseUnknown`."""
        course = self.courses.read(case, person, lambda entries: range(0))
        proof = CaseProof(self.transactions.database, now).prove(case)
        facts = _facts(course, person) | _beside(proof.findings)
        with self.transactions.database.change() as tx:
            event = record_event.append(
                tx, RecordKind.REEXECUTION, person.id, now, str(case), facts, course.case.province
            )
        return _read(event)

    def earlier(self, case: int, person: Person) -> list[Reexecution]:
        """What running a case again has come to so far, the newest first. Raises `CaseUnknown`."""
        with self.transactions.database.read() as tx:
            permitted(tx, self.transactions.versions, cases.get(tx, case), case, person)
            kept = record_event.events(tx, kinds=(RecordKind.REEXECUTION,), subject=str(case))
        return [_read(event) for event in reversed(kept)]


def _facts(course: Course, person: Person) -> dict[str, Any]:
    divergence = course.divergence.facts if course.divergence else None
    return {
        "case": course.case.id,
        "name": person.name,
        "entries": len(course.lines),
        "equal": course.replayed,
        "head": course.lines[-1].entry.hash.hex() if course.lines else "",
        "release": runner.__version__,
        "seq": divergence["seq"] if divergence else 0,
        "what": str(divergence["what"]) if divergence else "",
    }


def _beside(findings: Iterable[Finding]) -> dict[str, Any]:
    """What the proof found beside the divergence, of which the course says more."""
    others = [each for each in findings if each.check not in (Check.CHAIN, Check.REPLAY)]
    return {"found": len(others), "findings": [each.to_json() for each in others[:KEPT]]}


def _read(event: RecordEvent) -> Reexecution:
    facts: Mapping[str, Any] = event.facts
    what = str(facts["what"])
    return Reexecution(
        event.id,
        event.at,
        event.actor,
        str(facts["name"]),
        int(facts["entries"]),
        int(facts["equal"]),
        str(facts["head"]),
        str(facts["release"]),
        Divergence(case=facts["case"], seq=facts["seq"], what=what) if what else None,
        tuple(Finding.from_json(each) for each in facts["findings"]),
        int(facts["found"]),
    )
