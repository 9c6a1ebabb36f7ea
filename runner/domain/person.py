"""Who acts, and in which lanes of which provinces."""

from __future__ import annotations

from dataclasses import dataclass

ADMINISTRATOR = "administrator"
"""The lane of those who mend incidents and edit calendars; it is in no diagram."""
ANALYST = "analyst"
"""The lane of those who draw the procedures; it is in no diagram."""
AUDITOR = "auditor"
"""The lane of those who check the record; it is in no diagram."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `groups` are its (province, lane) memberships; `email` is "" where none is known."""

    id: str
    name: str
    groups: frozenset[tuple[str, str]] = frozenset()
    email: str = ""

    def lanes(self, province: str) -> list[str]:
        """The lanes in which this person works in `province`, sorted."""
        return sorted(lane for each, lane in self.groups if each == province)


SYSTEM = Person("system", "Hệ thống")
"""The actor of what nobody does: timers, answers of outside work, incidents."""
