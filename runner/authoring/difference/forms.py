"""What changed in electronic forms and in decision tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from runner.authoring.difference.change import Change, written
from runner.domain.decision import Rule, Table
from runner.domain.form import Form
from runner.domain.form.component import Component
from runner.feel import Expression, advice

ATTRIBUTES: Final[Mapping[str, str]] = {
    "type": "loại",
    "label": "tên",
    "description": "chỉ dẫn",
    "text": "lời",
    "required": "bắt buộc",
    "min_length": "số ký tự ít nhất",
    "max_length": "số ký tự nhiều nhất",
    "pattern": "mẫu",
    "minimum": "nhỏ nhất",
    "maximum": "lớn nhất",
    "digits": "số chữ số thập phân",
    "subtype": "ngày hay giờ",
    "coming": "không nhận ngày đã qua",
    "past": "không nhận ngày sắp tới",
    "earliest": "sớm nhất",
    "latest": "muộn nhất",
    "working_day": "chỉ ngày làm việc",
    "after_due": "sau hạn của hồ sơ",
    "accept": "loại tệp",
    "multiple": "nhiều tệp",
    "rows": "số dòng nhiều nhất",
    "options": "lựa chọn",
    "needed": "giấy tờ phải có",
    "needed_when": "khi nào phải có",
    "among": "trong số",
    "until_due": "đến hạn",
    "personal": "dữ liệu cá nhân",
    "source": "cách tính",
    "hide": "ẩn khi",
}
"""What the attributes of a field are called."""


def form_changes(before: Mapping[str, Form], after: Mapping[str, Form]) -> Iterator[Change]:
    """What differs between the forms of two versions, by the forms' ids and the fields' paths."""
    for id in dict.fromkeys((*before, *after)):
        old, new = before.get(id), after.get(id)
        if old is None or new is None:
            facts, title = {"form": id}, (old or new).title if (old or new) else ""  # type: ignore[union-attr]
            yield Change("forms", "biểu mẫu {form}", facts, title if old else None, title if new else None)
        else:
            yield from _fields({"form": old.title}, _parts(old.components), _parts(new.components))


def _parts(components: tuple[Component, ...], path: str = "") -> dict[str, Component]:
    """Every component by its path; one without a key by its place among those of its kind."""
    found: dict[str, Component] = {}
    counts: dict[str, int] = {}
    for each in components:
        counts[each.type] = counts.get(each.type, 0) + 1
        name = path + (each.key or f"{each.type} {counts[each.type]}")
        found[name] = each
        found |= _parts(each.components, f"{name}.")
    return found


def _fields(form: Mapping[str, object], old: Mapping[str, Component], new: Mapping[str, Component]) -> Iterator[Change]:
    for path in dict.fromkeys((*old, *new)):
        before, after = old.get(path), new.get(path)
        if before is None or after is None:
            name = _name(before or after, path)
            facts = {**form, "field": path}
            yield Change("forms", _FIELD, facts, name if before else None, name if after else None)
            continue
        for attribute in fields(Component):
            if attribute.name not in ATTRIBUTES:
                continue
            one, two = getattr(before, attribute.name), getattr(after, attribute.name)
            if _plain(one) != _plain(two):
                facts = {**form, "field": _name(after, path), "attribute": ATTRIBUTES[attribute.name]}
                yield Change("forms", _ATTRIBUTE, facts, written(_plain(one)), written(_plain(two)))


_FIELD: Final = "trường {field} của biểu mẫu “{form}”"
_ATTRIBUTE: Final = "Biểu mẫu “{form}”, trường “{field}”, {attribute}"


def _name(component: Component | None, path: str) -> str:
    return (component.label or component.text[:80] if component else "") or path


def _plain(value: Any) -> Any:
    """A value that can be compared and written."""
    if isinstance(value, Expression):
        return advice.written(value.tree)
    if hasattr(value, "pattern"):
        return value.pattern
    if isinstance(value, tuple):
        return tuple(f"{each.label} ({each.value})" if hasattr(each, "label") else _plain(each) for each in value)
    return value


def table_changes(before: Mapping[str, Table], after: Mapping[str, Table]) -> Iterator[Change]:
    """What differs between the decision tables of two versions, by columns and by rows."""
    for id in dict.fromkeys((*before, *after)):
        old, new = before.get(id), after.get(id)
        if old is None or new is None:
            name = (old or new).name if (old or new) else ""  # type: ignore[union-attr]
            yield Change("fees", "bảng {table}", {"table": id}, name if old else None, name if new else None)
        else:
            yield from _tables(old, new)


def _tables(old: Table, new: Table) -> Iterator[Change]:
    names = {"table": old.name}
    for label, one, two in (
        ("Bảng “{table}”, tên", old.name, new.name),
        ("Bảng “{table}”, cách chọn dòng", old.policy, new.policy),
        ("Bảng “{table}”, cột điều kiện", _columns(old), _columns(new)),
        ("Bảng “{table}”, cột kết quả", _answers(old), _answers(new)),
    ):
        if one != two:
            yield Change("fees", label, names, one, two)
    before = {(rule.id or str(rule.number)): rule for rule in old.rules}
    after = {(rule.id or str(rule.number)): rule for rule in new.rules}
    if "FIRST" in (old.policy, new.policy):  # of several rows that fit, the order decides
        order = [[before[id].number for id in side if id in before and id in after] for side in (before, after)]
        if order[0] != order[1]:
            one, two = (", ".join(map(str, each)) for each in order)
            yield Change("fees", "Bảng “{table}”, thứ tự các dòng (số cũ)", names, one, two)
    for id in dict.fromkeys((*before, *after)):
        gone, come = before.get(id), after.get(id)
        number = (come or gone).number if (come or gone) else 0  # type: ignore[union-attr]
        was, now = _row(gone), _row(come)
        if was != now:
            yield Change("fees", "Bảng “{table}”, dòng {number}", {**names, "number": number}, was, now)


def _columns(table: Table) -> str:
    return "; ".join(f"{each.label} = {advice.written(each.expression.tree)}" for each in table.inputs)


def _answers(table: Table) -> str:
    return "; ".join(each.name for each in table.outputs)


def _row(rule: Rule | None) -> str | None:
    if rule is None:
        return None
    return " | ".join((*(cell.text or "–" for cell in rule.cells), "→", *map(written, rule.answers)))
