"""What is deployed: versions of procedures, and revisions of calendars and organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from runner.errors import NotFound

RELEASE: Final = "release"
"""The channel of content that comes with the software: its installation deploys it, as ``release`` and its number."""


class ProcedureUnknown(NotFound):
    """Không tìm thấy thủ tục {procedure}; hãy triển khai sơ đồ trước."""


class VersionAltered(ProcedureUnknown):
    """Phiên bản của thủ tục {procedure} không còn là những tệp đã triển khai, nên hồ sơ chạy theo nó không mở được. Trang Xác minh cho biết điều gì đã bị sửa."""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Deployed:
    """A version of a procedure. `digest` is the SHA-256 (hex) of its files; `number` counts within the procedure.

    `by` is the account of an analyst, ``release 1.2.0`` for what came with that release, or ``system``.
    """

    digest: str
    procedure: str
    province: str
    number: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Enforcement:
    """That a version is in force for new cases of its procedure from `effective` on, as recorded at `at`.

    Of those that have begun, the one with the latest `effective` counts, and of these the one with the highest
    `number`. `version` None is a repeal: from then on there are no new cases, and `successor` is the code of the
    procedure that takes its place, "" where there is none. `approved_by` is the account of the second person, "" where
    one person sufficed: a demonstration, or the installation of a release.
    """

    procedure: str
    number: int
    version: str | None
    at: datetime
    by: str
    effective: datetime
    approved_by: str = ""
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of a province's calendar or organisation: who made it when and why."""

    province: str
    revision: int
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a director decided of the promises that a revision of the calendar would move earlier, when and why.

    `approved`: they move; otherwise they stay as the applicants have them.
    """

    province: str
    revision: int
    approved: bool
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class PendingRecount:
    """A case whose deadlines are yet to be counted by a revision of its province's calendar.

    `waits`: for a director, since the promise would move from `due_before` to the earlier `due_after`.
    """

    case: int
    province: str
    revision: int
    waits: bool = False
    due_before: datetime | None = None
    due_after: datetime | None = None
