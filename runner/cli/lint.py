"""``motcua lint``: what is wrong with diagrams and decision tables, wherever they lie, before they are deployed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import click

from runner import bpmn
from runner.bpmn import NotBpmn
from runner.cli import exit, text
from runner.cli.command import Reply, command
from runner.cli.console import Console
from runner.cli.parameter import CONTENT, PATH
from runner.config import find_root
from runner.domain.toml import TomlInvalid
from runner.errors import DiagramInvalid, FileInvalid, MotcuaError
from runner.language import say
from runner.lint import Finding, alone, lint, lint_dmn
from runner.services import content as contents
from runner.services.bundle import Bundle, FileMissing, ProcessMisnamed
from runner.services.version import compiled

TABLE = ".dmn"
SEVERITIES = {"error": "lỗi", "warning": "cảnh báo"}


@dataclass(frozen=True, slots=True)
class Examined:
    """A file and what the linter says about it; `reason` when it is no BPMN or DMN file at all, or `missing`.

    `bundle` is the diagram with the files around it, where these can be read.
    """

    path: Path
    findings: Sequence[Finding] = ()
    reason: str = ""
    bundle: Bundle | None = None
    missing: bool = False

    @property
    def errors(self) -> int:
        return sum(found.severity == "error" for found in self.findings)

    def to_json(self) -> dict[str, object]:
        facts: dict[str, object] = {"file": str(self.path), "findings": [found.to_json() for found in self.findings]}
        if alone(self.findings):
            facts["structure_only"] = True
        return facts | ({"reason": self.reason} if self.reason else {})


@command("lint", "Kiểm tra sơ đồ BPMN, bảng DMN. Mã thoát: 0 sạch, 1 có lỗi, 2 không phải tệp BPMN hay DMN.")
@click.argument("files", nargs=-1, required=True, type=PATH)
@CONTENT
def lint_files(_: Console, files: Sequence[Path], content: Path | None) -> Reply:
    examined = [examine(path, content) for path in chain.from_iterable(map(_files, files))]
    if any(each.missing for each in examined):
        code = exit.NOT_FOUND
    elif any(each.reason for each in examined):
        code = exit.USAGE
    else:
        code = exit.FINDINGS if any(each.errors for each in examined) else exit.OK
    return Reply([each.to_json() for each in examined], _lines(examined), code)


def examine(path: Path, content: Path | None = None) -> Examined:
    """The findings on a file, in this content root, else in the nearest around it. Never raises."""
    try:
        with path.open("rb") as file:
            data = file.read(bpmn.MAX_BYTES + 1)
        if path.suffix == TABLE:
            return Examined(path, lint_dmn(data))
        return _examined(path, data, find_root(content or path))
    except DiagramInvalid as error:
        return Examined(path, reason=str(error))
    except OSError as error:
        reason = say("Không đọc được tệp: {reason}.", reason=error.strerror)
        return Examined(path, reason=reason, missing=isinstance(error, FileNotFoundError))
    except Exception as error:  # any file may come: a defect of ours gives a sentence, not a traceback
        reason = say("Công cụ kiểm tra gặp lỗi với tệp này: {reason}.", reason=f"{type(error).__name__}: {error}")
        return Examined(path, [_finding(reason)])


def _examined(path: Path, data: bytes, root: Path | None) -> Examined:
    if root is None:
        return Examined(path, lint(bpmn.read(data)))
    try:
        placed = root / "bpmn" in path.resolve().parents
        bundle = contents.gather(data, root, contents.code_at(path, root) if placed else "")
        beside = bundle.beside(bundle.diagram)
        if called := placed and contents.is_called(path):
            beside = replace(beside, uncalled=not any(contents.callers(path.resolve(), root)))
        found = lint(bundle.diagram, beside)
        if placed and not called and not any(each.severity == "error" for each in found):
            compiled(bundle)  # what only deploying would find: facts and forms that cannot be used
        return Examined(path, found, bundle=bundle)
    except NotBpmn:
        raise
    except ProcessMisnamed as error:
        drawn = bpmn.read(data)
        named = _finding(str(error))
        for process in (each for each in drawn.processes.values() if each.executable):
            named = replace(named, element=process.id, line=process.line)
        return Examined(path, [named, *lint(drawn)])
    except MotcuaError as error:
        return Examined(path, [*map(_finding, _sentences(error)), *lint(bpmn.read(data))])


def _sentences(error: MotcuaError) -> list[str]:
    """What an error says; of a TOML file, each fault by itself."""
    reason = error.facts.get("reason")
    if not isinstance(reason, TomlInvalid):
        return [str(error)]
    return [str(FileInvalid(name=error.facts["name"], reason=fault)) for fault in reason.faults]


def _finding(message: str) -> Finding:
    """An error of the files around a diagram, at no place in it."""
    return Finding("error", None, None, "{message}", {"message": message}, "content")


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    found = sorted(each for each in path.glob("**/*") if each.suffix in (".bpmn", TABLE))
    if not found:
        raise FileMissing(name=path / "*.bpmn")
    yield from found


def _lines(examined: Sequence[Examined]) -> Iterator[str]:
    for each in examined:
        if each.reason:
            yield text.styled(str(each.path), bold=True) + f": {each.reason}"
        elif each.findings:
            yield text.styled(str(each.path), bold=True)
            rows = [
                (
                    str(found.line) if found.line else "–",
                    say(SEVERITIES.get(found.severity, found.severity)),
                    found.element or "–",
                    f"{found.message} [{found.rule}]",
                )
                for found in each.findings
            ]
            yield from text.table(rows, indent="  ")
        if alone(each.findings):
            yield "  " + say("Sửa những lỗi này trước: khi cấu trúc của sơ đồ đã đúng, các quy tắc khác mới được xét.")
    clean = sum(not each.findings and not each.reason for each in examined)
    unread = sum(bool(each.reason) for each in examined)
    yield say(
        "{files} tệp: {clean} sạch, {errors} lỗi, {warnings} cảnh báo, {unread} không đọc được."
        if unread
        else "{files} tệp: {clean} sạch, {errors} lỗi, {warnings} cảnh báo.",
        files=len(examined),
        clean=clean,
        errors=sum(each.errors for each in examined),
        warnings=sum(len(each.findings) - each.errors for each in examined),
        unread=unread,
    )
