"""A draft's files as a zip: what is taken away comes back as it was, and what is no archive is told in a sentence."""

from __future__ import annotations

from io import BytesIO

from runner.authoring import archive
from runner.domain.procedure_draft import Origin
from tests.authoring.conftest import HA, LONG, STRANGER
from tests.services.office import CODE, PROVINCE
from tests.web.conftest import Site

FACTS = f"bpmn/{CODE}.toml"
NEW = f"{PROVINCE}/moi"


def sent(data: bytes) -> tuple[BytesIO, str]:
    return BytesIO(data), "thu-tuc.zip"


def test_the_files_are_taken_away_and_come_back_byte_for_byte(studio: Site) -> None:
    drafts, now = studio.runner.procedure_drafts, studio.world.now
    drafts.begin(CODE, HA, now)
    before = drafts.files(1, HA)
    browser = studio.browser(HA)
    answer = browser.get("/studio/drafts/1/files.zip")
    assert (
        answer.mimetype == "application/zip" and 'filename="mau_hai-nhanh.zip"' in answer.headers["Content-Disposition"]
    )
    assert archive.unpack(answer.data) == before
    drafts.save(1, {FACTS: b"x = 1", "forms/them.form": b"{}"}, HA, now, base=1)
    done = browser.send("/studio/drafts/1/import", file=sent(answer.data), base=2)
    assert done.status_code == 303
    assert drafts.files(1, HA) == before and drafts.get(1, HA).save == 3
    assert browser.get("/studio/drafts/1/files.zip").data == answer.data
    assert archive.unpack(browser.get("/studio/drafts/1/files.zip?save=2").data)[FACTS] == b"x = 1"
    assert studio.browser(STRANGER).get("/studio/drafts/1/files.zip").status_code == 404


def test_a_zip_becomes_a_draft_of_the_procedure_whose_diagram_is_in_it(studio: Site) -> None:
    files = {f"bpmn/{NEW}.bpmn": b"<a/>", "forms/b.form": b"{}"}
    browser = studio.browser(HA)
    assert "Nhập thành bản nháp" in browser.get("/studio/import").text
    assert browser.send("/studio/import", file=sent(archive.pack(files))).status_code == 303
    found = studio.runner.procedure_drafts
    assert found.get(1, HA).origin == Origin.ARCHIVE
    assert {name: data for name, data in found.files(1, HA).items() if "province" not in name} == files
    again = studio.browser(LONG).send("/studio/import", file=sent(archive.pack(files)))
    assert again.location == "/studio/drafts/1"


def test_what_is_no_archive_of_a_procedure_is_told_at_its_field(studio: Site) -> None:
    browser = studio.browser(HA)
    foreign = archive.pack({f"bpmn/{NEW}.bpmn": b"", "README.md": b""})
    for data, words in ((b"%PDF", "không phải là tệp zip"), (archive.pack({}), "ở đây có 0"), (foreign, "README.md")):
        answer = browser.send("/studio/import", file=sent(data))
        assert answer.status_code == 422 and words in answer.text and 'href="#field-file"' in answer.text
    assert browser.send("/studio/import").status_code == 422
    elsewhere = archive.pack({"bpmn/mau/moi.bpmn": b""})
    assert studio.browser(STRANGER).send("/studio/import", file=sent(elsewhere)).status_code == 422
    studio.runner.procedure_drafts.begin(CODE, HA, studio.world.now)
    answer = browser.send("/studio/drafts/1/import", file=sent(foreign), base=1)
    assert answer.status_code == 422 and "README.md" in answer.text
    assert studio.runner.procedure_drafts.get(1, HA).save == 1
