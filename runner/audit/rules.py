"""The rules of law over what there is: the diagrams in force, and the journals, case by case."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final

from runner.domain.case import Case
from runner.domain.entry import Command, Migrate, Start
from runner.domain.journal import Entry
from runner.domain.person import Person
from runner.engine.advance import Advance
from runner.engine.instance import Instance
from runner.errors import Divergence
from runner.law.diagram import DiagramVerdict, Drawn, examine
from runner.law.event import Event, Lens
from runner.law.judge import judge
from runner.law.rule import Rule
from runner.law.violation import Violation
from runner.services.access import permitted
from runner.services.case_transaction import CaseTransactions
from runner.services.laws import Laws, RuleBook
from runner.services.procedures import Procedures
from runner.services.replay import replay
from runner.services.version import Version
from runner.store import case as cases
from runner.store import law
from runner.store.session import Transaction

KEPT: Final = 256
"""The verdicts on so many versions stay in memory."""


@dataclass(frozen=True, slots=True)
class DrawnVerdicts:
    """What is found of each rule on the diagrams of a version."""

    version: Version
    verdicts: tuple[DiagramVerdict, ...]


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """The violations in a case's journal, of so many rules; `fault`: the journal does not replay, nothing is said."""

    case: Case
    rules: int
    violations: tuple[Violation, ...]
    fault: Divergence | None = None


class RuleAudit:
    """Verdicts on diagrams, kept in memory as neither versions nor revisions change, and on cases, made when asked."""

    def __init__(self, transactions: CaseTransactions, laws: Laws, procedures: Procedures) -> None:
        self.transactions, self.laws, self.procedures = transactions, laws, procedures
        self._kept, self._lock = OrderedDict[tuple[str, int], tuple[DiagramVerdict, ...]](), Lock()

    # -- diagrams -----------------------------------------------------------------------------------------------------

    def drawn(self, book: RuleBook, now: datetime) -> list[DrawnVerdicts]:
        """The verdicts on the diagrams in force in a province, by procedure."""
        return [
            DrawnVerdicts(version, self._verdicts(book, version))
            for version in self.procedures.current(now)
            if version.province.code == book.province
        ]

    def _verdicts(self, book: RuleBook, version: Version) -> tuple[DiagramVerdict, ...]:
        key = (version.digest, book.revision)
        with self._lock:
            if found := self._kept.get(key):
                self._kept.move_to_end(key)
                return found
        made = tuple(examine(book.of(version.procedure.code), self.diagram(version)))
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def diagram(self, version: Version) -> Drawn:
        """A version's diagrams with what a rule asks of them."""
        calendar, unit = self.procedures.calendar(version.province.code), version.procedure.time.unit
        return Drawn(version.diagram, version.called, version.forms, version.province.kinds, unit, calendar)

    # -- journals -----------------------------------------------------------------------------------------------------

    def judge(self, case: int, person: Person, now: datetime) -> JudgedCase:
        """The violations in a case by the newest rules. Raises `CaseUnknown`."""
        with self.transactions.database.read() as tx:
            found = permitted(tx, self.transactions.versions, cases.get(tx, case), case, person)
            return self._judged(tx, found, now)

    def newest(self, province: str, before: int | None, most: int) -> list[int]:
        """The ids of at most so many cases of a province with lower ids than `before`, the highest first."""
        with self.transactions.database.read() as tx:
            return cases.newest(tx, province, before, most)

    def _judged(self, tx: Transaction, case: Case, now: datetime) -> JudgedCase:
        versions, revision = self.transactions.versions, law.newest(tx, case.province)
        place = versions.organisation_in_force(tx, case.province) or versions.get(tx, case.version).province
        course = _Course(tx, self.transactions, revision)
        try:
            replay(tx, versions, case, course.watch)
        except Divergence as fault:
            return JudgedCase(case, 0, (), fault)
        lens = course.lens
        if lens is None:
            return JudgedCase(case, 0, ())
        return JudgedCase(case, len(lens.numbered), tuple(judge(lens.numbered, course.events, place, now)))


class _Course:
    """What happened in a case, as a replay goes through it; after a migration as it went on the other version."""

    def __init__(self, tx: Transaction, transactions: CaseTransactions, revision: int) -> None:
        self.tx, self.versions, self.revision = tx, transactions.versions, revision
        self.lens: Lens | None = None
        self.events: list[Event] = []
        self.entries: list[Entry] = []

    def watch(self, entry: Entry, advance: Advance | None, instance: Instance) -> None:
        body = entry.body
        if isinstance(body, Start | Migrate):
            self.lens = self.versions.lens(self.tx, self.versions.get(self.tx, body.version), self.revision)
        if self.lens is None or advance is None:
            return
        if isinstance(body, Migrate):
            self.events = list(self._again(self.lens, instance))
        elif isinstance(body, Command):
            self.entries.append(entry)
            self.events += self.lens.events(instance.acts[-1], entry.seq, entry.who)

    def _again(self, lens: Lens, instance: Instance) -> Iterator[Event]:
        """The acts on another version, each with its entry; timers that this one has not due are passed over."""
        left = iter(self.entries)
        for act in instance.acts:
            for entry in left:
                if (entry.at, entry.kind) == (act.at, act.command.kind):
                    yield from lens.events(act, entry.seq, entry.who)
                    break


def by_rule(rules: Sequence[Rule], judged: Iterable[JudgedCase]) -> Mapping[str, list[tuple[Case, Violation]]]:
    """The violations by the rule that they break, every rule being there."""
    found: dict[str, list[tuple[Case, Violation]]] = {rule.id: [] for rule in rules}
    for each in judged:
        for violation in each.violations:
            found.setdefault(violation.rule.id, []).append((each.case, violation))
    return found
