"""The services of auditors."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from runner.app.record import RecordServices

if TYPE_CHECKING:
    from runner.audit.course import Courses
    from runner.audit.evidence.service import Evidence
    from runner.audit.find import AuditFind
    from runner.audit.history.service import Histories
    from runner.audit.many.counting import ManyCases
    from runner.audit.mining.export import Mining
    from runner.audit.mining.jobs import MiningJobs
    from runner.audit.news import News
    from runner.audit.reexecution import Reexecutions
    from runner.audit.rules import RuleAudit
    from runner.audit.sampling.samples import Samples
    from runner.audit.unusual import Unusual
    from runner.audit.verification import Verification


class AuditServices(RecordServices):
    """What reads the record."""

    @cached_property
    def courses(self) -> Courses:
        from runner.audit.course import Courses

        return Courses(self.audit, self.procedures)

    @cached_property
    def reexecutions(self) -> Reexecutions:
        from runner.audit.reexecution import Reexecutions

        return Reexecutions(self.courses)

    @cached_property
    def evidence(self) -> Evidence:
        from runner.audit.evidence.service import Evidence

        return Evidence(self.audit, self.procedures, self.record_log, self.witnesses, self.public_keys())

    @cached_property
    def find(self) -> AuditFind:
        from runner.audit.find import AuditFind

        return AuditFind(self.database, lambda: self.versions)

    @cached_property
    def unusual(self) -> Unusual:
        from runner.audit.unusual import Unusual

        return Unusual(self.database, self.versions)

    @cached_property
    def news(self) -> News:
        from runner.audit.news import News

        return News(self.database)

    @cached_property
    def histories(self) -> Histories:
        from runner.audit.history.service import Histories

        return Histories(self.database, self.versions)

    @cached_property
    def many_cases(self) -> ManyCases:
        from runner.audit.many.counting import ManyCases

        return ManyCases(self.database, self.versions)

    @cached_property
    def mining(self) -> Mining:
        from runner.audit.mining.export import Mining

        return Mining(self.database, self.versions)

    @cached_property
    def mining_jobs(self) -> MiningJobs:
        from runner.audit.mining.jobs import MiningJobs

        return MiningJobs(self.database, self.mining, self._now)

    @cached_property
    def rule_audit(self) -> RuleAudit:
        from runner.audit.rules import RuleAudit

        return RuleAudit(self.transactions, self.laws, self.procedures)

    @cached_property
    def samples(self) -> Samples:
        from runner.audit.sampling.samples import Samples

        return Samples(self.database, self.versions)

    @cached_property
    def verification(self) -> Verification:
        from runner.audit.verification import Verification
        from runner.audit.verification.heads import HeadSource

        return Verification(
            self.database, lambda: HeadSource.of(self.public_keys(), self.settings.heads_file, self.witnesses)
        )
