"""What a draft does to running cases: looked at piece by piece while the page is open; then migrated, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from runner.domain.form import FieldFault
from runner.domain.impact import Grade
from runner.errors import DiagramInvalid, NotFound, Refused
from runner.language import say
from runner.reports import impact as words
from runner.reports import progress
from runner.services.migrations import returnable
from runner.services.text_rules import ReasonMissing
from runner.web import current, drawing, policy
from runner.web.number import whole_number
from runner.web.studio import frame, retrospect

ROWS: Final = 50
SHOWN: Final = 10
"""Cases in the list of what needs a look."""
STRETCH: Final = 1.0
"""Seconds for which one request looks at cases or migrates them, while the browser waits for news."""
TABS: Final[Mapping[Grade, str]] = {
    Grade.MIGRATABLE: "Chuyển được",
    Grade.OVERDUE: "Quá hạn ngay nếu chuyển",
    Grade.BLOCKED: "Không chuyển được",
    Grade.UNAFFECTED: "Không bị ảnh hưởng",
}
_DRAFT = "/drafts/<int:draft>/impact"
_CASE = f"{_DRAFT}/cases/<int(max=999999999999999999):case>"

blueprint = Blueprint("impact", __name__)


@blueprint.get(_DRAFT)
@policy.analyst
def show(draft: int) -> str:
    """The figures and the cases, as far as they are known: those of the grade ``?grade=``, behind ``?after=``."""
    return _page(draft)


@blueprint.post(f"{_DRAFT}/look")
@policy.analyst
def look(draft: int) -> Response:
    """Look at cases for a moment."""
    current.runner().impacts.go_on(draft, g.person, current.now(), STRETCH)
    return _back(draft)


@blueprint.post(f"{_DRAFT}/migrate")
@policy.analyst
def migrate(draft: int) -> Response | tuple[str, int]:
    """Order the cases that were ticked, or all that can be migrated, to go on by the version of this draft."""
    runner, now = current.runner(), current.now()
    if request.form.get("all"):
        found = runner.impacts.cases(draft, g.person, now, [Grade.MIGRATABLE])
        seen = {case.id: impact.seq for case, impact in found}
    else:
        seen = _ticked()
    try:
        digest = runner.impacts.figures(draft, g.person, now).digest
        runner.migrations.order(digest, seen, g.person, request.form.get("reason", ""), now)
    except (Refused, ReasonMissing) as error:
        return _page(draft, [FieldFault.told("reason", error)]), 422
    return _run(draft)


@blueprint.post(f"{_DRAFT}/migrate-back")
@policy.analyst
def migrate_back(draft: int) -> Response | tuple[str, int]:
    """Order the cases that were ticked to go back to the version from which they came."""
    runner, now = current.runner(), current.now()
    try:
        digest = runner.impacts.figures(draft, g.person, now).digest
        runner.migrations.order_back(digest, _ticked(), g.person, request.form.get("back_reason", ""), now)
    except (Refused, ReasonMissing) as error:
        return _page(draft, [FieldFault.told("back_reason", error)]), 422
    return _run(draft)


@blueprint.post(f"{_DRAFT}/run")
@policy.analyst
def run(draft: int) -> Response:
    """Carry orders out for a moment."""
    current.runner().procedure_drafts.get(draft, g.person)
    return _run(draft)


@blueprint.post(f"{_DRAFT}/stop")
@policy.analyst
def stop(draft: int) -> Response:
    """Give up the orders that wait."""
    runner, now = current.runner(), current.now()
    digest = runner.impacts.figures(draft, g.person, now).digest
    stopped = runner.migrations.stop(digest, g.person, now)
    flash(say("Đã dừng: {count} hồ sơ còn chờ giữ nguyên phiên bản.", count=stopped))
    return _back(draft)


blueprint.get(f"{_DRAFT}/past")(policy.analyst(retrospect.past))


@blueprint.get(_CASE)
@policy.analyst
def one(draft: int, case: int) -> str:
    """One case: its deadlines before and after, or what keeps it on its version, with the diagram."""
    runner = current.runner()
    found, impact = runner.impacts.case(draft, g.person, case, current.now())
    target = runner.impacts.judge(draft, g.person).target
    return frame.page(
        "studio/impact_case.html",
        runner.procedure_drafts.get(draft, g.person),
        case=found,
        impact=impact,
        grade=impact.graded(current.now()),
        names=TABS,
        words=words,
        number=runner.procedures.number(found.version),
        passed_over=[target.node(timer).name or timer for timer in impact.passed_over],
    )


@blueprint.get(f"{_CASE}/diagram.svg")
@policy.analyst
def diagram(draft: int, case: int) -> Response:
    """Where the case stands on the draft's diagram, and the element that keeps it from going there; ``?near=1``: only
    what lies around."""
    drawn, instance, obstacle = current.runner().impacts.picture(draft, g.person, case, current.now())
    states = dict(progress.states(instance, current.now())) if instance else {}
    if obstacle and obstacle.element:
        states[obstacle.element] = "blocked"
    here = [element for element, state in states.items() if state != "done"]
    return drawing.answer(
        drawn, states, sorted(here, key=lambda each: states[each]) if request.args.get("near") else ()
    )


def _page(id: int, faults: Sequence[FieldFault] = ()) -> str:
    runner, now = current.runner(), current.now()
    draft = runner.procedure_drafts.get(id, g.person)
    try:
        figures = runner.impacts.figures(id, g.person, now)
    except (DiagramInvalid, Refused, NotFound) as error:  # the draft cannot run yet
        return frame.page("studio/impact.html", draft, fault=str(error))
    grade = next((each for each in TABS if each == request.args.get("grade")), Grade.MIGRATABLE)
    after = request.args.get("after", 0, type=whole_number)
    found = runner.impacts.cases(id, g.person, now, [grade], after, ROWS + 1)
    ordered_after = request.args.get("ordered_after", 0, type=whole_number)
    orders = runner.migrations.both(figures.digest, ordered_after, ROWS + 1)
    return frame.page(
        "studio/impact.html",
        draft,
        fault="",
        now=now,
        figures=figures,
        grade=grade,
        tabs_of_grades=TABS,
        cases=found[:ROWS],
        ticked=request.form.getlist("case") if faults else None,
        next=_address(id, grade, found[ROWS - 1][0].id) if len(found) > ROWS else None,
        first=_address(id, grade, 0) if after else None,
        blocked=runner.impacts.cases(id, g.person, now, [Grade.BLOCKED, Grade.OVERDUE], 0, SHOWN),
        standing=runner.procedures.standing(draft.procedure, now),
        coming=[each for each in runner.procedures.coming(draft.procedure, now) if each.version == figures.digest],
        numbers={each.digest: each.number for each in runner.procedures.versions_of()},
        decision=runner.impacts.judge(id, g.person).target.procedure.decision,
        counts=(counts := runner.migrations.counts(figures.digest)),
        waiting=sum(each.waiting for each in counts),
        orders=orders[:ROWS],
        orders_next=_orders_behind(id, orders[ROWS - 1][0].id) if len(orders) > ROWS else None,
        orders_first=_orders_behind(id, 0) if ordered_after else None,
        returnable_orders=[order for case, order in orders if returnable(case, order)],
        words=words,
        faults=list(faults),
        paused=bool(request.args.get("paused")),
        typed=request.form,
    )


def _ticked() -> dict[int, int]:
    """The cases that were ticked, by the entries at which the page showed them."""
    pairs = (re.fullmatch("([0-9]{1,18}):([0-9]{1,9})", value) for value in request.form.getlist("case"))
    return {int(pair[1]): int(pair[2]) for pair in pairs if pair}


def _run(draft: int) -> Response:
    current.runner().migrations.run(current.now(), seconds=STRETCH)
    return _back(draft)


def _back(draft: int) -> Response:
    return redirect(url_for("studio.impact.show", draft=draft), 303)


def _orders_behind(draft: int, case: int) -> str:
    return url_for("studio.impact.show", draft=draft, ordered_after=case or None)


def _address(draft: int, grade: Grade, after: int) -> str:
    return url_for("studio.impact.show", draft=draft, grade=grade, after=after or None)
