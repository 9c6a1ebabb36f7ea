"""Checks what a person typed into a form, and makes it values of the case."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, Self

from runner import feel, formatting
from runner.domain.calendar import Calendar, local_date
from runner.domain.form.attachment import Attachment, kinds
from runner.domain.form.component import CHOICES, FILES, MAX_ROWS, Component, Form, Option, visible
from runner.domain.form.type import types_of
from runner.domain.form.value import READERS, Wrong, items
from runner.domain.journal import canonical
from runner.language import say

_NO_FILES: Final[Mapping[str, Attachment]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field. `path` is where it stands in the values sent: ``name``, ``papers.0.copies``."""

    path: str
    template: str
    facts: Mapping[str, object]

    @classmethod
    def told(cls, path: str, sentence: object) -> Self:
        """A fault whose sentence is said already: braces in it, which somebody typed, are text."""
        return cls(path, "{sentence}", {"sentence": sentence})

    @property
    def message(self) -> str:
        """The sentence for the person who fills in the form."""
        return say(self.template, **self.facts)


def check(
    form: Form,
    values: Mapping[str, object],
    case_values: Mapping[str, object],
    files: Mapping[str, Attachment] = _NO_FILES,
    now: datetime | None = None,
    calendar: Calendar | None = None,
    due: datetime | None = None,
) -> tuple[dict[str, Any], tuple[FieldFault, ...]]:
    """The answer to `form` in `values` (typed text or JSON values), and what is wrong with it.

    The answer has every declared field and nothing else: a field that was left empty, is hidden or at fault is None (an
    empty list for lists, False for boxes), so that a value of an earlier round never outlives a later one. Texts are
    trimmed and normalised (NFC), without characters that show nothing; numbers are int or Decimal, dates and times ISO
    8601 in local time: all are values of `journal.canonical`. A field of files takes those of `files` (by SHA-256) that
    it names, by their records or by ``sha256`` alone; its value is the list of their records, so that conditions can
    ask whether it is null. Conditions see `case_values` (as expressions know them) and the fields above them, whose
    dates are dates. What depends on today is asked only when `now` (aware) is given, by the local day; days off only
    with the `calendar` of the case, days until it is due only with `due` (aware). An answer with faults must not be
    used.
    """
    keys = {path.partition(".")[0] for path in form.fields}
    checker = _Checker(files, now, calendar, due)
    known = {name: value for name, value in case_values.items() if name not in keys}
    answer = checker.level(form.components, values, known)
    checker.faults += _undemanded(form, answer, known)
    if len(canonical(answer)) > MAX_ANSWER:
        checker.faults.append(FieldFault("", TOO_MUCH, {"label": form.title, "limit": MAX_ANSWER}))
    return answer, tuple(checker.faults)


REQUIRED: Final = "Hãy nhập “{label}”."
CHOOSE: Final = "Hãy chọn “{label}”."
TICK: Final = "Hãy đánh dấu vào ô “{label}”."
ATTACH: Final = "Hãy đính kèm tệp vào “{label}”."
ADD_ROW: Final = "Hãy điền ít nhất một dòng vào “{label}”."
PASSED: Final = "“{label}”: ngày này đã qua; hãy chọn từ ngày {day} trở đi."
NOT_YET: Final = "“{label}”: ngày này chưa đến; hãy nhập ngày từ {first} đến hôm nay, viết như {last}."
OUTSIDE: Final = "“{label}”: hãy nhập ngày từ {first} đến {last}, viết như {example}."
DAY_OFF: Final = "“{label}”: {day} là ngày nghỉ; hãy chọn một ngày làm việc."
YEAR_UNKNOWN: Final = "“{label}”: lịch làm việc chưa có năm {year}; hãy chọn ngày khác hoặc nhờ quản trị bổ sung lịch."
NOT_LATER: Final = "“{label}” phải sau ngày đang hẹn trả kết quả, {day}."
TOO_LATE: Final = "“{label}”: không còn chọn được “{option}”, vì hồ sơ đã quá hạn từ {moment}."
NOT_ROWS: Final = "“{label}” phải là một danh sách các dòng."
TOO_MANY_ROWS: Final = "“{label}”: tối đa {limit} dòng."
FILE_GONE: Final = "“{label}” có tệp chưa được tải lên hoặc không còn được giữ; hãy đính kèm lại."
ONE_FILE: Final = "“{label}” chỉ nhận một tệp; hãy gỡ các tệp còn lại."
TOO_MANY_FILES: Final = "“{label}”: tối đa {limit} tệp."
NOT_ACCEPTED: Final = "“{label}” chỉ nhận tệp {kinds}; hãy gỡ tệp “{name}”."
NEEDED: Final = "Hồ sơ đầy đủ phải có: {missing}."
NOT_TICKED: Final = "“{label}” có mục chưa được đánh dấu ở “{among}”: {missing}."
TOO_MUCH: Final = "“{label}”: nội dung khai dài quá {limit} ký tự."

