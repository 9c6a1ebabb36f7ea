"""A version put into a database that is thrown away: to try what nobody has approved. Never for an office's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from runner.domain.calendar import Calendar
from runner.domain.deployment import Revision
from runner.domain.person import SYSTEM
from runner.services.bundle import Bundle
from runner.services.procedures import store
from runner.services.version import Version
from runner.services.version_cache import Versions
from runner.store import registry
from runner.store.session import Database

LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When it is in force from: before any moment that is tried."""


def furnish(database: Database, versions: Versions, bundle: Bundle, version: Version, calendar: Calendar) -> None:
    """Put `version`, compiled of `bundle`, and the calendar of its province into an empty database.

    The linter is not asked: what compiles can be tried.
    """
    with database.change() as tx:
        first = Revision(calendar.province, calendar.revision, LONG_AGO, SYSTEM.id, "")
        registry.revise(tx, first, calendar.to_json())
        store(tx, bundle, version, LONG_AGO, SYSTEM.id)
        registry.enforce(tx, bundle.code, version.digest, LONG_AGO, SYSTEM.id)
    versions.keep(version)
    versions.keep_calendar(calendar)
