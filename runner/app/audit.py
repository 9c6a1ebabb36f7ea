"""The services of auditors."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from runner.app.core import CoreServices

if TYPE_CHECKING:
    from runner.audit.course import Courses
    from runner.audit.find import Find
    from runner.audit.many.counting import ManyCases


class AuditServices(CoreServices):
    """What reads the record."""

    @cached_property
    def courses(self) -> Courses:
        from runner.audit.course import Courses

        return Courses(self.audit, self.procedures)

    @cached_property
    def find(self) -> Find:
        from runner.audit.find import Find

        return Find(self.database, self.versions)

    @cached_property
    def many_cases(self) -> ManyCases:
        from runner.audit.many.counting import ManyCases

        return ManyCases(self.database, self.versions)
