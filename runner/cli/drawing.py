"""``motcua layout``, ``motcua picture`` and ``motcua clean``: draws diagrams, and takes out what is foreign."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from runner import bpmn
from runner.bpmn import Diagram, foreign, read
from runner.cli.command import Reply, command, option
from runner.cli.console import Console
from runner.cli.parameter import PATH
from runner.drawing import export
from runner.drawing.layout import layout
from runner.errors import NotFound
from runner.language import say
from runner.lint.rules import geometry


class FileUnreadable(NotFound):
    """Không đọc được tệp {name}: {reason}."""


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(bpmn.MAX_BYTES + 1)
    except OSError as error:
        raise FileUnreadable(name=file, reason=error.strerror) from None


@command("layout", "Vẽ những phần tử chưa có trên hình; vị trí do người vẽ đặt được giữ nguyên.")
@click.argument("file", type=PATH)
@option("--all", "everything", is_flag=True, help="Vẽ lại tất cả, không giữ vị trí cũ.")
@option("-o", "--output", type=PATH, metavar="OUT", help="Tệp để ghi; không nêu thì ghi vào chính tệp đó.")
def lay_out(_: Console, file: Path, everything: bool, output: Path | None) -> Reply:
    data = _bytes(file)
    before = read(data, file.name)
    drawn = layout(data, file.name, everything)
    after = read(drawn, file.name)
    target = output or file
    if drawn != data or target != file:
        target.write_bytes(drawn)
    facts = {"file": str(target), **_changes(before, after), "findings": sum(1 for _ in geometry.check(after, None))}
    return Reply(facts, [say("{file}: vẽ {shapes} hình, {edges} đường; còn {findings} chỗ chưa gọn.", **facts)])


def _changes(before: Diagram, after: Diagram) -> dict[str, int]:
    """How many shapes and edges are new or elsewhere."""
    return {
        "shapes": sum(before.shapes.get(id) != shape for id, shape in after.shapes.items()),
        "edges": sum(before.edges.get(id) != edge for id, edge in after.edges.items()),
    }


@command("picture", "Vẽ sơ đồ thành hình SVG, PNG hoặc PDF, theo đuôi của tệp cần ghi.")
@click.argument("file", type=PATH)
@option("-o", "--output", type=PATH, metavar="OUT", required=True, help="Tệp để ghi: .svg, .png hoặc .pdf.")
def picture(_: Console, file: Path, output: Path) -> Reply:
    kind = output.suffix.lower().removeprefix(".")
    if kind not in export.KINDS:
        raise click.UsageError(say("Đuôi của tệp {name} phải là .svg, .png hoặc .pdf.", name=output.name))
    made = export.render(read(_bytes(file), file.name), kind)
    output.write_bytes(made)
    facts = {"file": str(output), "bytes": len(made)}
    return Reply(facts, [say("Đã ghi {file}, {bytes} byte.", **facts)])


@command("clean", "Gỡ phần mở rộng của phần mềm khác khỏi sơ đồ, và ghi lại trong tệp đã gỡ những gì.")
@click.argument("file", type=PATH)
@option("-o", "--output", type=PATH, metavar="OUT", help="Tệp để ghi; không nêu thì ghi vào chính tệp đó.")
def clean(_: Console, file: Path, output: Path | None) -> Reply:
    data = _bytes(file)
    read(data, file.name)  # refuses what is no diagram
    cleaned, removed = foreign.clean(data, bpmn.MAX_BYTES, say("Đã gỡ phần mở rộng của phần mềm khác (motcua clean):"))
    target = output or file
    if cleaned != data or target != file:
        target.write_bytes(cleaned)
    lines = [
        say(
            "Gỡ {extension} ({namespace}): {count} chỗ, ở {elements}.",
            **asdict(each) | {"elements": ", ".join(each.elements) or "–"},
        )
        for each in removed
    ]
    total = say("{file}: đã gỡ {count} phần mở rộng.", file=target, count=sum(each.count for each in removed))
    return Reply({"file": str(target), "removed": [asdict(each) for each in removed]}, [*lines, total])
