"""The audit file on paper: how a sample was drawn, what was found in each case, who signed.

Whoever holds the paper can draw the same sample again: it names the population, the method and the seed. `at` is the
moment of the last thing in the file (its sign-off, or its last note), so that the paper is the same each time:

    sampling_report(AuditFile(
        number="KT-2026-04", title="Kiểm tra định kỳ quý IV/2026", province="Hà Tĩnh",
        issuer=("UBND TỈNH HÀ TĨNH", "THANH TRA TỈNH"), at=last.at,
        population="163 hồ sơ nhận từ 01/07/2026 đến 29/11/2026", method="…", seed="3fa177c0-KT-2026-04",
        strata=(Stratum("trễ hạn", 31, 5),), cases=(Examined("…H27-260903-0002", "trễ hạn", "không có phát hiện"),),
        signers=(SignedOff("Người lập", "Trịnh Thị Loan", signed_at),)))
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from runner import formatting
from runner.language import say, speaking
from runner.papers.report import Block, Facts, Heading, Report, Signatures, Signer, Table, Text


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum of the population: its `name`, how many cases it has, how many were `drawn`."""

    name: str
    size: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Note:
    """A note on a case, as it was written `at` a moment by `author`; a later one stands beside it, never over it."""

    at: datetime
    author: str
    text: str
    entries: str = ""
    """The entries of the journal on which it rests: ``9, 10``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding: how `severe` it is in words, and what was found."""

    severe: str
    text: str
    entries: str = ""


@dataclass(frozen=True, slots=True)
class Examined:
    """A case of the sample by its `number`: the `reason` why it is in it, and its `result` in words."""

    number: str
    reason: str
    result: str
    notes: tuple[Note, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedOff:
    """Who signs, as what; `at` is None until then."""

    role: str
    name: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditFile:
    """The content of the paper; moments are aware, all texts in Vietnamese."""

    number: str
    title: str
    province: str
    issuer: tuple[str, ...]
    at: datetime
    population: str
    method: str
    seed: str
    strata: tuple[Stratum, ...]
    cases: tuple[Examined, ...]
    signers: tuple[SignedOff, ...]
    seal: str = ""
    """The SHA-256 (hex) of the file's content that its sign-off names; "" before."""
    whole: bool = True
    """Whether the file is what the record tells of it; a paper of one that is not says so before anything else."""


def sampling_report(file: AuditFile) -> bytes:
    """The audit file as PDF. Raises `PaperTooLarge`, `PaperFailed`."""
    with speaking("vi"):
        return Report(
            at=file.at,
            issuer=file.issuer,
            dated=say("{place}, {date}", place=file.province, date=formatting.written_day(file.at)),
            title=say("TỆP KIỂM TRA {number}", number=file.number),
            subtitle=file.title,
            foot=say("Tệp kiểm tra {number}", number=file.number),
            blocks=tuple(_blocks(file)),
        ).pdf()


def _blocks(file: AuditFile) -> Iterator[Block]:
    if not file.whole:
        yield Text(say("Tệp này không khớp với sổ kiểm chứng: nội dung dưới đây không phải là những gì đã rút, đã ký."))
    yield Heading(say("1. Cách lấy mẫu"))
    facts = [(say("Tổng thể"), file.population), (say("Cách rút"), file.method), (say("Hạt giống"), file.seed)]
    facts.append((say("Cỡ mẫu"), say("{count} hồ sơ", count=len(file.cases))))
    yield Facts(tuple(facts))
    if file.strata:
        rows = [(each.name, formatting.number(each.size), formatting.number(each.drawn)) for each in file.strata]
        yield Table((1, 0, 0), (say("Tầng"), say("Số hồ sơ"), say("Số rút")), tuple(rows))
    yield Heading(say("2. Hồ sơ đã xem"))
    yield Table(
        (0, 0, 2, 2),
        (say("Số"), say("Hồ sơ"), say("Vì sao có trong mẫu"), say("Kết quả")),
        tuple((str(place), case.number, case.reason, case.result) for place, case in enumerate(file.cases, 1)),
    )
    yield Heading(say("3. Phát hiện"))
    found = [
        (case.number, each.severe, _resting(each.text, each.entries)) for case in file.cases for each in case.findings
    ]
    if found:
        yield Table((0, 0, 1), (say("Hồ sơ"), say("Mức độ"), say("Nội dung")), tuple(found))
    else:
        yield Text(say("Không có phát hiện."))
    notes = [
        (case.number, f"{formatting.moment(each.at)}\n{each.author}", _resting(each.text, each.entries))
        for case in file.cases
        for each in case.notes
    ]
    if notes:
        yield Heading(say("4. Ghi chú"))
        yield Table((0, 0, 1), (say("Hồ sơ"), say("Lúc, người ghi"), say("Nội dung")), tuple(notes))
    if file.seal:
        yield Text(say("SHA-256 của nội dung đã ký: {digest}", digest=file.seal))
    if file.signers:
        yield Signatures(tuple(Signer(each.role.upper(), _signed(each.at), each.name) for each in file.signers))


def _resting(text: str, entries: str) -> str:
    return f"{text}\n{say('Mục nhật ký: {entries}', entries=entries)}" if entries else text


def _signed(at: datetime | None) -> str:
    return say("Đã ký {moment}", moment=formatting.moment(at)) if at else say("(Chưa ký)")
