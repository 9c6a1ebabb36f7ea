"""The trace matrix of a procedure: where its diagram has what its decision says, and the other way round."""

from __future__ import annotations

from runner.lint.conformance import traceability
from runner.lint.conformance.traceability import KINDS, REASONS, Addition, Row, Trace
from runner.services.bundle import Bundle
from runner.services.version import Version

__all__ = ["KINDS", "REASONS", "Addition", "Row", "Trace", "trace"]


def trace(version: Version | Bundle) -> Trace | None:
    """The matrix of a version; None where its facts do not say where the legal clock runs."""
    return traceability.trace(version.diagram, version.procedure, version.forms)
