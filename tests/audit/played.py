"""Three cases of QT.BC.01 at moments that are easily counted: one all the way, one supplemented, one refused early."""

from __future__ import annotations

from pathlib import Path

from runner.domain.person import Person, Role
from tests.procedures.dossier import Dossier
from tests.world import person

CODE = "ha-tinh/QT.BC.01"
AUDITOR = Person("loan", "Trịnh Thị Loan", frozenset({("ha-tinh", Role.AUDITOR)}))
OTHER = Person("xa", "Thanh tra Sở", frozenset({("ha-tinh", "auditor@so-xd")}))
"""One who reads every case of Hà Tĩnh, and one who reads those of another agency there."""
REST = (
    ("2022-10-03 08:00", "Task_B3_draft_licence"),
    ("2022-10-03 09:00", "Task_B4_initial"),
    ("2022-10-03 10:00", "Task_B5_approve"),
    ("2022-10-03 11:00", "Task_B6_issue"),
)


class Played(Dossier):
    """The office on Thursday, 6 October 2022, at half past four in the afternoon."""

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url, folder, CODE, "2022-09-26 08:00")
        for who in (AUDITOR, OTHER):
            self.runner.people.save(who)
        for _ in range(2):
            self.start(CODE)
        self._on("2022-09-26 09:00", "Task_B1_receive", 1, 2)
        self._take("2022-09-26 10:00", "Task_B2_forward", 1)
        self._on("2022-09-26 11:00", "Task_B2_forward", 1)
        self.case = 2
        self.at("2022-09-28 11:00").do("Task_B2_forward", late_reason="Họp cả ngày")  # half a day was allowed
        self.case = 3
        self.at("2022-09-28 14:00").do("Task_B1_receive", intake_decision="refuse")
        self.do("Task_B1_refuse")
        self._take("2022-09-29 07:30", "Task_B3_appraise", 1)
        self._on("2022-09-29 11:30", "Task_B3_appraise", 1)
        self.case = 2
        self.at("2022-09-29 14:00").do("Task_B3_appraise", appraisal_decision="supplement", inspection_needed=None)
        self.do("Task_B3_guide")
        for moment, element in REST:
            self._on(moment, element, 1)
        self._on("2022-10-03 14:00", "Task_B3_wait", 2)
        self._on("2022-10-03 15:00", "Task_B6_update", 1)
        self._on("2022-10-03 16:00", "Task_B7_return", 1)
        self.at("2022-10-06 16:30")

    def _on(self, moment: str, element: str, *cases: int) -> None:
        self.at(moment)
        for self.case in cases:
            self.do(element)

    def _take(self, moment: str, element: str, case: int) -> None:
        self.at(moment)
        self.case = case
        task = self.task(element)
        self.runner.tasks.claim(case, task.id, person(task.lane), self.now)
