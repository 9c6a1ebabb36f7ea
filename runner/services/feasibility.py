"""Whether the limits of a procedure and its province's working calendar leave every step time to work."""

from __future__ import annotations

from runner.domain.calendar import Calendar
from runner.lint.conformance import comparison, feasibility
from runner.lint.conformance.feasibility import Feasibility
from runner.lint.content import Content
from runner.services.version import Version

__all__ = ["Feasibility", "proof"]


def proof(version: Version, calendar: Calendar) -> Feasibility | None:
    """What `calendar` makes of a version's limits; None where its facts do not say where the legal clock runs."""
    read = comparison.read(version.diagram, Content(version.forms, facts=version.procedure))
    return feasibility.feasibility(read, calendar) if read else None
