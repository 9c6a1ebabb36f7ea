"""What is looked at beside the cases: versions with their files, ids and numbers without gaps, the guards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from itertools import islice

from runner.audit.verification.registry import registry_faults
from runner.audit.verification.report_proof import report_faults
from runner.audit.verification.versions import ProvenVersions
from runner.domain.calendar import Calendar, local_date
from runner.domain.deployment import ProcedureUnknown
from runner.domain.epoch import Epoch
from runner.domain.verification import Check, Finding
from runner.errors import Busy
from runner.law import reader
from runner.store import content, epoch, gap, guard, law, organisation
from runner.store import registry as deployments
from runner.store.session import Transaction

Look = Callable[[Transaction, ProvenVersions], Iterator[Finding]]

_NUMBER = re.compile(r"(?P<agency>.+)-(?P<day>\d{6})-(?P<place>\d{4,})")
MOST = 5000
"""Rows that are read at once."""


def orphans(tx: Transaction, versions: ProvenVersions) -> Iterator[Finding]:
    """Rows of cases that have no journal."""
    for table, case in gap.orphans(tx):
        number = case if isinstance(case, int) else None
        yield Finding(Check.TABLES, "no journal", number, about=f"{table}[{case}]")


def case_gaps(tx: Transaction, versions: ProvenVersions) -> Iterator[Finding]:
    """Ids of cases that are missing. On PostgreSQL nothing follows from it: a change that is undone uses one up."""
    if tx.dialect.name != "sqlite":
        return
    left_out = epoch.epochs(tx)  # after a restore, ids go on behind what may have been given
    for before, id in gap.gaps(tx):
        if any(each.last_case <= before and id <= each.first_case for each in left_out):
            continue
        missing = f"#{before + 1}" if id == before + 2 else f"#{before + 1} – #{id - 1}"
        yield Finding(Check.NUMBERS, "cases missing", about=missing)


def number_gaps(tx: Transaction, versions: ProvenVersions) -> Iterator[Finding]:
    """Numbers of a day that no case has, that two have, or of which the counter knows nothing."""
    given: dict[tuple[str, str], set[int]] = {}
    after = ""
    while batch := gap.numbers(tx, after, MOST):
        after = batch[-1][0]
        for number, case in batch:
            if match := _NUMBER.fullmatch(number):
                places = given.setdefault((match["agency"], match["day"]), set())
                if int(match["place"]) in places:
                    yield Finding(Check.NUMBERS, "number twice", case, about=number)
                places.add(int(match["place"]))
    last = {(agency, day[2:].replace("-", "")): count for (agency, day), count in gap.allotted(tx).items()}
    left_out = epoch.epochs(tx)
    for agency, day in sorted(given.keys() | last.keys()):
        places, counted = given.get((agency, day), set()), last.get((agency, day), 0)
        first = max((each.numbers for each in left_out if _lost(each, day)), default=0) + 1
        gone = (place for place in range(first, max(counted, *places, 0) + 1) if place not in places)
        for missing in islice(gone, 100):
            yield Finding(Check.NUMBERS, "number missing", about=f"{agency}-{day}-{missing:04d}")
        if places and max(places) > counted:
            counter = f"case_number[{agency}, {day}].last"
            yield Finding(Check.NUMBERS, "column", about=counter, recorded=str(counted), computed=str(max(places)))


def _lost(epoch: Epoch, day: str) -> bool:
    """Whether numbers of a day (YYMMDD) may have been given by the database that was lost."""
    return f"{local_date(epoch.made):%y%m%d}" <= day <= f"{epoch.until:%y%m%d}"


def contents(tx: Transaction, versions: ProvenVersions) -> Iterator[Finding]:
    """Files that are not those of their digest, and versions that are not those of their files."""
    for digest, data in content.blobs(tx):
        if not isinstance(data, bytes) or sha256(data).digest() != digest:
            yield Finding(Check.VERSIONS, "blob altered", about=f"blob[{_hex(digest)}]")
    for deployed in deployments.versions(tx):
        about = f"{deployed.procedure} ({deployed.digest[:12]})"
        try:
            version = versions.get(tx, deployed.digest)
        except ProcedureUnknown:
            yield Finding(Check.VERSIONS, "version altered", about=about)
            continue
        except Busy:
            raise
        except Exception as error:  # whatever a file that was never checked makes its reader raise
            yield Finding(Check.VERSIONS, "version altered", about=about, recorded=type(error).__name__)
            continue
        if (deployed.procedure, deployed.province) != (version.procedure.code, version.province.code):
            yield Finding(Check.VERSIONS, "version altered", about=about)


def revisions(tx: Transaction, versions: ProvenVersions) -> Iterator[Finding]:
    """Revisions of calendars, organisations and rules that cannot be read, or are another's, and gaps between them."""
    for province in deployments.calendars(tx):
        for expected, found in enumerate(deployments.revisions(tx, province), 1):
            about = f"calendar_revision[{province}, {found.revision}]"
            yield from _revision(about, found.revision == expected, partial(_calendar, tx, province, expected))
    for province in organisation.provinces(tx):
        for expected, found in enumerate(organisation.revisions(tx, province), 1):
            about = f"organisation_revision[{province}, {found.revision}]"
            yield from _revision(about, found.revision == expected, partial(_place, tx, versions, province, expected))
    for province in law.provinces(tx):
        for expected, found in enumerate(law.revisions(tx, province), 1):
            about = f"law_revision[{province}, {found.revision}]"
            yield from _revision(about, found.revision == expected, partial(_rules, tx, province, expected))


