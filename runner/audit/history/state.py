"""What was in force at a moment, by the revisions and enforcements that were recorded until then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from runner.domain.calendar import Calendar
from runner.domain.calendar_edit import differences
from runner.domain.deployment import Decision, Deployed, Enforcement, Revision
from runner.domain.procedure import Province
from runner.domain.submission import Submission
from runner.reports import organisation as words
from runner.reports.organisation import LaneReport
from runner.services.version_cache import Versions
from runner.store import organisation, recount, registry, submission
from runner.store.session import Transaction


@dataclass(frozen=True, slots=True)
class CalendarState:
    """A calendar with its revision, what it changed of the one before, and what a director decided of it."""

    revision: Revision
    calendar: Calendar
    changes: Sequence[str]
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class OrganisationState:
    """An organisation with its revision, its lanes, and what it changed of the one before."""

    revision: Revision
    place: Province
    lanes: Sequence[LaneReport]
    changes: Sequence[str]


@dataclass(frozen=True, slots=True)
class InForce:
    """What counted for new cases of a procedure: a version, or (None) its repeal."""

    procedure: str
    enforcement: Enforcement
    version: Deployed | None


@dataclass(frozen=True, slots=True)
class DeploymentState:
    """The procedures of a province, and what waited for a second person."""

    procedures: Sequence[InForce]
    waiting: Sequence[Submission]


def newest(revisions: Sequence[Revision], moment: datetime) -> Revision | None:
    """The last revision that was made by `moment`."""
    return next((each for each in reversed(revisions) if each.at <= moment), None)


def calendar(tx: Transaction, versions: Versions, province: str, moment: datetime) -> CalendarState | None:
    """The calendar of a province; None where it had none yet."""
    found = newest(registry.revisions(tx, province), moment)
    if found is None:
        return None
    decision = recount.decisions(tx, province).get(found.revision)
    return CalendarState(
        found,
        versions.calendar(tx, province, found.revision),
        calendar_changes(tx, versions, province, found.revision),
        decision if decision and decision.at <= moment else None,
    )


def calendar_changes(tx: Transaction, versions: Versions, province: str, revision: int) -> list[str]:
    """What a revision of a calendar changed of the one before; nothing, of the first."""
    if revision <= 1:
        return []
    before, after = (versions.calendar(tx, province, each) for each in (revision - 1, revision))
    return [each.text for each in differences(before, after)]


def place(tx: Transaction, versions: Versions, province: str, moment: datetime) -> Province | None:
    """The organisation of a province; where it had none yet, what its lanes are called now."""
    found = newest(organisation.revisions(tx, province), moment)
    if found is None:
        return versions.organisation_in_force(tx, province)
    return versions.organisation(tx, province, found.revision)


def organised(tx: Transaction, versions: Versions, province: str, moment: datetime) -> OrganisationState | None:
    """The organisation of a province with its lanes; None where it had none yet."""
    found = newest(organisation.revisions(tx, province), moment)
    held = versions.organisation(tx, province, found.revision) if found else None
    if found is None or held is None:
        return None
    changes = organisation_changes(tx, versions, province, found.revision)
    return OrganisationState(found, held, words.lanes(held), changes)


def organisation_changes(tx: Transaction, versions: Versions, province: str, revision: int) -> list[str]:
    """What a revision of an organisation changed of the one before; nothing, of the first."""
    before, after = (versions.organisation(tx, province, each) for each in (revision - 1, revision))
    return words.sentences(before, after) if before and after else []


def deployed(tx: Transaction, province: str, moment: datetime) -> DeploymentState:
    """What was in force of every procedure of a province, and what waited."""
    known = [each for each in registry.versions(tx) if each.province == province and each.at <= moment]
    versions = {each.digest: each for each in known}
    procedures, waiting = [], []
    for procedure in sorted({each.procedure for each in known}):
        found = in_force(registry.enforcements(tx, procedure), moment)
        if found:
            procedures.append(InForce(procedure, found, versions.get(found.version or "")))
        waiting += [each for each in submission.of_procedure(tx, procedure) if waited(each, moment)]
    return DeploymentState(procedures, waiting)


def in_force(recorded: Sequence[Enforcement], moment: datetime) -> Enforcement | None:
    """The enforcement that counted at `moment`, of those recorded by then (in their order).

    What was put into force at once while the clock was ahead counts from the earliest clock of it and all recorded
    later, as it does for new cases.
    """
    best: tuple[datetime, int] | None = None
    found, earliest = None, datetime.max.replace(tzinfo=moment.tzinfo)
    for each in reversed([each for each in recorded if each.at <= moment]):
        earliest = min(earliest, each.at)
        at_once = each.effective <= each.at
        begun = min(each.effective, earliest) if at_once else each.effective
        if (each.effective <= moment or at_once) and (best is None or (begun, each.number) > best):
            best, found = (begun, each.number), each
    return found


def waited(made: Submission, moment: datetime) -> bool:
    """Whether a submission was made and not decided by `moment`."""
    return made.at <= moment and (made.decided is None or made.decided > moment)
