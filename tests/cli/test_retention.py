"""What is kept too long, held and erased, by the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.procedures.values import ANSWERS
from tests.world import person

CLERK, KEEPER, DIRECTOR = (f"{lane}@ha-tinh" for lane in ("one_stop_clerk", "administrator", "director"))


@pytest.fixture
def old(office: Terminal) -> Terminal:
    """A case of Hà Tĩnh that its applicant withdrew more than five years ago."""
    world = office.world()
    world.start("ha-tinh/QT.BC.01")
    values = {"applicant_name": "Công ty Lam Giang Xanh", "contact_phone": "0912 345 678"}
    world.do("Task_B1_receive", **ANSWERS[world.task("Task_B1_receive").form] | values)
    world.runner.cases.cancel(1, "Người nộp rút", person("one_stop_clerk"), world.now)
    world.runner.close()
    return office.at("2027-10-01 08:00")


def test_a_list_then_the_archive_then_two_people_erase(old: Terminal, tmp_path: Path) -> None:
    [kept] = old.json("retention")
    assert (kept["case"], kept["years"], kept["listed"]) == (1, 5, False) and "05 năm" in kept["source"]
    assert old.json("retention", "--act", "--as", KEEPER, "--approved-by", DIRECTOR)["erased"] == []
    sheet = tmp_path / "archive.csv"
    old("retention", "--transfer", sheet, "--as", KEEPER)
    assert "ha-tinh/QT.BC.01" in sheet.read_text("utf-8-sig")
    old("retention", "--transfer", sheet, "--as", KEEPER, code=3)
    assert "hai người" in old("retention", "--act", "--as", KEEPER, code=3).stderr
    [done] = old.json("retention", "--act", "--as", KEEPER, "--approved-by", DIRECTOR)["erased"]
    assert done["case"] == 1 and "applicant_name" in done["fields"]
    assert old.json("retention") == [] and old.json("replay", "--all")["found"] == 0


def test_a_held_case_stays_whatever_its_time(old: Terminal, tmp_path: Path) -> None:
    old("hold", 1, "--ground", "Khiếu nại 12/KN", "--as", KEEPER)
    assert old.json("retention")[0]["hold"] == "Khiếu nại 12/KN"
    erase = ("erase", 1, "--ground", "Điều 16", "--as", KEEPER, "--approved-by", DIRECTOR)
    assert "đang được giữ lại" in old(*erase, code=3).stderr
    old("hold", 1, "--lift", "--ground", "Đã giải quyết", "--as", KEEPER)
    assert "mục nhật ký" in old(*erase).stdout and old.json("replay", "--all")["found"] == 0
