"""Procedure drafts: the history of their saves, each with the files that changed only, and what else happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from runner.domain.procedure_draft import OPEN, DraftEvent, DraftStatus, ProcedureDraft, Save
from runner.errors import Conflict
from runner.store import table
from runner.store.authoring_table import (
    procedure_draft,
    procedure_draft_event,
    procedure_draft_file,
    procedure_draft_save,
)
from runner.store.session import Transaction
from runner.store.statement import columns, row_values, upsert

_draft, _save, _file, _event = (
    procedure_draft.c,
    procedure_draft_save.c,
    procedure_draft_file.c,
    procedure_draft_event.c,
)
_SAVE_FIELDS = [
    procedure_draft_save.c[name] for name in ("draft", "number", "base", "at", "by", "note", "restores", "aside")
]

_ALL = select(*columns(procedure_draft, ProcedureDraft)).order_by(_draft.procedure, _draft.id)
_ONE = _ALL.where(_draft.id == bindparam("sought"))
_OPEN = _ALL.where(_draft.procedure == bindparam("sought"), _draft.status.in_(OPEN))
_APPROVED = (
    select(_draft.id, _draft.save)
    .where(_draft.procedure == bindparam("sought"), _draft.status == DraftStatus.APPROVED)
    .order_by(_draft.id.desc())
    .limit(1)
)
_UPDATE = update(procedure_draft).where(_draft.id == bindparam("of_draft"))
_SAVES = select(*_SAVE_FIELDS).where(_save.draft == bindparam("of_draft")).order_by(_save.number)
_FIND = select(*_SAVE_FIELDS).where(_save.draft == bindparam("of_draft"), _save.number == bindparam("sought"))
_NEXT_SAVE = select(func.coalesce(func.max(_save.number), 0) + 1).where(_save.draft == bindparam("of_draft"))
_CHANGED = select(_file.save, _file.name).where(_file.draft == bindparam("of_draft")).order_by(_file.save, _file.name)
_CONTENT = (
    select(_file.name, _file.sha256)
    .join_from(
        procedure_draft_file,
        procedure_draft_save,
        (_save.draft == _file.draft) & (_save.number == _file.save),
    )
    .where(
        _file.draft == bindparam("of_draft"),
        or_(_file.save == bindparam("of_save"), (_file.save <= bindparam("base")) & ~_save.aside),
    )
    .order_by(_file.save)
)
_ASIDE = (_save.draft == bindparam("of_draft"), _save.by == bindparam("of_person"), _save.aside)
_FORGET_FILES = delete(procedure_draft_file).where(
    _file.draft == bindparam("of_draft"), _file.save.in_(select(_save.number).where(*_ASIDE))
)
_FORGET = delete(procedure_draft_save).where(*_ASIDE)
_EVENTS = (
    select(*columns(procedure_draft_event, DraftEvent))
    .where(_event.draft == bindparam("of_draft"))
    .order_by(_event.number)
)
_NEXT_EVENT = select(func.coalesce(func.max(_event.number), 0) + 1).where(_event.draft == bindparam("of_draft"))
_KEEP_BLOBS = upsert(table.blob, keep=True)


def add(tx: Transaction, draft: ProcedureDraft) -> ProcedureDraft:
    """Store a new draft; its id is given here. Raises Conflict when its procedure has an open one."""
    values = row_values(draft)
    del values["id"]
    try:
        made = tx.execute(insert(procedure_draft), values)
    except IntegrityError as error:
        raise Conflict from error
    key = made.inserted_primary_key
    return replace(draft, id=key[0] if key else 0)


def get(tx: Transaction, id: int, *, lock: bool = False) -> ProcedureDraft | None:
    """The draft; with `lock`, no other transaction changes it before this one ends."""
    found = tx.execute(_ONE.with_for_update() if lock else _ONE, {"sought": id}).first()
    return ProcedureDraft(*found) if found else None


def open_draft(tx: Transaction, procedure: str) -> ProcedureDraft | None:
    """The open draft of a procedure."""
    found = tx.execute(_OPEN, {"sought": procedure}).first()
    return ProcedureDraft(*found) if found else None


def drafts(tx: Transaction) -> list[ProcedureDraft]:
    """Every draft, open or not, by procedure and age."""
    return [ProcedureDraft(*row) for row in tx.execute(_ALL)]


def change(tx: Transaction, draft: ProcedureDraft) -> None:
    """Write a draft's row anew."""
    tx.execute(_UPDATE.values(**row_values(draft)), {"of_draft": draft.id})


