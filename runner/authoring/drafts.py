"""Procedure drafts: what analysts work on before a version is in force, with the history of every save.

One person edits a draft at a time and is known by name. What somebody sends on files that have changed meanwhile, or
after another person took over, is refused, and kept aside for them. No case ever runs on a draft.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from runner import formatting
from runner.authoring import files as names
from runner.authoring.refusal import (
    CodeInvalid,
    DraftExists,
    DraftUnknown,
    EditedByOther,
    EditorActive,
    NotEditable,
    NoteInvalid,
    ProvinceFixed,
    SaveOutdated,
    SaveUnknown,
    TakenOver,
)
from runner.domain.deployment import ProcedureUnknown
from runner.domain.form.component import unprintable, visible
from runner.domain.person import Person, Role
from runner.domain.procedure_draft import DraftEvent, DraftStatus, EventKind, Origin, ProcedureDraft, Save
from runner.errors import Conflict
from runner.services import content, text_rules
from runner.services.bundle import Bundle, FileMissing
from runner.store import organisation as organisations
from runner.store import procedure_draft as store
from runner.store import registry
from runner.store.session import Database, Transaction

IDLE: Final = timedelta(minutes=30)
"""How long after an editor's last save another person may take the draft over."""

NOTE_LENGTH: Final = 200


