"""The one fee of a case: asked for when the dossier is received, paid at the latest when the result is returned.

The decision says so at B1 and at B7 and means one fee (D26 of the notes on the decisions): it is never asked for twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from runner.domain.entry import Submit
from runner.domain.journal import Entry

PAYMENTS: Final[Mapping[str, str]] = {"fee_paid": "fee_receipt_number", "fee_settled": "fee_settled_receipt"}
"""The boxes of the forms at B1 and B7 that say that the fee is paid, each with the field of its receipt's number."""


@dataclass(frozen=True, slots=True)
class CaseFee:
    """What a case costs, in dong, and whether it is paid.

    `label` and `source` are the decision's, perhaps empty; `row` is the number of the table's row, None for versions
    without a table. `receipt` is the receipt's number, "" where none was noted.
    """

    amount: int
    asked: datetime
    label: str = ""
    source: str = ""
    row: int | None = None
    paid: datetime | None = None
    receipt: str = ""


def record(entries: Iterable[Entry]) -> CaseFee | None:
    """The fee of the case with the journal `entries`; None as long as none was pinned."""
    fee: CaseFee | None = None
    for entry in entries:
        for result in entry.done.values():
            fee = pinned(result, entry.at) or fee
        given = entry.body.values if isinstance(entry.body, Submit) else {}
        for box, receipt in PAYMENTS.items():
            if fee and given.get(box) is True:
                fee = replace(fee, paid=fee.paid or entry.at, receipt=fee.receipt or given.get(receipt) or "")
    return fee


def pinned(result: Mapping[str, object], at: datetime) -> CaseFee | None:
    """The fee that automatic work pinned by its recorded `result`; None where it was about something else."""
    amount = result.get("fee_amount")
    if not isinstance(amount, int):
        return None
    label, source, row = result.get("fee_label") or "", result.get("fee_source") or "", result.get("fee_row")
    # Of versions without a table the row counts from 0, in the decision's own list.
    return CaseFee(amount, at, str(label), str(source), row if "fee_rule" in result and isinstance(row, int) else None)
