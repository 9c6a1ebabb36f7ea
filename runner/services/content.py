"""Content: the diagrams, facts and forms that analysts write, found in a folder and bundled by procedure.

A *content root* is a folder with ``bpmn/<province>/<code>.bpmn``, beside it the facts ``<code>.toml``, the province's
``province.toml`` and decision tables ``<id>.dmn``, the processes that procedures call ``called/<name>.bpmn``, and
``forms/<id>.form``. Files refer to each other by ids; nothing outside is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

import runner as package
from runner import bpmn
from runner.bpmn import Diagram
from runner.dmn import reader
from runner.domain import form as forms
from runner.domain import toml
from runner.domain.deployment import RELEASE
from runner.domain.person import SYSTEM
from runner.errors import MotcuaError, Refused
from runner.services.bundle import CALLED, Bundle, FileMissing, ProcessMisnamed, read_diagram

MAX_FILES: Final = 100
"""The most files of one bundle; a procedure has a dozen."""

Source: TypeAlias = Callable[[str, int], bytes | None]
"""The file of this name in a content root, with at most so many bytes; None when there is no such file.

Raises `FileOutside` or `FileOversized`.
"""

_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,30}/[A-Za-z0-9][A-Za-z0-9.-]{0,60}")
_FORM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


class FileOutside(Refused):
    """Tệp {name} nằm ngoài thư mục nội dung nên không được đọc."""


class FileOversized(Refused):
    """Tệp {name} lớn hơn mức cho phép là {limit} byte."""


class FilesTooMany(Refused):
    """Sơ đồ dùng hơn {limit} tệp."""


class CalledAlone(Refused):
    """Quy trình {name} do thủ tục khác gọi nên chỉ được triển khai cùng thủ tục đó."""


class Misplaced(Refused):
    """Sơ đồ phải nằm ở bpmn/<tỉnh>/<mã>.bpmn trong thư mục nội dung."""


def is_code(code: str) -> bool:
    """Whether `code` has the shape of a procedure's: ``ha-tinh/QT.BC.01``."""
    return _CODE.fullmatch(code) is not None


def process_id(code: str) -> str:
    """The id of the process that a diagram executes.

    ``ha-tinh_QT.BC.01`` for the procedure ``ha-tinh/QT.BC.01``, ``ha-tinh_verify`` for ``ha-tinh/called/verify``.
    """
    return code.replace(f"/{CALLED}/", "/").replace("/", "_")


def shipped() -> Path:
    """The content root that comes with the program: in the installed package, or beside it in its repository."""
    home = Path(package.__file__).resolve().parent
    inside = home / "content"
    return inside if inside.is_dir() else home.parent


def release(root: Path) -> str:
    """Who deploys the content of `root` where nobody is named: the release, if it came with it, else the system."""
    return f"{RELEASE} {package.__version__}" if root.resolve() == shipped() else SYSTEM.id


def shared_forms(root: Path) -> dict[str, bytes]:
    """The forms of a content root, by their ids."""
    return {path.stem: path.read_bytes() for path in sorted(root.glob("forms/*.form"))}


def procedures(root: Path) -> list[Path]:
    """The diagrams of all procedures of a content root, by province and code."""
    return sorted(root.glob("bpmn/*/*.bpmn"))


def is_called(path: Path) -> bool:
    """Whether a diagram is a process that procedures call, and no procedure of its own."""
    return path.parent.name == CALLED


def callers(path: Path, root: Path) -> Iterator[Path]:
    """The diagrams of the root that call the process at `path`; a diagram that cannot be read calls none."""
    process = process_id(code_at(path, root))
    for other in (*procedures(root), *sorted(root.glob(f"bpmn/*/{CALLED}/*.bpmn"))):
        try:
            data = _read(root, other.relative_to(root).as_posix(), bpmn.MAX_BYTES) or b""
            nodes = bpmn.read(data).nodes.values()
        except MotcuaError:
            continue
        if other != path and any(node.called == process for node in nodes):
            yield other


