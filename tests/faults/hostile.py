"""Runs hostile diagrams in a process of its own, past the linter, and prints how they ended and what they touched.

``python -m tests.faults.hostile`` prints a JSON object: ``outcomes`` (per sink and text, the class of the refusal, or
``ran``), ``touched`` (events of Python's audit hook that reach outside), the seconds of the ``slowest`` and the
megabytes by which memory has ``grown``.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections import Counter
from datetime import timedelta
from fractions import Fraction
from time import perf_counter
from typing import Any

from runner.bpmn import read
from runner.domain.calendar import Calendar
from runner.domain.entry import FireTimer, Start, Submit
from runner.domain.limit import Limit
from runner.engine.advance import Moment
from runner.engine.definition import define
from runner.engine.instance import Instance
from runner.errors import MotcuaError
from runner.services.service_tasks import performer
from tests.engine.attacks import DOCTYPES, EXPRESSIONS, SINKS, blow_up, laughs
from tests.engine.diagrams import simple
from tests.world import local

OUTSIDE = (
    "open",
    "exec",
    "compile",
    "import",
    "os.",
    "subprocess.",
    "socket.",
    "shutil.",
    "ctypes.",
    "urllib.",
    "tempfile.",
    "glob.",
    "code.",
    "pickle.",
    "marshal.",
    "sqlite3.",
    "signal.",
    "pty.",
    "webbrowser.",
    "smtplib.",
)
NOW = local("2022-09-26 08:00")
CALENDAR = Calendar.from_json(
    {
        "province": "bench",
        "revision": 1,
        "hours": [{"sessions": [["07:30", "11:30"], ["13:30", "17:00"]]}],
        "weekly_off": ["sunday"],
        "days": [],
        "years": [2022, 2023],
    }
)
NO_TRANSACTION: Any = None
NO_VERSION: Any = None
"""Inside topics would need them: no hostile diagram gets that far."""


class Watch:
    """Counts the events of Python's audit hook while it is on. Python cannot remove a hook."""

    def __init__(self) -> None:
        self.on = False
        self.touched: Counter[str] = Counter()
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event.startswith(OUTSIDE):
            self.touched[f"{event} {str(arguments)[:80]}"] += 1


def run(data: bytes) -> str:
    """What `data` comes to when it is compiled without asking the linter, and run until nothing moves any more."""
    perform = performer(NO_TRANSACTION, NO_VERSION, NOW)
    moment = Moment(NOW, CALENDAR, perform)
    try:
        instance = Instance(define(read(data)), Limit(Fraction(12), "working-days"))
        instance.apply(Start("", {"decision": "ok"}), moment)
        for _ in range(5):
            moment = Moment(moment.now + timedelta(days=5), CALENDAR, perform)
            due = [timer.id for timer in instance.timers if timer.due and timer.due <= moment.now]
            for timer in due[:1]:
                instance.apply(FireTimer(timer), moment)
            for task in list(instance.tasks)[:1]:
                instance.apply(Submit(task, {}), moment)
    except MotcuaError as error:
        return type(error).__name__
    return "ran"


def main() -> None:
    """Warm up with sound diagrams and every kind of refusal, then watch the whole lot."""
    diagrams = {(sink, text): make(text) for sink, make in SINKS.items() for text in EXPRESSIONS}
    diagrams |= {("doctype", text): text.encode() + simple() for text in DOCTYPES}
    diagrams |= {("entities", "laughs"): laughs(), ("entities", "blow up"): blow_up()}
    for sink in SINKS:
        run(diagrams[sink, EXPRESSIONS[0]])
    run(simple())
    watch = Watch()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest = 0.0
    outcomes: dict[str, dict[str, str]] = {}
    watch.on = True
    for (sink, text), data in diagrams.items():
        began = perf_counter()
        outcomes.setdefault(sink, {})[text[:60]] = run(data)
        slowest = max(slowest, perf_counter() - began)
    watched = watch.touched.copy()
    open(os.devnull).close()
    assert watch.touched != watched, "the watch is blind"
    watch.on = False
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps({"outcomes": outcomes, "touched": watched, "slowest": slowest, "grown": grown}))


if __name__ == "__main__":
    main()
