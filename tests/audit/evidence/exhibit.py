"""A case of which evidence is taken: two people worked on it, a file is attached, the worker signed heads meanwhile."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from runner.audit.evidence.service import Exported
from runner.audit.evidence.verifier.program import From, verify
from runner.audit.evidence.verifier.words import Findings
from runner.config import RecordSettings
from runner.domain.journal import canonical
from runner.domain.person import Person, Role
from tests.services.office import CLERK, CODE, COUNT, COUNTED, PROVINCE, SPECIALIST, WEIGH
from tests.web.every_component import PDF, deploy
from tests.world import World, person

AUDITOR = person(Role.AUDITOR, PROVINCE)
GROUND = "Kiểm tra định kỳ quý IV"


class Exhibit(World):
    """The office, and its case 1 up to the message for which it waits."""

    def __init__(self, url: str, folder: Path, *, signed: bool = True) -> None:
        super().__init__(url, folder)
        record = RecordSettings(key=str(folder / "keys" / "record.key"), heads=str(folder / "heads.txt"))
        self.runner.settings = replace(self.runner.settings, record=record)
        if signed:
            self.runner.make_key("so-mau.example/motcua")
        deploy(self, folder)
        self.runner.people.save(AUDITOR)
        self.start(CODE)
        self.at("2022-09-26 09:00")
        self.runner.tasks.submit(self.case, COUNT, COUNTED, CLERK, self.now)
        self.at("2022-09-26 10:00")
        file = self.runner.attachments.add(self.case, WEIGH, "đơn.pdf", BytesIO(PDF), SPECIALIST, self.now)
        values = {"decision": "Nguyễn Thị Hồng", "scans": {"dossier": [file.record]}}
        self.runner.tasks.submit(self.case, WEIGH, values, SPECIALIST, self.now)
        self.at("2022-09-26 11:00")

    def export(self, who: Person = AUDITOR, *, everything: bool = True) -> tuple[bytes, Exported]:
        """The bundle of the case."""
        target = io.BytesIO()
        made = self.runner.evidence.export(self.case, GROUND, who, self.now, target, everything=everything)
        return target.getvalue(), made


@dataclass(frozen=True, slots=True)
class Verdict:
    """The exit code of the verifier, and what it printed."""

    code: int
    text: str


def verdict(path: Path, elsewhere: From | None = None, language: str = "en") -> Verdict:
    """What the verifier finds of a bundle."""
    findings = Findings(language)
    verify(str(path), elsewhere or From(), findings)
    return Verdict(findings.code, "\n".join(findings.lines))


def contents(bundle: bytes) -> dict[str, bytes]:
    """The files of a bundle."""
    with ZipFile(io.BytesIO(bundle)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of files, built as bundles are."""
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as zip:
        for name in sorted(files):
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            zip.writestr(entry, files[name])
    return target.getvalue()


def resealed(files: Mapping[str, bytes]) -> bytes:
    """A bundle of files with the manifest that a forger would write for them."""
    kept = {name: content for name, content in files.items() if name != "manifest.json"}
    listed = {name: [len(content), sha256(content).hexdigest()] for name, content in kept.items()}
    return packed(kept | {"manifest.json": f"{canonical({'format': 1, 'files': listed})}\n".encode()})


def rewritten(files: Mapping[str, bytes], name: str, change: Callable[[Any], object]) -> bytes:
    """A bundle in which `change` has edited the JSON of a file in place, with a manifest to fit."""
    value = json.loads(files[name])
    change(value)
    return resealed({**files, name: canonical(value).encode()})
