"""The procedures of an analyst's provinces: what is in force, what will be, who drafts, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from runner.authoring import files as names
from runner.authoring.drafts import Drafts
from runner.authoring.tally import Tallies, Tally
from runner.domain.deployment import Deployed, Enforcement
from runner.domain.person import Person, Role
from runner.domain.procedure_draft import DraftStatus, ProcedureDraft
from runner.services.procedures import Procedures
from runner.store import registry


class State(StrEnum):
    """Whose turn it is with a procedure."""

    NONE = "none"
    MINE = "mine"
    OTHERS = "others"
    FREE = "free"
    SUBMITTED = "submitted"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class Row:
    """A procedure, with its open draft.

    `number` is the version in force, or the last one where it is `repealed`, and 0 for a procedure that has none yet;
    `since` the moment from which that is so. `coming` is what will change it next, with the number of its version (0 is
    a repeal). `next` is the number of the version that the draft may become, `editor` the name of who edits it.
    """

    procedure: str
    province: str
    title: str
    version: str | None
    number: int
    since: datetime | None
    repealed: bool
    coming: tuple[int, datetime] | None
    draft: ProcedureDraft | None
    next: int
    editor: str
    state: State
    tally: Tally | None

    @property
    def subject(self) -> ProcedureDraft | str:
        """What its findings are about: the draft, else the version."""
        return self.draft or self.version or ""


class Catalogue:
    """The procedures, as their analysts see them."""

    def __init__(self, procedures: Procedures, drafts: Drafts, tallies: Tallies) -> None:
        self.procedures = procedures
        self.drafts = drafts
        self.tallies = tallies

    def rows(self, person: Person, now: datetime) -> list[Row]:
        """The procedures of the provinces in which `person` is an analyst, and what else they draft, by code."""
        provinces = {province for province, role in person.groups if role == Role.ANALYST}
        drafts = {draft.procedure: draft for draft in self.drafts.all(person) if draft.is_open}
        with self.procedures.database.read() as tx:
            versions = registry.versions(tx)
            known = {row.procedure: row for row in registry.known(tx, now) if row.province in provinces}
            editors = {draft.editor: registry.name(tx, draft.editor) for draft in drafts.values() if draft.editor}
        numbers = {row.digest: row.number for row in versions}
        highest = {row.procedure: row.number for row in versions}
        return [
            self._row(code, known.get(code), drafts.get(code), numbers, highest.get(code, 0), editors, person, now)
            for code in sorted(known.keys() | drafts.keys())
        ]

    def _row(
        self,
        code: str,
        deployed: Deployed | None,
        draft: ProcedureDraft | None,
        numbers: dict[str, int],
        highest: int,
        editors: dict[str, str],
        person: Person,
        now: datetime,
    ) -> Row:
        standing = self.procedures.standing(code, now) if deployed else None
        coming = next(iter(self.procedures.coming(code, now)), None)
        subject = draft or (deployed.digest if deployed else "")
        return Row(
            code,
            code.partition("/")[0],
            self._title(code, deployed, draft, person),
            deployed.digest if deployed else None,
            deployed.number if deployed else 0,
            standing.effective if standing else None,
            standing is not None and standing.version is None,
            (numbers.get(coming.version or "", 0), coming.effective) if coming else None,
            draft,
            highest + 1,
            editors.get(draft.editor, "") if draft else "",
            _state(draft, coming, person),
            self.tallies.find(subject),
        )

    def _title(self, code: str, deployed: Deployed | None, draft: ProcedureDraft | None, person: Person) -> str:
        if deployed:
            return self.procedures.version(deployed.digest).procedure.title
        return names.title(code, self.drafts.files(draft.id, person)) if draft else code


def _state(draft: ProcedureDraft | None, coming: Enforcement | None, person: Person) -> State:
    if draft is None:
        return State.COMING if coming else State.NONE
    if draft.status == DraftStatus.SUBMITTED:
        return State.SUBMITTED
    if not draft.editor:
        return State.FREE
    return State.MINE if draft.editor == person.id else State.OTHERS
