"""Event logs of the cases that an auditor reads, written case by case; each is told in the record with its ground."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Protocol

from runner import formatting
from runner.audit.many.measure import BATCH, measured
from runner.audit.mining.log import Named, Trace, traced
from runner.audit.mining.ocel_json import OcelJsonWriter
from runner.audit.mining.ocel_sqlite import OcelSqliteWriter
from runner.audit.mining.pseudonym import Pseudonyms
from runner.audit.mining.table import CsvWriter
from runner.audit.mining.xes import XesWriter
from runner.domain.case_filter import CaseFilter
from runner.domain.person import Person, via
from runner.domain.record import EVERY, RecordKind
from runner.services.scope import audited
from runner.services.text_rules import reason
from runner.services.version_cache import Versions
from runner.store import many, record_event, registry
from runner.store.session import Database, Transaction

PIECE: Final = 1024 * 1024
Progress = Callable[[int, int], None]
"""Called while a log is written: cases that are done, and how many there are."""


class LogFormat(StrEnum):
    """In what a log is written."""

    XES = "xes"
    OCEL_JSON = "ocel-json"
    OCEL_SQLITE = "ocel-sqlite"
    CSV = "csv"


class Writer(Protocol):
    """Writes a log, a case at a time."""

    def __init__(self, path: Path, name: str) -> None: ...

    def add(self, trace: Trace) -> None:
        """Write one case."""

    def close(self) -> None:
        """Write the end."""


WRITERS: Final[Mapping[LogFormat, type[Writer]]] = {
    LogFormat.XES: XesWriter,
    LogFormat.OCEL_JSON: OcelJsonWriter,
    LogFormat.OCEL_SQLITE: OcelSqliteWriter,
    LogFormat.CSV: CsvWriter,
}
ENDINGS: Final[Mapping[LogFormat, str]] = {
    LogFormat.XES: "xes",
    LogFormat.OCEL_JSON: "json",
    LogFormat.OCEL_SQLITE: "sqlite",
    LogFormat.CSV: "csv",
}


@dataclass(frozen=True, slots=True)
class Order:
    """A log that is wanted. `ground` is why; with `pseudonyms`, officers stand in it by names that lead nowhere."""

    format: LogFormat
    wanted: CaseFilter
    ground: str
    pseudonyms: bool

    @classmethod
    def make(cls, format: LogFormat, wanted: CaseFilter, ground: object, *, pseudonyms: bool) -> Order:
        """The order. Raises `ReasonMissing`."""
        return cls(format, wanted, reason(ground), pseudonyms)

    @property
    def file_name(self) -> str:
        """What a file with it is called."""
        what = self.wanted.procedure.replace("/", "-") or "moi-thu-tuc"
        return f"nhat-ky-quy-trinh-{what}.{ENDINGS[self.format]}"


@dataclass(frozen=True, slots=True)
class Exported:
    """A log that was written; `sha256` (hex) and `size` are those of its file."""

    cases: int
    events: int
    size: int
    sha256: str


class Mining:
    """Writes event logs. Raises `YearMissing` where the calendar ends."""

    def __init__(self, database: Database, versions: Versions) -> None:
        self.database = database
        self.versions = versions

    def export(self, order: Order, person: Person, now: datetime, path: Path) -> Exported:
        """Write a log to `path`, and tell it in the record."""
        made = self.write(order, person, now, path)
        with self.database.change() as tx:
            told(tx, order, made, person, now)
        return made

    def write(
        self,
        order: Order,
        person: Person,
        now: datetime,
        path: Path,
        progress: Progress = lambda done, total: None,
    ) -> Exported:
        """Write a log of the cases that `person` reads to `path`; what was there stays until the log is whole."""
        named: Named = Pseudonyms() if order.pseudonyms else str
        with self.database.read() as tx:
            numbers = {row.digest: row.number for row in registry.versions(tx)}
            ids = many.ids(tx, audited(tx, self.versions, person), order.wanted)
        draft = path.with_name(f".{path.name}.part")
        writer = WRITERS[order.format](draft, order.wanted.procedure or "motcua")
        events = 0
        try:
            progress(0, len(ids))
            for start in range(0, len(ids), BATCH):
                with self.database.read() as tx:
                    for trace in self._traces(tx, ids[start : start + BATCH], numbers, named, now):
                        writer.add(trace)
                        events += len(trace.events)
                progress(min(start + BATCH, len(ids)), len(ids))
        except BaseException:
            writer.close()
            draft.unlink(missing_ok=True)
            raise
        writer.close()
        draft.replace(path)
        return Exported(len(ids), events, path.stat().st_size, _digest(path))

    def _traces(
        self, tx: Transaction, ids: Sequence[int], numbers: Mapping[str, int], named: Named, now: datetime
    ) -> list[Trace]:
        files = many.files(tx, ids)
        return [
            traced(each, numbers.get(each.case.version, 0), files.get(each.case.id, []), named)
            for each in measured(tx, self.versions, ids, now, kinds=())
        ]


def told(tx: Transaction, order: Order, made: Exported, person: Person, now: datetime) -> None:
    """Tell in the record who took which log away, and why."""
    facts = {
        "what": "event log",
        "format": str(order.format),
        "filter": filter_facts(order.wanted),
        "ground": order.ground,
        "pseudonyms": order.pseudonyms,
        "cases": made.cases,
        "events": made.events,
        "size": made.size,
        "sha256": made.sha256,
        "via": via(person),
    }
    province = order.wanted.procedure.partition("/")[0]
    record_event.append(tx, RecordKind.EXPORT, person.id, now, order.wanted.procedure or EVERY, facts, province)


def filter_facts(wanted: CaseFilter) -> dict[str, Any]:
    """A filter as plain JSON values, without what filters nothing."""
    facts = asdict(wanted) | {"lanes": sorted(wanted.lanes)}
    return {
        name: formatting.iso(value) if isinstance(value, datetime) else value for name, value in facts.items() if value
    }


def filter_of(facts: Mapping[str, Any]) -> CaseFilter:
    """The filter that `filter_facts` wrote."""
    moments = {name: datetime.fromisoformat(facts[name]) for name in ("since", "until") if name in facts}
    return CaseFilter(**{**facts, **moments, "lanes": frozenset(facts.get("lanes", ()))})


def _digest(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()
