"""``motcua due``: deadlines by the deployed calendar, or by the content root's on a bare checkout."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from tests.cli.conftest import Terminal
from tests.world import ROOT


@pytest.mark.parametrize(
    ("start", "days", "step", "promise"),
    [
        ("2022-09-26T08:00", "5", "2022-10-03T08:00", "2022-10-03T17:00"),
        ("2022-09-26T09:00", "0.5", "2022-09-26T14:49", "2022-09-27T11:30"),
        ("2022-09-26T12:00", "0.5", "2022-09-26T17:00", "2022-09-27T11:30"),
        ("2022-09-26T16:45", "0.5", "2022-09-27T11:13", "2022-09-27T11:30"),
        ("2022-09-30T17:30", "1", "2022-10-03T17:00", "2022-10-04T17:00"),
        ("2022-08-31T09:00", "12", "2022-09-20T09:00", "2022-09-20T17:00"),
        ("2024-04-26T15:00", "5", "2024-05-07T15:00", "2024-05-07T17:00"),
        ("2026-01-09T14:00", "1", "2026-01-10T14:00", "2026-01-10T17:00"),
        ("2027-02-03T09:00", "3", "2027-02-15T09:00", "2027-02-15T17:00"),
    ],
)
def test_a_bare_checkout_knows_when_a_step_and_a_dossier_are_due(
    bare: Terminal, start: str, days: str, step: str, promise: str
) -> None:
    due = bare.json("due", "ben-tre", "--from", start, "--days", days, "--content", ROOT)
    assert due["step_due"] == f"{step}:00+07:00"
    assert due["promise"] == f"{promise}:00+07:00"


def test_the_days_of_the_answer_add_up_to_the_days_allowed(bare: Terminal) -> None:
    due = bare.json("due", "ha-tinh", "--from", "2023-04-26T09:00", "--days", "2.5", "--content", ROOT)
    assert sum(day["counted"] for day in due["days"]) == pytest.approx(2.5, abs=0.01)
    assert sum(day["counted"] for day in due["promise_days"]) == 2.5
    holiday = next(day for day in due["promise_days"] if day["date"] == "2023-05-01")
    assert holiday == {"date": "2023-05-01", "counted": 0.0, "why": "Nghỉ: Ngày Quốc tế Lao động"}


def test_calendar_days_end_with_the_next_working_day(bare: Terminal) -> None:
    words = ("due", "ha-tinh", "--from", "2023-04-26T09:00", "--days", "5", "--unit", "calendar", "--content", ROOT)
    assert bare.json(*words)["step_due"] == "2023-05-04T17:00:00+07:00"
    assert "dời đến hết ngày làm việc tiếp theo" in bare(*words).stdout


def test_a_moment_with_an_offset_is_taken_at_its_word(bare: Terminal) -> None:
    due = bare.json("due", "ben-tre", "--from", "2022-09-26T02:00+00:00", "--days", "0,5", "--content", ROOT)
    assert due["step_due"] == "2022-09-26T14:49:00+07:00"


def test_a_person_reads_the_moment_and_why(bare: Terminal) -> None:
    output = bare(
        "due", "ben-tre", "--from", "2022-09-30T15:00", "--days", "0.5", "--content", ROOT, "--explain"
    ).stdout
    assert output.splitlines()[:2] == [
        "Hạn của bước: 09:13 ngày 03/10/2022",
        "  = 0,5 ngày làm việc từ 15:00 ngày 30/09/2022; không tính 01/10, 02/10 (nghỉ hằng tuần)",
    ]
    assert "    Thứ Bảy   01/10/2022  –     Nghỉ hằng tuần" in output.splitlines()


def test_the_nearest_content_above_this_folder_is_used(bare: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "bpmn/ben-tre")
    assert bare.json("due", "ben-tre", "--from", "2022-09-26T09:00", "--days", "0.5")["step_due"]


def test_the_calendar_in_force_wins_over_the_one_in_the_files(office: Terminal, tmp_path: Path) -> None:
    content = tmp_path / "content"
    copytree(ROOT / "bpmn", content / "bpmn")
    (content / "forms").mkdir()
    province = content / "bpmn/ben-tre/province.toml"
    province.write_text(province.read_text().replace('"17:00"', '"18:00"'))
    words = ("due", "ben-tre", "--from", "2022-09-26T08:00", "--days", "1", "--content", content)
    assert office.json(*words)["promise"] == "2022-09-27T17:00:00+07:00"
    office.environment["MOTCUA_DATABASE"] = f"sqlite:///{tmp_path / 'none.db'}"
    assert office.json(*words)["promise"] == "2022-09-27T18:00:00+07:00"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("nowhere", "--from", "2022-09-26", "--days", "1"), 4, "Không có tỉnh nowhere"),
        (("../ben-tre", "--from", "2022-09-26", "--days", "1"), 4, "Không có tỉnh ../ben-tre"),
        (("..", "--from", "2022-09-26", "--days", "1"), 4, "Không có tỉnh .."),
        (("ben-tre", "--from", "hôm nay", "--days", "1"), 2, "“hôm nay” không phải là thời điểm"),
        (("ben-tre", "--from", "0001-01-01T00:00", "--days", "1"), 2, "không phải là thời điểm"),
        (("ben-tre", "--from", "9999-12-31T23:59", "--days", "1"), 3, "chưa có năm 9999"),
        (("ben-tre", "--from", "2022-09-26", "--days", "-1"), 2, "“-1” không phải là số ngày"),
        (("ben-tre", "--from", "2022-09-26", "--days", "1e3"), 2, "“1e3” không phải là số ngày"),
        (("ben-tre", "--from", "2022-09-26", "--days", "9999"), 3, "chưa có năm 2028"),
        (("ben-tre", "--from", "2031-01-06", "--days", "1"), 3, "chưa có năm 2031"),
        (("ben-tre", "--from", "2022-09-26", "--days", "1", "--unit", "lunar"), 2, "working, calendar"),
        (("ben-tre", "--days", "1"), 2, "Thiếu --from."),
    ],
)
def test_a_wrong_question_is_answered_by_a_sentence(
    bare: Terminal, words: tuple[str, ...], code: int, sentence: str
) -> None:
    result = bare("due", *words, "--content", ROOT, code=code)
    assert sentence in result.stderr
    assert not result.stdout


def test_without_any_content_the_command_says_what_it_looks_for(bare: Terminal) -> None:
    result = bare("due", "ben-tre", "--from", "2022-09-26", "--days", "1", code=4)
    assert "bpmn/" in result.stderr
