"""Procedure drafts: the files of a version that analysts still work on, before anybody approves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class DraftStatus(StrEnum):
    """How far a procedure draft is. Only an open one is edited, and a procedure has one open draft at most."""

    EDITING = "editing"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    DISCARDED = "discarded"


OPEN: Final = (DraftStatus.EDITING, DraftStatus.SUBMITTED, DraftStatus.RETURNED)
EDITABLE: Final = (DraftStatus.EDITING, DraftStatus.RETURNED)


class Origin(StrEnum):
    """What a procedure draft was made from."""

    VERSION = "version"
    FORM = "form"
    COPY = "copy"
    ARCHIVE = "archive"
    FOLDER = "folder"
    MODELER = "modeler"
    RELEASE = "release"


class EventKind(StrEnum):
    """What happened to a procedure draft beside its saves."""

    TAKE_OVER = "take_over"
    RELEASE = "release"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class ProcedureDraft:
    """A procedure draft. `based_on` is the digest of the version it is a copy of.

    `editor` is the one account that may save it, "" while nobody edits it; `edited_at` the moment of the newest save or
    of the take-over; `save` the number of the newest save.
    """

    id: int
    procedure: str
    province: str
    origin: str
    based_on: str | None
    at: datetime
    by: str
    editor: str
    edited_at: datetime
    save: int
    status: str

    @property
    def is_open(self) -> bool:
        """Whether it is the one draft on which the procedure's analysts work."""
        return self.status in OPEN

    @property
    def editable(self) -> bool:
        """Whether its files may change."""
        return self.status in EDITABLE

    def edited_by(self, person: str) -> bool:
        """Whether this person edits it, or may begin to."""
        return self.editable and self.editor in ("", person)


@dataclass(frozen=True, slots=True)
class Save:
    """A save of a procedure draft: its files after it, of which `files` have changed since the save `base`.

    `aside`: what was sent on a `base` that was no longer the newest, or by a person who no longer was the editor. The
    draft does not contain it; it is kept for that person. `restores` is the save whose files this one brought back.
    """

    draft: int
    number: int
    base: int
    at: datetime
    by: str
    note: str
    restores: int | None
    aside: bool
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftEvent:
    """What happened to a procedure draft beside its saves; `detail` is the editor before, or the reason."""

    draft: int
    number: int
    at: datetime
    by: str
    kind: str
    detail: str
