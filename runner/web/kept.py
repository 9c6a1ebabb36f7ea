"""What was sent after a session had ended: it goes along with the sign-in, so that no word of it is lost.

What was typed into a task becomes the person's draft; anything else is shown to be sent again, by a press of theirs.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import unquote

from flask import flash, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from runner.domain import strict_json
from runner.domain.journal import canonical
from runner.domain.person import Person
from runner.domain.strict_json import JsonInvalid
from runner.domain.task import LATE_REASON
from runner.errors import MotcuaError
from runner.language import say
from runner.web import current, dossier_table, form, login_session
from runner.web.security import CSRF_FIELD

FIELD: Final = "_kept"
LARGEST: Final = 300_000
"""Bytes of what is kept, as JSON: more than a draft may have."""
TASK: Final = re.compile(r"/cases/([0-9]{1,18})/tasks/([^/?]+)(?:/draft)?")
UNTOLD: Final = frozenset({CSRF_FIELD, "_key", "_password", "password", FIELD})
"""Fields that are worth nothing later, or are nobody's to keep."""


def sent() -> str:
    """The texts of this request as JSON; "" where there are none, or too many to go along."""
    texts = {name: values for name, values in request.form.lists() if name not in UNTOLD}
    kept = canonical(texts) if texts else ""
    return kept if len(kept.encode()) <= LARGEST else ""


def address(path: str) -> str:
    """Where to go after the sign-in: the page of the task to which something was sent, else the page itself."""
    found = TASK.fullmatch(login_session.inside(path))
    return path.removesuffix("/draft") if found else login_session.inside(path)


def read(text: str) -> MultiDict[str, str] | None:
    """What was kept, as a form sends it; None for anything else."""
    try:
        texts = strict_json.read(text.encode(), LARGEST)
    except JsonInvalid:
        return None
    if not isinstance(texts, dict) or not all(
        isinstance(values, list) and all(isinstance(each, str) for each in values) for values in texts.values()
    ):
        return None
    return MultiDict([(name, value) for name, values in texts.items() for value in values if name not in UNTOLD])


def restored(target: str, texts: MultiDict[str, str], person: Person) -> str | None:
    """Give a person what they typed back. The page to be shown; None where the target shows it, as a task its draft."""
    found, tasks, now = TASK.fullmatch(target), current.runner().tasks, current.now()
    if found is None:
        return render_template("kept.html", target=target, texts=list(texts.items(multi=True)), only=False)
    case, task = int(found[1]), unquote(found[2])
    try:
        of = tasks.open(case, task, person).form
        values: dict[str, Any] = dossier_table.settled(of, form.read(of, texts)) if of else {}
        reason = texts.get(LATE_REASON)
        tasks.save_draft(case, task, values | ({LATE_REASON: reason} if reason else {}), person, now)
    except MotcuaError:
        return render_template(
            "kept.html", target=url_for("inbox.show"), texts=list(texts.items(multi=True)), only=True
        )
    flash(say("Nội dung anh/chị gõ trước khi hết phiên đã được giữ thành bản nháp; việc chưa được gửi."))
    return None
