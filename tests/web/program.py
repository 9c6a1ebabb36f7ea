"""A program that uses the REST interface with a person's token."""

from __future__ import annotations

from itertools import count
from typing import Any

from werkzeug.test import TestResponse

from runner.domain.person import Person
from tests.procedures.values import ANSWERS
from tests.web.conftest import Site
from tests.world import person

_NAMES = count()


class Program:
    """Sends requests with a token of `who`: a person, or the one in this lane of Bến Tre."""

    def __init__(self, site: Site, who: Person | str, *scopes: str) -> None:
        self.who = who if isinstance(who, Person) else person(who, "ben-tre")
        self.name = f"program {next(_NAMES)}"
        accounts = site.runner.accounts
        self.token = accounts.create_token(self.who.id, self.name, scopes or ("read", "write", "sign"), site.world.now)
        self.client = site.app.test_client(use_cookies=False)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
        """What is answered to a request; `headers` with underscores for hyphens."""
        sent = {"Authorization": f"Bearer {self.token}"} | {name.replace("_", "-"): of for name, of in headers.items()}
        return self.client.open(f"/api/v1{path}", method=method, json=body, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        """The JSON of a page that must be there."""
        answer = self.ask("GET", path, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: object = None, *, status: int = 200, **headers: str) -> Any:
        """The JSON answered to a request that must end in `status`."""
        answer = self.ask("POST", path, body, **headers)
        assert answer.status_code == status, answer.text
        return answer.json

    def start(self, procedure: str = "ben-tre/39", **headers: str) -> Any:
        """A new case."""
        return self.post("/cases", {"procedure": procedure}, status=201, **headers)

    def receive(self) -> Any:
        """A new case of Bến Tre, received: what its first task opened."""
        receive = self.start()["opened"][0]
        return self.post(f"/tasks/{receive}/submit", {"values": ANSWERS["tiep-nhan-ben-tre"]})

    def fill(self, task: str, **changed: object) -> Any:
        """Submit a task as usual, but for what is `changed`."""
        form = self.get(f"/tasks/{task}")["form"]
        return self.post(f"/tasks/{task}/submit", {"values": ANSWERS[form["id"]] | changed})
