"""What service tasks may ask for: *inside* topics are done in the transaction, *outside* ones are errands after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from runner.domain.calendar import local_date
from runner.engine.advance import Request
from runner.errors import Incident
from runner.services.version import Version
from runner.store import allotment
from runner.store.session import Transaction

Inside = Callable[[Transaction, Version, Request, datetime], Mapping[str, object]]

OUTSIDE = frozenset({"notify_applicant", "notify_lane"})


class FeeUnknown(Incident):
    """Không xác định được mức phí: trường hợp “{fee_case}” không có trong thủ tục {procedure}."""


class TopicUnknown(Incident):
    """Sơ đồ yêu cầu công việc tự động “{topic}” mà hệ thống không có."""


def allot_number(tx: Transaction, version: Version, request: Request, now: datetime) -> Mapping[str, object]:
    """Give the case its number, ``agency-YYMMDD-NNNN``, the last part counted within the day of receipt.

    A case that has one keeps it. Source: Thông tư 01/2018/TT-VPCP, Điều 19.
    """
    if number := request.values.get("case_number"):
        return {"case_number": number}
    day, agency = local_date(now), version.province.case_number
    return {"case_number": f"{agency}-{day:%y%m%d}-{allotment.allot(tx, agency, day):04d}"}


def pin_fee(tx: Transaction, version: Version, request: Request, now: datetime) -> Mapping[str, object]:
    """Fix the fee of the case from the row of the decision that ``fee_case`` names; the row stays in the journal.

    Raises `FeeUnknown` when the decision has no such row.
    """
    chosen = request.values.get("fee_case")
    for row, fee in enumerate(version.procedure.fees):
        if fee.case == chosen:
            return {"fee_amount": fee.amount, "fee_label": fee.label, "fee_row": row}
    raise FeeUnknown(fee_case=chosen, procedure=version.procedure.code)


INSIDE: Mapping[str, Inside] = {"allot_number": allot_number, "pin_fee": pin_fee}


def performer(tx: Transaction, version: Version, now: datetime) -> Callable[[Request], Mapping[str, object] | None]:
    """How a live change does its requests: inside topics now, outside ones later (None)."""

    def perform(request: Request) -> Mapping[str, object] | None:
        if request.topic in OUTSIDE:
            return None
        if request.topic not in INSIDE:
            raise TopicUnknown(topic=request.topic)
        return INSIDE[request.topic](tx, version, request, now)

    return perform


def recorded(done: Mapping[str, Mapping[str, object]]) -> Callable[[Request], Mapping[str, object] | None]:
    """How a replay does them: by reading what the entry recorded."""
    return lambda request: done.get(request.id)
