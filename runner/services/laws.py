"""The rules of law of provinces, in revisions: every edit is a new one, and earlier ones never change.

They are no part of a procedure's version: a rule may change while cases run, and then judges them all, those that are
over too. See docs/adr/0035.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from runner.domain import toml
from runner.domain.deployment import Revision
from runner.domain.person import Person, Role
from runner.domain.toml import TomlInvalid
from runner.errors import Conflict, FileInvalid, NotFound, Refused
from runner.law import reader
from runner.law.rule import Rule
from runner.services import content, text_rules
from runner.services.access import role
from runner.services.version_cache import Versions
from runner.store import law, registry
from runner.store.session import Database, Transaction
from runner.unicode import composed

READERS: Final = frozenset(Role)
"""The roles that read the rules of their province; analysts edit them."""


class RulesForbidden(NotFound):
    """Không tìm thấy quy tắc của {province}."""


class RulesMoved(Conflict):
    """Quy tắc của tỉnh vừa được sửa (nay là bản {revision}); hãy xem lại rồi sửa tiếp."""


class RulesUnchanged(Refused):
    """Tệp quy tắc không khác bản đang áp dụng."""


class RulesMisnamed(Refused):
    """Tệp quy tắc phải tên là rules.toml, hoặc <mã thủ tục>.rules.toml của một thủ tục đã triển khai."""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of a province in a revision: the files by their names."""

    province: str
    revision: int
    files: Mapping[str, bytes]

    def of(self, procedure: str) -> tuple[Rule, ...]:
        """The rules of one procedure."""
        return reader.of(procedure, self.files, checked=True)


class Laws:
    """The newest revision of each province's rules, and those before it."""

    def __init__(self, database: Database, versions: Versions) -> None:
        self.database = database
        self.versions = versions

    def readable(self, person: Person) -> list[str]:
        """The provinces with rules that a person may read: with any role there, also for one agency."""
        with self.database.read() as tx:
            known = law.provinces(tx)
        return sorted(known.keys() & {place for place, lane in person.groups if role(lane) in READERS})

    def read(self, province: str, person: Person) -> RuleBook:
        """The rules in force, for a person with a role in the province. Raises `RulesForbidden`."""
        if province not in self.readable(person):
            raise RulesForbidden(province=province)
        return self.get(province)

    def get(self, province: str) -> RuleBook:
        """The rules in force. Raises `RulesForbidden` where there are none."""
        book = self.book(province)
        if not book.revision:
            raise RulesForbidden(province=province)
        return book

    def book(self, province: str) -> RuleBook:
        """The rules in force; of a province without rules an empty book, of revision 0."""
        with self.database.read() as tx:
            revision = law.newest(tx, province)
            return RuleBook(province, revision, self.versions.rules(tx, province, revision))

    def rules(self, procedure: str) -> tuple[Rule, ...]:
        """The rules in force for one procedure; none where its province has none."""
        province = procedure.partition("/")[0]
        with self.database.read() as tx:
            files = self.versions.rules(tx, province, law.newest(tx, province))
        return reader.of(procedure, files, checked=True)

    def file(self, province: str, name: str) -> bytes:
        """A file of the rules in force. Raises `RulesForbidden` where there is none of that name."""
        data = self.get(province).files.get(name)
        if data is None:
            raise RulesForbidden(province=f"{province} ({name})")
        return data

    def provinces(self) -> list[str]:
        """The provinces that have rules."""
        with self.database.read() as tx:
            return sorted(law.provinces(tx))

    def revisions(self, province: str) -> list[Revision]:
        """Who revised the rules when and why, the oldest first."""
        with self.database.read() as tx:
            return law.revisions(tx, province)

    def revise(
        self,
        province: str,
        name: str,
        data: bytes,
        reason: str,
        person: Person,
        now: datetime,
        base: int | None = None,
    ) -> RuleBook:
        """Store a file of rules, by an analyst of the province, as part of the next revision.

        `base` is the revision that was edited: raises `RulesMoved` where another is in force. Raises `RulesForbidden`,
        `RulesMisnamed`, `FileInvalid` with all that is wrong, `RulesUnchanged`, `ReasonMissing`.
        """
        stated = text_rules.reason(reason)
        if (province, Role.ANALYST) not in person.groups:
            raise RulesForbidden(province=province)
        checked = check(name, data)
        with self.database.change() as tx:
            codes = {row.procedure for row in registry.versions(tx) if row.province == province}
            if name != reader.NAME and f"{province}/{name.removesuffix(f'.{reader.NAME}')}" not in codes:
                raise RulesMisnamed
            before = law.newest(tx, province)
            if base not in (None, before):
                raise RulesMoved(revision=before)
            files = law.files(tx, province, before)
            if files.get(name) == checked:
                raise RulesUnchanged
            law.revise(tx, Revision(province, before + 1, now, person.id, stated), files | {name: checked})
        return self.get(province)


def check(name: str, data: bytes) -> bytes:
    """A file of rules as it is stored, in NFC. Raises `RulesMisnamed`, `FileInvalid`."""
    if name != reader.NAME and not name.endswith(f".{reader.NAME}"):
        raise RulesMisnamed
    try:
        reader.read(data)
    except TomlInvalid as error:
        raise FileInvalid(name=name, reason=error) from None
    return composed(data.decode()).encode()


def beside(root: Path, province: str) -> dict[str, bytes]:
    """The files of rules of a province in a content root, checked, by their names.

    Raises `FileInvalid`, and what the content root raises for what lies outside of it or is too large.
    """
    read, found = content.folder(root), {}
    for path in sorted((root / "bpmn" / province).glob(f"*{reader.NAME}")):
        if (data := read(f"bpmn/{province}/{path.name}", toml.MAX_BYTES)) is not None:
            found[path.name] = check(path.name, data)
    return found


def adopt(tx: Transaction, root: Path, provinces: Iterable[str], by: str, now: datetime) -> None:
    """Make the rules beside what is deployed the newest revisions of these provinces.

    A file that a revision had before, under its name, changes nothing: so a stale copy undoes no edit.
    """
    for province in sorted(set(provinces)):
        newest = law.newest(tx, province)
        files = law.files(tx, province, newest)
        before = [law.files(tx, province, each) for each in range(1, newest + 1)]
        fresh = {
            name: data
            for name, data in beside(root, province).items()
            if not any(each.get(name) == data for each in before)
        }
        if fresh:
            law.revise(tx, Revision(province, newest + 1, now, by, ", ".join(sorted(fresh))), files | fresh)
