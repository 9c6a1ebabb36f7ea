"""The walls around every request: forged forms, hosts, sizes, headers, secrets, errors, the log."""

from __future__ import annotations

import gzip
import json
import logging
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Blueprint
from sqlalchemy import text

from runner.app import DemoInProduction
from runner.config import SecretMissing, SettingInvalid, Settings
from runner.domain.form import FieldFault
from runner.errors import Conflict, IncidentRaised, MotcuaError, NotFound, Refused
from runner.services.access import CaseUnknown
from runner.services.tasks import FormRefused
from runner.store import table
from runner.store.session import Busy, StoreFull
from runner.web import asset, log, policy, security
from runner.web.security import keys
from tests.procedures.values import ANSWERS
from tests.web.conftest import PASSWORD, SECRET, Site
from tests.web.test_policy import address
from tests.world import World

TEMPLATES = Path(asset.__file__).parent / "templates"


# -- forged forms ------------------------------------------------------------------------------------------------------


def test_nothing_is_changed_by_a_form_of_another_session(site: Site) -> None:
    asked = 0
    for rule in site.app.url_map.iter_rules():
        with site.app.app_context():
            rules = policy.of(rule.endpoint)
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            if rules and rules.known_by == "token":
                continue
            browser, other = site.browser("one_stop_clerk"), site.browser("specialist")
            for sent in ("", "forged", other.csrf(), browser.csrf() + "0", browser.csrf()[1:]):
                answer = browser.open(address(rule), method=method, data={security.CSRF_FIELD: sent})
                assert answer.status_code == 400, (rule.rule, method, sent)
                asked += 1
    assert asked >= 15


def test_a_page_only_read_changes_nothing(site: Site) -> None:
    def content() -> dict[str, list[object]]:
        with site.runner.database.read() as tx:
            return {name: sorted(map(repr, tx.execute(each.select()))) for name, each in table.metadata.tables.items()}

    browser = site.browser("one_stop_clerk")
    before = content()
    for rule in site.app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            browser.get(address(rule))
    assert content() == before


def test_a_form_signed_with_the_secret_before_is_still_taken(world: World) -> None:
    old = Site(world).browser("one_stop_clerk")
    sent = old.csrf()
    new = Site(world, secrets=("another secret, long enough to be one", SECRET)).browser()
    new.set_cookie("visit", old.login_session or "")
    assert new.post("/logout", data={security.CSRF_FIELD: sent}).status_code == 303


def test_a_script_sends_the_same_in_a_header(site: Site) -> None:
    browser = site.browser("one_stop_clerk")
    assert browser.post("/logout", headers={"X-CSRF-Token": browser.csrf()}).status_code == 303


# -- hosts and sizes ---------------------------------------------------------------------------------------------------


def test_a_foreign_host_is_not_answered(site: Site) -> None:
    assert site.browser().get("/login", base_url="http://evil.example").status_code == 400
    assert site.browser().get("/login", base_url="http://127.0.0.1:8000").status_code == 200


def test_what_is_too_large_is_refused_before_it_is_read(site: Site) -> None:
    browser = site.browser()
    answer = browser.send("/login", person="x" * (security.LARGEST + 1))
    assert answer.status_code == 413 and "Nội dung gửi lên lớn hơn mức cho phép" in answer.text
    assert (
        browser.post(
            "/login", data={f"f{n}": "" for n in range(security.PARTS + 1)}, content_type="multipart/form-data"
        ).status_code
        == 413
    )


def test_the_address_of_a_client_comes_from_as_many_proxies_as_there_are(world: World) -> None:
    forwarded = {"X-Forwarded-For": "8.8.8.8, 10.0.0.9", "X-Forwarded-Proto": "https"}
    bare = Site(world).browser().get("/metrics", headers=forwarded)
    assert bare.status_code == 200 and "Strict-Transport-Security" not in bare.headers
    behind = Site(world, proxies=1).browser()
    assert behind.get("/metrics", headers=forwarded).status_code == 200
    assert behind.get("/metrics", headers={**forwarded, "X-Forwarded-For": "10.0.0.9, 8.8.8.8"}).status_code == 404
    assert "Strict-Transport-Security" in behind.get("/login", headers=forwarded).headers


