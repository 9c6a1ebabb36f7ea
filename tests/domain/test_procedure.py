"""The facts of a procedure and of a province are read strictly: a slip of the pen is reported, not acted upon."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.domain.procedure import read_procedure, read_province
from runner.domain.toml import TomlInvalid
from runner.domain.working_day import Hours, Session

PROCEDURE = """
code = "ha-tinh/QT.BC.01"
title = "Cấp giấy phép bưu chính"
title_en = "Issue a postal licence"
kind = "licence_issue"
form_set = "tt01-2018"
channels = ["Nộp hồ sơ trực tiếp"]
conditions = []
applicants = "Doanh nghiệp"
authority = "Sở Thông tin và Truyền thông Hà Tĩnh"
received_at = "Trung tâm Phục vụ hành chính công tỉnh Hà Tĩnh"
dossier_sets = 1
notes = ["* Trường hợp hồ sơ quá hạn xử lý"]
silent = ["conditions", "time.listed"]
none = [{ name = "bases", text = "Không" }]
agencies = ["Cơ quan phối hợp: Sở Tư pháp"]

[decision]
number = "1295/QĐ-UBND"
date = 2022-06-24
title = "VỀ VIỆC CÔNG BỐ DANH MỤC"
issuer = "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH"
signer = "Lê Ngọc Châu"
effective = 2022-06-24

[time]
limit = "12"
unit = "working-days"
text = "12 ngày làm việc"
counted_from = "kể từ ngày nhận đủ hồ sơ hợp lệ"

[apology]
working_days_before = 1
text = "* Trường hợp hồ sơ quá hạn xử lý"
in_decision = true

[results]
granted = "Giấy phép bưu chính"
refused = "Văn bản thông báo"

[retention]
text = "thời gian lưu 05 năm"
years = 5

[[steps]]
id = "B1"
text = ["Nộp hồ sơ", "Tiếp nhận"]
actors = "Công chức TN&TKQ"
lanes = ["one_stop_clerk"]
duration = { text = "Giờ hành chính" }
title_en = "Receive the dossier"

[[steps]]
id = "B2"
text = ["Chuyển hồ sơ"]
actors = "Công chức TN&TKQ; Chuyên viên"
lanes = ["one_stop_clerk", "specialist"]
duration = { text = "0,5 ngày", days = "0.5" }
forms = "Mẫu 01, 05"
title_en = "Forward the dossier"

[[branches]]
id = "dossier_complete"
step = "B1"
question = "Hồ sơ đầy đủ, hợp lệ?"
question_en = "Is the dossier complete and valid?"
outcomes = [
  { id = "complete", text = "- Nếu hồ sơ đầy đủ", next = "B2", form = "Mẫu 01" },
  { id = "incomplete", text = "", next = "B1" },
]

[[groups]]
id = "2.3.1"
text = "Đối với các trường hợp"

[[dossier]]
name = "Điều lệ của doanh nghiệp"
copy = "unknown"
required = false
condition = "nếu có"
parts = ["Thông tin"]

[[fees]]
case = "first_issue"
label = "Trường hợp thẩm định cấp phép lần đầu"
amount = 10750000
text = "10.750.000 đồng/lần cấp"

[[forms]]
code = "BM.BC.01.01"
title = "Giấy đề nghị"

[[records]]
text = "Hồ sơ theo mục 2.3."

[[discrepancies]]
id = "D04"
texts = ["Giờ hành chính"]
governs = "Bước này không có thời hạn."
places = ["Mục 2.10"]
severity = "A"
shown = ["receipt"]
"""

PROVINCE = """
code = "ha-tinh"
name = "Hà Tĩnh"
agency = "Sở Thông tin và Truyền thông Hà Tĩnh"
division = "Phòng Bưu chính Viễn thông"
centre = "Trung tâm Phục vụ hành chính công tỉnh Hà Tĩnh"
section = "Bộ phận TN&TKQ"
case_number = "000.00.06.H27"
weekly_off = ["saturday", "sunday"]
years = [2025, 2026]
intake_cutoff = "16:30"

[lanes]
one_stop_clerk = "Công chức TN&TKQ"
director = "Lãnh đạo Sở"

[[hours]]
until = 2026-04-15
sessions = [["07:30", "11:30"], ["13:30", "17:00"]]

[[hours]]
from = 2026-04-16
sessions = [["07:00", "11:00"], ["14:00", "17:30"]]

