"""Who may ask for what: every route has a policy, and one without any is not served.

A policy decides by who asks, never by what they ask about: that the services do, which answer `NotFound` for what a
person may not see. So does a policy, so that no one learns what exists for others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from runner.domain.person import LaneKind, Person, Role
from runner.domain.token import Scope
from runner.errors import NotFound, Refused
from runner.services import access
from runner.web import channel, current, login_session

View = TypeVar("View", bound=Callable[..., Any])
Mark = Callable[[View], View]


class PageUnknown(NotFound):
    """Không có trang này."""


class SignInNeeded(Refused):
    """Anh/chị chưa đăng nhập hoặc phiên làm việc đã hết; nội dung vừa gửi chưa được ghi nhận."""


class TokenNeeded(Refused):
    """Cần mã truy cập còn hiệu lực trong tiêu đề Authorization: Bearer."""


class ScopeMissing(Refused):
    """Mã truy cập này không có quyền “{scope}”."""


class NoPolicy(Exception):
    """A route has no policy; the message names it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom a route is for. `known_by` is how it learns who asks: by the session's cookie, a token, or not at all."""

    name: str
    known_by: Literal["session", "token", "nothing"]
    admits: Callable[[Person | None], bool]
    scope: str = ""
    basic: bool = False
    """Whether the token may come as the password of its account."""

    def __call__(self, view: View) -> View:
        """Put a view under this policy; for use as a decorator, closest to the function."""
        view.policy = self  # type: ignore[attr-defined]
        return view


def _works(wanted: Collection[Role | LaneKind]) -> Callable[[Person | None], bool]:
    roles = [each for each in wanted if isinstance(each, Role)]
    kinds = [each for each in wanted if isinstance(each, LaneKind)]

    def admits(person: Person | None) -> bool:
        if person is None:
            return False
        if any(access.role(lane) in roles for _, lane in person.groups):
            return True
        return bool(kinds and access.of_kind(person, current.organisations(), *kinds))

    return admits


def _nearby(_: Person | None) -> bool:
    address = request.remote_addr
    return address is None or ip_address(address.partition("%")[0]).is_private


def lane(*wanted: Role | LaneKind) -> Policy:
    """For a person in lanes of these kinds or with these roles, in any province; the service checks which."""
    return Policy(f"lane {' '.join(wanted)}", "session", _works(wanted))


def token(scope: Scope, *, basic: bool = False) -> Policy:
    """For programs with a token of this scope. Cookies are ignored here, so CSRF does not apply."""
    return Policy(f"token {scope}", "token", lambda person: person is not None, scope, basic)


public = Policy("public", "session", lambda person: True)
"""For everyone; a person who has signed in is known."""
impersonal = Policy("impersonal", "nothing", lambda person: True)
"""For everyone, and the same for everyone: files, probes, the description of the REST interface."""
nearby = Policy("nearby", "nothing", _nearby)
"""For monitoring on this machine or in this private network."""
signed_in = Policy("signed in", "session", lambda person: person is not None)
"""For a person who has signed in."""
staff = lane(*LaneKind)
"""For a person with a lane in diagrams."""
administrator, auditor, analyst = lane(Role.ADMINISTRATOR), lane(Role.AUDITOR), lane(Role.ANALYST)


def install(app: Flask) -> None:
    """Ask every request for its policy."""
    app.before_request(_enforce)


def of(endpoint: str | None) -> Policy | None:
    """The policy of a route; None when there is no such route."""
    return getattr(current_app.view_functions.get(endpoint or ""), "policy", None)


def may(person: Person | None, endpoint: str) -> bool:
    """Whether there is such a route, and it is for `person`: for links that only some should see."""
    policy = of(endpoint)
    return policy is not None and policy.admits(person)


def check(app: Flask) -> None:
    """Raises `NoPolicy` naming the routes that have none."""
    views = app.view_functions
    bare = [rule.rule for rule in app.url_map.iter_rules() if not hasattr(views[rule.endpoint], "policy")]
    if bare:
        raise NoPolicy(", ".join(bare))


def _enforce() -> Response | None:
    g.person = None
    if request.url_rule is None:  # no such page: the answer still shows who has signed in
        g.person = channel.browser(login_session.person())
        return None
    policy = of(request.endpoint)
    if policy is None:
        raise PageUnknown
    g.policy = policy
    if policy.known_by == "token":
        _by_token(policy)
    elif policy.known_by == "session":
        g.person = channel.browser(login_session.person())
    if policy.admits(g.person):
        return None
    if policy.known_by == "session" and g.person is None:
        return _to_sign_in()
    raise PageUnknown


def _by_token(policy: Policy) -> None:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    account, token = "", given.strip()
    if policy.basic and kind.lower() == "basic" and (login := request.authorization):
        kind, account, token = "bearer", login.username or "", login.password or ""
    bearer = current.runner().accounts.bearer(token) if kind.lower() == "bearer" else None
    if bearer is None or account not in ("", bearer.person.id):
        raise TokenNeeded
    if policy.scope not in bearer.scopes:
        raise ScopeMissing(scope=policy.scope)
    g.person, g.scopes = channel.program(bearer), bearer.scopes


def _to_sign_in() -> Response:
    """Who follows a link signs in and gets there; what was sent is not sent again behind their back."""
    if request.method not in ("GET", "HEAD"):
        raise SignInNeeded
    return redirect(url_for("login.form", next=request.full_path.rstrip("?")), 303)
