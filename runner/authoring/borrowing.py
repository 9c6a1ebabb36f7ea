"""Borrowing: the forms of all versions in force, of which a draft takes a copy when its diagram asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from runner import bpmn
from runner.authoring.forms import borrowable, path
from runner.errors import DiagramInvalid
from runner.services.procedures import Procedures


def borrowed(diagram: bytes, files: Mapping[str, bytes], procedures: Procedures, now: datetime) -> dict[str, bytes]:
    """The forms for which `diagram` asks, which `files`, its draft, lack and another version in force has, by file."""
    try:
        nodes = bpmn.read(diagram).nodes.values()
    except DiagramInvalid:
        return {}
    asked = {node.form for node in nodes if node.form and path(node.form) not in files}
    if not asked:
        return {}
    known = borrowable(files, procedures.current(now))
    return {path(id): procedures.file(known[id][0].digest, path(id)) for id in sorted(asked & known.keys())}
