"""The draft of a new procedure, drawn from its description or made from a procedure in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from runner.authoring import files as names
from runner.authoring import skeleton
from runner.authoring.drafts import Drafts
from runner.authoring.renaming import Renaming, renamed
from runner.domain.person import Person, Role
from runner.domain.procedure import Province
from runner.domain.procedure_draft import Origin, ProcedureDraft
from runner.errors import Refused
from runner.services import content
from runner.services.procedures import Procedures


class CodeTaken(Refused):
    """Đã có thủ tục {procedure}. Hãy chọn mã khác, hoặc sửa thủ tục ấy ở danh sách quy trình."""


class TextTooLong(Refused):
    """Lời của quyết định dài quá {limit} byte; hãy chỉ dán phần về thủ tục này."""


class ProvinceMissing(Refused):
    """Chưa tỉnh nào mà anh/chị phân tích có thủ tục đang áp dụng; hãy nhập thủ tục đầu tiên bằng tệp zip."""


class NewProcedures:
    """Makes drafts of procedures that are not there yet. They raise `CodeTaken`, and what `Drafts.create` raises."""

    def __init__(self, procedures: Procedures, drafts: Drafts) -> None:
        self.procedures = procedures
        self.drafts = drafts

    def provinces(self, person: Person, now: datetime) -> dict[str, Province]:
        """The provinces of which a person is an analyst, by code. Raises `ProvinceMissing` where none is known."""
        known = {each.province.code: each.province for each in self.procedures.known(now)}
        found = {code: each for code, each in known.items() if (code, Role.ANALYST) in person.groups}
        if not found:
            raise ProvinceMissing
        return found

    def draw(
        self, about: skeleton.Description, province: Province, person: Person, now: datetime, text: str = ""
    ) -> ProcedureDraft:
        """The draft of a procedure as it is described; `text` is the decision's, kept beside it."""
        files = skeleton.build(about, province, content.shared_forms(content.shipped()))
        return self._create(about.code, files, person, now, Origin.FORM, text)

    def copy(
        self, source: str, named: skeleton.Named, province: Province, person: Person, now: datetime
    ) -> ProcedureDraft:
        """The draft of a copy of the procedure `source`, as it is in force. Raises `ProcedureUnknown` too."""
        version = self.procedures.in_force(source, now)
        to = Renaming(source, named.code, named.title, named.title_en, named.decision)
        files = renamed(self.procedures.files(version.digest), to, province)
        return self._create(named.code, files, person, now, Origin.COPY, "")

    def _create(
        self, code: str, files: Mapping[str, bytes], person: Person, now: datetime, origin: Origin, text: str
    ) -> ProcedureDraft:
        if any(each.procedure == code for each in self.procedures.versions_of()):
            raise CodeTaken(procedure=code)
        whole = dict(files)
        if text.strip():
            name = names.decision_text(code)
            whole[name] = f"{text.strip()}\n".encode()
            if len(whole[name]) > names.limit(name):
                raise TextTooLong(limit=names.limit(name))
        return self.drafts.create(code, whole, person, now, origin)
