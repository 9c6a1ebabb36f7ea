"""Facts: what a decision fixes for one procedure, and how its province works, read strictly from TOML files."""

from runner.domain.procedure.facts import (
    Branch,
    DossierItem,
    FormTitle,
    LegalTerm,
    Outcome,
    Paper,
    Procedure,
    Province,
    Step,
    Work,
)
from runner.domain.procedure.reader import read_procedure, read_province
from runner.domain.procedure.toml import MAX_BYTES, FactsInvalid, FactsTooLarge

__all__ = [
    "MAX_BYTES",
    "Branch",
    "DossierItem",
    "FactsInvalid",
    "FactsTooLarge",
    "FormTitle",
    "LegalTerm",
    "Outcome",
    "Paper",
    "Procedure",
    "Province",
    "Step",
    "Work",
    "read_procedure",
    "read_province",
]
