"""Evidence bundles: made of a case for those who check it elsewhere, each one recorded with its ground and digest."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from runner.audit.evidence import collection, packing, personal, proofs
from runner.audit.evidence import report as reports
from runner.audit.evidence.collection import VersionFiles
from runner.audit.evidence.packing import File
from runner.audit.evidence.proofs import HeadForeign, Proofs
from runner.audit.evidence.report import Content, Told
from runner.audit.evidence.script import verify_py
from runner.audit.evidence.verifier.contents import CASE, KEYS, RECORD, REPORT
from runner.domain.case import Case
from runner.domain.journal import Entry, canonical, instant
from runner.domain.person import SYSTEM, Person, Role
from runner.domain.record import Head, RecordEvent, RecordKind
from runner.errors import Divergence, Refused
from runner.language import speaking
from runner.papers.form_set import FormSetUnknown
from runner.record.note import Checkpoint, Note, Verifier
from runner.reports import paper, timeline, vocabulary
from runner.services import text_rules
from runner.services.access import CaseUnknown, holds, permitted
from runner.services.audit import Audit
from runner.services.procedures import Procedures
from runner.services.record_log import RecordLog
from runner.services.witnesses import Witnesses
from runner.store import case as cases
from runner.store import record_event
from runner.store.session import Transaction

PIECE: Final = 1024 * 1024
README: Final = Path(__file__).with_name("bundle_readme.txt")
"""What is in a bundle and how it is checked, in both languages."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was made: its SHA-256 (hex) and size, how many files it has, and the digest of its contents.

    `head` is the size of the newest head in it, 0 for none; `uncovered` are the entries that no head proves yet.
    """

    sha256: str
    size: int
    files: int
    contents: str
    head: int
    entries: int
    uncovered: tuple[int, ...]
    withheld: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a bundle would hold: files of each kind with their bytes, and how far signed heads prove it now.

    `personal` are the entries that would be left out without personal data.
    """

    entries: int
    versions: int
    version_bytes: int
    attachments: int
    attachment_bytes: int
    revisions: int
    personal: int
    heads: int
    events: int
    head: int
    uncovered: int


@dataclass(frozen=True, slots=True)
class _Collected:
    """What the database gave, at one moment."""

    case: Case
    entries: tuple[Entry, ...]
    withheld: frozenset[int]
    versions: tuple[VersionFiles, ...]
    revisions: tuple[File, ...]
    proofs: Proofs
    stamps: tuple[File, ...]


