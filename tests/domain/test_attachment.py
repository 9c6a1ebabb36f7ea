"""Which files are taken: by the end of the name and the beginning of the content, both."""

from __future__ import annotations

import json
import struct
import zipfile
from io import BytesIO
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner import feel
from runner.domain import form as forms
from runner.domain.form import Attachment, Form, errors
from runner.domain.form.attachment import (
    DOCX,
    TYPES,
    FileDisguised,
    FileNameInvalid,
    FileRefused,
    FileRuns,
    FileTypeRefused,
    attached,
    media_type,
    plain_name,
)
from tests.web.every_component import JPEG, PDF, PNG, docx, ofd
from tests.world import ROOT

CONTENTS = {"application/pdf": PDF, "image/jpeg": JPEG, "image/png": PNG, "application/ofd": ofd(), DOCX: docx()}
SCAN = Attachment("đơn.pdf", len(PDF), "application/pdf", "a" * 64)
PHOTO = Attachment("ảnh.png", len(PNG), "image/png", "b" * 64)


@pytest.mark.parametrize("end", TYPES)
@pytest.mark.parametrize("kind", CONTENTS)
def test_a_file_is_taken_when_its_name_and_its_content_agree_and_refused_else(end: str, kind: str) -> None:
    for name in (f"bản quét{end}", f"BẢN QUÉT{end.upper()}", f"a.html{end}"):
        if TYPES[end] == kind:
            assert media_type(name, BytesIO(CONTENTS[kind])) == kind
        else:
            with pytest.raises(FileDisguised):
                media_type(name, BytesIO(CONTENTS[kind]))


@pytest.mark.parametrize(
    "name",
    [
        "a.svg",
        "a.html",
        "a.pdf.exe",
        "a.HEIC",
        "a.docm",
        "a.doc",
        "a.dotx",
        "a.zip",
        "a",
        ".pdf",
        "pdf",
        "a.pdf ",
        "a.gif",
        "a.xml",
        "a.pdf.",
        "a.ｐｄｆ",
    ],
)
def test_any_other_kind_is_refused_by_name_whatever_is_in_it(name: str) -> None:
    for content in (*CONTENTS.values(), b"<svg xmlns='http://www.w3.org/2000/svg'/>", b""):
        with pytest.raises(FileTypeRefused):
            media_type(name, BytesIO(content))


@given(st.sampled_from(sorted(TYPES)), st.binary(max_size=300), st.integers(0, 40))
def test_what_is_taken_begins_as_its_kind_does_whatever_was_sent(end: str, content: bytes, cut: int) -> None:
    """Any bytes are accepted only with the magic number of the extension's type; no other error is ever raised."""
    for each in (content, CONTENTS[TYPES[end]][:cut] + content, CONTENTS[TYPES[end]] + content):
        try:
            kind = media_type(f"a{end}", BytesIO(each))
        except (FileDisguised, FileRuns):
            continue
        assert kind == TYPES[end] and each[:3] == CONTENTS[kind][:3]
        assert kind != "application/ofd" or b"OFD.xml" in each
        assert kind != DOCX or b"word/document.xml" in each


def test_of_a_container_only_the_directory_is_read() -> None:
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("OFD.xml", "<ofd:OFD/>")
        container.writestr("bomb", b"\x00" * 50_000_000)
    assert len(bomb.getvalue()) < 60_000
    assert media_type("a.ofd", bomb) == "application/ofd"

    class Watched(BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.taken += len(data)
            return data

    large = Watched(ofd(bulk="x" * 5_000_000))
    assert media_type("a.ofd", large) == "application/ofd" and large.taken < 100_000


@pytest.mark.parametrize(
    "content",
    [
        ofd("doc.xml"),
        ofd("sub/OFD.xml"),
        ofd()[:-1],
        ofd()[:40],
        b"PK\x03\x04" + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, 0xFFFFFFFF, 0, 0),
        b"PK\x03\x04" + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, 4, 0, 0),
        ofd("a" * 60_000, **{f"{n:05}{'b' * 60_000}": "" for n in range(17)}),
    ],
    ids=("elsewhere", "in a folder", "cut at its end", "cut", "long directory", "short directory", "huge directory"),
)
def test_a_container_that_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(FileDisguised):
        media_type("a.ofd", BytesIO(content))


TYPES_XML = "[Content_Types].xml"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


