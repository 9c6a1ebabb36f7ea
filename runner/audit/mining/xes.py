"""A log in XES (IEEE 1849-2016): the extensions Concept, Time, Organizational and Lifecycle, and plain attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, TextIO
from xml.sax.saxutils import quoteattr

from runner.audit.mining.log import LogEvent, Trace
from runner.clock import ZONE

EXTENSIONS: Final = {
    "Concept": "concept",
    "Time": "time",
    "Organizational": "org",
    "Lifecycle": "lifecycle",
}
HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
)
GLOBALS: Final = (
    '<global scope="trace"><string key="concept:name" value="-"/></global>\n'
    '<global scope="event"><string key="concept:name" value="-"/>'
    '<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>'
    '<string key="lifecycle:transition" value="complete"/></global>\n'
    '<classifier name="Activity" keys="concept:name"/>\n'
    '<classifier name="Activity and transition" keys="concept:name lifecycle:transition"/>\n'
    '<classifier name="Resource" keys="org:resource"/>\n'
    '<string key="lifecycle:model" value="standard"/>\n'
)
Value = str | int | float | bool | datetime | None
_FORBIDDEN: Final = re.compile("[^\t\n\r -\ud7ff\ue000-�\U00010000-\U0010ffff]")
"""What no document of XML 1.0 may hold, not even escaped."""


class XesWriter:
    """Writes a log, a case at a time."""

    def __init__(self, path: Path, name: str) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8", newline="\n")
        self._file.write(HEAD)
        for title, prefix in EXTENSIONS.items():
            uri = f"http://www.xes-standard.org/{prefix}.xesext"
            self._file.write(f'<extension name="{title}" prefix="{prefix}" uri="{uri}"/>\n')
        self._file.write(GLOBALS + attribute("concept:name", name) + "\n")

    def add(self, trace: Trace) -> None:
        """Write one case."""
        lines = ["<trace>", "".join(attribute(*pair) for pair in _of_trace(trace))]
        lines += [f"<event>{''.join(attribute(*pair) for pair in _of_event(each))}</event>" for each in trace.events]
        self._file.write("\n".join([*lines, "</trace>\n"]))

    def close(self) -> None:
        """Write the end of the log."""
        self._file.write("</log>\n")
        self._file.close()


def attribute(key: str, value: Value) -> str:
    """An attribute as an element of its type; nothing for a value that there is not."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f'<boolean key="{key}" value="{str(value).lower()}"/>'
    if isinstance(value, datetime):
        return f'<date key="{key}" value="{value.astimezone(ZONE).isoformat(timespec="milliseconds")}"/>'
    if isinstance(value, int | float):
        return f'<{"int" if isinstance(value, int) else "float"} key="{key}" value="{value}"/>'
    return f'<string key="{key}" value={quoteattr(_FORBIDDEN.sub("�", value))}/>'


def _of_trace(trace: Trace) -> Iterator[tuple[str, Value]]:
    case, measured = trace.case, trace.measured
    yield "concept:name", trace.name
    yield "case", case.id
    yield "procedure", case.procedure
    yield "version", case.version
    yield "version_number", trace.number
    yield "agency", trace.agency
    yield "status", case.status
    yield "outcome", case.outcome
    yield "received", case.received
    yield "due", case.due
    yield "ended", case.ended
    yield "late", measured.late if case.verdict else None
    yield "consumed_days", None if measured.used is None else round(measured.used, 4)
    yield "pauses_known", measured.clear


def _of_event(event: LogEvent) -> Iterator[tuple[str, Value]]:
    yield "concept:name", event.activity
    yield "concept:instance", event.visit
    yield "lifecycle:transition", event.transition
    yield "time:timestamp", event.at
    yield "org:resource", event.by
    yield "org:role", event.role
    yield "element", event.element
    yield "owner", event.owner
    yield "channel", event.channel
    yield "due", event.due
    yield "late", event.late
    yield "consumed_days", None if event.used is None else round(event.used, 4)
    yield "paused_days", None if event.paused is None else round(event.paused, 4)
    yield "files", len(event.files) or None
