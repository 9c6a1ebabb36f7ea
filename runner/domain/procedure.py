"""What a decision fixes for one procedure, and how its province works: read strictly from TOML.

The dataclasses are the schema: a table holds exactly their keys, each of its type; only a key with a default may be
left out. Strings are the words of the decision; where it is silent, the key is empty or left out and named in `silent`.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from fractions import Fraction
from types import MappingProxyType, NoneType
from typing import Annotated, Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from runner.domain.calendar import Day, Hours, Session
from runner.errors import Refused

_T = TypeVar("_T")

MAX_BYTES: Final = 200_000
MAX_DOTS: Final = 200
"""In one line: the time that tomllib takes for a dotted key grows with the square of its parts."""

Lane = Literal["one_stop_clerk", "specialist", "division_lead", "director", "records_clerk"]
Unit = Literal["working-days", "calendar-days"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Paper = Literal["receipt", "control-slip"]
_MayBeEmpty = Annotated[str, "may be empty"]

LANES: Final[tuple[str, ...]] = get_args(Lane)


# -- what can be wrong with a file -----------------------------------------------------------------------------------


class FactsInvalid(Refused):
    """Tệp dữ kiện không hợp lệ."""


class FactsTooLarge(FactsInvalid):
    """Tệp dữ kiện lớn {size} byte, vượt mức cho phép là {limit} byte."""


class TooManyDots(FactsInvalid):
    """Dòng {line} của tệp dữ kiện có hơn {limit} dấu chấm."""


class NotToml(FactsInvalid):
    """Tệp dữ kiện không phải là TOML hợp lệ ({reason})."""


class KeyMissing(FactsInvalid):
    """Tệp dữ kiện thiếu khóa “{key}”."""


class KeyUnknown(FactsInvalid):
    """Khóa “{key}” không có trong quy ước của tệp dữ kiện."""


class NotTable(FactsInvalid):
    """Khóa “{key}” phải là một bảng."""


class NotList(FactsInvalid):
    """Khóa “{key}” phải là một danh sách."""


class EmptyList(FactsInvalid):
    """Khóa “{key}” phải có ít nhất một mục."""


class NotText(FactsInvalid):
    """Khóa “{key}” phải là một chuỗi chữ."""


class EmptyText(FactsInvalid):
    """Khóa “{key}” không được để trống."""


class NotWhole(FactsInvalid):
    """Khóa “{key}” phải là một số nguyên không âm."""


class NotTruth(FactsInvalid):
    """Khóa “{key}” phải là true hoặc false."""


class NotDate(FactsInvalid):
    """Khóa “{key}” phải là một ngày, viết như 2022-06-24."""


class NotDays(FactsInvalid):
    """Khóa “{key}” phải là số ngày lớn hơn 0, tính đến nửa ngày, viết như "12" hoặc "0.5"."""


class NotTime(FactsInvalid):
    """Khóa “{key}” phải là giờ và phút, viết như "07:30"."""


class NotSession(FactsInvalid):
    """Khóa “{key}” phải là giờ mở và giờ đóng của một buổi, mở trước đóng, viết như ["07:30", "11:30"]."""


class HoursBackwards(FactsInvalid):
    """Khóa “{key}” có ngày kết thúc trước ngày bắt đầu."""


class NotAmong(FactsInvalid):
    """Khóa “{key}” phải là một trong các giá trị: {allowed}."""


class Doubled(FactsInvalid):
    """Giá trị “{value}” của khóa “{key}” bị trùng."""


class StepUnknown(FactsInvalid):
    """Khóa “{key}” nêu bước “{step}” không có trong danh sách các bước."""


class NotSilent(FactsInvalid):
    """Khóa “silent” nêu “{name}” nhưng mục này có giá trị hoặc không phải là mục được phép bỏ trống."""


class NotNone(FactsInvalid):
    """Khóa “none” nêu “{name}” nhưng mục này có giá trị, được nêu ở “silent” hoặc không được phép bỏ trống."""


class GroupUnknown(FactsInvalid):
    """Khóa “{key}” nêu nhóm hồ sơ “{group}” không có trong danh sách các nhóm."""


class PlacesUneven(FactsInvalid):
    """Khóa “{key}” phải có đúng một nơi trích cho mỗi câu trích."""


# -- a procedure -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision that approves the procedure, and (where it says so) the one that announced it."""

    number: str
    date: dt.date
    title: str
    issuer: str
    signer: str
    effective: dt.date
    announced_by: str = ""


