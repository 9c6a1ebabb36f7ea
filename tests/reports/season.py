"""A season of an office, made of a seed: dossiers of two procedures come and go through people now here, now not."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from runner.domain.case import GOING_ON, CaseStatus, ClockState
from runner.domain.person import LaneKind, Person, Role
from runner.domain.task import Task
from tests.procedures.values import ANSWERS
from tests.world import ROOT, World, local, person

FULL = os.environ.get("MOTCUA_FAULTS") == "full"
CODES = ("ha-tinh/QT.BC.01", "ben-tre/39")
AUDITOR = Person("both", "Kiểm tra hai tỉnh", frozenset({("ha-tinh", Role.AUDITOR), ("ben-tre", Role.AUDITOR)}))
WAYS = ("direct", "post", "online")
REASON = "Nhiều hồ sơ cùng lúc"
NONE_DONE = {"Task_B1_wait": 0.5, "Task_B7_return": 0.5}
"""How often these are left for another day: it is the applicant who comes or does not."""


class Season(World):
    """So many cases from the end of September 2022 on, each on a way of its own, some still open at the end."""

    def __init__(self, url: str, folder: Path, seed: int, count: int) -> None:
        super().__init__(url, folder, "2022-09-26 08:00")
        self.random = Random(seed)
        self.deploy(*(ROOT / f"bpmn/{code}.bpmn" for code in CODES))
        self.runner.people.save(AUDITOR)
        self.staff = [Person(f"officer-{n}", f"Chuyên viên {n}", person("specialist").groups) for n in range(2)]
        for each in self.staff:
            self.runner.people.save(each)
        self.open_cases: list[int] = []
        for _ in range(count):
            self._pass()
            self._begin()
            for _ in range(self.random.randrange(2, 14)):
                self._work()
        self._withdraw(timedelta(0))
        self._withdraw(timedelta(days=3))
        self.clock.set(max(self.now, local("2022-12-30 16:00")))
        self.runner.tick()

    def _withdraw(self, after: timedelta) -> None:
        """One of the open dossiers is taken back so long after the moment at which it is due."""
        for case in self.open_cases:
            self.case = case
            if self.row.clock == ClockState.RUNNING and (due := self.row.due) and due > self.now:
                self.clock.set(due + after)
                self.runner.cases.cancel(case, "Đổi ý", person("one_stop_clerk", self.row.province), self.now)
                break

    def _pass(self) -> None:
        """Time goes on, over lunch, nights and weekends too."""
        self.later(minutes=self.random.choice((3, 12, 50, 90, 300)))
        if self.random.random() < 0.1:
            self.runner.tick()

    def _begin(self) -> None:
        self.start(self.random.choice(CODES))
        self.open_cases.append(self.case)

    def _work(self) -> None:
        """Somebody does something with one of the open cases."""
        self._pass()
        if not self.open_cases:
            return
        self.case = self.random.choice(self.open_cases)
        if self.row.received and self.random.random() < 0.02:
            self.runner.cases.cancel(self.case, "Đổi ý", person("one_stop_clerk", self.row.province), self.now)
        elif opened := [each for each in self.tasks if each.closed is None]:
            self._touch(self.random.choice(opened))
        if self.row.status not in GOING_ON:
            self.open_cases.remove(self.case)

    def _touch(self, task: Task) -> None:
        """Take a task, give it back, or do it."""
        who, chance = self._who(task), self.random.random()
        if self.random.random() < NONE_DONE.get(task.element, 0.0):
            return
        if task.owner is None and chance < 0.35:
            self.runner.tasks.claim(self.case, task.id, who, self.now)
        elif task.owner is not None and chance < 0.05 and self.row.status != CaseStatus.DRAFT:
            self.runner.tasks.release(self.case, task.id, who, self.now)
        else:
            late = {"late_reason": REASON} if task.overdue(self.now) else {}
            self.runner.tasks.submit(self.case, task.id, self._answers(task) | late, who, self.now)

    def _who(self, task: Task) -> Person:
        """Its owner, or somebody who may have it."""
        place = self.row.province
        kind = self.runner.procedures.version(self.row.version).province.kinds.get(task.lane)
        able = [person(task.lane, place), *(self.staff if (place, kind) == ("ha-tinh", LaneKind.SPECIALIST) else ())]
        return next((each for each in able if each.id == task.owner), None) or self.random.choice(able)

    def _answers(self, task: Task) -> dict[str, Any]:
        answers = dict(ANSWERS[task.form])
        if task.element.endswith("_receive"):
            answers["channel"] = self.random.choice(WAYS)
            if "intake_decision" in answers and self.random.random() < 0.1:
                answers["intake_decision"] = "refuse"
        if task.element == "Task_B3_appraise" and self.random.random() < 0.4:
            answers |= {"appraisal_decision": "supplement", "inspection_needed": None}
        if task.element == "Task_B4_initial" and self.random.random() < 0.15:
            answers |= {"lead_decision": "return", "lead_opinion": "Xem lại căn cứ"}
        return answers
