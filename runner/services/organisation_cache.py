"""Revisions of organisations: read from the store once and kept in memory."""

from __future__ import annotations

from runner.domain import procedure
from runner.domain.procedure import Province
from runner.store import organisation as organisations
from runner.store.session import Transaction


class OrganisationCache:
    """The revisions of organisations. They never change, so they stay in memory for good."""

    def __init__(self) -> None:
        self._organisations: dict[tuple[str, int], Province] = {}

    def organisation(self, tx: Transaction, province: str, revision: int) -> Province | None:
        """A revision of a province's organisation; None where there is none of that number."""
        key = (province, revision)
        if key not in self._organisations:
            content = organisations.content(tx, province, revision)
            if content is None:
                return None
            self._organisations[key] = procedure.read_province(content, checked=True)
        return self._organisations[key]

    def organisations_in_force(self, tx: Transaction) -> dict[str, Province]:
        """The newest revision of every province's organisation, by the province."""
        newest = ((code, self.organisation(tx, code, each)) for code, each in organisations.provinces(tx).items())
        return {code: found for code, found in newest if found}

    def organisation_in_force(self, tx: Transaction, province: str) -> Province | None:
        """The newest revision of a province's organisation."""
        return self.organisation(tx, province, organisations.newest(tx, province)[1] or 0)
