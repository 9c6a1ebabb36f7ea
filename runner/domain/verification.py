"""What a verification of the record checks, what it finds, and what may be said of the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self


class Check(StrEnum):
    """A claim that a verification proves or refutes. The values are stored and published: they stay."""

    CHAIN = "chain"
    REPLAY = "replay"
    TABLES = "tables"
    VERSIONS = "versions"
    REVISIONS = "revisions"
    ACTORS = "actors"
    MOMENTS = "moments"
    FILES = "files"
    NUMBERS = "numbers"
    REGISTRY = "registry"
    GUARDS = "guards"
    LOG = "log"
    HEADS = "heads"


class Word(StrEnum):
    """The five words for the result of a check.

    `PROVEN` takes a re-execution, a signed head and a witness; `MATCHES` is all that agrees without them.
    """

    PROVEN = "proven"
    MATCHES = "matches"
    UNCHECKED = "unchecked"
    UNCHECKABLE = "uncheckable"
    DIVERGES = "diverges"


class Scope(StrEnum):
    """What a verification looks at: everything each night or by command, cases drawn by lot, or named cases."""

    NIGHTLY = "nightly"
    WHOLE = "whole"
    SAMPLE = "sample"
    CASES = "cases"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not agree: with which check, by a code `what`, and where.

    `about` names the table and column, the file, the trigger, or the account; `recorded` is what is stored, `computed`
    what it should be. A case that only one entry condemns has that entry as `seq`.
    """

    check: Check
    what: str
    case: int | None = None
    seq: int | None = None
    about: str = ""
    recorded: str = ""
    computed: str = ""

    def to_json(self) -> dict[str, Any]:
        """The finding as plain JSON values; what is empty is left out."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in facts.items() if value not in (None, "")}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """The finding that `to_json` wrote."""
        return cls(**{**facts, "check": Check(facts["check"])})

    @property
    def impersonal(self) -> Self:
        """The finding as a report keeps it: what is stored of a case, and how its files are called, is its own."""
        if self.case is None:
            return self
        return replace(self, about="…" if self.check == Check.FILES else self.about, recorded="", computed="")


KEPT: Final = 500
"""So many findings are kept word by word; behind them, only how many there are."""


@dataclass(slots=True)
class Tally:
    """What a verification has counted and found so far. `checked` counts, by check, what was looked at."""

    cases: int = 0
    entries: int = 0
    diverging: int = 0
    waiting: int = 0
    """Entries and events that no head covers that the log was held to."""
    checked: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    since: dict[str, str] = field(default_factory=dict)
    """By check, from when on it holds, where that is not the beginning: a moment in ISO 8601."""
    missing: dict[str, str] = field(default_factory=dict)
    """By check, the code of what it lacks where it could not be made."""

    def count(self, check: Check, number: int = 1) -> None:
        """Something more was looked at."""
        self.checked[check] = self.checked.get(check, 0) + number

    def add(self, finding: Finding) -> None:
        """Something does not agree."""
        self.failed[finding.check] = self.failed.get(finding.check, 0) + 1
        if len(self.findings) < KEPT:
            self.findings.append(finding)

    @property
    def found(self) -> int:
        """How many findings there are, those that are not kept word by word too."""
        return sum(self.failed.values())

    def to_json(self) -> dict[str, Any]:
        """The tally as a report keeps it, in plain JSON values."""
        facts: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        return facts | {"findings": [each.impersonal.to_json() for each in self.findings]}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """The tally that `to_json` wrote."""
        return cls(**{**facts, "findings": [Finding.from_json(each) for each in facts["findings"]]})


@dataclass(frozen=True, slots=True)
class Report:
    """A verification: when it began and ended (None: it is going on), over what, by whom, and what it came to.

    `progress` is where it goes on. `head` is the size of the signed head against which the log was checked, 0 without
    one; `witnessed` whether somebody else signed that head too. `night` is the local day of a nightly one.
    """

    id: int
    scope: Scope
    begun: datetime
    ended: datetime | None
    by: str
    night: str | None
    head: int
    witnessed: bool
    progress: Mapping[str, Any]
    tally: Tally

    @property
    def whole(self) -> bool:
        """Whether it has ended without a finding."""
        return self.ended is not None and not self.tally.found

    def word(self, check: Check) -> Word:
        """What may be said of a check."""
        if self.tally.failed.get(check):
            return Word.DIVERGES
        if check in self.tally.missing:
            return Word.UNCHECKABLE
        if not self.tally.checked.get(check):
            return Word.UNCHECKED
        return Word.PROVEN if self.head and self.witnessed else Word.MATCHES
