"""Last year on the draft, in the browser: closed cases of a period run again, in grades that are never added up."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Final

from flask import g, request

from runner.domain.calendar import local_date
from runner.domain.form import FieldFault
from runner.domain.retrospect import CaseRetrospect, Fidelity, summaries
from runner.errors import DiagramInvalid, NotFound, Refused
from runner.language import say
from runner.reports import impact as words
from runner.web import current
from runner.web.studio import frame

STRETCH: Final = 1.5
"""Seconds for which one request runs cases."""
EARLIEST: Final = date(2000, 1, 1)
SHOWN: Final = 50
"""Cases that are named behind one number."""


def past(draft: int) -> str | tuple[str, int]:
    """The cases that ended from ``?since=`` until ``?until=``, as far as they have been run again."""
    runner, today = current.runner(), local_date(current.now())
    found = runner.procedure_drafts.get(draft, g.person)
    asked = {"since": (today - timedelta(days=365)).isoformat(), "until": today.isoformat()}
    asked |= {name: request.args[name] for name in asked if request.args.get(name)}
    try:
        first, last = (date.fromisoformat(asked[name]) for name in ("since", "until"))
        if not EARLIEST <= first <= last <= today:
            raise ValueError(asked)
    except ValueError:
        fault = FieldFault(
            "since",
            "Khoảng ngày không dùng được; hãy chọn ngày đầu không sau ngày cuối, ngày cuối không sau hôm nay.",
            {},
        )
        return frame.page("studio/impact_past.html", found, asked=asked, faults=[fault], progress=None, fault=""), 422
    try:
        target = runner.impacts.judge(draft, g.person).target
        progress = runner.retrospects.go_on(draft, g.person, first, last, STRETCH)
    except (DiagramInvalid, Refused, NotFound) as error:  # the draft cannot run yet
        return frame.page("studio/impact_past.html", found, asked=asked, faults=[], progress=None, fault=str(error))
    done = list(progress.found)
    return frame.page(
        "studio/impact_past.html",
        found,
        asked=asked,
        faults=[],
        fault="",
        progress=progress,
        summaries=summaries(done),
        fidelities=Fidelity,
        stopped=_reasons(done),
        numbers={each.case: each.number or f"#{each.case}" for each in done},
        steps={step.id: f"{step.id}. {step.text[0].rstrip(':')}" for step in target.procedure.steps},
        shown=SHOWN,
    )


def _reasons(found: list[CaseRetrospect]) -> list[tuple[str, int, list[CaseRetrospect]]]:
    """Why cases stopped, the most frequent reason first, with the cases."""
    stopped: dict[str, list[CaseRetrospect]] = {}
    for each in found:
        if each.fidelity == Fidelity.STOPPED:
            stopped.setdefault(words.obstacle(each.obstacle) if each.obstacle else say("không rõ"), []).append(each)
    counts = Counter({reason: len(cases) for reason, cases in stopped.items()})
    return [(reason, count, stopped[reason]) for reason, count in counts.most_common()]
