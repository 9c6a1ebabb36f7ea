"""The way of a case: the decision's steps in a row, and round them what the software adds, each with its note."""

from __future__ import annotations

from typing import Any, Final

from runner.authoring.skeleton import forms, quotation
from runner.authoring.skeleton.description import Step
from runner.authoring.skeleton.plan import REMIND_DAYS, Plan, Work
from runner.authoring.skeleton.sketch import ADDED, Element, Sketch, Timer, slug
from runner.domain.case import CaseOutcome, ClockMark

AGAIN: Final = "Trả lại để hoàn chỉnh"
RETURNED: Final = "trả lại để hoàn chỉnh, thời hạn của hồ sơ không đổi."
CORRECTED: Final = "xử lý lại sau khi hồ sơ được bổ sung."
SUPPLEMENTED: Final = (
    f"yêu cầu bổ sung một lần khi đang xử lý, dừng tính thời hạn; sau {REMIND_DAYS} ngày thì nhắc người nộp."
)


def way(plan: Plan) -> Sketch:
    """The main flow: the steps with their limits, supplement, return for correction, refusal, results."""
    found = _Way(plan)
    found.intake()
    found.stop(0)
    for number in range(1, len(plan.steps)):
        match plan.works[number]:
            case Work.PROCESS if plan.corrects:
                found.process(number)
            case Work.REVIEW:
                found.review(number)
            case Work.RETURN:
                found.hand_over(number)
            case _:
                found.do(number)
        found.stop(number)
    found.result()
    return found.sketch