[[days]]
date = 2026-01-02
kind = "off"
name = "Nghỉ hoán đổi"
source = "Thông báo"
"""

OPTIONAL = {
    "dossier_sets",
    "results",
    "retention",
    "branches",
    "dossier",
    "fees",
    "forms",
    "records",
    "discrepancies",
    "results.refused",
    "steps.forms",
    "steps.duration.days",
    "branches.outcomes.form",
    "branches.outcomes.label",
    "dossier.condition",
    "dossier.parts",
    "days",
    "days.name",
    "days.source",
    "intake_cutoff",
    "hours.from",
    "hours.until",
    "lanes.one_stop_clerk",
    "lanes.director",
    "none",
    "agencies",
    "groups",
    "discrepancies.places",
    "discrepancies.severity",
    "discrepancies.shown",
    "section",
}
"""Keys that may be left out."""

Place = tuple[str | int, ...]


def places(value: object, at: Place = ()) -> Iterator[Place]:
    """Where every key of a file stands."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(value, dict):
            yield (*at, key)
        yield from places(inner, (*at, key))


def written(value: object) -> str:
    """`value` in TOML."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key} = {written(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
        case dt.date():
            return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def file(table: dict[str, Any]) -> bytes:
    return "\n".join(f"{key} = {written(value)}" for key, value in table.items()).encode()


def mutated(text: str, place: Place, change: Callable[[dict[str, Any], str], None]) -> bytes:
    """The file `text` after `change` to the table with the key at `place`."""
    table = inner = tomllib.loads(text)
    for step in place[:-1]:
        inner = inner[step]  # type: ignore[index]
    change(inner, str(place[-1]))
    return file(table)


def key_path(place: Place) -> str:
    """How an error names the key at `place`: items of lists are counted from 1."""
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")


READERS: dict[str, Callable[..., object]] = {PROCEDURE: read_procedure, PROVINCE: read_province}


def faults(read: Callable[[bytes], object], data: bytes) -> dict[str, str]:
    """What is wrong with a file: sentences by key."""
    with pytest.raises(TomlInvalid) as caught:
        read(data)
    return {fault.key: fault.message for fault in caught.value.faults}


KEYS = [(text, place) for text in READERS for place in places(tomllib.loads(text))]
every_key = pytest.mark.parametrize(("text", "place"), KEYS, ids=[key_path(place) for _, place in KEYS])


def changed(old: str, new: str) -> str:
    """The one thing that is wrong once `old`, which must be there once, is `new`."""
    text = PROCEDURE if old in PROCEDURE else PROVINCE
    assert text.count(old) == 1
    [sentence] = faults(READERS[text], text.replace(old, new).encode()).values()
    return sentence


def test_the_facts_of_a_procedure_are_read_as_they_stand() -> None:
    procedure = read_procedure(PROCEDURE.encode())
    assert (procedure.code, procedure.dossier_sets) == ("ha-tinh/QT.BC.01", 1)
    assert procedure.decision.date == dt.date(2022, 6, 24) and procedure.decision.announced_by == ""
    assert (procedure.time.limit_days, procedure.time.unit) == (Fraction(12), "working-days")
    assert [step.duration.days for step in procedure.steps] == [None, Fraction(1, 2)]
    assert procedure.steps[1].lanes == ("one_stop_clerk", "specialist")
    assert [outcome.form for outcome in procedure.branches[0].outcomes] == ["Mẫu 01", ""]
    assert procedure.dossier[0].parts == ("Thông tin",)
    assert [(fee.case, fee.amount) for fee in procedure.fees] == [("first_issue", 10_750_000)]
    assert (procedure.none_text("bases"), procedure.none_text("fees")) == ("Không", "")
    assert [(note.id, note.shown) for note in procedure.discrepancies] == [("D04", ("receipt",))]


def test_a_province_is_read_as_it_stands() -> None:
    province = read_province(PROVINCE.encode())
    assert province.weekly_off == ("saturday", "sunday") and province.years == (2025, 2026)
    assert province.intake_cutoff == dt.time(16, 30)
    assert {id: lane.label for id, lane in province.lanes.items()} == {
        "one_stop_clerk": "Công chức TN&TKQ",
        "director": "Lãnh đạo Sở",
    }
    winter = (Session(dt.time(7, 30), dt.time(11, 30)), Session(dt.time(13, 30), dt.time(17)))
    assert province.hours[0] == Hours(None, dt.date(2026, 4, 15), winter)
    assert [day.date for day in province.days] == [dt.date(2026, 1, 2)]


@every_key
def test_a_key_that_is_dropped_is_named(text: str, place: Place) -> None:
    without = mutated(text.replace(', "time.listed"', ""), place, lambda table, key: table.pop(key))
    if ".".join(step for step in place if isinstance(step, str)) in OPTIONAL:
        READERS[text](without)
        return
    found = faults(READERS[text], without)
    # Of a table that is missing, the keys that it needs are named.
    assert found == {key: f"thiếu khóa “{key}”." for key in found} and found
    assert {key.removeprefix(key_path(place))[:1] for key in found} <= {"", ".", "["}


@every_key
def test_a_file_that_was_checked_before_says_the_same_and_one_that_no_longer_fits_is_refused_the_same(
    text: str, place: Place
) -> None:
    read = READERS[text]
    without = mutated(text.replace(', "time.listed"', ""), place, lambda table, key: table.pop(key))
    if ".".join(step for step in place if isinstance(step, str)) in OPTIONAL:
        assert read(without, checked=True) == read(without)
    else:
        assert faults(partial(read, checked=True), without) == faults(read, without)


@every_key
def test_a_key_that_is_misspelt_is_named_with_the_one_that_it_resembles(text: str, place: Place) -> None:
    misspelt = mutated(text, place, lambda table, key: table.update({f"{key}z": table.pop(key)}))
    key = f"{key_path(place)}z"
    message = faults(READERS[text], misspelt)[key]
    assert message == f"khóa “{key}” không có trong quy ước; có phải là “{place[-1]}” không?"


@every_key
@pytest.mark.parametrize("value", [dt.datetime(1979, 5, 27, 7, 32), 0.5, -1, {"x": 1}, [[]]])  # noqa: DTZ001
def test_a_value_of_another_type_is_named(text: str, place: Place, value: object) -> None:
    data = mutated(text, place, lambda table, key: table.update({key: value}))
    assert any(key.startswith(key_path(place)) for key in faults(READERS[text], data))


def test_an_analyst_who_has_code_and_title_alone_is_told_every_missing_key_at_once() -> None:
    found = faults(read_procedure, b'code = "ben-tre/07"\ntitle = "C\xe1\xba\xa5p l\xe1\xba\xa1i"\n')
    keys = """
        title_en kind form_set channels conditions applicants authority received_at notes silent
        decision.number decision.date decision.title decision.issuer decision.signer decision.effective
        time.limit time.unit time.text time.counted_from
        apology.working_days_before apology.text apology.in_decision
        steps[1].id steps[1].text steps[1].actors steps[1].lanes steps[1].duration.text steps[1].title_en
    """
    assert list(found) == keys.split()


def test_facts_written_before_the_slip_could_be_in_time_read_as_they_did() -> None:
    apology = read_procedure(PROCEDURE.encode()).apology
    assert (apology.working_days_before, apology.opens, apology.warning_only) == (1, 2, False)
    assert apology.opens_working_days_before is None


def test_everything_wrong_is_told_at_once_with_its_line() -> None:
    text = PROCEDURE
    for old, new in {
        'signer = "Lê Ngọc Châu"': "notes = []",
        "years = 5": 'years = "5"',
        'id = "B2"': 'id = "B1"\nidd = "x"',
        'step = "B1"': 'step = "B9"',
        'title = "Giấy đề nghị"': "",
    }.items():
        text = text.replace(old, new)
    with pytest.raises(TomlInvalid) as caught:
        read_procedure(text.encode())
    lines = text.splitlines()
    expected = {
        "[decision]": "thiếu khóa “decision.signer”.",
        "notes = []": "khóa “decision.notes” không có trong quy ước; "
        "“notes” phải đứng trước bảng [ ] đầu tiên của tệp.",
        'years = "5"': "khóa “retention.years” phải là một số nguyên.",
        'idd = "x"': "khóa “steps[2].idd” không có trong quy ước; có phải là “id” không?",
        'step = "B9"': "khóa “branches[1].step” nêu bước “B9” không có trong danh sách các bước.",
        "[[forms]]": "thiếu khóa “forms[1].title”.",
    }
    lines_expected = [f"- dòng {lines.index(line) + 1}: {sentence}" for line, sentence in expected.items()]
    twice = lines.index('idd = "x"')  # the line before, counted from 1
    lines_expected.insert(3, f"- dòng {twice}: giá trị “B1” của khóa “steps[2].id” bị trùng.")
    assert str(caught.value).splitlines() == ["có 7 chỗ chưa đúng:", *lines_expected]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('limit = "12"', 'limit = "0"', "khóa “time.limit” phải là số ngày"),
        ('limit = "12"', 'limit = "2.25"', "khóa “time.limit” phải là số ngày"),
        ('limit = "12"', "limit = 12", "khóa “time.limit” phải là số ngày"),
        ('unit = "working-days"', 'unit = "hours"', "một trong các giá trị: working-days, calendar-days"),
        ('copy = "unknown"', 'copy = "x"', "khóa “dossier[1].copy” phải là một trong các giá trị"),
        ('lanes = ["one_stop_clerk"]', 'lanes = ["clerk"]', "khóa “steps[1].lanes[1]” phải là một trong"),
        ('lanes = ["one_stop_clerk"]', "lanes = []", "khóa “steps[1].lanes” phải có ít nhất một mục"),
        ('days = "0.5"', 'days = "0,5"', "khóa “steps[2].duration.days” phải là số ngày"),
        ('id = "B2"', 'id = "B1"', "giá trị “B1” của khóa “steps[2].id” bị trùng"),
        ('id = "incomplete"', 'id = "complete"', "khóa “branches[1].outcomes[2].id” bị trùng"),
        ('step = "B1"', 'step = "B9"', "khóa “branches[1].step” nêu bước “B9” không có"),
        (
            "[apology]",
            '[clock]\nstarts_with = "B9"\nstops_after = ["B2"]\n[apology]',
            "clock.starts_with” nêu bước “B9”",
        ),
        (
            "[apology]",
            '[clock]\nstarts_with = "B1"\nstops_after = ["B9"]\n[apology]',
            "clock.stops_after[1]” nêu bước “B9”",
        ),
        ("[apology]", '[clock]\nstarts_with = "B1"\nstops_after = []\n[apology]', "stops_after” phải có ít nhất"),
        ("[apology]", '[[works]]\nlane = "director"\nform = "x"\nstep = "B9"\n[apology]', "works[1].step” nêu"),
        ("amount = 10750000", "amount = -1", "khóa “fees[1].amount” phải là một số nguyên từ 0 trở lên"),
        (
            "amount = 10750000",
            "amount = 1000000000001",
            "khóa “fees[1].amount” phải là một số nguyên không quá 1000000000000",
        ),
        ("dossier_sets = 1", "dossier_sets = 10000", "khóa “dossier_sets” phải là một số nguyên không quá 9999"),
        ("[2025, 2026]", "[0]", "khóa “years[1]” phải là một số nguyên từ 1 trở lên"),
        ("[2025, 2026]", "[10000]", "khóa “years[1]” phải là một số nguyên không quá 9999"),
        ("amount = 10750000", "amount = true", "khóa “fees[1].amount” phải là một số nguyên."),
        ("years = 5", "years = 5.0", "khóa “retention.years” phải là một số nguyên"),
        ("in_decision = true", "in_decision = 1", "khóa “apology.in_decision” phải là true hoặc false"),
        ("required = false", 'required = "no"', "khóa “dossier[1].required” phải là true hoặc false"),
        ('title = "Giấy đề nghị"', 'title = " "', "khóa “forms[1].title” không được để trống"),
        ('"time.listed"', '"fees"', "khóa “silent[2]” nêu “fees”"),
        ('"time.listed"', '"cost"', "khóa “silent[2]” nêu “cost”"),
        ('silent = ["conditions", ', "silent = [", "khóa “conditions” để trống"),
        ('text = "* Trường hợp hồ sơ quá hạn xử lý"', 'text = ""', "khóa “apology.text” để trống"),
        ('applicants = "Doanh nghiệp"', 'applicants = " "', "khóa “applicants” để trống"),
        ('counted_from = "kể từ ngày nhận đủ hồ sơ hợp lệ"', 'counted_from = ""', "khóa “time.counted_from” để trống"),
        ('{ name = "bases"', '{ name = "fees"', "khóa “none[1].name” nêu “fees”"),
        ('{ name = "bases"', '{ name = "conditions"', "khóa “none[1].name” nêu “conditions”"),
        ('condition = "nếu có"', 'group = "2.3.2"', "khóa “dossier[1].group” nêu nhóm hồ sơ “2.3.2” không có"),
        ('places = ["Mục 2.10"]', 'places = ["B1", "B7"]', "khóa “discrepancies[1].places” phải có đúng một nơi"),
        ('severity = "A"', 'severity = "D"', "khóa “discrepancies[1].severity” phải là một trong"),
        ('shown = ["receipt"]', 'shown = ["letter"]', "khóa “discrepancies[1].shown[1]” phải là một trong"),
        ('channels = ["Nộp hồ sơ trực tiếp"]', 'channels = "Nộp"', "khóa “channels” phải là một danh sách"),
        ("[results]", "[[results]]", "khóa “results” phải là một bảng"),
        (
            'director = "Lãnh đạo Sở"',
            'boss = "Lãnh đạo Sở"',
            "khóa “lanes.boss” không phải là một trong các vai trò có sẵn",
        ),
        ('director = "Lãnh đạo Sở"', 'director = ""', "khóa “lanes.director” không được để trống"),
        ('["saturday", "sunday"]', '["saturday", "saturday"]', "giá trị “saturday” của khóa “weekly_off[2]” bị trùng"),
        ('["saturday", "sunday"]', '["Saturday"]', "khóa “weekly_off[1]” phải là một trong"),
        ("[2025, 2026]", "[2025, 2025]", "giá trị “2025” của khóa “years[2]” bị trùng"),
        ('"16:30"', '"16h30"', "khóa “intake_cutoff” phải là giờ và phút"),
        ('"16:30"', "16:30:00", "khóa “intake_cutoff” phải là giờ và phút"),
        ('["07:30", "11:30"]', '["11:30", "07:30"]', "khóa “hours[1].sessions[1]” phải là giờ mở và giờ đóng"),
        ('["07:30", "11:30"]', '["07:30"]', "khóa “hours[1].sessions[1]” phải là giờ mở và giờ đóng"),
        (
            '["07:30", "11:30"]',
            '["07:30", "14:00"]',
            "khóa “hours[1]”: Lịch làm việc không hợp lệ: “07:30–14:00, 13:30–17:00”",
        ),
        (
            "from = 2026-04-16",
            "from = 2026-04-16\nuntil = 2026-04-01",
            "khóa “hours[2].until” là ngày trước ngày bắt đầu",
        ),
        ('kind = "off"', 'kind = "holiday"', "khóa “days[1].kind” phải là một trong các giá trị: off, work"),
    ],
)
def test_a_wrong_value_is_told_with_its_place(old: str, new: str, sentence: str) -> None:
    assert sentence in changed(old, new)


def test_a_number_of_thousands_of_digits_is_told_in_a_short_sentence() -> None:
    huge = f"0x{'f' * 4000}"
    told = read_or_told(read_province, PROVINCE.replace("[2025, 2026]", f"[{huge}, {huge}]").encode())
    assert f"giá trị “0x{'f' * 98}…” của khóa “years[2]” bị trùng." in told
    assert "khóa “years[1]” phải là một số nguyên không quá 9999." in told and len(told) < 500


def test_a_number_that_an_earlier_release_took_is_still_read() -> None:
    data = PROCEDURE.replace("dossier_sets = 1", "dossier_sets = 10000").encode()
    assert read_procedure(data, checked=True).dossier_sets == 10_000


def test_empty_keys_that_an_earlier_release_took_unexplained_are_still_read() -> None:
    data = PROCEDURE.replace('applicants = "Doanh nghiệp"', 'applicants = ""').encode()
    assert "khóa “applicants” để trống" in read_or_told(read_procedure, data)
    assert read_procedure(data, checked=True).applicants == ""


def read_or_told(read: Callable[[bytes], object], data: bytes) -> str:
    """What was read, or the sentence that says why it could not be."""
    try:
        return str(read(data))
    except TomlInvalid as error:
        return str(error)


@settings(max_examples=200)
@given(st.sampled_from(list(READERS)), st.floats(0, 1), st.text(max_size=3), st.integers(0, 5))
def test_a_file_with_a_slip_in_it_is_read_or_refused_in_a_sentence(text: str, at: float, new: str, gone: int) -> None:
    place = int(at * len(text))
    slipped = text[:place] + new + text[place + gone :]
    assert read_or_told(READERS[text], slipped.encode(errors="replace")).encode()
