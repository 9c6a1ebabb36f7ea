"""A case is received at one moment and settled with one verdict: every page, paper and program says the same."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from io import StringIO
from pathlib import Path

import pytest

from runner.cli.case_summary import standing
from runner.domain.person import Person, Role
from tests.papers.test_paper import text as pdf_text
from tests.procedures.dossier import Dossier, local_text
from tests.web.conftest import Site
from tests.web.program import Program

AUDITOR = Person("both", "Kiểm tra hai tỉnh", frozenset({("ha-tinh", Role.AUDITOR), ("ben-tre", Role.AUDITOR)}))
RECEIVE = {"ha-tinh/QT.BC.01": "Task_B1_receive", "ben-tre/39": "Task_1_receive"}
WORDS = {"early": "Trước hạn", "in_time": "Đúng hạn", "late": "Quá hạn"}


@pytest.fixture
def world(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """A dossier that comes in on Friday 30/09/2022 at 17:53, after hours."""
    procedure = getattr(request, "param", "ben-tre/39")
    dossier = Dossier(database_url, tmp_path, procedure, "2022-09-30 17:53")
    dossier.runner.people.save(AUDITOR)
    dossier.do(RECEIVE[procedure])
    yield dossier
    dossier.runner.close()


def row(site: Site, query: str = "") -> dict[str, str] | None:
    """The case in the register's file."""
    lines = site.browser(AUDITOR).get(f"/register.csv{query}").text.removeprefix("\ufeff")
    return next(csv.DictReader(StringIO(lines)), None)


def text(site: Site, path: str) -> str:
    """What a reader sees of a page."""
    page = site.browser(AUDITOR).get(path).text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def printed(site: Site, name: str) -> str:
    return " ".join(pdf_text(site.browser(AUDITOR).get(f"/cases/1/papers/{name}.pdf").data).split())


@pytest.mark.parametrize("world", RECEIVE, indirect=True)
def test_what_comes_in_after_hours_is_received_at_the_next_opening_and_the_click_is_history(site: Site) -> None:
    assert local_text(site.world.row.received) == "2022-10-03 07:30"
    assert "07:30 ngày 03/10/2022" in text(site, "/cases/1") and "03/10/2022 07:30" in text(site, "/register")
    for path in ("receipt", "control-slip"):
        page = printed(site, path)
        assert "07 giờ 30 phút, ngày 03 tháng 10 năm 2022" in page and "17:53" not in page and "17 giờ 53" not in page
    found = row(site)
    assert found and found["Nhận hồ sơ"] == "2022-10-03 07:30"
    assert "nhận 07:30 ngày 03/10/2022" in standing(site.world.row)
    answer = Program(site, AUDITOR).get("/cases/1")
    assert (answer["received"], answer["started"]) == ("2022-10-03T00:30:00.000000Z", "2022-09-30T10:53:00.000000Z")
    head, _, rest = site.browser(AUDITOR).get("/cases/1").text.partition('id="tasks-title"')
    assert "17:53" not in head and "17:53 ngày 30/09/2022" in rest.partition('id="events-title"')[2]
    # Of all cases received on 30/09 it is none, of those on 03/10 it is one.
    assert row(site, "?until=2022-10-02") is None and row(site, "?since=2022-10-03&until=2022-10-03")


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("2022-10-14 23:59", "early"),
        ("2022-10-17 17:00", "in_time"),
        ("2022-10-17 17:01", "late"),
    ],
)
def test_slip_register_case_page_history_program_and_terminal_give_one_verdict(
    site: Site, world: Dossier, at: str, verdict: str
) -> None:
    world.at("2022-10-03 08:00")
    for element in ("Task_1_forward", "Task_2_process", "Task_3_submit", "Task_4_approve", "Task_5_record"):
        world.do(element)
    assert local_text(world.row.due) == "2022-10-17 17:00" and world.row.verdict is None
    program = Program(site, AUDITOR)
    assert program.get("/cases/1")["verdict"] is None
    world.on(at, "Task_6_notify", late_reason="Nhiều hồ sơ")

    word = WORDS[verdict]
    assert world.row.verdict == verdict == program.get("/cases/1")["verdict"]
    assert f"Kết quả chung: {word}" in printed(site, "control-slip")
    page = text(site, "/cases/1")
    assert f"Đã hết tính thời hạn: {word.lower()}" in page
    assert f"Hết tính thời hạn: {word.lower()}" in page
    assert f"đang giải quyết, {word.lower()}" in text(site, "/register")
    found = row(site)
    assert found and found["Trước hạn, đúng hạn hay quá hạn"] == word
    assert standing(world.row).endswith(word.lower())
    assert (row(site, "?late=ended") is not None) == (verdict == "late")