MAX_FAULTS: Final = 100
"""What a person can read; beyond, the rest is not looked at."""
MAX_ANSWER: Final = 200_000
"""Characters of a whole answer in the journal."""

_DEMANDS: Final = {"checkbox": TICK, "dynamiclist": ADD_ROW, FILES: ATTACH} | dict.fromkeys(CHOICES, CHOOSE)


class _Checker:
    """Checks a form from the top down and collects the faults."""

    def __init__(
        self, files: Mapping[str, Attachment], now: datetime | None, calendar: Calendar | None, due: datetime | None
    ) -> None:
        self.files = files
        self.now = now
        self.calendar = calendar
        self.due = due
        self.faults: list[FieldFault] = []

    def level(
        self,
        components: Iterable[Component],
        values: Mapping[str, object],
        known: Mapping[str, object],
        *,
        path: str = "",
        row: str = "",
        gone: bool = False,
    ) -> dict[str, Any]:
        """The answer to `components`; `path` leads to them, `row` stands before labels, `gone` hides all."""
        answer: dict[str, Any] = {}
        shown: dict[str, object] = {}
        seen: Mapping[str, object] = ChainMap(shown, known)  # type: ignore[arg-type]
        for component in components:
            key, here = component.key, path + component.key
            hidden = gone or component.hidden(seen)
            if component.type == "group":
                inside, path_inside = (_mapping(values.get(key)), f"{here}.") if key else (values, path)
                below = self.level(component.components, inside, seen, path=path_inside, row=row, gone=hidden)
                answer |= {key: below} if key else below
            elif key:
                answer[key] = None if hidden else self.value(component, values.get(key), seen, here, row)
            kinds = types_of((component,))
            shown |= feel.typed({name: answer[name] for name in kinds}, kinds)
        return answer

    def value(self, component: Component, raw: object, known: Mapping[str, object], path: str, row: str) -> object:
        if len(self.faults) == MAX_FAULTS:
            return None
        try:
            if component.type == "dynamiclist":
                return self.rows(component, raw, known, path)
            value = (
                self.attached(component, raw) if component.type == FILES else READERS[component.type](component, raw)
            )
            if component.required and (value is None or value is False or value == []):
                raise Wrong(_DEMANDS.get(component.type, REQUIRED))
            if component.type == "datetime" and component.subtype != "time" and value:
                self.day(component, date.fromisoformat(str(value)[:10]))
            if component.until_due in items(value) and self.now and self.due and self.due < self.now:
                option = next(each.label for each in component.options if each.value == component.until_due)
                raise Wrong(TOO_LATE, option=option, moment=formatting.moment(self.due))
        except Wrong as wrong:
            facts = {"label": row + component.label, **wrong.facts}
            self.faults.append(FieldFault(path, wrong.template, facts))
            return None
        return value

    def day(self, component: Component, day: date) -> None:
        """Raises `Wrong` for a day that the field does not take."""
        today = local_date(self.now) if self.now else None
        first, last = component.window(today)
        due = local_date(self.due) if component.after_due and self.due else None
        if component.coming and today and day < today and not (due and due >= today):
            raise Wrong(PASSED, day=formatting.day(today))
        if due and day <= due:
            raise Wrong(NOT_LATER, day=formatting.day(due))
        if component.past and today and day > today:
            raise Wrong(NOT_YET, first=formatting.day(first), last=formatting.day(last))
        if not first <= day <= last:
            example = min(max(today or first, first), last)
            days = {"first": first, "last": last, "example": example}
            raise Wrong(OUTSIDE, **{name: formatting.day(each) for name, each in days.items()})
        if component.working_day and self.calendar:
            if day.year not in self.calendar.years:
                raise Wrong(YEAR_UNKNOWN, year=day.year)
            if not self.calendar.working(day):
                raise Wrong(DAY_OFF, day=formatting.day(day))

    def attached(self, component: Component, raw: object) -> list[dict[str, Any]] | None:
        """The records of the files that are named, each once."""
        named = [each.get("sha256") if isinstance(each, Mapping) else each for each in items(raw)]
        found = [self.files.get(each) if isinstance(each, str) else None for each in named if each not in (None, "")]
        files = [each for each in dict.fromkeys(found) if each]
        if None in found:
            raise Wrong(FILE_GONE)
        if len(files) > 1 and not component.multiple:
            raise Wrong(ONE_FILE)
        if len(files) > MAX_ROWS:
            raise Wrong(TOO_MANY_FILES, limit=MAX_ROWS)
        for each in files:
            if each.type not in component.accept:
                raise Wrong(NOT_ACCEPTED, kinds=kinds(component.accept), name=each.name)
        return [each.record for each in files] or None

    def rows(self, component: Component, raw: object, known: Mapping[str, object], path: str) -> list[dict[str, Any]]:
        """The rows of a list; empty rows are dropped. Faults count them too, as the page does."""
        if raw is not None and (not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw)):
            raise Wrong(NOT_ROWS)
        filled = [(place, row) for place, row in enumerate(raw or ()) if not all(map(_blank, row.values()))]
        if len(filled) > MAX_ROWS:
            raise Wrong(TOO_MANY_ROWS, limit=MAX_ROWS)
        if component.required and not filled:
            raise Wrong(ADD_ROW)
        inside, name = component.components, component.label
        return [
            self.level(inside, row, known, path=f"{path}.{place}.", row=f"{name} {place + 1}: ")
            for place, row in filled
        ]


