"""What the linter asks about the files beside a diagram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from runner.domain.decision import Table
from runner.domain.form import Form
from runner.domain.procedure import Procedure


class Content(Protocol):
    """The forms, the decision tables, the other diagrams and the decision's facts that a diagram relies on."""

    @property
    def steps(self) -> Mapping[str, str | None] | None:
        """The decision's steps with their limit in days (``"2.5"``; None where it sets none); None without facts."""

    @property
    def facts(self) -> Procedure | None:
        """The decision's facts; None where there are none."""

    def table(self, id: str) -> Table | None:
        """The decision table, None where there is none."""

    def schema(self, id: str) -> Form | None:
        """The form, None where there is none that can be read."""

    def form(self, id: str) -> bool:
        """Whether the form exists."""

    def called(self, id: str) -> bool:
        """Whether another diagram holds the executable process `id`."""
