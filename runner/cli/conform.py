"""``motcua conform``: procedures beside their decisions, row by row, and what the linter finds there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from runner.cli import exit, text
from runner.cli.command import Reply, command
from runner.cli.console import Console, content_root
from runner.cli.lint import Examined, examine
from runner.cli.parameter import CONTENT
from runner.errors import MotcuaError
from runner.language import say
from runner.services import content as contents
from runner.services.bundle import FileMissing
from runner.services.trace import KINDS, REASONS, Trace, trace


@dataclass(frozen=True, slots=True)
class Compared:
    """A procedure, its matrix where it can be made, and what the linter finds."""

    code: str
    matrix: Trace | None
    examined: Examined

    @property
    def unsound(self) -> bool:
        return self.matrix is None or bool(self.matrix.gaps) or self.examined.errors > 0

    def to_json(self) -> dict[str, object]:
        matrix = self.matrix
        rows = [asdict(row) for row in matrix.rows] if matrix else []
        additions = [asdict(each) for each in matrix.additions] if matrix else []
        findings = self.examined.to_json()["findings"]
        return {
            "procedure": self.code,
            "rows": rows,
            "additions": additions,
            "gaps": matrix.gaps if matrix else [],
            "findings": findings,
        }


@command("conform", "Đối chiếu sơ đồ với quyết định, từng dòng. Mã thoát: 0 khớp, 1 có chỗ không khớp.")
@click.argument("procedures", nargs=-1, metavar="[PROCEDURE]...")
@CONTENT
def conform(_: Console, procedures: Sequence[str], content: Path | None) -> Reply:
    root = content_root(content)
    found = [compare(path, root) for path in _paths(procedures, root)]
    code = exit.FINDINGS if any(each.unsound for each in found) else exit.OK
    return Reply([each.to_json() for each in found], _lines(found), code)


def compare(path: Path, root: Path) -> Compared:
    """A procedure's diagram beside its facts."""
    examined = examine(path, root)
    try:
        matrix = trace(examined.bundle) if examined.bundle else None
    except MotcuaError:  # the findings say why
        matrix = None
    return Compared(f"{path.parent.name}/{path.stem}", matrix, examined)


def _paths(procedures: Sequence[str], root: Path) -> list[Path]:
    if not procedures:
        return contents.procedures(root)
    paths = [root / f"bpmn/{code}.bpmn" for code in procedures]
    for path in paths:
        if not path.is_file():
            raise FileMissing(name=path.relative_to(root).as_posix())
    return paths


def _lines(found: Sequence[Compared]) -> Iterator[str]:
    for each in found:
        yield text.styled(each.code, bold=True)
        if each.examined.reason:
            yield f"  {each.examined.reason}"
        for finding in each.examined.findings:
            yield from text.hung(finding.message, f"  {finding.line or '–'}  {finding.element or '–'}  ", "    ")
        if each.matrix:
            yield from _matrix(each.matrix)
    yield say(
        "{count} thủ tục: {sound} khớp với quyết định.",
        count=len(found),
        sound=sum(not each.unsound for each in found),
    )


def _matrix(matrix: Trace) -> Iterator[str]:
    heads = (say("Loại"), say("Bước"), say("Nội dung"), say("Phần tử của sơ đồ"))
    rows = [
        (say(KINDS[row.kind]) + ("*" if row.added else ""), row.id, _cut(row.text), ", ".join(row.elements) or "–")
        for row in matrix.rows
    ]
    yield from text.table(rows, heads, indent="  ")
    yield f"  {say('* Bổ sung của phần mềm, không có trong quyết định.')}"
    if matrix.additions:
        yield ""
        yield f"  {say('Phần tử không mang dòng nào của quyết định:')}"
        others = [(each.element, say(REASONS[each.reason]), _cut(each.note or each.name)) for each in matrix.additions]
        yield from text.table(others, indent="  ")


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 44 else line[:43] + "…"
