"""The organisations of provinces: agencies, divisions, lanes. Every edit is a new revision; earlier ones never change.

A revision is a whole ``province.toml``. The newest one decides who may act and what lanes and agencies are called
today; what a diagram means, its own version decides, which keeps the file with which it was deployed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runner.domain import procedure
from runner.domain.deployment import Revision
from runner.domain.person import Person, Role
from runner.domain.procedure import Province
from runner.domain.procedure.organisation_edit import Edit, NothingChanged, content, lost, same, table
from runner.domain.toml import TomlInvalid
from runner.errors import Conflict, FileInvalid, NotFound, Refused
from runner.services import text_rules
from runner.services.access import role
from runner.services.version_cache import Versions
from runner.store import organisation as organisations
from runner.store.session import Database, Transaction


class OrganisationForbidden(NotFound):
    """Không tìm thấy tổ chức của {province}."""


class OrganisationMoved(Conflict):
    """Tổ chức của tỉnh vừa được sửa (nay là bản {revision}); hãy xem trước lại."""


class OrganisationLost(Refused):
    """Tệp province.toml thiếu {lost}, là những mục mà tổ chức đang áp dụng (bản {revision}) đã có; hãy lấy bản ấy về rồi sửa tiếp (motcua organisation export)."""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Edited:
    """The organisation in force, of `revision`, and what an edit makes of it: as values and as the file."""

    revision: int
    before: Province
    after: Province
    file: bytes


class Organisations:
    """The newest revision of each province's organisation, and those before it."""

    def __init__(self, database: Database, versions: Versions) -> None:
        self.database = database
        self.versions = versions

    def all(self) -> dict[str, Province]:
        """The newest revision of every province, by the province."""
        with self.database.read() as tx:
            return self.versions.organisations_in_force(tx)

    def get(self, province: str) -> Province:
        """The newest revision. Raises `OrganisationForbidden` where there is none."""
        found = self.all().get(province)
        if found is None:
            raise OrganisationForbidden(province=province)
        return found

    def read(self, province: str, person: Person) -> Province:
        """The same, for a person with a role in the province. Raises `OrganisationForbidden`."""
        if province not in readable(person):
            raise OrganisationForbidden(province=province)
        return self.get(province)

    def revision(self, province: str, number: int) -> Province:
        """A revision. Raises `OrganisationForbidden` where there is none of that number."""
        with self.database.read() as tx:
            found = self.versions.organisation(tx, province, number)
        if found is None:
            raise OrganisationForbidden(province=province)
        return found

    def file(self, province: str) -> bytes:
        """The newest revision as a file. Raises `OrganisationForbidden`."""
        with self.database.read() as tx:
            return _newest(tx, province)[1]

    def revisions(self, province: str) -> list[Revision]:
        """Who revised the organisation when and why, the oldest first."""
        with self.database.read() as tx:
            return organisations.revisions(tx, province)

    def edited(self, province: str, edit: Edit, person: Person) -> Edited:
        """What an edit would make of the organisation; nothing is stored.

        Raises `OrganisationForbidden`, `NothingChanged`, `FileInvalid`, or what the edit raises.
        """
        with self.database.read() as tx:
            return self._edited(tx, province, edit, person)

    def revise(
        self, province: str, edit: Edit, reason: str, person: Person, now: datetime, base: int | None = None
    ) -> Edited:
        """Store an edit as the next revision.

        `base` is the revision of which the edit was previewed: raises `OrganisationMoved` where another is in force.
        Raises `ReasonMissing` and what `edited` raises.
        """
        stated = text_rules.reason(reason)
        with self.database.change() as tx:
            edited = self._edited(tx, province, edit, person)
            if base not in (None, edited.revision):
                raise OrganisationMoved(revision=edited.revision)
            organisations.revise(tx, Revision(province, edited.revision + 1, now, person.id, stated), edited.file)
        return edited

    def _edited(self, tx: Transaction, province: str, edit: Edit, person: Person) -> Edited:
        if (province, Role.ADMINISTRATOR) not in person.groups:
            raise OrganisationForbidden(province=province)
        revision, file = _newest(tx, province)
        before = procedure.read_province(file, checked=True)
        after = content(edit(table(file)))
        try:
            read = procedure.read_province(after)
        except TomlInvalid as error:
            raise FileInvalid(name="province.toml", reason=error) from None
        if same(before, read):
            raise NothingChanged
        if gone := lost(before, read):
            raise OrganisationLost(lost=", ".join(gone), revision=revision)
        return Edited(revision, before, read, after)


def adopt(tx: Transaction, read: Province, file: bytes, code: str, by: str, now: datetime) -> None:
    """Make the ``province.toml`` of a version of `code` that is deployed the newest revision, unless it was one before.

    So a copy of a file that was revised meanwhile changes nothing. Raises `OrganisationLost` where a file says nothing
    of what the newest revision has.
    """
    province = read.code
    newest = organisations.newest(tx, province)[1] or 0
    files = (organisations.content(tx, province, each) for each in range(1, newest + 1))
    before = [procedure.read_province(each, checked=True) for each in files if each]
    if any(same(each, read) for each in before):
        return
    if before and (gone := lost(before[-1], read)):
        raise OrganisationLost(lost=", ".join(gone), revision=newest)
    organisations.revise(tx, Revision(province, newest + 1, now, by, f"province.toml: {code}"), file)


def readable(person: Person) -> set[str]:
    """The provinces whose organisation a person may read: with any role there, also for one agency."""
    return {province for province, lane in person.groups if role(lane) in set(Role)}


def _newest(tx: Transaction, province: str) -> tuple[int, bytes]:
    revision = organisations.newest(tx, province)[1] or 0
    file = organisations.content(tx, province, revision)
    if file is None:
        raise OrganisationForbidden(province=province)
    return revision, file