class Drafts:
    """The procedure drafts. Analysts of a draft's province see and edit it; of a province that is new, all analysts."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # -- beginning ---------------------------------------------------------------------------------------------------

    def begin(self, procedure: str, person: Person, now: datetime, digest: str | None = None) -> ProcedureDraft:
        """A draft that is a copy of the version in force, or of the version with `digest`, with the last scenarios.

        Raises `ProcedureUnknown` also for people who may not draft it, and `DraftExists`, which names the editor.
        """

        def copied(tx: Transaction) -> ProcedureDraft:
            found = registry.version(tx, digest or _in_force(tx, procedure, now) or "")
            if found is None or found.procedure != procedure or not _drafts(tx, found.province, person):
                raise ProcedureUnknown(procedure=procedure)
            kept = names.scenarios(store.approved_files(tx, procedure))
            files = kept | registry.files(tx, found.digest) | _province_facts(tx, found.province)
            return _begun(tx, procedure, files, person, now, Origin.VERSION, found.digest)

        return self._alone(procedure, copied)

    def create(
        self, code: str, files: Mapping[str, bytes], person: Person, now: datetime, origin: str
    ) -> ProcedureDraft:
        """A draft of the procedure `code` with these files, based on the version in force where there is one.

        A province that is known keeps its own facts, whatever came as ``province.toml``. Raises `CodeInvalid`,
        `DraftExists`, what `files.check` raises, and `ProcedureUnknown` for people who may not draft it.
        """
        if not content.is_code(code):
            raise CodeInvalid(code=code[:100])
        names.check(code, files)

        def made(tx: Transaction) -> ProcedureDraft:
            province = code.partition("/")[0]
            if not _drafts(tx, province, person):
                raise ProcedureUnknown(procedure=code)
            whole = dict(files) | _province_facts(tx, province)
            names.check_count(whole)
            return _begun(tx, code, whole, person, now, origin, _in_force(tx, code, now))

        return self._alone(code, made)

    def _alone(self, procedure: str, begin: Callable[[Transaction], ProcedureDraft]) -> ProcedureDraft:
        """What `begin` makes, in a transaction. Raises `DraftExists`, also when one is made at the same time."""
        try:
            with self.database.change() as tx:
                return begin(tx)
        except DraftExists:
            raise
        except Conflict:
            with self.database.read() as tx:
                _no_other(tx, procedure)
            raise

    # -- reading -----------------------------------------------------------------------------------------------------

    def get(self, id: int, person: Person) -> ProcedureDraft:
        """The draft. Raises `DraftUnknown`, with the same sentence for people who may not see it."""
        with self.database.read() as tx:
            return _visible(tx, id, person)

    def all(self, person: Person) -> list[ProcedureDraft]:
        """Every draft that `person` may see, open or not, by procedure and age."""
        with self.database.read() as tx:
            known = set(registry.calendars(tx))
            return [each for each in store.drafts(tx) if may(each.province, person, known)]

    def files(self, id: int, person: Person, save: int | None = None) -> dict[str, bytes]:
        """The files by name, as the newest save left them or the save of that number. Raises `SaveUnknown`."""
        with self.database.read() as tx:
            draft = _visible(tx, id, person)
            return store.files(tx, found_save(tx, draft, draft.save if save is None else save))

    def bundle(self, id: int, person: Person) -> Bundle:
        """The files of the newest save that a version would have. Raises `FileMissing` without a diagram, or `NotBpmn`.

        Files to which nothing in the diagram leads, and scenarios, are no part of a version.
        """
        return assembled(self.get(id, person).procedure, self.files(id, person))

    def saves(self, id: int, person: Person) -> list[Save]:
        """Every save, the oldest first."""
        with self.database.read() as tx:
            return store.saves(tx, _visible(tx, id, person).id)

    def events(self, id: int, person: Person) -> list[DraftEvent]:
        """Take-overs and what else happened beside the saves, the oldest first."""
        with self.database.read() as tx:
            return store.events(tx, _visible(tx, id, person).id)

    # -- editing -----------------------------------------------------------------------------------------------------

    def save(
        self,
        id: int,
        changed: Mapping[str, bytes | None],
        person: Person,
        now: datetime,
        *,
        base: int,
        note: str = "",
    ) -> Save:
        """Store the files that have changed since the save `base`; None deletes a file.

        What changes nothing is no new save, so that the same request may come twice. A draft that nobody edits is
        edited by `person` from then on. Raises `SaveOutdated` and `TakenOver`, and keeps aside what came;
        `NotEditable`, `ProvinceFixed`, or what `files.check` raises.
        """
        noted = _note(note)
        with self.database.change() as tx:
            draft = editable(tx, id, person)
            names.check(draft.procedure, changed)
            newest = found_save(tx, draft, draft.save)
            before = store.files(tx, newest)
            rest = {name: data for name, data in changed.items() if before.get(name) != data}
            if names.province_facts(draft.procedure) in rest and draft.province in registry.calendars(tx):
                raise ProvinceFixed(name=names.province_facts(draft.procedure))
            rest |= _province_facts(tx, draft.province, before) if rest else {}
            foreign = draft.editor not in ("", person.id)
            if not rest and not foreign:
                return newest
            if not foreign and base == draft.save:
                names.check_count(names.left(before, rest))
                return _saved(tx, draft, rest, person, now, noted)
            if found_save(tx, draft, base).aside:
                raise SaveUnknown(number=base)
            names.check_count(before.keys() | changed.keys())
            number = store.next_save(tx, id)
            aside = Save(id, number, base, now, person.id, noted, None, aside=True)
            store.save(tx, aside, changed)
            other = registry.name(tx, draft.editor if foreign else newest.by)
        if foreign:
            raise TakenOver(person=other, at=formatting.moment(draft.edited_at), number=number)
        raise SaveOutdated(person=other, at=formatting.moment(newest.at), number=number)

    def restore(self, id: int, save: int, person: Person, now: datetime) -> Save:
        """A new save with the files of an earlier one, or of one that was kept aside. Raises as `save` does."""
        with self.database.change() as tx:
            draft = edited(tx, id, person)
            wanted = store.files(tx, found_save(tx, draft, save))
            newest = found_save(tx, draft, draft.save)
            before = store.files(tx, newest)
            changed: dict[str, bytes | None] = dict.fromkeys(before.keys() - wanted.keys())
            changed |= {name: data for name, data in wanted.items() if before.get(name) != data}
            if not changed:
                return newest
            return _saved(tx, draft, changed, person, now, "", restores=save)

    def take_over(self, id: int, person: Person, now: datetime) -> ProcedureDraft:
        """Make `person` the editor. Raises `EditorActive` within `IDLE` of the other's last save, or `NotEditable`."""
        with self.database.change() as tx:
            draft = editable(tx, id, person)
            if draft.editor == person.id:
                return draft
            until = draft.edited_at + IDLE
            if draft.editor and now < until:
                at = formatting.moment(draft.edited_at)
                raise EditorActive(person=registry.name(tx, draft.editor), at=at, until=formatting.clock(until))
            return _turned(tx, draft, person, now, EventKind.TAKE_OVER, draft.editor, editor=person.id, edited_at=now)

    def release(self, id: int, person: Person, now: datetime) -> ProcedureDraft:
        """Nobody edits the draft any more: who wants to goes on. Raises `EditedByOther` or `NotEditable`."""
        with self.database.change() as tx:
            draft = edited(tx, id, person)
            return _turned(tx, draft, person, now, EventKind.RELEASE, "", editor="")

    def discard(self, id: int, person: Person, now: datetime, reason: str) -> ProcedureDraft:
        """Give the draft up; it stays readable. Raises `EditedByOther`, `NotEditable` or `ReasonMissing`."""
        stated = text_rules.reason(reason)
        with self.database.change() as tx:
            draft = edited(tx, id, person)
            return _turned(tx, draft, person, now, EventKind.DISCARD, stated, status=DraftStatus.DISCARDED)


