"""Trying a draft: its forms are filled in as each role, with a clock that is moved; the page carries what was done.

Every request sends the steps so far, which are played anew; nothing of a trial is kept on the server.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from flask import Blueprint, Response, g, json, request, url_for

from runner.authoring.refusal import DraftUnknown
from runner.clock import ZONE
from runner.domain.calendar import local_date
from runner.domain.form import Attachment, FieldFault
from runner.domain.form.attachment import PDF
from runner.domain.person import SYSTEM
from runner.domain.task import LATE_REASON
from runner.errors import Conflict, MotcuaError, NotFound, Refused
from runner.language import say
from runner.reports import paper as paper_report
from runner.reports import vocabulary
from runner.scenario import format as scripts
from runner.scenario import sample, writer
from runner.scenario.format import ScenarioStep, Script
from runner.scenario.player import SAMPLE, SAMPLE_DIGEST, SAMPLE_NAME, cause
from runner.scenario.results import FOLDER, Outcome, file_name
from runner.scenario.trial import Trial, breaks, without_last
from runner.services.task_view import TaskView
from runner.services.tasks import FormRefused
from runner.web import current, drawing, form, policy, printed_forms
from runner.web.studio import course, frame, tried
from runner.web.studio.tried import Tried

blueprint = Blueprint("trial", __name__, url_prefix="/drafts/<int:draft>/try")

STAND_IN: Final = {SAMPLE_DIGEST: Attachment(SAMPLE_NAME, len(SAMPLE), PDF, SAMPLE_DIGEST)}
OWN: Final = "_"
"""The page's own fields begin with it; a form's fields do not."""


class ScenarioUnknown(NotFound):
    """Bản nháp không có kịch bản “{name}”."""


class MomentUnclear(Refused):
    """Hãy chọn ngày giờ, viết như 2026-03-02 08:00."""


class TitleMissing(Refused):
    """Hãy đặt tên cho kịch bản, ít nhất có một chữ cái hoặc chữ số."""


class TitleTaken(Refused):
    """Bản nháp đã có kịch bản ở tệp {name}; hãy đặt tên khác."""


@dataclass
class Desk:
    """What the page shows of a trial beside its case.

    `chosen`: the element of the task whose form is open. `typed`: what stands in it, None for what the form shows at
    first. `wrong`: what could not be done; `said`: what was.
    """

    chosen: str = ""
    typed: dict[str, Any] | None = None
    faults: tuple[FieldFault, ...] = ()
    wrong: MotcuaError | None = None
    said: str = ""
    title: str = ""
    outcome: Outcome | None = None
    opened: set[str] = field(default_factory=set)


@blueprint.get("")
@policy.analyst
def show(draft: int) -> str | tuple[str, int]:
    """Where a trial begins; with ``?file=…&scenario=…`` a scenario as a trial, up to where it leaves its path."""
    try:
        found = tried.of(draft)
    except DraftUnknown:
        raise
    except MotcuaError as error:
        return _broken(draft, error)
    if "scenario" not in request.args:
        return _page(found, Desk(), None)
    name, file = request.args["scenario"], request.args.get("file", "")
    outcome = next((each for each in found.results.outcomes if (each.file, each.name) == (file, name)), None)
    script = found.scripts.get(file)
    begun = tried.trials().of_scenario(found.bundle, script, name) if script else None
    if begun is None or outcome is None:
        raise ScenarioUnknown(name=name)
    steps = outcome.followed + bool(outcome.key)  # the step that went otherwise was carried out, and is to be seen
    with tried.trials().open(found.bundle, found.calendar, begun, most=steps) as trial:
        return _page(found, Desk(outcome=outcome, title=outcome.title), trial)


@blueprint.post("")
@policy.analyst
def act(draft: int) -> str | tuple[str, int]:
    """Do one thing more in the trial that the request brings, and show how it stands then."""
    try:
        found = tried.of(draft)
    except DraftUnknown:
        raise
    except MotcuaError as error:
        return _broken(draft, error)
    sent = request.form
    deed, _, what = sent.get(f"{OWN}act", "submit").partition(":")
    desk = Desk(chosen=sent.get(f"{OWN}task", ""), title=sent.get(f"{OWN}title", ""))
    try:
        script = _begun(found) if deed == "start" else _script(sent.get(f"{OWN}script", ""))
    except MotcuaError as error:
        return _page(found, replace(desk, wrong=error), None), 422
    script = without_last(script) if deed == "undo" else script
    opened = tried.trials().open
    with opened(found.bundle, found.calendar, script) as trial:
        try:
            _do(deed, what, desk, trial, found)
            page = _page(tried.of(draft) if deed == "save" else found, desk, trial)
            return page, 200 if trial.case else 422
        except FormRefused as error:
            desk.faults = error.faults
        except MotcuaError as error:
            desk.wrong = cause(error)
    with opened(found.bundle, found.calendar, script) as trial:  # what failed half-way has left its traces there
        return _page(found, desk, trial), 409 if isinstance(desk.wrong, Conflict) else 422


@blueprint.post("/hidden")
@policy.analyst
def hidden(draft: int) -> Response:
    """Which parts of the open form what was typed makes superfluous."""
    found, sent = tried.of(draft), request.form
    with tried.trials().open(found.bundle, found.calendar, _script(sent.get(f"{OWN}script", ""))) as trial:
        view = trial.view(sent.get(f"{OWN}task", "")) if trial.case else None
        parts = (
            form.parts(view.form, form.read(view.form, sent), view.known, (), STAND_IN) if view and view.form else ()
        )
    response = Response("")
    response.headers["HX-Trigger"] = json.dumps({"motcua:hidden": list(form.hidden(parts))})
    return response


@blueprint.post("/paper")
@policy.analyst
def paper(draft: int) -> Response:
    """A paper of the trial, as the office would print it."""
    found, sent = tried.of(draft), request.form
    with tried.trials().open(found.bundle, found.calendar, _script(sent.get(f"{OWN}script", ""))) as trial:
        kind, seq = printed_forms.asked(sent.get(f"{OWN}act", ""))
        return printed_forms.answer(paper_report.printed(trial.runner.audit, trial.case, SYSTEM, kind, seq, tried=True))


def _do(deed: str, what: str, desk: Desk, trial: Trial, found: Tried) -> None:
    """One deed. Raises what forbids it; the trial is then as before."""
    view = trial.view(desk.chosen) if trial.case else None
    if view and view.form:
        desk.typed = form.read(view.form, request.form)
        form.add_row(view.form, desk.typed, request.form.get("_add", ""))
        form.remove_row(view.form, desk.typed, request.form.get("_remove", ""))
    if deed == "show":
        desk.chosen, desk.typed = what, None
    elif deed == "fill" and view and view.form:
        usual = sample.usual(found.scripts.values(), desk.chosen, view.task.form or "")
        desk.typed = usual or sample.simplest(view.form.components, local_date(trial.now))
    elif deed == "save":
        _save(desk, trial, found)
    elif deed == "submit" and view and not {"_add", "_remove"} & request.form.keys():
        _submit(view, desk, trial)
    elif step := _step(deed, what, trial):
        trial.take(step)
        trial.settle()


def _step(deed: str, what: str, trial: Trial) -> ScenarioStep | None:
    """The step in which time passes, a message comes, or the applicant withdraws."""
    timer = trial.next_timer if deed == "timer" else None
    match deed:
        case "timer" if timer:
            return trial.until(timer.minute)
        case "hour":
            return trial.until(trial.now + timedelta(hours=1))
        case "day":
            return trial.until(trial.calendar.add(trial.now, 2))
        case "until":
            return trial.until(_moment(what or request.form.get(f"{OWN}until", "")))
        case "withdraw":
            return ScenarioStep(withdraw=request.form.get(f"{OWN}reason", "").strip() or say("Người nộp rút hồ sơ"))
        case "message":
            return ScenarioStep(message=what)
    return None


def _submit(view: TaskView, desk: Desk, trial: Trial) -> None:
    before = {task.element for task in trial.run.standing()[1]}
    values = sample.typed(view.form, desk.typed or {}) if view.form else {}
    late = request.form.get(LATE_REASON, "") if view.overdue(trial.now) else ""
    trial.take(ScenarioStep(do=desk.chosen, values=values, late_reason=late))
    trial.settle()
    desk.chosen, desk.typed = "", None
    desk.opened = {task.element for task in trial.run.standing()[1]} - before


def _save(desk: Desk, trial: Trial, found: Tried) -> None:
    """Keep what was done as a scenario of the draft. Raises `TitleMissing`, `TitleTaken`, or what saving raises."""
    title = desk.title.strip()
    if not file_name(title):
        raise TitleMissing
    name = f"{FOLDER}{file_name(title)}.toml"
    if name in found.files:
        raise TitleTaken(name=name)
    data = writer.write(trial.recorded(file_name(title), title))
    note = say("Ghi kịch bản “{title}”", title=title[:100])
    drafts = current.runner().procedure_drafts
    drafts.save(found.draft.id, {name: data}, g.person, current.now(), base=found.draft.save, note=note)
    desk.said, desk.title = say("Đã ghi kịch bản “{title}” vào bản nháp.", title=title), ""


def _begun(found: Tried) -> Script:
    return tried.trials().begin(found.bundle, _moment(request.form.get(f"{OWN}start", "")))


def _script(text: str) -> Script:
    """The script that the page carried. Raises `ScenarioInvalid` for what no page of ours has sent."""
    return scripts.parse(text.encode(), say("lần thử"), lambda _: b"")


def _moment(text: str) -> datetime:
    """A moment as a page's button sends it, with its zone, or a local one as a browser's field does."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise MomentUnclear from None


