"""The description of a new procedure as a person types it, or a small TOML file has it; all its faults at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final, TypeVar

from runner.authoring.skeleton import quotation
from runner.authoring.skeleton.description import COPIES, FEES, KINDS, Decision, Description, Fee, Paper, Step, written
from runner.authoring.skeleton.words import said
from runner.domain import limit, toml
from runner.domain.limit import Unit
from runner.domain.person import LaneKind
from runner.domain.procedure import Province
from runner.domain.toml import Fault, Location, TomlInvalid, syntax
from runner.unicode import composed

CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,60}")
"""The part of a procedure's code after the province."""
STEP: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]{0,9}")
MAX_STEPS: Final = 30
MAX_ROWS: Final = 100
MAX_TEXT: Final = 4_000
MAX_DAYS: Final = 1_000
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset(
        {"code", "title", "title_en", "kind", "applicants", "unit", "limit", "counted_from", "fee", "granted"}
        | {"refused", "decision", "steps", "dossier", "fees"}
    ),
    "decision": frozenset({"number", "date", "title", "issuer", "signer", "effective"}),
    "steps": frozenset({"id", "text", "lane", "actors", "days"}),
    "dossier": frozenset({"name", "copy", "required"}),
    "fees": frozenset({"label", "amount"}),
}


class DescriptionInvalid(TomlInvalid):
    """Thủ tục mới còn {count} chỗ chưa đúng:"""


_Read = TypeVar("_Read")


def read(data: bytes, make: Callable[[Mapping[str, Any]], _Read]) -> _Read:
    """What `describe` or `name` makes of a TOML file. Raises `TomlInvalid` with all that is wrong, by line."""
    try:
        return make(syntax.load(data))
    except DescriptionInvalid as error:
        at = toml.lines(data)
        faults = [
            replace(each, line=next((at[key] for key in _outwards(each.at) if key in at), 0)) for each in error.faults
        ]
        raise DescriptionInvalid(sorted(faults, key=lambda fault: fault.line)) from None


@dataclass(frozen=True, slots=True)
class Named:
    """How a copy of a procedure is called: its code with the province, its titles, its decision if it has another."""

    code: str
    title: str
    title_en: str
    decision: Decision | None


def name(table: Mapping[str, Any], province: Province) -> Named:
    """How a copy is called, by a form or a file; without the key ``decision`` it stays under the source's.

    Raises `DescriptionInvalid`.
    """
    asked = _Asked({"decision": {}, **table})
    title = asked.text(("title",))
    decision = asked.decision() if table.get("decision") is not None else None
    found = Named(asked.code(province), title, asked.text(("title_en",), optional=True) or title, decision)
    if asked.faults:
        raise DescriptionInvalid(asked.faults)
    return found


def describe(table: Mapping[str, Any], province: Province) -> Description:
    """The description that a form or a file gives; its texts as typed, days and amounts as text or numbers.

    Raises `DescriptionInvalid` with all that is wrong, each fault at its place: ``("steps", 2, "days")``.
    """
    asked = _Asked(table)
    found = asked.description(province)
    if asked.faults:
        raise DescriptionInvalid(asked.faults)
    return found


def _outwards(at: Location) -> Iterator[Location]:
    return (at[:length] for length in range(len(at), -1, -1))