@pytest.mark.parametrize(
    "content",
    [
        docx(**{"word/vbaProject.bin": "x"}),
        docx(**{"WORD/VBAPROJECT.BIN": "x"}),
        docx(**{"word/activeX/activeX1.xml": "x"}),
        docx('<Override PartName="/word/a.bin" ContentType="application/vnd.ms-office.vbaProject"/>'),
        docx('<Override PartName="/a" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'),
        docx('<Default Extension="png" ContentType="application/vnd.ms-office.VBAPROJECT"/>', **{"word/x.png": "x"}),
    ],
    ids=("project", "capitals", "control", "by type", "macro-enabled", "by the end of a name"),
)
def test_a_draft_with_macros_is_refused_however_they_are_called(content: bytes) -> None:
    with pytest.raises(FileRuns, match="có macro"):
        media_type("dự thảo.docx", BytesIO(content))


@pytest.mark.parametrize(
    "content",
    [
        ofd(),
        docx(**{TYPES_XML: ""}),
        docx(**{"word/document.xml": "", "word/other.xml": "x"}),
        docx(**{TYPES_XML: "<Types/>"}),
        docx(**{TYPES_XML: f"<?xml version='1.0' encoding='utf-7'?><Types>{MAIN}</Types>"}),
        docx("<!-- vba -->"),
        docx("<Default ContentType='&#118;baProject'/>"),
        docx("<Default/>" * 20_000),
        docx(**{"[content_types].XML": "<Types/>"}),
        docx()[:-1],
    ],
)
def test_a_container_that_is_no_plain_document_is_no_draft(content: bytes) -> None:
    with pytest.raises(FileDisguised):
        media_type("dự thảo.docx", BytesIO(content))


def test_a_draft_that_would_burst_is_refused_and_none_is_unpacked() -> None:
    assert media_type("a.docx", BytesIO(docx(**{"word/media/a.bmp": "x" * 1_000_000}))) == DOCX
    bomb = docx(**{f"word/{n}.xml": "\x00" * 1_000_000 for n in range(201)})
    assert len(bomb) < 500_000
    long = docx("<a/>" * 50_000)  # in the list that is read itself
    at = long.index(b"PK\x01\x02")  # and where its directory lies about its size
    lying = long[: at + 20] + struct.pack("<II", 90_000, 90_000) + long[at + 28 :]
    for content in (bomb, long, lying):
        with pytest.raises(FileDisguised):
            media_type("a.docx", BytesIO(content))


def test_a_draft_is_taken_only_where_the_form_asks_for_one() -> None:
    draft = Attachment("dự thảo.docx", 1, DOCX, "d" * 64)
    answer, faults = forms.check(form(accept=".docx,.pdf"), {"scan": draft.sha256}, {}, {draft.sha256: draft})
    assert (answer["scan"], faults) == ([draft.record], ())
    _, [fault] = forms.check(form(), {"scan": draft.sha256}, {}, {draft.sha256: draft})
    assert fault.message == "“Bản quét” chỉ nhận tệp PDF, JPEG, PNG, OFD; hãy gỡ tệp “dự thảo.docx”."


def test_drafts_are_exchanged_where_they_are_written_and_looked_at_and_a_supplement_has_its_papers() -> None:
    read = {path.stem: forms.read(path.read_bytes()) for path in (ROOT / "forms").glob("*.form")}
    takes = {name for name, made in read.items() if any(DOCX in made.fields[path].accept for path in made.files)}
    written = {"du-thao-giay-phep", "du-thao-thong-bao", "du-thao-xac-nhan", "xu-ly-ho-so", "xu-ly-lai-ho-so"}
    assert takes == written | {"ky-nhay", "trinh-ket-qua", "ky-duyet"}
    came = {"supplement_outcome": "received", "supplement_received": "Điều lệ", "supplement_scan": [SCAN.sha256]}
    answer, faults = forms.check(read["nhan-ho-so-bo-sung"], came, {}, {SCAN.sha256: SCAN})
    assert (answer["supplement_scan"], faults) == ([SCAN.record], ())


def test_a_name_loses_its_folders_and_what_nobody_can_read_is_refused() -> None:
    assert plain_name("C:\\fakepath\\Đơn đề nghị.pdf") == plain_name("../../etc/Đơn đề nghị.pdf") == "Đơn đề nghị.pdf"
    assert plain_name("\u200bĐơn\u2060.pdf\ufeff") == "Đơn.pdf"
    assert plain_name(normalize("NFD", "Giấy ủy quyền (bản sao).PDF")) == "Giấy ủy quyền (bản sao).PDF"
    assert plain_name('tờ 1"; trang%202 😀.pdf') == 'tờ 1"; trang%202 😀.pdf'
    assert len(plain_name("ệ" * 196 + ".pdf")) == 200
    for wrong in ("", "  ", "a/", "..\\", "a\x00.pdf", "a\n.pdf", "a\u202efdp.exe.pdf", "a" * 197 + ".pdf"):
        with pytest.raises(FileNameInvalid):
            plain_name(wrong)