def _revision(about: str, next: bool, own: Callable[[], bool]) -> Iterator[Finding]:
    """The finding on a revision, if any: whether it is the `next` one, and says of itself what its key does."""
    try:
        if not next:
            yield Finding(Check.REVISIONS, "revision missing", about=about)
        elif not own():
            yield Finding(Check.REVISIONS, "revision altered", about=about)
    except Busy:
        raise
    except Exception as error:  # whatever content that was never checked makes its reader raise
        yield Finding(Check.REVISIONS, "revision altered", about=about, recorded=type(error).__name__)


def _calendar(tx: Transaction, province: str, revision: int) -> bool:
    read = Calendar.from_json(deployments.calendar(tx, province, revision) or {})
    return (read.province, read.revision) == (province, revision)


def _place(tx: Transaction, versions: ProvenVersions, province: str, revision: int) -> bool:
    found = versions.organisation(tx, province, revision)
    return found is not None and found.code == province


def _rules(tx: Transaction, province: str, revision: int) -> bool:
    files = law.files(tx, province, revision)
    return bool(files) and all(reader.read(data) for data in files.values())


def registry(tx: Transaction, versions: ProvenVersions) -> Iterator[Finding]:
    """Accounts, versions, revisions, tokens and decisions that are not as the record events told them."""
    yield from registry_faults(tx)


def earlier(tx: Transaction, versions: ProvenVersions) -> Iterator[Finding]:
    """Reports of earlier verifications that are not as they ended."""
    yield from report_faults(tx)


def guards(tx: Transaction, versions: ProvenVersions) -> Iterator[Finding]:
    """Guards that are missing or changed, and others than the software makes."""
    found, expected = guard.found(tx), guard.expected(tx.dialect.name)
    for name in sorted(found.keys() | expected.keys()):
        if found.get(name) != expected.get(name):
            what = "guard missing" if name not in found else "guard altered" if name in expected else "guard foreign"
            yield Finding(Check.GUARDS, what, about=name)


LOOKS: tuple[tuple[Check, Look], ...] = (
    (Check.TABLES, orphans),
    (Check.NUMBERS, case_gaps),
    (Check.NUMBERS, number_gaps),
    (Check.VERSIONS, contents),
    (Check.REVISIONS, revisions),
    (Check.REGISTRY, registry),
    (Check.REGISTRY, earlier),
    (Check.GUARDS, guards),
)
"""The checks beside the cases, each looked at by itself."""


def _hex(digest: object) -> str:
    return digest.hex() if isinstance(digest, bytes) else str(digest)
