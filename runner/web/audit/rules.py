"""The rules of law: where each stands, whether the diagrams in force keep it, and where journals break it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, g, request, url_for

from runner.audit.rules import DrawnVerdicts, JudgedCase, by_rule
from runner.domain.case import Case
from runner.domain.deployment import VersionAltered
from runner.domain.person import Role
from runner.errors import NotFound
from runner.law.diagram import DiagramVerdict, Verdict
from runner.law.rule import Rule
from runner.law.violation import Violation
from runner.reports import rules as words
from runner.services.access import CaseUnknown
from runner.services.version import Version
from runner.web import current, page, policy, procedures
from runner.web.audit import frame

blueprint = Blueprint("rules", __name__, url_prefix="/rules")

CASES: Final = 100
"""Cases that one page judges: each is run again from its journal."""


class NoRules(NotFound):
    """Tỉnh này chưa có quy tắc, hoặc không thuộc phạm vi kiểm tra của anh/chị."""


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: the verdicts on the diagrams that it is for, and the violations in the cases that were judged.

    `own` is the code of the procedure whose rule it is alone, "" of the province's.
    """

    rule: Rule
    own: str
    drawn: Sequence[tuple[Version, DiagramVerdict]]
    violations: Sequence[tuple[Case, Violation]]

    def of(self, verdict: str) -> list[tuple[Version, DiagramVerdict]]:
        """The diagrams of which `verdict` is found."""
        return [each for each in self.drawn if each[1].verdict == verdict]

    @property
    def ways(self) -> list[tuple[list[str], DiagramVerdict]]:
        """What breaks the rule or leaves it undecided, told once for the procedures in which it is the same."""
        found: dict[tuple[str, tuple[str, ...]], tuple[list[str], DiagramVerdict]] = {}
        for version, verdict in (*self.of(Verdict.BROKEN), *self.of(Verdict.UNDECIDED)):
            codes, _ = found.setdefault((verdict.why, verdict.path), ([], verdict))
            codes.append(version.procedure.code)
        return list(found.values())


@blueprint.get("")
@policy.auditor
def show() -> str:
    """The rules of a province, and the violations in its newest cases; ``?before=…`` judges older ones."""
    runner, now = current.runner(), current.now()
    provinces = {code: page.place_name(code) for code in runner.laws.readable(g.person) if _audited(code)}
    province = request.args.get("province") or next(iter(provinces), "")
    if not provinces:
        return frame.page("audit/rules.html", rows=None)
    if province not in provinces:
        raise NoRules
    before = request.args.get("before", type=int)
    before = before if before and 0 < before < 2**62 else None
    book = runner.laws.read(province, g.person)
    ids = runner.rule_audit.newest(province, before, CASES + 1)
    judged = [found for id in ids[:CASES] if (found := _judged(id))]
    drawn = runner.rule_audit.drawn(book, now)
    revisions = runner.laws.revisions(province)
    return frame.page(
        "audit/rules.html",
        rows=_rows(drawn, judged),
        words=words,
        verdicts=Verdict,
        book=book,
        provinces=provinces,
        judged=judged,
        faults=[each for each in judged if each.fault],
        revisions=revisions[::-1],
        names=procedures.deployers({each.by for each in revisions}),
        next=_address(province, ids[CASES - 1]) if len(ids) > CASES else None,
        first=_address(province) if before else None,
    )


def _address(province: str, before: int | None = None) -> str:
    return url_for("audit.rules.show", province=province, before=before)


def _audited(province: str) -> bool:
    """Whether the person is an auditor in the province, perhaps for one agency."""
    return any(lane.partition("@")[0] == Role.AUDITOR for lane in g.person.lanes(province))


def _judged(id: int) -> JudgedCase | None:
    """A case of those that the auditor reads."""
    try:
        return current.runner().rule_audit.judge(id, g.person, current.now())
    except (CaseUnknown, VersionAltered):
        return None


def _rows(drawn: Sequence[DrawnVerdicts], judged: Sequence[JudgedCase]) -> list[Row]:
    """The rules in the order of the files, those of single procedures after the one in whose place they stand."""
    found: list[tuple[Rule, list[tuple[Version, DiagramVerdict]]]] = []
    for each in drawn:
        for verdict in each.verdicts:
            same = next((on for rule, on in found if rule == verdict.rule), None)
            if same is None:
                found.append((verdict.rule, same := []))
            same.append((each.version, verdict))
    violations: Mapping[str, list[tuple[Case, Violation]]] = by_rule((), judged)
    order = list(dict.fromkeys(rule.id for rule, _ in found))
    most = {id: max(len(on) for rule, on in found if rule.id == id) for id in order}
    rows = [
        Row(
            rule,
            on[0][0].procedure.code if len(on) < most[rule.id] else "",
            on,
            [(where, each) for where, each in violations.get(rule.id, ()) if each.rule == rule],
        )
        for rule, on in found
    ]
    return sorted(rows, key=lambda row: (order.index(row.rule.id), row.own))
