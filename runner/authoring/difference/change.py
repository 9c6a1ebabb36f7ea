"""A change between two versions, in the law's terms: what it is about, what was, what is, and where on the diagrams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from runner import formatting
from runner.language import say

GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "decision": "Quyết định",
        "time": "Thời hạn",
        "steps": "Các bước",
        "roles": "Vai trò",
        "papers": "Hồ sơ, giấy tờ, kết quả",
        "fees": "Phí, lệ phí",
        "paths": "Đường đi",
        "conditions": "Điều kiện rẽ nhánh",
        "forms": "Biểu mẫu điện tử",
        "details": "Chi tiết khác",
    }
)
"""What changes are about, in the order in which they are told."""

UNITS: Final = {"working-days": "{days} ngày làm việc", "calendar-days": "{days} ngày"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `template` and `facts` name what changed; `before` is None for what was added, `after` for removed.

    `old` and `new` are the ids of the elements on the diagram before and after, in the file `file` where that is not
    the procedure's own diagram.
    """

    group: str
    template: str
    facts: Mapping[str, object] = field(default_factory=dict)
    before: str | None = None
    after: str | None = None
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    file: str = ""

    @property
    def label(self) -> str:
        """What changed, in the reader's language; what an element or an attribute is called is a sentence too."""
        spoken = {name: say(str(self.facts[name])) for name in ("kind", "attribute") if name in self.facts}
        return say(self.template, **{**self.facts, **spoken})

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    @property
    def text(self) -> str:
        """One line: ``B3, thời hạn: 6 ngày làm việc → 5 ngày làm việc``."""
        if self.before is None:
            return say("thêm {label}", label=self.label) + (f": {self.after}" if self.after else "")
        if self.after is None:
            return say("bỏ {label}", label=self.label) + (f": {self.before}" if self.before else "")
        return f"{self.label}: {self.before or '–'} → {self.after or '–'}"

    def to_json(self) -> dict[str, object]:
        """The change as plain JSON values."""
        return {
            "group": self.group,
            "kind": self.kind,
            "label": self.label,
            "before": self.before,
            "after": self.after,
            "elements": {"before": list(self.old), "after": list(self.new)},
            "file": self.file,
        }


def written(value: Any, days: str = "") -> str:
    """A value of the facts or of a form in words; `days` is the unit of a number of days."""
    if value is None or value in ("", ()):
        return ""
    if days and isinstance(value, (Fraction, Decimal, int)) and not isinstance(value, bool):
        return say(UNITS[days], days=formatting.number(value))
    if isinstance(value, bool):
        return say("có") if value else say("không")
    if isinstance(value, date):
        return formatting.day(value)
    if isinstance(value, (Fraction, Decimal)):
        return formatting.number(value)
    if isinstance(value, (tuple, list)):
        return "; ".join(written(each) for each in value)
    return str(value)


def merged(changes: Iterable[Change]) -> list[Change]:
    """The changes by group, those that say the same told once with all their elements."""
    found: dict[tuple[object, ...], Change] = {}
    for each in changes:
        key = (each.group, each.template, *sorted(each.facts.items()), each.before, each.after, each.file)
        if same := found.get(key):
            old = tuple(dict.fromkeys((*same.old, *each.old)))
            new = tuple(dict.fromkeys((*same.new, *each.new)))
            found[key] = replace(each, old=old, new=new)
        else:
            found[key] = each
    order = list(GROUPS)
    return sorted(found.values(), key=lambda each: order.index(each.group))
