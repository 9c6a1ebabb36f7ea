"""``motcua organisation``: agencies, divisions, lanes. An edit shows what it changes; with ``--apply`` it is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from runner import formatting
from runner.cli import text
from runner.cli.command import Reply, command, group, option
from runner.cli.console import Console
from runner.cli.parameter import PERSON
from runner.domain.person import LaneKind
from runner.domain.procedure import organisation_edit
from runner.domain.procedure.organisation_edit import Edit
from runner.language import say
from runner.reports import organisation as words

_PROVINCE = click.argument("province")
_ID = click.argument("id")


def _editing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every edit has."""
    why = option("--reason", default="", metavar="TEXT", help="Lý do.")
    apply = option("--apply", is_flag=True, help="Áp dụng; không có thì chỉ xem trước, không ghi gì.")
    return PERSON(why(apply(function)))


def _named(*names: tuple[str, str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Options for texts, in this order; one that is not given changes nothing, an empty one takes the text away."""

    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        for name, help in reversed(names):
            function = option(f"--{name.replace('_', '-')}", name, metavar="TEXT", help=help)(function)
        return function

    return decorated


@command("show", "In tổ chức đang áp dụng của một tỉnh: cơ quan, phòng, vai trò.")
@_PROVINCE
def show(console: Console, province: str) -> Reply:
    place = console.runner.organisations.get(province)
    rows = words.lanes(place)
    heads = tuple(map(say, ("Id", "Vai trò", "Loại", "Cơ quan", "Phòng", "Ghi nhận thay")))
    lines = text.table(
        [(each.id, each.label, each.kind, each.agency, each.division, each.reported_by or "–") for each in rows], heads
    )
    return Reply(organisation_edit.flat(place), [text.styled(place.name, bold=True), *lines])


@command("revisions", "Các bản của tổ chức: ai sửa gì, lúc nào, vì sao.")
@_PROVINCE
def revisions(console: Console, province: str) -> Reply:
    found = list(words.history(console.runner.organisations, province))
    facts = [
        {
            "revision": each.revision.revision,
            "at": formatting.iso(each.revision.at),
            "by": each.revision.by,
            "reason": each.revision.reason,
            "changes": each.changes,
        }
        for each in found
    ]
    lines: list[str] = []
    for each in found:
        at, made = formatting.moment(each.revision.at), each.revision
        lines.append(text.styled(say("Bản {number} · {at} · {by}", number=made.revision, at=at, by=made.by), bold=True))
        lines += text.hung(made.reason, "  ")
        lines += [line for change in each.changes for line in text.hung(change, "  - ", "    ")]
    return Reply(facts, lines)


@command("export", "In bản đang áp dụng thành tệp province.toml.")
@_PROVINCE
def export(console: Console, province: str) -> Reply:
    file = console.runner.organisations.file(province).decode()
    return Reply({"province": province, "content": file}, file.splitlines())


@command("own", "Sửa tên gọi của cơ quan chung của tỉnh.")
@_PROVINCE
@_named(
    ("agency", "Tên cơ quan."),
    ("division", "Tên phòng chuyên môn."),
    ("centre", "Tên trung tâm phục vụ hành chính công."),
    ("section", "Tên bộ phận một cửa."),
    ("case_number", "Phần của cơ quan trong số hồ sơ."),
)
@_editing
def own(console: Console, province: str, person: str, reason: str, apply: bool, **values: str | None) -> Reply:
    return _edited(console, province, organisation_edit.set_own(_given(values)), person, reason, apply)


@command("lane", "Khai một vai trò (làn), hoặc sửa vai trò đã có.")
@_PROVINCE
@_ID
@_named(("label", "Tên gọi."))
@option("--kind", type=click.Choice([str(each) for each in LaneKind]), help="Loại việc của vai trò.")
@_named(("agency", "Id của cơ quan."), ("division", "Id của phòng."), ("reported_by", "Id của vai trò ghi nhận thay."))
@_editing
def lane(console: Console, province: str, id: str, person: str, reason: str, apply: bool, **values: Any) -> Reply:
    return _edited(console, province, organisation_edit.set_row("lanes", id, _given(values)), person, reason, apply)


@command("division", "Khai một phòng, hoặc sửa phòng đã có.")
@_PROVINCE
@_ID
@_named(("name", "Tên phòng."), ("agency", "Id của cơ quan."))
@_editing
def division(console: Console, province: str, id: str, person: str, reason: str, apply: bool, **values: Any) -> Reply:
    return _edited(console, province, organisation_edit.set_row("divisions", id, _given(values)), person, reason, apply)


@command("agency", "Khai một cơ quan khác, hoặc sửa cơ quan đã có.")
@_PROVINCE
@_ID
@_named(
    ("name", "Tên cơ quan."),
    ("division", "Tên phòng chuyên môn."),
    ("centre", "Nơi tiếp nhận hồ sơ."),
    ("section", "Tên bộ phận một cửa."),
    ("case_number", "Phần của cơ quan trong số hồ sơ."),
    ("reported_by", "Id của vai trò ghi nhận thay."),
)
@option("--accounts", type=click.Choice(["yes", "no"]), help="Người của cơ quan có tài khoản ở đây hay không.")
@_editing
def agency(console: Console, province: str, id: str, person: str, reason: str, apply: bool, **values: Any) -> Reply:
    if values["accounts"] is not None:
        values["accounts"] = values["accounts"] == "yes"
    return _edited(console, province, organisation_edit.set_row("agencies", id, _given(values)), person, reason, apply)


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _edited(console: Console, province: str, edit: Edit, person: str, reason: str, apply: bool) -> Reply:
    runner, who = console.runner, console.acting(person)
    edited = runner.organisations.edited(province, edit, who)
    changes = words.sentences(edited.before, edited.after)
    facts = {"province": province, "revision": edited.revision + 1, "changes": changes, "applied": apply}
    lines = [f"- {change}" for change in changes]
    if not apply:
        return Reply(facts, [*lines, say("Mới là xem trước, chưa ghi gì; thêm --apply và --reason để áp dụng.")])
    runner.organisations.revise(province, edit, reason, who, runner.clock.now(), base=edited.revision)
    done = say("Tổ chức của {province} nay là bản {number}.", province=province, number=edited.revision + 1)
    return Reply(facts, [*lines, done])


organisation = group(
    "organisation",
    "Tổ chức của tỉnh: cơ quan, phòng, vai trò; xem, xem trước một lần sửa, áp dụng.",
    [show, revisions, export, own, lane, division, agency],
)
