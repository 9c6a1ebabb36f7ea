"""What pages say about the fee of a case: what is to be collected, and that it is paid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.procedures.dossier import Dossier
from tests.procedures.test_fees import at_result
from tests.web.conftest import Site
from tests.web.program import Program
from tests.world import person

RESULT = "/cases/1/tasks/Task_B7_return%231"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """A dossier handed in at Hà Tĩnh's counter on Monday 26/09/2022 at 08:00."""
    dossier = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    yield dossier
    dossier.runner.close()


def visible(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page)).replace(" ,", ",")


def handed_in(world: Dossier, **values: Any) -> None:
    world.on("2022-09-26 08:30", "Task_B1_receive", **values)


def test_who_hands_the_result_over_sees_what_to_collect(site: Site, world: Dossier) -> None:
    handed_in(world)
    at_result(world)
    page = site.browser("one_stop_clerk").take(RESULT).text
    assert "Phí phải thu 10.750.000 đồng chưa nộp" in visible(page)
    assert re.search(r'<input[^>]*name="fee_settled"', page)
    assert "10.750.000 đồng chưa nộp Trường hợp thẩm định cấp phép lần đầu" in visible(
        site.browser("specialist").get("/cases/1").text
    )


def test_what_was_paid_at_the_counter_is_shown_instead_of_asked(site: Site, world: Dossier) -> None:
    handed_in(world, fee_paid=True, fee_receipt_number="0000007")
    at_result(world)
    clerk = site.browser("one_stop_clerk")
    page = clerk.take(RESULT).text
    assert "Phí, lệ phí 10.750.000 đồng đã nộp lúc 08:30 ngày 26/09/2022, biên lai số 0000007" in visible(page)
    assert re.search(r'<div[^>]*hidden[^>]*>(?:(?!</div>).)*name="fee_settled"', page, re.DOTALL)
    clerk.send(RESULT, received_by="Nguyễn Thị Lan", received_as="direct")
    assert world.row.status == "finished"
    assert "biên lai số 0000007" in visible(clerk.get("/cases/1").text)
    assert world.proved()


def test_an_unpaid_result_is_sent_back_with_what_is_missing(site: Site, world: Dossier) -> None:
    handed_in(world)
    at_result(world)
    answer = site.browser("one_stop_clerk").send(RESULT, received_by="Nguyễn Thị Lan", received_as="direct")
    assert answer.status_code == 422
    assert "Hãy đánh dấu vào ô “Doanh nghiệp đã nộp đủ phí”." in visible(answer.text)
    assert world.open == ["Task_B7_return"]


def test_a_program_cannot_hand_an_unpaid_result_over_either(site: Site, world: Dossier) -> None:
    handed_in(world)
    at_result(world)
    program, address = Program(site, person("one_stop_clerk")), "/tasks/1.Task_B7_return.1/submit"
    given = {"received_by": "Nguyễn Thị Lan", "received_as": "direct"}
    for pretence in ({}, {"fee_paid": True}, {"fee_settled": False, "fee_settled_receipt": "0000123"}):
        answer = program.post(address, {"values": given | pretence}, status=422)
        assert "fee_settled" in [fault["field"] for fault in answer["errors"]]
    assert world.open == ["Task_B7_return"]
    program.post(address, {"values": given | {"fee_settled": True, "fee_settled_receipt": "0000123"}})
    assert world.row.status == "finished"
