"""What a desktop modeler deploys becomes a draft; a token of scope *submit* also asks for its approval.

Nothing comes into force here, whoever deploys: that is for the second person. The same deployment again changes
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from runner.authoring import drafts
from runner.authoring.approvals import Approvals
from runner.authoring.check import Located, check
from runner.authoring.drafts import Drafts, may
from runner.authoring.refusal import DraftExists
from runner.bpmn import Diagram
from runner.domain.deployment import ProcedureUnknown
from runner.domain.person import Person
from runner.domain.procedure_draft import DraftStatus, Origin, ProcedureDraft
from runner.errors import DiagramInvalid, MotcuaError, Refused
from runner.services import content
from runner.services.bundle import CALLED, read_diagram
from runner.store import registry
from runner.store.session import Database, Transaction

KINDS: Final = (".bpmn", ".toml", ".dmn", ".form")


class DiagramsUnclear(Refused):
    """Mỗi lần triển khai một thủ tục: đúng một sơ đồ thủ tục, cùng các quy trình mà nó gọi; ở đây có {count}."""


class ProcessForeign(DiagramInvalid):
    """Sơ đồ {name} không cho biết là của thủ tục nào: id của quy trình là “{process}”, trong khi phải là <tỉnh>_<mã>, ví dụ ha-tinh_QT.BC.01, với một tỉnh đã có ở đây. Hãy đặt lại id của quy trình; thủ tục của một tỉnh mới thì lập trên trang Quy trình."""  # noqa: E501


class FileUnknown(Refused):
    """Tệp {name} không dùng được: chỉ nhận sơ đồ .bpmn, số liệu quyết định .toml, bảng phí .dmn và biểu mẫu .form."""


class FileTwice(Refused):
    """Hai tệp cùng tên {name}."""


class DeploymentFaulty(DiagramInvalid):
    """Bản nháp {draft} của {procedure} đã lưu nhưng còn {count} lỗi; hãy sửa rồi triển khai lại:"""

    def __init__(self, draft: ProcedureDraft, findings: list[Located]) -> None:
        errors = sum(each.is_error for each in findings)
        super().__init__(draft=draft.id, procedure=draft.procedure, count=errors)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Deployment:
    """What became of a deployment: the draft that holds it, None where it is what is in force already.

    `changed`: the draft was not so before. `file` is the procedure's diagram, `process` its id.
    """

    procedure: str
    process: str
    file: str
    draft: ProcedureDraft | None
    changed: bool


class Desktop:
    """Deployments of desktop modelers."""

    def __init__(self, database: Database, drafts: Drafts, approvals: Approvals) -> None:
        self.database = database
        self.drafts = drafts
        self.approvals = approvals

    def deploy(self, sent: Mapping[str, bytes], person: Person, now: datetime, *, submit: bool = False) -> Deployment:
        """Save the files in the draft of their procedure, beginning one where there is none.

        `sent` are the files by the names that the modeler gives them. Raises `DeploymentFaulty` when the draft, which
        is saved, has errors; `DiagramsUnclear`, `ProcessForeign`, `FileUnknown`, `FileTwice`, and what `Drafts` and
        `Approvals.submit` raise.
        """
        procedure, files = self._placed(sent, now)
        with self.database.read() as tx:
            if not may(procedure.partition("/")[0], person, set(registry.calendars(tx))):
                raise ProcedureUnknown(procedure=procedure)
        made = Deployment(procedure, content.process_id(procedure), f"bpmn/{procedure}.bpmn", None, False)
        draft, changed = self._kept(procedure, files, person, now)
        if draft is None:
            return made
        findings = check(procedure, self.drafts.files(draft.id, person))
        if any(each.is_error for each in findings):
            raise DeploymentFaulty(draft, findings)
        if submit and draft.status != DraftStatus.SUBMITTED:
            self.approvals.submit(draft.id, person, now)
        return Deployment(procedure, made.process, made.file, draft, changed)

    def _kept(
        self, procedure: str, files: Mapping[str, bytes], person: Person, now: datetime
    ) -> tuple[ProcedureDraft | None, bool]:
        """The draft with these files, and whether it was changed; None when they are in force as they are."""
        draft = next((each for each in self.drafts.all(person) if each.procedure == procedure and each.is_open), None)
        if draft is None:
            with self.database.read() as tx:
                standing = registry.in_force(tx, procedure, now)
                before = (
                    registry.files(tx, standing.version)
                    if standing and standing.version
                    else _shared(tx, procedure, files, now)
                )
            if standing and {**before, **files} == before:
                return None, False
            try:
                return self.drafts.create(procedure, {**before, **files}, person, now, Origin.MODELER), True
            except DraftExists as error:  # the same request, or another, came at the same time
                draft = self.drafts.get(int(str(error.facts["draft"])), person)
        before = self.drafts.files(draft.id, person)
        if {**before, **files} == before:
            return draft, False
        self.drafts.save(draft.id, files, person, now, base=draft.save)
        return self.drafts.get(draft.id, person), True

    def _placed(self, sent: Mapping[str, bytes], now: datetime) -> tuple[str, dict[str, bytes]]:
        """The procedure, and its files by their names in a content root."""
        named: dict[str, bytes] = {}
        for name, data in sent.items():
            base = name.replace("\\", "/").rpartition("/")[2]
            if not base.endswith(KINDS):
                raise FileUnknown(name=base[:100])
            if base in named:
                raise FileTwice(name=base[:100])
            named[base] = data
        diagrams = {name: read_diagram(name, data) for name, data in named.items() if name.endswith(".bpmn")}
        with self.database.read() as tx:
            codes = {name: _code(tx, name, drawn) for name, drawn in diagrams.items()}
            known = {row.procedure for row in registry.known(tx, now)}
            parts = {name for name, code in codes.items() if registry.has_file(tx, _place(name, code, True))}
        asked = {node.called for drawn in diagrams.values() for node in drawn.nodes.values() if node.called}
        called = {name for name, code in codes.items() if code not in known and content.process_id(code) in asked}
        main = [name for name in codes if name not in called]
        if len(main) != 1:
            raise DiagramsUnclear(count=len(main))
        procedure = codes[main[0]]
        if main[0] in parts and procedure not in known:
            raise content.CalledAlone(name=main[0])
        return procedure, {
            _place(name, codes.get(name, procedure), name in called): data for name, data in named.items()
        }


def _code(tx: Transaction, name: str, drawn: Diagram) -> str:
    """The code that a diagram's executable process names. Raises `ProcessForeign`."""
    processes = [process.id for process in drawn.processes.values() if process.executable]
    code = content.code_of(processes[0]) if len(processes) == 1 else ""
    if code.partition("/")[0] not in registry.calendars(tx):
        raise ProcessForeign(name=name, process=", ".join(processes)[:100])
    return code


def _shared(tx: Transaction, procedure: str, files: Mapping[str, bytes], now: datetime) -> dict[str, bytes]:
    """What a new procedure's diagram refers to and other procedures have: forms, tables, called processes."""
    others: dict[str, bytes] = {}
    for row in sorted(registry.known(tx, now), key=lambda row: row.at):
        others |= registry.files(tx, row.digest)
    try:
        return dict(drafts.assembled(procedure, {**others, **files}).files)
    except MotcuaError:  # told as a finding
        return {}


def _place(name: str, code: str, called: bool) -> str:
    """Where a content root has a file; `code` is that of the diagram, or of the procedure that it goes with."""
    if name.endswith(".form"):
        return f"forms/{name}"
    if not name.endswith(".bpmn"):
        return f"bpmn/{code.partition('/')[0]}/{name}"
    return f"bpmn/{code.replace('/', f'/{CALLED}/')}.bpmn" if called else f"bpmn/{code}.bpmn"
