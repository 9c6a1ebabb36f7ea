"""Who really acted: entries name their channel, and a director who signs is asked once more."""

from __future__ import annotations

from typing import Any

import pytest

from runner.domain.channel import Channel, ChannelKind, Proof
from runner.domain.journal import Entry
from runner.store import case as cases
from tests.procedures.values import ANSWERS
from tests.web.conftest import PASSWORD, Browser, Site
from tests.web.program import Program
from tests.world import World, person

DIRECTOR = person("director", "ben-tre")
ADDRESS = "203.0.113.77"


@pytest.fixture
def signing(site: Site) -> Site:
    """With the director, whose approval grants the case."""
    world = site.world.deploy()
    world.start("ben-tre/39")
    for element in ("Task_1_receive", "Task_1_forward", "Task_2_process", "Task_3_submit"):
        world.do(element, **ANSWERS[world.task(element).form])
    world.runner.accounts.set_password(DIRECTOR.id, PASSWORD, world.now)
    return site


def sign(browser: Browser, world: World, **more: str) -> Any:
    task = world.task("Task_4_approve")
    texts = {key: str(value) for key, value in ANSWERS[task.form].items() if isinstance(value, str | int)}
    address = f"/cases/1/tasks/{task.id.replace('#', '%23')}"
    browser.take(address)
    return browser.post(
        address,
        data={"csrf": browser.csrf(), "_key": "một khóa", **texts, **more},
        environ_base={"REMOTE_ADDR": ADDRESS},
    )


def last(world: World) -> Entry:
    with world.runner.database.read() as tx:
        return cases.entries(tx, 1)[-1]


def test_a_director_signs_with_the_password_and_the_entry_says_so(signing: Site) -> None:
    world, browser = signing.world, signing.browser(DIRECTOR)
    assert sign(browser, world, _password=PASSWORD).status_code == 303
    via = last(world).via
    assert via is not None and (via.kind, via.proof) == (ChannelKind.WEB, Proof.PASSWORD)
    assert len(via.session) == len(via.address) == 32
    assert ADDRESS not in str(last(world).payload) and browser.login_session not in str(last(world).payload)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Ký duyệt cần nhập lại mật khẩu."),
        ({"_password": "không phải mật khẩu này"}, "Mật khẩu không đúng."),
    ],
)
def test_without_the_right_password_nothing_is_signed_and_nothing_typed_is_lost(
    signing: Site, typed: dict[str, str], said: str
) -> None:
    world, browser = signing.world, signing.browser(DIRECTOR)
    browser.take("/cases/1/tasks/" + world.task("Task_4_approve").id.replace("#", "%23"))
    before = last(world)
    answer = sign(browser, world, **typed)
    assert answer.status_code == 422 and said in answer.text and last(world) == before
    assert "không phải mật khẩu này" not in answer.text


def test_equal_addresses_have_equal_digests_and_others_do_not(signing: Site) -> None:
    world, found = signing.world, []
    for address in (ADDRESS, ADDRESS, "203.0.113.78"):
        browser, task = signing.browser(DIRECTOR), world.task("Task_4_approve")
        for act in ("claim", "release"):
            place = f"/cases/1/tasks/{task.id.replace('#', '%23')}/{act}"
            browser.post(place, data={"csrf": browser.csrf()}, environ_base={"REMOTE_ADDR": address})
        found.append(last(world).via or Channel(""))
    one, same, other = found
    assert one.address == same.address != other.address
    assert len({each.session for each in found}) == 3


def test_a_program_signs_only_with_a_token_that_may(signing: Site) -> None:
    world, task = signing.world, signing.world.task("Task_4_approve")
    values = {"values": ANSWERS[task.form]}
    place = f"/tasks/1.{task.id.replace('#', '.')}/submit"
    writer = Program(signing, DIRECTOR, "read", "write")
    assert writer.post(place, values, status=403)["type"] == "urn:motcua:SignScopeMissing"
    Program(signing, DIRECTOR, "read", "write", "sign").post(place, values)
    via = last(world).via
    assert via is not None and (via.kind, via.proof, bool(via.token)) == (ChannelKind.TOKEN, Proof.TOKEN, True)


def test_the_page_of_a_case_and_its_journal_say_the_channel_in_words(signing: Site) -> None:
    world, browser = signing.world, signing.browser(DIRECTOR)
    sign(browser, world, _password=PASSWORD)
    auditor = signing.browser(person("specialist", "ben-tre"))
    assert "trình duyệt, đã nhập lại mật khẩu" in auditor.get("/cases/1").text
    shown = auditor.get("/cases/1/journal").text
    assert "trình duyệt, đã nhập lại mật khẩu" in shown and "địa chỉ" in shown and ADDRESS not in shown
