"""``motcua retention``, ``hold`` and ``erase``: what is kept too long, what has to be kept, what is erased."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from runner import formatting
from runner.cli import exit, text
from runner.cli.command import Reply, command, option
from runner.cli.console import Console
from runner.cli.operator import operator
from runner.cli.parameter import CASE, PATH, PERSON
from runner.errors import Refused
from runner.language import say
from runner.services.erasures import ErasureDone
from runner.services.retention import Kept, RetentionRun

APPROVER = "--approved-by"


class TwoNeeded(Refused):
    """Xóa dữ liệu cần hai người: --as là người đề nghị, --approved-by là lãnh đạo duyệt."""


@command("retention", "Hồ sơ đã hết thời hạn lưu: liệt kê; lập danh sách nộp lưu trữ; xóa dữ liệu cá nhân.")
@option("--transfer", type=PATH, metavar="FILE", help="Ghi danh sách nộp lưu trữ (CSV) vào tệp này.")
@option("--act", is_flag=True, help="Xóa dữ liệu cá nhân của hồ sơ đã có trong danh sách nộp lưu trữ.")
@option("--as", "person", metavar="ACCOUNT", help="Quản trị viên đề nghị xóa.")
@option(APPROVER, "approver", metavar="ACCOUNT", help="Lãnh đạo duyệt việc xóa.")
def retention(console: Console, transfer: Path | None, act: bool, person: str | None, approver: str | None) -> Reply:
    service, now = console.runner.retention, console.runner.clock.now()
    if act:
        if not (person and approver):
            raise TwoNeeded
        run = service.act(console.acting(person), console.acting(approver), now)
        code = exit.FINDINGS if run.refused else exit.OK
        return Reply({"erased": [_done(each) for each in run.done], "refused": len(run.refused)}, _ran(run), code)
    if transfer is None:
        found = service.over(now)
        return Reply([_facts(each) for each in found], _listed(found))
    with transfer.open("x", encoding="utf-8-sig", newline="") as file:  # what is there stays
        written, found = service.hand_over(console.acting(person) if person else operator(), now)
        file.write(written)
    said = say("Đã ghi {count} hồ sơ vào danh sách nộp lưu trữ {name}.", count=len(found), name=transfer)
    return Reply([_facts(each) for each in found], [said])


@command("hold", "Giữ lại một hồ sơ: không xóa dữ liệu cho đến khi thôi giữ (--lift).")
@CASE
@PERSON
@option("--ground", required=True, metavar="TEXT", help="Căn cứ.")
@option("--lift", is_flag=True, help="Thôi giữ.")
def hold(console: Console, case: str, person: str, ground: str, lift: bool) -> Reply:
    runner, who = console.runner, console.acting(person)
    found, holds = runner.audit.find(case), runner.retention.holds
    (holds.lift if lift else holds.hold)(found, ground, who, runner.clock.now())
    said = say("Đã thôi giữ hồ sơ {case}.", case=case) if lift else say("Đã giữ lại hồ sơ {case}.", case=case)
    return Reply({"case": found, "held": not lift}, [said])


@command("erase", "Xóa dữ liệu cá nhân của một hồ sơ theo luật; hồ sơ vẫn chạy tiếp và kiểm tra lại được.")
@CASE
@PERSON
@option(APPROVER, "approver", required=True, metavar="ACCOUNT", help="Lãnh đạo duyệt việc xóa.")
@option("--ground", required=True, metavar="TEXT", help="Điều luật hoặc quyết định làm căn cứ.")
def erase(console: Console, case: str, person: str, approver: str, ground: str) -> Reply:
    runner, requester = console.runner, console.acting(person)
    found, second = runner.audit.find(case), console.acting(approver)
    done = runner.retention.erasures.carry_out(found, ground, requester, second, runner.clock.now())
    return Reply(_done(done), [_erased(done)])


def _listed(found: Sequence[Kept]) -> Iterator[str]:
    if not found:
        yield say("Không có hồ sơ nào đã hết thời hạn lưu.")
        return
    heads = tuple(map(say, ("Hồ sơ", "Thủ tục", "Ngày kết thúc", "Lưu đến hết ngày", "Trạng thái")))
    yield from text.table(
        [
            (_name(each), each.case.procedure, formatting.day(each.ended), formatting.day(each.until), standing(each))
            for each in found
        ],
        heads,
    )


def standing(kept: Kept) -> str:
    """How a case stands that is kept longer than it has to be."""
    if kept.hold:
        return say("đang giữ lại: {ground}", ground=kept.hold.ground)
    return say("đã vào danh sách nộp lưu trữ") if kept.listed else say("chưa nộp lưu trữ")


def _ran(run: RetentionRun) -> Iterator[str]:
    yield from map(_erased, run.done)
    for case, error in run.refused:
        yield text.styled(f"#{case.id}: {error}", fg="red")
    yield say("Đã xóa dữ liệu cá nhân của {count} hồ sơ.", count=len(run.done))


def _erased(done: ErasureDone) -> str:
    return say(
        "Đã xóa dữ liệu cá nhân trong {count} mục nhật ký của hồ sơ #{case}.", count=len(done.entries), case=done.case
    )


def _name(kept: Kept) -> str:
    return kept.case.number or f"#{kept.case.id}"


def _facts(kept: Kept) -> dict[str, object]:
    return {
        "case": kept.case.id,
        "number": kept.case.number,
        "procedure": kept.case.procedure,
        "ended": kept.ended.isoformat(),
        "until": kept.until.isoformat(),
        "years": kept.years,
        "source": kept.source,
        "hold": kept.hold.ground if kept.hold else None,
        "listed": kept.listed,
    }


def _done(done: ErasureDone) -> dict[str, object]:
    return {"case": done.case, "entry": done.entry, "entries": list(done.entries), "fields": list(done.fields)}
