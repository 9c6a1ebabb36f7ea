"""``python -m runner.reference``, from the project's folder: writes docs/schema, docs/facts and docs/lint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from runner.language import speaking
from runner.reference.page import page
from runner.reference.rules import rules
from runner.reference.schema import SHAPES, schema


def documents(root: Path) -> Mapping[Path, str]:
    """The text of each document, by its path."""
    made = {}
    for name, shape in SHAPES.items():
        text = json.dumps(schema(shape), ensure_ascii=False, indent=2)
        made[root / f"docs/schema/{name}.json"] = f"{text}\n"
    for language, name in (("vi", "facts.vi.md"), ("en", "facts.md")):
        with speaking(language):
            made[root / "docs" / name] = page(root / "bpmn")
    for language, name in (("vi", "lint.md"), ("en", "lint.en.md")):
        with speaking(language):
            made[root / "docs" / name] = rules()
    return made


if __name__ == "__main__":
    for path, text in documents(Path.cwd()).items():
        path.write_text(text, encoding="utf-8")
