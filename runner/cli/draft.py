"""``motcua draft``: procedure drafts, as the studio has them: begun, pulled, pushed, restored, taken over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from runner import formatting
from runner.authoring import archive, folder
from runner.authoring.check import Located, check
from runner.cli import task, text
from runner.cli.command import Group, Reply, command, group, option
from runner.cli.console import Console
from runner.cli.parameter import PATH, PERSON, REASON, opened
from runner.domain.procedure_draft import DraftEvent, EventKind, Origin, ProcedureDraft, Save
from runner.language import say
from runner.services.procedures import VersionUnknown

ZIP = ".zip"
_ID = click.argument("id", metavar="DRAFT", type=int)
_STATUS = {
    "editing": "đang sửa",
    "submitted": "chờ phê duyệt",
    "returned": "bị trả lại",
    "approved": "đã phê duyệt",
    "discarded": "đã bỏ",
}


@command("list", "Các bản nháp quy trình của những tỉnh mình phân tích.")
@option("--all", "every", is_flag=True, help="Cả những bản đã phê duyệt hoặc đã bỏ.")
@PERSON
def drafts(console: Console, every: bool, person: str) -> Reply:
    found = [each for each in console.runner.procedure_drafts.all(console.acting(person)) if every or each.is_open]
    heads = tuple(map(say, ("Số", "Thủ tục", "Lần lưu", "Lúc lưu", "Người sửa", "Trạng thái")))
    rows = [
        (
            str(each.id),
            each.procedure,
            str(each.save),
            formatting.moment(each.edited_at),
            each.editor or "–",
            say(_STATUS[each.status]),
        )
        for each in found
    ]
    return Reply([asdict(each) for each in found], text.table(rows, heads))


@command("begin", "Lập bản nháp từ phiên bản đang áp dụng, hoặc từ một phiên bản khác.")
@click.argument("procedure")
@option("--version", "number", type=int, metavar="NUMBER", help="Phiên bản để chép; không nêu là bản đang áp dụng.")
@PERSON
def begin(console: Console, procedure: str, number: int | None, person: str) -> Reply:
    runner = console.runner
    known = {row.number: row.digest for row in runner.procedures.versions_of() if row.procedure == procedure}
    if known and number is not None and number not in known:
        raise VersionUnknown(procedure=procedure, number=number)
    who, now = console.acting(person), runner.clock.now()
    made = runner.procedure_drafts.begin(procedure, who, now, known.get(number) if number is not None else None)
    return _draft(made)


@command("show", "In một bản nháp: ai sửa, các tệp, và những chỗ chưa ổn (nguyên nhân trước).")
@_ID
@PERSON
def show(console: Console, id: int, person: str) -> Reply:
    found, who = console.runner.procedure_drafts, console.acting(person)
    draft, files = found.get(id, who), found.files(id, who)
    findings = check(draft.procedure, files)
    facts = asdict(draft) | {
        "files": {name: len(data) for name, data in files.items()},
        "findings": [each.to_json() for each in findings],
    }
    return Reply(facts, [*_head(draft), *_files(files), *_findings(findings)])


@command("pull", "Ghi các tệp của bản nháp vào một thư mục, hoặc thành một tệp .zip.")
@_ID
@click.argument("to", type=PATH)
@option("--save", type=int, metavar="NUMBER", help="Lần lưu; không nêu là lần mới nhất.")
@option("--overwrite", is_flag=True, help="Ghi đè tệp đã có và khác.")
@PERSON
def pull(console: Console, id: int, to: Path, save: int | None, overwrite: bool, person: str) -> Reply:
    files = console.runner.procedure_drafts.files(id, console.acting(person), save)
    if to.suffix == ZIP:
        folder.write(to.parent, {to.name: archive.pack(files)}, overwrite=overwrite)
    else:
        folder.write(to, files, overwrite=overwrite)
    return Reply(
        {"draft": id, "files": sorted(files)},
        [say("Đã ghi {count} tệp vào {place}.", count=len(files), place=to)],
    )


@command("push", "Lưu các tệp của một thư mục hoặc tệp .zip vào bản nháp của thủ tục; chưa có thì lập bản nháp.")
@click.argument("path", type=PATH)
@option("--procedure", default="", metavar="CODE", help="Thủ tục nào, nếu thư mục có nhiều.")
@option("--base", type=int, metavar="NUMBER", help="Lần lưu mà các tệp được sửa từ đó; không nêu là lần mới nhất.")
@option("--note", default="", metavar="TEXT", help="Ghi chú của lần lưu.")
@PERSON
def push(console: Console, path: Path, procedure: str, base: int | None, note: str, person: str) -> Reply:
    found, who, now = console.runner.procedure_drafts, console.acting(person), console.runner.clock.now()
    files = _read(path, procedure)
    code = procedure or archive.code(files)
    draft = next((each for each in found.all(who) if each.procedure == code and each.is_open), None)
    if draft is None:
        origin = Origin.ARCHIVE if path.suffix == ZIP else Origin.FOLDER
        return _draft(found.create(code, files, who, now, origin))
    changed = archive.replacing(found.files(draft.id, who), files, code)
    saved = found.save(draft.id, changed, who, now, base=draft.save if base is None else base, note=note)
    lines = [say("Bản nháp {draft} ở lần lưu {number}.", draft=draft.id, number=saved.number)]
    return Reply(asdict(saved), [*lines, *(f"  {name}" for name in saved.files)])


@command("history", "Lịch sử của bản nháp: ai lưu gì lúc nào, ai tiếp quản.")
@_ID
@PERSON
def history(console: Console, id: int, person: str) -> Reply:
    found, who = console.runner.procedure_drafts, console.acting(person)
    saves, events = found.saves(id, who), found.events(id, who)
    past = sorted([*((each.at, _saved(each)) for each in saves), *((each.at, _event(each)) for each in events)])
    facts = {"saves": [asdict(each) for each in saves], "events": [asdict(each) for each in events]}
    return Reply(
        facts, [line for at, words in past for line in text.hung(f"{formatting.moment(at)}  {words}", "", "  ")]
    )


@command("restore", "Đưa các tệp của một lần lưu trở lại, thành một lần lưu mới.")
@_ID
@click.argument("save", type=int)
@PERSON
def restore(console: Console, id: int, save: int, person: str) -> Reply:
    made = console.runner.procedure_drafts.restore(id, save, console.acting(person), console.runner.clock.now())
    line = say("Đã khôi phục lần lưu {number} thành lần lưu {made}.", number=save, made=made.number)
    return Reply(asdict(made), [line])


@command("take-over", "Tiếp quản một bản nháp mà người đang sửa không lưu gì trong 30 phút.")
@_ID
@PERSON
def take_over(console: Console, id: int, person: str) -> Reply:
    return _draft(console.runner.procedure_drafts.take_over(id, console.acting(person), console.runner.clock.now()))


@command("release", "Thôi sửa một bản nháp: người khác sửa tiếp được ngay.")
@_ID
@PERSON
def release(console: Console, id: int, person: str) -> Reply:
    return _draft(console.runner.procedure_drafts.release(id, console.acting(person), console.runner.clock.now()))


@command("discard", "Bỏ một bản nháp; lịch sử của nó vẫn đọc được.")
@_ID
@REASON
@PERSON
def discard(console: Console, id: int, reason: str, person: str) -> Reply:
    found, who = console.runner.procedure_drafts, console.acting(person)
    return _draft(found.discard(id, who, console.runner.clock.now(), reason))


class _Draft(Group):
    """The group; where its first word is a case, as before there were procedure drafts, a task's draft is meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if re.match(r"#?\d", args[0]):
            return task.draft.name, task.draft, args
        return super().resolve_command(ctx, args)