@dataclass(frozen=True, slots=True)
class Time:
    """The legal term. `listed` is a differing value in the decision's own list of procedures, "" when there is none."""

    limit_days: Fraction
    unit: Unit
    text: str
    counted_from: _MayBeEmpty
    listed: str = ""


@dataclass(frozen=True, slots=True)
class Apology:
    """When a slip of apology is due before the deadline, and whether the decision itself asks for one."""

    working_days_before: int
    text: _MayBeEmpty
    in_decision: bool


@dataclass(frozen=True, slots=True)
class Results:
    """The names of what the applicant gets."""

    granted: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Retention:
    text: str
    years: int


@dataclass(frozen=True, slots=True)
class Duration:
    """A step's time, in the unit of the procedure's term; `days` is None where the text is no length of time."""

    text: str
    days: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the decision's table."""

    id: str
    text: tuple[str, ...]
    actors: str
    lanes: tuple[Lane, ...]
    duration: Duration
    title_en: str
    forms: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way on from a branch: `next` is a step, a branch or an end; `form` the paper that goes with it."""

    id: str
    text: _MayBeEmpty
    next: str
    form: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    id: str
    step: str
    question: str
    question_en: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the decision expressly says there is none of (``fees``), in its words: ``Không có``. Cf. `silent`."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """One of the alternative lists of papers: only the items of the one that applies are asked for."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class DossierItem:
    """A paper of the dossier, asked for only where its `condition` holds; `parts` can be ticked one by one.

    `group` is the alternative that it belongs to, "" where there is but one list.
    """

    name: str
    copy: Literal["original", "copy", "unknown"]
    required: bool
    condition: str = ""
    parts: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """What one fee case costs, in dong; `label` is "" where the decision gives a single amount without a case."""

    case: str
    label: _MayBeEmpty
    amount: int
    text: str


