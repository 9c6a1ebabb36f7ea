"""``motcua calendar``: shown first, then applied; what a deployment says of a file that differs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from tests.cli.conftest import Terminal
from tests.world import ROOT

KEEPER, DIRECTOR = ("--as", "administrator@ben-tre"), ("--as", "director@ben-tre")
STORM = ("calendar", "day", "ben-tre", "2022-09-28", "off", "--name", "Nghỉ bão", *KEEPER)
APPLY = ("--apply", "--reason", "Công điện 01")


CLERK = ("--as", "one_stop_clerk@ben-tre")
Intake = Callable[..., Path]


def received(office: Terminal, intake: Intake) -> Terminal:
    office("start", "ben-tre/39", *CLERK)
    office("submit", 1, "Task_1_receive#1", *CLERK, "--values", intake())
    return office


def due(office: Terminal) -> str:
    return str(office.json("case", "1")["due"])


def test_an_edit_is_previewed_and_then_applied(office: Terminal, intake: Intake) -> None:
    received(office, intake)
    shown = office.json(*STORM)
    assert shown["changes"] == ["28/09/2022: nghỉ (Nghỉ bão)"] and not shown["applied"]
    [case] = shown["cases"]
    assert (case["case"], case["printed"], case["earlier"]) == (1, True, False)
    promise = {"task": None, "before": "2022-10-10T17:00:00+07:00", "after": "2022-10-11T17:00:00+07:00"}
    assert promise in case["moved"]
    assert "Mới là xem trước" in office(*STORM).stdout
    assert office.json("calendar", "show", "ben-tre")["revision"] == 1
    assert due(office) == promise["before"]

    assert "Hãy nêu lý do" in office(*STORM, "--apply", code=3).stderr
    assert "nay là bản 2" in office(*STORM, *APPLY).stdout
    assert due(office) == promise["after"]
    assert "Tính lại thời hạn theo lịch làm việc đã sửa: Công điện 01" in office("case", "1").stdout
    assert "không có gì để sửa" in office(*STORM, *APPLY, code=3).stderr
    newest, first = office.json("calendar", "revisions", "ben-tre")
    assert (newest["by"], newest["changes"]) == ("administrator@ben-tre", ["28/09/2022: nghỉ (Nghỉ bão)"])
    assert (first["revision"], first["changes"], first["decision"]) == (1, [], None)
    office("replay", "--all")


def test_an_earlier_promise_waits_for_a_director(office: Terminal, intake: Intake) -> None:
    before = due(received(office, intake))
    work = ("calendar", "day", "ben-tre", "2022-10-01", "work", *KEEPER)
    assert "sớm hơn, chờ lãnh đạo duyệt" in office(*work).stdout
    assert "1 hồ sơ chờ lãnh đạo duyệt" in office(*work, *APPLY).stdout
    assert due(office) == before
    office("calendar", "decide", "ben-tre", "approve", *KEEPER, "--reason", "x", code=4)
    office("calendar", "decide", "ben-tre", "approve", *DIRECTOR, "--reason", "Đồng ý")
    assert due(office) < before
    assert "Lãnh đạo đồng ý dời ngày hẹn sớm hơn: Đồng ý" in office("calendar", "revisions", "ben-tre").stdout


def test_a_year_is_added_as_a_guess_and_a_dossier_of_december_is_received_again(
    office: Terminal, intake: Intake
) -> None:
    office.at("2027-12-20 08:00")("start", "ben-tre/39", *CLERK)
    receive = ("submit", 1, "Task_1_receive#1", *CLERK, "--values", intake())
    assert "motcua calendar year" in office(*receive, code=3).stderr
    office("calendar", "year", "ben-tre", 2028, *KEEPER, "--apply", "--reason", "Chưa có thông báo")
    office(*receive)
    shown = office("case", "1", "--explain").stdout
    assert "(lịch dự kiến)" in shown and "lịch năm 2027, 2028 còn là dự kiến" in " ".join(shown.split())
    for year in (2027, 2028):
        office("calendar", "confirm", "ben-tre", year, *KEEPER, *APPLY)
    assert "2028 (dự kiến)" not in office("calendar", "show", "ben-tre", "--year", 2028).stdout


def test_hours_and_the_cutoff_are_set_by_season(office: Terminal) -> None:
    season = ("--since", "2022-10-16", "--until", "2023-04-15", "--session", "07:30-11:30", "--session", "13:00-16:30")
    office("calendar", "hours", "ben-tre", *season, *KEEPER, *APPLY)
    office("calendar", "cutoff", "ben-tre", "16:00", *KEEPER, *APPLY)
    shown = office("calendar").stdout
    assert "từ 16/10/2022 đến 15/04/2023: 07:30–11:30, 13:00–16:30" in shown and "Nhận hồ sơ đến 16:00" in shown
    office("calendar", "cutoff", "ben-tre", "none", *KEEPER, *APPLY)
    assert office.json("calendar", "show", "ben-tre")["intake_cutoff"] is None


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("day", "ben-tre", "28/09/2022", "off", *KEEPER), 2, "2022-09-26"),
        (("hours", "ben-tre", "--session", "11:30-07:30", *KEEPER), 3, "không hợp lệ"),
        (("hours", "ben-tre", "--session", "07:30", *KEEPER), 2, "không phải là một buổi"),
        (("cutoff", "ben-tre", "25:00", *KEEPER), 2, "giờ và phút"),
        (("swap", "ben-tre", "--off", "2022-10-03", "--work", "2022-10-03", *KEEPER), 3, "hai ngày khác nhau"),
        (("year", "ben-tre", "2027", *KEEPER), 3, "đã có năm 2027"),
        (("confirm", "ben-tre", "2030", *KEEPER), 3, "không có năm 2030"),
        (("day", "ben-tre", "2022-09-28", "off", *DIRECTOR), 4, "Không tìm thấy lịch làm việc"),
        (("show", "hue"), 4, "chưa có lịch làm việc"),
        (("revisions", "hue"), 4, "chưa có lịch làm việc"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    office: Terminal, words: tuple[str, ...], code: int, sentence: str
) -> None:
    assert sentence in office("calendar", *words, code=code).stderr


def test_a_deployment_says_where_the_file_differs_and_changes_nothing(office: Terminal, tmp_path: Path) -> None:
    for folder in ("bpmn/ben-tre", "forms"):
        copytree(ROOT / folder, tmp_path / folder)
    file = tmp_path / "bpmn/ben-tre/province.toml"
    assert "khác province.toml" not in office("deploy", tmp_path / "bpmn/ben-tre/39.bpmn").stdout
    text = file.read_text(encoding="utf-8").replace("2027]\n", "2027, 2028]\n", 1)
    swap = '[[days]]\ndate = 2026-12-31\nkind = "off"\nname = "Nghỉ hoán đổi thử"\nsource = "thử"\n'
    file.write_text(f"{text}\n{swap}", encoding="utf-8")
    said = office("deploy", tmp_path / "bpmn/ben-tre/39.bpmn").stdout
    assert "(bản 1) không đổi, nhưng khác province.toml" in said
    assert "Thêm năm 2028" in said and "31/12/2026: nghỉ (Nghỉ hoán đổi thử)" in said
    assert office.json("calendar", "show", "ben-tre")["revision"] == 1
