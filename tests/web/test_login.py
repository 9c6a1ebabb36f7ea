"""Signing in and out, login sessions, tokens: who may come in, for how long, and what is stored about it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median
from time import process_time
from unicodedata import normalize

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from runner.clock import stopwatch
from runner.domain.record import RecordKind
from runner.services.accounts import (
    Accounts,
    PasswordUnfit,
    ScopeUnknown,
    SignInFailed,
    TokenExists,
    TokenUnknown,
    TooManyTries,
)
from runner.services.people import PersonUnknown
from runner.store import record_event, table
from runner.store.session import PATIENCE
from runner.web import login_session
from tests.web.conftest import PASSWORD, QUICK, Browser, Site
from tests.world import World, person

CLERK = person("one_stop_clerk")
WRONG = "một mật khẩu khác hẳn"


@pytest.fixture
def accounts(world: World) -> Accounts:
    world.runner.accounts.set_password(CLERK.id, PASSWORD, world.now)
    return world.runner.accounts


@pytest.fixture
def browser(site: Site, accounts: Accounts) -> Browser:
    return site.browser()


def enter(browser: Browser, password: str = PASSWORD, name: str = CLERK.id, **more: str) -> int:
    return browser.send("/login", person=name, password=password, **more).status_code


# -- the form ----------------------------------------------------------------------------------------------------------


def test_who_has_not_signed_in_gets_to_where_they_were_going_by_signing_in(browser: Browser) -> None:
    led = browser.get("/?page=2")
    assert (led.status_code, led.location) == (303, "/login?next=/?page%3D2")
    assert 'name="next" value="/?page=2"' in browser.get(led.location).text
    entered = browser.send("/login", person=CLERK.id, password=PASSWORD, next="/?page=2")
    assert (entered.status_code, entered.location) == (303, "/?page=2")
    assert CLERK.name in browser.get("/").text


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(browser: Browser) -> None:
    def refusal(name: str) -> tuple[int, str]:
        answer = browser.send("/login", person=name, password=WRONG)
        return answer.status_code, re.sub(r'name="csrf" value="[^"]*"', "", answer.text).replace(name, "NAME")

    assert refusal(CLERK.id) == refusal("nobody@ha-tinh")
    assert refusal(CLERK.id)[0] == 401


def test_an_unknown_name_takes_as_long_to_refuse_as_a_known_one(world: World) -> None:
    accounts = Accounts(world.runner.database, PasswordHasher(time_cost=2, memory_cost=16 * 1024, parallelism=1))
    accounts.set_password(CLERK.id, PASSWORD, world.now)

    def seconds(name: str) -> float:
        """Of the processor, so that what else the machine does is not counted."""
        begun = process_time()
        with pytest.raises(SignInFailed):
            accounts.sign_in(name, WRONG, "10.0.0.1", world.now)
        return process_time() - begun

    def tried(name: str) -> list[float]:
        return [seconds(name) for _ in range(5) if world.later(minutes=1)]

    assert 0.5 < median(tried(CLERK.id)) / median(tried("nobody@ha-tinh")) < 2


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/\\evil.example", "\t//evil", "evil", ""]
)
def test_no_one_is_sent_to_another_site_after_signing_in(browser: Browser, address: str) -> None:
    assert browser.send("/login", person=CLERK.id, password=PASSWORD, next=address).location == "/"


@given(st.text(alphabet="/\\.:@ \t\nhtpsevil", max_size=12))
def test_where_one_is_sent_is_a_path_of_this_site(address: str) -> None:
    assert re.fullmatch(r"/|/[^/\\].*", login_session.inside(address))


def test_who_has_signed_in_already_is_not_asked_again(site: Site) -> None:
    assert site.browser("specialist").get("/login").location == "/"


def test_the_accounts_of_a_demonstration_are_shown_with_their_password(site: Site) -> None:
    assert PASSWORD not in site.browser().get("/login").text
    site.runner.accounts.demonstrate([CLERK.id], PASSWORD, site.world.now)
    page = site.browser().get("/login").text
    assert PASSWORD in page and CLERK.id in page
    site.world.deploy()
    page = site.browser().get("/login").text
    assert "<td>Hà Tĩnh</td><td>Công chức TN&amp;TKQ</td>" in page


# -- the record --------------------------------------------------------------------------------------------------------


def told(world: World) -> list[tuple[str, str, object]]:
    """What the record has of signing in: whose account, what, and how many tries failed."""
    with world.runner.database.read() as tx:
        events = record_event.events(tx, kinds=[RecordKind.SIGN_IN])
    return [(each.subject, each.facts["what"], each.facts.get("failed")) for each in events]


def test_who_signs_in_and_out_is_on_record_with_the_tries_that_failed_before(browser: Browser, world: World) -> None:
    assert [enter(browser, WRONG) for _ in range(3)] == [401] * 3
    assert told(world) == []
    assert enter(browser) == 303
    browser.send("/logout")
    browser.send("/logout")
    assert told(world) == [(CLERK.id, "in", 3), (CLERK.id, "out", None)]
    assert enter(browser) == 303
    assert told(world)[-1] == (CLERK.id, "in", None)


def test_failures_never_flood_the_record_and_are_told_once_a_day(accounts: Accounts, world: World) -> None:
    for number in range(40):
        for name in (CLERK.id, f"mật khẩu gõ nhầm vào ô tên {number}"):
            with pytest.raises(SignInFailed):
                accounts.sign_in(name, WRONG, f"10.0.0.{number}", world.now)
    accounts.forget(world.later(hours=23).now)
    assert told(world) == []
    accounts.forget(world.later(hours=1).now)
    assert told(world) == [("", "failed", 40), (CLERK.id, "failed", 40)]
    accounts.forget(world.later(hours=48).now)
    assert len(told(world)) == 2


# -- tries -------------------------------------------------------------------------------------------------------------


def test_the_sixth_try_within_a_minute_is_refused_even_with_the_right_password(browser: Browser, world: World) -> None:
    assert [enter(browser, WRONG) for _ in range(5)] == [401] * 5
    assert enter(browser) == 429
    world.later(seconds=59)
    assert enter(browser) == 429
    world.later(seconds=1)
    assert enter(browser) == 303


def test_tries_are_counted_by_account_and_address(accounts: Accounts, world: World) -> None:
    def refused(name: str, address: str) -> type[Exception]:
        with pytest.raises((SignInFailed, TooManyTries)) as raised:
            accounts.sign_in(name, WRONG, address, world.now)
        return raised.type

    assert [refused(CLERK.id, "10.0.0.1") for _ in range(6)][-1] is TooManyTries
    assert refused(CLERK.id, "10.0.0.2") is SignInFailed
    assert refused("specialist@ha-tinh", "10.0.0.1") is SignInFailed


def test_signing_in_begins_the_count_anew(browser: Browser) -> None:
    for _ in range(3):
        assert [enter(browser, WRONG) for _ in range(4)] == [401] * 4
        assert enter(browser) == 303
        assert browser.send("/logout").status_code == 303


def test_twenty_tries_at_once_in_two_processes_count_as_twenty(accounts: Accounts, world: World) -> None:
    processes = [Accounts(world.runner.database, QUICK) for _ in range(2)]

    def attempt(number: int) -> str:
        try:
            return processes[number % 2].sign_in(CLERK.id, WRONG, "10.0.0.1", world.now)
        except (SignInFailed, TooManyTries) as error:
            return type(error).__name__

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(20)))
    assert sorted(answers) == ["SignInFailed"] * 5 + ["TooManyTries"] * 15


# -- passwords ---------------------------------------------------------------------------------------------------------


def test_passwords_are_kept_as_argon2id_hashes_of_their_own(world: World) -> None:
    hasher = Accounts(world.runner.database).hasher
    assert hasher.type is Type.ID and hasher.memory_cost >= 47_104
    world.runner.accounts.demonstrate(["one_stop_clerk@ha-tinh", "specialist@ha-tinh"], PASSWORD, world.now)
    with world.runner.database.read() as tx:
        kept = list(tx.scalars(select(table.account.c.password)))
    assert len(set(kept)) == 2 and all(each.startswith("$argon2id$") for each in kept)


@pytest.mark.parametrize("password", ["", "mười một ạ!", "x" * 257])
def test_a_password_that_is_too_short_or_too_long_is_refused(world: World, password: str) -> None:
    with pytest.raises(PasswordUnfit, match="từ 12 đến 256 ký tự"):
        world.runner.accounts.set_password(CLERK.id, password, world.now)


def test_only_people_with_an_account_get_a_password(world: World) -> None:
    with pytest.raises(PersonUnknown):
        world.runner.accounts.set_password("nobody@ha-tinh", PASSWORD, world.now)


def test_a_password_fits_however_its_letters_were_put_together(accounts: Accounts, world: World) -> None:
    assert normalize("NFD", PASSWORD) != PASSWORD
    assert accounts.sign_in(CLERK.id, normalize("NFD", PASSWORD), "10.0.0.1", world.now)


def test_a_new_password_ends_every_login_session(site: Site, accounts: Accounts) -> None:
    browser = site.browser(CLERK)
    assert browser.get("/").status_code == 200
    accounts.set_password(CLERK.id, PASSWORD, site.world.now)
    assert browser.get("/").status_code == 303


# -- login sessions ----------------------------------------------------------------------------------------------------


def test_signing_in_gives_the_browser_another_id_and_the_one_before_is_worth_nothing(
    browser: Browser, site: Site
) -> None:
    browser.get("/login")
    planted = browser.login_session
    assert enter(browser) == 303
    assert planted and browser.login_session != planted
    thief = site.browser()
    thief.set_cookie("visit", planted)
    assert thief.get("/").status_code == 303


def test_a_cookie_kept_after_signing_out_opens_nothing(browser: Browser, site: Site) -> None:
    enter(browser)
    kept = browser.login_session
    assert kept
    assert browser.send("/logout").location == "/login"
    assert "Anh/chị đã đăng xuất." in browser.get("/login").text
    thief = site.browser()
    thief.set_cookie("visit", kept)
    assert thief.get("/").status_code == 303


def test_signing_in_again_ends_the_login_session_before(browser: Browser, site: Site) -> None:
    enter(browser)
    before = browser.login_session
    enter(browser)
    thief = site.browser()
    thief.set_cookie("visit", before or "")
    assert thief.get("/").status_code == 303


def test_a_login_session_ends_after_half_an_hour_without_a_request(site: Site) -> None:
    browser = site.browser(CLERK)
    site.world.later(minutes=29, seconds=59)
    assert browser.get("/").status_code == 200
    site.world.later(minutes=29, seconds=59)
    assert browser.get("/").status_code == 200
    site.world.later(minutes=30)
    assert browser.get("/").status_code == 303


def test_noting_that_a_person_was_there_waits_for_no_lock_and_is_made_up_for(site: Site) -> None:
    browser = site.browser(CLERK)
    site.world.later(minutes=2)
    elapsed = stopwatch()
    with site.runner.database.change():  # SQLite has one lock for every writer
        assert browser.get("/").status_code == 200
    assert elapsed() < PATIENCE.total_seconds() / 2
    site.world.later(minutes=1)
    assert browser.get("/").status_code == 200
    site.world.later(minutes=29, seconds=59)
    assert browser.get("/").status_code == 200


def test_a_login_session_ends_after_eight_hours_however_busy(site: Site) -> None:
    browser = site.browser(CLERK)
    for _ in range(23):
        site.world.later(minutes=20)
        assert browser.get("/").status_code == 200
    site.world.later(minutes=20)
    assert browser.get("/").status_code == 303


def test_who_is_dismissed_is_out_at_the_next_request(site: Site) -> None:
    browser = site.browser(CLERK)
    assert browser.get("/").status_code == 200
    site.runner.people.dismiss(CLERK.id)
    assert browser.get("/").status_code == 303


def test_who_is_dismissed_cannot_sign_in(browser: Browser, world: World) -> None:
    world.runner.people.dismiss(CLERK.id)
    assert enter(browser) == 401


def test_the_database_holds_nothing_that_opens_a_login_session(site: Site) -> None:
    id = site.browser(CLERK).login_session
    with site.runner.database.read() as tx:
        [row] = tx.execute(select(table.login_session)).all()
    assert id and id.encode() not in row.sha256 and id not in repr(row)
    assert len(row.sha256) == 32


def test_a_tick_deletes_login_sessions_and_tries_that_are_over(browser: Browser, world: World) -> None:
    enter(browser)
    enter(browser, name="nobody@ha-tinh")
    world.later(minutes=29)
    world.runner.tick()
    with world.runner.database.read() as tx:
        assert len(tx.execute(select(table.login_session)).all()) == 1
        assert tx.execute(select(table.attempt)).all() == []
    world.later(minutes=1)
    world.runner.tick()
    with world.runner.database.read() as tx:
        assert tx.execute(select(table.login_session)).all() == []


def test_over_https_the_cookie_is_bound_to_this_host(site: Site) -> None:
    cookie = site.browser().get("/login", base_url="https://localhost").headers["Set-Cookie"]
    assert cookie.startswith("__Host-visit=")
    assert set(cookie.split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_in_production_the_cookie_never_travels_in_the_clear(world: World) -> None:
    cookie = Site(world, production=True).browser().get("/login").headers["Set-Cookie"]
    assert cookie.startswith("__Host-visit=") and "Secure" in cookie


# -- tokens ------------------------------------------------------------------------------------------------------------


def test_a_token_acts_for_its_person_within_its_scopes_until_it_is_revoked(world: World) -> None:
    accounts = world.runner.accounts
    token = accounts.create_token(CLERK.id, "trục liên thông", ["read"], world.now)
    bearer = accounts.bearer(token)
    assert bearer and bearer.person == CLERK and bearer.scopes == {"read"}
    accounts.revoke_token(CLERK.id, "trục liên thông", world.now)
    assert accounts.bearer(token) is None
    [kept] = accounts.tokens(CLERK.id)
    assert kept.revoked == world.now and token.encode() not in kept.sha256


def test_a_token_of_a_closed_account_opens_nothing(world: World) -> None:
    token = world.runner.accounts.create_token(CLERK.id, "cổng", ["read", "write"], world.now)
    world.runner.people.dismiss(CLERK.id)
    assert world.runner.accounts.bearer(token) is None


def test_a_token_that_was_never_given_opens_nothing(world: World) -> None:
    assert world.runner.accounts.bearer("motcua_" + "x" * 43) is None


def test_a_token_is_refused_under_a_name_that_was_used_or_for_a_scope_that_is_none(world: World) -> None:
    accounts = world.runner.accounts
    accounts.create_token(CLERK.id, "cổng", ["read"], world.now)
    with pytest.raises(TokenExists):
        accounts.create_token(CLERK.id, "cổng", ["read"], world.now + timedelta(days=1))
    with pytest.raises(ScopeUnknown, match="read, write"):
        accounts.create_token(CLERK.id, "khác", ["everything"], world.now)
    with pytest.raises(TokenUnknown):
        accounts.revoke_token(CLERK.id, "không có", world.now)
