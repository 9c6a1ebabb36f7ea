"""The pages under gunicorn, as `motcua serve` runs them: completing a task, the inbox, bytes, and a crowd of users.

Everything but the time of the inbox goes through a socket on the loopback, with the machine's clock.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from statistics import median
from subprocess import Popen
from tempfile import TemporaryDirectory, TemporaryFile
from time import perf_counter, sleep
from urllib.parse import quote, unquote, urlencode

from sqlalchemy import insert, select, text

from bench import office
from bench.figure import Figure, p99, seconds
from bench.plain import PlainLoop
from runner.cli.serve import HOST, WEB
from runner.domain.person import SYSTEM, Person
from runner.store import table
from runner.web import create_app
from tests.six_tasks import OFFICER, STEPS, SixTasks, values

ROUNDS = 60
WAITING = 100_000
ASKED = 300
VIEWS = ("/inbox", "/inbox?view=group", "/inbox?view=mine")
USERS = 50
CROWDED = float(os.environ.get("MOTCUA_BENCH_SECONDS", "60"))
"""Seconds in which the users click."""
PAUSE = 1.0
"""Seconds that a user looks at a page before the next click: faster than real staff."""
FIELD = {"Content-Type": "application/x-www-form-urlencoded"}
SECRET = "a secret for the benchmark that is long enough to be one"  # noqa: S105
OFFICIAL = Person("official", "Official", frozenset({("ha-tinh", "one_stop_clerk"), ("ha-tinh", "specialist")}))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sent: `size` is in bytes with the headers, `seconds` from the click to the last byte."""

    status: int
    body: str
    size: int
    seconds: float


class Browser:
    """A signed-in person on one connection, kept open as browsers do; forms carry the CSRF token."""

    def __init__(self, ours: SixTasks, port: int, person: Person) -> None:
        session = ours.runner.accounts.enter(person.id, datetime.now(UTC))
        self.connection = HTTPConnection(HOST, port, timeout=60)
        self.headers = {"Cookie": f"visit={session}", "Accept-Encoding": "gzip", "Accept-Language": "vi"}
        self.csrf = found(r'"X-CSRF-Token": "([^"]+)"', self.get("/register").body)

    def get(self, address: str) -> Answer:
        return self._ask("GET", address)

    def post(self, address: str, **values: object) -> Answer:
        return self._ask("POST", address, urlencode({"csrf": self.csrf, **values}), FIELD)

    def _ask(self, method: str, address: str, body: str | None = None, more: dict[str, str] | None = None) -> Answer:
        begun, reused = perf_counter(), self.connection.sock is not None
        try:
            self.connection.request(method, address, body, self.headers | (more or {}))
            response = self.connection.getresponse()
        except (ConnectionError, HTTPException):
            self.connection.close()
            if not reused:
                raise
            # The server had closed a connection that was idle for long: browsers ask again on a new one.
            return self._ask(method, address, body, more)
        sent = response.read()
        taken = perf_counter() - begun
        packed = response.getheader("Content-Encoding") is not None
        size = len(sent) + len(str(response.headers).encode())
        return Answer(response.status, "" if packed else sent.decode(), size, taken)


def submit() -> Iterator[Figure]:
    """Completions per second through HTTP, each stored for good, as a multiple of the plain loop's, which has no web.

    Measured is the form that is sent until it is answered. Warm, the process that answers has done the case's last
    step; cold, another one has, so the case is replayed: two processes take turns.
    """
    times: dict[str, list[float]] = {"plain": [], "cold": [], "warm": []}
    with TemporaryDirectory() as folder, office.sqlite() as ours, _served(ours, 1) as one, _served(ours, 1) as other:
        plain = PlainLoop(Path(folder) / "plain.db")
        first, second = Browser(ours, one, OFFICER), Browser(ours, other, OFFICER)
        for browser in (first, second):
            _complete(ours, (browser,))
        for _ in range(ROUNDS):
            case = plain.start()
            times["plain"] += [seconds(lambda: plain.complete(case, values(step))) for step in STEPS]  # noqa: B023
            times["warm"] += _complete(ours, (first,))
            times["cold"] += _complete(ours, (first, second))
            ours.runner.database.checkpoint()  # the worker's part
    detail = ", ".join(f"{name} {median(each) * 1000:.2f} ms" for name, each in times.items())
    for name, wanted in (("cold", 1), ("warm", 2.5)):
        ratio = sum(times["plain"]) / sum(times[name])
        yield Figure(f"completion by HTTP, {name}, against the plain loop", ratio, "x", wanted, True, detail)


