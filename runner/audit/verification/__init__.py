"""Verifying the record: that every case is what its journal makes of it, and that nothing beside it was changed."""

from __future__ import annotations

from runner.audit.verification.case_proof import Proof
from runner.audit.verification.service import ReportUnknown, Verification

__all__ = ["Proof", "ReportUnknown", "Verification"]