draft = group(
    "draft",
    "Bản nháp quy trình: lập, tải về, lưu, tiếp quản; “motcua draft CASE TASK” là bản nháp của một việc.",
    [drafts, begin, show, pull, push, history, restore, take_over, release, discard],
    _Draft,
)


def _read(path: Path, procedure: str) -> dict[str, bytes]:
    if path.suffix != ZIP:
        return folder.read(path, procedure)
    with opened(path) as file:
        return archive.unpack(file.read(archive.MAX_BYTES + 1))


def _draft(made: ProcedureDraft) -> Reply:
    return Reply(asdict(made), _head(made))


def _head(draft: ProcedureDraft) -> Iterator[str]:
    yield text.styled(say("Bản nháp {draft} · {procedure}", draft=draft.id, procedure=draft.procedure), bold=True)
    at = formatting.moment(draft.edited_at)
    yield say("  Lần lưu {number}, {at} · {status}", number=draft.save, at=at, status=say(_STATUS[draft.status]))
    yield say("  Người sửa: {person}", person=draft.editor) if draft.editor else say("  Chưa ai sửa")


def _files(files: dict[str, bytes]) -> Iterator[str]:
    yield from text.table([(name, formatting.size(len(data))) for name, data in files.items()], indent="  ")


def _findings(found: list[Located]) -> Iterator[str]:
    if not found:
        yield say("  Không có chỗ nào chưa ổn.")
    for each in found:
        severity = say("lỗi") if each.is_error else say("cảnh báo")
        place = ":".join(map(str, filter(None, (each.file, each.finding.line))))
        yield from text.hung(f"{place}: {severity}: {each.finding.message} [{each.finding.rule}]", "  ", "    ")


def _saved(save: Save) -> str:
    facts = {"number": save.number, "person": save.by, "base": save.base, "files": ", ".join(save.files)}
    if save.aside:
        words = say("Lần lưu {number} của {person}, giữ riêng (gửi trên lần lưu {base}): {files}", **facts)
    elif save.restores:
        words = say("Lần lưu {number} của {person}, khôi phục lần lưu {old}", **facts, old=save.restores)
    else:
        words = say("Lần lưu {number} của {person}: {files}", **facts)
    return f"{words} ({save.note})" if save.note else words


def _event(event: DraftEvent) -> str:
    match event.kind:
        case EventKind.TAKE_OVER if event.detail:
            return say("{person} tiếp quản từ {other}", person=event.by, other=event.detail)
        case EventKind.TAKE_OVER:
            return say("{person} tiếp quản", person=event.by)
        case EventKind.RELEASE:
            return say("{person} thôi sửa", person=event.by)
        case _:
            return say("{person} bỏ bản nháp: {reason}", person=event.by, reason=event.detail)