class Evidence:
    """Makes bundles. `keys` are the public keys of log and witnesses, as ``name+hash+key``."""

    def __init__(
        self, audit: Audit, procedures: Procedures, log: RecordLog, witnesses: Witnesses, keys: Sequence[str]
    ) -> None:
        self.audit, self.procedures, self.log, self.witnesses, self.keys = audit, procedures, log, witnesses, keys
        self.database, self.known = audit.transactions.database, audit.transactions.versions

    def outlook(self, case: int, person: Person) -> Outlook:
        """What a bundle of a case would hold. Raises `CaseUnknown`."""
        with self.database.read() as tx:
            whole = self._collected(tx, case, person, everything=True)
            compiled = [self.known.get(tx, each.digest) for each in whole.versions]
        files = collection.named_files(whole.entries)
        return Outlook(
            len(whole.entries),
            sum(len(each.files) for each in whole.versions),
            sum(file.size for each in whole.versions for file in each.files),
            len(files),
            sum(file.size for file in files),
            len(whole.revisions),
            len(personal.withheld(whole.entries, compiled)),
            len(whole.proofs.heads),
            len(whole.proofs.events),
            whole.proofs.heads[-1].size if whole.proofs.heads else 0,
            len(whole.proofs.uncovered),
        )

    def export(
        self,
        case: int,
        ground: str,
        person: Person,
        now: datetime,
        target: BinaryIO,
        *,
        everything: bool = True,
        outside: str = "",
    ) -> Exported:
        """Write the bundle of a case into `target`, which can be read and can seek; record that it was made, and why.

        Without `everything`, what people typed and attached is left out. With a signed head from `outside` the bundle
        shows that its own heads continue that one. Where this process can sign, it signs a head first. Raises
        `CaseUnknown`, `ReasonMissing`, `NoteInvalid`, `HeadForeign`, `BundleTooLarge`, `PaperFailed`.
        """
        stated, given = text_rules.reason(ground), self._head(outside, now) if outside else None
        with self.database.read() as tx:
            self._permitted(tx, case, person)
        self._sign(now)
        with self.database.read() as tx:
            found = self._collected(tx, case, person, everything=everything, outside=given)
        files = self._files(found, stated, person, now, everything=everything)
        packing.pack(files, target)
        digest, size = _measured(target)
        heads = found.proofs.heads
        facts = {
            "case": case,
            "ground": stated,
            "sha256": digest,
            "size": size,
            "files": len(files) + 1,
            "head": heads[-1].size if heads else 0,
            "personal": everything,
            "machine": person.via.machine if person.via else "",
        }
        with self.database.change() as tx:
            record_event.append(tx, RecordKind.EXPORT, person.id, now, str(case), facts, found.case.province)
        return Exported(
            digest,
            size,
            len(files) + 1,
            packing.contents_digest(files),
            heads[-1].size if heads else 0,
            len(found.entries),
            found.proofs.uncovered,
            tuple(sorted(found.withheld)),
        )

    def made(self, case: int, person: Person) -> list[RecordEvent]:
        """The bundles that were made of a case, the newest first. Raises `CaseUnknown`."""
        with self.database.read() as tx:
            self._permitted(tx, case, person)
            return record_event.events(tx, kinds=[RecordKind.EXPORT], subject=str(case))[::-1]

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _permitted(self, tx: Transaction, case: int, person: Person) -> Case:
        """The case, for the system and for auditors and administrators of its agency; others do not hear of it."""
        reader = SYSTEM if person == SYSTEM else person  # one who works on the machine itself, through whatever channel
        found = permitted(tx, self.known, cases.get(tx, case), case, reader)
        if reader is not SYSTEM:
            version = self.known.get(tx, found.version)
            place = self.known.organisation_in_force(tx, found.province) or version.province
            if not any(holds(person, role, version, place) for role in (Role.AUDITOR, Role.ADMINISTRATOR)):
                raise CaseUnknown(case=case)
        return found

    def _sign(self, now: datetime) -> None:
        """A head over all that there is, where this process has the key and the log continues the last head."""
        if self.log.signer is not None:
            with suppress(Refused):
                self.log.finish(now)

    def _head(self, note: str, now: datetime) -> Head:
        """A head that somebody holds, as of the moment that it says.

        Raises `NoteInvalid`, or `HeadForeign` where no key of this log signed it.
        """
        read = Note.read(note)
        found = Checkpoint.read(read.text)
        if not any(read.signed_by(Verifier.read(key)) for key in self.keys):
            raise HeadForeign(size=found.size)
        with suppress(ValueError):
            told = next((line.removeprefix("at ") for line in found.more if line.startswith("at ")), "")
            now = datetime.fromisoformat(told)
        return Head(found.size, now, found.root, str(read))

    def _collected(
        self, tx: Transaction, case: int, person: Person, *, everything: bool, outside: Head | None = None
    ) -> _Collected:
        found = self._permitted(tx, case, person)
        entries = cases.entries(tx, case)
        versions = collection.versions(tx, found, entries)
        withheld = frozenset[int]()
        if not everything:
            compiled = [self.known.get(tx, each.digest) for each in versions]
            withheld = personal.withheld(entries, compiled)
        named = {each.digest: each.procedure for each in versions}
        events = proofs.concerning(tx, case, found.province, entries, named, people=everything)
        revisions = tuple(collection.revision_files(tx, found.province, entries))
        gathered = proofs.gather(tx, entries, events, outside)
        stamps = tuple(proofs.stamp_files(tx, gathered.heads))
        return _Collected(found, tuple(entries), withheld, tuple(versions), revisions, gathered, stamps)

    def _files(self, found: _Collected, ground: str, person: Person, now: datetime, *, everything: bool) -> list[File]:
        """Every file of the bundle but the manifest."""
        case, entries = found.case, found.entries
        attached = collection.named_files(entry for entry in entries if entry.seq not in found.withheld)
        hidden = collection.named_files(entry for entry in entries if entry.seq in found.withheld)
        about = {
            "case": case.id,
            "number": case.number or "",
            "province": case.province,
            "procedure": case.procedure,
            "made": instant(now),
            "by": person.id,
            "ground": ground,
            "versions": [{"digest": each.digest, "folder": each.folder} for each in found.versions],
            "withheld": sorted(found.withheld),
            "erased": [entry.seq for entry in entries if entry.payload is None],
            "withheld_files": len(hidden),
        }
        files = [
            File.json(CASE, canonical(about)),
            collection.journal(case.id, entries, found.withheld),
            File.json(RECORD, found.proofs.record),
            File.of(KEYS, "".join(f"{key}\n" for key in self.keys).encode()),
            File.of("README.txt", README.read_bytes()),
            File.of("verify.py", verify_py()),
            *(File.of(f"heads/{head.size}.txt", self.witnesses.cosigned(head).encode()) for head in found.proofs.heads),
            *found.stamps,
            *(file for each in found.versions for file in each.files),
            *found.revisions,
            *collection.attached_files(self.database, case.id, attached),
        ]
        if everything:
            files += self._papers(case.id)
        content = self._content(found, ground, person, now, files, everything=everything)
        return [*files, File.of(REPORT, reports.report(content))]

    def _papers(self, case: int) -> list[File]:
        """The papers that the case issued, where it replays."""
        with suppress(Divergence, FormSetUnknown):
            return [
                File.of(f"papers/{each.issued.name}.pdf", each.pdf)
                for each in paper.everything(self.audit, case, SYSTEM)
            ]
        return []

    def _content(
        self,
        found: _Collected,
        ground: str,
        person: Person,
        now: datetime,
        files: Sequence[File],
        *,
        everything: bool,
    ) -> Content:
        case = found.case
        with speaking("vi"):
            told, overdue, divergence = self._told(found, now)
        version = self.audit.version(case)
        return Content(
            case,
            version,
            self.procedures.number(case.version),
            person,
            now,
            ground,
            divergence,
            told,
            len(found.entries),
            overdue,
            tuple(sorted(found.withheld)),
            found.proofs,
            len(files) + 2,
            packing.contents_digest(files),
            everything,
        )

    def _told(self, found: _Collected, now: datetime) -> tuple[tuple[Told, ...], tuple[str, ...], str]:
        """The entries in words, the tasks that are late now, and why the case does not replay."""
        case = found.case.id
        try:
            line = timeline.describe(self.audit, self.procedures, case, SYSTEM, now)
            _, _, steps = self.audit.history(case, SYSTEM)
        except Divergence as error:
            told = tuple(Told(entry.seq, entry.at, entry.actor, entry.kind) for entry in found.entries)
            return told, (), vocabulary.divergence(error)
        late = [mark.name for mark in line.marks if mark.task and mark.due and mark.due < now and not mark.paused]
        return reports.told(line.events, steps, found.withheld), tuple(dict.fromkeys(late)), ""


def _measured(target: BinaryIO) -> tuple[str, int]:
    """The SHA-256 and size of what was written, which is then at its beginning."""
    target.seek(0)
    hashed, size = sha256(), 0
    while piece := target.read(PIECE):
        hashed.update(piece)
        size += len(piece)
    target.seek(0)
    return hashed.hexdigest(), size
