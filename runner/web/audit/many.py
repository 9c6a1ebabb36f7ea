"""Many cases: where working time goes on the diagram, which ways cases take, who holds them how long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, g, request, url_for
from markupsafe import Markup

from runner.audit.many import heat
from runner.audit.many.counting import Counting
from runner.audit.many.figures import NOBODY, Figures, Row, Variant, differing
from runner.bpmn import Diagram
from runner.domain.limit import Limit, Unit
from runner.drawing import svg
from runner.drawing.overlay import Overlay
from runner.drawing.plane import extent, spread
from runner.errors import NotFound, YearMissing
from runner.formatting import number
from runner.language import say
from runner.reports import vocabulary
from runner.services.version import Version
from runner.web import current, drawing, policy
from runner.web.audit import frame, many_filter
from runner.web.audit.many_filter import FIELDS, Asked
from runner.web.number import whole_number

STRETCH: Final = 3.0
"""Seconds of the processor for which one request counts."""
ROWS: Final = 50
"""Cases, ways and people on one page."""
FEW: Final = 8
"""Ways that are shown first."""
WIDE: Final = 1300
"""A diagram that is wider is looked at from afar, so its tags have larger letters."""

blueprint = Blueprint("many", __name__)


class NotCounted(NotFound):
    """Chưa tính xong, hoặc không có cách đi này; hãy quay lại trang Nhiều hồ sơ."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way that cases take: its steps in short, its tasks in full, and in what it differs from the usual one."""

    variant: Variant
    steps: Sequence[str]
    tasks: Sequence[str]
    more: Sequence[tuple[str, int]]
    less: Sequence[str]
    rare: bool


@blueprint.get("/many")
@policy.auditor
def show() -> str | tuple[str, int]:
    """The figures of the cases that are asked for, as far as they are counted; ``?again=1`` counts anew."""
    own = current.runner().many_cases.procedures(g.person)
    if not own:
        return frame.page("audit/many.html", asked=None)
    asked = many_filter.read(own)
    counting, missing = None, ""
    if not asked.faults:
        try:
            counting = _counted(asked, again=bool(request.args.get("again")))
        except YearMissing as error:
            missing = str(error)
    figures = counting.figures if counting else Figures()
    shown = frame.page(
        "audit/many.html",
        asked=asked,
        own=own,
        titles=many_filter.titles(),
        outcomes=current.runner().many_cases.outcomes(asked.wanted.procedure),
        filter=many_filter,
        counting=counting,
        missing=missing,
        figures=figures,
        rows=_rows(figures, asked),
        picture=_pictures(asked, figures) if counting else [],
        unseen=_unseen(asked.version, figures),
        ways=list(_ways(figures, asked)),
        holders=_holders(figures),
        names=_names(figures),
        heat=heat,
        words=vocabulary,
        limit_text=limit_text,
        address=lambda view="show", **more: address(view, asked.asked, **more),
        few=FEW,
        faults=asked.faults,
    )
    return (shown, 422) if asked.faults else shown


@blueprint.get("/many/diagram.svg")
@policy.auditor
def diagram() -> Response:
    """The heat map alone, to be looked at closely."""
    asked = many_filter.read(_own())
    states, overlays = _heat(asked, _counted(asked).figures, asked.version.diagram)
    return drawing.answer(asked.version.diagram, states, overlays=overlays)


@blueprint.get("/many/cases")
@policy.auditor
def cases() -> str:
    """The cases behind a figure: those of the way ``?way=``, or those in which ``?element=`` was late."""
    asked = many_filter.read(_own())
    figures = _counted(asked).figures
    variant = figures.variant(request.args.get("way", ""))
    row = figures.elements.get(request.args.get("element", ""))
    if variant is None and row is None:
        raise NotCounted
    after = request.args.get("after", 0, type=whole_number)
    found = sorted(each for each in (variant.cases if variant else row.late_cases if row else ()) if each > after)
    return frame.page(
        "audit/many_cases.html",
        asked=asked,
        title=many_filter.titles().get(asked.wanted.procedure, asked.wanted.procedure),
        way=next((each for each in _ways(figures, asked) if each.variant is variant), None),
        row=None if variant else row,
        cases=current.runner().many_cases.cases(found[:ROWS]),
        next=found[ROWS - 1] if len(found) > ROWS else None,
        words=vocabulary,
        address=lambda view="show", **more: address(view, asked.asked, **more),
    )


