"""Which papers a case has issued, read off its journal: each is there from the entry on that issued it.

What an entry issues is told by what it says: the number that a dossier gets, the reason for a supplement or a refusal,
the signature under an apology, the number of the document that goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from runner.domain.entry import Submit
from runner.domain.person import Person
from runner.papers.form_set import FormMissing, FormSet, FormSetUnknown, PaperForm, PaperKind, form_set
from runner.reports.receipt import Answers, accepts
from runner.services.audit import Audit, ReplayedEntry
from runner.services.version import Version

SAID: Final = {
    PaperKind.SUPPLEMENT: ("supplement_items", "supplement_reason"),
    PaperKind.REFUSAL: ("refusal_reason",),
    PaperKind.APOLOGY: ("apology_signed", "apology_new_date"),
    PaperKind.RESULT: ("document_number",),
}
"""The keys of the fields whose answers together issue a paper."""
NAMED: Final = "applicant_name"
"""The key of the field by which a form takes a dossier in; the receipt may come with its number."""
GRANTED, SUMMARY, GROUND = "draft_result", "draft_summary", "draft_ground"
"""The keys of the fields that say what the draft is: which result, what is granted, why it is refused."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper that entry `seq` issued `at` a moment, under its `title` and the `code` of its form (``Mẫu 02``)."""

    kind: PaperKind
    seq: int
    at: datetime
    title: str
    code: str

    @property
    def name(self) -> str:
        """What it is called among the papers of its case: by its kind, and by its entry where there may be several."""
        once = self.kind in (PaperKind.RECEIPT, PaperKind.CONTROL_SLIP)
        return str(self.kind) if once else f"{self.kind}-{self.seq}"


@dataclass(slots=True)
class Walk:
    """Goes along the journal of a case; after each entry it stands as the case did then."""

    version: Version
    forms: FormSet
    answers: Answers = field(init=False)
    number: str = ""
    received: datetime | None = None
    promised: datetime | None = None
    """What the receipt says."""
    due: datetime | None = None
    """What holds now, moved by pauses; the last one while the clock stands."""
    granted: bool | None = None

    def __post_init__(self) -> None:
        self.answers = Answers(self.version)

    def add(self, step: ReplayedEntry) -> Iterator[Issued]:
        """Take over one entry; the papers that it issues."""
        self.answers.add(step)
        self.version = step.version
        body = step.entry.body
        said: Mapping[str, Any] = body.values if isinstance(body, Submit) else {}
        if step.promise and step.promise.due:
            self.due = step.promise.due
        self._drafted(said)
        if not self.number and accepts(step):
            self.number = _number(step)
            self.received = step.promise.anchor if step.promise else step.entry.at
            self.promised = self.due
            yield from self._issued(PaperKind.RECEIPT, step)
            yield from self._issued(PaperKind.CONTROL_SLIP, step)
        for kind in kinds(said):
            yield from self._issued(kind, step)

    def title(self, kind: PaperKind, form: PaperForm) -> str:
        """What a paper is called: by the decision, else by the set; "" for a result that the decision does not name."""
        facts = self.version.procedure
        if kind == PaperKind.RESULT:
            named = facts.results
            return "" if named is None or self.granted is None else named.granted if self.granted else named.refused
        return next((each.title for each in facts.forms if each.code == form.code), form.title)

    def _issued(self, kind: PaperKind, step: ReplayedEntry) -> Iterator[Issued]:
        with suppress(FormMissing):
            form = self.forms.form(kind)
            if title := self.title(kind, form):
                yield Issued(kind, step.entry.seq, step.entry.at, title[:1].upper() + title[1:], form.code)

    def _drafted(self, said: Mapping[str, Any]) -> None:
        if said.get(GRANTED):
            self.granted = said[GRANTED] == "granted"
        elif said.get(GROUND):
            self.granted = False
        elif said.get(SUMMARY):
            self.granted = True


def kinds(said: Mapping[str, Any]) -> tuple[PaperKind, ...]:
    """What the answers of a form issue."""
    return tuple(kind for kind, keys in SAID.items() if all(said.get(key) for key in keys))


def may_issue(keys: Iterable[str]) -> bool:
    """Whether a form with these fields can issue anything."""
    return not {NAMED, *(key for asked in SAID.values() for key in asked)}.isdisjoint(keys)


def walk(steps: Sequence[ReplayedEntry]) -> Walk:
    """The beginning of a case's way. Raises `FormSetUnknown`: a case keeps the set of the version it began on."""
    began = steps[0].version
    return Walk(began, form_set(began.procedure.form_set))


def issued(steps: Sequence[ReplayedEntry]) -> tuple[Issued, ...]:
    """The papers of a case, in the order in which they were issued; none where this software has not their set."""
    try:
        way = walk(steps)
    except FormSetUnknown:
        return ()
    return tuple(paper for step in steps for paper in way.add(step))


def describe(audit: Audit, case: int, person: Person) -> tuple[Issued, ...]:
    """The papers of a case. Raises `CaseUnknown`, `Divergence`."""
    return issued(audit.history(case, person)[2])


def _number(step: ReplayedEntry) -> str:
    performed = step.advance.performed.values() if step.advance else ()
    return next((str(result["case_number"]) for result in performed if "case_number" in result), "")
