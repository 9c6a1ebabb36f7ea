"""The facts of a new procedure: what the decision says, and what its diagram carries of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from runner.authoring.skeleton import apology, forms
from runner.authoring.skeleton.description import spoken
from runner.authoring.skeleton.plan import REMIND_DAYS, Plan, Work
from runner.authoring.skeleton.sketch import Element, Sketch
from runner.authoring.skeleton.words import every, said
from runner.domain.procedure import write_procedure


def write_facts(plan: Plan, sketch: Sketch, conflict: bool) -> bytes:
    """The file of the facts; `conflict`: on the calendar the limits cannot all be kept."""
    table = _table(plan, sketch, conflict)
    table["silent"] = _silent(table)
    return write_procedure(_ordered(table))


def _table(plan: Plan, sketch: Sketch, conflict: bool) -> dict[str, Any]:
    about, short, office = plan.description, apology.too_short(plan), plan.province.office(plan.agency)
    slip = {"opens_working_days_before": apology.OPENS} if not short else {"warning_only": True}
    remind = {"remind_after_days": REMIND_DAYS} if plan.corrects else {}
    return {
        "code": about.code,
        "title": about.title,
        "title_en": about.title_en,
        "kind": about.kind,
        "form_set": "tt01-2018",
        "channels": [],
        "conditions": [],
        "applicants": about.applicants,
        "authority": office.name,
        "received_at": office.centre,
        "notes": [],
        "silent": [],
        **({"agency": plan.agency} if plan.agency else {}),
        **({"none": [{"name": "fees", "text": said("no_fees")}]} if about.fee == "none" else {}),
        "works": [_work(task) for task in sketch.tasks],
        "decision": {
            "number": about.decision.number,
            "date": about.decision.date,
            "title": about.decision.title,
            "issuer": about.decision.issuer,
            "signer": about.decision.signer,
            "effective": about.decision.effective,
        },
        "time": {
            "limit": f"{float(about.limit):g}",
            "unit": str(about.unit),
            "text": spoken(about.limit, about.unit),
            "counted_from": about.counted_from,
            **({"conflict": said("notes.conflict")} if conflict else {}),
        },
        "clock": {
            "starts_with": plan.steps[plan.timed[0]].id,
            "stops_after": [plan.steps[plan.timed[-1]].id],
            **remind,
        },
        "apology": {"working_days_before": apology.LAST, **slip, "text": "", "in_decision": False},
        "results": {"granted": about.granted, **({"refused": about.refused} if about.refused else {})},
        "steps": list(_steps(plan)),
        "branches": sketch.branches,
        "dossier": [{"name": each.name, "copy": each.copy, "required": each.required} for each in about.dossier],
        "fees": [
            {"case": forms.fee_case(at), "label": fee.label, "amount": fee.amount, "text": forms.fee_text(fee.amount)}
            for at, fee in enumerate(about.fees)
        ],
        "forms": list(_papers(plan, short)),
    }


def _work(task: Element) -> dict[str, str]:
    step = {"step": task.properties["step"]} if "step" in task.properties else {}
    return {**step, "lane": str(task.lane), "form": task.form, **({"text": task.quoted} if task.quoted else {})}


def _steps(plan: Plan) -> Iterator[dict[str, Any]]:
    unit = plan.description.unit
    for step, work in zip(plan.steps, plan.works, strict=True):
        timed = {"text": said("office_hours")}
        if step.days is not None:
            timed = {"text": spoken(step.days, unit), "days": f"{float(step.days):g}"}
        yield {
            "id": step.id,
            "text": list(step.lines),
            "actors": step.actors,
            "lanes": [str(step.lane)],
            "duration": timed,
            "title_en": _ENGLISH[work],
        }


_ENGLISH: Final = {
    Work.INTAKE: "Receive and check the dossier",
    Work.FORWARD: "Pass the dossier on",
    Work.PROCESS: "Process the dossier",
    Work.REVIEW: "Review and approve the result",
    Work.RECORD: "Enter the result in the register",
    Work.ISSUE: "Issue the document",
    Work.OTHER: "Work on the dossier",
    Work.RETURN: "Return the result to the applicant",
}


def _papers(plan: Plan, short: bool) -> Iterator[dict[str, Any]]:
    """The papers of the circular; the decision may name some in its steps."""
    spoken_of = " ".join(line for step in plan.steps for line in step.lines)
    for code, title in every("papers").items():
        if code != said("form_04") or not short:
            named = code in spoken_of or title.casefold() in spoken_of.casefold()
            yield {"code": code, "title": title, **({} if named else {"added": True})}


def _silent(table: dict[str, Any]) -> list[str]:
    """What the decision, as far as it was typed, does not speak of."""
    keys = ["channels", "conditions", "applicants", "notes", "dossier", "dossier_sets", "retention", "bases"]
    if not any(each["name"] == "fees" for each in table.get("none", [])):
        keys.append("fees")
    found = [key for key in keys if not table.get(key)]
    return found + ([] if table["time"]["counted_from"] else ["time.counted_from"]) + ["apology.text"]


def _ordered(table: dict[str, Any]) -> dict[str, Any]:
    """Without the lists of tables that are empty: TOML writes them by their rows."""
    return {
        key: value for key, value in table.items() if value or key in ("channels", "conditions", "notes", "applicants")
    }
