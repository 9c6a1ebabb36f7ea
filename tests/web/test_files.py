"""Files on the pages, without scripts: attached, drafted, removed, refused, saved, and by the wrong people."""

from __future__ import annotations

import logging
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import quote, unquote

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from runner.domain.person import SYSTEM
from runner.services.attachments import StorageLimits
from tests.services.office import CLERK, CODE, COLLEAGUE, COUNT, COUNTED, NEIGHBOUR, SPECIALIST, WEIGH
from tests.web.conftest import Browser, Site
from tests.web.every_component import JPEG, PDF, deploy
from tests.web.test_task import key, words
from tests.world import World

FIELD = "scans.dossier"


@pytest.fixture
def world(world: World, tmp_path: Path) -> World:
    deploy(world, tmp_path)
    for who in (COLLEAGUE, NEIGHBOUR):
        world.runner.people.save(who)
    world.start(CODE)
    world.runner.tasks.submit(world.case, COUNT, COUNTED, CLERK, world.now)
    return world


@pytest.fixture
def desk(site: Site) -> Browser:
    """At the specialist's desk."""
    return site.browser(SPECIALIST)


def there(world: World, do: str = "") -> str:
    return f"/cases/{world.case}/tasks/{quote(WEIGH)}{do}"


def scan(name: str = "Đơn đề nghị.pdf", content: bytes = PDF) -> tuple[BytesIO, str]:
    return BytesIO(content), name


def attached(page: TestResponse, field: str = FIELD) -> list[str]:
    """The files that a page names, by SHA-256."""
    return re.findall(rf'type="hidden" name="{re.escape(field)}" value="([0-9a-f]+)"', page.text)


def values(world: World) -> dict[str, Any]:
    return dict(world.runner.audit.history(world.case, SYSTEM)[1].values)


