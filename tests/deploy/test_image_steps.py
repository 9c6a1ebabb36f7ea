"""The image's own steps, run as a script: there is no Docker engine here, so this is what can be known of it.

Not run: what needs the network (installing the locked packages, and npm's, which are taken from this machine) and what
needs to be root (making the user).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from urllib.request import Request, build_opener

import pytest

from tests.deploy.conftest import Step
from tests.deploy.test_serve import free_port, until
from tests.world import ROOT

BESIDE = {1}
"""The stage that needs another base image: what the image of backups has is in the others too, but for the tools."""
NODE = "runner/web/frontend/node_modules"
SECRET = "a secret of the tests that is long enough to be one"  # noqa: S105


class Image:
    """A folder that stands for the root of the image's file system."""

    def __init__(self, folder: Path, context: Path) -> None:
        self.folder = folder
        self.context = context
        self.cwd = folder

    def path(self, name: str) -> Path:
        """Where an absolute path of the image is on this machine."""
        return self.folder / name.lstrip("/")

    def do(self, step: Step) -> None:
        match step.word:
            case "WORKDIR":
                self.cwd = self.path(step.rest)
                self.cwd.mkdir(parents=True, exist_ok=True)
            case "COPY":
                *sources, target = [word for word in step.words if not word.startswith("--")]
                for source in sources:
                    self.copy(self.context / source, self.cwd / target if target[0] != "/" else self.path(target))
            case "RUN" if "--require-hashes" in step.rest:
                self.link_packages()
            case "RUN":
                self.run(step.rest)

    def copy(self, source: Path, target: Path) -> None:
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / source.name if target.is_dir() else target)

    def run(self, script: str) -> None:
        for place in ("/opt/", "/dist"):
            script = script.replace(place, f"{self.folder}{place}")
        script = script.replace("python -m venv", f"{sys.executable} -m venv")
        done = subprocess.run(["sh", "-euc", script], cwd=self.cwd, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"

    def link_packages(self) -> None:
        """In place of installing the locked packages: those of this environment, but not the project itself.

        They are on the path beside the image's own folder of packages, so that nothing is ever written into them.
        """
        packages = self.path("/packages")
        if packages.exists():
            return
        packages.mkdir()
        for each in Path(sysconfig.get_path("purelib")).iterdir():
            if each.name != "runner" and "motcua" not in each.name:
                (packages / each.name).symlink_to(each)
        [site] = self.path("/opt/motcua/lib").glob("python*/site-packages")
        (site / "locked.pth").write_text(f"{packages}\n")
        script = self.path("/opt/motcua/bin/gunicorn")
        script.write_text(f"#!{script.parent / 'python'}\nfrom gunicorn.app.wsgiapp import run\nrun()\n")
        script.chmod(0o755)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `docker build` would send: this folder without what .dockerignore names."""
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]

    def left_out(folder: str, names: list[str]) -> list[str]:
        place = Path(folder).relative_to(ROOT)
        return [name for name in names if any(_matches((place / name).as_posix(), each) for each in ignored)]

    target = tmp_path_factory.mktemp("context") / "context"
    shutil.copytree(ROOT, target, ignore=left_out)
    return target


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory, context: Path, steps: list[Step]) -> Image:
    """Both stages, done."""
    image = Image(tmp_path_factory.mktemp("image"), context)
    for step in steps:
        # Of npm's packages the machine's are taken; everything else comes out of the context.
        if step.word == "RUN" and "hatchling build" in step.rest:
            shutil.copytree(ROOT / NODE, image.cwd / NODE, symlinks=True)
            (image.cwd / NODE / ".package-lock.json").touch()
        if step.stage not in BESIDE and not step.rest.startswith("useradd") and "--from=build" not in step.rest:
            image.do(step)
    return image


def test_the_context_has_what_is_built_and_neither_secrets_nor_tests(context: Path) -> None:
    names = {path.relative_to(context).as_posix() for path in context.rglob("*") if path.is_file()}
    assert {"pyproject.toml", "README.md", "LICENSE", "bpmn/ha-tinh/QT.BC.01.bpmn", "deploy/entrypoint.sh"} <= names
    assert {"runner/web/frontend/package-lock.json", "requirements.lock", "requirements-node.lock"} <= names
    assert not [name for name in names if name.startswith(("tests/", ".git/", "var/", "deploy/secrets/", ".venv/"))]
    assert not [name for name in names if "node_modules" in name or "static/build" in name]


def test_the_image_runs_as_nobody_in_particular(steps: list[Step]) -> None:
    last = [step for step in steps if step.stage == steps[-1].stage]
    [user] = [step.rest for step in last if step.word == "USER"]
    assert user == "10001" and f"--uid {user} " in next(step.rest for step in last if step.word == "RUN")
    after = last[[step.word for step in last].index("USER") :]
    assert not [step for step in after if step.word in ("RUN", "COPY")]
    assert next(step.rest for step in last if step.word == "FROM").endswith("-slim")
    # Node, the sources and the build stay behind.
    assert next(step.rest for step in last if step.word == "COPY") == "--from=build /opt/motcua /opt/motcua"


def test_the_built_wheel_brings_the_pages_and_the_procedures(image: Image) -> None:
    [package] = image.path("/opt/motcua/lib").glob("python*/site-packages/runner")
    assert not package.is_symlink()
    assert (package / "web/static/build/main.css").stat().st_size > 0
    assert (package / "content/bpmn/ben-tre/39.bpmn").is_file()
    assert (package / "demo/office/people.toml").is_file()


def test_the_image_sets_up_serves_and_is_healthy_with_its_secret_in_a_file(
    image: Image, steps: list[Step], tmp_path: Path
) -> None:
    (tmp_path / "motcua_secret").write_text(f"{SECRET}\n")
    figures = tmp_path / "figures"
    figures.mkdir()
    (figures / "histogram_7.db").write_bytes(b"left by an earlier start" * 99)
    port = free_port()
    environment = {
        "PATH": f"{image.path('/opt/motcua/bin')}:{os.environ['PATH']}",
        "SECRETS": str(tmp_path),
        "PROMETHEUS_MULTIPROC_DIR": str(figures),
        "MOTCUA_PRODUCTION": "1",
        "MOTCUA_HOSTS": "motcua.example.vn",
        "MOTCUA_DATABASE": f"sqlite:///{tmp_path}/motcua.db",
    }
    said = {step.word: step.rest for step in steps}
    enter = ["sh", str(image.path("/opt/motcua/bin/entrypoint.sh"))]
    assert json.loads(said["ENTRYPOINT"]) == ["sh", "/opt/motcua/bin/entrypoint.sh"]

    setup = [*enter, "sh", "-c", "motcua init && motcua deploy --keep"]
    subprocess.run(setup, cwd=tmp_path, env=environment, check=True, capture_output=True)
    serve = [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in json.loads(said["CMD"])]
    probe = json.loads(said["HEALTHCHECK"].partition("CMD ")[2])
    probe = [word.replace("127.0.0.1:8000", f"127.0.0.1:{port}") for word in probe]
    with _running([*enter, *serve], tmp_path, environment):
        until(lambda: subprocess.run(probe, env=environment, capture_output=True, check=False).returncode == 0)
        for path in ("/readyz", "/metrics"):
            asked = Request(f"http://127.0.0.1:{port}{path}", headers={"Host": "motcua.example.vn"})
            assert build_opener().open(asked, timeout=5).status == 200
    assert subprocess.run(probe, env=environment, capture_output=True, check=False).returncode != 0


def test_without_its_secret_the_image_starts_nothing(image: Image, tmp_path: Path) -> None:
    environment = {"PATH": f"{image.path('/opt/motcua/bin')}:{os.environ['PATH']}", "MOTCUA_PRODUCTION": "1"}
    enter = ["sh", str(image.path("/opt/motcua/bin/entrypoint.sh")), "motcua", "init"]
    done = subprocess.run(enter, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "MOTCUA_SECRET" in done.stderr) == (3, True)
    assert not list(tmp_path.iterdir())


@contextmanager
def _running(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[None]:
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    assert process.returncode == 0


def _matches(name: str, pattern: str) -> bool:
    """Whether a line of .dockerignore, of the kinds that ours has, means this path."""
    if pattern.startswith("**/"):
        return fnmatch(Path(name).name, pattern[3:])
    return fnmatch(name, pattern)
