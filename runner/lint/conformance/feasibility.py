"""The dates of the decision and the calendar: see docs/lint.md, "working-time"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from runner import formatting
from runner.bpmn import timer
from runner.domain.calendar import Calendar
from runner.domain.journal import canonical
from runner.domain.limit import Limit
from runner.engine.reserve import reserves
from runner.lint.conformance.comparison import Comparison, step_row
from runner.lint.conformance.walk import Walk
from runner.lint.conformance.way import MAX_WAYS, Way, ways
from runner.lint.conformance.working_time import find
from runner.lint.finding import Finding, short, warning
from runner.lint.rules.steps import limits as limiting


@dataclass(frozen=True, slots=True)
class Feasibility:
    """What the calendar makes of the limits, on so many `ways`, for dossiers from the day `since` to the year `until`.

    `conflict` is the shortest walk on which a step has no working time if the dates of the decision are kept to the
    letter, `gap` the same when the dates of steps yield to the case's, as the engine counts. None: there is none.
    """

    ways: int
    since: date
    until: int
    conflict: Walk | None
    gap: Walk | None


def check(comparison: Comparison) -> Iterator[Finding]:
    found = feasibility(comparison, comparison.content.calendar()) if comparison.content.calendar else None
    if found is None:
        return
    if found.ways >= MAX_WAYS:
        yield warning(
            comparison.process,
            "Sơ đồ có quá nhiều đường ({ways} trở lên) nên chưa chứng minh được bước nào cũng còn giờ làm việc.",
            ways=MAX_WAYS,
        )
    stated = comparison.facts.time.conflict
    if found.gap and not stated:
        yield _told(
            comparison,
            found.gap,
            "Trên lịch làm việc, bước “{row}” có thể không còn giờ làm việc dù các bước trước đúng hạn: hồ sơ nhận lúc {received}; {told}; hạn của hồ sơ {due}. Ghi điều đó và cách áp dụng ở khóa time.conflict của dữ kiện.",  # noqa: E501
        )
    elif found.conflict and not stated:
        yield _told(
            comparison,
            found.conflict,
            "Trên lịch làm việc, dùng hết hạn các bước trước thì bước “{row}” không còn giờ làm việc nên hạn của các bước phải nhường: hồ sơ nhận lúc {received}; {told}; hạn của hồ sơ {due}. Ghi điều đó và cách áp dụng ở khóa time.conflict của dữ kiện.",  # noqa: E501
        )
    elif stated and not found.conflict:
        yield warning(
            comparison.process,
            "Dữ kiện ghi time.conflict, nhưng trên lịch làm việc bước nào cũng còn giờ làm việc; hãy bỏ khóa ấy.",
        )


def _told(comparison: Comparison, walk: Walk, template: str) -> Finding:
    step = comparison.steps.get(walk.rows[-1].step)
    return warning(
        comparison.process,
        template,
        row=step_row(step) if step else short(walk.rows[-1].name),
        received=formatting.moment(walk.received),
        told=walk.told,
        due=formatting.moment(walk.due) if walk.due else "–",
    )


def feasibility(comparison: Comparison, calendar: Calendar) -> Feasibility | None:
    """The proof for a procedure that is drawn; None where nothing is limited."""
    unit = comparison.facts.time.unit
    limits: dict[str, Limit] = {}
    for id, around in limiting(comparison.diagram).items():
        limit = timer.read(around[0].timer, unit).limit if around and around[0].timer else None
        if limit and id in comparison.main:
            limits[id] = limit
    taken = tuple(ways(comparison, limits))
    if not limits or not any(stage.limit for way in taken for stage in way):
        return None
    kept = reserves((comparison.diagram, *comparison.content.diagrams), comparison.process.id, limits)
    term = Limit(comparison.facts.time.limit_days, unit)
    since = comparison.facts.decision.effective
    return _proven(_Known(calendar), term, taken, tuple(sorted(kept.items())), since)


class _Known:
    """A calendar that equals another of the same content, whatever their revisions."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.content = canonical(calendar.to_json())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)


@lru_cache(maxsize=256)
def _proven(
    known: _Known, term: Limit, taken: tuple[Way, ...], kept: tuple[tuple[str, Fraction], ...], since: date
) -> Feasibility:
    calendar = known.calendar
    conflict = find(calendar, term, taken, None, since)
    gap = find(calendar, term, taken, dict(kept), since) if conflict else None
    return Feasibility(len(taken), since, max(calendar.years), conflict, gap)
