"""The components of a form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Final

from runner import feel
from runner.unicode import composed

TEXTS: Final = frozenset({"textfield", "textarea"})
CHOICES: Final = frozenset({"checklist", "radio", "select"})
FILES: Final = "filepicker"
FIELDS: Final = TEXTS | CHOICES | {"number", "checkbox", "datetime", FILES}


MAX_ROWS: Final = 50
"""Of a list; and files of a field."""

MAX_DIGITS: Final = 15
"""Significant digits of a number: what JSON keeps exactly."""

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
"""The days that a field takes whose form says nothing: no living person and no paper in use is older, no licence runs
longer; what lies outside is mistyped."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field; of a table, one column."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Component:
    """One component of a form; what does not apply to its `type` is left at the default.

    `key` is "" for what holds no value; a group with one (form-js: ``path``) nests its fields under it, a group without
    leaves them where it stands. `pattern` must match the whole text. `subtype` is ``date``, ``time`` or ``datetime``;
    its day is from `earliest` to `latest`, that of a `coming` one (form-js: ``disallowPassedDates``) is today or later,
    that of a `past` one (``latest`` = ``today``) today or earlier. A date that is a `working_day` is one by the case's
    calendar; one `after_due` is later than the day on which the case is due.
    `accept` has the media types of the files that are taken, one file or (`multiple`) several. `options` are a table's
    columns too, `source` what it shows. A list that is not filled in yet shows `rows` empty ones (form-js:
    ``defaultRepetitions``). Under `hide`, a component is neither shown nor taken. Of a checklist's options the `needed`
    ones must be ticked where the whole answer makes `needed_when` true; if `among` names another checklist, options
    ticked here must be ticked there too. The option `until_due` is refused once the case is overdue. A
    `personal` field holds personal data. What form-js does not have stands in its custom ``properties``.
    """

    type: str
    key: str = ""
    label: str = ""
    description: str = ""
    text: str = ""
    required: bool = False
    min_length: int = 0
    max_length: int = 0
    pattern: re.Pattern[str] | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    digits: int | None = None
    subtype: str = ""
    coming: bool = False
    past: bool = False
    earliest: date = EARLIEST
    latest: date = LATEST
    working_day: bool = False
    after_due: bool = False
    accept: tuple[str, ...] = ()
    multiple: bool = False
    rows: int = 0
    options: tuple[Option, ...] = ()
    needed: tuple[Option, ...] = ()
    needed_when: feel.Expression | None = None
    among: str = ""
    until_due: str = ""
    personal: bool = False
    source: feel.Expression | None = None
    hide: feel.Expression | None = None
    components: tuple[Component, ...] = ()

    def hidden(self, values: Mapping[str, object]) -> bool:
        """Whether the component is hidden where `values` are known; a condition that is not exactly true shows it."""
        return self.hide is not None and feel.evaluate(self.hide, values) is True

    def window(self, today: date | None) -> tuple[date, date]:
        """The first and the last day that a date's field takes; without `today`, only what holds on any day."""
        first = max(self.earliest, today) if today and self.coming else self.earliest
        return first, min(self.latest, today) if today and self.past else self.latest


@dataclass(frozen=True, slots=True)
class Form:
    """A form as its file draws it. `title` is its first heading, else its id.

    `fields` has every field and list by its dotted path (``applicant.name``); those of a list's rows stay in the list.
    """

    id: str
    title: str
    components: tuple[Component, ...]
    fields: Mapping[str, Component]

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of the fields that take files."""
        return tuple(path for path, field in self.fields.items() if field.type == FILES)


def by_path(components: Iterable[Component], path: str = "") -> dict[str, Component]:
    """Every field and list among `components` and in their groups, by its path below `path`, in their order."""
    found: dict[str, Component] = {}
    for each in components:
        if each.type == "group":
            found |= by_path(each.components, f"{path}{each.key}." if each.key else path)
        elif each.key:
            found[path + each.key] = each
    return found


_CONTEXT: Final = Context(prec=28)


def exact(value: Decimal) -> Decimal | None:
    """`value` without trailing zeros; None where the journal could not keep it exactly."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or len(digits) > 28 or abs(exponent) > 28:
        return None
    plain = _CONTEXT.normalize(value)
    small = len(plain.as_tuple().digits) <= MAX_DIGITS and -MAX_DIGITS <= plain.adjusted() < MAX_DIGITS
    return plain if small else None


_BAD_KINDS: Final = frozenset({"Cc", "Cn", "Co", "Cs", "Zl", "Zp"})
_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of writing: with them a printed name can be made to read otherwise than it is."""


def unprintable(text: str, allowed: str) -> bool:
    """Whether `text` holds a character, other than those `allowed`, that no document can show as it is."""
    return any((unicodedata.category(sign) in _BAD_KINDS or sign in _TURNS) and sign not in allowed for sign in text)


_INVISIBLE: Final = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065\u206a-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What Unicode calls default-ignorable, without `_TURNS`; and what shows nothing either, U+2800 and U+FFF9–FFFB."""


def visible(text: str) -> str:
    """`text`, composed, without the characters that show nothing and are no blanks, and without blanks around it."""
    return composed(_INVISIBLE.sub("", text).strip())
