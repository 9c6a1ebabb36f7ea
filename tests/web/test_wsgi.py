"""How a server begins: warm, and with or without its database; and counts, with or without the folder for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

from sqlalchemy import delete

from runner.app import Runner
from runner.config import Settings
from runner.store import table
from runner.web import create_app
from runner.web.wsgi import warm
from tests.web.conftest import SECRET, Site
from tests.world import World


def test_a_warm_server_has_read_its_templates_and_procedures_before_the_first_page(site: Site) -> None:
    site.world.deploy()
    runner = Runner(site.runner.settings)
    app = create_app(runner)
    warm(app, runner)
    cached = app.jinja_env.cache
    assert cached is not None and {name for _, name in cached} == set(app.jinja_env.list_templates())
    with runner.database.change() as tx:
        tx.execute(delete(table.version_file))
    assert runner.procedures.current(runner.clock.now()), "they are not read again"
    runner.close()


def test_a_server_begins_without_its_database_and_says_so(tmp_path: Path) -> None:
    runner = Runner(Settings(database=f"sqlite:///{tmp_path}/missing/motcua.db", secrets=(SECRET,)))
    app = create_app(runner)
    warm(app, runner)
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/readyz").status_code == 503


COUNTED = "motcua_request_seconds_count"
BEGIN = "from runner.web.wsgi import application\nbrowser = application().test_client()\n"
ASKED = """
import sys
print("begun", flush=True)
for line in sys.stdin:
    answer = browser.get(line.strip())
    print(answer.status_code, *(each.split("{")[0].split(" ")[0] for each in answer.text.splitlines()), flush=True)
"""
"""Answers the addresses of the input, each in a line: the status, and the first word of each line of the page."""


class Server:
    """A server in a process of its own, in the folder `cwd`; its processes count in `folder`."""

    def __init__(self, database: str, cwd: Path, folder: Path | str) -> None:
        pipe = subprocess.PIPE
        environment = os.environ | {"MOTCUA_DATABASE": database, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
        command = [sys.executable, "-c", BEGIN + ASKED]
        self.process = subprocess.Popen(
            command, cwd=cwd, env=environment, text=True, stdin=pipe, stdout=pipe, stderr=pipe
        )
        assert self.process.stdout
        self.begun = self.process.stdout.readline() == "begun\n"

    def ask(self, path: str) -> list[str]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing of it stays, whatever came of the test."""
        with suppress(BrokenPipeError), self.process:  # what was asked of a server that died cannot be written
            self.process.kill()

    def end(self) -> str:
        """What the server wrote to standard error."""
        return self.process.communicate(timeout=60)[1]


def test_a_lost_or_damaged_folder_of_counts_changes_no_answer_and_is_logged_once(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    folder.mkdir()
    with Server(world.runner.settings.database, tmp_path, folder) as server:
        rmtree(folder)
        unopened = [server.ask("/healthz"), server.ask("/healthz")]
        folder.mkdir()
        counted = [server.ask("/healthz"), server.ask("/metrics")]
        rmtree(folder)
        lost = [server.ask("/healthz"), server.ask("/metrics")]
        folder.mkdir()
        (folder / "histogram_7.db").write_bytes(b"damaged" * 99)
        damaged = server.ask("/metrics")
        said = [json.loads(line) for line in server.end().splitlines()]

    assert [answer[:2] for answer in (*unopened, counted[0], lost[0])] == [["200", "ok"]] * 4
    assert counted[1][0] == "200" and COUNTED in counted[1]
    for page in (lost[1], damaged):
        assert page[0] == "200" and "motcua_tasks_open" in page and COUNTED not in page
    assert len([each for each in said if each["said"] == "request"]) == 7
    warnings = [each["said"] for each in said if each["level"] == "warning"]
    assert warnings == ["requests are not counted", "the counts of requests are unreadable"]


def test_an_empty_name_of_the_folder_of_counts_is_none(tmp_path: Path) -> None:
    with Server("sqlite:///motcua.db", tmp_path, "") as server:
        assert server.ask("/healthz") == ["200", "ok"]
        said = [json.loads(line)["said"] for line in server.end().splitlines()]
        assert said == ["request"] and not list(tmp_path.glob("histogram*"))


def test_a_server_does_not_begin_with_a_folder_of_counts_that_is_not_there(tmp_path: Path) -> None:
    with Server("sqlite:///motcua.db", tmp_path, tmp_path / "missing") as server:
        assert not server.begun
        assert f"Thiết lập PROMETHEUS_MULTIPROC_DIR không hợp lệ: “{tmp_path / 'missing'}”." in server.end()
