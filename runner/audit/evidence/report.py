"""The report of a bundle in plain words: what is concluded, who did what when, what is proven, and what is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from runner import formatting
from runner.audit.evidence.proofs import Proofs
from runner.audit.evidence.verifier.proof import ranges
from runner.domain.case import GOING_ON, Case
from runner.domain.deadline import Deadline
from runner.domain.entry import Cancel, CloseIncident, Erase, OpenIncident, Submit
from runner.domain.person import Person
from runner.domain.procedure import Agency
from runner.domain.timeliness import Verdict, verdict
from runner.language import say, speaking
from runner.papers.code import LONGEST, qr
from runner.papers.report import Block, Code, Digests, Facts, Heading, Items, Report, Table, Text
from runner.reports import vocabulary
from runner.reports.timeline import Event
from runner.services.audit import ReplayedEntry
from runner.services.version import Version


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as the report tells it. `due` is when the task that it did was due."""

    seq: int
    at: datetime
    who: str
    what: str
    due: datetime | None = None

    @property
    def verdict(self) -> Verdict | None:
        """How a task stood to its limit; None of what has none."""
        return verdict(self.due, self.at) if self.due else None


@dataclass(frozen=True, slots=True)
class Content:
    """What the report is made of.

    `divergence` is why the case does not replay, "" when it does; `overdue` are the tasks that are late now.
    """

    case: Case
    version: Version
    number: int
    by: Person
    at: datetime
    ground: str
    divergence: str
    told: tuple[Told, ...]
    entries: int
    overdue: tuple[str, ...]
    withheld: tuple[int, ...]
    proofs: Proofs
    files: int
    digest: str
    personal: bool


def told(events: Sequence[Event], steps: Sequence[ReplayedEntry], withheld: frozenset[int]) -> tuple[Told, ...]:
    """The entries of a time line; of those withheld only which act it was."""
    found, before = list[Told](), dict[str, Deadline]()
    for event, step in zip(events, steps, strict=True):
        entry, body = event.entry, event.entry.body
        deadline = before.get(body.task) if isinstance(body, Submit) else None
        what = "\n".join(event.sentences)
        if entry.seq in withheld:
            free = isinstance(body, Cancel | OpenIncident | CloseIncident | Erase)
            what = say("(nội dung để ngoài gói)") if free else event.sentences[0]
        found.append(Told(entry.seq, entry.at, event.who, what, deadline.due if deadline else None))
        before = dict(step.deadlines)
    return tuple(found)


def report(content: Content) -> bytes:
    """The report as PDF, as of the moment of the bundle. Raises `PaperTooLarge`, `PaperFailed`."""
    with speaking("vi"):
        case, office = content.case, content.version.office
        name = case.number or f"#{case.id}"
        return Report(
            at=content.at,
            issuer=_issuer(office),
            dated=say("{place}, {date}", place=content.version.province.name, date=formatting.written_day(content.at)),
            title=say("BÁO CÁO QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ"),
            subtitle=say("do phần mềm Một Cửa lập từ nhật ký, kèm gói chứng cứ"),
            foot=say(
                "Gói chứng cứ hồ sơ {number} · mã băm nội dung {digest}…", number=name, digest=content.digest[:16]
            ),
            blocks=tuple(_blocks(content, name)),
        ).pdf()


def _issuer(office: Agency) -> tuple[str, ...]:
    return (office.name.upper(),)


def _blocks(content: Content, name: str) -> Iterator[Block]:
    facts, case = content.version.procedure, content.case
    decision = say(
        "Quyết định số {number}, phiên bản {version} trên hệ thống",
        number=facts.decision.number,
        version=content.number,
    )
    by = say("{moment}, {name}", moment=formatting.moment(content.at), name=say(content.by.name))
    rows = [
        (say("Mã hồ sơ"), name),
        (say("Chủ hồ sơ"), case.subject if content.personal else say("(để ngoài gói)")),
        (say("Thủ tục"), f"{facts.title} ({facts.code.partition('/')[2]})"),
        (say("Căn cứ"), decision),
        (say("Lập lúc"), by),
        (say("Lý do lập"), content.ground),
    ]
    yield Facts(tuple(rows))
    yield Heading(say("1. Kết luận"))
    yield from _conclusions(content)
    yield Heading(say("2. Diễn biến"))
    head = (say("Số"), say("Lúc"), say("Ai"), say("Việc"), say("Hạn"))
    yield Table((0, 0, 3, 6, 3), head, tuple(_row(each) for each in content.told))
    yield Heading(say("3. Điều được chứng minh"))
    yield from _proven(content)
    yield Heading(say("4. Điều không được chứng minh"))
    yield Items(tuple(_unproven(content)))
    yield Heading(say("5. Tự kiểm gói này"))
    yield from _checking(content)


