"""Who may ask for what: every route of the site is walked, as a stranger, as the wrong person and with a token."""

from __future__ import annotations

import pytest
from flask import Blueprint, g
from werkzeug.routing import Rule

from runner.domain.person import LaneKind
from runner.web import BLUEPRINTS, policy
from runner.web.policy import NoPolicy
from tests.web.conftest import Site
from tests.world import World, person

POLICIES = {
    "public",
    "impersonal",
    "nearby",
    "signed in",
    "lane administrator",
    "lane auditor",
    "lane analyst",
    "token read",
    "token write",
    "token draft",
}


def address(rule: Rule) -> str:
    """An address under a rule, with something in each of its gaps."""
    return rule.build({each: "receipt" if each == "name" else 1 for each in rule.arguments}, append_unknown=False)[1]


@pytest.fixture
def extra() -> Blueprint:
    """Routes with every kind of policy, for the tests to ask for."""
    extra = Blueprint("extra", "extra")
    for name, rule in {"clerk": policy.lane(LaneKind.CLERK), "mend": policy.administrator}.items():
        extra.add_url_rule(f"/{name}", name, rule(lambda: g.person.id))
    for scope in ("read", "write"):
        extra.add_url_rule(f"/api/{scope}", scope, policy.token(scope)(lambda: g.person.id), methods=["GET", "POST"])
    return extra


def test_every_route_has_a_policy_and_strangers_get_nothing_but_what_is_for_them(site: Site) -> None:
    with site.app.app_context():
        rules = [(rule, policy.of(rule.endpoint)) for rule in site.app.url_map.iter_rules()]
    assert len(rules) >= 8
    for rule, kept in rules:
        assert kept is not None, rule.rule
        assert kept.name in POLICIES or kept.name.startswith("lane "), rule.rule
        if kept.name != "nearby" and kept.admits(None):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            stranger = site.browser()
            headers = {"X-CSRF-Token": stranger.csrf()}
            answer = stranger.open(
                address(rule), method=method, headers=headers, environ_base={"REMOTE_ADDR": "8.8.8.8"}
            )
            to_sign_in = answer.status_code == 303 and (answer.location or "").startswith("/login")
            assert to_sign_in or answer.status_code in (401, 404), (rule.rule, method, answer.status_code)


def test_a_site_with_a_route_without_a_policy_does_not_start(site: Site) -> None:
    site.app.add_url_rule("/bare", "bare", lambda: "secret")
    with pytest.raises(NoPolicy, match=r"^/bare$"):
        policy.check(site.app)
    assert "secret" not in site.browser("administrator").get("/bare").text


def test_a_page_of_a_lane_does_not_exist_for_the_others(site: Site, extra: Blueprint) -> None:
    site.app.register_blueprint(extra)
    assert site.browser("one_stop_clerk").get("/clerk").text == "one_stop_clerk@ha-tinh"
    assert site.browser(person("one_stop_clerk", "ben-tre")).get("/clerk").status_code == 200
    assert site.browser("specialist").get("/clerk").status_code == 404
    assert site.browser("specialist").get("/mend").status_code == 404
    assert site.browser("administrator").get("/mend").status_code == 200


def test_lanes_are_asked_anew_at_every_request(site: Site, extra: Blueprint) -> None:
    site.app.register_blueprint(extra)
    browser = site.browser("one_stop_clerk")
    assert browser.get("/clerk").status_code == 200
    moved = person("specialist")
    site.runner.people.save(type(moved)("one_stop_clerk@ha-tinh", "Đã chuyển", moved.groups))
    assert browser.get("/clerk").status_code == 404


def test_only_a_token_opens_the_interface_for_programs(site: Site, extra: Blueprint, world: World) -> None:
    site.app.register_blueprint(extra)
    clerk = site.browser("one_stop_clerk")
    token = world.runner.accounts.create_token("one_stop_clerk@ha-tinh", "cổng", ["read"], world.now)

    refused = clerk.get("/api/read")
    assert refused.status_code == 401 and refused.headers["WWW-Authenticate"] == "Bearer"
    program = site.browser()
    assert program.get("/api/read", headers={"Authorization": f"Bearer {token}"}).text == "one_stop_clerk@ha-tinh"
    assert program.post("/api/read", headers={"Authorization": f"bearer {token}"}).status_code == 200
    assert program.get("/api/write", headers={"Authorization": f"Bearer {token}"}).status_code == 403
    for wrong in ("", "Bearer", f"Basic {token}", f"Bearer {token}x", f"Bearer {token[:-1]}"):
        assert program.get("/api/read", headers={"Authorization": wrong}).status_code == 401
    world.runner.accounts.revoke_token("one_stop_clerk@ha-tinh", "cổng", world.now)
    assert program.get("/api/read", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_the_figures_are_only_for_the_private_network(site: Site) -> None:
    def status(remote: str) -> int:
        return site.browser().get("/metrics", environ_base={"REMOTE_ADDR": remote}).status_code

    assert [status(each) for each in ("127.0.0.1", "10.1.2.3", "::1", "fe80::1%eth0")] == [200] * 4
    assert [status(each) for each in ("8.8.8.8", "2001:4860:4860::8888")] == [404] * 2


def test_what_was_sent_without_a_login_session_is_not_lost_in_silence(site: Site, extra: Blueprint) -> None:
    extra.add_url_rule("/change", "change", policy.signed_in(lambda: "changed"), methods=["POST"])
    site.app.register_blueprint(extra)
    answer = site.browser().send("/change")
    assert answer.status_code == 401
    assert "chưa được ghi nhận" in answer.text and 'href="/login"' in answer.text


def test_links_show_only_what_there_is_and_may_be_seen(site: Site, extra: Blueprint) -> None:
    site.app.register_blueprint(extra)
    with site.app.app_context():
        assert policy.may(person("one_stop_clerk"), "extra.clerk")
        assert not policy.may(person("specialist"), "extra.clerk")
        assert not policy.may(None, "extra.clerk")
        assert not policy.may(person("specialist"), "there.is_none")


def test_the_site_is_made_of_these_parts_alone(site: Site) -> None:
    assert {name for name in site.app.blueprints if "." not in name} == {part.name for part in BLUEPRINTS}
