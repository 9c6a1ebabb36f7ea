"""What a change of a case was and did, kept in the order of the changes for those who judge the whole course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from runner.domain import entry
from runner.domain.calendar import Calendar
from runner.domain.case import CaseStatus, ClockState
from runner.domain.entry import Command
from runner.engine.advance import Advance, Moment
from runner.engine.errors import EngineFault

if TYPE_CHECKING:
    from runner.engine.instance import Instance


@dataclass(frozen=True, slots=True)
class Act:
    """One change. `promised` and `clock` are the case's due moment and its legal clock as they were before it."""

    command: Command
    at: datetime
    actor: str
    calendar: Calendar
    promised: datetime | None
    clock: ClockState
    advance: Advance

    @property
    def person(self) -> str:
        """The account whose act it is: of one that is tried again, the account that had tried."""
        return self.command.on_behalf_of or self.actor


def carry_out(instance: Instance, command: Command, moment: Moment) -> Advance:
    """Do to a case what `command` asks for."""
    match command:
        case entry.Start(values=values, semantics=semantics):
            return instance.start(values, semantics, moment)
        case entry.Claim(task=task, owner=owner):
            return instance.claim(task, owner, moment)
        case entry.Assign(task=task, owner=owner):
            return instance.own(task, owner, moment)
        case entry.Release(task=task):
            return instance.own(task, None, moment)
        case entry.Submit(task=task, values=values):
            return instance.submit(task, values, moment)
        case entry.FireTimer(timer=timer):
            return instance.fire(timer, moment)
        case entry.DeliverMessage(message=message, values=values):
            return instance.deliver(message, values, moment)
        case entry.AnswerRequest(request=request, result=result):
            return instance.answer(request, result, moment)
        case entry.Cancel():
            return instance.end(CaseStatus.CANCELLED, moment)
        case entry.Discard():
            return instance.end(CaseStatus.DISCARDED, moment)
        case entry.Recount(approved_by=approved_by):
            return instance.recount(moment, approved=approved_by is not None)
    raise EngineFault(reason=command.kind)
