"""The rules of law of a province, as its analysts edit them: checked first, then put into force with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runner.domain.form import FieldFault
from runner.domain.person import Role
from runner.errors import Conflict, MotcuaError, Refused
from runner.language import say
from runner.law import reader
from runner.law.rule import Rule
from runner.reports import rules as words
from runner.services import laws
from runner.services.laws import RulesForbidden
from runner.services.text_rules import ReasonMissing, ReasonUnprintable
from runner.web import case, current, page, policy

blueprint = Blueprint("law", __name__, url_prefix="/rules")
_PLACE = "/<province>"


@blueprint.get("")
@policy.analyst
def choose() -> Response:
    """On to the rules of the analyst's first province."""
    return redirect(url_for("studio.law.show", province=min(_provinces(), key=page.place_name)), 303)


@blueprint.get(_PLACE)
@policy.analyst
def show(province: str) -> str:
    """A file of the rules in force, ``?file=01.rules.toml``; of a procedure that has none an empty one."""
    return _page(province)


@blueprint.post(f"{_PLACE}/check")
@policy.analyst
def check(province: str) -> str | tuple[str, int]:
    """What is wrong with the file that is sent, or which rules it has; nothing is stored."""
    try:
        data = laws.check(_name(), _typed())
    except MotcuaError as error:
        return _page(province, faults=[FieldFault.told("content", error)]), 422
    return _page(province, seen=reader.read(data))


@blueprint.post(f"{_PLACE}/apply")
@policy.analyst
def apply(province: str) -> Response | str | tuple[str, int]:
    """Put the file that is sent into force, as part of the next revision."""
    base, reason = request.form.get("base", 0, type=int), request.form.get("reason", "")
    try:
        book = current.runner().laws.revise(province, _name(), _typed(), reason, g.person, current.now(), base=base)
    except (ReasonMissing, ReasonUnprintable) as error:
        return _page(province, faults=[FieldFault.told("reason", error)]), 422
    except Conflict as error:
        return _page(province, faults=[FieldFault.told("content", error)]), 409
    except Refused as error:
        return _page(province, faults=[FieldFault.told("content", error)]), 422
    flash(say("Đã áp dụng, quy tắc của tỉnh nay là bản {number}.", number=book.revision))
    return redirect(url_for("studio.law.show", province=province, file=_name()), 303)


def _provinces() -> list[str]:
    return sorted(code for code, lane in g.person.groups if lane == Role.ANALYST)


def _name() -> str:
    return request.form.get("file") or request.args.get("file") or reader.NAME


def _typed() -> bytes:
    return request.form.get("content", "").replace("\r\n", "\n").encode()


def _page(province: str, faults: Sequence[FieldFault] = (), seen: Sequence[Rule] | None = None) -> str:
    runner, name = current.runner(), _name()
    if province not in _provinces():
        raise RulesForbidden(province=province)
    book = runner.laws.book(province)
    codes = sorted(each.procedure.code for each in runner.procedures.current(current.now()))
    own = [f"{code.partition('/')[2]}.{reader.NAME}" for code in codes if code.startswith(f"{province}/")]
    names = [reader.NAME, *own]
    if name not in names:
        raise RulesForbidden(province=f"{province} ({name})")
    revisions = runner.laws.revisions(province)
    return render_template(
        "studio/law.html",
        book=book,
        name=name,
        files=names,
        content=request.form.get("content", book.files.get(name, b"").decode()),
        reason=request.form.get("reason", ""),
        seen=seen,
        words=words,
        faults=faults,
        provinces={code: page.place_name(code) for code in _provinces()},
        revisions=revisions[::-1],
        names=case.names({each.by for each in revisions}),
    )
