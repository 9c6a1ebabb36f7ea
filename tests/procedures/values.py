"""What people type into the forms: for each form, an answer that takes the shortest way on. The scenarios share it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ANSWERS: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "values.toml").read_text("utf-8"))["values"]
