"""Forty ways in which a rule is broken, each by one change: of a diagram or its forms, or of what people did."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from lxml import etree

from runner import bpmn
from runner.domain.entry import Submit
from runner.domain.form import read as read_form
from runner.services import content
from runner.services.bundle import Bundle
from tests.law.course import Deed
from tests.procedures.mutation import Element, move, named, past, removed, swap, time
from tests.world import ROOT

Edit = Callable[[Element], None]


@dataclass(frozen=True, slots=True)
class DiagramSeed:
    """The change of a procedure's diagram (or of a form) that breaks `rule`. `seen` is whether a case can show it.

    What only concerns time or lanes is seen on the diagram before anybody acts.
    """

    name: str
    procedure: str
    rule: str
    edit: Edit = lambda root: None
    form: str = ""
    change: Callable[[dict[str, Any]], None] = lambda form: None
    seen: bool = True


def target(flow: str, to: str) -> Edit:
    """Lead a flow elsewhere."""

    def edit(root: Element) -> None:
        found = named(root, flow)
        before = named(root, found.get("targetRef") or "")
        for each in before.findall("{*}incoming"):
            if each.text == flow:
                before.remove(each)
        found.set("targetRef", to)
        entering = etree.Element(f"{{{bpmn.BPMN}}}incoming")
        entering.text = flow
        named(root, to).insert(0, entering)

    return edit


def on(id: str, do: Callable[..., None], *how: str) -> Edit:
    """Do something to one element."""
    return lambda root: do(named(root, id), *how)


def several(*edits: Edit) -> Edit:
    def edit(root: Element) -> None:
        for each in edits:
            each(root)

    return edit


def form(task: str, id: str) -> Edit:
    return on(task, etree._Element.set, f"{{{bpmn.CAMUNDA}}}formRef", id)


def not_required(form: dict[str, Any]) -> None:
    for each in form["components"]:
        if each.get("key") == "fee_settled":
            del each["validate"]


HA, BEN = "ha-tinh/QT.BC.05", "ben-tre/39"
DIAGRAMS = (
    DiagramSeed("supplement again", HA, "one-supplement", target("Flow_B3_wait_B3_reappraise", "Task_B3_appraise")),
    DiagramSeed("supplement again", BEN, "one-supplement", target("Flow_2_wait_2_reprocess", "Task_2_process")),
    DiagramSeed(
        "apology again",
        HA,
        "one-new-appointment",
        target("Flow_apology_send_End_apology_sent", "Gateway_apology_needed"),
    ),
    DiagramSeed(
        "apology on the last day",
        HA,
        "apology-in-time",
        on("Timer_apology_sign", time, "=case_due"),
        seen=False,
    ),
    DiagramSeed("apology without a mark", BEN, "apology-in-time", on("Timer_apology_sign", removed), seen=False),
    DiagramSeed(
        "apology begun too late",
        HA,
        "apology-in-time",
        on("Start_before_due", time, "=case_due"),
        seen=False,
    ),
    DiagramSeed("no apology", BEN, "apology-in-time", on("Sub_apology", removed), seen=False),
    DiagramSeed("initials left out", HA, "initials-before-signature", on("Task_B4_initial", past)),
    DiagramSeed(
        "signed when sent back",
        HA,
        "initials-before-signature",
        on("Gateway_B4_lead", swap, "Flow_B4_lead_B5_approve", "targetRef"),
    ),
    DiagramSeed(
        "submission left out", BEN, "initials-before-signature", target("Flow_supplement_3_submit", "Task_4_approve")
    ),
    DiagramSeed(
        "drafter's lane signs",
        HA,
        "drafter-never-signs",
        on("Task_B5_approve", move, "specialist"),
        seen=False,
    ),
    DiagramSeed(
        "director drafts",
        BEN,
        "drafter-never-signs",
        on("Task_2_reprocess", move, "director"),
        seen=False,
    ),
    DiagramSeed("signature left out", HA, "delivered-after-signed", target("Flow_B4_lead_B5_approve", "Task_B6_issue")),
    DiagramSeed("notice unsigned", HA, "delivered-after-signed", target("Flow_B3_lead_B3_sign", "Task_B3_stamp")),
    DiagramSeed(
        "delivered when sent back",
        BEN,
        "delivered-after-signed",
        on("Gateway_director", swap, "Flow_director_5_record", "targetRef"),
    ),
    DiagramSeed("notice unstamped", HA, "numbered-before-delivered", on("Task_B3_stamp", past)),
    DiagramSeed("not issued", HA, "numbered-before-delivered", on("Task_B6_issue", past)),
    DiagramSeed("not registered", BEN, "numbered-before-delivered", on("Task_5_record", past)),
    DiagramSeed("no box for the fee", HA, "fee-before-result", form("Task_B7_return", "tra-ket-qua-khong-phi")),
    DiagramSeed("the fee may stay open", HA, "fee-before-result", form="tra-ket-qua", change=not_required),
    DiagramSeed(
        "receipt within five days",
        BEN,
        "receipt-within-day",
        on("Timer_1_forward", time, "P5D"),
        seen=False,
    ),
    DiagramSeed("receipt without a limit", HA, "receipt-within-day", on("Timer_B2_forward", removed), seen=False),
    DiagramSeed("no receipt", BEN, "receipt-within-day", on("Task_1_forward", past)),
    DiagramSeed(
        "issued by a specialist",
        HA,
        "records-clerk-only-numbers",
        on("Task_B6_issue", move, "specialist"),
        seen=False,
    ),
    DiagramSeed(
        "records clerk files",
        HA,
        "records-clerk-only-numbers",
        on("Task_B6_update", move, "records_clerk"),
        seen=False,
    ),
    DiagramSeed("result without a number", BEN, "number-for-each-result", on("Service_allot_number", past)),
    DiagramSeed(
        "number for what is refused",
        HA,
        "no-number-when-not-accepted",
        several(
            target("Flow_Start_submitted_B1_receive", "Service_allot_number"),
            target("Flow_allot_number_fee", "Task_B1_receive"),
            target("Flow_complete_allot_number", "Rule_fee"),
        ),
    ),
    DiagramSeed(
        "number for what is returned",
        BEN,
        "no-number-when-not-accepted",
        several(
            target("Flow_Start_submitted_1_receive", "Service_allot_number"),
            target("Flow_allot_number_1_forward", "Task_1_receive"),
            target("Flow_complete_allot_number", "Task_1_forward"),
        ),
    ),
)  # fmt: skip  one seed a row or two


def seeded(seed: DiagramSeed) -> Bundle:
    """The procedure's files with the change."""
    bundle = content.load(ROOT / f"bpmn/{seed.procedure}.bpmn", ROOT)
    main = f"bpmn/{seed.procedure}.bpmn"
    root = etree.fromstring(bundle.files[main])
    seed.edit(root)
    files: dict[str, bytes] = {**bundle.files, main: etree.tostring(root)}
    for path in (ROOT / "forms").glob("*.form"):
        files.setdefault(f"forms/{path.name}", path.read_bytes())
    if seed.form:
        changed = json.loads(files[f"forms/{seed.form}.form"])
        seed.change(changed)
        files[f"forms/{seed.form}.form"] = json.dumps(changed).encode()
        read_form(files[f"forms/{seed.form}.form"])
    return Bundle.stored(seed.procedure, files)