@dataclass(frozen=True, slots=True)
class FormTitle:
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Record:
    """Something that is kept when the case is over."""

    text: str


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Texts of the decision that disagree, word for word, and what the software does about it.

    `places` says where in the decision each text stands, one for each. `severity`: ``A`` touches a deadline, a path,
    money or who acts, ``B`` a label or a form, ``C`` is a slip of the pen. `shown`: the papers that print it as well.
    """

    id: str
    texts: tuple[str, ...]
    governs: str
    places: tuple[str, ...] = ()
    severity: Literal["", "A", "B", "C"] = ""
    shown: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the legal term begins and ends: when the first task of `starts_with` opens, when a `stops_after` is done.

    `remind_after_days` are days of 24 hours after which an applicant who was asked for a supplement is reminded.
    """

    starts_with: str
    stops_after: tuple[str, ...]
    remind_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What one task is to do: in the decision's own words, or (without `text`) what the software adds.

    `step` is "" for what is outside the term of every step, such as waiting for the applicant.
    """

    lane: Lane
    form: str
    step: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """The facts of one procedure. `code` is ``<province>/<the decision's code>``; what is in English is ours.

    `agencies` are the lines that say who carries it out, decides, is authorised and cooperates; `bases` the laws.
    """

    code: str
    title: str
    title_en: str
    kind: str
    form_set: str
    channels: tuple[str, ...]
    conditions: tuple[str, ...]
    applicants: _MayBeEmpty
    authority: _MayBeEmpty
    received_at: _MayBeEmpty
    notes: tuple[str, ...]
    silent: tuple[str, ...]
    decision: Decision
    time: Time
    apology: Apology
    steps: tuple[Step, ...]
    dossier_sets: int | None = None
    results: Results | None = None
    retention: Retention | None = None
    none: tuple[Stated, ...] = ()
    agencies: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    groups: tuple[Group, ...] = ()
    dossier: tuple[DossierItem, ...] = ()
    fees: tuple[Fee, ...] = ()
    forms: tuple[FormTitle, ...] = ()
    records: tuple[Record, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()
    clock: Clock | None = None
    works: tuple[Work, ...] = ()

    def fee(self, case: str) -> Fee | None:
        """The fee of a fee case, None where the decision has none."""
        return next((fee for fee in self.fees if fee.case == case), None)

    def said_none(self, name: str) -> str:
        """The words in which the decision says that there is none of `name`; "" where it has some, or is silent."""
        return next((stated.text for stated in self.none if stated.name == name), "")

    def notes_on(self, paper: Paper) -> tuple[Discrepancy, ...]:
        """The source notes that a paper prints."""
        return tuple(each for each in self.discrepancies if paper in each.shown)


@dataclass(frozen=True, slots=True)
class Province:
    """How a province works: names, the labels of its lanes, its office hours and days.

    `section` is the agency's counter at the `centre`; `case_number` is its part of a case's number. `years` are those
    whose holidays are known at deployment; `intake_cutoff` (local time) is None where dossiers are received until the
    last session closes.
    """

    code: str
    name: str
    agency: str
    division: str
    centre: str
    case_number: str
    weekly_off: tuple[Weekday, ...]
    years: tuple[int, ...]
    lanes: Mapping[Lane, str]
    hours: tuple[Hours, ...]
    days: tuple[Day, ...] = ()
    section: str = ""
    intake_cutoff: dt.time | None = None


# -- readers -----------------------------------------------------------------------------------------------------------


def read_procedure(data: bytes) -> Procedure:
    """The facts in a TOML file. Raises a `FactsInvalid` that names the key at fault."""
    procedure = _build(Procedure, _toml(data), "")
    _check_names(procedure)
    steps = {step.id for step in procedure.steps}
    for number, branch in enumerate(procedure.branches, start=1):
        _distinct(f"branches[{number}].outcomes.id", (outcome.id for outcome in branch.outcomes))
        if branch.step not in steps:
            raise StepUnknown(key=f"branches[{number}].step", step=branch.step)
    for key, step in _steps_named(procedure):
        if step not in steps:
            raise StepUnknown(key=key, step=step)
    _check_gaps(procedure)
    groups = {"", *(group.id for group in procedure.groups)}
    for number, item in enumerate(procedure.dossier, start=1):
        if item.group not in groups:
            raise GroupUnknown(key=f"dossier[{number}].group", group=item.group)
    for number, note in enumerate(procedure.discrepancies, start=1):
        if note.places and len(note.places) != len(note.texts):
            raise PlacesUneven(key=f"discrepancies[{number}].places")
    return procedure


def _check_names(procedure: Procedure) -> None:
    """What is told apart by a name has one of its own."""
    _distinct("steps.id", (step.id for step in procedure.steps))
    _distinct("branches.id", (branch.id for branch in procedure.branches))
    _distinct("none.name", (stated.name for stated in procedure.none))
    _distinct("groups.id", (group.id for group in procedure.groups))
    _distinct("fees.case", (fee.case for fee in procedure.fees))
    _distinct("forms.code", (form.code for form in procedure.forms))
    _distinct("discrepancies.id", (discrepancy.id for discrepancy in procedure.discrepancies))


def _check_gaps(procedure: Procedure) -> None:
    """What the decision does not say, or says there is none of, is empty; and it is one or the other."""
    for name in procedure.silent:
        if not _silent(procedure, name):
            raise NotSilent(name=name)
    for stated in procedure.none:
        if stated.name in procedure.silent or not _silent(procedure, stated.name):
            raise NotNone(name=stated.name)


def read_province(data: bytes) -> Province:
    """The province in a TOML file. Raises a `FactsInvalid` (`CalendarInvalid` for its sessions) that names the key."""
    province = _build(Province, _toml(data), "")
    _distinct("weekly_off", province.weekly_off)
    _distinct("years", province.years)
    _distinct("days.date", (day.date for day in province.days))
    for number, hours in enumerate(province.hours, start=1):
        if hours.since and hours.until and hours.until < hours.since:
            raise HoursBackwards(key=f"hours[{number}]")
    return province


def _toml(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise FactsTooLarge(size=len(data), limit=MAX_BYTES)
    for number, line in enumerate(data.splitlines(), start=1):
        if line.count(b".") > MAX_DOTS:
            raise TooManyDots(line=number, limit=MAX_DOTS)
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise NotToml(reason=error) from None


def _distinct(key: str, values: Iterable[object]) -> None:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise Doubled(key=key, value=value)
        seen.add(value)


def _steps_named(procedure: Procedure) -> Iterable[tuple[str, str]]:
    """The steps that the clock and the works name, with the key that does."""
    if procedure.clock:
        yield "clock.starts_with", procedure.clock.starts_with
        yield from (("clock.stops_after", step) for step in procedure.clock.stops_after)
    yield from ((f"works[{number}].step", work.step) for number, work in enumerate(procedure.works, 1) if work.step)


def _silent(procedure: Procedure, name: str) -> bool:
    """Whether `name` (``fees``, ``time.counted_from``) is a key that the facts leave empty."""
    value: object = procedure
    for part in name.split("."):
        if not is_dataclass(value) or part not in {field.name for field in fields(value)}:
            return False
        value = getattr(value, part)
    return value is None or value in ("", ())


# -- TOML values as the types of the schema ---------------------------------------------------------------------------

_KEYS: Final = {(Time, "limit_days"): "limit", (Hours, "since"): "from"}
"""Keys that differ from the field's name."""
_MAY_HAVE_NONE: Final = {"channels", "conditions", "notes", "silent", "weekly_off"}
"""Lists that must be there, though they may be empty."""


