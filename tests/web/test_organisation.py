"""The organisation's page: an edit is previewed, applied with a reason; others read it, or do not find it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from runner.domain.person import Lane, Person, Role
from runner.reports.organisation import lanes
from tests.procedures.dossier import Dossier
from tests.web.conftest import Browser, Site
from tests.world import person

KEEPER, AUDITOR = person(Role.ADMINISTRATOR), person(Role.AUDITOR)
LIMITED = Person("limited", "Quản trị một sở", frozenset({("ha-tinh", f"{Role.ADMINISTRATOR}@own")}))
PAGE = "/organisation/ha-tinh"
LANE = {"about": "lane", "id": "printing", "label": "Tổ in giấy phép", "kind": "records"}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    dossier = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    for each in (AUDITOR, LIMITED, person(Role.ADMINISTRATOR, "ben-tre")):
        dossier.runner.people.save(each)
    yield dossier
    dossier.runner.close()


@pytest.fixture
def keeper(world: Dossier) -> Browser:
    return Site(world).browser(KEEPER)


def said(text: str) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def test_a_lane_is_previewed_and_declared_with_a_reason_and_people_can_have_it(world: Dossier, keeper: Browser) -> None:
    previewed = said(keeper.send(f"{PAGE}/preview", **LANE).text)
    assert "Vai trò “printing”, tên gọi: (không) → “Tổ in giấy phép”" in previewed
    assert "Vai trò “printing”, loại: (không) → văn thư" in previewed
    assert "“Tổ in giấy phép”: chưa có tài khoản nào" in previewed
    refused = keeper.send(f"{PAGE}/apply", **(LANE | {"base": "1", "reason": " "}))
    assert refused.status_code == 422 and 'value="Tổ in giấy phép"' in refused.text
    assert len(world.runner.organisations.revisions("ha-tinh")) == 1
    assert keeper.send(f"{PAGE}/apply", **(LANE | {"base": "1", "reason": "Quyết định 5"})).status_code == 303
    page = said(keeper.get(PAGE).text)
    assert (
        "Đã lưu tổ chức, nay là bản 2." in page
        and f"Bản 2 · 08:00 ngày 26/09/2022 · {KEEPER.name}: Quyết định 5" in page
    )
    moved = keeper.send(f"{PAGE}/apply", **(LANE | {"label": "Khác", "base": "1", "reason": "Cũ"}))
    assert moved.status_code == 409 and "vừa được sửa (nay là bản 2)" in said(moved.text)
    assert world.runner.organisations.get("ha-tinh").kinds["printing"] == "records"


def test_a_known_lane_is_renamed_from_a_form_that_is_filled_and_keeps_its_kind(world: Dossier, keeper: Browser) -> None:
    filled = keeper.get(f"{PAGE}?about=lane&id=one_stop_clerk").text
    assert 'value="Công chức TN&amp;TKQ"' in filled
    renamed = {"about": "lane", "id": "one_stop_clerk", "label": "Công chức một cửa", "kind": "lead"}
    keeper.send(f"{PAGE}/apply", **(renamed | {"base": "1", "reason": "Gọi theo quyết định mới"}))
    place = world.runner.organisations.get("ha-tinh")
    assert (place.label("one_stop_clerk"), place.kinds["one_stop_clerk"]) == ("Công chức một cửa", "clerk")
    assert "Công chức một cửa" in keeper.get("/cases/1").text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"about": "eval"}, "Hãy chọn một mục để sửa"),
        ({"about": "lane", "label": "x"}, "Hãy ghi id"),
        ({"about": "lane", "id": "Tổ in", "label": "x", "kind": "other"}, "phải là id"),
        ({"about": "lane", "id": "to_in", "label": "x"}, "phải là một bảng có kind"),
        ({"about": "lane", "id": "to_in", "label": "x\x1b[31m", "kind": "other"}, "không in được"),
        ({"about": "agency", "id": "xa", "name": "Xã", "accounts": "no", "reported_by": "nobody"}, "reported_by"),
        ({"about": "own", "agency": ""}, "thiếu khóa “agency”"),
        ({"about": "own"}, "Tổ chức không đổi gì"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_stored(
    world: Dossier, keeper: Browser, sent: dict[str, str], sentence: str
) -> None:
    answer = keeper.send(f"{PAGE}/preview", **sent)
    assert answer.status_code == 422 and sentence in said(answer.text)
    assert len(world.runner.organisations.revisions("ha-tinh")) == 1


def test_each_form_is_filled_with_its_own_row(keeper: Browser) -> None:
    for page in (PAGE, f"{PAGE}?about=lane&id=one_stop_clerk"):
        text = keeper.get(page).text
        assert re.search(r'id="field-own-agency" name="agency" value="[^"]+"', text)
        assert 'id="field-agency-name" name="name" value=""' in text


def test_an_auditor_reads_it_and_for_others_it_does_not_exist(world: Dossier) -> None:
    site = Site(world)
    for reader in (AUDITOR, LIMITED):
        read = site.browser(reader).get(PAGE)
        assert read.status_code == 200 and "Sửa tổ chức" not in read.text, reader.name
    assert site.browser(LIMITED).send(f"{PAGE}/preview", **LANE).status_code == 404
    for other in (person("specialist"), person(Role.ADMINISTRATOR, "ben-tre")):
        assert site.browser(other).get(PAGE).status_code == 404, other.name
    assert site.browser(LIMITED).get("/incidents").status_code == 200


def test_a_lane_that_no_diagram_of_the_province_has_is_called_by_what_its_people_do(world: Dossier) -> None:
    place = world.runner.organisations.get("ha-tinh")
    bare = replace(place, lanes={id: lane for id, lane in place.lanes.items() if id != Lane.RECORDS_CLERK})
    assert {each.id: each.label for each in lanes(bare)}[Lane.RECORDS_CLERK] == "Văn thư"
