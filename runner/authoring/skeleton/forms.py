"""The forms of a procedure's tasks: those that procedures share where they fit, else the procedure's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from runner.authoring.skeleton import quotation
from runner.authoring.skeleton.plan import Plan, Work
from runner.authoring.skeleton.sketch import slug
from runner.authoring.skeleton.words import said
from runner.domain.person import LaneKind
from runner.lint.conformance.wording import plain

Component = dict[str, Any]
Change = Callable[[Component], Component | None]
LONGEST: Final = 300
_SHARED: Final = {Work.FORWARD: "chuyen-ho-so", Work.RECORD: "vao-so-van-ban", Work.ISSUE: "phat-hanh"}


@dataclass(frozen=True, slots=True)
class Review:
    """How a step approves: its form, the field that says so, the gateway's question and the answer that goes on."""

    form: str
    field: str
    question: str
    answer: str


def intake_id(plan: Plan) -> str:
    return f"tiep-nhan-{plan.own}"


def of_step(plan: Plan, number: int) -> str:
    """The form of a step between the first and the last."""
    if number == plan.process:
        return "xu-ly-ho-so" if _usual(plan) else f"xu-ly-{plan.own}"
    return _SHARED.get(plan.works[number], f"buoc-{slug(plan.steps[number].id).lower().replace('_', '-')}-{plan.own}")


def again(plan: Plan) -> str:
    """The form by which a dossier is processed again."""
    return "xu-ly-lai-ho-so" if _usual(plan) else f"xu-ly-lai-{plan.own}"


def reviewing(plan: Plan, number: int) -> Review:
    """A lead passes on to the director where one signs later; who signs last approves."""
    step, words = plan.steps[number], " ".join(plan.steps[number].lines).casefold()
    later = [plan.steps[at] for at in range(number + 1, len(plan.steps)) if plan.works[at] == Work.REVIEW]
    if step.kind == LaneKind.LEAD and any(each.kind == LaneKind.DIRECTOR for each in later):
        form = "ky-nhay" if said("clues.initial") in words else "trinh-ket-qua"
        return Review(form, "lead_decision", said("ask_lead"), said("lead"))
    return Review("ky-duyet", "director_decision", said("ask_sign"), said("sign"))


def notice(plan: Plan) -> str:
    """The form by which the applicant is told that the result is there."""
    return f"thong-bao-{plan.own}" if plan.description.fee == "none" else "thong-bao-ket-qua"


def returning(plan: Plan) -> str:
    """The form by which the result is handed over; without a step that decides, it asks for the result too."""
    if plan.process is None:
        return f"tra-ket-qua-{plan.own}"
    fee = plan.description.fee
    return {"none": "tra-ket-qua-khong-phi", "amounts": "tra-ket-qua"}.get(fee, "tra-ket-qua-ben-tre")


def own(plan: Plan, used: Iterable[str]) -> dict[str, bytes]:
    """The procedure's own forms among those used, by their ids."""
    made = {
        intake_id(plan): _from("intake", _intake(plan)),
        f"thong-bao-{plan.own}": _from("notice"),
        f"tra-ket-qua-{plan.own}": _from("result"),
        f"xu-ly-lai-{plan.own}": _from("reprocess"),
    }
    for number in range(1, len(plan.steps) - 1):
        words = quotation.opening(plan.steps[number].lines)[:LONGEST].strip(" .;:")
        if number == plan.process:
            made[f"xu-ly-{plan.own}"] = _from("process", _process(plan), words=words)
        else:
            made[of_step(plan, number)] = _from("step", _keyed(plan.steps[number].id), words=words)
    return {id: _written(id, made[id]) for id in sorted(set(used)) if id in made and id.endswith(plan.own)}


def _usual(plan: Plan) -> bool:
    """Whether the step that decides is of the usual kind: a specialist's, who submits to the lead of the division."""
    after = [plan.steps[at].kind for at, work in enumerate(plan.works) if work == Work.REVIEW]
    return plan.corrects and plan.steps[plan.process or 0].kind == LaneKind.SPECIALIST and LaneKind.LEAD in after


# -- what they ask -----------------------------------------------------------------------------------------------------


def _intake(plan: Plan) -> Change:
    """The papers to tick, or a list to write them in where the decision names none; the fee where there is one."""
    about = plan.description
    papers = [
        {"value": f"paper_{at}", "label": f"{at}. {plain(each.name)}"} for at, each in enumerate(about.dossier, start=1)
    ]
    needed = [option["value"] for option, each in zip(papers, about.dossier, strict=True) if each.required]
    fees = [
        {"value": fee_case(at), "label": f"{fee.label or about.title}: {fee_text(fee.amount)}"}
        for at, fee in enumerate(about.fees)
    ]

    def change(part: Component) -> Component | None:
        key = part.get("key", "")
        if part["type"] == "text" and part["id"] == "Text_1":
            return {**part, "text": part["text"].format(title=about.title)}
        if part["id"] in ("Text_2", "Dynamiclist_1"):
            return None if papers else part
        if part["type"] == "checklist":
            demands = {name: text for name, text in part["properties"].items() if not name.startswith("needed")}
            if key == "dossier_items" and needed:
                demands = {**part["properties"], "needed": ",".join(needed)}
            return {**part, "values": papers, "properties": demands} if papers else None
        if key.startswith("fee_") and not fees:
            return None
        return {**part, "values": fees} if key == "fee_case" else part

    return change


def _process(plan: Plan) -> Change:
    """A supplement is asked for only where the legal clock can stand meanwhile."""

    def change(part: Component) -> Component | None:
        if plan.corrects:
            return part
        hidden = part.get("conditional", {}).get("hide", "")
        kept = {
            key: value for key, value in part.items() if key != "conditional" or "processing_decision" not in hidden
        }
        return None if part.get("key") == "processing_decision" else kept

    return change


def _keyed(step: str) -> Change:
    """The fields of a step's form have keys of their own: two steps may have such a form."""
    return lambda part: {**part, "key": f"{part['key']}_{slug(step).lower()}"} if "key" in part else part


def _from(template: str, change: Change = lambda part: part, **words: str) -> list[Component]:
    """The components of a template, each as `change` makes it (None leaves it out), with `words` in its gaps."""
    text = files(__package__).joinpath(f"templates/{template}.form").read_text("utf-8")

    def changed(parts: list[Component]) -> list[Component]:
        kept = [made for part in parts if (made := change(part)) is not None]
        return [{**part, "components": changed(part["components"])} if "components" in part else part for part in kept]

    def filled(value: Any) -> Any:
        match value:
            case str():
                return value.replace("{words}", words.get("words", "{words}"))
            case dict():
                return {key: filled(each) for key, each in value.items()}
            case list():
                return [filled(each) for each in value]
        return value

    made: list[Component] = filled(changed(json.loads(text)["components"]))
    return made


def _written(id: str, components: list[Component]) -> bytes:
    """A form as form-js keeps it."""
    form = {
        "components": components,
        "type": "default",
        "id": id,
        "schemaVersion": 19,
        "executionPlatform": "Camunda Platform",
        "executionPlatformVersion": "7.23.0",
    }
    return (json.dumps(form, ensure_ascii=False, indent=1) + "\n").encode()


def fee_case(at: int) -> str:
    return f"case_{at + 1}"


def fee_text(amount: int) -> str:
    """An amount as decisions write it: ``750.000 đồng``."""
    return said("fee", amount=f"{amount:,}".replace(",", "."))
