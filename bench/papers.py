"""Papers: how long a page takes, of the forms of a case and of the register; by a warm press and a cold one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from bench.figure import Figure, seconds
from runner.domain.person import SYSTEM
from runner.papers.paper import pdf
from runner.papers.presses import PRESSES
from runner.reports import paper
from runner.store.schema import migrate
from runner.store.session import Database
from tests.papers.lives import ha_tinh
from tests.papers.test_paper import pages

ASKED = 40
ROWS = 2_000
ROW = (
    *("000.00.06.H27-220926-0001", "Cấp giấy phép bưu chính", "Công ty TNHH Bưu chính Hồng Lĩnh"),
    *("Số 12 đường Phan Đình Phùng, thành phố Hà Tĩnh, 0912 345 678", "Sở Thông tin và Truyền thông Hà Tĩnh"),
    *("08:30\n26/09/2022", "17:00\n12/10/2022", "09:00\n19/10/2022", "Trực tiếp", "Nguyễn Thị Lan", "Quá hạn"),
)


def speed() -> Iterator[Figure]:
    """A page of each form of a whole life, made anew each time with another moment, and a page of a long register."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        database = Database(url)
        migrate(database)
        database.close()
        world = ha_tinh(url, Path(folder))
        jobs = _jobs(lambda: [paper.everything(world.runner.audit, case, SYSTEM) for case in (1, 2)])
        world.runner.close()
    cold = seconds(lambda: pdf(*jobs[0]))
    per_page: dict[str, list[float]] = {}
    for round_ in range(ASKED):
        for template, values, at in jobs:
            took, made = _timed(template, _other(values, round_), at + timedelta(seconds=round_))
            per_page.setdefault(template.rpartition("/")[2], []).append(took / pages(made))
    for name, times in per_page.items():
        yield Figure(f"page of the {name.replace('_', ' ')}, a warm press", median(times) * 1000, "ms", 50, False)
    yield Figure("the first paper, a cold press", cold * 1000, "ms", 1000, False)
    template, values, at = next(job for job in jobs if job[0].endswith("control_slip"))
    rows = [[str(place), *ROW[:-1], f"{ROW[-1]} {place}"] for place in range(1, ROWS + 1)]
    register = values | {"rows": rows, "period": "Từ 01/09/2022 đến 30/09/2022", "count": str(ROWS), "copies": []}
    before = getrusage(RUSAGE_CHILDREN).ru_utime
    runs = [_timed(template.replace("control_slip", "register"), _other(register, each), at) for each in range(3)]
    count = pages(runs[0][1])
    took, worked = min(took for took, _ in runs), getrusage(RUSAGE_CHILDREN).ru_utime - before
    detail = f"{ROWS} rows on {count} pages, {worked / len(runs) / count * 1000:.2f} ms of the processor"
    yield Figure("page of the register", took / count * 1000, "ms", 10, False, detail)
    PRESSES.close()


def _other(values: dict[str, Any], number: int) -> dict[str, Any]:
    """Values of which hardly a line is one that the press has set before."""
    text = json.dumps(values, ensure_ascii=False)
    for word in ("Hồng Lĩnh", "Hà Tĩnh", "220926-0001", "năm 2022", "/2022", "hồ sơ", "Bước", "bước"):
        text = text.replace(word, f"{word} {number}")
    other: dict[str, Any] = json.loads(text)
    return other


def _timed(template: str, values: dict[str, Any], at: Any) -> tuple[float, bytes]:
    made: list[bytes] = []
    took = seconds(lambda: made.append(pdf(template, values, at)))
    return took, made[0]


def _jobs(make: Any) -> list[tuple[str, dict[str, Any], Any]]:
    """What is handed to the press while papers are made."""
    jobs: list[tuple[str, dict[str, Any], Any]] = []

    def note(template: str, values: dict[str, Any], at: Any) -> bytes:
        jobs.append((template, values, at))
        return b""

    with patch.object(paper, "pdf", note):
        make()
    return jobs
