"""A calendar's revisions and what an edit does, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from runner.domain.calendar import Calendar
from runner.domain.calendar_edit import Difference, differences
from runner.domain.deployment import Decision, Revision
from runner.language import say
from runner.services.calendars import Calendars
from runner.services.recounts import Effect

KINDS: Final = {"off": "nghỉ", "work": "làm việc"}


@dataclass(frozen=True, slots=True)
class RevisionReport:
    """A revision, what it changed of the one before (nothing, of the first), and what a director decided of it."""

    revision: Revision
    changes: list[Difference]
    decision: Decision | None


def history(calendars: Calendars, province: str) -> list[RevisionReport]:
    """The revisions of a province's calendar, the newest first. Raises `CalendarUnknown`."""
    decisions = calendars.decisions(province)
    calendars.get(province)
    reports: list[RevisionReport] = []
    before: Calendar | None = None
    for revision in calendars.revisions(province):
        after = calendars.revision(province, revision.revision)
        changes = differences(before, after) if before else []
        reports.append(RevisionReport(revision, changes, decisions.get(revision.revision)))
        before = after
    return reports[::-1]


def decided(decision: Decision) -> str:
    """What a director decided of the promises that a revision would move earlier."""
    said = "Lãnh đạo đồng ý dời ngày hẹn sớm hơn" if decision.approved else "Lãnh đạo giữ nguyên ngày đã hẹn"
    return say(said)


def notes(effect: Effect) -> Iterator[str]:
    """What is to be known of a case that an edit moves."""
    if effect.printed:
        yield say("đã in giấy hẹn")
    if effect.earlier:
        yield say("sớm hơn, chờ lãnh đạo duyệt")
