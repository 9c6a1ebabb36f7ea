"""The wheel: what `pip install` puts on a machine serves the same pages, with nothing of this folder beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent.parent
SERVE = """
import json, re, sys
from pathlib import Path
import runner
from runner.app import Runner
from runner.config import Settings
from runner.web import create_app

settings = Settings(database="sqlite:///motcua.db", mail="spool:mail", secrets=("x" * 40,))
office = Runner(settings)
office.migrate()
browser = create_app(office).test_client()
page = browser.get("/login")
links = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
print(json.dumps({
    "from": str(Path(runner.__file__).resolve()),
    "page": page.status_code,
    "files": {link: [answer.status_code, len(answer.data)] for link in links if (answer := browser.get(link))},
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [file] = folder.glob("*.whl")
    with ZipFile(file) as archive:
        archive.extractall(folder / "content")
    return folder / "content"


def test_the_wheel_serves_its_pages_with_all_they_load(wheel: Path, tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(wheel), "PATH": ""}
    command = [sys.executable, "-c", SERVE]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert Path(answer["from"]).is_relative_to(wheel.resolve())
    assert answer["page"] == 200
    assert len(answer["files"]) >= 3
    assert all(status == 200 and size > 0 for status, size in answer["files"].values()), answer["files"]


def test_the_wheel_has_what_is_run_and_nothing_to_build_it_from(wheel: Path) -> None:
    names = {path.relative_to(wheel).as_posix() for path in wheel.rglob("*") if path.is_file()}
    assert {"runner/web/static/build/main.js", "runner/web/static/build/main.css.gz"} <= names
    assert {"runner/web/templates/base.html", "runner/store/migrations/versions/0002_sign_in.py"} <= names
    assert "runner/content/bpmn/ha-tinh/QT.BC.01.bpmn" in names
    assert not [name for name in names if "node_modules" in name or "frontend" in name]
