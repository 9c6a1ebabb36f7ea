"""The diagram's contract as a page: what is drawn, what the file then has, what may be written there, who holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from flask import Blueprint, Response, render_template

from runner.authoring.choices import TOPICS
from runner.authoring.difference.diagram import KINDS
from runner.authoring.help import contract
from runner.bpmn import Diagram
from runner.bpmn.timer import FUNCTIONS
from runner.domain.case import ClockMark
from runner.domain.person import KINDS as LANES
from runner.domain.person import LaneKind
from runner.language import current as language
from runner.language import say
from runner.lint.conformance.traceability import REASONS
from runner.lint.rules import clock, decisions, elements, process, timers, topics
from runner.reports import organisation
from runner.reports.vocabulary import OUTCOMES
from runner.services import content
from runner.services.bundle import read_diagram
from runner.web import drawing, policy
from runner.web.studio.help import FRAME, blocks
from runner.web.studio.new import UNITS
from runner.web.studio.panel import DRAWN

MARKS: Final[Mapping[str, str]] = {
    ClockMark.START: "thời hạn tính từ đây",
    ClockMark.PAUSE: "thời hạn đứng yên trong lúc chờ",
    ClockMark.STOP: "thời hạn hết tính khi xong",
}
MOMENTS: Final[Mapping[str, str]] = {
    "case_due": "lúc hẹn trả kết quả",
    "now": "lúc hẹn giờ được đặt",
    "working_days_before": "trước một thời điểm từng ấy ngày làm việc",
    "working_days_after": "sau một thời điểm từng ấy ngày làm việc",
    "session_close": "lúc hết buổi làm việc ấy",
    "day_close": "lúc hết ngày làm việc ấy",
}
"""What the names and functions say that an expression of a timer knows."""
Values = Iterator[tuple[str, str]]

blueprint = Blueprint("contract", __name__, url_prefix="/help/contract")


@blueprint.get("")
@policy.signed_in
def show() -> str:
    """The contract, each row with its picture and the rules that hold it."""
    rows = [(row, row.en if language() == "en" else row.vi, values(row.id)) for row in contract.rows().values()]
    return render_template("studio/help_contract.html", rows=rows, blocks=blocks)


@blueprint.get("/<row>.svg")
@policy.signed_in
def picture(row: str) -> Response:
    """What a row is about, in a procedure that comes along."""
    element = contract.row(row).example.element
    return drawing.answer(drawn(row), {element: "current"}, (element,), frame=FRAME)


@lru_cache(32)
def drawn(row: str) -> Diagram:
    """The diagram of a row's picture."""
    example, root = contract.row(row).example, content.shipped()
    name = f"bpmn/{example.procedure}.bpmn"
    return read_diagram(name, example.broken(content.load(root / name, root).files)[name])


def values(row: str) -> list[tuple[str, str]]:
    """What may be written at a row, each with its meaning; nothing where the procedure says what."""
    return list(_VALUES[row]()) if row in _VALUES else []


def _elements() -> Values:
    drawable = elements.GRAMMAR["process"][1] - elements.SEEN.keys()
    return ((name, say(text)) for name, text in KINDS.items() if name in drawable)


def _calendars() -> Values:
    return ((unit, say(UNITS[unit])) for unit in process.CALENDARS)


def _lanes() -> Values:
    yield from ((lane, say(organisation.KINDS[kind])) for lane, kind in LANES.items())
    for kind in LaneKind:
        if kind not in LANES.values():
            yield f'kind = "{kind}"', say(organisation.KINDS[kind])


def _marks() -> Values:
    for mark in clock.MARKS:
        takers = clock.takers(mark)
        where = ", ".join(say(text) for name, text in KINDS.items() if name in takers)
        yield mark, say("{meaning}; đặt ở: {where}", meaning=say(MARKS[mark]), where=where)


def _topics() -> Values:
    for id, takes in topics.TOPICS.items():
        name, text = (say(words) for words in TOPICS[id])
        yield " ".join([id, *(f"({each})" for each in sorted(takes))]), f"{name}. {text}"


def _outputs() -> Values:
    for id, (needed, others) in decisions.RESULTS.items():
        yield from ((f"{id}: {name}", say("bắt buộc, {kind}", kind=kind)) for name, kind in needed.items())
        yield from ((f"{id}: {name}", say("nếu có, {kind}", kind=kind)) for name, kind in others.items())


def _moments() -> Values:
    yield from ((name, say(MOMENTS[name])) for name in sorted(timers.NAMES))
    for name, count in FUNCTIONS.items():
        yield f"{name}({', '.join(('case_due', '2')[:count])})", say(MOMENTS[name])


def _outcomes() -> Values:
    return ((outcome, say(OUTCOMES[outcome])) for outcome in DRAWN)


def _plain() -> Values:
    return (("", say(text)) for reason, text in REASONS.items() if reason not in ("", "noted"))


_VALUES: Final[Mapping[str, Callable[[], Values]]] = {
    "elements": _elements,
    "process": _calendars,
    "lanes": _lanes,
    "clock": _marks,
    "topics": _topics,
    "tables": _outputs,
    "timers": _moments,
    "outcomes": _outcomes,
    "notes": _plain,
}
