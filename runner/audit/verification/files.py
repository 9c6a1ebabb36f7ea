"""The files of a case: every byte, and name, size, type, task and person, as the entries name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from runner.domain.entry import OpenIncident, Submit
from runner.domain.form.attachment import attached
from runner.domain.journal import Entry
from runner.domain.verification import Check, Finding
from runner.store import row
from runner.store.session import Transaction

_Named = tuple[object, object, object, object]
"""Name, size, type and SHA-256 of a file."""


def check_files(tx: Transaction, entries: Sequence[Entry]) -> tuple[int, list[Finding]]:
    """How many files are kept, and what does not agree: files that an entry names and that are not kept as it names
    them, and files kept of which no entry says so.
    """
    case = entries[0].case
    kept = [each for each in row.found(tx, "attachment", case=case) if each["seq"] is not None]
    there = {_named(each) for each in kept}
    digests = {each["sha256"] for each in kept}
    named: dict[int, set[_Named]] = {}
    found: list[Finding] = []
    for entry in entries:
        named[entry.seq] = {(f.name, f.size, f.type, f.sha256) for f in attached(entry.body.to_payload())}
        for file in sorted(named[entry.seq] - there, key=str):
            there.add(file)  # told once
            what = "file other" if file[3] in digests else "file missing"
            found.append(Finding(Check.FILES, what, case, entry.seq, str(file[0])))
    said = {entry.seq: entry for entry in entries}
    for each in kept:
        by = said.get(each["seq"])
        if by is None or _named(each) not in named[by.seq] or not _uploaded(each, by):
            found.append(Finding(Check.FILES, "file unnamed", case, about=str(each["name"])))
        elif not _whole(tx, each):
            found.append(Finding(Check.FILES, "file altered", case, each["seq"], str(each["name"])))
    return len(kept), found


def _named(stored: Mapping[str, Any]) -> _Named:
    return stored["name"], stored["size"], stored["type"], stored["sha256"]


def _uploaded(stored: Mapping[str, Any], entry: Entry) -> bool:
    """Whether the file came in for the task of the entry that first names it, from the person who then sent it."""
    attempt = entry.body.attempt if isinstance(entry.body, OpenIncident) else None
    body, person = (attempt.command, attempt.actor) if attempt else (entry.body, entry.actor)
    named_by = isinstance(body, Submit) and (stored["task"], stored["person"]) == (body.task, person)
    return stored["whole"] in (True,) and named_by


def _whole(tx: Transaction, stored: Mapping[str, Any]) -> bool:
    """Whether the pieces of a file are there without a gap, and have its digest."""
    read = sha256()
    for number in range(stored["size"] + 2):  # more pieces than bytes there cannot be
        pieces = row.found(tx, "attachment_piece", attachment=stored["id"], number=number)
        if not pieces:
            break
        read.update(pieces[0]["content"])
    else:
        return False
    return row.count(tx, "attachment_piece", attachment=stored["id"]) == number and read.hexdigest() == stored["sha256"]
