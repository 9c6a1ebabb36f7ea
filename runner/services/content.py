"""Content: the diagrams, facts and forms that analysts write, found in a folder and bundled by procedure.

A *content root* is a folder with ``bpmn/<province>/<code>.bpmn``, beside it the facts ``<code>.toml``, the province's
``province.toml`` and decision tables ``<id>.dmn``, and ``forms/<id>.form``. Files refer to each other by ids; nothing
outside is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Final

from runner import bpmn
from runner.bpmn import Diagram
from runner.dmn import reader
from runner.domain import form as forms
from runner.domain import journal, procedure
from runner.domain.decision import Table
from runner.domain.form import Form, FormInvalid
from runner.domain.procedure import FactsInvalid, Procedure, Province
from runner.errors import DiagramInvalid, NotFound, Refused

MAX_FILES: Final = 100
"""Of one bundle; a procedure has a dozen."""

_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,30}/[A-Za-z0-9][A-Za-z0-9.-]{0,60}")
_FORM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


class FileMissing(NotFound):
    """Không tìm thấy tệp {name}."""


class FileOutside(Refused):
    """Tệp {name} nằm ngoài thư mục nội dung nên không được đọc."""


class FileOversized(Refused):
    """Tệp {name} lớn hơn mức cho phép là {limit} byte."""


class FilesTooMany(Refused):
    """Sơ đồ dùng hơn {limit} tệp."""


class FileInvalid(Refused):
    """Tệp {name}: {reason}"""


class Misplaced(Refused):
    """Sơ đồ phải nằm ở bpmn/<tỉnh>/<mã>.bpmn trong thư mục nội dung."""


class Misnamed(Refused):
    """Tệp {name} ghi mã “{found}”, trong khi theo tên tệp mã phải là “{expected}”."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A procedure with everything it refers to, as bytes by their path in the content root.

    What it refers to and the root does not have is left out: the linter names it with its place in the diagram.
    """

    code: str
    province: str
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """What identifies the version: SHA-256 (hex) over the sorted names of the files and the SHA-256 of each."""
        manifest = [[name, sha256(data).hexdigest()] for name, data in sorted(self.files.items())]
        return journal.digest(journal.canonical(manifest)).hex()

    @property
    def diagram(self) -> bytes:
        return self._file(f"bpmn/{self.code}.bpmn")

    @property
    def called(self) -> Mapping[str, bytes]:
        """The diagrams that the procedure's own calls, directly or not, by their path."""
        main = f"bpmn/{self.code}.bpmn"
        return {name: data for name, data in self.files.items() if name.endswith(".bpmn") and name != main}

    @property
    def tables(self) -> Mapping[str, bytes]:
        """The decision tables that the diagrams ask, by their path."""
        return {name: data for name, data in self.files.items() if name.endswith(".dmn")}

    def facts(self) -> Procedure:
        """The decision's facts. FileMissing, FileInvalid or Misnamed when there are none that fit."""
        name = f"bpmn/{self.code}.toml"
        try:
            facts = procedure.read_procedure(self._file(name))
        except FactsInvalid as error:
            raise FileInvalid(name=name, reason=error) from None
        _same(name, facts.code, self.code)
        return facts

    def place(self) -> Province:
        """The province. FileMissing, FileInvalid or Misnamed when there is none that fits."""
        name = f"bpmn/{self.province}/province.toml"
        try:
            province = procedure.read_province(self._file(name))
        except Refused as error:
            raise FileInvalid(name=name, reason=error) from None
        _same(name, province.code, self.province)
        return province

    def _file(self, name: str) -> bytes:
        if name not in self.files:
            raise FileMissing(name=name)
        return self.files[name]


def process_id(code: str) -> str:
    """The id of the process that a procedure's diagram executes: ``ha-tinh_QT.BC.01`` for ``ha-tinh/QT.BC.01``."""
    return code.replace("/", "_")


def procedures(root: Path) -> list[Path]:
    """The diagrams of all procedures of a content root, by province and code."""
    return sorted(root.glob("bpmn/*/*.bpmn"))


def load(path: Path, root: Path) -> Bundle:
    """The bundle of the procedure whose diagram is at `path`. Raises NotBpmn, or an error that names the file."""
    root = root.resolve()
    try:
        name = path.resolve().relative_to(root).as_posix()
    except ValueError:
        raise FileOutside(name=path.name) from None
    code = name.removeprefix("bpmn/").removesuffix(".bpmn")
    if name != f"bpmn/{code}.bpmn" or not _CODE.fullmatch(code):
        raise Misplaced()
    data = _read(root, name, bpmn.MAX_BYTES)
    if data is None:
        raise FileMissing(name=name)
    bundle = gather(data, root, code)
    executable = _executable(bpmn.read(data))
    if process_id(code) not in executable:
        raise Misnamed(name=name, found=", ".join(executable)[:200], expected=process_id(code))
    return bundle


