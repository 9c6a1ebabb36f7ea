"""What was typed into a form, checked and made into values of the case."""

from __future__ import annotations

import re
import unicodedata
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, NoReturn

from runner import feel, formatting
from runner.domain.calendar import local_date
from runner.domain.form.attachment import Attachment, kinds
from runner.domain.form.component import CHOICES, FILES, MAX_DIGITS, MAX_ROWS, Component, Form, exact, unprintable
from runner.domain.journal import canonical
from runner.language import say

_NO_FILES: Final[Mapping[str, Attachment]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field. `path` is where it stands in the values sent: ``name``, ``papers.0.copies``."""

    path: str
    template: str
    facts: Mapping[str, object]

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
) -> tuple[dict[str, Any], tuple[FieldFault, ...]]:
    """The answer to `form` in `values` (typed text or JSON values), and what is wrong with it.

    The answer has every declared field and nothing else: a field that was left empty, is hidden or at fault is None (an
    empty list for lists, False for boxes), so that a value of an earlier round never outlives a later one. Texts are
    trimmed and normalised (NFC), numbers are int or Decimal, dates and times ISO 8601 in local time: all are values of
    `journal.canonical`. A field of files takes those of `files` (by SHA-256) that it names, by their records or by
    ``sha256`` alone; its value is the list of their records, so that conditions can ask whether it is null. Conditions
    see `case_values` and the fields above them. Days that have passed are looked for at a moment `now` (aware) only, by
    the local day. An answer with faults is of no use.
    """
    keys = {path.partition(".")[0] for path in form.fields}
    checker = _Checker(files, local_date(now) if now else None)
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
NOT_TEXT: Final = "“{label}” phải là chữ."
UNPRINTABLE: Final = "“{label}” có ký tự không được phép; hãy xóa và gõ lại."
TOO_SHORT: Final = "“{label}”: tối thiểu {limit} ký tự."
TOO_LONG: Final = "“{label}”: tối đa {limit} ký tự."
NOT_LIKE_PATTERN: Final = "“{label}” không đúng định dạng yêu cầu."
NOT_NUMBER: Final = "“{label}” phải là một số, viết như 1.250.000 hoặc 0,5."
TOO_PRECISE: Final = "“{label}”: tối đa {limit} chữ số."
TOO_FINE: Final = "“{label}”: tối đa {limit} chữ số sau dấu phẩy."
NOT_WHOLE: Final = "“{label}” phải là số nguyên."
TOO_LOW: Final = "“{label}” không được nhỏ hơn {limit}."
TOO_HIGH: Final = "“{label}” không được lớn hơn {limit}."
NOT_TRUTH: Final = "“{label}” chỉ nhận có hoặc không."
NOT_AMONG: Final = "“{label}” có lựa chọn không nằm trong danh sách."
NOT_DATE: Final = "“{label}” phải là một ngày có thật, viết như 26/09/2022."
NOT_TIME: Final = "“{label}” phải là giờ và phút, viết như 14:30."
NOT_MOMENT: Final = "“{label}” phải là ngày và giờ, viết như 26/09/2022 14:30."
PASSED: Final = "“{label}”: ngày này đã qua; hãy chọn từ ngày {day} trở đi."
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


class _Wrong(Exception):
    """One value is wrong; `template` lacks the label only."""

    def __init__(self, template: str, **facts: object) -> None:
        super().__init__(template)
        self.template, self.facts = template, facts


class _Checker:
    """Goes through a form from the top down and collects what is wrong."""

    def __init__(self, files: Mapping[str, Attachment], today: date | None) -> None:
        self.files = files
        self.today = today
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
        seen: Mapping[str, object] = ChainMap(answer, known)  # type: ignore[arg-type]
        for component in components:
            key, here = component.key, path + component.key
            hidden = gone or component.hidden(seen)
            if component.type == "group":
                inside, path_inside = (_mapping(values.get(key)), f"{here}.") if key else (values, path)
                below = self.level(component.components, inside, seen, path=path_inside, row=row, gone=hidden)
                answer |= {key: below} if key else below
            elif key:
                answer[key] = None if hidden else self.value(component, values.get(key), seen, here, row)
        return answer

    def value(self, component: Component, raw: object, known: Mapping[str, object], path: str, row: str) -> object:
        if len(self.faults) == MAX_FAULTS:
            return None
        try:
            if component.type == "dynamiclist":
                return self.rows(component, raw, known, path)
            value = (
                self.attached(component, raw) if component.type == FILES else _VALUES[component.type](component, raw)
            )
            if component.required and (value is None or value is False or value == []):
                raise _Wrong(_DEMANDS.get(component.type, REQUIRED))
            if component.coming and self.today and value and str(value)[:10] < self.today.isoformat():
                raise _Wrong(PASSED, day=formatting.day(self.today))
        except _Wrong as wrong:
            facts = {"label": row + component.label, **wrong.facts}
            self.faults.append(FieldFault(path, wrong.template, facts))
            return None
        return value

    def attached(self, component: Component, raw: object) -> list[dict[str, Any]] | None:
        """The records of the files that are named, each once."""
        named = [each.get("sha256") if isinstance(each, Mapping) else each for each in _items(raw)]
        found = [self.files.get(each) if isinstance(each, str) else None for each in named if each not in (None, "")]
        files = [each for each in dict.fromkeys(found) if each]
        if None in found:
            raise _Wrong(FILE_GONE)
        if len(files) > 1 and not component.multiple:
            raise _Wrong(ONE_FILE)
        if len(files) > MAX_ROWS:
            raise _Wrong(TOO_MANY_FILES, limit=MAX_ROWS)
        for each in files:
            if each.type not in component.accept:
                raise _Wrong(NOT_ACCEPTED, kinds=kinds(component.accept), name=each.name)
        return [each.record for each in files] or None

    def rows(self, component: Component, raw: object, known: Mapping[str, object], path: str) -> list[dict[str, Any]]:
        """The rows of a list; one in which nothing is filled in is no row."""
        if raw is not None and (not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw)):
            raise _Wrong(NOT_ROWS)
        filled = [(place, row) for place, row in enumerate(raw or ()) if not all(map(_blank, row.values()))]
        if len(filled) > MAX_ROWS:
            raise _Wrong(TOO_MANY_ROWS, limit=MAX_ROWS)
        if component.required and not filled:
            raise _Wrong(ADD_ROW)
        return [
            self.level(component.components, row, known, path=f"{path}.{place}.", row=f"{component.label} {number}: ")
            for number, (place, row) in enumerate(filled, start=1)
        ]


def _undemanded(form: Form, answer: Mapping[str, Any], known: Mapping[str, object]) -> Iterator[FieldFault]:
    """What checklists lack of what the whole answer demands of them; one that is hidden or at fault is left alone."""
    seen: Mapping[str, object] = ChainMap(answer, known)  # type: ignore[arg-type]
    for key, component in form.fields.items():
        if (ticked := answer.get(key)) is None or component.type != "checklist":
            continue
        if component.needed_when and feel.evaluate(component.needed_when, seen) is True:
            missing = [option.label for option in component.needed if option.value not in ticked]
            if missing:
                yield FieldFault(key, NEEDED, {"missing": "; ".join(missing)})
        if (others := answer.get(component.among)) is not None:
            extra = [each.label for each in component.options if each.value in ticked and each.value not in others]
            if extra:
                among = form.fields[component.among].label
                yield FieldFault(
                    key, NOT_TICKED, {"label": component.label, "among": among, "missing": "; ".join(extra)}
                )


def _mapping(raw: object) -> Mapping[str, object]:
    return raw if isinstance(raw, Mapping) else {}


def _items(raw: object) -> Iterable[object]:
    return raw if isinstance(raw, list | tuple) else [raw]


def _blank(raw: object) -> bool:
    return raw is None or raw is False or raw in ([], {}) or (isinstance(raw, str) and not raw.strip())


# -- values by the type of their field: None where nothing was filled in --------------------------------------------


def _text(component: Component, raw: object) -> str | None:
    if not isinstance(raw, str | None):
        raise _Wrong(NOT_TEXT)
    limit = component.max_length
    # Looked at before it is normalised, which takes long for a long run of combining marks.
    if raw is not None and len(raw) > 4 * limit + 100:
        raise _Wrong(TOO_LONG, limit=limit)
    text = unicodedata.normalize("NFC", (raw or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
    if unprintable(text, "\n\t" if component.type == "textarea" else ""):
        raise _Wrong(UNPRINTABLE)
    if not text:
        return None
    if len(text) > limit:
        raise _Wrong(TOO_LONG, limit=limit)
    if len(text) < component.min_length:
        raise _Wrong(TOO_SHORT, limit=component.min_length)
    if component.pattern and not component.pattern.fullmatch(text):
        raise _Wrong(NOT_LIKE_PATTERN)
    return text


_VIETNAMESE: Final = re.compile(r"[+-]?(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]{1,20})(?:,[0-9]{1,20})?")
_POINT: Final = re.compile(r"[+-]?[0-9]{1,20}\.[0-9]{1,20}")


def _number(component: Component, raw: object) -> int | Decimal | None:
    value = _as_number(raw)
    if value is None:
        return None
    if (plain := exact(value)) is None:
        raise _Wrong(TOO_PRECISE, limit=MAX_DIGITS)
    if component.digits is not None and -int(plain.as_tuple().exponent) > component.digits:
        raise _Wrong(TOO_FINE, limit=component.digits) if component.digits else _Wrong(NOT_WHOLE)
    if component.minimum is not None and plain < component.minimum:
        raise _Wrong(TOO_LOW, limit=formatting.exact(component.minimum, 1000))
    if component.maximum is not None and plain > component.maximum:
        raise _Wrong(TOO_HIGH, limit=formatting.exact(component.maximum, 1000))
    return int(plain) if plain == plain.to_integral_value() else plain


def _as_number(raw: object) -> Decimal | None:
    """The number in `raw`: of JSON, or typed the Vietnamese way; ``1.250`` is a thousand and more, ``1.25`` is not."""
    if isinstance(raw, float):
        raw = Decimal(repr(raw))
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool) and Decimal(raw).is_finite():
        return Decimal(raw)
    text = _typed(raw, NOT_NUMBER)
    if text is None:
        return None
    if _VIETNAMESE.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif not _POINT.fullmatch(text):
        raise _Wrong(NOT_NUMBER)
    return Decimal(text)


def _truth(component: Component, raw: object) -> bool:
    # What a browser sends for a ticked box, for an unticked one, and what JSON has.
    if raw is None or raw is False or raw in ("", "false"):
        return False
    if raw is True or raw in ("on", "true"):
        return True
    raise _Wrong(NOT_TRUTH)


def _choice(component: Component, raw: object) -> str | None:
    if raw is None or raw == "":
        return None
    if not any(raw == option.value for option in component.options):
        raise _Wrong(NOT_AMONG)
    return str(raw)


def _choices(component: Component, raw: object) -> list[str]:
    """What is ticked, in the order of the form. A browser sends a single tick without a list."""
    chosen = {choice for item in _items(raw) if (choice := _choice(component, item))}
    return [option.value for option in component.options if option.value in chosen]


_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::00)?")


def _moment(component: Component, raw: object) -> str | None:
    """A date, a time or both in ISO 8601, to the minute, as the clock on the wall shows it."""
    template = {"date": NOT_DATE, "time": NOT_TIME}.get(component.subtype, NOT_MOMENT)
    text = _typed(raw, template)
    if text is None:
        return None
    day, _, clock = text.replace("T", " ").partition(" ") if component.subtype == "datetime" else (text, "", text)
    parts = []
    if component.subtype != "time":
        parts.append(_day(day) or _refuse(template))
    if component.subtype != "date":
        parts.append(_clock(clock.strip()) or _refuse(template))
    return "T".join(parts)


def _day(text: str) -> str | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = match.groups()[:3] if match[1] else match.groups()[:2:-1]
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _clock(text: str) -> str | None:
    match = _TIME.fullmatch(text)
    return f"{int(match[1]):02}:{match[2]}" if match else None


def _refuse(template: str) -> NoReturn:
    raise _Wrong(template)


def _typed(raw: object, template: str) -> str | None:
    """A short typed text without the blanks around it, None when nothing was typed."""
    if raw is None:
        return None
    if not isinstance(raw, str) or len(raw) > 100:
        raise _Wrong(template)
    return raw.strip() or None


_VALUES: Final[dict[str, Callable[[Component, object], object]]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "checkbox": _truth,
    "checklist": _choices,
    "radio": _choice,
    "select": _choice,
    "datetime": _moment,
}
