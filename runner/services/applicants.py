"""Applicants that earlier dossiers know, by their tax code: what the counter need not type again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from runner.domain.case import CaseStatus
from runner.domain.person import Person
from runner.domain.search import sought
from runner.errors import Divergence
from runner.services.case_transaction import CaseTransactions
from runner.services.replay import replay
from runner.services.scope import seen
from runner.store import case_search
from runner.store.case_search import Criteria, Page

TAX_CODE: Final = re.compile(r"[0-9]{10}(-[0-9]{3})?")
KNOWN: Final = ("applicant_name", "applicant_address", "contact_name", "contact_phone", "contact_email")
"""The values of a case that are the applicant's own, and hold for the next dossier too."""
LOOKED_AT: Final = 3
"""Cases that are replayed at most: the code may stand in another field of the newest."""


@dataclass(frozen=True, slots=True)
class KnownApplicant:
    """An applicant as the newest of their dossiers has them; `number` is None while it has none."""

    case: int
    number: str | None
    procedure: str
    values: Mapping[str, Any]


class Applicants:
    """Looks applicants up, for the people who may see their dossiers."""

    def __init__(self, transactions: CaseTransactions) -> None:
        self.database, self.versions = transactions.database, transactions.versions

    def known(self, tax_code: str, person: Person, *, except_for: int) -> KnownApplicant | None:
        """The applicant with this tax code by the newest dossier that the person may see, but for that one.

        None for what is no tax code, and where there is none. Drafts are their creators' and tell nothing.
        """
        if not TAX_CODE.fullmatch(tax_code):
            return None
        lanes = {province: person.lanes(province) for province, _ in person.groups}
        told = Criteria(words=sought(tax_code), statuses=(CaseStatus.OPEN, CaseStatus.FINISHED, CaseStatus.CANCELLED))
        with self.database.read() as tx:
            places = seen(tx, lambda: self.versions, self.versions.organisations_in_force(tx), lanes)
            for case in case_search.find(tx, places, told, Page(LOOKED_AT), case_search.narrowed(tx, told)):
                values: Mapping[str, Any] = {}
                with suppress(Divergence):  # a journal that was altered tells nothing
                    values = replay(tx, self.versions, case).values if case.id != except_for else {}
                if values.get("applicant_tax_code") == tax_code:
                    own = {key: values[key] for key in KNOWN if values.get(key)}
                    return KnownApplicant(case.id, case.number, case.procedure, own)
        return None
