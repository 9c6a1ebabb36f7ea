"""What is in an audit file: its cases with what was written of them, and the digest that its sign-off names."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from runner.domain.case import Case
from runner.domain.journal import canonical, digest, instant
from runner.domain.record import row_facts
from runner.domain.sample import Drawn, Look, Remark, Sample


@dataclass(frozen=True, slots=True)
class Examined:
    """A case of a sample and what was written of it; `look` is `FOUND` once there is a finding."""

    case: Case
    stratum: str
    remarks: tuple[Remark, ...]

    @property
    def look(self) -> Look:
        if any(each.severity for each in self.remarks):
            return Look.FOUND
        return Look(self.remarks[-1].look) if self.remarks else Look.UNSEEN


@dataclass(frozen=True, slots=True)
class AuditFile:
    """An audit file; `signature` is its sign-off, and `whole` whether it still is what was drawn and signed."""

    sample: Sample
    cases: tuple[Examined, ...]
    signature: Remark | None
    whole: bool

    @property
    def unseen(self) -> int:
        """How many cases nobody has looked at."""
        return sum(each.look == Look.UNSEEN for each in self.cases)

    @property
    def found(self) -> int:
        """How many cases have findings."""
        return sum(each.look == Look.FOUND for each in self.cases)


def drawn_facts(sample: Sample, cases: list[Drawn]) -> dict[str, object]:
    """What the record keeps of a sample that is drawn."""
    return {
        "seed": sample.seed,
        "grouping": sample.grouping,
        "asked": dict(sample.asked),
        "population": sample.population,
        "digest": sample.digest,
        "title": sample.title,
        "strata": [list(each) for each in sample.strata],
        "versions": list(sample.versions),
        "cases": [[each.case, each.stratum] for each in cases],
    }


def remark_facts(remark: Remark) -> dict[str, object]:
    """What the record keeps of a remark: of its text the SHA-256. Who wrote it when is the event's own."""
    facts = row_facts(remark) | {"text": sha256(remark.text.encode()).hexdigest()}
    return {name: value for name, value in facts.items() if name not in ("sample", "by", "at")}


def content(sample: Sample, cases: list[Drawn], remarks: list[Remark]) -> str:
    """The SHA-256 (hex) of everything in a file but its sign-off."""
    facts = drawn_facts(sample, cases) | {"id": sample.id, "by": sample.by, "at": instant(sample.at)}
    written = [row_facts(each) for each in remarks if each.look != Look.SIGNED]
    return digest(canonical([facts, written])).hex()
