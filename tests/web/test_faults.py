"""Faults of the web through HTTP: races, repetitions, a locked database, stolen sessions, forgery, leaks, injection.

What programs do at once is in `test_api_concurrency`, one forged form after the other in `test_security`, one way in
which a login session ends after the other in `test_login`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from runner.domain.entry import Submit
from runner.domain.person import SYSTEM, Role
from runner.engine.errors import EngineFault
from runner.services.accounts import Accounts
from runner.store.session import PATIENCE, Database
from runner.web import policy
from tests.faults import invariant
from tests.faults.office import COLLEAGUE, FULL, VALUES, begin, figure
from tests.faults.race import race
from tests.procedures.values import ANSWERS
from tests.six_tasks import OFFICER, STEPS, SixTasks
from tests.web import crawl
from tests.web.conftest import PASSWORD, QUICK, Browser, Site
from tests.web.crawl import NOBODY, About, Asker
from tests.web.test_task import key, sent, words
from tests.world import ROOT, World, person

COPIES = 5


@pytest.fixture
def bench(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """An office of two officers, with a process of six tasks."""
    world = SixTasks(database_url, tmp_path)
    world.runner.accounts = Accounts(world.runner.database, QUICK)
    world.runner.people.save(COLLEAGUE)
    yield Site(world)
    world.runner.close()


def page(case: int, step: str, do: str = "") -> str:
    """The address of a task of the process of six."""
    return f"/cases/{case}/tasks/Task_{step}%231{do}"


def filled(browser: Browser, address: str, **transactions: str) -> dict[str, str]:
    """The form of a page as it is sent, nonce and all."""
    answer = browser.take(address)
    assert answer.status_code == 200
    return {"csrf": browser.csrf(), "_key": key(answer)} | VALUES | transactions


def answered(results: list[list[Any]]) -> list[TestResponse]:
    """The answers of a race, in which nothing was raised."""
    answers = [each for results_of_round in results for each in results_of_round]
    assert not [each for each in answers if isinstance(each, Exception)]
    return answers


def submits(site: Site) -> Counter[tuple[int, str]]:
    """How often each task was completed, by the journal."""
    audit = site.runner.audit
    return Counter(
        (case, step.entry.body.task)
        for case in audit.cases()
        for step in audit.history(case, SYSTEM)[2]
        if step.entry.kind == "submit"
    )


# -- 1: two officers, one task ----------------------------------------------------------------------------------------


def test_of_two_officers_who_claim_one_task_at_once_one_does_it_and_the_other_gets_a_page_that_says_so(
    bench: Site,
) -> None:
    cases, officers = begin(bench.world, figure(8, 167)), (OFFICER, COLLEAGUE)
    browsers = [bench.browser(who) for who in officers]
    wins = friendly = 0
    for step in STEPS:
        claims = [
            [partial(each.post, page(case, step, "/claim"), data={"csrf": each.csrf()}) for each in browsers]
            for case in cases
        ]
        for case, pair in zip(cases, race(claims), strict=True):
            assert sorted(each.status_code for each in answered([pair])) == [303, 409]
            loser = next(place for place, each in enumerate(answered([pair])) if each.status_code == 409)
            winner, late = browsers[1 - loser], browsers[loser]
            assert f"{officers[1 - loser].name} đã nhận việc này lúc 08:00" in words(answered([pair])[loser])
            typed = VALUES | {"csrf": late.csrf(), "note": f"Ý của {officers[loser].id}"}
            form = filled(winner, page(case, step))
            for done in (False, True):  # while the other has it, and when it is done
                if done:
                    assert winner.post(page(case, step), data=form).status_code == 303
                refused = late.post(page(case, step), data=typed)
                sentences = words(refused)
                assert refused.status_code == 409
                assert f"Ý của {officers[loser].id}" in sentences and "chưa được ghi nhận" in sentences
            wins, friendly = wins + 1, friendly + 1
    print(f"{wins} tasks: {wins} wins, {friendly} friendly pages")
    assert submits(bench) == Counter({(case, f"Task_{step}#1"): 1 for case in cases for step in STEPS})
    invariant.check(bench.runner)


# -- 5: the same form, again and again --------------------------------------------------------------------------------


def test_a_form_sent_five_times_at_once_and_once_more_by_a_proxy_has_one_effect(bench: Site) -> None:
    browser, cases = bench.browser(OFFICER), begin(bench.world, figure(8, 167))
    copies = [bench.browser() for _ in range(COPIES)]
    for each in copies:
        each.set_cookie("visit", browser.login_session or "")
    posts = 0
    for step in STEPS:
        forms = {case: filled(browser, page(case, step)) for case in cases}
        rounds = race([[partial(c.post, page(case, step), data=form) for c in copies] for case, form in forms.items()])
        for (case, form), answers in zip(forms.items(), rounds, strict=True):
            again = browser.post(page(case, step), data=form)
            assert len({(each.status_code, each.location) for each in (*answered([answers]), again)}) == 1
            assert again.status_code == 303
            posts += COPIES + 1
    print(f"{posts} posts of {len(cases) * len(STEPS)} forms")
    assert submits(bench) == Counter({(case, f"Task_{step}#1"): 1 for case in cases for step in STEPS})
    invariant.check(bench.runner)


def test_the_back_button_does_nothing_again_and_says_what_was_done(bench: Site) -> None:
    browser, [case] = bench.browser(OFFICER), begin(bench.world, 1)
    old = filled(browser, page(case, "B1"))
    assert browser.post(page(case, "B1"), data=old).status_code == 303
    for form in (old | {"note": "Viết lại"}, {**old, "note": "Viết lại", "_key": ""}):
        answer = browser.post(page(case, "B1"), data=form)
        assert answer.status_code == 409 and "Anh/chị đã hoàn thành việc này lúc" in words(answer)
        assert "Viết lại" in words(answer)
    bench.world.later(hours=25)
    bench.runner.tick()
    assert browser.sign_in(OFFICER).post(page(case, "B1"), data=old | {"csrf": browser.csrf()}).status_code == 409
    assert submits(bench) == {(case, "Task_B1#1"): 1}


def test_a_case_begun_five_times_at_once_with_one_form_is_one_case(site: Site) -> None:
    site.world.deploy(ROOT / "bpmn/ben-tre/39.bpmn", provinces=("ben-tre",))
    clerk = person("one_stop_clerk", "ben-tre")
    copies = [site.browser(clerk) for _ in range(COPIES)]
    forms = [key(copies[0].get("/intake")) for _ in range(figure(15, 200))]
    rounds = race(
        [[partial(each.send, "/intake", procedure="ben-tre/39", _key=form) for each in copies] for form in forms]
    )
    led = [{(each.status_code, each.location) for each in answered([answers])} for answers in rounds]
    assert all(len(each) == 1 for each in led) and len(set.union(*led)) == len(forms)
    assert {status for each in led for status, _ in each} == {303}
    assert len(site.runner.audit.cases()) == len(forms)


# -- 10: the database is locked ---------------------------------------------------------------------------------------


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Somebody else holds what every change of a case needs."""
    holder = Database(url)
    with holder.change() as tx:
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql("LOCK TABLE journal IN EXCLUSIVE MODE")
        yield
    holder.close()


