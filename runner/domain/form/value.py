"""The value of one field: what a person typed, or a JSON value, made into a value of the field's type.

A reader gives None where nothing was filled in, and raises `Wrong` with the sentence for the person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Final, NoReturn

from runner import formatting
from runner.domain.form import pattern
from runner.domain.form.component import MAX_DIGITS, Component, exact, unprintable, visible
from runner.unicode import composed

NOT_TEXT: Final = "“{label}” phải là chữ."
UNPRINTABLE: Final = "“{label}” có ký tự không được phép; hãy xóa và gõ lại."
TOO_SHORT: Final = "“{label}”: tối thiểu {limit} ký tự."
TOO_LONG: Final = "“{label}”: tối đa {limit} ký tự."
NOT_LIKE_PATTERN: Final = "“{label}” không đúng định dạng; hãy viết như {example}."
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


class Wrong(Exception):
    """One value is wrong; `template` lacks the label only."""

    def __init__(self, template: str, **facts: object) -> None:
        super().__init__(template)
        self.template, self.facts = template, facts


def items(raw: object) -> Iterable[object]:
    return raw if isinstance(raw, list | tuple) else [raw]


def _text(component: Component, raw: object) -> str | None:
    if not isinstance(raw, str | None):
        raise Wrong(NOT_TEXT)
    limit = component.max_length
    # Looked at before it is normalised, which takes long for a long run of combining marks.
    if raw is not None and len(raw) > 4 * limit + 100:
        raise Wrong(TOO_LONG, limit=limit)
    text = visible((raw or "").replace("\r\n", "\n").replace("\r", "\n"))
    if unprintable(text, "\n\t" if component.type == "textarea" else ""):
        raise Wrong(UNPRINTABLE)
    if not text:
        return None
    if len(text) > limit:
        raise Wrong(TOO_LONG, limit=limit)
    if len(text) < component.min_length:
        raise Wrong(TOO_SHORT, limit=component.min_length)
    if component.pattern and not component.pattern.fullmatch(text):
        raise Wrong(NOT_LIKE_PATTERN, example=pattern.example(component.pattern))
    return text


_VIETNAMESE: Final = re.compile(r"[+-]?(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]{1,20})(?:,[0-9]{1,20})?")
_POINT: Final = re.compile(r"[+-]?[0-9]{1,20}\.[0-9]{1,20}")


def _number(component: Component, raw: object) -> int | Decimal | None:
    value = _as_number(raw)
    if value is None:
        return None
    if (plain := exact(value)) is None:
        raise Wrong(TOO_PRECISE, limit=MAX_DIGITS)
    if component.digits is not None and -int(plain.as_tuple().exponent) > component.digits:
        raise Wrong(TOO_FINE, limit=component.digits) if component.digits else Wrong(NOT_WHOLE)
    if component.minimum is not None and plain < component.minimum:
        raise Wrong(TOO_LOW, limit=formatting.exact(component.minimum, 1000))
    if component.maximum is not None and plain > component.maximum:
        raise Wrong(TOO_HIGH, limit=formatting.exact(component.maximum, 1000))
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
        raise Wrong(NOT_NUMBER)
    return Decimal(text)


def _truth(component: Component, raw: object) -> bool:
    # What a browser sends for a ticked box, for an unticked one, and what JSON has.
    if raw is None or raw is False or raw in ("", "false"):
        return False
    if raw is True or raw in ("on", "true"):
        return True
    raise Wrong(NOT_TRUTH)


def _choice(component: Component, raw: object) -> str | None:
    if raw is None or raw == "":
        return None
    chosen = composed(raw) if isinstance(raw, str) else raw
    if not any(chosen == option.value for option in component.options):
        raise Wrong(NOT_AMONG)
    return str(chosen)


def _choices(component: Component, raw: object) -> list[str]:
    """What is ticked, in the order of the form. A browser sends a single tick without a list."""
    chosen = {choice for item in items(raw) if (choice := _choice(component, item))}
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
    raise Wrong(template)


def _typed(raw: object, template: str) -> str | None:
    """A short typed text without blanks around it and invisible characters, None when nothing visible was typed."""
    if raw is None:
        return None
    if not isinstance(raw, str) or len(raw) > 100:
        raise Wrong(template)
    return visible(raw) or None


READERS: Final[dict[str, Callable[[Component, object], object]]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "checkbox": _truth,
    "checklist": _choices,
    "radio": _choice,
    "select": _choice,
    "datetime": _moment,
}
