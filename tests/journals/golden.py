"""Golden journals: real runs kept as files, with the versions and calendars that they ran on.

``<name>.json`` holds a case's entries as the journal has them; ``versions/<digest>/`` the files of a version, byte for
byte: of the one on which a case began, and of those to which it migrated. Whatever becomes of the content and of the
engine, these must replay to the states that they recorded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from runner.domain import erasure
from runner.domain.case import Case, Projection
from runner.domain.deployment import Revision
from runner.domain.entry import Migrate
from runner.domain.journal import Entry, digest, instant, seal
from runner.store import case as cases
from runner.store import erasure_table, registry
from runner.store.session import Transaction
from tests.running import unguarded

FOLDER = Path(__file__).parent
VERSIONS = FOLDER / "versions"
HASHES = ("payload_sha256", "state", "previous", "hash", "salt")


@dataclass(frozen=True)
class Golden:
    """A recorded case: the entries of its journal, and what they depended on.

    `diverges` is the entry at which a replay must fail, None where it must not. `outcome` is what the case came to.
    """

    procedure: str
    version: str
    outcome: str
    calendars: list[dict[str, Any]]
    entries: list[Entry]
    diverges: int | None = None

    @property
    def province(self) -> str:
        return self.procedure.partition("/")[0]

    @property
    def files(self) -> dict[str, bytes]:
        """The files of the version on which the case began, as they are kept here."""
        return files(self.version)

    @property
    def versions(self) -> list[str]:
        """The digests of the versions that the case ran on, each once, `version` being the first."""
        bodies = [entry.body for entry in self.entries if entry.kind == Migrate.kind]
        later = (body.version for body in bodies if isinstance(body, Migrate))
        return list(dict.fromkeys([self.version, *later]))

    @property
    def last(self) -> str:
        """The digest of the version that the case is on after its last entry."""
        bodies = [entry.body for entry in reversed(self.entries) if entry.kind == Migrate.kind]
        return next((body.version for body in bodies if isinstance(body, Migrate)), self.version)

    def load(self, tx: Transaction) -> int:
        """Put the version, the calendars and the journal into an empty database; the case's number.

        Its row says only how far the journal goes: what else it says is for the rebuild to find out.
        """
        first, last = self.entries[0], self.entries[-1]
        at, by = first.at, first.actor
        for version in self.versions:
            registry.deploy(tx, version, self.procedure, self.province, files(version), at, by)
        registry.enforce(tx, self.procedure, self.version, at, by)
        for content in self.calendars:
            registry.revise(tx, Revision(self.province, content["revision"], at, by, "golden"), content)
        row = Case(first.case, self.province, self.procedure, self.last, at, last.seq, last.hash)
        for entry in self.entries:
            cases.save(tx, Projection(entry, row))
        with unguarded(tx, "erasure_insert"):  # the erasure itself may be erased
            for seq, entry in erasure.named(self.entries).items():
                tx.execute(insert(erasure_table.erasure), {"case": first.case, "seq": seq, "entry": entry})
        return first.case

    def spoilt(self, seq: int) -> Golden:
        """This journal as an engine that came to another state at entry `seq` would have sealed it."""
        entries: list[Entry] = []
        for entry in self.entries:
            state = digest("another state") if entry.seq == seq else entry.state
            changed = replace(entry, state=state, previous=entries[-1].hash if entries else entry.previous)
            entries.append(replace(changed, hash=_seal(changed)))
        return replace(self, entries=entries, diverges=seq)


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def read(name: str) -> Golden:
    facts = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return Golden(**facts | {"entries": erasure.restored([_entry(each) for each in facts["entries"]])})


def files(version: str) -> dict[str, bytes]:
    """The files of a version as they are kept here."""
    folder = VERSIONS / version
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def write(name: str, golden: Golden, files: Mapping[str, Mapping[str, bytes]]) -> None:
    """Keep a journal, and by their digests the `files` of the versions that it ran on."""
    facts = golden.__dict__ | {"entries": [_facts(entry) for entry in golden.entries]}
    (FOLDER / f"{name}.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for version, kept in files.items():
        for path, data in kept.items():
            target = VERSIONS / version / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


def _facts(entry: Entry) -> dict[str, object]:
    facts = {name: getattr(entry, name) for name in Entry.__slots__}
    hashes = {name: value.hex() for name in HASHES if (value := facts.pop(name)) is not None}
    return facts | hashes | {"at": instant(entry.at)}


def _entry(facts: dict[str, Any]) -> Entry:
    hashes = {name: bytes.fromhex(facts[name]) for name in HASHES if name in facts}
    return Entry(**facts | hashes | {"at": datetime.fromisoformat(facts["at"])})


def _seal(entry: Entry) -> bytes:
    return seal(
        entry.case, entry.seq, entry.at, entry.actor, entry.kind, entry.payload_sha256, entry.state, entry.previous
    )
