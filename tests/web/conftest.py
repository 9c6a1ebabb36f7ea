"""A site to click in: an office, the pages that serve it, and browsers in which its people have signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Undefined
from werkzeug.test import TestResponse

from runner.domain.person import Person
from runner.services.accounts import Accounts
from runner.web import create_app, security
from tests.world import World, person

SECRET = "a secret of the tests that is long enough to be one"  # noqa: S105
PASSWORD = "một mật khẩu đủ dài"  # noqa: S105
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Browser(FlaskClient):
    """A browser; `sign_in` signs a person in without a password, `send` posts a form as a page of ours would."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Ask for something, and read the answer to its end."""
        return super().open(*args, **{"buffered": True, **kwargs})

    def sign_in(self, who: Person | str) -> Browser:
        """Sign in a person of the world, or the one who works in this lane of ``ha-tinh``."""
        world: World = self.application.extensions["world"]
        id = who.id if isinstance(who, Person) else person(who).id
        self.set_cookie("visit", world.runner.accounts.enter(id, world.now))
        return self

    @property
    def login_session(self) -> str | None:
        """The id of the login session that the browser holds."""
        cookie = self.get_cookie("visit")
        return cookie.value if cookie else None

    def csrf(self) -> str:
        """What a form of this browser has to send along; a new browser fetches a page first, to get a session."""
        if self.login_session is None:
            self.get("/login")
        with self.application.test_request_context(headers={"Cookie": f"visit={self.login_session}"}):
            return security.csrf()

    def send(self, address: str, **values: Any) -> TestResponse:
        """Post a form with its forgery field. A task that nobody has claimed shows its form when it is claimed."""
        if re.fullmatch(r"/cases/[0-9]+/tasks/[^/?]+", address):
            self.take(address)
        return self.post(address, data={security.CSRF_FIELD: self.csrf(), **values})

    def take(self, task: str) -> TestResponse:
        """The page of a task, which is claimed first if nobody has."""
        page = self.get(task)
        if f'{task}/claim"' not in page.text:
            return page
        self.post(f"{task}/claim", data={security.CSRF_FIELD: self.csrf()})
        return self.get(task)


class _Field(Undefined):
    """Fails where a template names a field that its row does not have; the site would show nothing there."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        assert not is_dataclass(self._undefined_obj), self._undefined_name


class Site:
    """The pages of a `world`; `browser()` is a new one, `browser("specialist")` one in which they have signed in."""

    def __init__(self, world: World, **settings: Any) -> None:
        self.world = world
        self.runner = world.runner
        self.runner.settings = replace(self.runner.settings, **{"secrets": (SECRET,), **settings})
        self.app: Flask = create_app(self.runner)
        self.app.jinja_env.undefined = _Field
        self.app.extensions["world"] = world
        self.app.test_client_class = Browser

    def browser(self, who: Person | str | None = None, **options: Any) -> Browser:
        browser: Browser = self.app.test_client(**options)  # type: ignore[assignment]
        return browser.sign_in(who) if who else browser


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """An office without procedures: one person in each lane of each province, whose password is `PASSWORD`."""
    world = World(database_url, tmp_path)
    world.runner.accounts = Accounts(world.runner.database, QUICK)
    for province in ("ha-tinh", "ben-tre"):
        for lane in ("one_stop_clerk", "specialist", "administrator"):
            world.runner.people.save(person(lane, province))
    yield world
    world.runner.close()


@pytest.fixture
def site(world: World) -> Site:
    """The pages of that office."""
    return Site(world)
