"""``python -m tests.pictures``: draws every picture of the documentation into var/pictures.

With ``--keep`` it draws those that are kept in docs anew, and only those.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from runner.services import content
from tests.pictures import layers, pages, procedures


def draw(root: Path, keep: bool) -> None:
    """Write the pictures below `root`, the project's folder."""
    target = root / ("docs" if keep else "var/pictures")
    for folder in ("pages", "procedures"):
        (target / folder).mkdir(parents=True, exist_ok=True)
    (target / "layers.svg").write_text(layers.svg(root / "pyproject.toml"), encoding="utf-8")
    for path in content.procedures(root):
        name = procedures.name(path)
        if not keep or name in procedures.KEPT:
            (target / "procedures" / name).write_bytes(procedures.picture(path))
    for name, picture in pages.photograph(pages.KEPT if keep else pages.SHOTS):
        (target / "pages" / f"{name}.png").write_bytes(picture)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="draw the pictures in docs anew")
    draw(Path.cwd(), parser.parse_args().keep)