def test_a_file_comes_along_with_the_form_and_is_saved_from_the_page_of_the_case(
    site: Site, desk: Browser, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    page = desk.take(there(world))
    assert 'enctype="multipart/form-data"' in page.text and 'accept=".pdf,.jpg,.jpeg,.png,.ofd"' in page.text
    sent = {"_key": key(page), "decision": "Đạt", FIELD: [scan(), scan("ảnh.jpg", JPEG)]}
    assert desk.send(there(world), **sent).status_code == 303
    names = [each["name"] for each in values(world)["scans"]["dossier"]]
    assert names == ["Đơn đề nghị.pdf", "ảnh.jpg"] and world.proved()

    clerk = site.browser(CLERK)
    shown = clerk.get(f"/cases/{world.case}")
    assert "Đính kèm tệp: Đơn đề nghị.pdf (1 kB), ảnh.jpg (1 kB)." in words(shown)
    links = re.findall(rf'href="(/cases/{world.case}/files/[0-9a-f]{{64}})" download>([^<]+)<', shown.text)
    assert [name for _, name in links] == names
    with caplog.at_level(logging.INFO, "runner.web.attachment"):
        answer = clerk.get(links[0][0])
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%C4%90%C6%A1n%20%C4%91%E1%BB%81%20ngh%E1%BB%8B.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Length"] == str(len(PDF))
    facts = {"person": CLERK.id, "case": world.case, "sha256": links[0][0][-64:]}
    assert [record.facts for record in caplog.records if record.name == "runner.web.attachment"] == [facts]  # type: ignore[attr-defined]


def test_a_name_with_signs_of_headers_and_addresses_comes_back_whole_and_composed(
    site: Site, desk: Browser, world: World
) -> None:
    name, page = "ảnh; a%20b 'x' 😀.jpg", desk.take(there(world))
    sent = {"_key": key(page), "decision": "Đạt", FIELD: [scan(normalize("NFD", name), JPEG)]}
    assert desk.send(there(world), **sent).status_code == 303
    [file] = values(world)["scans"]["dossier"]
    answer = site.browser(CLERK).get(f"/cases/{world.case}/files/{file['sha256']}")
    start, _, written = answer.headers["Content-Disposition"].partition("''")
    assert (file["name"], start, unquote(written)) == (name, "attachment; filename*=UTF-8", name)
    assert not set("; '\"") & set(written)


def test_a_draft_keeps_files_for_the_person_who_chose_them(site: Site, desk: Browser, world: World) -> None:
    kept = desk.send(there(world, "/draft"), opinion="đang xem", **{FIELD: scan()})
    assert kept.status_code == 303
    page = desk.take(there(world))
    assert "Đơn đề nghị.pdf 1 kB" in words(page) and len(attached(page)) == 1
    other = site.browser(COLLEAGUE).get(there(world))
    assert "Đơn đề nghị.pdf" not in other.text and attached(other) == []
    more = desk.send(there(world, "/draft"), **{FIELD: [attached(page)[0], scan("ảnh.jpg", JPEG)]})
    assert len(attached(desk.get(more.location or ""))) == 2
    desk.send(there(world), decision="Đạt", **{FIELD: attached(desk.get(there(world)))})
    assert [each["name"] for each in values(world)["scans"]["dossier"]] == ["Đơn đề nghị.pdf", "ảnh.jpg"]


def test_a_file_is_removed_with_its_button_and_its_bytes_are_gone(desk: Browser, world: World) -> None:
    desk.send(there(world, "/draft"), **{FIELD: [scan(), scan("ảnh.jpg", JPEG)]})
    first, second = attached(desk.get(there(world)))
    assert f'name="_detach" value="{FIELD}:{first}"' in desk.get(there(world)).text
    gone = desk.send(there(world, "/draft"), _detach=f"{FIELD}:{first}", **{FIELD: [first, second]})
    assert (gone.location or "").endswith(f"#field-{FIELD}")
    assert attached(desk.get(there(world))) == [second]
    assert desk.get(f"/cases/{world.case}/files/{first}").status_code == 404
    assert desk.get(f"/cases/{world.case}/files/{second}").status_code == 200
    for odd in ("", ":", "decision:x", f"nowhere:{second}", f"{FIELD}:x", f"papers:{second}"):
        desk.send(there(world, "/draft"), _detach=odd, **{FIELD: second})
    assert attached(desk.get(there(world))) == [second]


def test_a_form_with_faults_comes_back_with_its_files(desk: Browser, world: World) -> None:
    page = desk.send(there(world), decision="", **{FIELD: scan(), "scans.result": scan("ảnh.jpg", JPEG)})
    assert page.status_code == 422
    assert len(attached(page)) == 1 and len(attached(page, "scans.result")) == 1
    assert "“Kết quả ký số” chỉ nhận tệp PDF, OFD; hãy gỡ tệp “ảnh.jpg”." in words(page)
    again = desk.send(there(world), decision="Đạt", **{FIELD: attached(page)})
    assert again.status_code == 303 and values(world)["scans"]["result"] is None


@pytest.mark.parametrize("do", ["", "/draft"])
@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "hình.svg",
            b"<svg onload='alert(1)'/>",
            "Không nhận tệp “hình.svg”: chỉ nhận tệp PDF",
        ),
        ("trang.html", b"<script>1</script>", "Không nhận tệp “trang.html”"),
        ("giả.pdf", b"<html>", "Nội dung của tệp “giả.pdf” không đúng với đuôi tên tệp"),
        ("{rỗng}.pdf", b"", "Nội dung của tệp “{rỗng}.pdf” không đúng với đuôi tên tệp"),
    ],
)
def test_other_files_are_refused_in_plain_words_and_the_rest_is_kept(
    desk: Browser, world: World, do: str, name: str, content: bytes, reason: str
) -> None:
    sent = {"decision": "Đạt", "opinion": "Giữ lại ý này", FIELD: [scan(name, content), scan()]}
    page = desk.send(there(world, do), **sent)
    assert page.status_code == 422 and reason in words(page)
    assert "Giữ lại ý này" in page.text and len(attached(page)) == 1 and f'id="fault-{FIELD}"' in page.text
    assert "Task_weigh" in world.open