def address(view: str, asked: Mapping[str, str], **more: object) -> str:
    """The address of a page of this part with the same filter."""
    values = {**{name: asked[name] for name in FIELDS}, **more}
    return f"{url_for(f'audit.many.{view}')}?{urlencode({name: value for name, value in values.items() if value})}"


def limit_text(limit: Limit) -> str:
    """A limit in words: ``2,5 ngày làm việc``."""
    text = "{days} ngày theo lịch" if limit.unit == Unit.CALENDAR_DAYS else "{days} ngày làm việc"
    return say(text, days=number(limit.days))


def _own() -> Mapping[str, list[str]]:
    own = current.runner().many_cases.procedures(g.person)
    if not own:
        raise NotCounted
    return own


def _counted(asked: Asked, *, again: bool = False) -> Counting:
    return current.runner().many_cases.go_on(asked.wanted, g.person, current.now(), STRETCH, again=again)


def _rows(figures: Figures, asked: Asked) -> list[tuple[Row, int]]:
    """The elements with their step of heat, the hottest first."""
    rows = [(row, heat.step(asked.paint, row, figures.cases)) for row in figures.elements.values()]
    value = {row.element: heat.value(asked.paint, row, figures.cases) or 0.0 for row, _ in rows}
    return sorted(rows, key=lambda pair: (-value[pair[0].element], pair[0].name))


def _heat(asked: Asked, figures: Figures, diagram: Diagram) -> tuple[dict[str, str], dict[str, Overlay]]:
    size = 12 if not diagram.shapes else round(12 * max(1.0, extent(spread(diagram)[0]).width / WIDE))
    states, overlays = dict[str, str](), dict[str, Overlay]()
    for row, step in _rows(figures, asked):
        if row.element in diagram.shapes and step:
            states[row.element] = f"h{step}"
            if tag := heat.tag(asked.paint, row):
                overlays[row.element] = Overlay(tag=tag, size=size)
    return states, overlays


def _pictures(asked: Asked, figures: Figures) -> list[Markup]:
    """The diagram, and those of the processes that it calls in which something was counted."""
    version = asked.version
    drawn = [version.diagram, *(each for each in version.called if figures.elements.keys() & each.shapes.keys())]
    return [
        Markup(svg.svg(each, *_heat(asked, figures, each)))  # noqa: S704  drawn by us, names escaped
        for each in drawn
    ]


def _unseen(version: Version, figures: Figures) -> list[str]:
    """The tasks that were counted and that the drawn version does not have."""
    return sorted(row.name for row in figures.elements.values() if row.element not in version.definition.nodes)


def _ways(figures: Figures, asked: Asked) -> Iterator[Way]:
    variants = figures.variants
    ended = figures.cases - figures.going_on
    names = {row.element: row.name for row in figures.elements.values()}
    steps = {row.element: row.step or row.name.partition(".")[0] for row in figures.elements.values()}
    for each in variants:
        own = [element for element in each.elements if element in names]
        differs = list(differing(each.elements, variants[0].elements))
        yield Way(
            each,
            list(_short([steps[element] for element in own])),
            [names[element] for element in own],
            [(names[element], count) for element, count in differs if count > 0 and element in names],
            [names[element] for element, count in differs if count < 0 and element in names],
            each.count * 100 < asked.rare * ended,
        )


def _short(steps: Sequence[str]) -> Iterator[str]:
    """The steps in their order, one that goes on over several tasks once."""
    for place, step in enumerate(steps):
        if not place or steps[place - 1] != step:
            yield step


def _holders(figures: Figures) -> list[tuple[str, Row]]:
    """Who held what, by element in the order of their total time, those who nobody had taken last."""
    order = {row.element: -row.used.total for row in figures.elements.values()}
    return sorted(
        ((owner, row) for (owner, _), row in figures.holders.items()),
        key=lambda pair: (order.get(pair[1].element, 0.0), pair[1].element, pair[0] == NOBODY, -pair[1].used.total),
    )


def _names(figures: Figures) -> Mapping[str, str]:
    return current.runner().many_cases.names({owner for owner, _ in figures.holders if owner != NOBODY})