@dataclass(frozen=True, slots=True)
class CourseSeed:
    """The change of what was done in a scenario that breaks `rule`."""

    name: str
    procedure: str
    scenario: str
    rule: str
    change: Callable[[Sequence[Deed]], Sequence[Deed]]


def by(element: str, other: str) -> Callable[[Sequence[Deed]], Sequence[Deed]]:
    """The task of `element` is done by who did the task of `other`, who has both lanes."""

    def change(deeds: Sequence[Deed]) -> list[Deed]:
        who = next(deed for deed in deeds if deed.element == other)
        return [
            replace(deed, actor=who.actor, lanes=(*deed.lanes, *who.lanes)) if deed.element == element else deed
            for deed in deeds
        ]

    return change


def outside(element: str, *lanes: str) -> Callable[[Sequence[Deed]], Sequence[Deed]]:
    """The task of `element` is done by somebody in other lanes."""
    return lambda deeds: [
        replace(deed, actor="somebody", lanes=lanes) if deed.element == element else deed for deed in deeds
    ]


def later(element: str, **by: float) -> Callable[[Sequence[Deed]], Sequence[Deed]]:
    """The task of `element`, and all that follows it, comes later."""

    def change(deeds: Sequence[Deed]) -> Iterator[Deed]:
        moved = timedelta()
        for deed in deeds:
            moved = timedelta(**by) if deed.element == element else moved
            yield replace(deed, at=deed.at + moved)

    return lambda deeds: list(change(deeds))


def answered(element: str, **values: object) -> Callable[[Sequence[Deed]], Sequence[Deed]]:
    """The task of `element` is done with other answers, as no form would take them."""

    def one(deed: Deed) -> Deed:
        if deed.element == element and isinstance(deed.command, Submit):
            return replace(deed, command=replace(deed.command, values={**deed.command.values, **values}))
        return deed

    return lambda deeds: [one(deed) for deed in deeds]


COURSES = (
    CourseSeed("drafter signs", HA, "granted", "drafter-never-signs", by("Task_B5_approve", "Task_B3_draft_licence")),
    CourseSeed(
        "drafter signs the notice", HA, "refused", "drafter-never-signs", by("Task_B3_sign", "Task_B3_draft_notice")
    ),
    CourseSeed("who processed it signs", BEN, "granted", "drafter-never-signs", by("Task_4_approve", "Task_2_process")),
    CourseSeed(
        "stamped outside its lane", HA, "granted", "records-clerk-only-numbers", outside("Task_B6_issue", "specialist")
    ),
    CourseSeed(
        "notice stamped outside its lane",
        HA,
        "refused",
        "records-clerk-only-numbers",
        outside("Task_B3_stamp", "division_lead"),
    ),
    CourseSeed(
        "registered outside its lane",
        BEN,
        "granted",
        "records-clerk-only-numbers",
        outside("Task_5_record", "specialist"),
    ),
    CourseSeed("receipt after three days", HA, "granted", "receipt-within-day", later("Task_B2_forward", days=3)),
    CourseSeed("receipt after a week", BEN, "refused", "receipt-within-day", later("Task_1_forward", days=7)),
    CourseSeed("apology after its day", HA, "apology", "apology-in-time", later("Task_apology_sign", days=2)),
    CourseSeed(
        "result without the fee", HA, "granted", "fee-before-result", answered("Task_B7_return", fee_settled=False)
    ),
    CourseSeed("not stamped", HA, "granted", "numbered-before-delivered", answered("Task_B6_issue", stamped=False)),
    CourseSeed(
        "receipt not given", BEN, "granted", "receipt-within-day", answered("Task_1_forward", receipt_given=False)
    ),
)  # fmt: skip  one seed a row or two