def test_while_the_database_is_locked_people_are_informed_and_nothing_is_lost(bench: Site, database_url: str) -> None:
    *cases, drafted = begin(bench.world, 13)
    bench.runner.accounts.set_password(COLLEAGUE.id, PASSWORD, bench.world.now)
    reader = bench.browser(COLLEAGUE)
    bench.world.later(minutes=2)  # so that this login session has to be renewed
    browsers = {case: bench.browser(OFFICER) for case in cases}
    forms = {case: filled(browser, page(case, "B1")) for case, browser in browsers.items()}
    other, idle = bench.browser(), bench.browser(COLLEAGUE)
    csrf = other.csrf()

    def submit(case: int) -> TestResponse:
        return browsers[case].post(page(case, "B1"), data=forms[case])

    early, late = cases[:6], cases[6:]
    with ThreadPoolExecutor(20) as pool:
        with locked(database_url):
            began = perf_counter()
            first = [pool.submit(submit, case) for case in early]
            login = {"csrf": csrf, "person": COLLEAGUE.id, "password": PASSWORD}
            others = [
                pool.submit(idle.send, page(drafted, "B1", "/draft"), note="Bản nháp"),
                pool.submit(other.post, "/login", data=login),
            ]
            reading = pool.submit(reader.get, page(late[1], "B1"))
            wait(first, return_when=FIRST_COMPLETED)
            second = [pool.submit(submit, case) for case in late]
            wait(first)
            waited = perf_counter() - began
        refused, served = [each.result() for each in first], [each.result() for each in second]
    assert [each.status_code for each in refused] == [503] * 6
    for answer in [*refused, *(each.result() for each in others)]:
        assert answer.status_code in (303, 503)
        if answer.status_code == 503:
            assert answer.headers["Retry-After"] == "5" and answer.mimetype == "text/html"
            assert "Hệ thống đang bận; hãy thử lại sau giây lát." in words(answer)
    assert reading.result().status_code == 200, "reading goes on"
    assert PATIENCE.total_seconds() <= waited
    assert [each.status_code for each in served] == [303] * 6
    print(f"6 answered after {waited:.1f} s, 6 served when the lock was gone")

    assert submits(bench) == {(case, "Task_B1#1"): 1 for case in late}
    assert [submit(case).status_code for case in cases] == [303] * 12, "the same forms, sent again"
    assert submits(bench) == {(case, "Task_B1#1"): 1 for case in cases}
    invariant.check(bench.runner)


