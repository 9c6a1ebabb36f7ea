"""When the result of a case was promised: on the receipt, and later, moved by a pause or a change of the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runner import formatting
from runner.domain.deadline import Deadline, Pause
from runner.language import say


@dataclass(frozen=True, slots=True)
class Appointment:
    """A due moment (UTC), None while the clock is paused; `reason`: why it is another one than before, "" at first."""

    due: datetime | None
    reason: str = ""


class AppointmentBuilder:
    """Goes along the journal from the acceptance on and notes each new appointment."""

    def __init__(self) -> None:
        self.made: list[Appointment] = []
        self.pauses = 0
        self.occasion = ""

    def add(self, promise: Deadline | None, occasion: str) -> None:
        """Take over the case's deadline as an entry left it; `occasion` is what the entry says of a pause or a move."""
        if promise is None:
            return
        if promise.paused and len(promise.pauses) > self.pauses:
            self.occasion = occasion
        if promise.due and promise.due != (self.made[-1].due if self.made else None):
            reason = "; ".join(map(self._reason, promise.pauses[self.pauses :])) or occasion
            self.made.append(Appointment(promise.due, reason if self.made else ""))
            self.pauses = len(promise.pauses)

    def standing(self, promise: Deadline | None) -> tuple[Appointment, ...]:
        """The appointments, with the one that is still open while `promise` is paused."""
        if promise is None or not promise.paused:
            return tuple(self.made)
        return (*self.made, Appointment(None, self._reason(promise.pauses[-1])))

    def _reason(self, pause: Pause) -> str:
        since = formatting.moment(pause.since)
        if pause.until:
            text = say("tạm dừng từ {since} đến {until}", since=since, until=formatting.moment(pause.until))
        else:
            text = say("đang tạm dừng từ {since}", since=since)
        return f"{text}: {self.occasion}" if self.occasion else text
