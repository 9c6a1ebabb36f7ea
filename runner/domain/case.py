"""A case as the read tables show it: computed from its journal, and always computable again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from runner.domain.journal import Entry
from runner.domain.task import Task, Timer
from runner.domain.timeliness import Verdict, verdict


class CaseStatus(StrEnum):
    """Whether a case is still its creator's draft, goes on, came to its end, was withdrawn, or discarded as a draft."""

    DRAFT = "draft"
    OPEN = "open"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    DISCARDED = "discarded"


GOING_ON: Final = frozenset({CaseStatus.DRAFT, CaseStatus.OPEN})
"""A case that has not ended."""
REGISTERED: Final = (CaseStatus.OPEN, CaseStatus.FINISHED, CaseStatus.CANCELLED)
"""What stands in the register: neither an intake that nobody has finished, nor what was discarded as such."""


class CaseOutcome(StrEnum):
    """The outcomes that have words of their own on pages; a diagram may name another.

    `NOT_ACCEPTED` is the counter's answer (Mẫu 03): no number, no legal clock. `REFUSED` is the answer on the merits.
    """

    GRANTED = "granted"
    REFUSED = "refused"
    NOT_ACCEPTED = "not_accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class ClockMark(StrEnum):
    """What an element of a diagram does to the legal clock: its property ``clock``."""

    START = "start"
    PAUSE = "pause"
    STOP = "stop"


class ClockState(StrEnum):
    """How the legal clock of a case stands."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a procedure version. Moments are aware, in UTC.

    `version` is the SHA-256 (hex) of the procedure version it runs on. `status` is a
    `CaseStatus`; `clock`, the legal clock, a `ClockState`. `seq` and `head` are those of the last journal entry.

    `started` is when the case was entered; `received` when the dossier counts as received: the moment from which the
    legal clock counts, which outside office hours is the next opening. None until then. `creator` is the account
    that entered it; a draft is nobody else's.

    What the register of cases (Mẫu 06) asks for stands here too: `legal_clock_stopped_at` is when the legal clock
    stopped or the case ended under it (returned, withdrawn), `result_delivered_at` when the result was handed over, to
    whom (`received_by`) and how (`delivery_method`, as the forms have it; before that, how the applicant wants it).
    `submitted_via` is how the dossier was handed in, as the forms have it (``online``, ``direct``, ``post``).
    """

    id: int
    province: str
    procedure: str
    version: str
    started: datetime
    seq: int
    head: bytes
    creator: str = ""
    status: str = CaseStatus.OPEN
    outcome: str = ""
    number: str | None = None
    subject: str = ""
    clock: str = ClockState.IDLE
    received: datetime | None = None
    due: datetime | None = None
    ended: datetime | None = None
    legal_clock_stopped_at: datetime | None = None
    result_delivered_at: datetime | None = None
    address: str = ""
    phone: str = ""
    delivery_method: str = ""
    received_by: str = ""
    note: str = ""
    submitted_via: str = ""

    @property
    def verdict(self) -> Verdict | None:
        """Whether the legal clock stopped early, in time or late; None while it has not stopped.

        It stands to the deadline that the receipt promises, moved by pauses only: a new appointment moves nothing.
        """
        stopped = self.legal_clock_stopped_at
        return None if stopped is None else verdict(self.due, stopped)


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """The result of a change as plain JSON values, so that a repeated request gets the same response.

    `version` is that of the case; `opened` are the ids of the tasks now open because of the change; `due` (of the
    case) is ISO 8601 in UTC or None.
    """

    case: int
    version: str
    seq: int
    status: str
    outcome: str
    number: str | None
    clock: str
    due: str | None
    opened: list[str]


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident of a case: what went wrong, at which entry, and what was being tried, so that it can be tried again.

    `id` is the sequence number of the entry that reports it. `template` and `facts` make the sentence; `attempt` is the
    change that failed (None when there is nothing to retry).
    """

    id: int
    at: datetime
    kind: str
    template: str
    facts: dict[str, object]
    attempt: dict[str, object] | None = None
    closed: datetime | None = None

    def close(self, at: datetime) -> Incident:
        """This incident, closed `at`."""
        return replace(self, closed=at)


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """Work to be done outside the transaction, at least once, known by its `key` so that it is never done twice."""

    key: str
    topic: str
    values: dict[str, object]
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Projection:
    """What one entry does to the read tables: rows to write anew, timers to take away, outbox messages to queue."""

    entry: Entry
    case: Case
    tasks: tuple[Task, ...] = ()
    armed: tuple[Timer, ...] = ()
    disarmed: tuple[str, ...] = ()
    incidents: tuple[Incident, ...] = ()
    messages: tuple[OutboxMessage, ...] = ()
    words: str | None = None
    """By what the case is found from now on; None where that stays as it is."""
