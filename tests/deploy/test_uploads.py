"""Large files under gunicorn: taken in without being held in memory, several at once, while others work on."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote

import psutil
import pytest

from tests.faults.office import figure
from tests.services.office import CLERK, CODE, COUNT, COUNTED, SPECIALIST, WEIGH
from tests.web.conftest import SECRET
from tests.web.every_component import PDF, deploy
from tests.world import World

MB = 1024 * 1024
SIZE, AT_ONCE = 50, figure(3, 20)


@contextmanager
def served(url: str, folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """The pages in one process of gunicorn; its port, and the process that answers."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    given = {"MOTCUA_DATABASE": url, "MOTCUA_SECRET": SECRET, "MOTCUA_FILE_MB": str(SIZE), "MOTCUA_CASE_MB": "2000"}
    command = ["-m", "gunicorn", "--workers", "1", "--threads", "24", "--no-control-socket", "--log-level", "warning"]
    process = subprocess.Popen(
        [sys.executable, *command, "--bind", f"127.0.0.1:{port}", "runner.web.wsgi:application()"],
        env=os.environ | given,
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if ask(port, "GET", "/healthz")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        [worker] = psutil.Process(process.pid).children()
        yield port, worker
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int, method: str, path: str, body: Iterator[bytes] | None = None, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def content(number: int) -> Iterator[bytes]:
    """A file of `SIZE` MB, made as it is sent."""
    yield PDF + bytes([number]) * (MB - len(PDF))
    for _ in range(SIZE - 1):
        yield bytes([number]) * MB


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    world = World(database_url, tmp_path)
    deploy(world, tmp_path).start(CODE)
    world.runner.tasks.submit(world.case, COUNT, COUNTED, CLERK, world.now)
    yield world
    world.runner.close()


def test_large_files_sent_at_once_are_streamed_and_come_back_whole(
    world: World, database_url: str, tmp_path: Path
) -> None:
    token = world.runner.accounts.create_token(SPECIALIST.id, "cổng", ["read", "write"], world.now)
    bearer = {"Authorization": f"Bearer {token}"}
    task = f"/api/v1/tasks/{world.case}.{WEIGH.replace('#', '.')}"
    octets = {"Content_Type": "application/octet-stream", "Content_Length": str(SIZE * MB), **bearer}

    def upload(number: int) -> int:
        name = quote(f"bản quét {number}.pdf")
        return ask(port, "POST", f"{task}/files?name={name}", content(number), **octets)[0]

    with served(database_url, tmp_path) as (port, worker), ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(5):
            assert ask(port, "GET", task, **bearer)[0] == 200
        before, peak, waits = worker.memory_info().rss, 0, []
        uploads = [pool.submit(upload, number) for number in range(AT_ONCE)]
        while not all(each.done() for each in uploads):
            began = time.monotonic()
            assert ask(port, "GET", task, **bearer)[0] == 200, "others work on"
            waits.append(time.monotonic() - began)
            peak = max(peak, worker.memory_info().rss)
        assert [each.result() for each in uploads] == [200] * AT_ONCE
        grown = (peak - before) / MB

        digest = sha256()
        for piece in content(1):
            digest.update(piece)
        status, data = ask(port, "GET", f"/api/v1/cases/{world.case}/files/{digest.hexdigest()}", **bearer)
        assert (status, sha256(data).hexdigest()) == (200, digest.hexdigest())

        octets["Content_Length"] = str(SIZE * MB + 2)
        status, data = ask(port, "POST", f"{task}/files?name=a.pdf", iter([b"%PDF-"]), **octets)
        assert status == 413 and b"FileTooLarge" in data
    p95 = quantiles(waits, n=20)[-1] if len(waits) > 1 else waits[0]
    told = f"{AT_ONCE} x {SIZE} MB at once: memory +{grown:.0f} MB"
    print(f"{told}, others' p95 {p95:.2f} s of {len(waits)} pages")
    assert grown < 100
