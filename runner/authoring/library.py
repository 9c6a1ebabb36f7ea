"""The library: the forms of all versions in force, of which a draft takes a copy when its diagram asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from runner import bpmn
from runner.authoring.forms import library, path
from runner.errors import DiagramInvalid
from runner.services.procedures import Procedures


def lent(diagram: bytes, files: Mapping[str, bytes], procedures: Procedures, now: datetime) -> dict[str, bytes]:
    """The forms that `diagram` asks for, which the `files` of its draft lack and the library has, by file."""
    try:
        nodes = bpmn.read(diagram).nodes.values()
    except DiagramInvalid:
        return {}
    asked = {node.form for node in nodes if node.form and path(node.form) not in files}
    if not asked:
        return {}
    known = library(files, procedures.current(now))
    return {path(id): procedures.file(known[id][0].digest, path(id)) for id in sorted(asked & known.keys())}
