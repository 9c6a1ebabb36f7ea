"""Whether a procedure's diagrams keep a rule: on every way, or the shortest way that breaks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from runner import feel, formatting
from runner.bpmn import Diagram, Node, timer
from runner.bpmn.graph import reached
from runner.bpmn.timer import TimerRule
from runner.clock import ZONE
from runner.domain import fee as fees
from runner.domain.calendar import Calendar
from runner.domain.form import Form
from runner.domain.limit import Unit
from runner.domain.person import LaneKind
from runner.errors import DiagramInvalid, MotcuaError
from runner.language import say
from runner.law import judge
from runner.law.event import names
from runner.law.monitor import Seen, follow
from runner.law.net import Net
from runner.law.reader import SELECTORS
from runner.law.rule import Pattern, Rule
from runner.law.walk import Found, Move, Walk

NO_LIMIT = "“{task}” không có thời hạn nên không chắc được làm kịp."
LIMITS_LONGER = "Thời hạn của các bước trên đường này cộng lại là {days} ngày, quy tắc cho {allowed} ngày."
OTHER_UNIT = "“{task}” tính thời hạn bằng loại ngày khác với quy tắc."
NO_MARK = "“{task}” không có mốc nhắc trước hạn của hồ sơ."
LATE_MARK = "Mốc “{mark}” muộn hơn hạn mà quy tắc đặt ra."
NO_TASK = "Sơ đồ không có việc này."
SAME_LANE = "“{task}” và “{other}” cùng thuộc một vai trò."
WRONG_LANE = "“{task}” không thuộc vai trò được làm việc này."
NOT_WHOLE = "Sơ đồ có quá nhiều trạng thái nên chưa xét được hết mọi đường."


class Verdict(StrEnum):
    """What is found of a rule and a diagram."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_APPLICABLE = "not-applicable"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class DiagramVerdict:
    """`path`: the names of what is done on the shortest way that breaks the rule, `moves` the same with the answers."""

    rule: Rule
    verdict: Verdict
    why: str = ""
    path: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A procedure's diagrams with what is beside them. `unit` is how its steps count days."""

    diagram: Diagram
    called: Sequence[Diagram]
    forms: Mapping[str, Form]
    kinds: Mapping[str, LaneKind]
    unit: Unit
    calendar: Calendar


def examine(rules: Sequence[Rule], drawn: Drawn) -> Iterator[DiagramVerdict]:
    """The verdict on each rule."""
    net = Net(drawn.diagram, drawn.called, drawn.forms)
    for rule in rules:
        watcher = _Watcher(rule, net, drawn)
        found = Walk(net, watcher).search()
        yield _verdict(rule, net, watcher, found)


def _verdict(rule: Rule, net: Net, watcher: _Watcher, found: Found) -> DiagramVerdict:
    if found.why:
        path = tuple(net.nodes[move.element].name or move.element for move in found.path)
        return DiagramVerdict(rule, Verdict.BROKEN, found.why, path, found.path)
    if not found.whole:
        return DiagramVerdict(rule, Verdict.UNDECIDED, say(NOT_WHOLE))
    if not watcher.applies:
        if rule.if_overdue:
            return DiagramVerdict(rule, Verdict.BROKEN, say(NO_TASK))
        return DiagramVerdict(rule, Verdict.NOT_APPLICABLE)
    return DiagramVerdict(rule, Verdict.HOLDS)


_SUBJECTS: Final[Mapping[Pattern, tuple[str, ...]]] = {
    Pattern.EXISTS: ("when",),
    Pattern.ABSENT: ("when",),
    Pattern.NOT_SAME_PERSON: ("task", "other"),
}
"""What must come about on some way for a rule to apply; of the other patterns it is the task."""
_TELLS_LAST: Final = frozenset({Pattern.ABSENT, Pattern.ANSWERED_WITHIN})
"""The patterns whose sentence names a task that was done before."""


@dataclass(frozen=True, slots=True)
class _State:
    """`steps` are those whose limits are running since the task that asks for an answer, with their days."""

    seen: Seen
    lanes: frozenset[tuple[str, str]] = frozenset()
    steps: tuple[tuple[str, Fraction], ...] = ()
    last: str = ""


