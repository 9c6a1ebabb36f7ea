"""Making the read tables of cases anew from their journals, without hiding that they said something else.

A difference is shown first and stays; who wants the tables made anew all the same says why, and the record keeps that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from runner.audit.verification.case_proof import CaseProof, every
from runner.audit.verification.versions import ProvenVersions
from runner.domain.person import SYSTEM, Person
from runner.domain.record import RecordKind
from runner.domain.verification import KEPT, Check, Finding
from runner.services import text_rules
from runner.services.replay import rebuild
from runner.store import case as cases
from runner.store import record_event, setting
from runner.store.session import Database

REBUILD: Final = "rebuild"
"""The setting by which a migration asks for what is to be filled: ``yes`` for `FILLED`, and names of columns."""
Watch = Callable[[int], object]
"""Called with the number of cases that are done."""

FILLED: Final = frozenset(
    {
        "case.received",
        "case.creator",
        "case.legal_clock_stopped_at",
        "case.result_delivered_at",
        "case.address",
        "case.phone",
        "case.delivery_method",
        "case.received_by",
        "case.note",
        "case.submitted_via",
        "case_search",
        "case_officer",
    }
)
"""The columns and tables that migrations have left empty, to be filled from the journals."""
PROVISIONAL: Final = frozenset({"task.latest", "task.waits", "task.mark"})
"""Columns in which a migration put what stands for their values until they are filled; only where it names them."""
_EMPTY = ("", "–")
_BROKEN = (Check.CHAIN, Check.REPLAY, Check.VERSIONS, Check.LOG)
"""What a rebuild would build on, and so must agree first."""


@dataclass(frozen=True, slots=True)
class Done:
    """How many cases agreed, were filled or made anew, cannot be, and wait for a reason; and what did not agree."""

    whole: int
    filled: int
    rebuilt: int
    refused: int
    waiting: int
    findings: tuple[Finding, ...]


class Rebuilding:
    """Rebuilds what differs; every rebuild is a record event that names the differences."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def rebuild(
        self,
        cases: Sequence[int] | None,
        now: datetime,
        *,
        reason: str | None = None,
        person: Person = SYSTEM,
        blank: Collection[str] = (),
        watch: Watch = lambda done: None,
    ) -> Done:
        """Verify these cases (None: all) and make anew those whose read tables differ, where there is a `reason`.

        What is empty of the columns `blank` is filled without one. A case whose journal does not agree stays as it is.
        Raises `ReasonMissing`.
        """
        stated = None if reason is None else text_rules.reason(reason)
        proof, counts, kept = CaseProof(self.database, now), Counter[str](), list[Finding]()
        for number, case in enumerate(every(self.database) if cases is None else cases, 1):
            found = proof.prove(case)
            broken = [each for each in found.findings if each.check in _BROKEN]
            differs = [each for each in found.findings if _of_a_read_table(each)]
            filled = all(_blank(each, blank) for each in differs)
            if broken:
                counts["refused"] += 1
            elif not differs:
                counts["whole"] += 1
            elif filled or stated:
                self._rebuild(proof.versions, case, now, person, "" if filled else stated or "", differs)
                counts["filled" if filled else "rebuilt"] += 1
            else:
                counts["waiting"] += 1
            told = broken or ([] if filled else differs)
            kept += told[: KEPT - len(kept)]
            watch(number)
        return Done(**{each.name: counts[each.name] for each in fields(Done)[:-1]}, findings=tuple(kept))

    def catch_up(self, now: datetime, reason: str | None = None, person: Person = SYSTEM) -> Done | None:
        """Fill from the journals what a migration has left empty; None where none has asked for it.

        What differs otherwise stays, unless there is a `reason`. An interrupted run begins anew the next time; pages
        and worker may run meanwhile. Anybody who writes the database can ask for it: it fills what migrations leave
        empty or provisional, nothing else, and the record keeps that it did.
        """
        with self.database.read() as tx:
            asked = setting.get(tx, REBUILD)
        if asked is None:
            return None
        named = frozenset(asked.split(","))
        blank = (FILLED if "yes" in named else FILLED & named) | PROVISIONAL & named
        done = self.rebuild(None, now, reason=reason, person=person, blank=blank)
        with self.database.change() as tx:
            setting.remove(tx, REBUILD)
            if done.filled:
                facts = {"filled": done.filled, "machine": person.via.machine if person.via else ""}
                record_event.append(tx, RecordKind.REBUILD, person.id, now, ", ".join(sorted(blank)), facts)
        return done

    def _rebuild(
        self, versions: ProvenVersions, case: int, now: datetime, person: Person, reason: str, differs: list[Finding]
    ) -> None:
        """Make the rows of a case anew; with a `reason`, the record keeps it and what differed."""
        with self.database.change() as tx:
            cases.lock(tx, case)  # no other transaction appends between the read and the write
            rebuild(tx, versions, cases.entries(tx, case))
            if reason:
                facts = {
                    "reason": reason,
                    "machine": person.via.machine if person.via else "",
                    "differences": [each.about or each.what for each in differs[:KEPT]],
                }
                record_event.append(tx, RecordKind.REBUILD, person.id, now, str(case), facts)


def _of_a_read_table(finding: Finding) -> bool:
    """Whether a rebuild would hide this: the outbox is not made anew."""
    return finding.check == Check.TABLES and not finding.about.startswith("outbox[")


def _blank(finding: Finding, blank: Collection[str]) -> bool:
    """Whether a finding is only that a migration left something empty, or to be filled."""
    table, _, rest = finding.about.partition("[")
    column = f"{table}.{rest.rpartition('.')[2]}"
    empty = finding.recorded in _EMPTY or column in PROVISIONAL
    return (column in blank and empty) or (finding.what == "row missing" and table in blank)
