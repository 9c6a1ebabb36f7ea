"""What changed in the facts of a procedure: every key of the file, those of lists by their own ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from runner import formatting
from runner.authoring.difference.change import Change, written
from runner.domain.procedure import Procedure, Province
from runner.language import say

LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "code": ("decision", "Mã thủ tục"),
    "title": ("decision", "Tên thủ tục"),
    "title_en": ("details", "Tên thủ tục bằng tiếng Anh"),
    "kind": ("details", "Loại thủ tục"),
    "form_set": ("papers", "Bộ mẫu giấy tờ"),
    "channels": ("papers", "Cách thức nộp hồ sơ"),
    "conditions": ("papers", "Yêu cầu, điều kiện"),
    "applicants": ("papers", "Đối tượng thực hiện"),
    "authority": ("roles", "Cơ quan giải quyết"),
    "received_at": ("papers", "Nơi tiếp nhận"),
    "notes": ("details", "Lưu ý"),
    "silent": ("details", "Mục quyết định không nói đến"),
    "change": ("decision", "Ban hành mới hay sửa đổi"),
    "returned_at": ("papers", "Nơi trả kết quả"),
    "fees_text": ("fees", "Lời của quyết định về phí"),
    "dossier_sets": ("papers", "Số bộ hồ sơ"),
    "none": ("details", "Mục quyết định nói rõ là không có"),
    "agency": ("roles", "Cơ quan có thủ tục"),
    "agencies": ("roles", "Cơ quan thực hiện, phối hợp"),
    "bases": ("decision", "Căn cứ pháp lý"),
    "decision.number": ("decision", "Số quyết định"),
    "decision.date": ("decision", "Ngày ký quyết định"),
    "decision.title": ("decision", "Trích yếu quyết định"),
    "decision.issuer": ("decision", "Cơ quan ban hành"),
    "decision.signer": ("decision", "Người ký quyết định"),
    "decision.effective": ("decision", "Ngày quyết định có hiệu lực"),
    "decision.announced_by": ("decision", "Quyết định công bố"),
    "decision.signed_as": ("decision", "Thẩm quyền ký quyết định"),
    "decision.bases": ("decision", "Căn cứ của quyết định"),
    "decision.proposals": ("decision", "Đề nghị mà quyết định dựa vào"),
    "decision.amends": ("decision", "Quyết định được sửa đổi"),
    "decision.replaces": ("decision", "Văn bản bị thay thế"),
    "decision.electronic": ("decision", "Lời giao xây dựng quy trình điện tử"),
    "time.limit_days": ("time", "Thời hạn giải quyết"),
    "time.unit": ("time", "Cách đếm ngày"),
    "time.text": ("time", "Lời của quyết định về thời hạn"),
    "time.counted_from": ("time", "Lúc bắt đầu tính thời hạn"),
    "time.listed": ("time", "Thời hạn ghi trong danh mục"),
    "time.conflict": ("details", "Ghi chú về thời hạn không khớp"),
    "clock.starts_with": ("time", "Bước bắt đầu tính thời hạn"),
    "clock.stops_after": ("time", "Bước thôi tính thời hạn"),
    "clock.remind_after_days": ("time", "Số ngày nhắc bổ sung"),
    "apology.working_days_before": ("time", "Hạn ban hành phiếu xin lỗi (ngày làm việc trước hạn)"),
    "apology.text": ("papers", "Lời của quyết định về phiếu xin lỗi"),
    "apology.in_decision": ("details", "Phiếu xin lỗi do quyết định yêu cầu"),
    "apology.opens_working_days_before": ("time", "Lúc lập phiếu xin lỗi (ngày làm việc trước hạn)"),
    "apology.warning_only": ("time", "Chỉ báo trước, không lập phiếu xin lỗi"),
    "results.granted": ("papers", "Kết quả"),
    "results.refused": ("papers", "Văn bản từ chối"),
    "retention.text": ("papers", "Lưu hồ sơ"),
    "retention.years": ("papers", "Số năm lưu hồ sơ"),
    "steps.text": ("steps", "Bước {id}, nội dung"),
    "steps.actors": ("roles", "Bước {id}, người thực hiện"),
    "steps.lanes": ("roles", "Bước {id}, vai trò"),
    "steps.duration.text": ("details", "Bước {id}, lời về thời hạn"),
    "steps.duration.days": ("time", "Bước {id}, thời hạn"),
    "steps.title_en": ("details", "Bước {id}, tên tiếng Anh"),
    "steps.forms": ("papers", "Bước {id}, biểu mẫu, kết quả"),
    "branches.step": ("paths", "Câu hỏi “{id}”, bước"),
    "branches.question": ("paths", "Câu hỏi “{id}”, lời hỏi"),
    "branches.question_en": ("details", "Câu hỏi “{id}”, lời hỏi bằng tiếng Anh"),
    "branches.outcomes.text": ("details", "Câu hỏi “{parent}”, trả lời “{id}”, lời của quyết định"),
    "branches.outcomes.next": ("paths", "Câu hỏi “{parent}”, trả lời “{id}”, đi tiếp đến"),
    "branches.outcomes.form": ("papers", "Câu hỏi “{parent}”, trả lời “{id}”, biểu mẫu"),
    "branches.outcomes.label": ("paths", "Câu hỏi “{parent}”, trả lời “{id}”, tên nhánh"),
    "groups.text": ("papers", "Nhóm hồ sơ {id}"),
    "dossier.copy": ("papers", "Giấy tờ “{id}”, bản chính hay bản sao"),
    "dossier.required": ("papers", "Giấy tờ “{id}”, bắt buộc"),
    "dossier.condition": ("papers", "Giấy tờ “{id}”, trường hợp phải nộp"),
    "dossier.parts": ("papers", "Giấy tờ “{id}”, các phần"),
    "dossier.group": ("papers", "Giấy tờ “{id}”, nhóm hồ sơ"),
    "fees.label": ("fees", "Phí, trường hợp {id}, tên"),
    "fees.amount": ("fees", "Phí, trường hợp {id}, mức"),
    "fees.text": ("fees", "Phí, trường hợp {id}, lời của quyết định"),
    "forms.title": ("papers", "Biểu mẫu giấy {id}"),
    "forms.added": ("details", "Biểu mẫu giấy {id}, do phần mềm thêm"),
    "discrepancies.texts": ("details", "Chỗ không khớp {id}, lời trích"),
    "discrepancies.governs": ("details", "Chỗ không khớp {id}, cách áp dụng"),
    "discrepancies.places": ("details", "Chỗ không khớp {id}, nơi trích"),
    "discrepancies.severity": ("details", "Chỗ không khớp {id}, mức độ"),
    "discrepancies.shown": ("details", "Chỗ không khớp {id}, giấy tờ liên quan"),
    "task_texts.lane": ("details", "Việc “{id}”, vai trò"),
    "task_texts.step": ("details", "Việc “{id}”, bước"),
    "task_texts.text": ("details", "Việc “{id}”, lời của quyết định"),
}
"""The group and the label of every key; a key of a list's item names the item's ``{id}``."""

ITEMS: Final[Mapping[str, tuple[str, str, str, tuple[str, ...]]]] = {
    "steps": ("steps", "bước {id}", "id", ("text", "duration.text")),
    "branches": ("paths", "câu hỏi “{id}”", "id", ("question",)),
    "branches.outcomes": ("paths", "câu hỏi “{parent}”, trả lời “{id}”", "id", ("label", "next")),
    "groups": ("papers", "nhóm hồ sơ {id}", "id", ("text",)),
    "dossier": ("papers", "giấy tờ", "name", ("name",)),
    "fees": ("fees", "phí, trường hợp {id}", "case", ("label", "text")),
    "forms": ("papers", "biểu mẫu giấy {id}", "code", ("title",)),
    "records": ("papers", "thành phần hồ sơ lưu", "text", ("text",)),
    "discrepancies": ("details", "chỗ không khớp {id}", "id", ("governs",)),
    "task_texts": ("details", "việc “{id}”", "form", ("text",)),
}
"""Lists of items: the group, the label of an item that is added or removed, the key that names it, what is told."""


def changes(before: Procedure, after: Procedure, lanes: Mapping[str, str]) -> Iterator[Change]:
    """What differs between the facts of two procedures; `lanes`: what lanes are called, by id."""
    one, two = (_with_labels(each, lanes) for each in (before, after))
    return _table("", one, two, (before.time.unit, after.time.unit), {})


def _with_labels(procedure: Procedure, lanes: Mapping[str, str]) -> Procedure:
    steps = (replace(step, lanes=tuple(lanes.get(id, id) for id in step.lanes)) for step in procedure.steps)
    return replace(procedure, steps=tuple(steps))


PROVINCE: Final[Mapping[str, str]] = {
    "name": "Tỉnh, tên",
    "agency": "Tỉnh, cơ quan giải quyết",
    "division": "Tỉnh, phòng chuyên môn",
    "centre": "Tỉnh, trung tâm phục vụ hành chính công",
    "section": "Tỉnh, bộ phận một cửa",
    "case_number": "Tỉnh, phần của cơ quan trong số hồ sơ",
    "weekly_off": "Tỉnh, ngày nghỉ hằng tuần",
    "years": "Tỉnh, năm có sẵn ngày nghỉ lễ",
    "provisional_years": "Tỉnh, năm có ngày nghỉ dự kiến",
    "hours": "Tỉnh, giờ làm việc",
    "days": "Tỉnh, ngày nghỉ, làm bù riêng",
    "intake_cutoff": "Tỉnh, giờ cuối nhận hồ sơ",
    "agencies": "Tỉnh, các cơ quan khác",
    "divisions": "Tỉnh, các phòng khác",
}
"""What the keys of a province are called; its lanes are told by the diagram."""


def province_changes(before: Province, after: Province) -> Iterator[Change]:
    """What differs between two provinces, or two states of one."""
    for name, label in PROVINCE.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change("details", label, {}, _listed(old), _listed(new))


def _listed(value: Any) -> str:
    """A value in words; of days, hours, agencies or divisions their parts, one after the other."""
    if isinstance(value, Mapping):
        return "; ".join(f"{id} {_listed(each)}".strip() for id, each in value.items())
    if isinstance(value, tuple):
        return "; ".join(_listed(each) for each in value)
    if is_dataclass(value):
        return " ".join(filter(None, (_listed(getattr(value, each.name)) for each in fields(value))))
    return written(value)


def _table(path: str, before: Any, after: Any, units: tuple[str, str], names: Mapping[str, object]) -> Iterator[Change]:
    """What differs between two tables with the same keys; either may be None."""
    for each in fields(before if before is not None else after):
        name = f"{path}{each.name}"
        old, new = (getattr(side, each.name) if side is not None else None for side in (before, after))
        if name in ITEMS:
            yield from _items(name, old or (), new or (), units, names)
        elif is_dataclass(old) or is_dataclass(new):
            yield from _table(f"{name}.", old, new, units, names)
        elif name in LABELS and old != new:
            group, label = LABELS[name]
            one, two = units if name in _DAYS else ("", "")
            yield Change(group, label, names, written(_said(old), one), written(_said(new), two))


def _items(path: str, before: Any, after: Any, units: tuple[str, str], above: Mapping[str, object]) -> Iterator[Change]:
    """What differs between two lists of items: which are gone, which are new, and what is another in the others."""
    group, label, key, told = ITEMS[path]
    old, new = _named(before, key), _named(after, key)
    for id in dict.fromkeys((*old, *new)):
        names = {"id": id} | ({"parent": above["id"]} if "id" in above else {})
        if id in old and id in new:
            yield from _table(f"{path}.", old[id], new[id], units, names)
        elif id in old:
            yield Change(group, label, names, before=_summary(old[id], told))
        else:
            yield Change(group, label, names, after=_summary(new[id], told))


def _named(items: Any, key: str) -> dict[str, Any]:
    """Items by what names them; the second of the same name gets a number."""
    found: dict[str, Any] = {}
    for item in items:
        name, count = str(getattr(item, key)), 1
        while name in found:
            count += 1
            name = f"{getattr(item, key)} ({count})"
        found[name] = item
    return found


def _summary(item: Any, told: tuple[str, ...]) -> str:
    texts = []
    for name in told:
        value = item
        for part in name.split("."):
            value = getattr(value, part)
        if value:
            texts.append(written(value))
    return " · ".join(texts)


def _said(value: Any) -> Any:
    """Items that have no table of their own, in words."""
    if isinstance(value, tuple) and value and is_dataclass(value[0]):
        return tuple(": ".join(str(getattr(each, one.name)) for one in fields(each)) for each in value)
    if type(value) is int and value >= formatting.GROUPED_FROM:
        return say("{amount} đồng", amount=formatting.money(value))
    return say(UNIT_NAMES[value]) if isinstance(value, str) and value in UNIT_NAMES else value


LIMIT: Final = LABELS["steps.duration.days"][1]
_DAYS: Final = ("time.limit_days", "steps.duration.days")
UNIT_NAMES: Final = {"working-days": "ngày làm việc", "calendar-days": "ngày theo lịch"}
