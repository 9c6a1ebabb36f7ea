"""Migrates running cases in bulk: ordered together, each in a transaction and an entry of its own, with its result.

The orders are stored in one transaction. Whoever works on them takes case by case, so that an interrupted run goes on
where it was: the page that ordered does so while it is looked at, the worker at every tick.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from inspect import cleandoc

from runner import formatting
from runner.clock import stopwatch
from runner.domain.case import GOING_ON, Case
from runner.domain.deployment import ProcedureUnknown
from runner.domain.entry import Migrate, Start
from runner.domain.migration import MigrationOrder, OrderCount, OrderStatus
from runner.domain.person import SYSTEM, Person, Role
from runner.domain.semantics import CURRENT
from runner.errors import Busy, Conflict, MotcuaError, Refused
from runner.services import text_rules
from runner.services.case_transaction import CaseTransaction, CaseTransactions
from runner.services.migration import without_incident
from runner.store import case as cases
from runner.store import impact, registry
from runner.store import migration_order as orders
from runner.store.session import Transaction

BATCH = 50

log = logging.getLogger(__name__)


class NotInForce(Refused):
    """Phiên bản này không phải phiên bản đang áp dụng, nên không chuyển hồ sơ sang được."""


class NothingToMigrate(Refused):
    """Không có hồ sơ nào được chọn để chuyển."""


class CaseWentOn(Conflict):
    """Hồ sơ vừa có thao tác khác lúc {at}; hãy xem lại tác động rồi chuyển lại."""


class CaseEnded(Refused):
    """Hồ sơ đã kết thúc."""


class NoLongerAnalyst(Refused):
    """Người yêu cầu chuyển không còn là chuyên viên phân tích của tỉnh."""


@dataclass(frozen=True, slots=True)
class Run:
    """How many orders a run carried out, and how many it could not."""

    done: int
    refused: int


class Migrations:
    """Orders to migrate cases, given by analysts of the province; others get `ProcedureUnknown`."""

    def __init__(self, transactions: CaseTransactions) -> None:
        self.transactions = transactions

    def order(self, version: str, seen: Mapping[int, int], person: Person, reason: str, now: datetime) -> int:
        """Ask for cases to be migrated to the version in force, by the numbers of the entries at which they were seen.

        How many; one that is on that version already is left out. Raises `NotInForce`, `NothingToMigrate`,
        `ReasonMissing`.
        """
        stated = text_rules.reason(reason)
        with self.transactions.database.change() as tx:
            procedure = _procedure(tx, version, person)
            standing = registry.in_force(tx, procedure, now)
            if standing is None or standing.version != version:
                raise NotInForce
            asked = [
                MigrationOrder(case.id, version, case.version, seen[case.id], now, person.id, stated)
                for case in impact.running(tx, procedure, version)
                if case.id in seen
            ]
            if not asked:
                raise NothingToMigrate
            orders.ask(tx, asked)
        return len(asked)

    def order_back(self, version: str, chosen: Collection[int], person: Person, reason: str, now: datetime) -> int:
        """Ask for cases to be migrated back from `version`, each to the version from which it came.

        How many. Raises `NothingToMigrate`, `ReasonMissing`.
        """
        stated = text_rules.reason(reason)
        with self.transactions.database.change() as tx:
            _procedure(tx, version, person)
            asked = [
                MigrationOrder(case.id, came.source, version, case.seq, now, person.id, stated)
                for case, came in orders.found(tx, version=version)
                if case.id in chosen and returnable(case, came)
            ]
            if not asked:
                raise NothingToMigrate
            orders.ask(tx, asked)
        return len(asked)

    def stop(self, version: str, person: Person, now: datetime) -> int:
        """Give up the orders to a version and away from it that wait; how many. What goes on now is finished."""
        with self.transactions.database.change() as tx:
            _procedure(tx, version, person)
            return orders.stop(tx, version, now)

    def run(self, now: datetime, limit: int | None = None, seconds: float | None = None) -> Run:
        """Carry orders out, at most `limit`, and begin no further one after so many seconds."""
        done = refused = 0
        elapsed, seen = stopwatch(), set[tuple[int, str]]()
        while True:
            with self.transactions.database.read() as tx:
                waiting = orders.waiting(tx, BATCH + len(seen))
            batch = [each for each in waiting if (each.case, each.version) not in seen]
            if not batch:
                return Run(done, refused)
            for order in batch:
                if len(seen) == limit or (seconds is not None and elapsed() > seconds):
                    return Run(done, refused)
                seen.add((order.case, order.version))
                match self._carry_out(order, now):
                    case OrderStatus.DONE:
                        done += 1
                    case OrderStatus.REFUSED:
                        refused += 1

    def to(self, version: str) -> list[tuple[Case, MigrationOrder]]:
        """The orders for a version, by the case's number, each with its case."""
        with self.transactions.database.read() as tx:
            return orders.found(tx, version=version)

    def back(self, version: str) -> list[tuple[Case, MigrationOrder]]:
        """The orders away from a version."""
        with self.transactions.database.read() as tx:
            return orders.found(tx, source=version)

    def both(self, version: str, after: int, limit: int) -> list[tuple[Case, MigrationOrder]]:
        """At most `limit` of the orders to a version and away from it, behind the case `after`."""
        with self.transactions.database.read() as tx:
            return orders.found(tx, version=version, source=version, after=after, limit=limit)

    def counts(self, version: str) -> tuple[OrderCount, OrderCount]:
        """How many orders there are to a version, and away from it."""
        with self.transactions.database.read() as tx:
            return orders.count(tx, version=version), orders.count(tx, source=version)

    def _carry_out(self, order: MigrationOrder, now: datetime) -> OrderStatus:
        """What became of an order. One that another process settles, or that finds no lock, stays as it is."""
        database = self.transactions.database
        with database.read() as tx:
            person, row = registry.person(tx, order.by), cases.get(tx, order.case)
        try:
            if person is None or row is None or (row.province, Role.ANALYST) not in person.groups:
                raise NoLongerAnalyst
            # By the system: an analyst may not open a draft dossier, but it is to be received by the version in force.
            with self.transactions.case(order.case, SYSTEM, now) as case:
                case.person = person
                standing = orders.get(case.tx, order.case, order.version)
                if standing != order:
                    return OrderStatus.WAITING
                self._migrate(case, order, now)
                orders.settle(case.tx, order, OrderStatus.DONE, now, entry=case.row.seq)
        except Busy as error:
            log.warning("case %s is not migrated yet: %s", order.case, error)
            return OrderStatus.WAITING
        except MotcuaError as error:
            fault = {"template": cleandoc(type(error).__doc__ or ""), "facts": _plain(error.facts)}
            with database.change() as tx:
                refused = orders.refuse(tx, order, fault, now)
            return OrderStatus.REFUSED if refused else OrderStatus.WAITING
        return OrderStatus.DONE

    def _migrate(self, case: CaseTransaction, order: MigrationOrder, now: datetime) -> None:
        tx, row = case.tx, case.row
        if row.status not in GOING_ON:
            raise CaseEnded
        entries = cases.entries(tx, row.id)
        if (row.seq, row.version) != (order.seq, order.source):
            raise CaseWentOn(at=formatting.moment(entries[-1].at))
        without_incident(tx, row.id)
        standing = registry.in_force(tx, row.procedure, now)
        if standing and standing.version == order.version:
            by = standing.approved_by
        elif order.version in {each.body.version for each in entries if isinstance(each.body, Start | Migrate)}:
            by = ""  # back to where it was
        else:
            raise NotInForce
        approved = (by, registry.name(tx, by)) if by else (None, None)
        case.do(Migrate(order.version, CURRENT, order.reason, *approved))


def returnable(case: Case, came: MigrationOrder) -> bool:
    """Whether a case can be asked to go back to the version from which this order brought it."""
    return came.status == OrderStatus.DONE and case.version == came.version and case.status in GOING_ON


def _procedure(tx: Transaction, version: str, person: Person) -> str:
    """The procedure of a version, for analysts of its province."""
    found = registry.version(tx, version)
    if found is None or (found.province, Role.ANALYST) not in person.groups:
        raise ProcedureUnknown(procedure=version)
    return found.procedure


def _plain(facts: Mapping[str, object]) -> dict[str, object]:
    return {key: value if isinstance(value, int) else str(value) for key, value in facts.items()}
