"""Four eyes: one analyst submits what comes into force, another one approves exactly that, by its digest.

What is submitted is a procedure draft, a version that is stored already, or that the procedure is repealed. Approving
stores the version, and puts it into force from its day on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

from runner import formatting
from runner.authoring import drafts
from runner.authoring.check import check
from runner.authoring.refusal import (
    ComesAfterRepeal,
    DayBeforeDecision,
    DayPast,
    DecidedBefore,
    DigestDiffers,
    NothingChanges,
    NotSubmitter,
    OwnChange,
    OwnSubmission,
    PartsUnseen,
    SubmissionPending,
    SubmissionUnknown,
    SuccessorUnknown,
)
from runner.clock import ZONE
from runner.config import find_root
from runner.domain.calendar import local_date
from runner.domain.deployment import Enforcement, ProcedureUnknown
from runner.domain.person import Person, Role
from runner.domain.procedure_draft import DraftStatus, Origin, ProcedureDraft
from runner.domain.submission import Part, Submission, Verdict, View
from runner.errors import Conflict
from runner.services import content, laws, procedures, text_rules
from runner.services.bundle import Bundle
from runner.services.confirmation import expect_proof
from runner.services.version import compiled
from runner.services.version_cache import Versions
from runner.store import law, registry
from runner.store import procedure_draft as draft_store
from runner.store import submission as store
from runner.store.session import Database, Transaction

PARTS: Final = tuple(Part)


PART_NAMES: Final[Mapping[Part, str]] = {
    Part.DIFFERENCE: "Khác biệt",
    Part.SCENARIOS: "Kịch bản",
    Part.FINDINGS: "Phát hiện",
    Part.IMPACT: "Tác động",
}


class Approvals:
    """What waits for a second person, and what was decided. Analysts of the province take part."""

    def __init__(self, database: Database, versions: Versions) -> None:
        self.database = database
        self.versions = versions

    # -- submitting --------------------------------------------------------------------------------------------------

    def submit(
        self, draft: int, person: Person, now: datetime, *, effective: date | None = None, note: str = ""
    ) -> Submission:
        """Submit a procedure draft without errors, to be in force from `effective` on; None: from the decision's day.

        Nobody edits it until it is decided. Raises `LintFailed`, `DayPast`, `DayBeforeDecision`, `NothingChanges`,
        `SubmissionPending`, and what `Drafts` raises for a draft that the person may not edit.
        """
        start = _start(effective, now)
        with self.database.read() as tx:
            found = drafts.edited(tx, draft, person, lock=False)
            files = draft_store.files(tx, drafts.found_save(tx, found, found.save))
        if errors := [each.finding for each in check(found.procedure, files) if each.is_error]:
            raise procedures.LintFailed(found.procedure, errors)
        version = compiled(drafts.assembled(found.procedure, files))
        decision = version.procedure.decision
        if effective and effective < decision.effective:
            raise DayBeforeDecision(number=decision.number, day=formatting.day(decision.effective))
        if start is None and decision.effective > local_date(now):
            start = _midnight(decision.effective)
        with self.database.change() as tx:
            locked = drafts.edited(tx, draft, person)
            if locked.save != found.save:
                raise Conflict
            made = _proposed(found.procedure, version.digest, start, note, person, now)
            return self._add(tx, replace(made, draft=draft, save=found.save), locked)

    def propose(
        self,
        procedure: str,
        version: str | None,
        person: Person,
        now: datetime,
        *,
        effective: date | None = None,
        successor: str = "",
        note: str = "",
    ) -> Submission:
        """Submit that a stored version comes into force (again), or with None that the procedure is repealed.

        To take back what has yet to come into force, propose for its day what is to be in force instead. Raises
        `ProcedureUnknown`, also for people who are no analysts of the province, `SuccessorUnknown`, and as `submit`.
        """
        start = _start(effective, now)
        with self.database.change() as tx:
            known = {row.digest: row for row in registry.versions(tx)}
            mine = [row for row in known.values() if row.procedure == procedure]
            if not mine or (mine[0].province, Role.ANALYST) not in person.groups:
                raise ProcedureUnknown(procedure=procedure)
            if version is not None and version not in {row.digest for row in mine}:
                raise ProcedureUnknown(procedure=procedure)
            if successor and not any(row.procedure == successor != procedure for row in known.values()):
                raise SuccessorUnknown(procedure=successor)
            made = _proposed(procedure, version, start, note, person, now)
            return self._add(tx, replace(made, successor=successor), None)

    def receive(self, path: Path, now: datetime) -> tuple[list[procedures.Deployment], list[Submission]]:
        """Take in the content of a release where people decide: new procedures come into force at once.

        What changes a procedure that was ever in force becomes a draft that waits for an analyst's approval; where
        something waits for it already, or somebody has an open draft, or it was decided before, it is left alone.
        """
        deployed, waiting = [], []
        root, bundles = find_root(path), procedures.found(path)
        for bundle in bundles:
            version = procedures.sound(bundle)
            with self.database.change() as tx:
                standing = registry.in_force(tx, bundle.code, now)
                known = registry.version(tx, version.digest)
                by = content.release(root) if root else ""
                if standing is None:
                    number = procedures.store(tx, bundle, version, now, by)
                    registry.enforce(tx, bundle.code, version.digest, now, by)
                    deployed.append(procedures.Deployment(version, number, known is None, True, by))
                elif known or any(
                    each.pending or each.version == version.digest for each in store.of_procedure(tx, bundle.code)
                ):
                    continue
                elif draft_store.open_draft(tx, bundle.code) is None:
                    waiting.append(self._received(tx, bundle, now, by, standing.version))
        if root:  # only where there are none: rules that stand are edited by their analysts
            with self.database.change() as tx:
                provinces = {bundle.province.code for bundle in bundles} - law.provinces(tx).keys()
                laws.adopt(tx, root, provinces, content.release(root), now)
        return deployed, waiting

    def _received(self, tx: Transaction, bundle: Bundle, now: datetime, by: str, based_on: str | None) -> Submission:
        province = bundle.province.code
        draft = ProcedureDraft(
            0, bundle.code, province, Origin.RELEASE, based_on, now, by, "", now, 1, DraftStatus.EDITING
        )
        draft = drafts.begun(tx, draft, bundle.files)
        made = Submission(0, bundle.code, province, bundle.digest, draft.id, 1, None, "", "", now, by)
        return self._add(tx, made, draft)

    def _add(self, tx: Transaction, made: Submission, draft: ProcedureDraft | None) -> Submission:
        for other in store.of_procedure(tx, made.procedure):
            if other.pending:
                raise SubmissionPending(
                    procedure=made.procedure, submission=other.id, person=registry.name(tx, other.by)
                )
        then = registry.in_force(tx, made.procedure, made.effective or made.at)
        if then and (then.version, then.successor) == (made.version, made.successor):
            raise NothingChanges
        if made.version is None and (day := registry.next_in_force(tx, made.procedure, made.effective or made.at)):
            raise ComesAfterRepeal(day=formatting.day(local_date(day)))
        if draft:
            draft_store.change(tx, replace(draft, status=DraftStatus.SUBMITTED))
        return store.add(tx, made)

    # -- looking -----------------------------------------------------------------------------------------------------

    def get(self, id: int, person: Person) -> Submission:
        """The submission. Raises `SubmissionUnknown` for people who are no analysts of the province, too."""
        with self.database.read() as tx:
            return _visible(tx, id, person)

    def pending(self, person: Person) -> list[Submission]:
        """What waits in the person's provinces, the oldest first."""
        with self.database.read() as tx:
            known = set(registry.calendars(tx))
            return [each for each in store.pending(tx) if drafts.may(each.province, person, known)]

    def of_procedure(self, procedure: str, person: Person) -> list[Submission]:
        """Every submission of a procedure, the oldest first; none for people who are no analysts of the province."""
        with self.database.read() as tx:
            known = set(registry.calendars(tx))
            return [each for each in store.of_procedure(tx, procedure) if drafts.may(each.province, person, known)]

    def see(self, id: int, part: Part, person: Person, now: datetime) -> None:
        """Keep that the person opens a part of what is proposed."""
        with self.database.change() as tx:
            if _visible(tx, id, person).pending:
                store.see(tx, View(id, person.id, part, now))

    def views(self, id: int, person: Person) -> list[View]:
        """What people opened, in the order of time."""
        with self.database.read() as tx:
            return store.views(tx, _visible(tx, id, person).id)

    # -- deciding ----------------------------------------------------------------------------------------------------

    def approve(
        self, id: int, digest: str, person: Person, now: datetime, *, shown: bool = False
    ) -> Enforcement | None:
        """Put what was submitted into force from its day on, at the earliest from `now`.

        `digest` is that of the version that the person looked at, "" for a repeal. Of a draft, they have opened every
        part; with `shown` the caller has shown them all. Raises `OwnSubmission`, `DigestDiffers`, `PartsUnseen`,
        `OwnChange`, `DecidedBefore`, `LintFailed` where rules that are newer than the submission find errors, and
        `PasswordNeeded` or `SignScopeMissing` for who was not asked again. None where it was so already.
        """
        expect_proof(person)
        with self.database.read() as tx:
            made = _visible(tx, id, person)
            bundle, author = _bundle(tx, made), _author(tx, made)
        if made.by == person.id:
            raise OwnSubmission
        if author == person.id:
            raise OwnChange
        if digest != (made.version or ""):
            raise DigestDiffers
        version = procedures.sound(bundle) if bundle else None
        if version and version.digest != made.version:
            raise DigestDiffers
        start = max(made.effective or now, now)
        with self.database.change() as tx:
            if made.draft and not shown:
                seen = {view.part for view in store.views(tx, id) if view.person == person.id}
                if unseen := [PART_NAMES[part] for part in PARTS if part not in seen]:
                    raise PartsUnseen(parts=", ".join(unseen))
            self._decide(tx, made, Verdict.APPROVED, person, now, "", start)
            if bundle and version:
                procedures.store(tx, bundle, version, now, made.by)
                self._turn(tx, made, DraftStatus.APPROVED)
            others = {"approved_by": person.id, "successor": made.successor}
            enforced = registry.enforce(tx, made.procedure, made.version, now, made.by, start, **others)
            return registry.in_force(tx, made.procedure, start) if enforced else None

    def send_back(self, id: int, reason: str, person: Person, now: datetime) -> None:
        """Do not approve: the draft can be edited again. Raises `ReasonMissing`, `OwnSubmission`, `DecidedBefore`."""
        stated = text_rules.reason(reason)
        with self.database.change() as tx:
            made = _visible(tx, id, person)
            if made.by == person.id:
                raise OwnSubmission
            self._decide(tx, made, Verdict.RETURNED, person, now, stated, made.effective)
            self._turn(tx, made, DraftStatus.RETURNED)

    def withdraw(self, id: int, person: Person, now: datetime) -> None:
        """The submitter takes it back: the draft can be edited again. Raises `NotSubmitter`, `DecidedBefore`."""
        with self.database.change() as tx:
            made = _visible(tx, id, person)
            if made.by != person.id:
                raise NotSubmitter
            self._decide(tx, made, Verdict.WITHDRAWN, person, now, "", made.effective)
            self._turn(tx, made, DraftStatus.EDITING)

    def _decide(
        self,
        tx: Transaction,
        made: Submission,
        verdict: Verdict,
        person: Person,
        now: datetime,
        reason: str,
        effective: datetime | None,
    ) -> None:
        decided = replace(made, verdict=verdict, decided=now, decided_by=person.id, reason=reason, effective=effective)
        if not store.decide(tx, decided):
            other = store.get(tx, made.id) or made
            raise DecidedBefore(
                at=formatting.moment(other.decided) if other.decided else "", person=registry.name(tx, other.decided_by)
            )

    def _turn(self, tx: Transaction, made: Submission, status: DraftStatus) -> None:
        if made.draft and (draft := draft_store.get(tx, made.draft, lock=True)):
            draft_store.change(tx, replace(draft, status=status))