@given(st.text())
def test_whatever_a_file_is_called_its_name_has_no_folder_and_no_line_end(sent: str) -> None:
    try:
        name = plain_name(sent)
    except FileRefused:
        return
    assert name and len(name) <= 200 and not set("/\\\n\r\x00") & set(name)


# -- fields of files --------------------------------------------------------------------------------------------------


def form(**facts: Any) -> Form:
    field = {"type": "filepicker", "key": "scan", "label": "Bản quét", **facts}
    return forms.read(json.dumps({"type": "default", "id": "f", "components": [field]}).encode())


def attached_value(value: object, **facts: Any) -> tuple[object, list[str]]:
    known = {each.sha256: each for each in (SCAN, PHOTO)}
    answer, faults = forms.check(form(**facts), {"scan": value}, {}, known)
    return answer["scan"], [fault.message for fault in faults]


def test_a_field_takes_the_files_it_names_as_the_records_that_are_known() -> None:
    forged = {"name": "khác.exe", "size": 1, "type": "text/html", "sha256": SCAN.sha256}
    for value in (SCAN.sha256, [SCAN.sha256], [SCAN.record], forged, [forged, SCAN.sha256, ""]):
        assert attached_value(value) == ([SCAN.record], [])
    assert attached_value([PHOTO.sha256, SCAN.sha256], multiple=True) == ([PHOTO.record, SCAN.record], [])
    for empty in (None, "", [], [""]):
        assert attached_value(empty) == (None, [])


def test_what_a_field_of_files_does_not_take_is_told_in_plain_words() -> None:
    for unknown in ("c" * 64, [SCAN.sha256, "x"], 5, True, [[]], {"sha256": 5}):
        assert attached_value(unknown, multiple=True)[1] == [
            "“Bản quét” có tệp chưa được tải lên hoặc không còn được giữ; hãy đính kèm lại."
        ]
    assert attached_value([SCAN.sha256, PHOTO.sha256])[1] == ["“Bản quét” chỉ nhận một tệp; hãy gỡ các tệp còn lại."]
    assert attached_value(PHOTO.sha256, accept=".pdf, application/ofd")[1] == [
        "“Bản quét” chỉ nhận tệp PDF, OFD; hãy gỡ tệp “ảnh.png”."
    ]
    assert attached_value(None, validate={"required": True})[1] == ["Hãy đính kèm tệp vào “Bản quét”."]


@pytest.mark.parametrize(
    "facts",
    [
        {"accept": ".exe"},
        {"accept": "image/*"},
        {"accept": "=kinds"},
        {"multiple": "=true"},
        {"validate": {"minLength": 1}},
        {"documentReferenceKey": "x"},
        {"key": "sha256"},
        {"label": ""},
    ],
)
def test_what_is_not_supported_of_a_field_of_files_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(errors.FormInvalid):
        form(**facts)


def test_a_field_of_files_within_a_list_is_refused_by_name() -> None:
    rows = {
        "type": "dynamiclist",
        "path": "rows",
        "label": "Dòng",
        "components": [{"type": "filepicker", "key": "scan", "label": "Bản quét"}],
    }
    with pytest.raises(errors.FileInList, match="scan"):
        forms.read(json.dumps({"type": "default", "id": "f", "components": [rows]}).encode())


def test_a_condition_can_ask_whether_there_are_files() -> None:
    there, none = {"scan": [SCAN.record]}, {"scan": None}
    assert [feel.evaluate(feel.parse("=scan = null"), values) for values in (there, none)] == [False, True]
    assert [feel.evaluate(feel.parse("=not(scan = null)"), values) for values in (there, none)] == [True, False]


def test_files_are_found_in_values_however_deep_and_nothing_else_is_taken_for_one() -> None:
    values = {"a": {"b": [SCAN.record]}, "c": [{"d": [PHOTO.record]}], "sha256": "x", "e": {"sha256": "y", "name": "z"}}
    assert list(attached(values)) == [SCAN, PHOTO]
