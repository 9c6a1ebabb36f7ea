"""What is wrong with a procedure's files, each finding with its file: for the pages, approval and the shell.

Nothing here raises. A file that cannot be read is a finding that names it, and what can be said without it is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from runner import bpmn
from runner.authoring import files as names
from runner.domain import form as forms
from runner.domain import procedure as procedures
from runner.domain.form import FormInvalid
from runner.domain.toml import TomlInvalid
from runner.errors import DiagramInvalid, MotcuaError
from runner.lint import Finding, alone, lint, lint_dmn
from runner.services import content
from runner.services.bundle import Bundle, FileMissing, ProcessMisnamed
from runner.services.version import compiled

CONTENT = "content"
"""The rule that a file can be used, whatever is in the diagram."""


@dataclass(frozen=True, slots=True)
class Located:
    """A finding, and the name of the file that it is about."""

    file: str
    finding: Finding

    @property
    def is_error(self) -> bool:
        return self.finding.severity == "error"

    def to_json(self) -> dict[str, object]:
        return {"file": self.file, **self.finding.to_json()}


def check(procedure: str, files: Mapping[str, bytes]) -> list[Located]:
    """The findings on all files of a procedure: errors before warnings, the diagram's first, causes before effects.

    What only a version that runs would meet is looked for where nothing else is wrong.
    """
    around = list(_around(procedure, files))
    facts = {located.file for located in around if located.file.endswith(".toml")}
    drawn, bundle = _drawn(procedure, {name: data for name, data in files.items() if name not in facts})
    if bundle:
        around = [located if located.file in {*facts, *bundle.files} else _unused(located) for located in around]
    told = {located.file for located in around}
    drawn = [located for located in drawn if located.finding.rule != CONTENT or located.file not in told]
    found = [*drawn, *around]
    if bundle and not any(located.is_error for located in found):
        found += _running(bundle)
    return sorted(found, key=lambda located: not located.is_error)


def structure_only(found: list[Located]) -> bool:
    """Whether errors of a diagram's structure hide what other rules would say."""
    return alone(located.finding for located in found)


def _drawn(procedure: str, files: Mapping[str, bytes]) -> tuple[list[Located], Bundle | None]:
    """The findings on the procedure's diagrams, and the bundle where one can be put together."""
    main = f"bpmn/{procedure}.bpmn"
    if main not in files:
        return [Located(main, _finding(str(FileMissing(name=main))))], None
    try:
        bundle = content.assemble(files[main], content.held(files), procedure)
        return [
            Located(name, finding)
            for name, diagram in bundle.diagrams.items()
            for finding in lint(diagram, bundle.beside(diagram))
        ], bundle
    except DiagramInvalid as error:
        return [Located(main, _finding(str(error)))], None
    except MotcuaError as error:
        named = str(error.facts.get("name", main))
        return [*_misnamed(error, named, files), *_alone(main, files[main])], None


def _misnamed(error: MotcuaError, name: str, files: Mapping[str, bytes]) -> Iterator[Located]:
    """An error of a file; where a process has another id than its file says, at that process."""
    found = _finding(_reason(error))
    if isinstance(error, ProcessMisnamed):
        for process in bpmn.read(files[name]).processes.values():
            if process.executable:
                found = replace(found, element=process.id, line=process.line)
    yield Located(name, found)


def _alone(name: str, data: bytes) -> Iterator[Located]:
    """The findings on a diagram without what it refers to."""
    return (Located(name, finding) for finding in lint(bpmn.read(data)))


def _unused(located: Located) -> Located:
    """A finding on a file that nothing in the diagram leads to: no version has the file."""
    return replace(located, finding=replace(located.finding, severity="warning"))


def _around(procedure: str, files: Mapping[str, bytes]) -> Iterator[Located]:
    """The findings on the files beside the diagrams, whether something leads to them or not."""
    for name, data in sorted(files.items()):
        try:
            if name == f"bpmn/{procedure}.toml":
                procedures.read_procedure(data, lanes=Bundle(procedure, files, {}).lanes)
            elif name == names.province_facts(procedure):
                procedures.read_province(data)
            elif name.startswith("forms/"):
                forms.read(data)
            elif name.endswith(".dmn"):
                yield from (Located(name, finding) for finding in lint_dmn(data))
        except TomlInvalid as error:
            for fault in error.faults:
                yield Located(name, replace(_finding(fault.message), line=fault.line or None))
        except (DiagramInvalid, FormInvalid) as error:
            yield Located(name, _finding(str(error)))


def _running(bundle: Bundle) -> Iterator[Located]:
    """What only putting the version together tells."""
    try:
        compiled(bundle)
    except MotcuaError as error:
        yield Located(str(error.facts.get("name", f"bpmn/{bundle.code}.bpmn")), _finding(_reason(error)))


def _reason(error: MotcuaError) -> str:
    """What is wrong, without the name of the file where that is told beside it."""
    return str(error.facts.get("reason", error))


def _finding(message: str) -> Finding:
    """An error of a file as a whole."""
    return Finding("error", None, None, "{message}", {"message": message}, CONTENT)