def inbox() -> Iterator[Figure]:
    """The server's time for a page of the inbox, its first ones and those behind them."""
    for name, opened in (("SQLite", office.sqlite), ("PostgreSQL", office.postgres)):
        with opened() as ours:
            _fill(ours)
            ours.runner.settings = replace(ours.runner.settings, secrets=(SECRET,))
            client = create_app(ours.runner).test_client()
            client.set_cookie("visit", ours.runner.accounts.enter(OFFICER.id, ours.now))
            times, behind = [], ""
            for number in range(ASKED):
                address = behind if number % 2 else ""
                begun = perf_counter()
                page = client.get(address or VIEWS[number % len(VIEWS)])
                times.append(perf_counter() - begun)
                assert page.status_code == 200, page.status
                behind = unescape("".join(re.findall(r'href="([^"]+)" rel="next"', page.text)))
            detail = f"median {median(times) * 1000:.2f} ms"
            title = f"inbox page, server time, {WAITING:,} open tasks, p99, {name}"
            yield Figure(title, p99(times) * 1000, "ms", 30, False, detail)


def size() -> Iterator[Figure]:
    """The bytes of a page of real procedures with all that it needs, for a browser with an empty cache."""
    with office.sqlite() as ours, _served(ours, 1) as port:
        ours.runner.procedures.deploy(Path("bpmn"), SYSTEM, ours.now)
        ours.runner.people.save(OFFICIAL)
        for _ in range(50):
            case = ours.runner.cases.start("ha-tinh/QT.BC.01", OFFICIAL, datetime.now(UTC)).case
        browser = Browser(ours, port, OFFICIAL)
        task = found(r'href="(/cases/\d+/tasks/[^"]+)"', browser.get("/inbox").body)
        pages = ("/inbox", task, f"/cases/{case}", "/register", "/procedures", "/procedures/ha-tinh/QT.BC.01")
        sizes = {page: _whole(browser, page) / 1000 for page in pages}
    detail = ", ".join(f"{page} {kilobytes:.0f}" for page, kilobytes in sizes.items())
    yield Figure("bytes of the largest staff page, with its files", max(sizes.values()), "kB", 100, False, detail)


def crowd() -> Iterator[Figure]:
    """People of one group at work: they look at the inbox, claim one of its tasks, open it, complete it."""
    with office.postgres() as ours, _served(ours, 2) as port:
        ours.clock.set(datetime.now(UTC))
        people = [Person(f"user{number}", f"User {number}", OFFICER.groups) for number in range(USERS)]
        for person in people:
            ours.runner.people.save(person)
        for _ in range(int(USERS * (10 + CROWDED / 4))):  # so many that none is idle, as each claims one in four clicks
            ours.begin()
        users = [User(Browser(ours, port, person), person, Random(person.id)) for person in people]
        end = perf_counter() + CROWDED
        with ThreadPoolExecutor(USERS) as threads:
            for done in [threads.submit(user.work, end) for user in users]:
                done.result()
        lost = _lost(ours, users)
    times = [each for user in users for each in user.times]
    errors = sum((user.errors for user in users), Counter())
    completed, late = sum(len(user.completed) for user in users), sum(user.outrun for user in users)
    detail = (
        f"{len(times)} clicks, {len(times) / CROWDED:.0f}/s, {completed} completions, {late} outrun, "
        f"median {median(times) * 1000:.0f} ms"
    )
    title = f"{USERS} users, {CROWDED:g} s, two processes, PostgreSQL: "
    yield Figure(f"{title}errors", errors.total(), "", 0, False, ", ".join(map(str, errors)))
    yield Figure(f"{title}lost", lost, "", 0, False, f"of {completed} acknowledged")
    yield Figure(f"{title}p99", p99(times) * 1000, "ms", 500, False, detail)


