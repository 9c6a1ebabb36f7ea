"""What a verification found, and what may be said of it, in words. It names differences, never a culprit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from runner import formatting
from runner.domain.verification import Check, Finding, Report, Scope, Word
from runner.errors import Divergence
from runner.language import say
from runner.reports import vocabulary

CLAIMS: Final[Mapping[Check, str]] = MappingProxyType(
    {
        Check.CHAIN: "Trong mỗi hồ sơ, không mục nhật ký nào bị sửa, chèn hay đổi chỗ",
        Check.REPLAY: "Chạy lại từng mục cho đúng trạng thái đã ghi",
        Check.TABLES: "Sổ hồ sơ, việc, mốc thời hạn, sự cố, thông báo đúng như nhật ký",
        Check.VERSIONS: "Sơ đồ, biểu mẫu, dữ kiện, bảng phí đúng như lúc triển khai",
        Check.REVISIONS: "Lịch làm việc và tổ chức đúng như lúc lập",
        Check.ACTORS: "Người thao tác có quyền vào lúc ấy",
        Check.MOMENTS: "Các thời điểm trong một hồ sơ không lùi lại, không mục nào ghi lùi ngày",
        Check.FILES: "Tệp đính kèm còn nguyên từng byte, đúng tên, cỡ và loại",
        Check.NUMBERS: "Không thiếu hồ sơ, mỗi số hồ sơ được cấp một lần",
        Check.REGISTRY: "Tài khoản, vai trò, phiên bản, lịch đúng như các sự kiện đã ghi",
        Check.GUARDS: "Các chốt bảo vệ trong cơ sở dữ liệu còn đủ và không bị sửa",
        Check.LOG: "Mọi mục nhật ký và sự kiện nằm trong sổ kiểm chứng, đúng chỗ",
        Check.HEADS: "Mọi mốc đã ký đúng với sổ kiểm chứng",
    }
)
WORDS: Final[Mapping[Word, str]] = MappingProxyType(
    {
        Word.PROVEN: "Đã chứng minh",
        Word.MATCHES: "Khớp, chưa có mốc",
        Word.UNCHECKED: "Chưa kiểm",
        Word.UNCHECKABLE: "Không kiểm được",
        Word.DIVERGES: "Sai lệch",
    }
)
MISSING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "no key": "chưa biết khóa công khai nào được ký mốc",
        "no head": "chưa có mốc nào được ký",
        "given up": "có mốc đã ký mà sổ kiểm chứng không còn khớp; người vận hành đã xác nhận",
    }
)
"""What a check lacks that could not be made."""
UNPROVEN: Final = (
    ("Điều người ta gõ vào là sự thật", "chỉ chứng rằng nó không đổi từ lúc ký mốc"),
    ("Người ngồi trước máy là chủ tài khoản", "dựa vào mật khẩu và phiên làm việc, không phải chữ ký số cá nhân"),
    ("Việc làm ngoài phần mềm", "giấy tờ chuyển tay, điện thoại"),
    ("Thư báo đã tới nơi", "sổ chỉ ghi lúc phần mềm này gửi đi"),
)
"""What no verification proves, and why."""
SCOPES: Final[Mapping[Scope, str]] = MappingProxyType(
    {
        Scope.NIGHTLY: "hằng đêm",
        Scope.WHOLE: "toàn bộ",
        Scope.SAMPLE: "mẫu bốc thăm",
        Scope.CASES: "hồ sơ nêu tên",
    }
)
_FINDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "column": "{about}: đang ghi “{recorded}”, đúng ra là “{computed}”",
        "column kept": "{about}: khác với điều nhật ký hoặc sự kiện cho biết",
        "row missing": "{about}: dòng này không còn",
        "row extra": "{about}: dòng này không do thao tác nào tạo ra",
        "no journal": "{about} không có nhật ký",
        "undecodable": "không đọc được mục nhật ký ({about})",
        "unreadable rows": "có dòng không đọc được ({about})",
        "no right": "tài khoản “{about}” không có quyền làm việc này theo chính mục nhật ký",
        "account unknown": "không có sự kiện nào nói có tài khoản “{about}” vào lúc ấy",
        "account otherwise": "tài khoản “{about}” lúc ấy có tên hoặc vai trò khác với mục nhật ký",
        "earlier": "thời điểm sớm hơn mục trước ({recorded})",
        "backdated": "ghi lùi ngày: một mốc đã ký sau thời điểm này mà chưa có mục này",
        "event backdated": "sự kiện ghi lùi ngày: một mốc đã ký sau thời điểm này mà chưa có nó ({about})",
        "later than now": "thời điểm ở tương lai ({recorded})",
        "file missing": "tệp “{about}” không còn được giữ",
        "file other": "tệp “{about}” có tên, cỡ hoặc loại khác với nhật ký",
        "file unnamed": "tệp “{about}” không có mục nhật ký nào nêu như thế",
        "file altered": "nội dung tệp “{about}” đã bị sửa",
        "cases missing": "thiếu hồ sơ {about}",
        "number twice": "số hồ sơ {about} được cấp hai lần",
        "number missing": "số hồ sơ {about} đã cấp mà không có hồ sơ nào mang",
        "blob altered": "{about}: nội dung tệp đã bị sửa",
        "version altered": "phiên bản của {about} không còn là những tệp đã triển khai",
        "revision missing": "{about}: thiếu bản trước bản này",
        "revision unknown": "mục này nêu {about}, không có bản ấy",
        "revision altered": "{about}: nội dung đã bị sửa",
        "guard missing": "thiếu chốt “{about}”",
        "guard altered": "chốt “{about}” đã bị sửa",
        "guard foreign": "có “{about}”, không do phần mềm tạo",
        "told twice": "{about}: có sự kiện sau nói khác điều đã chốt về dòng này",
        "row untold": "{about}: không có sự kiện nào nói về dòng này",
        "entry removed": "mục nhật ký này có trong sổ kiểm chứng mà không còn trong nhật ký",
        "entry altered": "mục nhật ký này khác với lúc vào sổ kiểm chứng",
        "entry unlogged": "mục nhật ký này không có trong sổ kiểm chứng và không chờ vào sổ",
        "event removed": "sự kiện không còn ({about})",
        "event altered": "sự kiện khác với lúc vào sổ kiểm chứng ({about})",
        "event unlogged": "sự kiện không có trong sổ kiểm chứng và không chờ vào sổ ({about})",
        "leaf missing": "sổ kiểm chứng đứt đoạn sau {about} mục",
        "leaf unreadable": "không đọc được một mục của sổ kiểm chứng ({about})",
        "node altered": "{about}: nút của cây băm không đúng",
        "head altered": "{about}: mốc trong cơ sở dữ liệu khác với chữ ký của nó",
        "head unreadable": "không đọc được một mốc của {about} ({recorded})",
        "head unsigned": "mốc của {about} không do khóa của nơi này ký",
        "head other": "mốc của {about} không phải mốc của sổ kiểm chứng này: quá khứ đã bị sửa",
        "head ahead": "mốc của {about} có nhiều mục hơn sổ kiểm chứng (chỉ còn {recorded}): phần cuối đã mất",
    }
)
"""The sentence of a finding by its code; those of a replay's divergence are in `vocabulary`."""