def assembled(procedure: str, files: Mapping[str, bytes]) -> Bundle:
    """The bundle of a procedure whose files are held in memory. Raises `FileMissing` or `NotBpmn`."""
    name = f"bpmn/{procedure}.bpmn"
    if name not in files:
        raise FileMissing(name=name)
    return content.assemble(files[name], content.held(files), procedure)


def may(province: str, person: Person, known: set[str]) -> bool:
    """Whether a person drafts procedures of `province`; `known` are the provinces that have any."""
    analyses = {place for place, role in person.groups if role == Role.ANALYST}
    return province in analyses if province in known else bool(analyses)


def _drafts(tx: Transaction, province: str, person: Person) -> bool:
    return may(province, person, set(registry.calendars(tx)))


def _visible(tx: Transaction, id: int, person: Person, *, lock: bool = False) -> ProcedureDraft:
    draft = store.get(tx, id, lock=lock)
    if draft is None or not _drafts(tx, draft.province, person):
        raise DraftUnknown(draft=id)
    return draft


def editable(tx: Transaction, id: int, person: Person, *, lock: bool = True) -> ProcedureDraft:
    """The draft whose files may change. Raises `DraftUnknown`, `NotEditable`."""
    draft = _visible(tx, id, person, lock=lock)
    if not draft.editable:
        raise NotEditable
    return draft


def edited(tx: Transaction, id: int, person: Person, *, lock: bool = True) -> ProcedureDraft:
    """The draft, when `person` edits it or nobody does. Raises `EditedByOther`, and as `editable`."""
    draft = editable(tx, id, person, lock=lock)
    if draft.editor not in ("", person.id):
        raise EditedByOther(person=registry.name(tx, draft.editor))
    return draft


def found_save(tx: Transaction, draft: ProcedureDraft, number: int) -> Save:
    """The save of that number. Raises `SaveUnknown`."""
    found = store.find(tx, draft.id, number)
    if found is None:
        raise SaveUnknown(number=number)
    return found


def _no_other(tx: Transaction, procedure: str) -> None:
    if other := store.open_draft(tx, procedure):
        raise DraftExists(procedure=procedure, draft=other.id, person=registry.name(tx, other.editor or other.by))


def _begun(
    tx: Transaction,
    procedure: str,
    files: Mapping[str, bytes],
    person: Person,
    now: datetime,
    origin: str,
    based_on: str | None,
) -> ProcedureDraft:
    _no_other(tx, procedure)
    province = procedure.partition("/")[0]
    status = DraftStatus.EDITING
    draft = ProcedureDraft(0, procedure, province, origin, based_on, now, person.id, person.id, now, 1, status)
    return begun(tx, draft, files)


def begun(tx: Transaction, draft: ProcedureDraft, files: Mapping[str, bytes]) -> ProcedureDraft:
    """Store a new draft with its first save."""
    made = store.add(tx, draft)
    store.save(tx, Save(made.id, 1, 0, made.at, made.by, "", None, aside=False), files)
    return made


def _saved(
    tx: Transaction,
    draft: ProcedureDraft,
    changed: Mapping[str, bytes | None],
    person: Person,
    now: datetime,
    note: str,
    restores: int | None = None,
) -> Save:
    number = store.next_save(tx, draft.id)
    made = Save(draft.id, number, draft.save, now, person.id, note, restores, aside=False, files=tuple(sorted(changed)))
    store.save(tx, made, changed)
    store.change(tx, replace(draft, editor=person.id, edited_at=now, save=number))
    return made


def _turned(
    tx: Transaction,
    draft: ProcedureDraft,
    person: Person,
    now: datetime,
    kind: str,
    detail: str,
    **to: object,
) -> ProcedureDraft:
    """The draft with other values, and the event that says so."""
    turned = replace(draft, **to)  # type: ignore[arg-type]
    store.change(tx, turned)
    store.record(tx, DraftEvent(draft.id, 0, now, person.id, kind, detail))
    return turned


def _in_force(tx: Transaction, procedure: str, now: datetime) -> str | None:
    """The digest of the version in force."""
    found = registry.in_force(tx, procedure, now)
    return found.version if found else None


def _province_facts(tx: Transaction, province: str, before: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """The newest revision of a province's organisation by the name of its file, where `before` has another."""
    name, file = names.province_facts(f"{province}/"), organisations.newest_file(tx, province)
    return {name: file} if file and (before or {}).get(name) != file else {}


def _note(note: str) -> str:
    noted = visible(note)
    if len(noted) > NOTE_LENGTH or unprintable(noted, ""):
        raise NoteInvalid
    return noted