# -- the office of two provinces --------------------------------------------------------------------------------------

WAY = {
    "ha-tinh/QT.BC.01": ("Task_B1_receive", "Task_B2_forward"),
    "ben-tre/39": ("Task_1_receive", "Task_1_forward"),
}
OPEN = {"ha-tinh/QT.BC.01": "Task_B3_appraise", "ben-tre/39": "Task_2_process"}
SECRETS = ("Đồng Khởi", "1300123456", "Trần Văn Bình", "000.00.06.H07-220926-0001", "Điều chỉ tôi biết")
"""What only people of Bến Tre may learn of its case."""


PAGE = """%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF"""
"""A PDF of one empty page."""


def take_in(world: World, procedure: str) -> About:
    """A case that has come to the specialist: with an attached file, an incident, and drafts of form and procedure."""
    world.start(procedure)
    first, clerk = world.task(WAY[procedure][0]), person("one_stop_clerk", procedure.partition("/")[0])
    content = f"{PAGE}\n% {procedure} {SECRETS[0]}".encode()
    scan = world.runner.attachments.add(world.case, first.id, "đơn.pdf", BytesIO(content), clerk, world.now)
    for element in WAY[procedure]:
        form = world.task(element).form
        files = {"dossier_scan": [scan.record]} if element == first.element else {}
        world.do(element, **ANSWERS[form] | files)
    task, specialist = world.task(OPEN[procedure]), person("specialist", procedure.partition("/")[0])
    world.runner.tasks.save_draft(world.case, task.id, {"draft_summary": SECRETS[-1]}, specialist, world.now)
    act = Submit(task.id, ANSWERS[task.form])
    world.runner.transactions.record_incident(world.case, EngineFault(reason="x"), act, specialist, world.now)
    _, _, [incident] = world.runner.cases.get(world.case, specialist)
    analyst = person(Role.ANALYST, procedure.partition("/")[0])
    draft = world.runner.procedure_drafts.begin(procedure, analyst, world.now)
    return About(world.case, task.id, incident.id, procedure, scan.sha256, draft.id, draft.based_on or "", task.form)


@pytest.fixture
def provinces(site: Site) -> Site:
    """Both provinces with all their procedures, and one of each kind of person."""
    site.world.deploy()
    for who in (*crawl.kinds("ha-tinh"), *crawl.kinds("ben-tre")):
        site.runner.people.save(who)
    return site


# -- 20: a login session that is over ---------------------------------------------------------------------------------

CLERK = person("one_stop_clerk")


def enter(browser: Browser) -> None:
    assert browser.send("/login", person=CLERK.id, password=PASSWORD).status_code == 303


ENDS: dict[str, Callable[[Site, Browser], object]] = {
    "signed out": lambda site, browser: browser.send("/logout"),
    "signed in anew": lambda site, browser: enter(browser),
    "idle for half an hour": lambda site, browser: site.world.later(minutes=30),
    "dismissed": lambda site, browser: site.runner.people.dismiss(CLERK.id),
    "another password": lambda site, browser: site.runner.accounts.set_password(CLERK.id, PASSWORD, site.world.now),
}


