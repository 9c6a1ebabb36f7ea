"""What pages load is small, each editor is loaded alone, and the build stops where a package is no longer as it was."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from runner.web import asset
from tests.node import node
from tests.web.conftest import Site

BUILD = asset.FOLDER / "build"
FRONTEND = asset.FOLDER.parent / "frontend"
BUNDLE = """
import { build } from "esbuild";
import { check, security } from "./bundler/security.js";
const [entry] = process.argv.slice(1);
await build({ entryPoints: [entry], bundle: true, write: false, logLevel: "silent", plugins: [security] });
check();
"""


def size(name: str) -> int:
    return len((BUILD / f"{name}.gz").read_bytes())


def test_the_modelers_bundle_is_at_most_260_kilobytes() -> None:
    assert size("modeler.js") + size("modeler.css") + len((BUILD / "bpmn.woff2").read_bytes()) <= 260_000


def test_the_viewers_bundle_is_a_third_of_the_modelers() -> None:
    assert size("viewer.js") * 3 < size("modeler.js") and size("replay.js") * 3 < size("modeler.js")


def test_no_bundle_keeps_a_style_in_its_markup() -> None:
    """Of what is made by `domify` and by the icons; Preact sets styles by the CSSOM."""
    for name in ("modeler.js", "viewer.js", "replay.js", "table_editor.js"):
        text = gzip.decompress((BUILD / f"{name}.gz").read_bytes()).decode()
        assert "data-inline" in text, name
        assert not re.search(r'<(line|rect) [^>]*style="', text), name


def test_a_font_is_told_as_one_and_kept_for_a_year(site: Site) -> None:
    style = (BUILD / "modeler.css").read_text()
    [link] = set(re.findall(r'url\("?(\./bpmn\.woff2[^")]*)', style))
    answer = site.browser().get(f"/static/build/{link}")
    assert answer.status_code == 200 and answer.mimetype == "font/woff2"
    assert answer.headers["Cache-Control"] == asset.FOREVER


@pytest.mark.parametrize(
    ("package", "text", "reason"),
    [
        ("domify/index.js", "export const moved = 1;", "nothing to edit"),
        ("unrelated/index.js", "export const other = 1;", "0 files edited"),
    ],
)
def test_the_build_fails_when_what_is_to_be_edited_has_moved(
    package: str, text: str, reason: str, tmp_path: Path
) -> None:
    file = tmp_path / "node_modules" / package
    file.parent.mkdir(parents=True)
    file.write_text(text)
    done = node("--input-type=module", "-e", BUNDLE, file, cwd=FRONTEND)
    assert done.returncode != 0
    assert reason in done.stderr
