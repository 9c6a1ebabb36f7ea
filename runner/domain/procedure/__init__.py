"""Facts: what a decision fixes for one procedure, and how its province works, read strictly from TOML files."""

from runner.domain.procedure.facts import Procedure
from runner.domain.procedure.province import Agency, Province, ProvinceLane
from runner.domain.procedure.reader import read_procedure, read_province
from runner.domain.procedure.tables import (
    Branch,
    DossierItem,
    FormTitle,
    LegalTerm,
    Outcome,
    Step,
    TaskText,
    Time,
)
from runner.domain.procedure.writer import write_procedure

__all__ = [
    "Agency",
    "Branch",
    "DossierItem",
    "FormTitle",
    "LegalTerm",
    "Outcome",
    "Procedure",
    "Province",
    "ProvinceLane",
    "Step",
    "TaskText",
    "Time",
    "read_procedure",
    "read_province",
    "write_procedure",
]