def nothing_opens(site: Site, stolen: str, csrf: str, about: About) -> int:
    """Ask for everything with a cookie that is worth nothing; how many routes refused."""
    before, refused = crawl.digest(site), 0
    for ask in crawl.asks(site, about):
        with site.app.app_context():
            rule = policy.of(ask.endpoint)
        if rule is None or rule.known_by != "session" or rule.admits(None):
            continue
        thief = site.browser()
        thief.set_cookie("visit", stolen)
        answer = thief.open(ask.address, method=ask.method, headers={"X-CSRF-Token": csrf}, data=ask.form() or None)
        assert answer.status_code == (303 if ask.method in crawl.READING else 401), ask
        assert ask.method not in crawl.READING or (answer.location or "").startswith("/login?next="), ask
        refused += 1
    assert crawl.digest(site) == before
    return refused


@pytest.mark.parametrize("end", ENDS)
def test_a_copied_cookie_opens_no_route_once_its_login_session_is_over(provinces: Site, end: str) -> None:
    about = take_in(provinces.world, "ha-tinh/QT.BC.01")
    provinces.runner.accounts.set_password(CLERK.id, PASSWORD, provinces.world.now)
    browser = provinces.browser()
    enter(browser)
    stolen, csrf = browser.login_session or "", browser.csrf()
    thief = provinces.browser()
    thief.set_cookie("visit", stolen)
    assert thief.get(f"/cases/{about.case}").status_code == 200, "while it lasts, it opens"
    ENDS[end](provinces, browser)
    refused = nothing_opens(provinces, stolen, csrf, about)
    print(f"{end}: {refused} of {refused} requests refused")
    assert refused >= 25


def test_a_login_session_kept_busy_opens_no_route_after_eight_hours(provinces: Site) -> None:
    about, browser = take_in(provinces.world, "ha-tinh/QT.BC.01"), provinces.browser(CLERK)
    stolen, csrf = browser.login_session or "", browser.csrf()
    for _ in range(23):
        provinces.world.later(minutes=20)
        assert browser.get("/inbox").status_code == 200
    provinces.world.later(minutes=20)
    assert nothing_opens(provinces, stolen, csrf, about) >= 25


@pytest.mark.parametrize("planted", ["of nobody", "of the thief"])
def test_a_cookie_planted_before_signing_in_is_worth_nothing_after_it(provinces: Site, planted: str) -> None:
    about = take_in(provinces.world, "ha-tinh/QT.BC.01")
    provinces.runner.accounts.set_password(CLERK.id, PASSWORD, provinces.world.now)
    thief = provinces.browser("specialist" if planted == "of the thief" else None)
    csrf, cookie = thief.csrf(), thief.login_session or ""
    victim = provinces.browser()
    victim.set_cookie("visit", cookie)
    enter(victim)
    assert victim.login_session != cookie and victim.get("/inbox").status_code == 200
    assert victim.post("/logout", data={"csrf": csrf}).status_code == 400, "nor can the thief forge a form"
    assert nothing_opens(provinces, cookie, csrf, about) >= 25


def test_roles_taken_away_count_at_the_next_request_of_a_login_session(provinces: Site) -> None:
    about = take_in(provinces.world, "ha-tinh/QT.BC.01")
    asker = Asker(provinces, person("specialist"))
    ask = [ask for ask in crawl.asks(provinces, about, "case", "task") if ask.method == "GET" and not ask.role]
    assert {asker.ask(each).status_code for each in ask} == {200, 301}
    provinces.runner.people.save(type(NOBODY)(asker.who.id, asker.who.name))
    assert {asker.ask(each).status_code for each in ask} == {404}


# -- 21: forgery ------------------------------------------------------------------------------------------------------


def test_no_form_of_another_site_changes_anything_for_any_person(provinces: Site) -> None:
    about = take_in(provinces.world, "ha-tinh/QT.BC.01")
    askers, asked = [Asker(provinces, who) for who in crawl.kinds("ha-tinh")], 0
    before = crawl.digest(provinces)
    changing = [
        ask for ask in crawl.asks(provinces, about) if ask.method not in crawl.READING and ask.known_by != "token"
    ]
    for asker in askers:
        for ask in changing:
            assert asker.ask(ask, forged=True).status_code == 400, ask
            asked += 1
    assert crawl.digest(provinces) == before
    print(f"{asked} forged forms on {len(changing)} routes, all answered with 400")
    effects, expected = set(), {"task.claim", "task.draft", "case.withdraw", "intake.begin", "login.leave"}
    unforged = [ask for ask in changing if FULL or ask.endpoint in expected]
    for ask in sorted(unforged, key=lambda ask: ask.endpoint.startswith("login.")):  # who has signed out asks no more
        for asker in askers:
            before = crawl.digest(provinces)
            asker.ask(ask)
            if crawl.digest(provinces) != before:
                effects.add(ask.endpoint)
    assert effects >= expected, "unforged they do"


