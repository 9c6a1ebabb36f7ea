"""What the verifications of the record came to: every claim with its result, and what is not proven."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from runner.audit.verification import words
from runner.domain.form import FieldFault
from runner.domain.verification import Check, Finding, Report, Word
from runner.language import say
from runner.services.access import CaseUnknown
from runner.web import current, policy
from runner.web.audit import frame
from runner.web.number import whole_number

blueprint = Blueprint("verification", __name__, url_prefix="/verification")

SIGNS: Final = {
    Word.PROVEN: ("shield", "good"),
    Word.MATCHES: ("half", "info"),
    Word.UNCHECKED: ("unknown", ""),
    Word.UNCHECKABLE: ("warning", "soon"),
    Word.DIVERGES: ("error", "late"),
}
"""The sign and the colour of each word."""
SHOWN: Final = 100
"""Findings on one page."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A row of the table: the word with its number as `result`, what it `lacks`, and how much was looked at."""

    claim: str
    word: Word
    result: str
    lacks: str
    since: datetime | None
    counted: int


@blueprint.get("")
@policy.auditor
def show() -> str:
    """The last verification of everything, or the one of ``?report=``; beside it, those before."""
    verification = current.runner().verification
    asked = request.args.get("report", type=whole_number)
    report = verification.get(asked) if asked else verification.last()
    return frame.page("audit/verification.html", **_shown(report))


@blueprint.post("")
@policy.auditor
def sample() -> Response:
    """Verify cases drawn by lot, now."""
    seed = secrets.randbelow(2**31)
    report = current.runner().verification.sample(current.now(), g.person, seed)
    return redirect(url_for("audit.verification.show", report=report.id), 303)


@blueprint.post("/case")
@policy.auditor
def case() -> str | tuple[str, int]:
    """Verify one case that the auditor reads, now: by its number or id."""
    runner, typed = current.runner(), request.form.get("case", "").strip()
    try:
        found = runner.audit.find(typed)
        row = runner.cases.get(found, g.person)[0]
    except CaseUnknown as error:
        faults = [FieldFault.told("case", error)]
        shown = _shown(runner.verification.last()) | {"faults": faults, "typed": typed}
        return frame.page("audit/verification.html", **shown), 404
    proof = runner.verification.prove(found, current.now())
    runner.readings.note(found, g.person, "verification", current.now())
    return frame.page("audit/verification_case.html", case=row, proof=proof, words=words)


def _shown(report: Report | None) -> dict[str, object]:
    runner = current.runner()
    findings = list(_visible(report.tally.findings)) if report else []
    folded = _folded(findings)
    return {
        "report": report,
        "claims": [_claim(report, check) for check in Check] if report else [],
        "findings": folded[:SHOWN],
        "hidden": report.tally.found - sum(1 + more for _, more in folded[:SHOWN]) if report else 0,
        "reports": runner.verification.newest(),
        "waiting": runner.verification.waiting(),
        "words": words,
        "signs": SIGNS,
        "faults": [],
        "typed": "",
    }


def _folded(findings: list[Finding]) -> list[tuple[Finding, int]]:
    """The first finding of each case, with how many more there are in it; what is of no case stands for itself."""
    cases: dict[object, tuple[Finding, int]] = {}
    for number, finding in enumerate(findings):
        key: object = finding.case if finding.case is not None else ("beside", number)
        first, more = cases.get(key, (finding, -1))
        cases[key] = (first, more + 1)
    return list(cases.values())


def _claim(report: Report, check: Check) -> Claim:
    tally = report.tally
    return Claim(
        say(words.CLAIMS[check]),
        report.word(check),
        words.result(report, check),
        words.lacks(report, check),
        datetime.fromisoformat(since) if (since := tally.since.get(check)) else None,
        tally.checked.get(check, 0),
    )


def _visible(findings: list[Finding]) -> Iterator[Finding]:
    """The findings that the auditor may see: those of no case, of cases they read, and of cases that are gone."""
    runner, seen = current.runner(), dict[int, bool]()
    for finding in findings:
        case = finding.case
        if case is not None and case not in seen:
            try:
                runner.cases.get(case, g.person)
                seen[case] = True
            except CaseUnknown:
                seen[case] = not runner.verification.registered(case)
        if case is None or seen[case]:
            yield finding
