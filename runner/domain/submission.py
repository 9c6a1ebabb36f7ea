"""Submissions: what one analyst proposes to put into force, and what a second person decided of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What became of a submission; one that is not decided yet has none."""

    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Part(StrEnum):
    """What the second person looks at before approving."""

    DIFFERENCE = "difference"
    SCENARIOS = "scenarios"
    FINDINGS = "findings"
    IMPACT = "impact"


@dataclass(frozen=True, slots=True)
class Submission:
    """The proposal that a version of `procedure` is in force from `effective` on; None: from its approval on.

    `version` is the digest (SHA-256, hex) of what is proposed; None proposes to repeal the procedure, which `successor`
    replaces, "" where nothing does. `draft` and `save` say which procedure draft it is of; None where the version is
    stored already. `by` is an account, or ``release 1.2.0`` for content that came with that release.
    """

    id: int
    procedure: str
    province: str
    version: str | None
    draft: int | None
    save: int | None
    effective: datetime | None
    successor: str
    note: str
    at: datetime
    by: str
    verdict: str = ""
    decided: datetime | None = None
    decided_by: str = ""
    reason: str = ""

    @property
    def pending(self) -> bool:
        """Whether a second person has yet to decide."""
        return not self.verdict


@dataclass(frozen=True, slots=True)
class View:
    """That a person has opened a part of what is proposed, first at `at`, before deciding."""

    submission: int
    person: str
    part: str
    at: datetime
