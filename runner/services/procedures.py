"""Puts procedures into force: lints, compiles and stores the files of a content root as an unchanging version."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runner.config import find_root
from runner.domain.calendar import Calendar
from runner.domain.deployment import Deployed, Enforcement, ProcedureUnknown, Revision, VersionAltered
from runner.domain.person import SYSTEM, Person, Role
from runner.errors import DiagramInvalid, NotFound, Refused
from runner.services import content, holiday
from runner.services.access import does
from runner.services.bundle import Bundle
from runner.services.confirmation import expect_proof
from runner.services.content import is_called
from runner.services.laws import adopt as adopt_rules
from runner.services.organisations import adopt
from runner.services.version import Version, compiled
from runner.services.version_cache import Versions
from runner.store import registry
from runner.store.session import Database, Transaction

if TYPE_CHECKING:
    from runner.lint.finding import Finding


class NothingToDeploy(NotFound):
    """Không có sơ đồ nào trong {path}."""


class LintFailed(DiagramInvalid):
    """Sơ đồ {name} có {count} lỗi nên chưa được triển khai:"""

    def __init__(self, name: str, findings: list[Finding]) -> None:
        super().__init__(name=name, count=len(findings))
        self.findings = findings

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"- {found.message}" for found in self.findings)])


class VersionUnknown(NotFound):
    """Thủ tục {procedure} không có phiên bản {number}."""


class DeployerRefused(Refused):
    """{person} không phải chuyên viên phân tích của {province} nên không được triển khai thủ tục."""


class SecondPersonNeeded(Refused):
    """Khi vận hành thật, đưa thủ tục {procedure} vào áp dụng cần hai chuyên viên phân tích: một người trình, một người khác phê duyệt."""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Deployment:
    """A stored version; `number` counts the versions of its procedure.

    `new`: this deployment stored it. `enforced`: this deployment put it into force. `by`: as in `Deployed`.
    """

    version: Version
    number: int
    new: bool
    enforced: bool
    by: str


class Procedures:
    """The stored versions of procedures, and which of them are in force.

    In `production` a second analyst approves what changes a procedure that has ever been in force.
    """

    def __init__(self, database: Database, versions: Versions, *, production: bool = False) -> None:
        self.database = database
        self.versions = versions
        self.production = production

    def deploy(
        self, path: Path, person: Person, now: datetime, *, keep: bool = False, approver: Person | None = None
    ) -> list[Deployment]:
        """Deploy the diagram at `path`, or all diagrams of the folder, and put them into force: all or none.

        A stored version stays as it is and comes into force again if another one is; with `keep` it does not, nor does
        a new one where two analysts decided what stands, so that a start of the office does not undo what they decided.
        A new province gets its calendar; rules of law beside the diagrams become its newest revision.

        `person` is an analyst of the province (for a new one: of any), or `SYSTEM` for the installation itself, whose
        own content is recorded as that of its release; `approver` is the analyst who agrees. Raises `NothingToDeploy`,
        `DeployerRefused`, `SecondPersonNeeded`, `LintFailed`, or what compiling raises.
        """
        bundles, root = found(path), find_root(path)
        ready = [(bundle, sound(bundle)) for bundle in bundles]
        done = []
        by = content.release(root) if person is SYSTEM and root else person.id
        with self.database.change() as tx:
            deployed = registry.versions(tx)
            known, provinces = {row.digest for row in deployed}, {row.province for row in deployed}
            for bundle, version in ready:
                code, place = version.procedure.code, version.province.code
                permit(person, place, place in provinces)
                number = store(tx, bundle, version, now, by)
                new = version.digest not in known
                standing = registry.in_force(tx, code, now) if keep else None
                kept = keep and (not new or bool(standing and standing.approved_by))
                enforced = not kept and self._enforce(tx, code, version.digest, person, approver, now, by)
                done.append(Deployment(version, number, new, enforced, by))
            if root:
                adopt_rules(tx, root, {version.province.code for _, version in ready}, by, now)
        for each in done:
            self.versions.keep(each.version)
        return done

    def enforce(
        self, procedure: str, number: int, person: Person, now: datetime, *, approver: Person | None = None
    ) -> bool:
        """Put a stored version into force for new cases; running cases stay on theirs. False when it already is.

        Raises `VersionUnknown`, `SecondPersonNeeded`, and `ProcedureUnknown` also for people who are no analysts of the
        province.
        """
        with self.database.change() as tx:
            known = {row.number: row for row in registry.versions(tx) if row.procedure == procedure}
            allowed = person is SYSTEM or any((row.province, Role.ANALYST) in person.groups for row in known.values())
            if not allowed:
                raise ProcedureUnknown(procedure=procedure)
            if number not in known:
                raise VersionUnknown(procedure=procedure, number=number)
            return self._enforce(tx, procedure, known[number].digest, person, approver, now, person.id)

    def _enforce(
        self,
        tx: Transaction,
        procedure: str,
        digest: str,
        person: Person,
        approver: Person | None,
        now: datetime,
        by: str,
    ) -> bool:
        """Put a version into force at once. Raises `SecondPersonNeeded`, `DeployerRefused` for the one who approves."""
        standing = registry.in_force(tx, procedure, now)
        if standing and standing.version == digest:
            return False
        if approver:
            expect_proof(approver)
            permit(approver, procedure.partition("/")[0], known=True)
        if (self.production and standing and not approver) or (approver and approver.id == person.id):
            raise SecondPersonNeeded(procedure=procedure)
        return registry.enforce(tx, procedure, digest, now, by, approved_by=approver.id if approver else "")

    def enforcements(self, procedure: str) -> list[Enforcement]:
        """Every enforcement and repeal of `procedure`, in the order of recording."""
        with self.database.read() as tx:
            return registry.enforcements(tx, procedure)

    def standing(self, procedure: str, now: datetime) -> Enforcement | None:
        """What puts a version of `procedure` into force at `now`, or repeals it; None where nothing ever did."""
        with self.database.read() as tx:
            return registry.in_force(tx, procedure, now)

    def coming(self, procedure: str, now: datetime) -> list[Enforcement]:
        """What will change what is in force after `now`, the soonest first; what was taken back is left out."""
        with self.database.read() as tx:
            last = {
                each.effective: each
                for each in registry.enforcements(tx, procedure)
                if each.effective > max(now, each.at)
            }
            before, found = registry.in_force(tx, procedure, now), []
        for each in (last[moment] for moment in sorted(last)):
            if before is None or (each.version, each.successor) != (before.version, before.successor):
                found.append(each)
            before = each
        return found

    def versions_of(self) -> list[Deployed]:
        """Every version of every procedure, by procedure and number."""
        with self.database.read() as tx:
            return registry.versions(tx)

    def in_force(self, procedure: str, now: datetime) -> Version:
        """The version on which new cases start at `now`. Raises `ProcedureUnknown`, `ProcedureRepealed`."""
        with self.database.read() as tx:
            return self.versions.in_force(tx, procedure, now)

    def last(self, procedure: str, now: datetime) -> Version:
        """The version in force at `now`; of a repealed procedure the last one that was. Raises `ProcedureUnknown`."""
        with self.database.read() as tx:
            digest = next((row.digest for row in registry.known(tx, now) if row.procedure == procedure), None)
            if digest is None:
                raise ProcedureUnknown(procedure=procedure)
            return self.versions.get(tx, digest)

    def current(self, now: datetime) -> list[Version]:
        """The version in force at `now` of every procedure that is not repealed, by procedure."""
        with self.database.read() as tx:
            return self._whole(tx, registry.current(tx, now))

    def known(self, now: datetime) -> list[Version]:
        """The same with the last version of the procedures that are repealed: their cases go on."""
        with self.database.read() as tx:
            return self._whole(tx, registry.known(tx, now))

    def _whole(self, tx: Transaction, deployed: list[Deployed]) -> list[Version]:
        """Their versions, without those whose files were altered: a verification tells of them."""
        found = []
        for row in deployed:
            with suppress(VersionAltered):
                found.append(self.versions.get(tx, row.digest))
        return found

    def deployed(self, now: datetime) -> list[Deployed]:
        """The deployment of the version in force at `now` of every procedure, by procedure."""
        with self.database.read() as tx:
            return registry.current(tx, now)

    def openable(self, person: Person, now: datetime) -> list[Version]:
        """The versions of which `person` may begin cases: their diagrams start in a lane of the person."""
        with self.database.read() as tx:
            places = self.versions.organisations_in_force(tx)
        return [
            each
            for each in self.current(now)
            if does(person, places.get(each.province.code, each.province), each.opening_lane)
        ]

    def version(self, digest: str) -> Version:
        """The version with `digest`, in force or not. Raises `ProcedureUnknown`."""
        with self.database.read() as tx:
            return self.versions.get(tx, digest)

    def number(self, digest: str) -> int:
        """The number of a version within its procedure. Raises `ProcedureUnknown`."""
        with self.database.read() as tx:
            found = registry.version(tx, digest)
        if found is None:
            raise ProcedureUnknown(procedure=digest)
        return found.number

    def bundle(self, digest: str) -> Bundle:
        """The files of a version, as they were deployed. Raises `ProcedureUnknown`."""
        with self.database.read() as tx:
            found = registry.version(tx, digest)
            if found is None:
                raise ProcedureUnknown(procedure=digest)
            return Bundle.stored(found.procedure, registry.files(tx, digest))

    def file(self, digest: str, name: str) -> bytes:
        """A file of a version as it was deployed, by its path in the content root. Raises `ProcedureUnknown`."""
        files = self.files(digest)
        if name not in files:
            raise ProcedureUnknown(procedure=f"{digest} {name}")
        return files[name]

    def files(self, digest: str) -> Mapping[str, bytes]:
        """All files of a version as it was deployed, by their paths in the content root; none of an unknown one."""
        with self.database.read() as tx:
            return registry.files(tx, digest)

    def calendar(self, province: str) -> Calendar:
        """The calendar in force in a province. Raises `CalendarUnknown`."""
        with self.database.read() as tx:
            return self.versions.calendar_in_force(tx, province)


def found(path: Path) -> list[Bundle]:
    """The bundles of the diagram at `path`, or of all in the folder. Raises `NothingToDeploy`."""
    root = find_root(path)
    diagrams = [path] if path.is_file() else [each for each in sorted(path.glob("**/*.bpmn")) if not is_called(each)]
    if root is None or not diagrams:
        raise NothingToDeploy(path=path)
    return [content.load(diagram, root) for diagram in diagrams]


def sound(bundle: Bundle) -> Version:
    """The version of a bundle without errors. Raises `LintFailed`, or what compiling raises."""
    from runner.lint import lint, lint_table

    for table in bundle.tables.values():
        _sound(f"{table.id}.dmn", lint_table(table))
    for diagram in bundle.diagrams.values():
        _sound(diagram.name, lint(diagram, bundle.beside(diagram), looks=False))
    return compiled(bundle)


def store(tx: Transaction, bundle: Bundle, version: Version, now: datetime, by: str) -> int:
    """Store a sound version, with the first calendar of a province that has none, and its organisation; its number."""
    province = version.province
    if registry.calendar_revision(tx, province.code) is None:
        first = Revision(province.code, 1, now, by, holiday.source())
        registry.revise(tx, first, holiday.calendar(province, first.revision).to_json())
    code = version.procedure.code
    adopt(tx, province, bundle.files[f"bpmn/{province.code}/province.toml"], code, by, now)
    return registry.deploy(tx, version.digest, code, province.code, bundle.files, now, by)


def permit(person: Person, province: str, known: bool) -> None:
    """Raises `DeployerRefused` unless `person` is an analyst of the province, or of any where it is not `known`."""
    analyses = {place for place, role in person.groups if role == Role.ANALYST}
    if person is not SYSTEM and not (province in analyses if known else analyses):
        raise DeployerRefused(person=person.name, province=province)


def _sound(name: str, findings: list[Finding]) -> None:
    """Raises `LintFailed` when there are errors among the findings on the file `name`."""
    if errors := [found for found in findings if found.severity == "error"]:
        raise LintFailed(name, errors)
