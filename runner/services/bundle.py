"""A procedure with everything it refers to: each file is read once, for the linter, the engine and the store alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from runner import bpmn
from runner.bpmn import Diagram
from runner.dmn import reader
from runner.domain import form as forms
from runner.domain import journal, procedure
from runner.domain.calendar import Calendar
from runner.domain.decision import Table
from runner.domain.form import Form, FormInvalid
from runner.domain.person import KINDS
from runner.domain.procedure import Procedure, Province
from runner.domain.toml import TomlInvalid
from runner.errors import DiagramInvalid, FileInvalid, NotFound, Refused

if TYPE_CHECKING:
    from runner.lint.content import Content

CALLED: Final = "called"
"""The folder of a province's processes that procedures call."""


class FileMissing(NotFound):
    """Không tìm thấy tệp {name}."""


class Misnamed(Refused):
    """Tệp {name} ghi mã “{found}”, trong khi theo tên tệp mã phải là “{expected}”."""


class ProcessMisnamed(Misnamed):
    """Tệp {name} có quy trình với id “{found}”; theo tên tệp, id của quy trình phải là “{expected}”. Hãy đặt lại id của quy trình, hoặc đổi tên tệp."""  # noqa: E501


@dataclass(frozen=True)
class Bundle:
    """A version of the procedure `code`: its files, and the diagrams among them as read, by path in the content root.

    Files that the diagrams refer to and the root does not have are left out: the linter names them with their place in
    the diagram. Properties raise `FileInvalid` or `Misnamed` for files that cannot be used.
    """

    code: str
    files: Mapping[str, bytes]
    diagrams: Mapping[str, Diagram]
    checked: bool = False
    """Whether it is stored: its facts were checked when it was deployed."""

    @classmethod
    def stored(cls, code: str, files: Mapping[str, bytes]) -> Bundle:
        """The bundle of a version that was deployed. Raises `FileInvalid`."""
        diagrams = {name: read_diagram(name, data) for name, data in files.items() if name.endswith(".bpmn")}
        return cls(code, files, diagrams, checked=True)

    @cached_property
    def digest(self) -> str:
        """The version's identity: SHA-256 (hex) over the sorted names of the files and the SHA-256 of each."""
        manifest = [[name, sha256(data).hexdigest()] for name, data in sorted(self.files.items())]
        return journal.digest(journal.canonical(manifest)).hex()

    @property
    def diagram(self) -> Diagram:
        """The procedure's own diagram."""
        return self.diagrams[f"bpmn/{self.code}.bpmn"]

    @property
    def called(self) -> list[Diagram]:
        """The diagrams that the procedure's own diagram calls, directly or not."""
        return [diagram for diagram in self.diagrams.values() if diagram is not self.diagram]

    @cached_property
    def procedure(self) -> Procedure:
        """The decision's facts. Raises `FileMissing` where there are none."""
        name = f"bpmn/{self.code}.toml"
        try:
            facts = procedure.read_procedure(self._file(name), self.checked, self.lanes)
        except TomlInvalid as error:
            raise FileInvalid(name=name, reason=error) from None
        _same(name, facts.code, self.code)
        return facts

    @cached_property
    def province(self) -> Province:
        """The province. Raises `FileMissing` where there is none."""
        code = self.code.partition("/")[0]
        name = f"bpmn/{code}/province.toml"
        try:
            province = procedure.read_province(self._file(name), self.checked)
        except TomlInvalid as error:
            raise FileInvalid(name=name, reason=error) from None
        _same(name, province.code, code)
        return province

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        """The forms by their id."""
        for read in self._forms.values():
            if not isinstance(read, Form):
                raise read
        return MappingProxyType({id: read for id, read in self._forms.items() if isinstance(read, Form)})

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """The decision tables by their id."""
        found = {}
        for name, data in self.files.items():
            if name.endswith(".dmn"):
                try:
                    table = reader.read(data)
                except DiagramInvalid as error:
                    raise FileInvalid(name=name, reason=error) from None
                _same(name, table.id, _stem(name))
                found[table.id] = table
        return MappingProxyType(found)

    def beside(self, diagram: Diagram) -> Content:
        """What the linter needs of the files beside one of the diagrams.

        A form that cannot be used is None. The decision speaks of the procedure's own diagram only.
        """
        from runner.lint.content import Content

        own = diagram is self.diagram and f"bpmn/{self.code}.toml" in self.files
        return Content(
            {id: read if isinstance(read, Form) else None for id, read in self._forms.items()},
            self.tables,
            [other for other in self.diagrams.values() if other is not diagram],
            self.procedure if own else None,
            called=diagram is not self.diagram or f"/{CALLED}/" in self.code,
            calendar=self._calendar if own and self._has_province else None,
            province=self.province if self._has_province else None,
        )

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lanes that the facts may name: those of the province, where its file can be read."""
        try:
            return tuple(self.province.kinds if self._has_province else KINDS)
        except (FileInvalid, Misnamed):
            return tuple(KINDS)

    @property
    def _has_province(self) -> bool:
        return f"bpmn/{self.code.partition('/')[0]}/province.toml" in self.files

    def _calendar(self) -> Calendar:
        from runner.services import holiday

        return holiday.calendar(self.province, 1)

    @cached_property
    def _forms(self) -> Mapping[str, Form | Refused]:
        return {_stem(name): _form(name, data) for name, data in self.files.items() if name.startswith("forms/")}

    def _file(self, name: str) -> bytes:
        if name not in self.files:
            raise FileMissing(name=name)
        return self.files[name]


def read_diagram(name: str, data: bytes) -> Diagram:
    """The diagram of the file `name`. Raises `FileInvalid`."""
    try:
        return bpmn.read(data, name)
    except DiagramInvalid as error:
        raise FileInvalid(name=name, reason=error) from None


def _form(name: str, data: bytes) -> Form | Refused:
    """The form, or why it cannot be used."""
    try:
        form = forms.read(data)
        _same(name, form.id, _stem(name))
    except FormInvalid as error:
        return FileInvalid(name=name, reason=error)
    except Misnamed as error:
        return error
    return form


def _stem(name: str) -> str:
    """The name of a file without its folders and ending: the id of what is in it."""
    return name.rpartition("/")[2].rpartition(".")[0]


def _same(name: str, found: str, expected: str) -> None:
    if found != expected:
        raise Misnamed(name=name, found=found, expected=expected)