def next_save(tx: Transaction, draft: int) -> int:
    """The number of the save that comes next."""
    return int(tx.execute(_NEXT_SAVE, {"of_draft": draft}).scalar_one())


def save(tx: Transaction, made: Save, changed: Mapping[str, bytes | None]) -> None:
    """Store a save and the files that it changes; None: the file is gone. An aside replaces the person's last one."""
    if made.aside:
        whose = {"of_draft": made.draft, "of_person": made.by}
        tx.execute(_FORGET_FILES, whose)
        tx.execute(_FORGET, whose)
    values = row_values(made)
    del values["files"]
    tx.execute(insert(procedure_draft_save), values)
    hashed = {name: None if content is None else sha256(content).digest() for name, content in changed.items()}
    if blobs := [{"sha256": hashed[name], "content": content} for name, content in changed.items() if hashed[name]]:
        tx.execute(_KEEP_BLOBS[tx.dialect.name], blobs)
    if hashed:
        rows = [
            {"draft": made.draft, "save": made.number, "name": name, "sha256": hash} for name, hash in hashed.items()
        ]
        tx.execute(insert(procedure_draft_file), rows)


def find(tx: Transaction, draft: int, number: int) -> Save | None:
    """The save of that number, without the names of its files."""
    found = tx.execute(_FIND, {"of_draft": draft, "sought": number}).first()
    return Save(*found) if found else None


def saves(tx: Transaction, draft: int) -> list[Save]:
    """Every save of a draft, the oldest first."""
    files: dict[int, list[str]] = {}
    for number, name in tx.execute(_CHANGED, {"of_draft": draft}):
        files.setdefault(number, []).append(name)
    found = [Save(*row) for row in tx.execute(_SAVES, {"of_draft": draft})]
    return [replace(each, files=tuple(files.get(each.number, ()))) for each in found]


def files(tx: Transaction, made: Save) -> dict[str, bytes]:
    """Every file as the save `made` left it, by name."""
    asked = {"of_draft": made.draft, "of_save": made.number, "base": made.base}
    hashes = {row.name: row.sha256 for row in tx.execute(_CONTENT, asked)}
    wanted = {hash for hash in hashes.values() if hash is not None}
    found = select(table.blob.c.sha256, table.blob.c.content).where(table.blob.c.sha256.in_(wanted))
    blobs = {row.sha256: row.content for row in tx.execute(found)}
    return {name: blobs[hash] for name, hash in sorted(hashes.items()) if hash is not None}


def approved_files(tx: Transaction, procedure: str) -> dict[str, bytes]:
    """The files of the draft of `procedure` that was approved last, by name; none where none was."""
    last = tx.execute(_APPROVED, {"sought": procedure}).first()
    newest = find(tx, last.id, last.save) if last else None
    return files(tx, newest) if newest else {}


def record(tx: Transaction, event: DraftEvent) -> None:
    """Store what happened to a draft, under the next number."""
    number = int(tx.execute(_NEXT_EVENT, {"of_draft": event.draft}).scalar_one())
    tx.execute(insert(procedure_draft_event), row_values(replace(event, number=number)))


def events(tx: Transaction, draft: int) -> list[DraftEvent]:
    """What happened to a draft beside its saves, the oldest first."""
    return [DraftEvent(*row) for row in tx.execute(_EVENTS, {"of_draft": draft})]
