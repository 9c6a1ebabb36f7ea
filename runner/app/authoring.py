"""The services of analysts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from runner.app.core import CoreServices

if TYPE_CHECKING:
    from runner.authoring.approvals import Approvals
    from runner.authoring.beginning import NewProcedures
    from runner.authoring.catalogue import Catalogue
    from runner.authoring.desktop import Desktop
    from runner.authoring.drafts import Drafts
    from runner.authoring.impact import Impacts
    from runner.authoring.retrospect import Retrospects
    from runner.authoring.tally import Tallies


class AuthoringServices(CoreServices):
    """Drafts, their checks, and what brings them into force."""

    @cached_property
    def procedure_drafts(self) -> Drafts:
        from runner.authoring.drafts import Drafts

        return Drafts(self.database)

    @cached_property
    def tallies(self) -> Tallies:
        from runner.authoring.tally import Tallies

        return Tallies(self.database)

    @cached_property
    def desktop(self) -> Desktop:
        from runner.authoring.desktop import Desktop

        return Desktop(self.database, self.procedure_drafts, self.approvals)

    @cached_property
    def catalogue(self) -> Catalogue:
        from runner.authoring.catalogue import Catalogue

        return Catalogue(self.procedures, self.procedure_drafts, self.tallies)

    @cached_property
    def new_procedures(self) -> NewProcedures:
        from runner.authoring.beginning import NewProcedures

        return NewProcedures(self.procedures, self.procedure_drafts)

    @cached_property
    def approvals(self) -> Approvals:
        from runner.authoring.approvals import Approvals

        return Approvals(self.database, self.versions)

    @cached_property
    def impacts(self) -> Impacts:
        from runner.authoring.impact import Impacts

        return Impacts(self.database, self.versions, self.procedure_drafts)

    @cached_property
    def retrospects(self) -> Retrospects:
        from runner.authoring.retrospect import Retrospects

        return Retrospects(self.impacts)
