"""What another version does to a case, in words."""

from __future__ import annotations

from runner import formatting
from runner.domain.impact import CaseImpact, Obstacle, TaskImpact
from runner.domain.migration import MigrationOrder
from runner.language import say
from runner.reports import vocabulary
from runner.reports.deadline import allowed


def reason(task: TaskImpact) -> str:
    """Why an open task is due at another moment, or what else becomes of it; "" where nothing does."""
    if task.opens:
        return say("việc này mở khi chuyển")
    if task.closes:
        return say("việc này không còn khi chuyển")
    if task.before == task.after:
        return ""
    old, new = task.limit_before, task.limit_after
    if task.lawful and old and new and old.unit == new.unit:
        return f"{formatting.number(old.days)} → {allowed(new)}"
    if task.lawful:
        none = say("không có hạn")
        return f"{allowed(old) if old else none} → {allowed(new) if new else none}"
    return say("theo thời hạn của các bước khác")


def limits(impacts: list[CaseImpact]) -> list[str]:
    """The limits of steps that the law changed, each once: ``B3: 2,5 → 2 ngày làm việc``."""
    tasks = (task for each in impacts for task in each.tasks if task.lawful and task.before != task.after)
    return list(dict.fromkeys(f"{task.step or task.name}: {reason(task)}" for task in tasks))


def obstacle(found: Obstacle) -> str:
    """What keeps a case on its version."""
    return vocabulary.incident(found.template, found.facts)


def fault(order: MigrationOrder) -> str:
    """Why an order was not carried out; "" where it was."""
    return vocabulary.incident(order.fault["template"], order.fault["facts"]) if order.fault else ""
