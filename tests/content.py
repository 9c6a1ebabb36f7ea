"""Content that tests and measures make up: the facts of a procedure and of its province, written with its diagram."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the decision: what `lane` does in so many working days."""

    id: str
    text: str
    lane: str
    title_en: str
    days: int

    def __str__(self) -> str:
        return f"""
[[steps]]
id = "{self.id}"
text = ["{self.text}"]
actors = "Chuyên viên"
lanes = ["{self.lane}"]
title_en = "{self.title_en}"
duration = {{text = "{self.days:02} ngày", days = "{self.days}"}}
"""


def facts(code: str, title: str, title_en: str, steps: Iterable[Step]) -> str:
    """The facts of a procedure that takes twelve working days."""
    head = f"""
code = "{code}"
title = "{title}"
title_en = "{title_en}"
kind = "test"
form_set = "tt01-2018"
channels = []
conditions = []
applicants = ""
authority = ""
received_at = ""
notes = []
silent = ["channels", "conditions", "applicants", "authority", "received_at", "notes",
  "time.counted_from", "apology.text"]
[decision]
number = "1"
date = 2022-01-01
title = "Quyết định"
issuer = "Sở"
signer = "Giám đốc"
effective = 2022-01-01
[time]
limit = "12"
unit = "working-days"
text = "12 ngày làm việc"
counted_from = ""
[apology]
working_days_before = 1
text = ""
in_decision = false
"""
    return head + "".join(map(str, steps))


def province(code: str) -> str:
    """The facts of a province that works from Monday to Friday, from half past seven to five."""
    return f"""
code = "{code}"
name = "{code.capitalize()}"
agency = "Sở"
division = "Phòng"
centre = "Trung tâm"
case_number = "000.00.00.{code[0].upper()}00"
weekly_off = ["saturday", "sunday"]
years = [2022, 2023, 2024, 2025, 2026, 2027]
[lanes]
specialist = "Chuyên viên"
[[hours]]
sessions = [["07:30", "11:30"], ["13:30", "17:00"]]
"""


def write(folder: Path, code: str, diagram: str, facts: str, forms: Mapping[str, str]) -> Path:
    """Write a procedure, its province and its forms into `folder` (anew, when it is there); the diagram's path."""
    path = folder / f"bpmn/{code}.bpmn"
    path.parent.mkdir(parents=True, exist_ok=True)
    (folder / "forms").mkdir(exist_ok=True)
    path.write_text(diagram, encoding="utf-8")
    path.with_suffix(".toml").write_text(facts, encoding="utf-8")
    path.with_name("province.toml").write_text(province(path.parent.name), encoding="utf-8")
    for id, text in forms.items():
        (folder / f"forms/{id}.form").write_text(text, encoding="utf-8")
    return path