def gather(data: bytes, root: Path, code: str = "") -> Bundle:
    """The bundle of a diagram that may lie anywhere, with what it refers to in `root`.

    Without a `code` the id of its executable process says which procedure it is; if that is none, `code` stays empty
    and there are no facts. Raises NotBpmn, or an error that names the file.
    """
    root, drawn = root.resolve(), bpmn.read(data)
    code = code or next(filter(None, map(_code, _executable(drawn))), "")
    province = code.partition("/")[0]
    files = {f"bpmn/{code}.bpmn": data}
    if code:
        _add(files, root, f"bpmn/{code}.toml", procedure.MAX_BYTES)
        _add(files, root, f"bpmn/{province}/province.toml", procedure.MAX_BYTES)
    todo = [drawn]
    while todo:
        drawn = todo.pop()
        for node in drawn.nodes.values():
            if node.form and _FORM.fullmatch(node.form):
                _add(files, root, f"forms/{node.form}.form", forms.MAX_BYTES)
            if node.decision and province and _FORM.fullmatch(node.decision):
                _add(files, root, f"bpmn/{province}/{node.decision}.dmn", reader.MAX_BYTES)
            if node.called and node.called not in drawn.processes and (other := _code(node.called)):
                name = f"bpmn/{other}.bpmn"
                if _add(files, root, name, bpmn.MAX_BYTES):
                    todo.append(_drawn(name, files[name]))
    return Bundle(code, province, MappingProxyType(files))


def compile_forms(bundle: Bundle) -> Mapping[str, Form]:
    """The bundle's forms by their id. FileInvalid or Misnamed when one cannot be used."""
    found = {}
    for name, data in bundle.files.items():
        if name.startswith("forms/"):
            try:
                form = forms.read(data)
            except FormInvalid as error:
                raise FileInvalid(name=name, reason=error) from None
            _same(name, form.id, _stem(name))
            found[form.id] = form
    return MappingProxyType(found)


def compile_tables(bundle: Bundle) -> Mapping[str, Table]:
    """The bundle's decision tables by their id. FileInvalid or Misnamed when one cannot be used."""
    found = {}
    for name, data in bundle.tables.items():
        try:
            table = reader.read(data)
        except DiagramInvalid as error:
            raise FileInvalid(name=name, reason=error) from None
        _same(name, table.id, _stem(name))
        found[table.id] = table
    return MappingProxyType(found)


class BundleContent:
    """What the linter asks about the files beside a diagram (`runner.lint.content.Content`), from its bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self._files = bundle.files
        self._facts = bundle.facts() if f"bpmn/{bundle.code}.toml" in bundle.files else None
        self._steps = _steps(self._facts) if self._facts else None
        self._tables = compile_tables(bundle)
        self._schemas: dict[str, Form | None] = {}
        self._called = {id for name, data in bundle.called.items() for id in _executable(_drawn(name, data))}

    @property
    def steps(self) -> Mapping[str, str | None] | None:
        """The decision's steps with their time limit in days; None without facts."""
        return self._steps

    def schema(self, id: str) -> Form | None:
        """The form, None where there is none that can be read; deploying says why it cannot."""
        if id not in self._schemas:
            data = self._files.get(f"forms/{id}.form")
            try:
                self._schemas[id] = None if data is None else forms.read(data)
            except FormInvalid:
                self._schemas[id] = None
        return self._schemas[id]

    @property
    def facts(self) -> Procedure | None:
        """The decision's facts; None where there are none."""
        return self._facts

    def table(self, id: str) -> Table | None:
        """The decision table, None where there is none."""
        return self._tables.get(id)

    def form(self, id: str) -> bool:
        """Whether the form exists."""
        return f"forms/{id}.form" in self._files

    def called(self, id: str) -> bool:
        """Whether another diagram holds the executable process `id`."""
        return id in self._called


def _steps(facts: Procedure) -> Mapping[str, str | None]:
    days = ((step.id, step.duration.days) for step in facts.steps)
    return MappingProxyType({id: None if limit is None else f"{float(limit):g}" for id, limit in days})


def _stem(name: str) -> str:
    """The name of a file without its folders and ending: the id of what is in it."""
    return name.rpartition("/")[2].rpartition(".")[0]


def _same(name: str, found: str, expected: str) -> None:
    if found != expected:
        raise Misnamed(name=name, found=found, expected=expected)


def _code(process: str) -> str:
    """The code of the procedure with the executable process `process`, "" when it cannot be one's."""
    code = process.replace("_", "/", 1)
    return code if _CODE.fullmatch(code) else ""


def _executable(drawn: Diagram) -> list[str]:
    return [process.id for process in drawn.processes.values() if process.executable]


def _drawn(name: str, data: bytes) -> Diagram:
    try:
        return bpmn.read(data, name)
    except DiagramInvalid as error:
        raise FileInvalid(name=name, reason=error) from None


def _add(files: dict[str, bytes], root: Path, name: str, limit: int) -> bool:
    """Read the file into `files` unless it is there already or does not exist; whether it was added."""
    if name in files or (data := _read(root, name, limit)) is None:
        return False
    if len(files) == MAX_FILES:
        raise FilesTooMany(limit=MAX_FILES)
    files[name] = data
    return True


def _read(root: Path, name: str, limit: int) -> bytes | None:
    """At most `limit` bytes of a file of the root (an absolute path without links), None when there is no such file."""
    try:
        path = (root / name).resolve(strict=True)
    except FileNotFoundError:
        return None
    except (OSError, RuntimeError):  # a link to itself, a name too long
        raise FileOutside(name=name) from None
    if not path.is_relative_to(root):
        raise FileOutside(name=name)
    if not path.is_file():
        return None
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise FileOversized(name=name, limit=limit)
    return data
