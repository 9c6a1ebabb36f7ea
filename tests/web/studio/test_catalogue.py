"""The list of procedures: what is in force, who drafts, what is wrong with it; narrowed as asked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from runner.domain.procedure_draft import Origin
from tests.authoring.conftest import HA, LONG, STRANGER
from tests.services.office import CODE, PROVINCE
from tests.web.conftest import Site

NEW = f"{PROVINCE}/moi"


def listed(studio: Site, who: object = HA, **asked: str) -> dict[str, str]:
    """The rows that an analyst sees, each without its tags, by the procedure's code."""
    page = studio.browser(who).get("/studio", query_string=asked)  # type: ignore[arg-type]
    assert page.status_code == 200
    body = re.search(r"<tbody>(.*?)</tbody>", page.text, re.DOTALL)
    assert body
    rows = re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL)
    texts = {re.search(r"<code>(.*?)</code>", row)[1]: row for row in rows if "<code>" in row}  # type: ignore[index]
    return {code: " ".join(re.sub(r"<[^>]+>", " ", row).split()) for code, row in texts.items()}


def test_a_procedure_is_listed_with_the_version_in_force_and_its_draft(studio: Site) -> None:
    row = listed(studio)[CODE]
    for text in ("Hai nhánh", "Phiên bản 1", "từ 26/09/2022", "Không có", "Chưa kiểm", "Sửa"):
        assert text in row
    studio.runner.procedure_drafts.begin(CODE, HA, studio.world.now)
    assert "Bản nháp 2 · anh/chị đang sửa lưu lúc 08:00 ngày 26/09/2022" in listed(studio)[CODE]
    assert "Sửa tiếp" in listed(studio)[CODE]
    other = listed(studio, LONG)[CODE]
    assert "Lê Thu Hà đang sửa" in other and "Xem" in other and "Tiếp quản" not in other
    studio.world.clock.advance(timedelta(minutes=30))
    assert "Tiếp quản" in listed(studio, LONG)[CODE]
    studio.runner.procedure_drafts.release(1, HA, studio.world.now)
    assert "chưa ai sửa" in listed(studio, LONG)[CODE] and "Sửa tiếp" in listed(studio, LONG)[CODE]


def test_what_waits_for_approval_or_for_its_day_says_so(studio: Site) -> None:
    runner, now = studio.runner, studio.world.now
    draft = runner.procedure_drafts.begin(CODE, HA, now)
    name = f"bpmn/{CODE}.bpmn"
    changed = runner.procedure_drafts.files(draft.id, HA)[name].replace(b"Vi\xe1\xbb\x87c Task_count", b"Dem lai")
    runner.procedure_drafts.save(draft.id, {name: changed}, HA, now, base=1)
    made = runner.approvals.submit(draft.id, HA, now, effective=(now + timedelta(days=5)).date())
    assert "chờ phê duyệt" in listed(studio, state="submitted")[CODE]
    runner.approvals.approve(made.id, made.version or "", LONG, now, shown=True)
    assert "Phiên bản 2 · đã phê duyệt tự có hiệu lực 01/10/2022" in listed(studio, state="coming")[CODE]


def test_a_draft_of_a_new_procedure_is_listed_by_its_own_title(studio: Site) -> None:
    files = {f"bpmn/{NEW}.toml": 'title = "Thủ tục mới"\nsteps = 3'.encode()}
    studio.runner.procedure_drafts.create(NEW, files, HA, studio.world.now, Origin.FORM)
    row = listed(studio)[NEW]
    assert "Thủ tục mới" in row and "Chưa có" in row and "Bản nháp 1" in row
    assert listed(studio, STRANGER) == {}


def test_findings_are_counted_when_they_are_asked_for_and_kept(studio: Site) -> None:
    runner, browser = studio.runner, studio.browser(HA)
    assert listed(studio, result="clean") == {}
    tally = runner.tallies.find(runner.procedures.in_force(CODE, studio.world.now).digest)
    assert tally and not tally.errors and f"{tally.warnings} cảnh báo" in listed(studio)[CODE]
    assert list(listed(studio, result="warnings")) == [CODE]
    draft = runner.procedure_drafts.begin(CODE, HA, studio.world.now)
    runner.procedure_drafts.save(draft.id, {f"bpmn/{CODE}.toml": b"x"}, HA, studio.world.now, base=1)
    assert "Chưa kiểm" in listed(studio)[CODE]
    assert " lỗi" in browser.get(f"/studio/drafts/{draft.id}/tally").text
    assert "Chưa kiểm" not in listed(studio)[CODE]
    assert studio.browser(STRANGER).get(f"/studio/drafts/{draft.id}/tally").status_code == 404
    assert browser.get("/studio/versions/none/tally").status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "NHÁNH hai"}, True),
        ({"q": "hai-nhanh"}, True),
        ({"q": "cấp phép"}, False),
        ({"province": PROVINCE}, True),
        ({"province": "ha-tinh"}, False),
        ({"state": "none"}, True),
        ({"state": "mine"}, False),
        ({"state": "???", "from": "x"}, False),
        ({"from": "50"}, False),
    ],
)
def test_the_list_is_narrowed(studio: Site, asked: dict[str, str], found: bool) -> None:
    assert (CODE in listed(studio, **asked)) is found
