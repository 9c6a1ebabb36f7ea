"""A new procedure in the browser's forms: rows, all faults at once, nothing typed lost, and the draft at its end."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from runner.authoring.check import check
from runner.domain.person import Person, Role
from tests.authoring.descriptions import WORKSHOP
from tests.web.conftest import Browser, Site
from tests.world import World, person

MINH = Person("minh", "Phan Văn Minh", frozenset({("ben-tre", Role.ANALYST)}))
NEW = "/studio/new"
TEXT = "Điều 1. Phê duyệt quy trình nội bộ.\nBước 1: Tiếp nhận, kiểm tra hồ sơ."


@pytest.fixture
def studio(_sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    """A site on which a procedure of each of two provinces is in force, and Minh analyses those of one."""
    world = World(_sqlite_url, tmp_path, "2026-11-02 08:00").deploy()
    world.runner.people.save(MINH)
    yield Site(world)
    world.runner.close()


def fields(table: dict[str, Any], path: str = "") -> dict[str, str]:
    """What a browser sends for a description."""
    sent: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            sent |= fields(value, f"{path}{key}-")
        elif isinstance(value, list):
            for at, row in enumerate(value):
                sent |= fields(row, f"{path}{key}-{at}-")
        elif value is not False:
            sent[f"{path}{key}"] = "true" if value is True else str(value)
    return sent


def sent(browser: Browser, deed: str, **other: str) -> Any:
    return browser.send(NEW, **{**fields(WORKSHOP), "do": deed, **other})


def test_the_form_makes_a_draft_that_lints_clean_and_keeps_the_decisions_text(studio: Site) -> None:
    browser = studio.browser(MINH)
    assert all(f'href="{address}"' in browser.get("/studio").text for address in (NEW, "/studio/new/from"))
    page = browser.get(NEW).text
    assert "Thủ tục mới" in page and 'name="steps-4-text"' in page and "Công chức Một cửa" in page
    answer = sent(browser, "create", decision_text=TEXT)
    assert answer.status_code == 303 and answer.location.startswith("/studio/drafts/1/")
    drafts = studio.runner.procedure_drafts
    draft, files = drafts.get(1, MINH), drafts.files(1, MINH)
    assert (draft.procedure, draft.origin, draft.based_on) == ("ben-tre/GX.02", "form", None)
    assert check(draft.procedure, files) == []
    assert files["bpmn/ben-tre/GX.02.txt"].decode() == TEXT + "\n"
    assert "bpmn/ben-tre/GX.02.txt" not in drafts.bundle(1, MINH).files
    assert "Đã tạo bản nháp của ben-tre/GX.02." in browser.get("/studio/drafts/1/history").text


def test_rows_are_added_removed_and_moved_by_plain_buttons_and_nothing_typed_is_lost(studio: Site) -> None:
    browser = studio.browser(MINH)
    page = sent(browser, "add steps").text
    assert 'name="steps-6-text"' in page and 'name="steps-6-id" value="7"' in page
    assert "Xem xét điều kiện của xưởng." in page and 'value="Cấp giấy xác nhận xưởng gốm thủ công"' in page
    page = sent(browser, "down steps 1").text
    assert page.index("Trình lãnh đạo Sở.") < page.index("Xem xét điều kiện của xưởng.")
    page = sent(browser, "up steps 2").text
    assert page.index("Trình lãnh đạo Sở.") < page.index("Xem xét điều kiện của xưởng.")
    page = sent(browser, "remove steps 2").text
    assert "Trình lãnh đạo Sở." not in page and 'name="steps-5-id"' not in page
    page = sent(browser, "add fees").text
    assert 'name="fees-0-amount"' in page
    assert "Đơn đề nghị xác nhận" in sent(browser, "remove dossier 1").text
    for deed in ("remove steps 99", "up steps 0", "down steps 5", "steal steps 1", "add unit", "remove x y"):
        assert sent(browser, deed).status_code == 200
    assert not studio.runner.procedure_drafts.all(MINH)


def test_all_faults_stand_beside_their_fields(studio: Site) -> None:
    browser = studio.browser(MINH)
    faulty = {"title": "", "limit": "7", "steps-1-days": "năm", "decision-date": "", "code": "mã số"}
    answer = sent(browser, "create", **faulty)
    assert answer.status_code == 422
    for path in ("title", "steps-1-days", "decision-date", "code"):
        assert f'id="fault-{path}"' in answer.text and f'href="#field-{path}"' in answer.text
    assert 'value="năm"' in answer.text and "Xem xét điều kiện của xưởng." in answer.text
    again = sent(browser, "create", limit="7")
    assert "Cộng thời gian các bước là 09 ngày, khác thời hạn giải quyết 07 ngày." in again.text


def test_a_code_that_is_there_is_not_drawn_over(studio: Site) -> None:
    browser = studio.browser(MINH)
    answer = sent(browser, "create", code="39")
    assert answer.status_code == 422 and "Đã có thủ tục ben-tre/39." in answer.text
    assert sent(browser, "create").status_code == 303
    again = sent(browser, "create")
    assert again.location == "/studio/drafts/1"
    assert "đã có bản nháp số 1" in browser.get("/studio/drafts/1/history").text


def test_a_procedure_is_made_from_another_provinces(studio: Site) -> None:
    browser = studio.browser(MINH)
    page = browser.get("/studio/new/from").text
    assert "ha-tinh/QT.BC.01 · Cấp giấy phép bưu chính" in page
    typed = {"source": "ha-tinh/QT.BC.01", "province": "ben-tre", "code": "40", "title": "Cấp giấy phép bưu chính xã"}
    answer = browser.send("/studio/new/from", **typed)
    assert answer.status_code == 422
    assert 'id="fault-decision-number"' in answer.text and 'value="Cấp giấy phép bưu chính xã"' in answer.text
    answer = browser.send("/studio/new/from", same="true", **typed)
    assert answer.status_code == 303
    draft = studio.runner.procedure_drafts.get(1, MINH)
    assert (draft.procedure, draft.origin) == ("ben-tre/40", "copy")
    files = studio.runner.procedure_drafts.files(1, MINH)
    assert "Cấp giấy phép bưu chính xã" in files["bpmn/ben-tre/40.bpmn"].decode()
    assert browser.send("/studio/new/from", source="ha-tinh/x", same="true", code="41", title="a").status_code == 404


def test_an_analyst_of_two_provinces_chooses_whose_roles_the_steps_have(studio: Site) -> None:
    both = Person("both", "Vũ Thị Hai", frozenset({("ben-tre", Role.ANALYST), ("ha-tinh", Role.ANALYST)}))
    studio.runner.people.save(both)
    browser = studio.browser(both)
    assert "Văn thư</option>" not in browser.get(NEW).text
    page = sent(browser, "province", province="ha-tinh").text
    assert "Văn thư</option>" in page and '<option value="ha-tinh" selected>' in page
    assert sent(browser, "create", province="ha-tinh").status_code == 303
    draft = studio.runner.procedure_drafts.get(1, both)
    assert (draft.procedure, check(draft.procedure, studio.runner.procedure_drafts.files(1, both))) == (
        "ha-tinh/GX.02",
        [],
    )


def test_a_form_of_any_other_shape_is_told_its_faults(studio: Site) -> None:
    browser = studio.browser(MINH)
    for other in (
        {"title-x": "1", "steps-0-id-z": "2", "steps-0": "3", "decision": "4", "fee-a": "5", "unit-b": "6"},
        {"do-x": "create", "dossier": "7", "fees-0-amount-0": "8", "province-a": "9", "steps-x-id": "10"},
    ):
        for deed in ("create", "add steps", "up steps 1", "remove fees 0"):
            assert browser.send(NEW, do=deed, **other).status_code in (200, 422)
        assert browser.send("/studio/new/from", source="ben-tre/39", **other).status_code == 422
    answer = sent(browser, "create", decision_text="điều " * 45_000)
    assert answer.status_code == 422 and 'id="fault-decision_text"' in answer.text
    assert not studio.runner.procedure_drafts.all(MINH)


def test_it_is_the_analysts_page(studio: Site) -> None:
    for address in (NEW, "/studio/new/from"):
        assert studio.browser(person("specialist")).get(address).status_code == 404
    typed = deepcopy(fields(WORKSHOP)) | {"do": "create", "province": "ha-tinh"}
    assert studio.browser(MINH).send(NEW, **typed).status_code == 303
    assert studio.runner.procedure_drafts.get(1, MINH).province == "ben-tre"
