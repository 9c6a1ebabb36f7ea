"""Runs Node: the machine's, or where it has none the one of the wheel that `make test` installs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from hatch_build import find_npm


def node(
    *arguments: object, cwd: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """What a run in the folder `cwd` comes to; `environment` adds to this process's."""
    _, found = find_npm()
    program = shutil.which("node", path=found["PATH"])
    assert program
    return subprocess.run(
        [program, *map(str, arguments)],
        cwd=cwd,
        env={**found, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
