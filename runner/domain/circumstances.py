"""What every entry of a journal has beside its body: who acted through which channel, and by what it was counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from runner.domain.channel import Channel
from runner.domain.payload import Part
from runner.domain.person import Person


@dataclass(frozen=True, slots=True)
class Actor(Part):
    """Who acted, as they were at that moment: the name, and the sorted lanes in the case's province."""

    name: str
    lanes: tuple[str, ...]

    @classmethod
    def of(cls, person: Person, province: str) -> Self:
        """`person` as the journal of a case of `province` keeps them."""
        return cls(person.name, tuple(person.lanes(province)))


@dataclass(frozen=True, slots=True)
class Circumstances(Part):
    """What an entry has beside its body.

    `calendar` is the calendar's revision by which a command counted, 0 of an entry that speaks about the record.
    `organisation` is the organisation's revision by which it or an erasure was permitted; 0 of others, and of entries
    from before organisations had revisions: the version's own province then.
    `done` are the values that automatic work gave, by request id: a replay reads them instead of doing the work again.
    `via` is the channel through which the actor acted; None in entries from before channels were recorded.
    """

    who: Actor
    calendar: int = 0
    done: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    organisation: int = 0
    via: Channel | None = None
