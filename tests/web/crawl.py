"""Every route of the site, asked for about real cases: the same addresses that people and programs would use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from pypdfium2 import PdfDocument, PdfiumError
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from runner.domain.person import Person, Role
from runner.store import table
from runner.web import policy, security
from tests.faults.office import FULL
from tests.web.conftest import Site
from tests.web.program import Program
from tests.world import LANES, person

READING = ("GET", "HEAD")
NOBODY = Person("nobody", "Chưa được phân công")
"""An account without any lane."""

_JSON: dict[str, Any] = {"api.message": {"name": "x"}, "api.submit": {"values": {}}, "api.assign": {"person": "nobody"}}
_QUERY = {"api.attach": "?name=a.pdf"}
_FORM = {"reason": "Người nộp đổi ý", "language": "en", "person": "nobody", "password": "sai mật khẩu"}


def kinds(province: str) -> list[Person]:
    """One of each kind of person: a person in each lane of `province`, and one in none."""
    return [*(person(lane, province) for lane in (*LANES, Role.AUDITOR, Role.ANALYST)), NOBODY]


@dataclass(frozen=True, slots=True)
class About:
    """What the gaps of addresses are filled with."""

    case: int
    task: str
    incident: int
    procedure: str
    file: str = "0" * 64
    draft: int = 0
    version: str = "0" * 64
    form: str = "none"

    def fill(self, rule: Rule) -> str:
        """The address of `rule`; a gap of a name that is not known here raises `KeyError`."""
        province, code = self.procedure.split("/")
        element, _, number = self.task.partition("#")
        task = f"{self.case}.{element}.{number}" if rule.endpoint.startswith("api.") else self.task
        known = {"case": self.case, "task": task, "incident": self.incident, "province": province, "code": code}
        known |= {
            "name": "receipt" if rule.endpoint.startswith("paper.") else "icon.svg",
            "file": self.file,
            "draft": self.draft,
            "digest": self.version,
            "id": self.draft,
        }
        known |= {"form": self.form, "table": "none", "rest": "none", "rule": "ids", "side": "wrong", "row": "lanes"}
        known |= {"part": "findings", "number": 1}
        built = rule.build({name: known[name] for name in rule.arguments}, append_unknown=False)
        assert built
        return built[1]


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that a route takes; `known_by` is how the route learns who asks."""

    endpoint: str
    method: str
    address: str
    known_by: str
    procedure: str

    @property
    def role(self) -> str:
        """Whose it is where it is not for everybody who works on the case: analysts' drafts, the auditors' desk."""
        return {"studio": Role.ANALYST, "audit": Role.AUDITOR}.get(self.endpoint.partition(".")[0], "")

    def form(self) -> dict[str, str]:
        """What a form may send to any route."""
        return {"procedure": self.procedure, **_FORM}


def asks(site: Site, about: About, *gaps: str) -> Iterator[Ask]:
    """Every request about this; only of routes with one of these `gaps`, if any is named.

    HEAD, which Flask answers as GET without the body, is asked for with ``MOTCUA_FAULTS=full`` alone.
    """
    left = {"OPTIONS"} if FULL else {"OPTIONS", "HEAD"}
    for rule in site.app.url_map.iter_rules():
        with site.app.app_context():
            kept = policy.of(rule.endpoint)
        assert kept
        if not gaps or rule.arguments & set(gaps):
            for method in sorted((rule.methods or set()) - left):
                yield Ask(rule.endpoint, method, about.fill(rule), kept.known_by, about.procedure)


class Asker:
    """Somebody with a browser in which they have signed in, and a program with a token of theirs."""

    def __init__(self, site: Site, who: Person) -> None:
        self.who = who
        self.browser = site.browser(who)
        self.program = Program(site, who)

    def ask(self, ask: Ask, query: str = "", *, forged: bool = False) -> TestResponse:
        """The answer; `forged` leaves out what only a page of ours could send along."""
        if ask.known_by == "token":
            body = {"procedure": ask.procedure} if ask.endpoint == "api.start" else _JSON.get(ask.endpoint)
            path = ask.address.removeprefix("/api/v1") + (query or _QUERY.get(ask.endpoint, ""))
            return self.program.ask(ask.method, path, None if ask.method in READING else body)
        if ask.method in READING:
            return self.browser.open(ask.address + query, method=ask.method)
        token = {} if forged else {security.CSRF_FIELD: self.browser.csrf()}
        return self.browser.open(ask.address + query, method=ask.method, data=ask.form() | token)


TOLD = ("record_event", "record_pending", "desk_visit")
"""Tables to which a reading is told."""
UNTOLD = tuple(name for name in table.metadata.tables if name not in TOLD)
"""All others: what reading changes nothing of."""


def digest(site: Site, *names: str) -> str:
    """The SHA-256 of every row of these tables, of all if none is named."""
    tables = table.metadata.tables
    with site.runner.database.read() as tx:
        rows = {name: sorted(map(repr, tx.execute(tables[name].select()))) for name in names or tables}
    return sha256(repr(sorted(rows.items())).encode()).hexdigest()


def text(answer: TestResponse) -> str:
    """The text of a page or paper; of a workbook, that of its first sheet; of an archive, those of its files; a picture
    has none."""
    if answer.mimetype == "image/png":
        return ""
    if answer.data.startswith(b"%PDF"):
        with suppress(PdfiumError), PdfDocument(answer.data) as paper:  # what somebody handed in need not be one
            return "\n".join(page.get_textpage().get_text_range() for page in paper)
    if not answer.data.startswith(b"PK"):
        return answer.text
    with ZipFile(BytesIO(answer.data)) as book:
        sheet = [name for name in book.namelist() if name == "xl/worksheets/sheet1.xml"]
        return "\n".join(book.read(name).decode() for name in sheet or book.namelist())


def visible(answer: TestResponse) -> str:
    """What an answer says, without what is drawn by lot for each page."""
    return re.sub(r"[A-Za-z0-9_-]{22}(\.[0-9a-f]{64})?(?=(-\d+)?[\"&])", "…", unquote(text(answer)))


def digest_of_cases(site: Site) -> str:
    """The SHA-256 of what is known of cases."""
    names = ("journal", "case", "task", "timer", "incident", "draft", "outbox", "idempotency")
    return digest(site, *names, "attachment", "attachment_piece")