def test_reading_every_page_there_is_changes_nothing(provinces: Site) -> None:
    """Each page plain and narrowed for each person; in the suite in turn, one way for one person."""
    about = take_in(provinces.world, "ha-tinh/QT.BC.01")
    askers, asked = [Asker(provinces, who) for who in crawl.kinds("ha-tinh")], 0
    before = crawl.digest(provinces, *crawl.UNTOLD)
    for turn, asker in enumerate(askers):
        for ask in crawl.asks(provinces, about):
            if ask.method in crawl.READING:
                queries = ("", "?replay=1&near=1&late=1&q=a") if ask.known_by == "session" else ("",)
                if not FULL:
                    queries = queries[turn % len(queries) :][:1]
                answers = [asker.ask(ask, query).status_code for query in queries]
                assert set(answers) <= {200, 301, 303, 404, 422}, (ask, answers)
                asked += len(answers)
        assert crawl.digest(provinces, *crawl.UNTOLD) == before, asker.who.id
    print(f"{asked} pages read")


# -- 22: other people's cases -----------------------------------------------------------------------------------------


def test_a_case_of_another_province_is_answered_like_a_case_that_does_not_exist(provinces: Site) -> None:
    abouts = {p.partition("/")[0]: take_in(provinces.world, p) for p in ("ha-tinh/QT.BC.01", "ben-tre/39")}
    before, asked = crawl.digest_of_cases(provinces), 0
    for own, foreign in (("ha-tinh", "ben-tre"), ("ben-tre", "ha-tinh")):
        about = abouts[foreign]
        closed = f"{WAY[about.procedure][0]}#1"
        for turn, asker in enumerate([Asker(provinces, who) for who in crawl.kinds(own)]):
            for task in (about.task, closed) if FULL else (closed if turn % 2 else about.task,):
                there, none = replace(about, task=task), replace(about, task=task, case=777)
                pairs = zip(
                    crawl.asks(provinces, there, "case", "task", "incident"),
                    crawl.asks(provinces, none, "case", "task", "incident"),
                    strict=True,
                )
                for ask, unknown in pairs:
                    answer, nothing = asker.ask(ask), asker.ask(unknown)
                    assert answer.status_code == nothing.status_code == 404, (asker.who.id, ask)
                    same = re.sub(r"\b777\b", str(about.case), crawl.visible(nothing))
                    assert crawl.visible(answer) == same, (asker.who.id, ask)
                    assert not [each for each in SECRETS if each in answer.text], (asker.who.id, ask)
                    asked += 1
    print(f"{asked} requests about cases of another province, 0 leaks")
    assert crawl.digest_of_cases(provinces) == before


def test_what_is_asked_for_is_there_for_its_own_people(provinces: Site) -> None:
    about = take_in(provinces.world, "ben-tre/39")
    specialist, shown = Asker(provinces, person("specialist", "ben-tre")), 0
    auditor = Asker(provinces, person(Role.AUDITOR, "ben-tre"))
    for ask in crawl.asks(provinces, about, "case", "task"):
        if ask.method == "GET" and ask.role in ("", Role.AUDITOR):
            answer = (auditor if ask.role else specialist).ask(ask)
            assert answer.status_code == (301 if ask.endpoint == "paper.moved" else 200), ask
            shown += any(each in crawl.text(answer) for each in SECRETS)
    assert shown >= 5
    for address in ("/inbox?q=dong+khoi", "/register", "/register.csv"):
        assert SECRETS[0] in specialist.browser.get(address).text
    assert SECRETS[3] in specialist.browser.get("/register.csv").text


