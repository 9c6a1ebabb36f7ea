"""Camunda Modeler's deployment tool, as it calls: what it deploys becomes a draft, findings are the error it shows."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from werkzeug.test import TestResponse

from runner.authoring.drafts import IDLE
from runner.domain.person import Role
from runner.domain.procedure_draft import DraftStatus, Origin
from runner.store import registry
from tests.authoring.conftest import HA, LONG
from tests.web.conftest import Site
from tests.world import PLAYED, ROOT, World, person

CODE, DIAGRAM = "ha-tinh/QT.BC.01", "bpmn/ha-tinh/QT.BC.01.bpmn"
BASE = "/engine-rest"
DRAWN = (ROOT / DIAGRAM).read_bytes()
ANALYST, OTHER = person(Role.ANALYST), person(Role.ANALYST, "ben-tre")


class Modeler:
    """The desktop program with a token of these scopes."""

    def __init__(self, site: Site, *scopes: str, who: Any = ANALYST) -> None:
        site.runner.people.save(who)
        self.who = who
        self.token = site.runner.accounts.create_token(who.id, f"modeler {scopes}", scopes, site.world.now)
        self.client = site.app.test_client(use_cookies=False)
        self.sent = {"Authorization": f"Bearer {self.token}"}

    def deploy(self, *files: tuple[str, bytes], base: str = BASE) -> TestResponse:
        """A deployment as Camunda Modeler 5.50 sends it: every file in a field of its own name."""
        body: dict[str, Any] = {
            "deployment-name": "thu-tuc",
            "deployment-source": "Camunda Modeler",
            "enable-duplicate-filtering": "true",
            **{name: (BytesIO(data), name, "text/xml") for name, data in files},
        }
        return self.client.post(f"{base}/deployment/create", data=body, headers=self.sent, buffered=True)


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """A site with one procedure of each province, and two analysts of Hà Tĩnh."""
    world = World(database_url, tmp_path)
    yield Site(world.deploy(*PLAYED))
    world.runner.close()


@pytest.fixture
def modeler(site: Site) -> Modeler:
    return Modeler(site, "draft")


def drawn(old: str, new: str) -> tuple[str, bytes]:
    """The diagram as sent, changed in one place."""
    assert old.encode() in DRAWN
    return "QT.BC.01.bpmn", DRAWN.replace(old.encode(), new.encode(), 1)


RENAMED = drawn("</bpmn:definitions>", "<!-- sửa -->\n</bpmn:definitions>")


def test_it_asks_who_may_before_it_deploys(site: Site, modeler: Modeler) -> None:
    stranger = site.app.test_client(use_cookies=False)
    for path in ("/deployment?maxResults=0", "//deployment?maxResults=0", "/version"):
        answer = stranger.get(f"{BASE}{path}")
        assert (answer.status_code, answer.json["type"]) == (401, "RestException")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert modeler.client.get(f"{BASE}{path}", headers=modeler.sent).status_code == 200
    assert modeler.client.get(f"{BASE}/version", headers=modeler.sent).json == {"version": "7.23.0"}
    assert modeler.client.get(f"{BASE}/deployment?maxResults=0", headers=modeler.sent).json == []
    assert stranger.post(f"{BASE}/deployment/create").status_code == 401
    assert modeler.client.get(f"{BASE}/process-definition", headers=modeler.sent).status_code == 404


def test_a_browsers_question_is_answered_without_asking_who_it_is(site: Site) -> None:
    client = site.app.test_client(use_cookies=False)
    headers = {"Origin": "null", "Access-Control-Request-Headers": "authorization"}
    for path in (f"{BASE}/deployment", f"{BASE}/deployment/create", "/.well-known/camunda-automation-platform/webapps"):
        answer = client.options(path, headers=headers)
        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_the_token_may_come_as_the_password_of_its_account(site: Site, modeler: Modeler) -> None:
    def asked(account: str, token: str) -> int:
        sent = "Basic " + b64encode(f"{account}:{token}".encode()).decode()
        return modeler.client.get(f"{BASE}/deployment", headers={"Authorization": sent}).status_code

    assert asked(ANALYST.id, modeler.token) == 200
    assert asked(LONG.id, modeler.token) == asked(ANALYST.id, "x") == asked("", "") == 401
    api = {"Authorization": "Basic " + b64encode(f"{ANALYST.id}:{modeler.token}".encode()).decode()}
    assert modeler.client.get("/api/v1/procedures", headers=api).status_code == 401
    for scope in ("read", "write"):
        assert Modeler(site, scope).deploy(RENAMED).status_code == 403


def test_a_deployment_becomes_a_draft_of_the_version_in_force(site: Site, modeler: Modeler) -> None:
    before = site.runner.procedures.in_force(CODE, site.world.now)
    started = perf_counter()
    answer = modeler.deploy(RENAMED)
    assert perf_counter() - started < 5
    assert answer.status_code == 200, answer.text
    [definition] = answer.json["deployedProcessDefinitions"].values()
    assert (answer.json["id"], definition["key"]) == ("draft-1-1", "ha-tinh_QT.BC.01")
    drafts = site.runner.procedure_drafts
    draft = drafts.get(1, ANALYST)
    assert (draft.origin, draft.based_on, draft.editor) == (Origin.MODELER, before.digest, ANALYST.id)
    files = drafts.files(1, ANALYST)
    assert files[DIAGRAM] == RENAMED[1] and "bpmn/ha-tinh/QT.BC.01.toml" in files
    assert site.runner.procedures.in_force(CODE, site.world.now).digest == before.digest

    place = modeler.client.get("/.well-known/camunda-automation-platform/webapps").json["cockpitUrl"]
    query = '[{"type":"id","operator":"eq","value":"draft-1-1","name":""}]'
    browser = site.browser(ANALYST)
    page = browser.get(f"{place}repository", query_string={"deploymentsQuery": query})
    assert page.location == "/studio/drafts/1"
    assert browser.get(place).location == browser.get(f"{place}repository").location == "/studio"


def test_the_same_deployment_again_has_one_effect(site: Site, modeler: Modeler) -> None:
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: modeler.deploy(RENAMED), range(3)))
    assert [answer.status_code for answer in answers] == [200] * 3
    assert [save.number for save in site.runner.procedure_drafts.saves(1, ANALYST)] == [1]
    again = modeler.deploy(RENAMED, base=f"{BASE}/").json
    assert (again["id"], again["deployedProcessDefinitions"]) == ("draft-1-1", None)
    assert modeler.client.get(f"{BASE}/deployment", headers=modeler.sent).json[0]["name"] == CODE


def test_what_is_in_force_already_makes_no_draft(site: Site, modeler: Modeler) -> None:
    answer = modeler.deploy(("QT.BC.01.bpmn", DRAWN))
    assert answer.status_code == 200 and answer.json["deployedProcessDefinitions"] is None
    assert site.runner.procedure_drafts.all(ANALYST) == []


def test_forms_tables_and_facts_come_with_the_diagram(site: Site, modeler: Modeler) -> None:
    names = ("forms/ky-nhay.form", "bpmn/ha-tinh/phi.dmn", "bpmn/ha-tinh/QT.BC.01.toml")
    more = [(Path(name).name, (ROOT / name).read_bytes() + b"\n") for name in names]
    assert modeler.deploy(RENAMED, *more).status_code == 200
    files = site.runner.procedure_drafts.files(1, ANALYST)
    assert [files[name] for name in names] == [data for _, data in more]
    assert modeler.deploy(RENAMED, ("notes.txt", b"x")).json["message"].startswith("Tệp notes.txt không dùng được")


def test_all_findings_are_the_message_and_the_cause_comes_first(site: Site, modeler: Modeler) -> None:
    cut = re.sub(rb'<bpmn:sequenceFlow id="[^"]*B4[^"]*"[^>]*/>', b"", DRAWN, count=1)
    assert cut != DRAWN
    answer = modeler.deploy(("QT.BC.01.bpmn", cut))
    assert (answer.status_code, answer.json["type"]) == (400, "ParseException")
    first, summary, cause, *_ = answer.json["message"].splitlines()
    assert first == "ENGINE-09005 Could not parse BPMN process."
    assert summary.startswith("Bản nháp 1 của ha-tinh/QT.BC.01 đã lưu nhưng còn")
    assert cause.startswith("* lỗi: ") and "QT.BC.01.bpmn:" in cause
    assert site.runner.procedure_drafts.files(1, ANALYST)[DIAGRAM] == cut
    assert modeler.deploy(("QT.BC.01.bpmn", cut)).json["message"] == answer.json["message"]
    assert site.runner.procedure_drafts.get(1, ANALYST).save == 1
    assert modeler.deploy(("QT.BC.01.bpmn", b"<a/>")).json["message"].startswith("ENGINE-09005")


@pytest.mark.parametrize("process", ["Process_0x1ab", "invoice_v2", "ha-tinh"])
def test_a_diagram_of_no_known_province_is_told_how_to_name_its_process(
    site: Site, modeler: Modeler, process: str
) -> None:
    answer = modeler.deploy(("a.bpmn", DRAWN.replace(b'"ha-tinh_QT.BC.01"', f'"{process}"'.encode())))
    assert answer.status_code == 400
    assert f"id của quy trình là “{process}”" in answer.json["message"]
    assert site.runner.procedure_drafts.all(ANALYST) == []


def test_a_new_procedure_of_a_known_province_is_a_draft_that_says_what_it_lacks(site: Site, modeler: Modeler) -> None:
    answer = modeler.deploy(("moi.bpmn", DRAWN.replace(b'"ha-tinh_QT.BC.01"', b'"ha-tinh_QT.BC.99"')))
    assert answer.status_code == 400 and "QT.BC.99.toml" in answer.json["message"]
    draft = site.runner.procedure_drafts.get(1, ANALYST)
    assert (draft.procedure, draft.based_on) == ("ha-tinh/QT.BC.99", None)


def test_one_procedure_is_deployed_at_a_time(site: Site, modeler: Modeler) -> None:
    other = ("QT.BC.02.bpmn", (ROOT / "bpmn/ha-tinh/QT.BC.02.bpmn").read_bytes())
    assert "ở đây có 2" in modeler.deploy(RENAMED, other).json["message"]
    assert modeler.deploy().json["message"] == "Không có tệp nào được gửi."
    assert modeler.deploy(("a/x.form", b"{}"), ("b/x.form", b"{}")).json["message"] == "Hai tệp cùng tên x.form."


def test_who_edits_is_named_and_what_was_sent_is_kept(site: Site, modeler: Modeler) -> None:
    drafts = site.runner.procedure_drafts
    ha = Modeler(site, "draft", who=type(HA)(HA.id, HA.name, ANALYST.groups))
    assert ha.deploy(RENAMED).status_code == 200
    changed = drawn("</bpmn:definitions>", "<!-- khác -->\n</bpmn:definitions>")
    answer = modeler.deploy(changed)
    assert (answer.status_code, answer.json["type"]) == (409, "RestException")
    assert answer.json["message"].startswith("Lê Thu Hà đang là người sửa bản nháp này")
    [_, aside] = drafts.saves(1, ANALYST)
    assert aside.aside and drafts.files(1, ANALYST, aside.number)[DIAGRAM] == changed[1]
    site.world.clock.advance(IDLE)
    drafts.take_over(1, ANALYST, site.world.now)
    assert modeler.deploy(changed).status_code == 200
    assert Modeler(site, "draft", who=OTHER).deploy(changed).status_code == 404


def test_a_token_of_scope_submit_asks_for_approval_and_nothing_is_in_force(site: Site) -> None:
    submitter = Modeler(site, "submit")
    assert submitter.deploy(RENAMED).status_code == 200
    assert submitter.deploy(RENAMED).status_code == 200
    [made] = site.runner.approvals.pending(ANALYST)
    assert (made.draft, made.by) == (1, ANALYST.id)
    assert site.runner.procedure_drafts.get(1, ANALYST).status == DraftStatus.SUBMITTED
    changed = drawn("</bpmn:definitions>", "<!-- khác -->\n</bpmn:definitions>")
    assert "đã trình phê duyệt" in submitter.deploy(changed).json["message"]
    with site.runner.database.read() as tx:
        assert [row.number for row in registry.versions(tx) if row.procedure == CODE] == [1]
    refused = submitter.client.post(f"{BASE}/process-definition/x:y/start", headers=submitter.sent)
    assert refused.status_code == 422 and "không bắt đầu hồ sơ được" in refused.json["message"]


def test_a_draft_with_errors_is_not_submitted(site: Site) -> None:
    broken = DRAWN.replace(b'"ha-tinh_QT.BC.01"', b'"ha-tinh_QT.BC.99"')
    assert Modeler(site, "submit").deploy(("moi.bpmn", broken)).status_code == 400
    assert site.runner.approvals.pending(ANALYST) == []