# -- headers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/login", "/none", "/healthz", "/static/icon.svg", "/api/v1/none"])
def test_every_answer_has_the_headers(site: Site, path: str) -> None:
    headers = site.browser("one_stop_clerk").get(path, base_url="https://localhost").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "camera=()" in headers["Permissions-Policy"]


def test_pages_are_never_cached_and_files_for_a_year(site: Site) -> None:
    browser = site.browser("one_stop_clerk")
    page = browser.get("/")
    assert page.headers["Cache-Control"] == "no-store"
    assert browser.get("/none").headers["Cache-Control"] == "no-store"
    linked = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    assert len(linked) >= 3
    for link in linked:
        assert browser.get(link).headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_files_come_compressed_to_who_takes_them_so(site: Site) -> None:
    plain = site.browser().get("/static/build/main.css", headers={"Accept-Encoding": "gzip;q=0"})
    packed = site.browser().get("/static/build/main.css", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and packed.mimetype == plain.mimetype == "text/css"
    assert gzip.decompress(packed.data) == plain.data


def test_a_page_with_all_it_loads_is_less_than_100_kilobytes(site: Site) -> None:
    browser, headers = site.browser("one_stop_clerk"), {"Accept-Encoding": "gzip"}
    page = browser.get("/")
    links = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
    assert len(page.data) + sum(len(browser.get(link, headers=headers).data) for link in links) < 100_000


def test_no_file_outside_the_folder_is_served(site: Site) -> None:
    for name in ("../__init__.py", "..%2f__init__.py", "%2fetc/passwd", "build/../../__init__.py"):
        assert site.browser().get(f"/static/{name}", follow_redirects=True).status_code == 404


@pytest.mark.parametrize("length", [251, 252, 255, 256, 5000])  # a file's name has at most 255 bytes, ".gz" included
def test_a_name_longer_than_any_file_is_not_found(site: Site, length: int) -> None:
    for headers in ({"Accept-Encoding": "gzip"}, {"Accept-Encoding": "identity"}):
        assert site.browser().get("/static/" + "x" * length, headers=headers).status_code == 404


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_has_a_script_or_a_style_of_its_own(template: Path) -> None:
    source = template.read_text()
    assert not re.search(r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:|hx-on", source)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', source)


# -- secrets and settings ----------------------------------------------------------------------------------------------


def test_the_secret_of_a_machine_of_ones_own_is_made_once_and_readable_to_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: keys(Settings()), range(8)))
    [(secret,)] = made
    assert len(secret) >= 32 and (tmp_path / "var/secret").read_text() == secret
    assert stat.S_IMODE((tmp_path / "var/secret").stat().st_mode) == 0o600
    assert [each.name for each in (tmp_path / "var").iterdir()] == ["secret"]


@pytest.mark.parametrize("secret", [None, "", "changeme", "x" * 31, f"{SECRET},short"])
def test_production_does_not_start_without_a_secret_worth_the_name(secret: str | None) -> None:
    environment = {"MOTCUA_PRODUCTION": "1"} | ({"MOTCUA_SECRET": secret} if secret is not None else {})
    with pytest.raises(SecretMissing):
        Settings.read(environment)


def test_production_does_not_start_on_a_demonstration(world: World) -> None:
    world.runner.accounts.demonstrate(["one_stop_clerk@ha-tinh"], PASSWORD, world.now)
    with pytest.raises(DemoInProduction):
        Site(world, production=True)


