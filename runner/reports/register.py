"""The register of cases on paper: Mẫu 06 of the form set of its newest case, for a stretch of days.

It is made as of the last thing that its rows tell, so the same rows give the same file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from runner import formatting
from runner.domain.calendar import local_date
from runner.domain.case import Case
from runner.errors import Refused
from runner.language import say, speaking
from runner.papers.form_set import PaperKind, form_set
from runner.papers.paper import pdf
from runner.reports import paper, vocabulary
from runner.services.version import Version

MOST: Final = 2_000
"""Cases of one printed register: some 250 pages."""


class RegisterEmpty(Refused):
    """Không có hồ sơ nào để in vào sổ."""


class RegisterTooLong(Refused):
    """Sổ in được nhiều nhất {count} hồ sơ; hãy chọn khoảng ngày hoặc thủ tục để in từng phần."""


def printed(rows: Sequence[tuple[Case, Version]], first: date | None, last: date | None) -> bytes:
    """The register of these cases, received from the day `first` to `last`, in Vietnamese, the earliest first.

    Raises `RegisterEmpty`, `RegisterTooLong`, `PaperTooLarge`, `PaperFailed`.
    """
    if not rows:
        raise RegisterEmpty
    if len(rows) > MOST:
        raise RegisterTooLong(count=formatting.number(MOST))
    with speaking("vi"):
        version = rows[-1][1]
        form = form_set(version.procedure.form_set).form(PaperKind.REGISTER)
        at = max(_latest(case) for case, _ in rows)
        values = paper.framed(form, version, form.title, "", at, at_the_counter=False)
        if len({each.office.name for _, each in rows}) > 1:
            provinces = dict.fromkeys(each.province.name.upper() for _, each in rows)
            values["issuer"] = [paper.kept(say("TỈNH {name}", name=name), name) for name in provinces]
        values |= {
            "period": _period(first or _received(rows[0][0]), last or _received(rows[-1][0])),
            "rows": [_row(place, case, each) for place, (case, each) in enumerate(rows, 1)],
            "count": formatting.number(len(rows)),
        }
        return pdf(form.template, values, at)


def delivery_method(case: Case) -> str:
    """How the result is handed over, in words; as the form has it where the words are an analyst's own."""
    known = vocabulary.DELIVERY_METHODS.get(case.delivery_method)
    return say(known) if known else case.delivery_method


def _latest(case: Case) -> datetime:
    told = (case.started, case.received, case.ended, case.legal_clock_stopped_at, case.result_delivered_at)
    return max(at for at in told if at)


def _received(case: Case) -> date:
    return local_date(case.received or case.started)


def _period(first: date, last: date) -> str:
    return say("Từ ngày {first} đến ngày {last}", first=formatting.day(first), last=formatting.day(last))


def _row(place: int, case: Case, version: Version) -> list[str]:
    """The columns of Mẫu 06."""
    return [
        str(place),
        case.number or "",
        version.procedure.title,
        case.subject,
        ", ".join(filter(None, [case.address, case.phone])),
        version.office.name,
        _moment(case.received),
        _moment(case.due),
        _moment(case.result_delivered_at),
        delivery_method(case),
        case.received_by,
        case.note,
    ]


def _moment(at: datetime | None) -> str:
    return f"{formatting.clock(at)}\n{formatting.day(local_date(at))}" if at else ""