def _conclusions(content: Content) -> Iterator[Block]:
    if content.divergence:
        yield Text(content.divergence, say("Không khớp."))
    else:
        said = say("Chạy lại {count} mục nhật ký, mục nào cũng cho đúng trạng thái đã ghi.", count=content.entries)
        yield Text(said, say("Khớp."))
    late = [each for each in content.told if each.verdict == Verdict.LATE]
    if late:
        places = ", ".join(str(each.seq) for each in late)
        yield Text(say("{count} việc xong sau hạn: mục {places}.", count=len(late), places=places), say("Có trễ hạn."))
    if content.overdue:
        yield Text(f"{'; '.join(content.overdue)}.", say("Đang quá hạn:"))
    if not (late or content.overdue or content.divergence):
        yield Text(say("Việc nào có hạn và đã xong đều xong trong hạn."), say("Không trễ hạn."))
    case = content.case
    status = say(vocabulary.STATUSES[case.status])
    if case.outcome in vocabulary.OUTCOMES:
        status = f"{status}, {say(vocabulary.OUTCOMES[case.outcome])}"
    if case.due:
        status = say("{status}; hẹn trả kết quả {moment}", status=status, moment=formatting.moment(case.due))
    if case.verdict:
        status = f"{status}: {say(vocabulary.VERDICTS[case.verdict]).lower()}"
    label = say("Hồ sơ hiện nay:") if case.status in GOING_ON else say("Hồ sơ:")
    yield Text(f"{status}.", label)


def _row(each: Told) -> tuple[str, ...]:
    if each.due and each.verdict:
        stood = f"{formatting.moment(each.due)}\n{say(vocabulary.VERDICTS[each.verdict])}"
    else:
        stood = "–"
    return str(each.seq), formatting.moment(each.at).replace(" ", "\n", 1), each.who, each.what, stood


def _proven(content: Content) -> Iterator[Block]:
    proofs = content.proofs
    if not proofs.heads:
        yield Text(say("Hệ thống chưa ký mốc nào, nên chưa điều gì được chứng minh với người ngoài."))
        return
    rows = [
        (ranges(list(each.entries)), formatting.number(each.head.size), formatting.moment(each.head.at))
        for each in proofs.covered
    ]
    if rows:
        yield Table((2, 1, 2), (say("Mục nhật ký"), say("Mốc"), say("Có từ trước lúc")), tuple(rows))
    if proofs.uncovered:
        seqs = ranges(list(proofs.uncovered))
        yield Text(say("Mục {seqs} mới hơn mốc đã ký cuối cùng: chưa được chứng minh.", seqs=seqs))
    newest = proofs.heads[-1]
    said = say(
        "Mốc mới nhất trong gói: {size} mục, ký {moment}. Khi có người ngoài giữ mốc này (Thanh tra, người chứng, phiếu"
        " đã in), không ai đổi được điều đã ghi mà không lộ ra.",
        size=formatting.number(newest.size),
        moment=formatting.moment(newest.at),
    )
    if len(newest.note) <= LONGEST:
        yield Code(qr(newest.note), say("Mã QR của mốc đã ký"), said)
    else:
        yield Text(said)
    yield Digests(((say("Mốc"), newest.root.hex()),))


def _unproven(content: Content) -> Iterator[str]:
    yield say("Điều người nộp và cán bộ đã khai là sự thật.")
    yield say("Người đăng nhập đúng là người ấy, và không ai ép buộc họ.")
    yield say("Việc đã làm ngoài phần mềm, hay chưa bao giờ được nhập vào.")
    yield say("Sau mục cuối của gói không còn mục nào: điều này chỉ kiểm được tại cơ quan, bằng “motcua verify”.")
    if content.withheld:
        seqs = ranges(list(content.withheld))
        yield say("Nội dung của mục {seqs}: để ngoài gói này, chỉ còn mã băm.", seqs=seqs)


def _checking(content: Content) -> Iterator[Block]:
    yield Text(
        say(
            "Gói có {count} tệp. Chạy “python verify.py” trong thư mục đã giải nén, hoặc “python verify.py goi.zip”; mã"
            " thoát 0 là khớp. Nên lấy verify.py và khóa công khai từ Thanh tra tỉnh, đừng lấy trong gói. Khi"
            " verify.py in ra đúng mã băm dưới đây, báo cáo này thuộc về gói ấy.",
            count=content.files,
        )
    )
    yield Digests(((say("Mã băm nội dung gói"), content.digest),))
    yield Code(qr(f"sha256:{content.digest}"), say("Mã QR của mã băm nội dung gói"), say("Mã băm nội dung gói"), 25)
