"""How moments and working time look on a page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import g

from runner.web import page
from tests.web.conftest import Site
from tests.world import World, local


@pytest.fixture
def world(world: World) -> World:
    return world.deploy()


@pytest.fixture
def on_page(site: Site) -> Iterator[World]:
    """Within a request, on Monday 26/09/2022 at 08:00."""
    with site.app.test_request_context():
        g.person = None
        yield site.world


@pytest.mark.parametrize(
    ("due", "text"),
    [
        ("2022-09-26 11:00", "còn 3 giờ"),
        ("2022-09-26 08:20", "còn 20 phút"),
        ("2022-09-26 14:30", "còn 4 giờ 30 phút"),
        ("2022-09-27 08:00", "còn 1 ngày"),
        ("2022-10-03 11:00", "còn 5 ngày 3 giờ"),
        ("2022-09-26 08:00", "đến hạn"),
        ("2022-09-23 17:00", "quá 30 phút"),
        ("2022-09-26 07:59:30", "quá hạn"),
        ("2022-09-22 17:00", "quá 1 ngày"),
        ("2031-01-01 08:00", ""),
    ],
)
def test_what_is_left_is_shown_in_working_time(on_page: World, due: str, text: str) -> None:
    assert page.remaining(local(due), "ha-tinh") == text


def test_no_limit_is_no_remaining_time(on_page: World) -> None:
    assert page.remaining(None, "ha-tinh") == "" and page.moment(None) == "" and page.day(None) == ""


def test_a_moment_is_local_for_people_and_exact_for_machines(on_page: World) -> None:
    answer = page.moment(local("2022-09-26 14:30"))
    assert answer == '<time datetime="2022-09-26T14:30:00+07:00">14:30 ngày 26/09/2022</time>'
    assert page.day(local("2022-09-26 14:30").date()) == '<time datetime="2022-09-26">26/09/2022</time>'


def test_provinces_are_called_by_their_names(on_page: World) -> None:
    assert [page.place_name(code) for code in ("ha-tinh", "ben-tre", "none")] == ["Hà Tĩnh", "Bến Tre", "none"]


def test_a_day_off_does_not_count_as_time_left(on_page: World) -> None:
    on_page.at("2022-09-30 16:00")
    assert page.remaining(local("2022-10-03 08:30"), "ha-tinh") == "còn 2 giờ"
