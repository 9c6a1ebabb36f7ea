"""Whether the rules hold of what happened in a case, entry by entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from runner import formatting
from runner.domain import deadline as deadlines
from runner.domain.calendar import Calendar
from runner.domain.case import ClockState
from runner.domain.deadline import Deadline
from runner.domain.limit import Limit
from runner.domain.person import SYSTEM
from runner.domain.procedure import Province
from runner.law.event import END, Event
from runner.law.monitor import Seen, follow
from runner.law.rule import Pattern, Rule
from runner.law.violation import Violation

MISSING = "Hồ sơ kết thúc mà không có việc này."
PRESENT = "Hồ sơ có “{task}”."
TOO_OFTEN = "“{task}” được làm quá {most} lần."
NOT_BEFORE = "“{task}” được làm khi việc phải làm trước chưa có."
UNANSWERED = "Hồ sơ kết thúc mà việc phải làm sau “{task}” chưa có."
UNANSWERED_YET = "Sau “{task}”, việc phải làm đã quá hạn lúc {due}."
ANSWERED_LATE = "“{task}” được làm lúc {at}, sau hạn {due}."
AFTER = "“{task}” được làm lúc {at}, chậm nhất phải là {due}."
NEVER = "Hồ sơ quá hạn lúc {due} mà không có việc này; chậm nhất phải là {latest}."
SAME_PERSON = "“{task}” do {person} làm, cũng là người đã làm “{other}”."
UNPAID = "“{task}” được làm khi phí chưa nộp đủ."
WRONG_LANE = "“{task}” do {person} làm, không thuộc vai trò được làm việc này."
WRONG_TASK = "“{task}” không phải là việc của vai trò này."
PLAIN: Mapping[Pattern, str] = {
    Pattern.EXISTS: MISSING,
    Pattern.ABSENT: PRESENT,
    Pattern.AT_MOST: TOO_OFTEN,
    Pattern.BEFORE: NOT_BEFORE,
    Pattern.ANSWERED_WITHIN: UNANSWERED,
    Pattern.ONLY_IF_PAID: UNPAID,
}


def judge(
    rules: Iterable[tuple[int, Rule]], events: Sequence[Event], place: Province, now: datetime, since: int = 0
) -> Iterator[Violation]:
    """The violations in a case's events, rule by rule, of entries after `since`; `place` says what its lanes are.

    `rules` are numbered as the events' signs are. A case that goes on is judged as it stands `now`.
    """
    for number, rule in rules:
        if rule.begins and events and rule.begins > events[0].at.date():
            continue
        for violation in _Course(rule, number, events, place, now).violations():
            if violation.seq > since:
                yield violation


def concerns(number: int, rule: Rule, events: Sequence[Event]) -> bool:
    """Whether the last of a case's events may break a rule that its number stands for."""
    if rule.anywhere or (rule.at_end and events and events[-1].element == END):
        return True
    keys = rule.breaking
    return any(of == number and key in keys for event in events for of, key in event.signs)