class _Way:
    """A sketch that grows at its `ends`: flows that lead on, each with its source, its name and its condition."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.sketch = Sketch()
        self.ends: list[tuple[str, str, str]] = []
        self.again = ""
        """The task that a reviewer returns to."""
        self.stopped = False

    def then(self, element: Element, note: str = "") -> str:
        """Lead all ends to an element, from which the way goes on."""
        self.sketch.add(element, note)
        for source, name, condition in self.ends:
            self.sketch.flow(source, element.id, name, condition)
        self.ends = [(element.id, "", "")]
        return element.id

    def task(self, step: Step, verb: str, form: str, words: str = "", name: str = "", **more: Any) -> Element:
        """A task of a step: it carries out the `words` of the decision, and is called by them without a `name`."""
        properties = {"step": step.id, **({"clock": more.pop("clock")} if more.get("clock") else {})}
        more.pop("clock", None)
        label = quotation.named(step.id, name or words)
        return Element(
            "userTask",
            f"Task_{slug(step.id)}_{verb}",
            label,
            step.lane,
            form=form,
            properties=properties,
            quoted=words,
            **more,
        )

    def gateway(self, id: str, question: str, step: Step, outcomes: list[dict[str, str]], english: str) -> str:
        """A gateway that asks what a branch of the facts asks."""
        self.sketch.branches.append(
            {"id": id, "step": step.id, "question": question, "question_en": english, "outcomes": outcomes}
        )
        return self.then(Element("exclusiveGateway", f"Gateway_{id}", question, step.lane))

    def clock(self, number: int) -> str:
        """The mark of a step's only task: where the legal term starts or stops."""
        timed = self.plan.timed
        if number == timed[0]:
            return ClockMark.START
        if number == timed[-1]:
            self.stopped = True
            return ClockMark.STOP
        return ""

    def end(self, outcome: str, name: str) -> Element:
        properties = {"outcome": outcome}
        return Element("endEvent", f"End_{outcome}", name, self.plan.steps[0].lane, properties=properties, final=True)

    # -- receiving ----------------------------------------------------------------------------------------------------

    def intake(self) -> None:
        step, sketch = self.plan.steps[0], self.sketch
        self.then(Element("startEvent", "Start_submitted", "Nộp hồ sơ", step.lane))
        sketch.messages.append((None, "Start_submitted", "Hồ sơ"))
        words = quotation.opening(step.lines)
        receive = self.then(self.task(step, "receive", forms.intake_id(self.plan), words))
        supplement = quotation.about(step.lines, "bổ sung")
        refuse = quotation.about(step.lines, "từ chối")
        after = self.plan.steps[1].id
        gateway = self.gateway(
            "dossier_complete",
            "Hồ sơ đầy đủ?",
            step,
            [
                {"id": "complete", "label": "Đầy đủ", "text": "", "next": after, "form": "Mẫu 01"},
                {"id": "incomplete", "label": "Không đầy đủ", "text": "", "next": "dossier_incomplete"},
            ],
            "Is the dossier complete?",
        )
        self.ends = [(gateway, "Không đầy đủ", "")]
        outcomes = [
            {"id": "supplement", "label": "Yêu cầu bổ sung", "text": supplement, "next": step.id, "form": "Mẫu 02"},
            {"id": "refuse", "label": "Từ chối tiếp nhận", "text": refuse, "next": "end_not_accepted", "form": "Mẫu 03"},
        ]
        incomplete = self.gateway(
            "dossier_incomplete", "Xử lý hồ sơ thế nào?", step, outcomes, "What is done with an incomplete dossier?"
        )
        guide = sketch.add(
            self.task(step, "guide", "bo-sung-ho-so", supplement, quotation.consequence(supplement) or "Yêu cầu bổ sung hồ sơ (Mẫu 02)"),
            "" if supplement else f"{ADDED}yêu cầu bổ sung, hoàn thiện hồ sơ khi tiếp nhận.",
        )
        wait = sketch.add(self.waiting(f"Task_{slug(step.id)}_wait", supplement))
        sketch.flow(incomplete, guide, "Yêu cầu bổ sung")
        sketch.flow(guide, wait)
        sketch.flow(wait, receive)
        sketch.messages += [(guide, None, "Mẫu 02"), (None, wait, "Hồ sơ bổ sung")]
        refusing = sketch.add(
            self.task(step, "refuse", "tu-choi-tiep-nhan", refuse, quotation.consequence(refuse) or "Từ chối tiếp nhận (Mẫu 03)"),
            "" if refuse else f"{ADDED}từ chối tiếp nhận (Mẫu 03) theo Thông tư số 01/2018/TT-VPCP.",
        )
        sketch.flow(incomplete, refusing, "Từ chối tiếp nhận", 'intake_decision = "refuse"')
        sketch.messages.append((refusing, None, "Mẫu 03"))
        sketch.flow(refusing, sketch.add(self.end(CaseOutcome.NOT_ACCEPTED, "Không tiếp nhận hồ sơ")))
        self.ends = [(gateway, "Đầy đủ", 'intake_decision = "complete"')]
        self.then(self.service("allot_number", "Cấp mã hồ sơ", "allot_number"))
        if self.plan.description.fees:
            self.then(self.service("pin_fee", "Chốt mức phí", "pin_fee"))
        if step.days is not None:
            self.forward(step)

    def forward(self, step: Step) -> None:
        """The first step's time needs a task after the receipt, from which the legal clock runs."""
        words = quotation.about(step.lines, "chuyển hồ sơ", "giấy tiếp nhận")
        self.then(
            self.task(
                step,
                "forward",
                "chuyen-ho-so",
                words,
                "" if words else "Giao giấy hẹn, chuyển hồ sơ xử lý",
                clock=self.clock(0),
                limit=self.plan.limit(step),
            ),
            "" if words else f"{ADDED}giao giấy hẹn, chuyển hồ sơ; thời hạn tính từ khi cấp mã hồ sơ.",
        )

    def waiting(self, id: str, words: str = "", clock: str = "", reminder: Timer | None = None) -> Element:
        """A task that waits for the applicant: outside of the time of every step."""
        return Element(
            "userTask",
            id,
            "Chờ, nhận hồ sơ bổ sung",
            self.plan.steps[0].lane,
            form="nhan-ho-so-bo-sung",
            properties={"clock": clock} if clock else {},
            reminder=reminder,
            quoted=words,
        )

    def service(self, verb: str, name: str, topic: str) -> Element:
        return Element("serviceTask", f"Service_{verb}", name, self.plan.steps[0].lane, topic=topic)

    # -- working ------------------------------------------------------------------------------------------------------

    def do(self, number: int) -> None:
        """A step of one task."""
        step = self.plan.steps[number]
        form, words = forms.of_step(self.plan, number), quotation.opening(step.lines)
        self.then(
            self.task(step, "do", form, words, clock=self.clock(number), limit=self.plan.limit(step)),
        )

    def process(self, number: int) -> None:
        """The step that decides on the result; there the dossier can be supplemented once, while the clock stands."""
        step, sketch, limit = self.plan.steps[number], self.sketch, self.plan.limit(self.plan.steps[number])
        words, id = quotation.opening(step.lines), slug(step.id)
        start = ClockMark.START if number == self.plan.timed[0] else ""
        self.then(self.task(step, "process", forms.of_step(self.plan, number), words, clock=start, limit=limit))
        outcomes = [
            {"id": "no", "label": "Không", "text": "", "next": self.plan.steps[number + 1].id},
            {"id": "supplement", "label": "Có", "text": "", "next": step.id, "form": "Mẫu 02"},
        ]
        gateway = self.gateway(
            "supplement_needed", "Cần yêu cầu bổ sung?", step, outcomes, "Must the dossier be supplemented?"
        )
        guide = sketch.add(
            self.task(step, "guide", "bo-sung-ho-so", "", "Lập phiếu yêu cầu bổ sung hồ sơ (Mẫu 02)", limit=limit),
            ADDED + SUPPLEMENTED,
        )
        reminder = Timer(f"Sau {REMIND_DAYS} ngày", "timeDuration", f"PT{24 * REMIND_DAYS}H")
        wait = sketch.add(self.waiting(f"Task_{id}_wait", clock=ClockMark.PAUSE, reminder=reminder))
        self.again = sketch.add(
            self.task(step, "reprocess", forms.again(self.plan), "", "Xử lý lại hồ sơ đã bổ sung, bị trả lại", limit=limit),
            ADDED + (RETURNED if self.plan.reviewed else CORRECTED),
        )
        sketch.flow(gateway, guide, "Có", 'processing_decision = "supplement"')
        sketch.flow(guide, wait)
        sketch.flow(wait, self.again)
        sketch.messages += [(guide, None, "Mẫu 02"), (None, wait, "Hồ sơ bổ sung")]
        self.ends = [(gateway, "Không", ""), (self.again, "", "")]

    def review(self, number: int) -> None:
        """A step that approves, or returns for correction."""
        step, review = self.plan.steps[number], forms.reviewing(self.plan, number)
        words = quotation.opening(step.lines)
        start = ClockMark.START if number == self.plan.timed[0] else ""
        self.then(self.task(step, "approve", review.form, words, clock=start, limit=self.plan.limit(step)))
        outcomes = [
            {"id": "approve", "label": review.answer, "text": "", "next": self.plan.steps[number + 1].id},
            {"id": "return", "label": AGAIN, "text": "", "next": self.plan.steps[self.plan.process or 0].id},
        ]
        gateway = self.gateway(f"approved_{slug(step.id)}", review.question, step, outcomes, "Is the result approved?")
        self.sketch.flow(gateway, self.again, AGAIN)
        self.ends = [(gateway, review.answer, f'{review.field} = "approve"')]

    def stop(self, number: int) -> None:
        """Stop the legal clock after the last timed step, where none of its tasks does: a case may come back to it."""
        if number == self.plan.timed[-1] and not self.stopped:
            self.stopped = True
            step = self.plan.steps[number]
            name, properties = "Báo người nộp hồ sơ: đã giải quyết", {"step": step.id, "clock": ClockMark.STOP}
            self.then(
                Element("serviceTask", "Service_done", name, step.lane, topic="notify_applicant", properties=properties)
            )

    # -- returning ----------------------------------------------------------------------------------------------------

    def hand_over(self, number: int) -> None:
        """The last step; with a limit of its own it ends before the applicant comes, whose time is nobody's delay."""
        step, words = self.plan.steps[number], quotation.opening(self.plan.steps[number].lines)
        form = forms.returning(self.plan)
        if step.days is None:
            collect = self.then(self.task(step, "return", form, words))
        else:
            self.then(
                self.task(
                    step, "notify", forms.notice(self.plan), words, clock=self.clock(number), limit=self.plan.limit(step)
                )
            )
            self.stop(number)
            collect = self.then(
                Element("userTask", "Task_collect", "Trả kết quả cho người nộp", step.lane, form=form, quoted=words),
                f"{ADDED}việc giao kết quả tách khỏi bước {step.id}; người nộp đến nhận muộn không làm hồ sơ quá hạn.",
            )
        self.sketch.messages.append((collect, None, "Kết quả"))

    def result(self) -> None:
        """The ends by the result, which the processing step decided."""
        step = self.plan.steps[-1]
        outcomes = [
            {"id": "granted", "label": "Chấp thuận", "text": "", "next": "end_granted"},
            {"id": "refused", "label": "Từ chối", "text": "", "next": "end_refused"},
        ]
        gateway = self.gateway("result", "Kết quả giải quyết?", step, outcomes, "What is the result?")
        for outcome, name, condition in (
            (CaseOutcome.GRANTED, "Chấp thuận", 'draft_result = "granted"'),
            (CaseOutcome.REFUSED, "Từ chối", ""),
        ):
            end = self.sketch.add(self.end(outcome, f"Đã trả kết quả: {name.lower()}"))
            self.sketch.flow(gateway, end, name, condition)
