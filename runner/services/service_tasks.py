"""What service tasks ask for: decisions and *inside* topics run in the transaction, *outside* ones by the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from runner.domain.calendar import local_date
from runner.domain.decision import context
from runner.engine.advance import Request
from runner.errors import IncidentRaised
from runner.services.version import Version
from runner.store import case_number
from runner.store.session import Transaction

Inside = Callable[[Transaction, Version, Request, datetime], Mapping[str, object]]

OUTSIDE = frozenset({"notify_applicant", "notify_lane"})


class FeeUnknown(IncidentRaised):
    """Không xác định được mức phí: trường hợp “{fee_case}” không có trong thủ tục {procedure}."""


class DecisionUnknown(IncidentRaised):
    """Thủ tục {procedure} không có bảng quyết định “{decision}”."""


class TopicUnknown(IncidentRaised):
    """Sơ đồ yêu cầu công việc tự động “{topic}” mà hệ thống không có."""


def allot_number(tx: Transaction, version: Version, request: Request, now: datetime) -> Mapping[str, object]:
    """Give the case its number, ``agency-YYMMDD-NNNN``, the last part counted within the day of receipt.

    A case that has one keeps it. Source: Thông tư 01/2018/TT-VPCP, Điều 19.
    """
    if number := request.values.get("case_number"):
        return {"case_number": number}
    day, agency = local_date(now), version.office.case_number
    return {"case_number": f"{agency}-{day:%y%m%d}-{case_number.allot(tx, agency, day):04d}"}


def pin_fee(tx: Transaction, version: Version, request: Request, now: datetime) -> Mapping[str, object]:
    """Fix the fee of the case from the row of the decision that ``fee_case`` names; the journal keeps the row.

    Raises `FeeUnknown` when the decision has no such row.
    """
    chosen = request.values.get("fee_case")
    for row, fee in enumerate(version.procedure.fees):
        if fee.case == chosen:
            return {"fee_amount": fee.amount, "fee_label": fee.label, "fee_row": row}
    raise FeeUnknown(fee_case=chosen, procedure=version.procedure.code)


def decide(version: Version, request: Request, now: datetime) -> Mapping[str, object]:
    """What a decision table answers, as ``<result>_<output>``, with the row that hit and the table's digest.

    ``fee_row`` is the row's number as modelers show it, ``fee_rule`` its id, ``fee_table`` the SHA-256 of the table's
    file: they explain the amount later. Raises `NoRuleFits` or `RulesOverlap`.
    """
    table = version.tables.get(request.decision)
    if table is None:
        raise DecisionUnknown(decision=request.decision, procedure=version.procedure.code)
    hit = table.decide({**request.values, **context(version.procedure.code, local_date(now))})
    row = {"row": hit.rule.number, "rule": hit.rule.id, "table": table.digest}
    return {f"{request.result}_{name}": _recordable(value) for name, value in {**hit.answers, **row}.items()}


def _recordable(value: object) -> object:
    """A value of FEEL as the journal and the forms write it."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


INSIDE: Mapping[str, Inside] = {"allot_number": allot_number, "pin_fee": pin_fee}


def performer(tx: Transaction, version: Version, now: datetime) -> Callable[[Request], Mapping[str, object] | None]:
    """How a change performs its requests: decisions and inside topics at once, outside ones later (None)."""

    def perform(request: Request) -> Mapping[str, object] | None:
        if request.decision:
            return decide(version, request, now)
        if request.topic in OUTSIDE:
            return None
        if request.topic not in INSIDE:
            raise TopicUnknown(topic=request.topic)
        return INSIDE[request.topic](tx, version, request, now)

    return perform


def recorded(done: Mapping[str, Mapping[str, object]]) -> Callable[[Request], Mapping[str, object] | None]:
    """How a replay performs them: it reads what the entry recorded."""
    return lambda request: done.get(request.id)
