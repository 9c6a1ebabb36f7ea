"""``motcua diff``: what differs between two versions, in the law's terms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from runner.authoring.difference import GROUPS, Difference, difference
from runner.cli import text
from runner.cli.command import Reply, command, option
from runner.cli.console import Console
from runner.cli.parameter import CONTENT
from runner.config import find_root
from runner.domain.person import SYSTEM
from runner.errors import NotFound
from runner.language import say
from runner.services import content as contents
from runner.services.bundle import Bundle


class VersionUnreadable(NotFound):
    """Không có phiên bản “{reference}”: hãy nêu tệp sơ đồ, mã thủ tục (ha-tinh/QT.BC.01), mã và số phiên bản (ha-tinh/QT.BC.01@2) hoặc số bản nháp (draft:3)."""  # noqa: E501


@command("diff", "So sánh hai phiên bản, hai thủ tục bất kỳ, theo lời của quyết định. Mã thoát: 0 như nhau, 1 khác.")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@option("--as", "person", metavar="ACCOUNT", help="Tài khoản của chuyên viên phân tích, khi so sánh bản nháp.")
@CONTENT
def diff(console: Console, before: str, after: str, person: str | None, content: Path | None) -> Reply:
    found = difference(*(_bundle(console, each, person, content) for each in (before, after)))
    return Reply(found.to_json(), _lines(found), int(bool(found.changes)))


def _bundle(console: Console, reference: str, person: str | None, content: Path | None) -> Bundle:
    """What a reference means: a file, a draft, a numbered version, the version in force."""
    path = Path(reference)
    if path.suffix == ".bpmn" and path.is_file():
        return contents.load(path, content or find_root(path) or path.parent)
    runner = console.runner
    if reference.startswith("draft:") and reference[6:].isdecimal():
        who = console.acting(person) if person else SYSTEM
        return runner.procedure_drafts.bundle(int(reference[6:]), who)
    code, _, number = reference.partition("@")
    known = {row.number: row.digest for row in runner.procedures.versions_of() if row.procedure == code}
    if not known or (number and not number.isdecimal()) or (number and int(number) not in known):
        raise VersionUnreadable(reference=reference)
    digest = known[int(number)] if number else runner.procedures.last(code, runner.clock.now()).digest
    return runner.procedures.bundle(digest)


def _lines(found: Difference) -> Iterator[str]:
    if not found.changes:
        yield say(
            "Hai phiên bản giống hệt nhau." if found.same else "Chỉ khác cách vẽ, cách ghi tệp; nội dung như nhau."
        )
    group = ""
    for each in found.changes:
        if each.group != group:
            group = each.group
            yield text.styled(say(GROUPS[group]), bold=True)
        yield from text.hung(each.text, "  - ", "    ")