def _build(shape: type[_T], table: object, at: str) -> _T:
    """A `shape` from a table that stands at the key `at` ("" for the whole file)."""
    if not isinstance(table, dict):
        raise NotTable(key=at)
    types = get_type_hints(shape, include_extras=True)
    left, values = dict(table), {}
    for field in fields(shape):  # type: ignore[arg-type]
        name = _KEYS.get((shape, field.name), field.name)
        key = f"{at}.{name}" if at else name
        if name in left:
            values[field.name] = value = _value(types[field.name], left.pop(name), key)
            if value == () and field.default is MISSING and name not in _MAY_HAVE_NONE:
                raise EmptyList(key=key)
        elif NoneType in get_args(types[field.name]):
            values[field.name] = None
        elif field.default is MISSING:
            raise KeyMissing(key=key)
    for name in left:
        raise KeyUnknown(key=f"{at}.{name}" if at else name)
    return shape(**values)


def _value(kind: Any, raw: object, key: str) -> object:
    """`raw` as a value of the type `kind`, which is one of those that the dataclasses above use."""
    origin, inner = get_origin(kind), get_args(kind)
    if NoneType in inner:
        return _value(inner[0], raw, key)
    if origin is tuple:
        return tuple(_value(inner[0], item, f"{key}[{number}]") for number, item in enumerate(_list(raw, key), 1))
    if origin is Literal:
        if raw not in inner:
            raise NotAmong(key=key, allowed=", ".join(inner))
        return raw
    if kind is _MayBeEmpty:
        return _text(raw, key)
    if kind in _SIMPLE:
        return _SIMPLE[kind](raw, key)
    if origin is not None:
        return _labels(raw, key)
    return _build(kind, raw, key)


def _list(raw: object, key: str) -> list[object]:
    if not isinstance(raw, list):
        raise NotList(key=key)
    return raw


def _text(raw: object, key: str) -> str:
    if not isinstance(raw, str):
        raise NotText(key=key)
    return raw


def _words(raw: object, key: str) -> str:
    if not _text(raw, key).strip():
        raise EmptyText(key=key)
    return _text(raw, key)


def _whole(raw: object, key: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise NotWhole(key=key)
    return raw


def _truth(raw: object, key: str) -> bool:
    if not isinstance(raw, bool):
        raise NotTruth(key=key)
    return raw


def _date(raw: object, key: str) -> dt.date:
    if not isinstance(raw, dt.date) or isinstance(raw, dt.datetime):
        raise NotDate(key=key)
    return raw


def _days(raw: object, key: str) -> Fraction:
    if not isinstance(raw, str) or not re.fullmatch(r"[0-9]{1,4}(\.[05])?", raw) or Fraction(raw) == 0:
        raise NotDays(key=key)
    return Fraction(raw)


def _time(raw: object, key: str) -> dt.time:
    if not isinstance(raw, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", raw):
        raise NotTime(key=key)
    return dt.time.fromisoformat(raw)


def _session(raw: object, key: str) -> Session:
    moments = [_time(moment, key) for moment in _list(raw, key)]
    if len(moments) != 2 or moments[0] >= moments[1]:
        raise NotSession(key=key)
    return Session(*moments)


def _labels(raw: object, key: str) -> Mapping[str, str]:
    if not isinstance(raw, dict):
        raise NotTable(key=key)
    for lane in raw:
        if lane not in LANES:
            raise KeyUnknown(key=f"{key}.{lane}")
    return MappingProxyType({lane: _words(label, f"{key}.{lane}") for lane, label in raw.items()})


_SIMPLE: Final[dict[Any, Callable[[object, str], object]]] = {
    str: _words, int: _whole, bool: _truth, dt.date: _date, Fraction: _days, dt.time: _time, Session: _session,
}  # fmt: skip
