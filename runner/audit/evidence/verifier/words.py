"""The sentences, in Vietnamese and English, and what was found so far."""

from __future__ import annotations

from typing import Any

PROVEN, ALTERED, INCOMPLETE, UNREADABLE = 0, 1, 2, 3

SENTENCES = {
    "title": ("Gói chứng cứ của hồ sơ {number}", "Evidence of the case {number}"),
    "good": ("ĐẠT", "HOLDS"),
    "bad": ("SAI", "FAILS"),
    "open": ("THIẾU", "OPEN"),
    "note": ("LƯU Ý", "NOTE"),
    "result0": (
        "KẾT LUẬN: nguyên vẹn, và được mốc đã ký chứng minh.",
        "RESULT: whole, and proven by a signed head.",
    ),
    "result1": (
        "KẾT LUẬN: ĐÃ BỊ SỬA. Đừng dùng gói này.",
        "RESULT: ALTERED. Do not rely on this bundle.",
    ),
    "result2": (
        "KẾT LUẬN: nguyên vẹn, nhưng CHƯA CHỨNG MINH ĐỦ.",
        "RESULT: whole, but NOT ALL OF IT IS PROVEN.",
    ),
    "result3": ("KHÔNG KIỂM ĐƯỢC: {why}", "NOT CHECKED: {why}"),
    "digest": ("Tệp .zip đúng mã băm đã cho.", "The .zip has the digest that was given."),
    "other_digest": (
        "Tệp .zip có mã băm {found}, không phải mã đã cho.",
        "The .zip has the digest {found}, not the one that was given.",
    ),
    "no_digest": (
        "Mã băm của gói chỉ kiểm được trên tệp .zip.",
        "The digest of a bundle can be checked of a .zip only.",
    ),
    "container": (
        "Tệp .zip không được dựng như quy định, từ byte {at}.",
        "The .zip is not built as it has to be, from byte {at} on.",
    ),
    "many": ("Gói có quá nhiều tệp.", "The bundle has too many files."),
    "name": ("Tên tệp không được phép: {name}", "A name that no file may have: {name}"),
    "link": ("Không phải tệp thường: {name}", "Not a plain file: {name}"),
    "format": (
        "Gói có định dạng {found}; chương trình này biết định dạng 1.",
        "The bundle has format {found}; this program knows format 1.",
    ),
    "unread": ("{name} không đúng dạng: {why}", "{name} is not in its form: {why}"),
    "files": ("{count} tệp đúng kích cỡ và mã băm.", "{count} files have their sizes and digests."),
    "file": ("Tệp đã bị sửa: {name}", "A file was altered: {name}"),
    "missing": ("Thiếu tệp: {name}", "A file is missing: {name}"),
    "extra": ("Tệp không thuộc gói: {name}", "A file is not of the bundle: {name}"),
    "contents": ("Mã băm nội dung, như báo cáo in: {digest}", "Digest of the contents, as the report has it: {digest}"),
    "chain": (
        "{count} mục nhật ký liền một chuỗi, nội dung khớp mã băm.",
        "{count} entries of the journal are one chain and say what was sealed.",
    ),
    "entry": ("Mục nhật ký số {seq} không còn như khi ghi.", "Entry {seq} of the journal is not as it was written."),
    "withheld": ("Để ngoài gói: nội dung của mục nhật ký số {seqs}.", "Left out: what the entries {seqs} say."),
    "erased": (
        "Đã xóa theo luật: nội dung của mục nhật ký số {seqs}.",
        "Lawfully erased: what the entries {seqs} said.",
    ),
    "withheld_files": ("Để ngoài gói: {count} tệp đính kèm.", "Left out: {count} attached files."),
    "versions": (
        "{count} phiên bản quy trình đúng mã đã ghi.",
        "{count} versions of the procedure have the digests that were recorded.",
    ),
    "version": ("Phiên bản quy trình không đúng: {digest}", "A version of the procedure is not right: {digest}"),
    "attachments": ("{count} tệp đính kèm đúng như nhật ký ghi.", "{count} attached files are as the journal says."),
    "attachment": (
        "Tệp đính kèm không đúng như nhật ký ghi: {name}",
        "An attached file is not as the journal says: {name}",
    ),
    "revisions": (
        "{count} bản lịch làm việc và tổ chức đúng mã đã ghi.",
        "{count} revisions of calendar and organisation have the digests that were recorded.",
    ),
    "revision": (
        "Bản lịch hoặc tổ chức không đúng: {name}",
        "A revision of calendar or organisation is not right: {name}",
    ),
    "events": ("{count} sự kiện của sổ kiểm chứng nguyên vẹn.", "{count} events of the record are whole."),
    "event": ("Sự kiện số {id} không còn như khi ghi.", "Event {id} is not as it was written."),
    "own_key": (
        "Khóa là khóa nằm trong gói; hãy so với khóa nhận từ nơi khác: {public}",
        "The key is the bundle's own; compare it with the one you have from elsewhere: {public}",
    ),
    "no_head": ("Gói không có mốc đã ký nào.", "The bundle has no signed head."),
    "signed": ("Mốc {size} đúng chữ ký của {name}; ký lúc {at}.", "Head {size} is signed by {name}, at {at}."),
    "cosigned": ("Mốc {size} có người chứng {name}; chứng lúc {at}.", "Head {size} is witnessed by {name}, at {at}."),
    "unsigned": ("Mốc {size} không đúng chữ ký.", "Head {size} is not signed by the key."),
    "head": ("Mốc {size} không phải là mốc của gói này.", "Head {size} is not one of this bundle's record."),
    "continues": (
        "{count} mốc nối tiếp nhau: mốc sau giữ nguyên điều mốc trước đã ghi.",
        "{count} heads continue each other: none rewrites what an earlier one had.",
    ),
    "extra_leaf": (
        "Gói có đường chứng mà không có nội dung: {name}",
        "The bundle has a proof of what is not in it: {name}",
    ),
    "leaf": ("{name} không nằm trong mốc {size}.", "{name} is not in head {size}."),
    "covered": (
        "Mục nhật ký số {seqs} có từ trước {at}: mốc {size} chứng minh.",
        "Entries {seqs} were there before {at}: head {size} proves it.",
    ),
    "covered_events": ("{count} sự kiện nằm trong mốc {size}.", "{count} events are in head {size}."),
    "uncovered": ("Chưa có mốc đã ký nào chứng minh: {names}", "No signed head proves: {names}"),
    "outside": (
        "Mốc nhận từ nơi khác ({size}) chính là mốc trong gói.",
        "The head from elsewhere ({size}) is the bundle's.",
    ),
    "other_outside": (
        "Mốc nhận từ nơi khác ({size}) KHÁC mốc trong gói.",
        "The head from elsewhere ({size}) is NOT the bundle's.",
    ),
    "other_key": (
        "Mốc {sizes} do khóa khác ký, không phải khóa đã ký mốc nhận từ nơi khác; hãy nêu khóa bằng --key.",
        "Heads {sizes} are signed by another key than the head from elsewhere; give the key by --key.",
    ),
    "open_outside": (
        "Gói không có mốc {size} nên chưa so được với mốc nhận từ nơi khác.",
        "The bundle has no head {size}, so it cannot be compared with the one from elsewhere.",
    ),
    "limits": (
        "Không chứng minh: điều đã khai là sự thật; người đăng nhập đúng là người ấy; sau mục cuối của gói không còn"
        " mục nào; lời của báo cáo và giấy in.",
        "Not proven: that what was declared is true; that who signed in was that person; that nothing came after the"
        " bundle's last entry; the words of report and papers.",
    ),
}


class Fault(Exception):
    """The bundle is not as it has to be: a key of `SENTENCES` and what fills its gaps."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


class Findings:
    """What was found so far, in one language, and the exit code that it amounts to."""

    def __init__(self, language: str) -> None:
        self.place = 1 if language == "en" else 0
        self.lines: list[str] = []
        self.code = PROVEN

    def say(self, key: str, **facts: object) -> str:
        """A sentence. What fills its gaps may be a forger's: no character of it moves the cursor."""
        plain = {name: _plain(fact) for name, fact in facts.items()}
        return SENTENCES[key][self.place].format(**plain)

    def add(self, mark: str, key: str, **facts: object) -> None:
        """Add a line: `mark` is ``good``, ``bad``, ``open`` or ``note``."""
        if mark == "bad":
            self.code = ALTERED
        if mark == "open" and self.code == PROVEN:
            self.code = INCOMPLETE
        self.lines.append(f"{self.say(mark):<6} {self.say(key, **facts)}")

    def fault(self, fault: Fault) -> None:
        """Add what is wrong."""
        self.add("bad", fault.key, **fault.facts)


def _plain(fact: Any) -> str:
    return "".join(each if each.isprintable() else "?" for each in str(fact))[:500]