@dataclass(slots=True)
class User:
    """A person who works without rest; `completed` are the cases and tasks whose completion the server acknowledged."""

    browser: Browser
    person: Person
    random: Random
    times: list[float] = field(default_factory=list)
    completed: list[tuple[int, str]] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    outrun: int = 0

    def work(self, end: float) -> None:
        """Task after task until `end`; each person begins at another moment."""
        sleep(self.random.random() * PAUSE)
        while perf_counter() < end:
            try:
                self._task()
            except (OSError, HTTPException) as error:
                self.errors[repr(error)] += 1
                self.browser.connection.close()

    def _task(self) -> None:
        addresses = re.findall(r' href="(/cases/\d+/tasks/[^"]+)"', self._click("/inbox", 200).body)
        if not addresses:
            return
        address = self.random.choice(addresses)
        if self._click(f"{address}/claim", 303, 409, next=address).status != 303:
            self.outrun += 1
            return
        page = self._click(address, 200)
        if page.status != 200:
            return
        case, task = re.fullmatch(r"/cases/(\d+)/tasks/(.+)", unquote(address)).groups()
        key = found(r'name="_key" value="([^"]+)"', page.body)
        step = task.removeprefix("Task_").partition("#")[0]
        if self._click(address, 303, _key=key, **values(step)).status == 303:
            self.completed.append((int(case), task))

    def _click(self, address: str, *expected: int, **values: object) -> Answer:
        """Fetch a page or send a form; an answer other than those expected is an error."""
        answer = self.browser.post(address, **values) if values else self.browser.get(address)
        self.times.append(answer.seconds)
        if answer.status not in expected:
            self.errors[f"{answer.status} {re.sub(r'[0-9]+', 'N', address)}"] += 1
        sleep(PAUSE)
        return answer


def found(pattern: str, body: str) -> str:
    """What the group of `pattern` matches first in a page."""
    match = re.search(pattern, body)
    assert match, f"no {pattern} in the page"
    return match[1]


@contextmanager
def _served(ours: SixTasks, processes: int) -> Iterator[int]:
    """The port at which so many processes serve the office's pages."""
    given = {"MOTCUA_DATABASE": ours.runner.settings.database, "MOTCUA_SECRET": SECRET}
    options = (*WEB, "--workers", str(processes))
    with TemporaryFile() as log:
        # Only the server keeps this open: if it ends by itself, the next connection is refused at once.
        with socket.create_server((HOST, 0), backlog=256) as door:
            # gunicorn sets this too, but a connection has what the socket had when it was made, and ours come early.
            door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            port, number = door.getsockname()[1], door.fileno()
            command = (sys.executable, "-m", "gunicorn", *options, "--bind", f"fd://{number}")
            server = Popen(
                (*command, "runner.web.wsgi:application()"),
                env=os.environ | given,
                stderr=log,
                pass_fds=[number],
                start_new_session=True,
            )
        try:
            yield port
        finally:
            server.terminate()
            server.wait(30)


def _complete(ours: SixTasks, browsers: tuple[Browser, ...]) -> list[float]:
    """The seconds of each of a case's six completions, by the browsers in turn."""
    ours.clock.set(datetime.now(UTC))
    case, times = ours.begin(), []
    for number, step in enumerate(STEPS):
        address = f"/cases/{case}/tasks/{quote(f'Task_{step}#1')}"
        if number == 0:  # the case was begun outside these processes; who claims it has had it in hand
            browsers[-1].post(f"{address}/claim", next=address)
        answer = browsers[number % len(browsers)].post(address, _key=f"{case}-{step}", **values(step))
        assert answer.status == 303, answer.body
        times.append(answer.seconds)
    return times


def _fill(ours: SixTasks) -> None:
    """So many cases, each with an open task: copies of a real one, due from three days ago to a month ahead."""
    case = ours.begin()
    with ours.runner.database.change() as tx:
        [like] = tx.execute(select(table.case).where(table.case.c.id == case)).mappings()
        [task] = tx.execute(select(table.task).where(table.task.c.case == case)).mappings()
        numbers, step = range(case + 1, case + WAITING), timedelta(days=33) / WAITING
        dues = {number: ours.now - timedelta(days=3) + place * step for place, number in enumerate(numbers)}
        tx.execute(insert(table.case), [{**like, "id": n, "subject": f"Công ty {n}"} for n in numbers])
        owned = {n: OFFICER.id if n % 1000 == 0 else None for n in numbers}
        tx.execute(insert(table.task), [{**task, "case": n, "due": dues[n], "owner": owned[n]} for n in numbers])
    with ours.runner.database.change() as tx:
        tx.execute(text("ANALYZE"))
    ours.runner.database.checkpoint()


def _whole(browser: Browser, address: str) -> int:
    """The bytes of a page and of every style, script and picture that it names."""
    page = browser.get(address)
    assert page.status == 200, f"{page.status} {address}"
    files = set(re.findall(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"', page.body))
    return page.size + sum(browser.get(unescape(file)).size for file in files)


def _lost(ours: SixTasks, users: list[User]) -> int:
    """How many acknowledged completions are not in the journal under the name of their person."""
    kept = {
        (case, entry.body.task): entry.actor
        for case in {case for user in users for case, _ in user.completed}
        for entry in ours.runner.audit.journal(case, SYSTEM)
        if entry.kind == "submit"
    }
    return sum(kept.get(done) != user.person.id for user in users for done in user.completed)
