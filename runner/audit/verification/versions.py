"""Versions, calendars and organisations for a verification: read from the database anew, and not believed."""

from __future__ import annotations

from runner.domain.deployment import ProcedureUnknown
from runner.errors import Busy
from runner.services.version import Version
from runner.services.version_cache import Versions
from runner.store.session import Transaction


class ProvenVersions(Versions):
    """Versions whose digest was computed again from every byte of their files. One verification has its own."""

    def get(self, tx: Transaction, digest: str) -> Version:
        """The version with `digest`. Raises `ProcedureUnknown` also where its files are not those of the digest."""
        try:
            found = super().get(tx, digest)
        except (Busy, ProcedureUnknown):
            raise
        except Exception as error:  # whatever a file that is not as it was deployed makes its reader raise
            raise ProcedureUnknown(procedure=digest) from error
        if found.digest != digest:
            raise ProcedureUnknown(procedure=digest)
        return found
