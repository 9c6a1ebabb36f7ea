"""A log as a table (CSV): a row an event, with what is known of its case in each; safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Final, TextIO

from runner.audit.mining.log import LogEvent, Trace
from runner.clock import ZONE
from runner.reports.spreadsheet import cell

COLUMNS: Final = (
    "case",
    "number",
    "procedure",
    "version",
    "version_number",
    "agency",
    "outcome",
    "position",
    "activity",
    "element",
    "instance",
    "transition",
    "time",
    "resource",
    "owner",
    "role",
    "channel",
    "due",
    "late",
    "consumed_days",
    "paused_days",
    "pauses_known",
    "files",
)


class CsvWriter:
    """Writes a log, a case at a time. The byte order mark at its beginning marks it as UTF-8 for spreadsheets."""

    def __init__(self, path: Path, name: str) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file, quoting=csv.QUOTE_ALL)
        self._rows.writerow(COLUMNS)

    def add(self, trace: Trace) -> None:
        """Write one case."""
        self._rows.writerows(
            [_text(each) for each in _row(trace, event, position)] for position, event in enumerate(trace.events, 1)
        )

    def close(self) -> None:
        """Write what is still in memory."""
        self._file.close()


def _row(trace: Trace, event: LogEvent, position: int) -> tuple[object, ...]:
    case = trace.case
    return (
        case.id,
        case.number,
        case.procedure,
        case.version,
        trace.number,
        trace.agency,
        case.outcome,
        position,
        event.activity,
        event.element,
        event.visit,
        event.transition,
        event.at,
        event.by,
        event.owner,
        event.role,
        event.channel,
        event.due,
        event.late,
        event.used,
        event.paused,
        trace.measured.clear,
        len(event.files) or None,
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(ZONE).isoformat(timespec="seconds")
    if isinstance(value, float):
        return f"{value:.4f}"
    return str(value) if isinstance(value, int) else cell(str(value))
