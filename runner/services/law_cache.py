"""The rules of law as they look at a version: made of a stored revision once and kept in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runner.law import reader
from runner.law.event import Lens
from runner.store import law
from runner.store.session import Transaction

if TYPE_CHECKING:
    from runner.services.version import Version


class LawCache:
    """The revisions of rules. They never change, so they stay in memory for good."""

    def __init__(self) -> None:
        self._rules: dict[tuple[str, int], Mapping[str, bytes]] = {}
        self._lenses: dict[tuple[str, int], Lens] = {}

    def rules(self, tx: Transaction, province: str, revision: int) -> Mapping[str, bytes]:
        """The files of a revision by their names; none where there is no such revision."""
        key = (province, revision)
        if key not in self._rules:
            if not (files := law.files(tx, province, revision)):
                return {}
            self._rules[key] = files
        return self._rules[key]

    def lens(self, tx: Transaction, version: Version, revision: int) -> Lens:
        """The rules of a revision as they look at a version; none at all by the revision 0."""
        key = (version.digest, revision)
        if key not in self._lenses:
            code = version.procedure.code
            rules = reader.of(code, self.rules(tx, version.province.code, revision), checked=True)
            self._lenses[key] = Lens(rules, version.definition.nodes, version.province.kinds)
        return self._lenses[key]
