"""Finding cases as an auditor: by their officers too, drafts and discarded ones among them."""

from __future__ import annotations

from datetime import datetime

from runner.domain.person import Person
from runner.services.find import Find, Question, criteria
from runner.services.scope import Places, audited
from runner.store.case_search import Criteria
from runner.store.session import Transaction


class AuditFind(Find):
    """The cases that an auditor reads. Writes nothing."""

    def _places(self, tx: Transaction, question: Question, person: Person) -> Places:
        found = audited(tx, self.versions(), person)
        return {code: found[code] for code in found if question.province in ("", code)}

    def _criteria(self, tx: Transaction, question: Question, person: Person, now: datetime) -> Criteria:
        return criteria(tx, question, now)
