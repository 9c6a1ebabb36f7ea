"""The way of a case: the decision's steps in a row, and round them what the software adds, each with its note."""

from __future__ import annotations

from runner.authoring.skeleton import forms, quotation
from runner.authoring.skeleton.description import Step
from runner.authoring.skeleton.plan import REMIND_DAYS, Plan, Work
from runner.authoring.skeleton.sketch import Element, Sketch, Timer, slug
from runner.authoring.skeleton.words import added, said
from runner.domain.case import CaseOutcome, ClockMark


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

    def task(
        self,
        step: Step,
        verb: str,
        form: str,
        words: str = "",
        name: str = "",
        clock: str = "",
        limit: Timer | None = None,
    ) -> Element:
        """A task of a step: it carries out the `words` of the decision, and is called by them without a `name`."""
        return Element(
            "userTask",
            f"Task_{slug(step.id)}_{verb}",
            quotation.named(step.id, name or quotation.bare(words)),
            step.lane,
            form=form,
            properties={"step": step.id, **({"clock": clock} if clock else {})},
            limit=limit,
            quoted=words,
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
        self.then(Element("startEvent", "Start_submitted", said("start"), step.lane))
        sketch.messages.append((None, "Start_submitted", said("dossier")))
        words = quotation.opening(step.lines)
        receive = self.then(self.task(step, "receive", forms.intake_id(self.plan), words))
        after = self.plan.steps[1].id
        outcomes = [
            {"id": "complete", "label": said("complete"), "text": "", "next": after, "form": said("form_01")},
            {"id": "incomplete", "label": said("incomplete"), "text": "", "next": "dossier_incomplete"},
        ]
        complete = self.gateway("dossier_complete", said("ask_complete"), step, outcomes, "Is the dossier complete?")
        self.ends = [(complete, said("incomplete"), "")]
        self.incomplete(step, receive)
        self.ends = [(complete, said("complete"), 'intake_decision = "complete"')]
        self.then(self.service("allot_number", said("allot_number"), "allot_number"))
        if self.plan.description.fees:
            self.then(self.service("pin_fee", said("pin_fee"), "pin_fee"))
        if step.days is not None:
            self.forward(step)

    def incomplete(self, step: Step, receive: str) -> None:
        """A dossier that is not complete is supplemented before it is received, or refused at the counter."""
        sketch = self.sketch
        supplement, refuse = (
            quotation.about(step.lines, said("clues.supplement")),
            quotation.about(step.lines, said("clues.refuse")),
        )
        outcomes = [
            {
                "id": "supplement",
                "label": said("supplement"),
                "text": supplement,
                "next": step.id,
                "form": said("form_02"),
            },
            {
                "id": "refuse",
                "label": said("refuse"),
                "text": refuse,
                "next": "end_not_accepted",
                "form": said("form_03"),
            },
        ]
        question, english = said("ask_incomplete"), "What is done with an incomplete dossier?"
        gateway = self.gateway("dossier_incomplete", question, step, outcomes, english)
        name = quotation.bare(quotation.consequence(supplement)) or said("guide")
        guide = sketch.add(
            self.task(step, "guide", "bo-sung-ho-so", supplement, name),
            "" if supplement else added("guide"),
        )
        wait = sketch.add(self.waiting(f"Task_{slug(step.id)}_wait", supplement))
        sketch.flow(gateway, guide, said("supplement"))
        sketch.flow(guide, wait)
        sketch.flow(wait, receive)
        sketch.messages += [(guide, None, said("form_02")), (None, wait, said("supplemented"))]
        name = quotation.bare(quotation.consequence(refuse)) or said("refusal")
        refusal = sketch.add(
            self.task(step, "refuse", "tu-choi-tiep-nhan", refuse, name),
            "" if refuse else added("refusal"),
        )
        sketch.flow(gateway, refusal, said("refuse"), 'intake_decision = "refuse"')
        sketch.messages.append((refusal, None, said("form_03")))
        sketch.flow(refusal, sketch.add(self.end(CaseOutcome.NOT_ACCEPTED, said("not_accepted"))))

    def forward(self, step: Step) -> None:
        """The first step's time needs a task after the receipt, from which the legal clock runs."""
        words = quotation.about(step.lines, said("clues.forward_dossier"), said("clues.receipt"))
        self.then(
            self.task(
                step,
                "forward",
                "chuyen-ho-so",
                words,
                "" if words else said("forward"),
                clock=self.clock(0),
                limit=self.plan.limit(step),
            ),
            "" if words else added("forward"),
        )

    def waiting(self, id: str, words: str = "", clock: str = "", reminder: Timer | None = None) -> Element:
        """A task that waits for the applicant: outside of the time of every step."""
        return Element(
            "userTask",
            id,
            said("wait"),
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
            {"id": "no", "label": said("no"), "text": "", "next": self.plan.steps[number + 1].id},
            {"id": "supplement", "label": said("yes"), "text": "", "next": step.id, "form": said("form_02")},
        ]
        gateway = self.gateway(
            "supplement_needed", said("ask_supplement"), step, outcomes, "Must the dossier be supplemented?"
        )
        guide = sketch.add(
            self.task(step, "guide", "bo-sung-ho-so", "", said("slip"), limit=limit),
            added("supplement", days=REMIND_DAYS),
        )
        reminder = Timer(said("diagram.reminder", days=REMIND_DAYS), "timeDuration", f"PT{24 * REMIND_DAYS}H")
        wait = sketch.add(self.waiting(f"Task_{id}_wait", clock=ClockMark.PAUSE, reminder=reminder))
        self.again = sketch.add(
            self.task(step, "reprocess", forms.again(self.plan), "", said("reprocess"), limit=limit),
            added("returned" if self.plan.reviewed else "corrected"),
        )
        sketch.flow(gateway, guide, said("yes"), 'processing_decision = "supplement"')
        sketch.flow(guide, wait)
        sketch.flow(wait, self.again)
        sketch.messages += [(guide, None, said("form_02")), (None, wait, said("supplemented"))]
        self.ends = [(gateway, said("no"), ""), (self.again, "", "")]

    def review(self, number: int) -> None:
        """A step that approves, or returns for correction."""
        step, review = self.plan.steps[number], forms.reviewing(self.plan, number)
        words = quotation.opening(step.lines)
        start = ClockMark.START if number == self.plan.timed[0] else ""
        self.then(self.task(step, "approve", review.form, words, clock=start, limit=self.plan.limit(step)))
        outcomes = [
            {"id": "approve", "label": review.answer, "text": "", "next": self.plan.steps[number + 1].id},
            {"id": "return", "label": said("again"), "text": "", "next": self.plan.steps[self.plan.process or 0].id},
        ]
        gateway = self.gateway(f"approved_{slug(step.id)}", review.question, step, outcomes, "Is the result approved?")
        self.sketch.flow(gateway, self.again, said("again"))
        self.ends = [(gateway, review.answer, f'{review.field} = "approve"')]

    def stop(self, number: int) -> None:
        """Stop the legal clock after the last timed step, where none of its tasks does: a case may come back to it."""
        if number == self.plan.timed[-1] and not self.stopped:
            self.stopped = True
            step = self.plan.steps[number]
            name, properties = said("done"), {"step": step.id, "clock": ClockMark.STOP}
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
                    step,
                    "notify",
                    forms.notice(self.plan),
                    words,
                    clock=self.clock(number),
                    limit=self.plan.limit(step),
                )
            )
            self.stop(number)
            collect = self.then(
                Element("userTask", "Task_collect", said("collect"), step.lane, form=form, quoted=words),
                added("collect", step=step.id),
            )
        self.sketch.messages.append((collect, None, said("result")))

    def result(self) -> None:
        """The ends by the result, which the processing step decided."""
        step = self.plan.steps[-1]
        outcomes = [
            {"id": "granted", "label": said("granted"), "text": "", "next": "end_granted"},
            {"id": "refused", "label": said("refused"), "text": "", "next": "end_refused"},
        ]
        gateway = self.gateway("result", said("ask_result"), step, outcomes, "What is the result?")
        for outcome, name, condition in (
            (CaseOutcome.GRANTED, said("granted"), 'draft_result = "granted"'),
            (CaseOutcome.REFUSED, said("refused"), ""),
        ):
            end = self.sketch.add(self.end(outcome, said("diagram.ended", what=name.lower())))
            self.sketch.flow(gateway, end, name, condition)