def test_the_settings_of_the_web_are_read_from_the_environment() -> None:
    read = Settings.read(
        {
            "MOTCUA_SECRET": f"{SECRET}, {SECRET[::-1]}",
            "MOTCUA_HOSTS": "motcua.hatinh.gov.vn, 10.0.0.1",
            "MOTCUA_PROXIES": "1",
            "MOTCUA_PRODUCTION": "1",
        }
    )
    assert read.secrets == (SECRET, SECRET[::-1]) and read.hosts == ("motcua.hatinh.gov.vn", "10.0.0.1")
    assert (read.proxies, read.production) == (1, True)
    assert SECRET not in repr(read)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROXIES", "-1"),
        ("PROXIES", "many"),
        ("HOSTS", " , "),
        ("PRODUCTION", "yes"),
        ("MAIL_CA", "missing.pem"),
        ("WITNESSES", "http://a.vn a+00000000+AA"),
        ("WITNESSES", "https://a.vn a+00000000+AA, https://b.vn a+11111111+BB"),
        ("WITNESSES", "https://a.vn a+00000000+AA, https://b.vn b+11111111+AA"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=f"MOTCUA_{name}"):
        Settings.read({f"MOTCUA_{name}": value})


# -- errors ------------------------------------------------------------------------------------------------------------


def failing(site: Site, error: Exception) -> Site:
    """The site with pages that fail so."""

    @policy.public
    def fail() -> str:
        raise error

    extra = Blueprint("extra", "extra")
    extra.add_url_rule("/fail", "page", fail)
    extra.add_url_rule("/api/fail", "program", fail)
    site.app.register_blueprint(extra)
    return site


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CaseUnknown(case=7), 404),
        (NotFound(), 404),
        (Refused(), 422),
        (Conflict(), 409),
        (Busy(), 503),
        (StoreFull(), 503),
        (IncidentRaised(), 500),
        (RuntimeError("a defect"), 500),
        (MotcuaError(), 500),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else str(each),
)
def test_every_error_is_a_page_for_people_and_a_problem_for_programs(
    site: Site, error: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    browser = failing(site, error).browser("one_stop_clerk")
    page, reply = browser.get("/fail"), browser.get("/api/fail")
    assert page.status_code == reply.status_code == status
    assert page.mimetype == "text/html" and '<main id="main"' in page.text and "Traceback" not in page.text
    assert reply.mimetype == "application/problem+json"
    problem = reply.json
    assert problem and problem["status"] == status and problem["detail"] and problem["title"]
    assert "a defect" not in page.text + reply.text
    if isinstance(error, MotcuaError):
        assert str(error) in page.text and problem["detail"] == str(error)
    if status >= 500:
        number = problem["incident"]
        assert number == reply.headers["X-Request-ID"]
        assert page.headers["X-Request-ID"] in page.text
        assert [record for record in caplog.records if record.exc_info and record.exc_info[1] is error]
    if status == 503:
        assert reply.headers["Retry-After"] == "5"


def test_a_problem_names_the_fields_at_fault(site: Site) -> None:
    faults = (FieldFault("name", "Hãy nhập {what}.", {"what": "họ tên"}),)
    problem = failing(site, FormRefused(faults)).browser().get("/api/fail").json
    assert problem and problem["errors"] == [{"field": "name", "message": "Hãy nhập họ tên."}]


def test_an_error_in_a_part_of_a_page_takes_the_place_of_its_main_part(site: Site) -> None:
    answer = failing(site, Conflict()).browser().get("/fail", headers={"HX-Request": "true"})
    assert answer.headers["HX-Reselect"] == answer.headers["HX-Retarget"] == "#main"


def test_without_a_database_there_is_still_a_page_with_the_number(site: Site) -> None:
    browser = site.browser("one_stop_clerk")
    with site.runner.database.change() as tx:
        tx.execute(text("ALTER TABLE login_session RENAME TO elsewhere"))
    try:
        answer = browser.get("/")
    finally:
        with site.runner.database.change() as tx:
            tx.execute(text("ALTER TABLE elsewhere RENAME TO login_session"))
    assert answer.status_code == 500
    assert "Hệ thống gặp lỗi ngoài dự kiến" in answer.text and answer.headers["X-Request-ID"] in answer.text


# -- what machines see -------------------------------------------------------------------------------------------------


def test_it_is_ready_when_the_tables_are_those_of_this_version(site: Site) -> None:
    browser = site.browser()
    assert browser.get("/healthz").status_code == browser.get("/readyz").status_code == 200
    with site.runner.database.change() as tx:
        newest = tx.scalar(text("SELECT version_num FROM alembic_version"))
        tx.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        assert browser.get("/healthz").status_code == 200
        assert browser.get("/readyz").status_code == 503
    finally:
        with site.runner.database.change() as tx:
            tx.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})


