"""What is filled into Mẫu 05: a line for each fact of the case, a row for each hand-over."""

from __future__ import annotations

from typing import Any

from runner import formatting
from runner.language import say
from runner.reports import vocabulary
from runner.reports.appointment import Appointment
from runner.reports.control_slip import ControlSlip, HandOver


def slip_values(paper: ControlSlip) -> dict[str, Any]:
    """The values of the template, but for what stands around it."""
    facts, office, verdict = paper.version.procedure, paper.version.office, paper.case.verdict
    return {
        "applicant": paper.applicant,
        "procedure": f"{facts.title} ({facts.code.partition('/')[2]}, {facts.time.text})",
        "received": formatting.written(paper.received),
        "appointments": [_appointed(each) for each in paper.appointments],
        "apology": paper.apology,
        "office": ", ".join(filter(None, [office.name, office.division])),
        "verdict": say(vocabulary.VERDICTS[verdict]) if verdict else say("đang giải quyết"),
        "rows": [_row(row) for row in paper.rows],
    }


def _appointed(each: Appointment) -> str:
    due = formatting.written(each.due) if each.due else say("khi hết tạm dừng")
    return f"{due} ({each.reason})" if each.reason else due


def _row(row: HandOver) -> dict[str, Any]:
    stands = list[str]()
    if row.verdict:
        stands.append(say(vocabulary.VERDICTS[row.verdict]))
    elif row.since and not row.limit:
        stands.append(say("không có hạn"))
    if row.since:
        stands.append(say("nhận {moment}", moment=formatting.moment(row.since)))
    if row.limit:
        stands.append(say("thời gian: {limit}", limit=row.limit))
    if row.due:
        stands.append(say("hạn {moment}", moment=formatting.moment(row.due)))
    return {
        "from": _placed(row.giver, row.giver_work),
        "to": _placed(row.receiver, row.receiver_work),
        "at": formatting.written(row.at, short=True),
        "giver": row.giver_name,
        "receiver": row.receiver_name or say("chưa ai nhận"),
        "stands": stands,
        "notes": [*row.tasks, *row.notes],
    }


def _placed(lane: str, work: str) -> str:
    return f"{lane} ({work})" if work else lane