# -- the page ----------------------------------------------------------------------------------------------------------


def _broken(draft: int, error: MotcuaError) -> tuple[str, int]:
    """The page of a draft that does not run, with the reason."""
    found = current.runner().procedure_drafts.get(draft, g.person)
    return frame.page("studio/trial_broken.html", found, reason=error), 422


def _page(found: Tried, desk: Desk, trial: Trial | None) -> str:
    """The page; without a case it asks when the trial is to begin."""
    running = trial if trial and trial.case else None
    shown: dict[str, Any] = {}
    if trial and not trial.case and trial.stopped:
        desk.wrong = desk.wrong or trial.stopped.error
    if running:
        shown = _running(running, desk)
    else:
        shown["start"] = found.calendar.next_opening(current.now()).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
        shown["picture"] = drawing.picture(found.version.diagram, {}, {})
    return frame.page(
        "studio/trial.html",
        found.draft,
        desk=desk,
        trial=running,
        version=found.version,
        results=found.results if found.known else None,
        words=vocabulary,
        course=course,
        differences=course.differences(desk.outcome, found.version) if desk.outcome else (),
        **shown,
    )


def _running(trial: Trial, desk: Desk) -> dict[str, Any]:
    """What the page shows of a case."""
    line = trial.timeline
    tasks = sorted(
        (mark.task for mark in line.marks if mark.task),
        key=lambda task: (task.element not in desk.opened, task.due is None, task.due or trial.now),
    )
    if desk.chosen not in {task.element for task in tasks}:
        desk.chosen, desk.typed = (tasks[0].element if tasks else ""), None
    view = trial.view(desk.chosen)
    values = (view.filled if desk.typed is None else desk.typed) if view else {}
    mark = next((each for each in line.marks if each.task and each.task.element == desk.chosen), None)
    mark = mark if mark and mark.days else next((each for each in line.marks if each.days), None)
    return {
        "line": line,
        "tasks": tasks,
        "view": view,
        "parts": form.parts(view.form, values, view.known, desk.faults, STAND_IN) if view and view.form else (),
        "late": bool(view and view.overdue(trial.now)),
        "late_reason": request.form.get(LATE_REASON, ""),
        "rich": form.rich,
        "heading": view.task.name if view else "",
        "keep": url_for("studio.trial.act", draft=(request.view_args or {})["draft"]),
        "stand_in": SAMPLE_DIGEST,
        "script": writer.write(trial.plain).decode(),
        "timer": trial.next_timer,
        "breaks": list(breaks(trial.calendar, trial.now)),
        "mark": mark,
        "days": list(course.runs(mark.days)) if mark else [],
        "picture": course.of_trial(trial, line, desk.outcome),
    }