def _undemanded(form: Form, answer: Mapping[str, Any], known: Mapping[str, object]) -> Iterator[FieldFault]:
    """The faults of checklists that do not meet the demands of the whole answer; hidden and faulty ones are skipped."""
    seen: Mapping[str, object] = ChainMap(feel.typed(answer, types_of(form.components)), known)  # type: ignore[arg-type]
    for key, component in form.fields.items():
        if (ticked := answer.get(key)) is None or component.type != "checklist":
            continue
        if component.needed_when and feel.evaluate(component.needed_when, seen) is True:
            missing = [_brief(option) for option in component.needed if option.value not in ticked]
            if missing:
                yield FieldFault(key, NEEDED, {"missing": "; ".join(missing)})
        if (others := answer.get(component.among)) is not None:
            extra = [_brief(each) for each in component.options if each.value in ticked and each.value not in others]
            if extra:
                among = form.fields[component.among].label
                yield FieldFault(
                    key, NOT_TICKED, {"label": component.label, "among": among, "missing": "; ".join(extra)}
                )


def _brief(option: Option) -> str:
    """The first line of a choice's label, without the separator at its end: enough to know it by in a sentence."""
    return option.label.strip().splitlines()[0].rstrip(";:. ")


def _mapping(raw: object) -> Mapping[str, object]:
    return raw if isinstance(raw, Mapping) else {}


def _blank(raw: object) -> bool:
    return raw is None or raw is False or raw in ([], {}) or (isinstance(raw, str) and not visible(raw))