def test_at_the_limit_people_read_the_limit(site: Site, desk: Browser, world: World) -> None:
    world.runner.attachments.storage_limits = StorageLimits(1, 1, 2)
    # Put together in memory: where the test client writes a large form to a file, it leaves that open.
    large = {"csrf": desk.csrf(), FIELD: FileStorage(BytesIO(PDF + b"x" * 1024 * 1024), "lớn.pdf")}
    boundary, body = encode_multipart(large)
    page = desk.post(there(world, "/draft"), data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert page.status_code == 413 and "Tệp “lớn.pdf” lớn hơn 1 MB" in words(page)
    page = desk.send(there(world, "/draft"), **{FIELD: [scan(f"{n}.pdf", PDF + bytes([n])) for n in range(3)]})
    assert page.status_code == 413 and len(attached(page)) == 2
    assert "Không nhận thêm tệp “2.pdf”: mỗi hồ sơ giữ tối đa 2 tệp, tổng cộng 1 MB." in words(page)


def test_a_request_too_large_gets_a_page_and_only_forms_with_files_have_room(
    site: Site, desk: Browser, world: World
) -> None:
    most = 1024**2 + 5 * 20 * 1024**2

    def send(address: str, browser: Browser, size: int) -> TestResponse:
        headers = {"X-CSRF-Token": browser.csrf(), "Content-Type": "multipart/form-data; boundary=x"}
        return browser.post(address, headers=headers, environ_overrides={"CONTENT_LENGTH": str(size)})

    answer = send(there(world), desk, most + 1)
    assert answer.status_code == 413 and "mỗi tệp tối đa 20 MB, mỗi lần gửi tối đa 101 MB" in words(answer)
    assert send(there(world), site.browser(), 1024**2 + 1).status_code == 413, "a stranger has no room for files"
    assert send(there(world, "/claim"), desk, 1024**2 + 1).status_code == 413
    assert send("/inbox", desk, 1024**2 + 1).status_code in (405, 413)


def test_no_one_of_another_province_learns_of_a_file(site: Site, desk: Browser, world: World) -> None:
    desk.send(there(world, "/draft"), **{FIELD: scan()})
    [digest] = attached(desk.get(there(world)))
    assert site.browser(COLLEAGUE).get(f"/cases/{world.case}/files/{digest}").status_code == 404, "not yet submitted"
    desk.send(there(world), decision="Đạt", **{FIELD: digest})
    assert site.browser(COLLEAGUE).get(f"/cases/{world.case}/files/{digest}").status_code == 200
    neighbour = site.browser(NEIGHBOUR)
    foreign = neighbour.get(f"/cases/{world.case}/files/{digest}")
    unknown = neighbour.get(f"/cases/77/files/{digest}")
    assert foreign.status_code == unknown.status_code == 404
    assert words(foreign).replace(str(world.case), "77") == words(unknown)
    assert site.browser().get(f"/cases/{world.case}/files/{digest}").status_code == 303
    assert neighbour.send(there(world), decision="Đạt", **{FIELD: scan()}).status_code == 404


def test_a_form_with_a_file_sent_twice_happens_once_and_a_slower_colleague_is_informed(
    site: Site, desk: Browser, world: World
) -> None:
    slower = site.browser(COLLEAGUE)
    nonce, other = key(desk.take(there(world))), "một khóa khác"
    first = desk.send(there(world), _key=nonce, decision="Đạt", **{FIELD: scan()})
    again = desk.send(there(world), _key=nonce, decision="Đạt", **{FIELD: scan()})
    assert (first.status_code, first.location) == (again.status_code, again.location) == (303, first.location)
    late = slower.send(there(world), _key=other, decision="Không", **{FIELD: scan("khác.pdf", PDF + b"2")})
    assert late.status_code == 409 and f"{SPECIALIST.name} đã hoàn thành việc này lúc" in words(late)
    assert [each.kind for each in world.runner.audit.journal(world.case, SYSTEM)].count("submit") == 2
    assert len(values(world)["scans"]["dossier"]) == 1


def test_what_a_script_sends_in_place_of_a_file_names_none(desk: Browser, world: World) -> None:
    desk.send(there(world, "/draft"), **{FIELD: ["[object File]", "0" * 64]})
    page = desk.take(there(world))
    assert attached(page) == []
    refused = desk.send(there(world), decision="Đạt", **{FIELD: "0" * 64})
    assert refused.status_code == 422 and "có tệp chưa được tải lên" in words(refused)


def test_with_scripts_a_chosen_file_is_answered_with_its_field(desk: Browser, world: World) -> None:
    headers = {"X-CSRF-Token": desk.csrf(), "HX-Request": "true", "HX-Trigger-Name": FIELD}
    answer = desk.post(there(world, "/draft"), headers=headers, data={FIELD: scan()})
    assert answer.status_code == 200 and len(attached(answer)) == 1 and "<html" not in answer.text
    wrong = desk.post(there(world, "/draft"), headers=headers, data={FIELD: [attached(answer)[0], scan("a.svg", b"<")]})
    assert wrong.status_code == 200 and "Không nhận tệp “a.svg”" in words(wrong) and len(attached(wrong)) == 1