class _Asked:
    """A table of any shape, asked for its values; every fault is noted, and a value of the right type stands in."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.table = table
        self.faults: list[Fault] = []

    def description(self, province: Province) -> Description:
        self._keys((), self.table, "")
        steps = tuple(self._step(at, row, province) for at, row in self._rows("steps", MAX_STEPS))
        unit = Unit(self.word(("unit",), tuple(Unit)))
        term = self.days(("limit",)) or Fraction(0)
        fee = self.word(("fee",), FEES)
        title = self.text(("title",))
        found = Description(
            self.code(province),
            title,
            self.text(("title_en",), optional=True) or title,
            self.word(("kind",), KINDS, "other"),
            self.text(("applicants",), optional=True),
            self.decision(),
            unit,
            term,
            self.text(("counted_from",), optional=True),
            steps,
            tuple(self._paper(at, row) for at, row in self._rows("dossier", MAX_ROWS)),
            fee,
            tuple(self._fee(at, row) for at, row in self._rows("fees", MAX_ROWS)) if fee == "amounts" else (),
            self.text(("granted",)),
            self.text(("refused",), optional=True),
        )
        self._together(found)
        return found

    # -- what rows say together --------------------------------------------------------------------------------------

    def _together(self, found: Description) -> None:
        steps = found.steps
        if len(steps) < 2:
            self.fault(("steps",), "Thủ tục có ít nhất hai bước: tiếp nhận hồ sơ và trả kết quả.")
        if steps and steps[0].kind != LaneKind.CLERK:
            self.fault(("steps", 0, "lane"), "Bước đầu tiên là tiếp nhận hồ sơ, do vai trò tiếp nhận (một cửa) làm.")
        self._term(found)
        if found.fee == "amounts" and not found.fees:
            self.fault(("fees",), "Hãy điền ít nhất một mức phí, hoặc chọn không có phí.")
        for at, fee in enumerate(found.fees):
            if len(found.fees) > 1 and not fee.label:
                self.fault(("fees", at, "label"), "Có nhiều mức phí thì mức nào cũng phải ghi trường hợp.")
        self._once("steps", "id", [step.id for step in steps])
        self._once("fees", "label", [fee.label for fee in found.fees])
        self._once("dossier", "name", [paper.name for paper in found.dossier])

    def _once(self, rows: str, key: str, values: Sequence[str]) -> None:
        for at, value in enumerate(values):
            if value and value in values[:at]:
                self.fault((rows, at, key), "“{value}” đã có ở trên.", value=value)

    def _term(self, found: Description) -> None:
        """The steps between the first and the last timed one are timed, and all together make up the legal term."""
        steps, told = found.steps, {fault.at for fault in self.faults}
        timed = [at for at, step in enumerate(steps) if step.days is not None]
        between = range(timed[0], timed[-1]) if timed else ()
        untimed = [at for at in between if steps[at].days is None and ("steps", at, "days") not in told]
        for at in untimed:
            self.fault(
                ("steps", at, "days"),
                "Giữa hai bước có thời hạn thì bước nào cũng có thời hạn; hãy điền số ngày của bước này.",
            )
        if untimed or self._faulty("days", "limit"):
            return
        total = sum((step.days for step in steps if step.days), Fraction(0))
        if steps and not timed:
            self.fault(("steps",), "Chưa bước nào có thời hạn; hãy điền số ngày của từng bước như quyết định.")
        elif total != found.limit:
            self.fault(
                ("limit",),
                "Cộng thời gian các bước là {sum} ngày, khác thời hạn giải quyết {limit} ngày.",
                sum=written(total),
                limit=written(found.limit),
            )

    def _faulty(self, *keys: str) -> bool:
        return any(fault.at and fault.at[-1] in keys for fault in self.faults)

    # -- rows ---------------------------------------------------------------------------------------------------------

    def code(self, province: Province) -> str:
        """The code, which may be typed with its province or without."""
        code = self.text(("code",)).removeprefix(f"{province.code}/")
        if code and not CODE.fullmatch(code):
            self.fault(("code",), "Mã thủ tục chỉ có chữ không dấu, chữ số, dấu chấm, gạch nối, như QT.BC.08.")
        return f"{province.code}/{code}"

    def decision(self) -> Decision:
        return Decision(
            self.text(("decision", "number")),
            self.day(("decision", "date")),
            self.text(("decision", "title")),
            self.text(("decision", "issuer")),
            self.text(("decision", "signer")),
            self.day(("decision", "effective")),
        )

    def _step(self, at: Location, row: Mapping[str, Any], province: Province) -> Step:
        id = self.text((*at, "id"))
        if id and not STEP.fullmatch(id):
            self.fault((*at, "id"), "Mã bước chỉ có chữ không dấu, chữ số, dấu chấm, như 1 hoặc B1.")
        lane = self.word((*at, "lane"), tuple(province.lanes))
        lines = tuple(line for line in self.text((*at, "text"), lines=True).splitlines() if line)
        if lines and not re.search(r"\w", quotation.bare(quotation.opening(lines))):
            self.fault((*at, "text"), "Hãy ghi bằng chữ việc của bước này, như quyết định.")
        actors = self.text((*at, "actors"), optional=True) or province.label(lane)
        return Step(id, lines, lane, province.kinds[lane], actors, self.days((*at, "days"), optional=True))

    def _paper(self, at: Location, row: Mapping[str, Any]) -> Paper:
        required = row.get("required", True)
        return Paper(
            self.text((*at, "name")),
            self.word((*at, "copy"), COPIES, "unknown"),
            required is True or str(required).casefold() in ("true", "yes", "on", "1"),
        )

    def _fee(self, at: Location, row: Mapping[str, Any]) -> Fee:
        label = self.text((*at, "label"), optional=True)
        amount = re.sub(r"[.\s]", "", self.text((*at, "amount")).removesuffix(said("fee", amount="").strip()))
        if amount and not re.fullmatch(r"[0-9]{1,12}", amount):
            self.fault((*at, "amount"), "Mức phí là một số đồng, như 750.000.")
            amount = ""
        return Fee(label, int(amount or 0))

    def _rows(self, name: str, most: int) -> Sequence[tuple[Location, Mapping[str, Any]]]:
        rows = self.table.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.fault((name,), "“{name}” phải là danh sách các bảng [[{name}]].", name=name)
            return []
        if len(rows) > most:
            self.fault((name,), "Nhiều nhất {most} dòng.", most=most)
        for at, row in enumerate(rows[:most]):
            self._keys((name, at), row, name)
        return [((name, at), row) for at, row in enumerate(rows[:most])]

    # -- values -------------------------------------------------------------------------------------------------------

    def text(self, at: Location, optional: bool = False, lines: bool = False) -> str:
        """A text, on one line unless it is a text of `lines`; what cannot be printed is left out."""
        value = self._value(at)
        if isinstance(value, list) and all(isinstance(line, str) for line in value):
            value = "\n".join(value)
        fits = isinstance(value, str | int | float | None)
        typed = _UNPRINTABLE.sub("", composed(str(value))) if fits and value is not None else ""
        rows = [" ".join(row.split()) for row in typed.splitlines()]
        text = "\n".join(filter(None, rows)) if lines else " ".join(filter(None, rows))
        if not fits or (not text and not optional):
            self.fault(at, "Hãy điền ô này.")
        if len(text) > MAX_TEXT:
            self.fault(at, "Nhiều nhất {most} ký tự.", most=MAX_TEXT)
        return text

    def word(self, at: Location, allowed: Sequence[str], default: str = "") -> str:
        value = self._value(at)
        if value in allowed:
            return str(value)
        if value in (None, "") and default:
            return default
        self.fault(at, "Hãy chọn một trong: {allowed}.", allowed=", ".join(allowed))
        return default or allowed[0]

    def days(self, at: Location, optional: bool = False) -> Fraction | None:
        text = self.text(at, optional).replace(",", ".")
        if not text:
            return None
        try:
            found = limit.days(text)
        except limit.LimitInvalid:
            found = Fraction(0)
        if not 0 < found <= MAX_DAYS:
            self.fault(at, "Số ngày lớn hơn 0, không quá {most}, tính đến nửa ngày, như 5 hoặc 0,5.", most=MAX_DAYS)
        return found or None

    def day(self, at: Location) -> dt.date:
        value = self._value(at)
        try:
            return value if type(value) is dt.date else dt.date.fromisoformat(str(value or "").strip())
        except ValueError:
            self.fault(at, "Hãy điền ngày, như 2022-06-24.")
            return dt.date.min

    def fault(self, at: Location, template: str, **facts: object) -> None:
        self.faults.append(Fault(at, template, facts))

    def _value(self, at: Location) -> Any:
        value: Any = self.table
        for part in at:
            if isinstance(part, str) and isinstance(value, dict):
                value = value.get(part)
            elif isinstance(part, int) and isinstance(value, list):
                value = value[part]
            else:
                return None
        return value

    def _keys(self, at: Location, table: Mapping[str, Any], name: str) -> None:
        for key in table:
            if key not in _KEYS[name]:
                self.fault((*at, key), "Khóa “{key}” không có trong quy ước.")
        inner = table.get("decision") if not at else None
        if isinstance(inner, dict):
            for key in inner.keys() - _KEYS["decision"]:
                self.fault(("decision", key), "Khóa “{key}” không có trong quy ước.")