def test_the_figures_tell_what_there_is_to_do_and_when_a_worker_last_ticked(world: World) -> None:
    world.deploy().start("ha-tinh/QT.BC.01")
    browser = Site(world).browser()
    drafted = browser.get("/metrics").text
    assert "motcua_tasks_open 0.0\n" in drafted and "motcua_tick_lag_seconds" not in drafted
    world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"])
    world.runner.tick()
    world.later(seconds=90)
    figures = dict(
        line.rsplit(" ", 1) for line in browser.get("/metrics").text.splitlines() if not line.startswith("#")
    )
    assert figures["motcua_tasks_open"] == "1.0" and figures["motcua_tasks_late"] == "0.0"
    assert figures["motcua_incidents_open"] == "0.0" and figures["motcua_tick_lag_seconds"] == "90.0"
    [count] = [value for name, value in figures.items() if name.startswith("motcua_request_seconds_count")]
    assert float(count) >= 1
    with world.runner.database.change() as tx:
        tx.execute(table.task.update().values(due=world.now - timedelta(hours=1)))
    assert "motcua_tasks_late 1.0\n" in browser.get("/metrics").text
    with world.runner.database.change() as tx:
        tx.execute(table.task.update().values(owner="one_stop_clerk@ha-tinh"))
    assert {"motcua_tasks_claimed 1.0", "motcua_tasks_late 1.0"} <= set(browser.get("/metrics").text.splitlines())


def test_people_are_warned_when_no_worker_has_ticked_for_two_minutes(site: Site) -> None:
    browser, warning = site.browser("one_stop_clerk"), "Bộ phận chạy nền chưa hoạt động"
    assert warning in browser.get("/").text
    site.runner.tick()
    site.world.later(seconds=119)
    assert warning not in browser.get("/").text
    site.world.later(seconds=1)
    assert warning in browser.get("/").text


def test_a_line_of_the_log_is_one_json_object_for_any_input(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    site.browser("one_stop_clerk").get('/none%0a{"level": "forged"}', headers={"X-Request-ID": "forged-number"})
    [record] = [each for each in caplog.records if each.name == log.__name__]
    line = log.JsonFormatter().format(record)
    reply = json.loads(line)
    assert "\n" not in line and "forged" not in line
    assert (reply["status"], reply["person"], reply["route"]) == (404, "one_stop_clerk@ha-tinh", "-")


def test_a_proxy_may_number_the_requests(world: World) -> None:
    answer = Site(world, proxies=1).browser().get("/healthz", headers={"X-Request-ID": "0123-abcd-4567"})
    assert answer.headers["X-Request-ID"] == "0123-abcd-4567"


# -- language ----------------------------------------------------------------------------------------------------------


def test_a_page_is_in_the_language_chosen_else_preferred_else_vietnamese(site: Site) -> None:
    browser = site.browser()
    assert '<html lang="vi">' in browser.get("/login").text
    assert '<html lang="vi">' in browser.get("/login", headers={"Accept-Language": "fr"}).text
    assert '<html lang="en">' in browser.get("/login", headers={"Accept-Language": "en-GB, vi;q=0.5"}).text
    assert browser.send("/language", language="en", next="/login?next=/").location == "/login?next=/"
    assert '<html lang="en">' in browser.get("/login", headers={"Accept-Language": "vi"}).text
    browser.send("/language", language="xx")
    assert '<html lang="en">' in browser.get("/login").text