def _visible(tx: Transaction, id: int, person: Person) -> Submission:
    found = store.get(tx, id)
    known = set(registry.calendars(tx))
    if found is None or not drafts.may(found.province, person, known):
        raise SubmissionUnknown(submission=id)
    return found


def _bundle(tx: Transaction, made: Submission) -> Bundle | None:
    """The bundle of the draft that was submitted; None where none was."""
    draft = draft_store.get(tx, made.draft) if made.draft else None
    saved = draft_store.find(tx, draft.id, made.save) if draft and made.save else None
    return drafts.assembled(made.procedure, draft_store.files(tx, saved)) if saved else None


def _author(tx: Transaction, made: Submission) -> str:
    """Who saved what was submitted; "" where no draft was."""
    saved = draft_store.find(tx, made.draft, made.save) if made.draft and made.save else None
    return saved.by if saved else ""


def _start(day: date | None, now: datetime) -> datetime | None:
    """The first moment of a day, in Viet Nam; None for today. Raises `DayPast`."""
    if day is None or day == local_date(now):
        return None
    if day < local_date(now):
        raise DayPast(day=formatting.day(day))
    return _midnight(day)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _proposed(
    procedure: str, version: str | None, effective: datetime | None, note: str, person: Person, now: datetime
) -> Submission:
    stated = text_rules.reason(note) if note.strip() else ""
    province = procedure.partition("/")[0]
    return Submission(0, procedure, province, version, None, None, effective, "", stated, now, person.id)