def test_no_list_count_search_or_file_tells_that_another_province_has_a_case(provinces: Site) -> None:
    """What people of Hà Tĩnh can list is the same before and after Bến Tre receives a case."""
    own = take_in(provinces.world, "ha-tinh/QT.BC.01")
    provinces.runner.tick()
    askers = [Asker(provinces, who) for who in crawl.kinds("ha-tinh")]
    lists = [ask for ask in crawl.asks(provinces, own) if ask.method == "GET" and ask.known_by != "nothing"]
    lists = [ask for ask in lists if "/cases/" not in ask.address and "/tasks/" not in ask.address]
    assert len(lists) >= 10
    queries = ["", "?q=dong+khoi", f"?q={SECRETS[3]}", "?province=ben-tre", "?procedure=ben-tre/39"]

    def seen() -> dict[tuple[str, str, str], tuple[int, str]]:
        found = {}
        for turn, asker in enumerate(askers):
            for place, ask in enumerate(lists, turn):  # in the suite, each list in each way for somebody
                for query in queries if FULL else [queries[place % len(queries)]]:
                    answer = asker.ask(ask, query)
                    found[asker.who.id, ask.address, query] = answer.status_code, crawl.visible(answer)
        return found

    analyst = provinces.browser(person(Role.ANALYST))
    assert analyst.get(f"/studio/drafts/{own.draft}/tally").status_code == 200, "counted once, and shown from then on"
    before = seen()
    foreign = take_in(provinces.world, "ben-tre/39")
    assert provinces.world.row.number == SECRETS[3] and foreign.case != own.case
    after = seen()
    assert after.keys() == before.keys()
    assert [asked for asked in after if after[asked] != before[asked]] == []
    assert {status for status, _ in after.values()} <= {200, 303, 404, 422}
    print(f"{len(after)} lists are the same")


def test_a_task_of_another_lane_does_not_exist_though_its_case_does(provinces: Site) -> None:
    about, asked = take_in(provinces.world, "ha-tinh/QT.BC.01"), 0
    before = crawl.digest_of_cases(provinces)
    for asker in [Asker(provinces, who) for who in crawl.kinds("ha-tinh") if who != person("specialist")]:
        for ask in crawl.asks(provinces, about, "task"):
            if asker.who == person("division_lead") and ask.endpoint.endswith((".release", ".assign")):
                continue  # who leads the division assigns its work
            answer = asker.ask(ask)
            assert answer.status_code == 404, (asker.who.id, ask)
            assert SECRETS[-1] not in answer.text and "Hồng Lĩnh" not in answer.text
            asked += 1
    assert crawl.digest_of_cases(provinces) == before and asked >= 70


# -- 23: fields that no form has --------------------------------------------------------------------------------------

FORM = "tiep-nhan-ben-tre"
RESERVED = (
    "__builtins__",
    "__class__",
    "__init__.__globals__",
    "typename",
    "case_due",
    "case_number",
    "case",
    "late_reason",
    "owner",
    "lane",
    "due",
    "status",
    "outcome",
    "number",
    "province",
    "procedure",
    "version",
    "actor",
    "person",
    "task",
    "values",
    "values.case_due",
    "[case_due]",
    "who",
    "at",
    "director_decision",
    "approval_decision",
    "clock",
    "applicant_name.x",
    "applicant_name.0.",
    "applicant_name[]",
    "dossier_papers.0.title",
    "_add",
    "_remove",
    "next",
)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
NAMES = st.sampled_from(RESERVED) | st.sampled_from(sorted({name for form in ANSWERS.values() for name in form})) | TEXT
BOUNDED = settings(max_examples=figure(40, 5_000), database=None)


@pytest.fixture
def counter(site: Site) -> Browser:
    """The counter of Bến Tre."""
    site.world.deploy(ROOT / "bpmn/ben-tre/39.bpmn", provinces=("ben-tre",))
    return site.browser(person("one_stop_clerk", "ben-tre"))


def came_to(world: World) -> dict[str, Any]:
    """Everything of a case but its number: what the engine holds, the tables' rows, and what is in the last entry."""
    row, instance, steps = world.runner.audit.history(world.case, SYSTEM)
    own = {"id", "case", "number", "head"}
    values = {name: value for name, value in instance.values.items() if value != row.number}
    return {
        "values": values,
        "row": {name: value for name, value in asdict(row).items() if name not in own},
        "tasks": [{name: value for name, value in asdict(task).items() if name not in own} for task in world.tasks],
        "said": (steps[-1].entry.body, steps[-1].entry.who, steps[-1].entry.calendar),
    }


