"""A rule of law as data: what has to hold of every case, in one of nine patterns, with the place that says so.

As in `runner.domain.procedure.facts`, the dataclasses are the schema of the TOML files, and each key is described below
itself. A selector names elements by what they are for, never by how a diagram draws them, so that one rule fits many
procedures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final

from runner.domain.limit import Unit
from runner.domain.person import LaneKind
from runner.domain.toml.types import FROZEN, Count, Date, Days, Flag, Id, Some, Text
from runner.language import DEFAULT, current, say

_STRICT: Final[Mapping[str, Any]] = {"extra": "forbid"}


class Pattern(StrEnum):
    """What a rule says of the happenings that its selectors name."""

    EXISTS = "exists"
    ABSENT = "absent"
    AT_MOST = "at-most"
    BEFORE = "before"
    ANSWERED_WITHIN = "answered-within"
    NOT_AFTER = "not-after"
    NOT_SAME_PERSON = "not-same-person"
    ONLY_IF_PAID = "only-if-paid"
    ONLY_IN_LANE = "only-in-lane"


@dataclass(frozen=True, slots=True)
class Selector:
    """Which elements, or which end of the case: all keys that are there must fit, of a list one value."""

    __pydantic_config__: ClassVar = _STRICT

    lane: tuple[LaneKind, ...] = ()
    """Loại vai trò làm việc ấy: clerk, specialist, lead, director, records, applicant, other."""
    step: tuple[Text, ...] = ()
    """Bước của quyết định."""
    form: tuple[Text, ...] = ()
    """Biểu mẫu của việc."""
    topic: tuple[Text, ...] = ()
    """Chủ đề của việc tự động."""
    message: tuple[Text, ...] = ()
    """Thông báo mà sơ đồ chờ."""
    element: tuple[Text, ...] = ()
    """Id của phần tử trên sơ đồ; chỉ dùng khi không có cách gọi nào khác."""
    property: Annotated[Mapping[Text, Text], FROZEN] = field(default_factory=dict)
    """Thuộc tính của phần tử, như clock = "pause"."""
    values: Annotated[Mapping[Text, Text], FROZEN] = field(default_factory=dict)
    """Giá trị được nhập ở việc ấy, như director_decision = "approve"; ô đánh dấu ghi "true", "false"."""
    outcome: tuple[Text, ...] = ()
    """Hồ sơ kết thúc với kết quả này; đứng một mình, không đi cùng khóa khác."""

    def fits(self, given: Mapping[str, object]) -> bool:
        """Whether what was filled in is what `values` asks for."""
        return all(_text(given.get(name)) == value for name, value in self.values.items())


def _text(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands: the words of a decision or a law with their place, or that it is ours, and why."""

    __pydantic_config__: ClassVar = _STRICT

    document: Text = ""
    """Văn bản: quyết định hay luật, với số và ngày."""
    place: Text = ""
    """Điều, khoản, mục, bước trong văn bản."""
    line: Count | None = None
    """Dòng của câu trích trong bản chữ của quyết định."""
    text: Text = ""
    """Câu trích nguyên văn."""
    ours: Text = ""
    """Quy tắc do phần mềm đặt ra, không có trong quyết định: vì sao."""

    def __str__(self) -> str:
        """The document and the place in it; of a rule of ours, that it is."""
        if self.ours:
            return say("Quy tắc của phần mềm")
        return say("{document}, {place}", document=self.document, place=self.place)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Which keys it has beside `task` is its pattern's: see `runner.law.reader.TAKES`."""

    __pydantic_config__: ClassVar = _STRICT

    id: Id
    """Id của quy tắc; quy tắc của một thủ tục thay quy tắc cùng id của tỉnh."""
    sentence: Text
    """Quy tắc bằng một câu."""
    sentence_en: Text
    """Quy tắc bằng một câu tiếng Anh, do người soạn đặt."""
    pattern: Pattern
    """Mẫu của quy tắc."""
    task: Selector
    """Việc mà quy tắc nói đến."""
    source: Source
    """Nguồn của quy tắc."""
    first: Selector | None = None
    """before: việc phải làm trước."""
    since: Selector | None = None
    """before: việc khiến phải làm lại việc trước."""
    other: Selector | None = None
    """not-same-person: việc mà người khác phải làm."""
    answer: Selector | None = None
    """answered-within: việc trả lời."""
    when: Selector | None = None
    """exists, absent: chỉ xét khi có việc này, hoặc hồ sơ kết thúc như thế này."""
    most: Count | None = None
    """at-most: số lần nhiều nhất."""
    days: Days | None = None
    """answered-within: số ngày."""
    unit: Unit = Unit.WORKING_DAYS
    """answered-within: đếm ngày làm việc hay ngày theo lịch."""
    days_before_due: Count | None = None
    """not-after: chậm nhất trước hạn của hồ sơ bấy nhiêu ngày làm việc, tính đến hết ngày ấy."""
    if_overdue: Flag = False
    """not-after: hồ sơ quá hạn mà không có việc này cũng là vi phạm."""
    lanes: tuple[LaneKind, ...] = ()
    """only-in-lane: những loại vai trò được làm việc này."""
    nothing_else: Flag = False
    """only-in-lane: và những vai trò ấy không làm việc nào khác."""
    refuse: Flag = False
    """Việc làm trái quy tắc bị từ chối (true), hay chỉ được cảnh báo (false)."""
    begins: Date | None = None
    """Chỉ xét hồ sơ được lập từ ngày này."""

    @property
    def breaking(self) -> frozenset[str]:
        """By which of its selectors it can be broken."""
        return _BREAKING.get(self.pattern, frozenset({"task"}))

    @property
    def at_end(self) -> bool:
        """Whether the end of a case can break it."""
        return self.pattern in (Pattern.EXISTS, Pattern.ABSENT, Pattern.ANSWERED_WITHIN)

    @property
    def anywhere(self) -> bool:
        """Whether what none of its selectors names can break it."""
        return self.nothing_else or self.if_overdue

    @property
    def said(self) -> str:
        """The sentence in the current language: a rule's English is in its file, not in the program's catalogue."""
        return self.sentence if current() == DEFAULT else self.sentence_en


_BREAKING: Final[Mapping[Pattern, frozenset[str]]] = {
    Pattern.EXISTS: frozenset(),
    Pattern.ABSENT: frozenset({"task", "when"}),
    Pattern.ANSWERED_WITHIN: frozenset({"answer"}),
    Pattern.NOT_SAME_PERSON: frozenset({"task", "other"}),
}


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file of rules."""

    __pydantic_config__: ClassVar = _STRICT

    rules: Some[Rule]
    """Các quy tắc."""