def sentence(finding: Finding) -> str:
    """A finding as a sentence: where, and what does not agree."""
    what = "column kept" if finding.what == "column" and not (finding.recorded or finding.computed) else finding.what
    template = _FINDINGS.get(what)
    if template is None:
        return vocabulary.divergence(Divergence(case=finding.case, seq=finding.seq, what=finding.what))
    about = finding.about or (f"#{finding.case}" if finding.case else "")
    what = say(template, about=about, recorded=finding.recorded, computed=finding.computed)
    if finding.case and finding.seq:
        return say("Hồ sơ {case}, mục nhật ký số {seq}: {what}.", case=finding.case, seq=finding.seq, what=what)
    if finding.case:
        return say("Hồ sơ {case}: {what}.", case=finding.case, what=what)
    return f"{what}." if what.startswith(about) and about else f"{what[:1].upper()}{what[1:]}."


def summary(report: Report) -> str:
    """What a report came to, in one sentence."""
    tally = report.tally
    facts = {"cases": tally.cases, "entries": tally.entries, "found": tally.found, "diverging": tally.diverging}
    if not tally.found:
        return say("{cases} hồ sơ, {entries} mục nhật ký: mọi điều đã kiểm đều khớp.", **facts)
    return say("{cases} hồ sơ, {entries} mục nhật ký: {found} chỗ không khớp, ở {diverging} hồ sơ.", **facts)


def standing(report: Report) -> list[str]:
    """What is proven, by which head, since when; and what is not."""
    lines = [_line(report, check) for check in Check if report.word(check) != Word.UNCHECKED]
    if since := report.tally.since.get(Check.LOG):
        lines.append(say("Sổ kiểm chứng bắt đầu {at}.", at=formatting.moment(datetime.fromisoformat(since))))
    if report.head:
        seen = say("có người chứng") if report.witnessed else say("chưa có người chứng")
        lines.append(say("Mốc đã ký phủ {size} mục, {seen}.", size=report.head, seen=seen))
    if report.tally.waiting:
        lines.append(say("{count} mục chưa có mốc nào phủ.", count=report.tally.waiting))
    lines += [say("Không chứng minh: {what} ({why}).", what=say(what), why=say(why)) for what, why in UNPROVEN]
    return lines


def _line(report: Report, check: Check) -> str:
    lacking = lacks(report, check)
    return f"{say(CLAIMS[check])}: {result(report, check)}{f' ({lacking})' if lacking else ''}."


def called(report: Report, word: Word) -> str:
    """What a word of a report is called: what lacks only a witness is not told as if it had no head."""
    if word == Word.MATCHES and report.head:
        return say("Khớp, mốc chưa có người chứng")
    if word == Word.MATCHES and report.scope in (Scope.SAMPLE, Scope.CASES):
        return say("Khớp, chưa đối chiếu với mốc")
    if word == Word.UNCHECKED and report.ended and report.scope in (Scope.NIGHTLY, Scope.WHOLE):
        return say("Không có gì để kiểm")
    return say(WORDS[word])


def result(report: Report, check: Check) -> str:
    """The word for a check, with how many findings."""
    word = called(report, report.word(check))
    count = report.tally.failed.get(check)
    return say("{word}: {count} chỗ", word=word, count=count) if count else word


def lacks(report: Report, check: Check) -> str:
    """What a check that could not be made lacks; "" of others."""
    code = report.tally.missing.get(check)
    return say(MISSING[code]) if code else ""
