"""``motcua approval``: one analyst submits what comes into force, another one approves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

import click

from runner import formatting
from runner.cli import text
from runner.cli.command import Reply, command, group, option
from runner.cli.console import Console
from runner.cli.parameter import DATE
from runner.domain.deployment import Enforcement
from runner.domain.submission import Submission
from runner.language import say
from runner.services.procedures import VersionUnknown

_BY = option("--as", "person", metavar="ACCOUNT", required=True, help="Tài khoản của chuyên viên phân tích.")
_EFFECTIVE = option("--effective", type=DATE, help="Ngày có hiệu lực; không nêu thì từ lúc được phê duyệt.")
_NOTE = option("--note", default="", metavar="TEXT", help="Lời nhắn cho người phê duyệt.")
_ID = click.argument("id", metavar="SUBMISSION", type=int)


@command("list", "Những đề nghị đang chờ phê duyệt ở các tỉnh của mình.")
@_BY
def waiting(console: Console, person: str) -> Reply:
    found = console.runner.approvals.pending(console.acting(person))
    heads = tuple(map(say, ("Số", "Thủ tục", "Đề nghị", "Có hiệu lực", "Người trình", "Lúc trình")))
    rows = [
        (str(each.id), each.procedure, _what(each), _from(each), each.by, formatting.moment(each.at)) for each in found
    ]
    return Reply([asdict(each) for each in found], text.table(rows, heads))


@command("show", "In một đề nghị: trình gì, mã băm nào, ai đã mở xem gì, đã quyết định chưa.")
@_ID
@_BY
def show(console: Console, id: int, person: str) -> Reply:
    who = console.acting(person)
    made, views = console.runner.approvals.get(id, who), console.runner.approvals.views(id, who)
    coming = console.runner.procedures.coming(made.procedure, console.runner.clock.now())
    facts = asdict(made) | {"views": [asdict(each) for each in views], "coming": [asdict(each) for each in coming]}
    return Reply(facts, [*_lines(made), *(_later(each) for each in coming)])


@command("submit", "Trình một bản nháp không còn lỗi để người thứ hai phê duyệt.")
@click.argument("draft", type=int)
@_EFFECTIVE
@_NOTE
@_BY
def submit(console: Console, draft: int, effective: date | None, note: str, person: str) -> Reply:
    approvals, now = console.runner.approvals, console.runner.clock.now()
    return _made(approvals.submit(draft, console.acting(person), now, effective=effective, note=note))


@command("enforce", "Trình áp dụng lại một phiên bản đã triển khai.")
@click.argument("procedure")
@click.argument("number", type=int)
@_EFFECTIVE
@_NOTE
@_BY
def enforce(console: Console, procedure: str, number: int, effective: date | None, note: str, person: str) -> Reply:
    runner, who = console.runner, console.acting(person)
    known = {row.number: row.digest for row in runner.procedures.versions_of() if row.procedure == procedure}
    if known and number not in known:
        raise VersionUnknown(procedure=procedure, number=number)
    digest, now = known.get(number, ""), runner.clock.now()
    return _made(runner.approvals.propose(procedure, digest, who, now, effective=effective, note=note))


@command("repeal", "Trình bãi bỏ một thủ tục: không tiếp nhận hồ sơ mới, hồ sơ đang giải quyết đi hết.")
@click.argument("procedure")
@_EFFECTIVE
@option("--successor", default="", metavar="PROCEDURE", help="Thủ tục thay thế.")
@_NOTE
@_BY
def repeal(console: Console, procedure: str, effective: date | None, successor: str, note: str, person: str) -> Reply:
    approvals, who, now = console.runner.approvals, console.acting(person), console.runner.clock.now()
    made = approvals.propose(procedure, None, who, now, effective=effective, successor=successor, note=note)
    return _made(made)


@command("approve", "Phê duyệt một đề nghị, theo mã băm của phiên bản đã xem (“none” cho đề nghị bãi bỏ).")
@_ID
@option("--digest", required=True, metavar="SHA-256", help="Mã băm mà “motcua approval show” in ra.")
@_BY
def approve(console: Console, id: int, digest: str, person: str) -> Reply:
    runner, who = console.runner, console.acting(person)
    wanted = "" if digest == "none" else digest
    done = runner.approvals.approve(id, wanted, who, runner.clock.now(), shown=True)
    made = runner.approvals.get(id, who)
    line = say("Đã phê duyệt đề nghị {number}: có hiệu lực từ {moment}.", number=id, moment=_from(made))
    return Reply({"submission": asdict(made), "enforcement": asdict(done) if done else None}, [line])


@command("return", "Trả một đề nghị về cho người trình.")
@_ID
@option("--reason", required=True, metavar="TEXT", help="Lý do.")
@_BY
def send_back(console: Console, id: int, reason: str, person: str) -> Reply:
    console.runner.approvals.send_back(id, reason, console.acting(person), console.runner.clock.now())
    return Reply({"submission": id, "returned": True}, [say("Đã trả đề nghị {number} về cho người trình.", number=id)])


@command("withdraw", "Rút một đề nghị của mình.")
@_ID
@_BY
def withdraw(console: Console, id: int, person: str) -> Reply:
    console.runner.approvals.withdraw(id, console.acting(person), console.runner.clock.now())
    return Reply({"submission": id, "withdrawn": True}, [say("Đã rút đề nghị {number}.", number=id)])


approval = group(
    "approval",
    "Hai người: một người trình, một người khác phê duyệt những gì được đưa vào áp dụng.",
    [waiting, show, submit, enforce, repeal, approve, send_back, withdraw],
)


def _made(made: Submission) -> Reply:
    return Reply(asdict(made), [say("Đã trình, chờ một chuyên viên phân tích khác phê duyệt."), *_lines(made)])


def _lines(made: Submission) -> Iterator[str]:
    yield text.styled(
        say("Đề nghị {number} · {procedure} · {what}", number=made.id, procedure=made.procedure, what=_what(made)),
        bold=True,
    )
    yield say("  Mã băm: {digest}", digest=made.version or "none")
    yield say("  Có hiệu lực: {moment}", moment=_from(made))
    yield say("  Trình: {person}, {moment}", person=made.by, moment=formatting.moment(made.at))
    if made.note:
        yield from text.hung(made.note, "  ")
    if made.decided:
        facts = {"person": made.decided_by, "moment": formatting.moment(made.decided)}
        yield "  " + say(_VERDICTS[made.verdict], **facts)
    if made.reason:
        yield from text.hung(made.reason, "  ")


def _later(each: Enforcement) -> str:
    """What comes into force, or is repealed, some day after."""
    told = "  Đã định: từ {moment} theo phiên bản {digest}" if each.version else "  Đã định: bãi bỏ từ {moment}"
    return say(told, moment=formatting.moment(each.effective), digest=(each.version or "")[:12])


_VERDICTS = {
    "approved": "Phê duyệt: {person}, {moment}",
    "returned": "Trả lại: {person}, {moment}",
    "withdrawn": "Rút: {person}, {moment}",
}


def _what(made: Submission) -> str:
    if made.version is None:
        return say("bãi bỏ, thay bằng {procedure}", procedure=made.successor) if made.successor else say("bãi bỏ")
    return say("bản nháp {number}", number=made.draft) if made.draft else say("áp dụng lại một phiên bản")


def _from(made: Submission) -> str:
    return formatting.moment(made.effective) if made.effective else say("khi được phê duyệt")