class _Watcher:
    """One rule on the ways of a net: what it sees, and on which ways it applies."""

    def __init__(self, rule: Rule, net: Net, drawn: Drawn) -> None:
        self.rule, self.net, self.drawn = rule, net, drawn
        self.met: set[str] = set()
        self._known: dict[str, list[tuple[datetime, datetime]]] = {}
        signs: dict[str, tuple[str, ...]] = {}
        for id, node in net.nodes.items():
            if keys := tuple(key for key in SELECTORS if (s := getattr(rule, key)) and names(s, node, drawn.kinds)):
                signs[id] = keys
        self.signs = signs
        selectors = [selector for key in SELECTORS if (selector := getattr(rule, key))]
        wanted = frozenset(name for selector in selectors for name in selector.values)
        paid = rule.pattern == Pattern.ONLY_IF_PAID
        self.wanted = wanted | (fees.PAYMENTS.keys() if paid else frozenset())
        pricing = {id for id, node in net.nodes.items() if paid and _prices(node)}
        alone = {id for id, node in net.nodes.items() if rule.nothing_else and node.type == "userTask"}
        answers = {id for id, keys in signs.items() if "answer" in keys}
        self.between = frozenset(
            node.id
            for node in net.nodes.values()
            if node.type == "userTask" and reached([node.id], net.after) & answers
        )
        """The tasks from which an answer is reached: those whose time goes before it."""
        self.concerned = frozenset({*signs, *pricing, *alone})

    @property
    def applies(self) -> bool:
        """Whether what the rule speaks of came about on some way."""
        subjects = _SUBJECTS.get(self.rule.pattern, ("task",))
        needed = {each for each in subjects if each != "when" or self.rule.when}
        if self.rule.pattern == Pattern.ONLY_IF_PAID:
            needed |= {"price"}
        return needed <= self.met

    def begin(self) -> object:
        return _State(Seen())

    def happens(self, seen: object, node: Node, given: Mapping[str, object], path: str) -> tuple[object, str]:
        assert isinstance(seen, _State)  # noqa: S101  what `begin` gave
        keys = [key for key in self.signs.get(node.id, ()) if getattr(self.rule, key).fits(given)]
        paid = any(given.get(box) is True for box in fees.PAYMENTS)
        priced = self.rule.pattern == Pattern.ONLY_IF_PAID and _prices(node)
        self.met |= {*keys, *(["price"] if priced else [])}
        if node.type == "endEvent":
            keys += self._ended(node)
        before = seen.seen
        now, broken = follow(self.rule, before, keys, paid=paid, priced=priced)
        last = node.name if "task" in keys else seen.last
        state = replace(seen, seen=now, last=last if self.rule.pattern in _TELLS_LAST else "")
        if broken:
            about = {"task": last or node.name, "most": self.rule.most}
            return state, say(judge.PLAIN[self.rule.pattern], **about)
        match self.rule.pattern:
            case Pattern.NOT_SAME_PERSON:
                return self._same(state, node, keys)
            case Pattern.ONLY_IN_LANE:
                return state, self._lane(node, keys)
            case Pattern.NOT_AFTER if "task" in keys:
                return state, self._marked(node)
            case Pattern.ANSWERED_WITHIN:
                return self._timed(state, before.open, node, keys)
        return state, ""

    def _ended(self, node: Node) -> list[str]:
        when, outcome = self.rule.when, node.properties.get("outcome")
        found = ["when"] if when and outcome and outcome in when.outcome else []
        self.met |= set(found)
        return found

    def over(self, seen: object) -> tuple[object, str]:
        assert isinstance(seen, _State)  # noqa: S101
        now, broken = follow(self.rule, seen.seen, (), over=True)
        return replace(seen, seen=now), say(judge.PLAIN[self.rule.pattern], task=seen.last) if broken else ""

    # -- people -------------------------------------------------------------------------------------------------------

    def _same(self, state: _State, node: Node, keys: Sequence[str]) -> tuple[_State, str]:
        """The diagram keeps two people apart where their tasks are in different lanes."""
        for key, others in (("task", "other"), ("other", "task")):
            if key in keys:
                if (others, node.lane or "") in state.lanes:
                    named = {id for id, signs in self.signs.items() if others in signs}
                    other = next(n.name for n in self.net.nodes.values() if n.id in named and n.lane == node.lane)
                    return state, say(SAME_LANE, task=node.name, other=other)
                state = replace(state, lanes=state.lanes | {(key, node.lane or "")})
        return state, ""

    def _lane(self, node: Node, keys: Sequence[str]) -> str:
        allowed = self.drawn.kinds.get(node.lane or "") in self.rule.lanes
        if "task" in keys and not allowed:
            return say(WRONG_LANE, task=node.name)
        if self.rule.nothing_else and node.type == "userTask" and allowed and "task" not in keys:
            return say(judge.WRONG_TASK, task=node.name)
        return ""

    # -- time ---------------------------------------------------------------------------------------------------------

    def _timed(self, state: _State, open: bool, node: Node, keys: Sequence[str]) -> tuple[_State, str]:
        """Between a task and its answer, the limits of the steps add up to no more than the rule allows."""
        why = ""
        if open and node.id in self.between and node.properties.get("clock") != "pause":
            rule = self._limit(node)
            if rule is None or rule.limit is None:
                why = say(NO_LIMIT, task=node.name)
            elif rule.limit.unit != self.rule.unit:
                why = say(OTHER_UNIT, task=node.name)
            else:
                step = node.properties.get("step") or node.id
                steps = dict(state.steps) | {step: rule.limit.days}
                state = replace(state, steps=tuple(sorted(steps.items())))
                total, allowed = sum(steps.values(), Fraction(0)), self.rule.days or Fraction(0)
                if total > allowed:
                    days = {"days": formatting.number(float(total)), "allowed": formatting.number(float(allowed))}
                    why = say(LIMITS_LONGER, **days)
        if not state.seen.open or "task" in keys:
            state = replace(state, steps=())
        return state, why

    def _limit(self, node: Node) -> TimerRule | None:
        rules = [self._timer(each) for each in self.net.boundaries.get(node.id, ()) if not each.interrupting]
        return next((rule for rule in rules if rule and rule.limit), None)

    def _timer(self, event: Node) -> TimerRule | None:
        try:
            return timer.read(event.timer, self.drawn.unit) if event.timer else None
        except (DiagramInvalid, feel.FeelError):
            return None

    def _marked(self, node: Node) -> str:
        """A moment before the case's own tells in time: on the task itself, and where its event sub-process begins."""
        marks = [each for each in self.net.boundaries.get(node.id, ()) if self._moments(each)]
        parent = self.net.nodes.get(node.parent)
        begins = [each for each in self.net.starts(node.parent) if parent and parent.triggered_by_event]
        if not marks:
            return say(NO_MARK, task=node.name)
        for event in (*begins, *marks):
            moments = self._moments(event)
            if not moments or any(at > latest for at, latest in moments):
                return say(LATE_MARK, mark=event.name or event.id)
        return ""

    def _moments(self, event: Node) -> list[tuple[datetime, datetime]]:
        """The same as `_counted`, counted once."""
        if event.id not in self._known:
            self._known[event.id] = self._counted(event)
        return self._known[event.id]

    def _counted(self, event: Node) -> list[tuple[datetime, datetime]]:
        """When an event comes about, for cases due on each day of some weeks, and the latest moment of the rule."""
        rule, calendar = self._timer(event), self.drawn.calendar
        if rule is None or rule.expression is None or not rule.legal:
            return []
        first = datetime(max(calendar.years), 3, 1, 12, tzinfo=ZONE)
        found = []
        for days in range(28):
            due = calendar.day_close(first + timedelta(days=days))
            try:
                at = timer.due(rule, event.id, due, calendar, due, _evaluate)
            except MotcuaError:
                return []
            if at is None:
                return []
            found.append((at, judge.latest(calendar, due, self.rule.days_before_due or 0)))
        return found


def _evaluate(expression: feel.Expression, given: Mapping[str, object], functions: timer.Functions) -> object:
    return feel.evaluate(expression, given, functions)


def _prices(node: Node) -> bool:
    """Whether a node fixes the fee of a case."""
    return node.topic == "pin_fee" or (node.type == "businessRuleTask" and node.result == "fee")