@dataclass(slots=True)
class _Course:
    rule: Rule
    number: int
    events: Sequence[Event]
    place: Province
    now: datetime
    people: dict[str, dict[str, str]] = field(default_factory=lambda: {"task": {}, "other": {}})
    """Who did what the selectors name, each with the name of the last such task."""

    def violations(self) -> Iterator[Violation]:
        seen, last = Seen(), None
        for event in self.events:
            keys = [key for number, key in event.signs if number == self.number]
            last = event if "task" in keys else last
            over = event.element == END and event.outcome not in ("cancelled", "discarded")
            seen, broken = follow(self.rule, seen, keys, over=over, paid=event.paid, priced=event.priced)
            if broken:
                about = last if self.rule.pattern in (Pattern.ANSWERED_WITHIN, Pattern.ABSENT) else event
                yield self._found(event, PLAIN[self.rule.pattern], task=(about or event).name, most=self.rule.most)
            if self.rule.pattern == Pattern.NOT_SAME_PERSON:
                yield from self._same(event, keys)
            elif self.rule.pattern == Pattern.ONLY_IN_LANE:
                yield from self._lane(event, keys)
        if self.rule.pattern == Pattern.ANSWERED_WITHIN:
            yield from self._answered()
        elif self.rule.pattern == Pattern.NOT_AFTER:
            yield from self._not_after()

    def _found(self, event: Event, template: str, **facts: object) -> Violation:
        return Violation(self.rule, event.seq, event.at, event.element, template, facts)

    # -- people -------------------------------------------------------------------------------------------------------

    def _same(self, event: Event, keys: Sequence[str]) -> Iterator[Violation]:
        if not event.person or event.person == SYSTEM.id:
            return
        for key, others in (("task", "other"), ("other", "task")):
            if key in keys:
                if event.person in self.people[others]:
                    facts = {"person": event.called or event.person, "other": self.people[others][event.person]}
                    yield self._found(event, SAME_PERSON, task=event.name, **facts)
                self.people[key][event.person] = event.name

    def _lane(self, event: Event, keys: Sequence[str]) -> Iterator[Violation]:
        kinds, allowed = self.place.kinds, self.rule.lanes
        if "task" in keys:
            lanes = self.place.of_kind(*allowed)
            people = {self.place.performer(lane) for lane in lanes} | lanes
            drawn = kinds.get(event.lane) in allowed
            if not drawn or (event.lanes is not None and people.isdisjoint(event.lanes)):
                yield self._found(event, WRONG_LANE, task=event.name, person=event.called or event.person)
        elif self.rule.nothing_else and event.person and kinds.get(event.lane) in allowed:
            yield self._found(event, WRONG_TASK, task=event.name)

    # -- time ---------------------------------------------------------------------------------------------------------

    def _answered(self) -> Iterator[Violation]:
        """What was answered late, and what is not answered although its time is over."""
        limit = Limit(self.rule.days or Fraction(0), self.rule.unit)
        open: Deadline | None = None
        asked: Event | None = None
        for event in self.events:
            keys = [key for number, key in event.signs if number == self.number]
            if open and "answer" in keys:
                if open.due and event.at > open.due:
                    at, due = formatting.moment(event.at), formatting.moment(open.due)
                    yield self._found(event, ANSWERED_LATE, task=event.name, at=at, due=due)
                open = None
            if "task" in keys:
                open, asked = deadlines.step_deadline(event.calendar, event.at, limit), event
            if open and event.element == END:
                open = None
            if open:
                open = _clocked(open, event)
        if open and asked and open.due and self.now > open.due:
            yield self._found(asked, UNANSWERED_YET, task=asked.name, due=formatting.moment(open.due))

    def _not_after(self) -> Iterator[Violation]:
        """What was done too late before the promise; with `if_overdue`, what was not done before an overdue one."""
        done, late, days = False, None, self.rule.days_before_due or 0
        for event in self.events:
            if event.due is None:
                continue
            last_moment = latest(event.calendar, event.due, days)
            keys = [key for number, key in event.signs if number == self.number]
            if "task" in keys:
                done = True
                if event.at > last_moment:
                    at, due = formatting.moment(event.at), formatting.moment(last_moment)
                    yield self._found(event, AFTER, task=event.name, at=at, due=due)
            if event.clock == ClockState.RUNNING and event.at > event.due:
                late = late or (event, event.due)
        last = self.events[-1] if self.events else None
        if last and last.after == ClockState.RUNNING and last.promise and self.now > last.promise:
            late = late or (last, last.promise)
        if self.rule.if_overdue and not done and late:
            event, promised = late
            said = formatting.moment(latest(event.calendar, promised, days))
            yield self._found(event, NEVER, due=formatting.moment(promised), latest=said)


def _clocked(open: Deadline, event: Event) -> Deadline:
    """A deadline that stands while the case's clock does."""
    if event.after == ClockState.PAUSED and not open.paused:
        return deadlines.pause(open, event.calendar, event.at)
    if event.after != ClockState.PAUSED and open.paused:
        return deadlines.resume(open, event.calendar, event.at)
    return open


def latest(calendar: Calendar, due: datetime, days: int) -> datetime:
    """The close of the day so many working days before the promise; of none, the promise itself."""
    return calendar.day_close(calendar.subtract(due, 2 * days)) if days else due
