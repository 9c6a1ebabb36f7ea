"""What is kept longer than it has to be: the list, legal holds, and erasures that one asks for and another approves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from runner.clock import ZONE
from runner.domain.form import FieldFault
from runner.domain.person import LaneKind, Role
from runner.errors import Conflict, Divergence, NotFound, Refused
from runner.language import say
from runner.reports import vocabulary
from runner.services.accounts import SignInFailed, TooManyTries
from runner.services.retention import Retention
from runner.web import case as cases
from runner.web import channel, current, policy
from runner.web.audit import frame

blueprint = Blueprint("retention", __name__, url_prefix="/retention")
SHOWN = 200
"""Cases of the list that a page shows; the command and the list for the archive have all."""
readers = policy.lane(Role.ADMINISTRATOR, Role.AUDITOR, LaneKind.DIRECTOR)


@blueprint.get("")
@readers
def show() -> str:
    """The list, what waits for a second person, and the holds."""
    return _page()


@blueprint.post("/transfer")
@policy.administrator
def transfer() -> Response:
    """The list for the archive, as a file; the record tells that it was made."""
    written, _ = _service().hand_over(g.person, current.now())
    name = f"nop-luu-tru-{current.now().astimezone(ZONE):%Y%m%d}.csv"
    answer = Response("\ufeff" + written, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.post("/hold")
@policy.lane(Role.ADMINISTRATOR, Role.AUDITOR)
def hold() -> Answer | tuple[str, int]:
    """Put a case under a legal hold, or lift it."""
    lift = request.form.get("do") == "lift"
    act = _service().holds.lift if lift else _service().holds.hold
    said = say("Đã thôi giữ hồ sơ.") if lift else say("Đã giữ lại hồ sơ; dữ liệu không bị xóa cho đến khi thôi giữ.")
    return _done(lambda: act(_case(), request.form.get("ground", ""), g.person, current.now()), "hold", said)


@blueprint.post("/ask")
@policy.administrator
def ask() -> Answer | tuple[str, int]:
    """Ask for the personal data of a case to be erased."""
    erasures, said = _service().erasures, say("Đã gửi đề nghị; lãnh đạo duyệt thì dữ liệu mới bị xóa.")
    return _done(lambda: erasures.ask(_case(), request.form.get("ground", ""), g.person, current.now()), "ask", said)


@blueprint.post("/<int(max=999999999):id>/approve")
@policy.lane(LaneKind.DIRECTOR)
def approve(id: int) -> Answer | tuple[str, int]:
    """Approve, with the password once more, and erase at once."""
    field = f"password-{id}"
    try:
        person = channel.signing(request.form.get("password", ""))
    except (SignInFailed, TooManyTries) as error:
        return _page([channel.fault(error, field)]), 422
    said = say("Đã xóa dữ liệu cá nhân. Hồ sơ vẫn kiểm tra lại được từ nhật ký.")
    return _done(lambda: _service().erasures.approve(id, person, current.now()), field, said)


@blueprint.post("/<int(max=999999999):id>/refuse")
@readers
def refuse(id: int) -> Answer | tuple[str, int]:
    """Refuse a request, or take one's own back."""
    said = say("Đã từ chối đề nghị; không có gì bị xóa.")
    return _done(lambda: _service().erasures.refuse(id, g.person, current.now()), f"password-{id}", said)


def _done(act: Callable[[], object], field: str, said: str) -> Answer | tuple[str, int]:
    """Do it and say so, or say at its field why not."""
    try:
        act()
    except Divergence as error:
        return _page([FieldFault.told(field, vocabulary.divergence(error))]), 422
    except (Refused, Conflict, NotFound) as error:
        return _page([FieldFault.told(field, error)]), 422
    flash(said)
    return redirect(url_for("audit.retention.show"), 303)


def _page(faults: Sequence[FieldFault] = ()) -> str:
    service, now = _service(), current.now()
    found = service.over(now, g.person, SHOWN + 1)
    pending = service.erasures.pending(g.person)
    return frame.page(
        "audit/retention.html",
        found=found[:SHOWN],
        more=len(found) > SHOWN,
        pending=pending,
        holds=service.held(g.person),
        names=cases.names({each.request.by for each in pending}),
        faults=faults,
        typed=request.form if request.method == "POST" else {},
        asks=policy.may(g.person, "audit.retention.ask"),
        keeps=policy.may(g.person, "audit.retention.hold"),
        decides=policy.may(g.person, "audit.retention.approve"),
    )


def _case() -> int:
    return current.runner().audit.find(request.form.get("case", "").strip())


def _service() -> Retention:
    return current.runner().retention