def code_at(path: Path, root: Path) -> str:
    """``ha-tinh/QT.BC.01`` for a procedure's diagram, ``ha-tinh/called/verify`` for that of a process called.

    Raises `FileOutside` or `Misplaced`.
    """
    try:
        name = path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise FileOutside(name=path.name) from None
    code = name.removeprefix("bpmn/").removesuffix(".bpmn")
    if name != f"bpmn/{code}.bpmn" or not is_code(code.replace(f"/{CALLED}/", "/")):
        raise Misplaced()
    return code


def load(path: Path, root: Path) -> Bundle:
    """The bundle of the procedure whose diagram is at `path`. Raises NotBpmn, or an error that names the file."""
    code = code_at(path, root)
    if is_called(path):
        raise CalledAlone(name=path.name)
    name = f"bpmn/{code}.bpmn"
    data = _read(root.resolve(), name, bpmn.MAX_BYTES)
    if data is None:
        raise FileMissing(name=name)
    return gather(data, root, code)


def gather(data: bytes, root: Path, code: str = "") -> Bundle:
    """The bundle of a diagram that may lie anywhere, with what it refers to in the folder `root`: see `assemble`."""
    return assemble(data, folder(root), code)


def folder(root: Path) -> Source:
    """The files of a content root on a disk."""
    return partial(_read, root.resolve())


def held(files: Mapping[str, bytes]) -> Source:
    """The files of a content root that are held in memory."""

    def read(name: str, limit: int) -> bytes | None:
        if (data := files.get(name)) is not None and len(data) > limit:
            raise FileOversized(name=name, limit=limit)
        return data

    return read


def assemble(data: bytes, source: Source, code: str = "") -> Bundle:
    """The bundle of a diagram that may lie anywhere, with what it refers to in `source`.

    Without a `code` the id of its executable process says which procedure it is; if that is none, `code` stays empty
    and there are no facts. Raises NotBpmn, or an error that names the file.
    """
    drawn = bpmn.read(data, code)
    if code:
        _holds(f"bpmn/{code}.bpmn", drawn, process_id(code))
    else:
        code = next(filter(None, map(code_of, _executable(drawn))), "")
    province = code.partition("/")[0]
    main = f"bpmn/{code}.bpmn"
    files, diagrams = {main: data}, {main: drawn}
    if is_code(code):
        _add(files, source, f"bpmn/{code}.toml", toml.MAX_BYTES)
        _add(files, source, f"bpmn/{province}/province.toml", toml.MAX_BYTES)
    todo = [drawn]
    while todo:
        drawn = todo.pop()
        for node in drawn.nodes.values():
            if node.form and _FORM.fullmatch(node.form):
                _add(files, source, f"forms/{node.form}.form", forms.MAX_BYTES)
            if node.decision and province and _FORM.fullmatch(node.decision):
                _add(files, source, f"bpmn/{province}/{node.decision}.dmn", reader.MAX_BYTES)
            if node.called and node.called not in drawn.processes and (other := code_of(node.called)):
                name = f"bpmn/{other.replace('/', f'/{CALLED}/')}.bpmn"
                if _add(files, source, name, bpmn.MAX_BYTES):
                    diagrams[name] = read_diagram(name, files[name])
                    _holds(name, diagrams[name], node.called)
                    todo.append(diagrams[name])
    return Bundle(code, MappingProxyType(files), MappingProxyType(diagrams))


def code_of(process: str) -> str:
    """The code of the procedure with the executable process `process`, "" where no code fits."""
    code = process.replace("_", "/", 1)
    return code if is_code(code) else ""


def _executable(drawn: Diagram) -> list[str]:
    return [process.id for process in drawn.processes.values() if process.executable]


def _holds(name: str, drawn: Diagram, process: str) -> None:
    """Raises `ProcessMisnamed` unless the diagram of the file `name` holds the executable process."""
    if process not in (found := _executable(drawn)):
        raise ProcessMisnamed(name=name, found=", ".join(found)[:200], expected=process)


def _add(files: dict[str, bytes], source: Source, name: str, limit: int) -> bool:
    """Read the file into `files` unless it is there already or does not exist; whether it was added."""
    if name in files or (data := source(name, limit)) is None:
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
