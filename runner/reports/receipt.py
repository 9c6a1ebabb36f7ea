"""Mẫu 01, the receipt of a dossier with the promised date of its result, as it was issued.

Source of its fields: Thông tư số 01/2018/TT-VPCP, Phụ lục, Mẫu số 01.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from runner import formatting
from runner.domain import fee
from runner.domain.case import Case
from runner.domain.entry import Submit
from runner.domain.form import Component
from runner.domain.person import Person
from runner.errors import NotFound
from runner.language import say, speaking
from runner.reports import form_values
from runner.services.audit import Audit, ReplayedEntry
from runner.services.version import Version

PAPERS = "dossier_papers"
"""The prefix of the keys of lists whose rows are received papers: `paper`, `kind` and `copies`."""

ITEMS, ORIGINALS, COPIES, COUNTS = "dossier_items", "dossier_originals", "dossier_copies", "dossier_counts"
"""The prefixes of the keys of fields: which papers of the decision came in, which of those as originals, which as
copies, and of which there are several."""


class NotAccepted(NotFound):
    """Hồ sơ chưa được cấp mã nên chưa có giấy tờ để in."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A received paper; `kind` is original, copy or both, `count` how many: "" where nobody said so."""

    name: str
    kind: str = ""
    count: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The content of Mẫu 01; a field is "" where the submitted form does not ask for it.

    `received` and `due` (UTC) are as the case had them then: what comes later does not change the printed receipt.
    """

    case: Case
    version: Version
    clerk: str
    issued: datetime
    received: datetime
    due: datetime | None
    applicant: str
    tax_code: str
    address: str
    contact: str
    phone: str
    email: str
    request: str
    channel: str
    papers: tuple[Paper, ...]
    sets: str
    place: str
    fee: str


@dataclass(slots=True)
class Answers:
    """The values submitted in the forms of a case so far, the last one of each field."""

    version: Version
    fields: dict[str, Component] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, step: ReplayedEntry) -> None:
        """Take over the values of an entry, if it submits a form; the case may go on by another version after it."""
        body, self.version = step.entry.body, step.version
        if not isinstance(body, Submit):
            return
        if form := self.version.definition.nodes[body.task.partition("#")[0]].form:
            self.fields |= self.version.forms[form].fields
            self.values |= body.values

    def text(self, key: str) -> str:
        """The value of a field as text; "" where there is none."""
        return _text(self.fields, self.values, key)

    def papers(self) -> Iterator[Paper]:
        """The received papers, in the order of the form."""
        for key, asked in self.fields.items():
            if key.startswith(PAPERS):
                yield from self._typed(asked)
            elif key.startswith(ITEMS) and asked.type == "checklist":
                yield from self._ticked(asked, key.removeprefix(ITEMS))
            elif key.startswith(ITEMS):
                yield from (
                    Paper(str(line)) for _, lines in form_values.render({key: asked}, self.values) for line in lines
                )

    def _typed(self, asked: Component) -> Iterator[Paper]:
        columns = {column.key: column for column in asked.components}
        for row in self.values.get(asked.key) or ():
            yield Paper(*(_text(columns, row, key) for key in ("paper", "kind", "copies")))

    def _ticked(self, listed: Component, group: str) -> Iterator[Paper]:
        """The papers ticked on a list of the decision, by their names there without the numbers before them."""
        keys = (ITEMS, ORIGINALS, COPIES, COUNTS)
        ticked, originals, copies, more = (self.values.get(f"{key}{group}") or () for key in keys)
        counts = Counter[str]()
        for row in more:
            counts[row["paper"]] += row["copies"]
        for option in listed.options:
            if option.value in ticked:
                name = re.sub(r"^[0-9.]+ ", "", option.label)
                count = counts[option.value] or (1 if f"{COUNTS}{group}" in self.fields else "")
                kinds = {say("Bản chính"): originals, say("Bản sao"): copies}
                kind = ", ".join(kind for kind, papers in kinds.items() if option.value in papers)
                yield Paper(name, kind, str(count))


def _text(fields: Mapping[str, Component], values: Mapping[str, Any], key: str) -> str:
    rendered = form_values.render({key: fields[key]}, values) if key in fields else ()
    return "; ".join(str(line) for _, lines in rendered for line in lines)


def accepts(step: ReplayedEntry) -> bool:
    """Whether this entry accepted the dossier: it gave the case its number."""
    performed = step.advance.performed.values() if step.advance else ()
    return any("case_number" in result for result in performed)


def describe(audit: Audit, case: int, person: Person) -> Receipt:
    """The receipt of a case, in Vietnamese: it goes into the file.

    Raises `CaseUnknown`, `Divergence`, or `NotAccepted` where there is none.
    """
    found, _, steps = audit.history(case, person)
    with speaking("vi"):
        return of(found, steps)


def of(found: Case, steps: Sequence[ReplayedEntry]) -> Receipt:
    """The receipt of a case that was replayed. Raises `NotAccepted`."""
    answers = Answers(steps[0].version)
    for step in steps:
        answers.add(step)
        if accepts(step):
            return _receipt(found, answers, step, _fee(answers.version, steps))
    raise NotAccepted


def _receipt(case: Case, answers: Answers, step: ReplayedEntry, fee: str) -> Receipt:
    facts, promise, text = answers.version.procedure, step.promise, answers.text
    return Receipt(
        case=case,
        version=answers.version,
        clerk=step.entry.who.name,
        issued=step.entry.at,
        received=promise.anchor if promise else step.entry.at,
        due=promise.due if promise else None,
        applicant=text("applicant_name"),
        tax_code=text("applicant_tax_code"),
        address=text("applicant_address"),
        contact=text("contact_name"),
        phone=text("contact_phone"),
        email=text("contact_email"),
        request=text("request_content") or facts.title,
        channel=text("channel"),
        papers=tuple(answers.papers()),
        sets=text("dossier_sets") or (str(facts.dossier_sets) if facts.dossier_sets else ""),
        place=text("result_place"),
        fee=fee,
    )


def _fee(version: Version, steps: Sequence[ReplayedEntry]) -> str:
    """The fee that a service task fixed for the case; without one, what the decision says of fees."""
    if pinned := fee.record(step.entry for step in steps):
        amount = say("{amount} đồng", amount=formatting.money(pinned.amount))
        return f"{amount} ({pinned.label})" if pinned.label else amount
    return version.procedure.none_text("fees") or say("theo quy định hiện hành")
