"""``motcua serve``: real processes that begin together, answer, and stop together."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from shutil import copytree
from time import monotonic, sleep
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import psutil
import pytest

from tests.world import ROOT

MOTCUA = (sys.executable, "-c", "from runner.cli import main; main()")
BANNER = 'class="banner"'


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


def until(done: Callable[[], object], seconds: float = 30) -> None:
    """Wait for what another process does; fails when it takes too long."""
    end = monotonic() + seconds
    while not done():
        assert monotonic() < end, "it took too long"
        sleep(0.05)


class Office:
    """A folder with a database in it, as `make run` makes one."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        unset = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
        self.environment = unset | {"MOTCUA_TICK": "1", **settings}

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*MOTCUA, *words],
            cwd=self.folder,
            env=self.environment | settings,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @contextmanager
    def serving(self, *words: str) -> Iterator[Served]:
        """`motcua serve` on a free port, stopped as a supervisor would if it still runs at the end."""
        command = [*MOTCUA, "serve", "--port", "0", *words]
        with (
            (self.folder / "errors").open("w") as errors,
            subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=errors, text=True
            ) as process,
        ):
            try:
                yield Served(process)
            finally:
                process.terminate()
                process.communicate(timeout=30)


class Served:
    """What runs, and a browser on it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []
        assert process.stdout
        for line in process.stdout:
            self.said.append(line.rstrip())
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                self.address = found[0]
                break
        self.browser = build_opener(HTTPCookieProcessor(CookieJar()))

    @property
    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    @property
    def parts(self) -> dict[str, psutil.Process]:
        """The two processes begun by `motcua serve`."""
        both = psutil.Process(self.process.pid).children()
        return {"web" if "gunicorn" in each.cmdline() else "worker": each for each in both}

    def get(self, path: str, **values: str) -> tuple[int, str]:
        """A page; with values, what posting them answers."""
        sent = urlencode(values).encode() if values else None
        try:
            with self.browser.open(self.address + path, sent, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def requests(self) -> dict[int, int]:
        """How many requests each web process has answered, as one scrape tells it."""
        found = re.findall(r'^motcua_request_seconds_count\{worker="(\d+)"\} (\S+)$', self.get("/metrics")[1], re.M)
        return {int(process): int(float(count)) for process, count in found}

    def sign_in(self, person: str) -> str:
        """Sign in with what the sign-in page shows; the page that follows."""
        _, page = self.get("/login")
        csrf, password = re.search(r'name="csrf" value="([^"]+)"', page), re.search(r"<code>(.*?)</code></p>", page)
        assert csrf and password
        status, page = self.get("/login", csrf=csrf[1], person=person, password=password[1])
        assert (status, 'action="/logout"' in page) == (200, True)
        return page


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database, in which the procedures are deployed."""
    office = Office(tmp_path_factory.mktemp("office"))
    assert office.run("init").returncode == 0
    assert office.run("deploy", str(ROOT / "bpmn")).returncode == 0
    return office.folder


@pytest.fixture
def office(deployed: Path, tmp_path: Path) -> Office:
    """An office with its procedures deployed."""
    return Office(copytree(deployed, tmp_path / "office"))


def test_it_answers_lets_people_in_and_its_worker_ticks(office: Office) -> None:
    with office.serving("--demo") as served:
        assert served.get("/healthz") == (200, "ok\n")
        assert served.get("/readyz") == (200, "ready\n")
        until(lambda: "motcua_tick_lag_seconds" in served.get("/metrics")[1])
        for person in ("hatinh.motcua", "quantri"):
            assert any(line.startswith(f"{person} ") for line in served.said)
        assert BANNER not in served.sign_in("hatinh.motcua")


def test_a_second_start_keeps_the_data_and_the_password(office: Office) -> None:
    with office.serving("--demo") as served:
        before = served.said
    with office.serving("--demo") as served:
        served.sign_in("bentre.chuyenvien")
        assert served.said[:-1] == before[:-1]


