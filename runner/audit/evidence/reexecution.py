"""A bundle checked by the software itself: as ``verify.py`` does it, and then run again from its own files alone.

The case is put into a database that is thrown away; nothing of this office's goes in. What the bundle holds is hostile
until it is shown to be whole: only then do its diagrams meet the engine, with all limits of a deployment.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from runner.audit.evidence.packing import BundleTooLarge
from runner.audit.evidence.verifier.container import Folder, Zip
from runner.audit.evidence.verifier.contents import CASE, JOURNAL, Bundle
from runner.audit.evidence.verifier.head import SignedHead, read_head, read_keys
from runner.audit.evidence.verifier.program import From, verify
from runner.audit.evidence.verifier.proof import ranges
from runner.audit.evidence.verifier.words import ALTERED, INCOMPLETE, PROVEN, Fault, Findings
from runner.domain import erasure
from runner.domain.deployment import Revision
from runner.domain.journal import Entry, canonical
from runner.domain.person import SYSTEM
from runner.errors import Divergence, MotcuaError, Refused
from runner.language import current, say
from runner.reports import vocabulary
from runner.services.replay import bare, replay
from runner.services.version_cache import Versions
from runner.store import case as cases
from runner.store import erasure as erasures
from runner.store import organisation as organisations
from runner.store import registry
from runner.store.schema import migrate
from runner.store.session import Database, Transaction

MOST: Final = 64 * 1024 * 1024
"""Bytes of the files that are put into the database: versions and revisions, which a deployment bounds too."""
DEPLOYED: Final = ("versions/", "calendars/", "organisations/")
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class GivenUnreadable(Refused):
    """Khóa hoặc mốc đã cho không đúng dạng."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: the `code` of ``verify.py``, its lines in the reader's language, what running it again gave.

    `again` is True where every entry led to the state that it records, False where one did not, None where the case
    could not be run again; `said` tells which.
    """

    code: int
    lines: tuple[str, ...]
    again: bool | None
    said: str


def check(path: Path, *, keys: str = "", head: str = "", digest: str = "") -> Checked:
    """Check the bundle at `path`; `keys` and `head` are texts of what is had from elsewhere, `digest` that of the zip.

    Raises `OSError` where nothing can be read, `GivenUnreadable`.
    """
    findings = Findings(current())
    verify(str(path), _given(keys, head, digest), findings)
    if findings.code == ALTERED:
        return Checked(ALTERED, tuple(findings.lines), None, say("Không chạy lại một gói đã bị sửa."))
    again, said = _run(path)
    code = ALTERED if again is False else INCOMPLETE if again is None and findings.code == PROVEN else findings.code
    return Checked(code, tuple(findings.lines), again, said)


def _given(keys: str, head: str, digest: str) -> From:
    found: SignedHead | None = None
    try:
        known = list(read_keys("key", keys))
        found = read_head("head", head.encode()) if head else None
    except Fault as fault:
        raise GivenUnreadable from fault
    return From(known, found, digest)


def _run(path: Path) -> tuple[bool | None, str]:
    if path.is_dir():
        return _run_again(Bundle(Folder(str(path))))
    with path.open("rb") as file:
        return _run_again(Bundle(Zip(file)))


def _run_again(bundle: Bundle) -> tuple[bool | None, str]:
    case, journal = bundle.json(CASE), bundle.json(JOURNAL)
    if case["withheld"]:
        seqs = ranges(case["withheld"])
        return None, say("Không chạy lại được: nội dung của mục {seqs} không có trong gói.", seqs=seqs)
    try:
        entries = [_entry(journal["case"], each) for each in journal["entries"]]
        with _office() as database, database.change() as tx:
            _furnish(tx, bundle, case)
            for entry in entries:
                cases.append(tx, entry)
            standing = cases.entries(tx, entries[0].case)  # of what was erased, what its erasure kept
            for erased, by in erasure.named(standing).items():
                erasures.erase(tx, entries[0].case, by, [erased])
            versions = Versions()
            replay(tx, versions, bare(tx, versions, standing))
    except Divergence as divergence:
        return False, vocabulary.divergence(divergence)
    except Exception as error:  # whatever it is comes from the bundle, which may be a forger's
        reason = error if isinstance(error, MotcuaError) else type(error).__name__
        return None, say("Không chạy lại được: {reason}", reason=reason)
    return True, say("Chạy lại {count} mục nhật ký, mục nào cũng cho đúng trạng thái đã ghi.", count=len(entries))


@contextmanager
def _office() -> Any:
    """An empty database that is gone when the block ends."""
    with TemporaryDirectory(prefix="motcua-") as folder:
        database = Database(f"sqlite:///{folder}/bundle.db")
        try:
            migrate(database)
            yield database
        finally:
            database.close()


def _furnish(tx: Transaction, bundle: Bundle, case: Mapping[str, Any]) -> None:
    """Put versions and revisions of a bundle into an empty database."""
    province, procedure = case["province"], case["procedure"]
    if sum(bundle.listed[name][0] for name in bundle.listed if name.startswith(DEPLOYED)) > MOST:
        raise BundleTooLarge
    for version in case["versions"]:
        folder = f"versions/{version['folder']}"
        files = {name: b"".join(bundle.files.pieces(f"{folder}/{name}")) for name in bundle.below(folder)}
        registry.deploy(tx, version["digest"], procedure, province, files, LONG_AGO, SYSTEM.id)
    for name in bundle.below("calendars"):
        number = int(name.removesuffix(".json"))
        registry.revise(tx, _revision(province, number), bundle.json(f"calendars/{name}"))
    for name in bundle.below("organisations"):
        number = int(name.removesuffix(".toml"))
        content = b"".join(bundle.files.pieces(f"organisations/{name}"))
        organisations.revise(tx, _revision(province, number), content)


def _revision(province: str, number: int) -> Revision:
    return Revision(province, number, LONG_AGO, SYSTEM.id, "")


def _entry(case: int, told: Mapping[str, Any]) -> Entry:
    return Entry(
        case,
        told["seq"],
        datetime.fromisoformat(told["at"]),
        told["actor"],
        told["kind"],
        None if told["payload"] is None else canonical(told["payload"]),
        bytes.fromhex(told["payload_sha256"]),
        bytes.fromhex(told["state"]),
        bytes.fromhex(told["previous"]),
        bytes.fromhex(told["hash"]),
        bytes.fromhex(told["salt"]) if "salt" in told else None,
    )
