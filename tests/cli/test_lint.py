"""``motcua lint``: any file of the world gets a sentence and an exit code, never a traceback."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile, copytree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.cli.lint import examine
from tests import six_tasks
from tests.cli.conftest import Terminal
from tests.world import ROOT

BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'


def test_the_diagrams_of_the_provinces_are_clean(bare: Terminal) -> None:
    result = bare("lint", ROOT / "bpmn")
    assert " 0 lỗi" in result.stdout


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\x00\x01\x02\xff\xfe",
        b"PK\x03\x04not a diagram",
        "một tệp văn bản".encode(),
        b"<html><body>hello</body></html>",
        b"<definitions/>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><definitions>&a;</definitions>',
        b"<a>" * 5000,
        b"<a>" * 150 + b"</a>" * 150,
        b" " * 1_000_001,
    ],
    ids=["empty", "binary", "zip", "text", "html", "no namespace", "doctype", "unclosed", "deep", "large"],
)
def test_what_is_no_diagram_is_refused_in_a_sentence(bare: Terminal, tmp_path: Path, junk: bytes) -> None:
    file = tmp_path / "junk.bpmn"
    file.write_bytes(junk)
    [report] = bare.json("lint", file, code=2)
    assert report["file"] == str(file)
    assert report["findings"] == []
    assert report["reason"]


def test_a_missing_file_and_a_folder_without_diagrams_are_refused(bare: Terminal, tmp_path: Path) -> None:
    missing = bare("lint", tmp_path / "none.bpmn", code=4).stdout
    assert "Không đọc được tệp" in missing and "1 không đọc được." in missing
    (tmp_path / "empty").mkdir()
    assert "Không tìm thấy tệp" in bare("lint", tmp_path / "empty", code=4).stderr


def test_a_script_task_is_an_error_with_its_place(bare: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "script.bpmn"
    file.write_text(
        f'<definitions {BPMN} id="d" targetNamespace="t">\n<process id="p" isExecutable="true">\n'
        '<scriptTask id="Task_evil" name="Xấu"/>\n</process></definitions>'
    )
    [report] = bare.json("lint", file, code=1)
    found = next(finding for finding in report["findings"] if finding["element"] == "Task_evil")
    assert found["line"] == 3
    assert found["severity"] == "error"
    assert set(found) == {"rule", "severity", "element", "line", "message", "count", "others"}
    assert report["structure_only"] is True
    output = bare("lint", file, code=1).stdout
    assert "Task_evil" in output and "Sửa những lỗi này trước" in output


def test_a_file_that_is_none_weighs_more_than_findings(bare: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").write_text(f'<definitions {BPMN} id="d" targetNamespace="t"/>')
    (tmp_path / "b.bpmn").write_text("junk")
    assert len(bare.json("lint", tmp_path / "a.bpmn", code=1)) == 1
    assert len(bare.json("lint", tmp_path, code=2)) == 2


def test_warnings_alone_leave_the_exit_code_at_zero(bare: Terminal, tmp_path: Path) -> None:
    file = six_tasks.write(tmp_path)  # drawn without shapes: it runs, but has no picture
    [report] = bare.json("lint", file)
    assert {finding["severity"] for finding in report["findings"]} == {"warning"}


@pytest.mark.parametrize(
    ("broken", "old", "new"),
    [
        ("bpmn/ben-tre/39.toml", "code =", "codes ="),
        ("bpmn/ben-tre/province.toml", "code =", "codes ="),
        ("forms/ky-duyet.form", '"director_decision"', '"case_due"'),
        ("bpmn/ben-tre/39.bpmn", "ben-tre_39", "ben-tre_40"),
    ],
)
def test_files_around_a_diagram_that_cannot_be_used_are_findings(
    bare: Terminal, tmp_path: Path, broken: str, old: str, new: str
) -> None:
    for part in ("bpmn", "forms"):
        copytree(ROOT / part, tmp_path / part)
    file = tmp_path / broken
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    [report] = bare.json("lint", tmp_path / "bpmn/ben-tre/39.bpmn", code=1)
    assert "content" in {finding["rule"] for finding in report["findings"]}


def test_a_process_with_another_id_than_its_file_is_told_at_the_process_with_both_ways_out(
    bare: Terminal, tmp_path: Path
) -> None:
    for part in ("bpmn", "forms"):
        copytree(ROOT / part, tmp_path / part)
    file = tmp_path / "bpmn/ben-tre/39.bpmn"
    file.write_text(file.read_text(encoding="utf-8").replace('"ben-tre_39"', '"Process_0x1"'), encoding="utf-8")
    [report] = bare.json("lint", file, code=1)
    [finding] = report["findings"]
    assert finding["element"] == "Process_0x1" and finding["line"] > 1
    assert "id của quy trình phải là “ben-tre_39”" in finding["message"] and "đổi tên tệp" in finding["message"]


def test_each_fault_of_the_facts_is_a_finding_of_its_own(bare: Terminal, tmp_path: Path) -> None:
    copytree(ROOT / "forms", tmp_path / "forms")
    copytree(ROOT / "bpmn/ben-tre", tmp_path / "bpmn/ben-tre")
    (tmp_path / "bpmn/ben-tre/39.toml").write_text('code = "ben-tre/39"\ntitel = "Cấp lại"\n', encoding="utf-8")
    [report] = bare.json("lint", tmp_path / "bpmn/ben-tre/39.bpmn", code=1)
    output = [finding["message"] for finding in report["findings"] if finding["rule"] == "content"]
    assert output[0] == "Tệp bpmn/ben-tre/39.toml: dòng 1: thiếu khóa “title_en”." and len(output) == 30
    assert output[-1].endswith("dòng 2: khóa “titel” không có trong quy ước; có phải là “title” không?")


def test_forms_are_looked_up_in_the_content_that_is_named(bare: Terminal, tmp_path: Path) -> None:
    file = copyfile(ROOT / "bpmn/ben-tre/39.bpmn", tmp_path / "draft.bpmn")
    (tmp_path / "empty/bpmn").mkdir(parents=True)
    (tmp_path / "empty/forms").mkdir()
    assert bare.json("lint", file, "--content", ROOT)[0]["findings"] == []
    [report] = bare.json("lint", file, "--content", tmp_path / "empty", code=1)
    assert {"forms"} <= {finding["rule"] for finding in report["findings"]}


@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mangled_diagram_never_makes_it_fall_over(tmp_path: Path, data: st.DataObject) -> None:
    whole = (ROOT / "bpmn/ben-tre/39.bpmn").read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    piece = data.draw(st.binary(max_size=20) | st.sampled_from([b'id="End"', b"<bpmn:userTask/>", b"&x;", b"\xc3"]))
    file = tmp_path / "mangled.bpmn"
    file.write_bytes(whole[:start] + piece + whole[start + data.draw(st.integers(0, 400)) :])
    report = examine(file, ROOT)
    assert "gặp lỗi" not in report.reason
    assert all("gặp lỗi" not in finding.message for finding in report.findings)