def test_without_demo_nobody_is_made_up_and_no_password_is_shown(office: Office) -> None:
    with office.serving() as served:
        assert served.get("/healthz")[0] == 200
        assert "<code>" not in served.get("/login")[1]
    assert office.run("person").stdout == "Chưa có tài khoản nào.\n"


def test_a_port_that_is_taken_is_told_and_changes_nothing(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        refused = office.run("serve", "--demo", "--port", str(port))
    assert (refused.returncode, refused.stdout) == (5, "")
    assert refused.stderr.startswith(f"Cổng {port} đang được chương trình khác dùng;")
    assert office.run("person").stdout == "Chưa có tài khoản nào.\n"


@pytest.mark.parametrize("port", ["-1", "65536", "tám"])
def test_a_port_that_is_none_is_told(office: Office, port: str) -> None:
    refused = office.run("serve", "--port", port)
    assert (refused.returncode, "số hiệu cổng" in refused.stderr) == (2, True)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_every_process_stops_within_seconds(office: Office, how: signal.Signals) -> None:
    with office.serving() as served:
        served.get("/healthz")
        until(lambda: len(served.children) >= 4)
        children = served.children
        served.process.send_signal(how)
        assert served.process.wait(timeout=10) == 0
        assert psutil.wait_procs(children, timeout=1)[1] == []
        with pytest.raises(URLError):
            served.browser.open(f"{served.address}/healthz", timeout=2)


def test_one_scrape_counts_the_requests_of_every_web_process_and_keeps_those_of_a_dead_one(office: Office) -> None:
    with office.serving() as served:
        served.get("/healthz")
        web = served.parts["web"]
        until(lambda: len(web.children()) == 2)
        both = web.children()
        for asleep, times in zip(both, (3, 4), strict=True):
            asleep.suspend()
            assert [served.get("/healthz")[0] for _ in range(times)] == [200] * times
            asleep.resume()
        counted = served.requests()
        assert set(counted) == {each.pid for each in both} and sum(counted.values()) == 1 + 3 + 4
        dead = both[0]
        dead.kill()
        until(lambda: len(web.children()) == 2 and dead not in web.children())
        assert served.get("/healthz")[0] == 200
        counted_then = served.requests()
        assert counted_then[dead.pid] >= counted[dead.pid] and sum(counted_then.values()) == 8 + 2


@pytest.mark.parametrize("part", ["web", "worker"])
def test_when_one_part_dies_everything_stops_with_a_sentence(office: Office, part: str) -> None:
    with office.serving() as served:
        served.get("/healthz")
        children, dead = served.children, served.parts[part]
        dead.kill()
        assert served.process.wait(timeout=20) == 6
        assert psutil.wait_procs(children, timeout=5)[1] == []
    assert "đã dừng ngoài ý muốn (mã -9)" in (office.folder / "errors").read_text()


def test_a_database_with_people_of_its_own_is_not_used_for_a_demonstration(office: Office) -> None:
    office.run("person", "add", "lan", "--name", "Nguyễn Thị Lan", "--lane", "ha-tinh/specialist")
    refused = office.run("serve", "--demo", "--port", "0")
    assert (refused.returncode, "dữ liệu thật" in refused.stderr) == (3, True)
    assert office.run("person", "list", "--json").stdout.count('"id"') == 1


def test_in_production_there_is_no_demonstration(office: Office) -> None:
    production = {"MOTCUA_PRODUCTION": "1", "MOTCUA_SECRET": "x" * 40}
    refused = office.run("serve", "--demo", "--port", "0", **production)
    assert (refused.returncode, "trình diễn" in refused.stderr) == (3, True)
    with office.serving("--demo"):
        pass
    refused = office.run("serve", "--port", "0", **production)
    assert (refused.returncode, "trình diễn" in refused.stderr) == (3, True)


def test_before_init_there_is_nothing_to_serve(tmp_path: Path) -> None:
    refused = Office(tmp_path).run("serve", "--port", "0")
    assert (refused.returncode, "motcua init" in refused.stderr) == (4, True)