def test_only_the_declared_fields_of_a_form_change_a_case(site: Site, counter: Browser) -> None:
    world, valid, tried = site.world, sent(FORM), Counter[str]()

    def take_in(more: dict[str, Any]) -> dict[str, Any]:
        world.start("ben-tre/39")
        there = f"/cases/{world.case}/tasks/{quote('Task_1_receive#1')}"
        names = declared(site)
        extra = {name: text for name, text in more.items() if name not in names and name not in ("csrf", "_key")}
        tried.update(extra.keys())
        assert counter.send(there + "/draft", **extra | valid).status_code == 303
        drafted = world.runner.tasks.draft(world.case, "Task_1_receive#1", person("one_stop_clerk", "ben-tre"))
        assert set(drafted) <= names | {"late_reason"}
        assert counter.send(there, **extra | valid).status_code == 303
        return came_to(world)

    plain = take_in({})

    @BOUNDED
    @given(st.dictionaries(NAMES, TEXT | st.lists(TEXT, max_size=3), max_size=12))
    def holds(more: dict[str, Any]) -> None:
        assert take_in(more) == plain

    assert take_in(dict.fromkeys(RESERVED, "approve")) == plain
    holds()
    print(f"{tried.total()} fields that the form has not, {len(tried)} different")


def test_anything_typed_into_the_fields_is_taken_or_refused_and_never_more_than_they(
    site: Site, counter: Browser
) -> None:
    world, valid, codes = site.world, sent(FORM), Counter[int]()
    names = declared(site)

    @BOUNDED
    @given(st.dictionaries(st.sampled_from(sorted(names)), st.text(max_size=20) | st.lists(TEXT, max_size=3)))
    def holds(typed: dict[str, Any]) -> None:
        if not world.case or world.open != ["Task_1_receive"]:
            world.start("ben-tre/39")
        before = came_to(world)
        there = f"/cases/{world.case}/tasks/{quote('Task_1_receive#1')}"
        answer = counter.send(there, **valid | {name: clean(text) for name, text in typed.items()})
        codes[answer.status_code] += 1
        assert answer.status_code in (303, 400, 422)
        after = came_to(world)
        if answer.status_code == 303:
            assert set(after["said"][0].values) <= names
        else:
            assert after == before

    holds()
    print(dict(codes))


def declared(site: Site) -> set[str]:
    """The names of the fields of the form at the counter."""
    form = site.runner.procedures.in_force("ben-tre/39", site.runner.clock.now()).forms[FORM]
    return {path.partition(".")[0] for path in form.fields}


def clean(text: Any) -> Any:
    """`text` without halves of characters, which no browser can send."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


# -- what no database can keep ----------------------------------------------------------------------------------------


def test_a_request_with_nul_in_it_is_refused_in_plain_words_wherever_it_goes(provinces: Site) -> None:
    about = take_in(provinces.world, "ha-tinh/QT.BC.01")
    asker, asked = Asker(provinces, CLERK), 0
    nul = About(about.case, "a\0b#1", about.incident, "ha-\0tinh/a\0b")
    names = (
        "q",
        "procedure",
        "province",
        "version",
        "step",
        "lane",
        "status",
        "since",
        "next",
        "after",
        "person",
        "\0",
    )
    for ask in crawl.asks(provinces, about):
        for name in names:
            answer = asker.ask(ask, f"?{quote(name)}=a%00b")
            assert 400 <= answer.status_code < 500, (ask, name)
            if ask.known_by != "token":
                assert answer.status_code == 400, (ask, name)
            if ask.known_by == "session" and ask.method != "HEAD" and not ask.address.startswith("/api/"):
                assert "ký tự NUL" in words(answer), (ask, name)
            asked += 1
        if ask.known_by == "session" and ask.method == "POST":
            for field in ("person", "password", "procedure", "reason", "_key", "next", "applicant_name", "language"):
                assert asker.browser.send(ask.address, **{field: "a\0b"}).status_code == 400, (ask, field)
                asked += 1
    for ask in crawl.asks(provinces, nul, "task", "province", "code"):
        assert asker.ask(ask).status_code == (404 if ask.known_by == "token" else 400), ask
        asked += 1
    print(f"{asked} requests with NUL, none of them a fault")
