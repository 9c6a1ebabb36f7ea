"""What an auditor counts and hands on; an operator at the command line reaches every case."""

from __future__ import annotations

from runner.domain.person import SYSTEM, Person
from runner.services.scope import Places, audited
from runner.services.version_cache import Versions
from runner.store import registry
from runner.store.session import Transaction


def reach(tx: Transaction, versions: Versions, person: Person) -> Places:
    """The cases that a person reads as auditor, and that the system reads: all."""
    if person.id == SYSTEM.id:
        return dict.fromkeys(sorted({row.province for row in registry.versions(tx)}))
    return audited(tx, versions, person)
