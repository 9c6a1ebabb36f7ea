"""What the tests of the desk share."""

from __future__ import annotations

from tests.audit.evidence.conftest import exhibit

__all__ = ["exhibit"]
