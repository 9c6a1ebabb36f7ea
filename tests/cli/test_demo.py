"""``motcua demo``: two dossiers from receipt to result, on a database of its own."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from runner.cli import demo
from tests.cli.conftest import Terminal
from tests.world import ROOT


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one demonstration tells as JSON."""
    folder = tmp_path_factory.mktemp("demo")
    with chdir(folder):
        return Terminal(demo.DATABASE, folder).at("2031-01-06 08:00").json("demo", "--content", ROOT)


@pytest.fixture
def stage(bare: Terminal) -> Terminal:
    """A terminal on the database of the demonstration."""
    bare.url = bare.environment["MOTCUA_DATABASE"] = demo.DATABASE
    return bare


def test_a_dossier_of_each_province_goes_from_receipt_to_result(result: Any) -> None:
    assert [case["procedure"] for case in result["cases"]] == ["ben-tre/39", "ha-tinh/QT.BC.01"]
    assert [(case["status"], case["outcome"]) for case in result["cases"]] == [("finished", "granted")] * 2
    assert (result["replayed"], result["divergences"]) == (2, [])
    for case in result["cases"]:
        output = [sentence for event in case["events"] for sentence in event["said"]]
        assert "Tạm dừng tính thời hạn." in output
        assert "Tính tiếp thời hạn." in output
        assert any(sentence.startswith("Quá hạn “") for sentence in output)
        assert any(sentence.startswith("Lý do chậm trễ: ") for sentence in output)
        whys = [mark["why"] for event in case["events"] for mark in event["deadlines"]]
        assert any("nghỉ hằng tuần" in why and "tạm dừng" in why for why in whys)


def test_an_apology_is_sent_on_the_day_before_the_one_that_was_promised(result: Any) -> None:
    case = result["cases"][1]
    at = {event["said"][0]: event["at"] for event in case["events"]}
    assert case["due"] == "2023-05-17T13:32:00+07:00"
    assert at["Đến mốc “Còn 02 ngày làm việc”."] == "2023-05-15T13:32:00+07:00"
    assert at["Hoàn thành “Gửi phiếu cho tổ chức, cá nhân”."] == "2023-05-16T14:40:00+07:00"
    assert at["Đến mốc “Hết ngày cuối cùng ban hành”."] == "2023-05-16T17:00:00+07:00"
    assert not any("ban hành muộn" in each for event in case["events"] for each in event["said"])


def test_the_time_line_can_be_read_and_time_moved_on(stage: Terminal) -> None:
    output = stage("demo", "--content", ROOT).stdout
    assert "Hồ sơ #1 · 000.00.06.H07-220928-0001" in output
    assert "    hạn 17:00 ngày 12/10/2022 = 10 ngày làm việc sau ngày tiếp nhận 28/09/2022;" in output
    assert "15:40 ngày 06/10/2022 · Hệ thống" in output
    assert "Việc này đã quá hạn: hãy nêu lý do chậm trễ" in output
    assert "2 hồ sơ khớp với nhật ký khi kiểm tra lại." in output
    assert "motcua --database sqlite:///var/demo.db case 2 --explain" in output
    assert "Thứ Bảy   01/10/2022  –  " not in output
    assert "Thứ Bảy   01/10/2022  –  " in stage("case", 1, "--explain").stdout
    assert stage.json("tick", "--now", "2023-06-01T08:00")["failed"] == 0


def test_playing_again_keeps_what_is_there(stage: Terminal) -> None:
    stage("demo", "--content", ROOT)
    again = stage.json("demo", "--content", ROOT)
    assert [case["case"] for case in again["cases"]] == [3, 4]
    assert again["replayed"] == 4
    assert again["cases"][0]["number"] == "000.00.06.H07-220928-0002"
    stage("rebuild", "--all")
    assert stage.at("2026-11-30 08:00").json("replay", "--all").items() >= {"cases": 4, "found": 0}.items()
    assert not Path("var/demo-mail").exists()


def test_the_database_of_the_environment_is_left_alone(office: Terminal) -> None:
    office("demo", "--content", ROOT)
    assert Path("var/demo.db").exists()
    assert office.json("replay", "--all")["cases"] == 0


def test_real_data_is_never_played_upon(office: Terminal) -> None:
    refused = office("--database", office.url, "demo", "--content", ROOT, code=3)
    assert "dữ liệu thật" in refused.stderr
    office("tick", "--now", "2022-09-27", code=3)
