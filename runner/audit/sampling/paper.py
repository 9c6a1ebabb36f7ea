"""An audit file as PDF: its texts for `runner.papers.sampling`."""

from __future__ import annotations

from collections.abc import Mapping

from runner.audit.sampling import words
from runner.audit.sampling.content import AuditFile, Examined
from runner.language import say, speaking
from runner.papers import sampling as papers


def pdf(file: AuditFile, province: str, people: Mapping[str, str]) -> bytes:
    """The file on paper, in Vietnamese; `people` are names by account. The same file is the same bytes.

    Raises `PaperTooLarge`, `PaperFailed`.
    """
    sample = file.sample
    with speaking("vi"):
        moments = [each.at for case in file.cases for each in case.remarks]
        moments += [file.signature.at] if file.signature else []
        signer = file.signature.by if file.signature else sample.by
        return papers.sampling_report(
            papers.AuditFile(
                number=str(sample.id),
                title=sample.title,
                province=province,
                issuer=(province.upper(), say("Bàn kiểm tra").upper()),
                at=max(moments, default=sample.at),
                population=f"{words.population(sample)}; SHA-256 {sample.digest}",
                method=words.method(sample),
                seed=str(sample.seed),
                strata=tuple(
                    papers.Stratum(words.stratum(sample, name, people), size, drawn)
                    for name, size, drawn in sample.strata
                ),
                cases=tuple(_examined(file, each, people) for each in file.cases),
                signers=(
                    papers.SignedOff(
                        say("Người ký kết thúc"),
                        people.get(signer, signer),
                        file.signature.at if file.signature else None,
                    ),
                ),
                seal=file.signature.text if file.signature else "",
                whole=file.whole,
            )
        )


def _examined(file: AuditFile, each: Examined, people: Mapping[str, str]) -> papers.Examined:
    return papers.Examined(
        number=each.case.number or f"#{each.case.id}",
        reason=words.stratum(file.sample, each.stratum, people),
        result=say(words.LOOKS[each.look]),
        notes=tuple(
            papers.Note(on.at, people.get(on.by, on.by), on.text or say(words.LOOKS[on.look]), _entries(on.entry))
            for on in each.remarks
            if not on.severity
        ),
        findings=tuple(
            papers.Finding(say(words.SEVERITIES[on.severity]), on.text, _entries(on.entry))
            for on in each.remarks
            if on.severity
        ),
    )


def _entries(entry: int) -> str:
    return str(entry) if entry else ""
