"""``motcua person``: accounts and their lanes."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal


def test_an_account_is_added_listed_and_closed(office: Terminal) -> None:
    words = ("person", "add", "mai", "--name", "Trần Thị Mai", "--email", "mai@example.vn")
    added = office.json(*words, "--lane", "ben-tre/one_stop_clerk", "--lane", "ben-tre/administrator")
    assert added == {
        "id": "mai",
        "name": "Trần Thị Mai",
        "email": "mai@example.vn",
        "lanes": ["ben-tre/administrator", "ben-tre/one_stop_clerk"],
    }
    assert added in office.json("person", "list")
    assert "Trần Thị Mai" in office("person").stdout
    office("start", "ben-tre/39", "--as", "mai")
    assert office("person", "remove", "mai").stdout == "Đã đóng tài khoản mai.\n"
    office("person", "remove", "mai", code=4)
    assert "Không có tài khoản mai" in office("start", "ben-tre/39", "--as", "mai", code=4).stderr


def test_an_account_added_again_has_exactly_the_new_lanes(office: Terminal) -> None:
    office("person", "add", "mai", "--name", "Mai", "--lane", "ben-tre/one_stop_clerk")
    assert office.json("person", "add", "mai", "--name", "Mai")["lanes"] == []
    office("start", "ben-tre/39", "--as", "mai", code=4)


@pytest.mark.parametrize("lane", ["ben-tre/one_stop_clark", "ben-tre", "hue/specialist", "/", "ben-tre/records_clerk"])
def test_a_lane_that_no_province_has_is_refused_with_those_there_are(office: Terminal, lane: str) -> None:
    refused = office("person", "add", "mai", "--name", "Mai", "--lane", lane, code=3)
    assert "ha-tinh/records_clerk" in refused.stderr
    assert "mai" not in {person["id"] for person in office.json("person")}


@pytest.mark.parametrize("account", ["", "system", "a b", "x" * 101, "mái", "-x\n"])
def test_an_account_has_a_plain_name(office: Terminal, account: str) -> None:
    assert "không dùng được" in office("person", "add", "--name", "Mai", "--", account, code=3).stderr


def test_an_empty_house_says_so(bare: Terminal) -> None:
    bare("init")
    assert bare("person").stdout == "Chưa có tài khoản nào.\n"
