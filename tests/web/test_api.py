"""The REST interface: a whole case by programs alone, who may ask for what, and what is answered when it goes wrong."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from runner.domain.journal import canonical
from runner.web.api.request import MAX_DEPTH
from runner.web.response import task_name
from runner.web.security import LARGEST
from tests.procedures.values import ANSWERS
from tests.web.conftest import Site
from tests.web.program import Program
from tests.world import ROOT, person

LANES = ("one_stop_clerk", "specialist", "division_lead", "director", "records_clerk")
DRAFT = {"applicant_name": "Công ty Chuyển phát Đồng Khởi"}


@pytest.fixture
def office(site: Site) -> Site:
    """The site of two provinces with a procedure each."""
    site.world.deploy()
    return site


# -- a case ------------------------------------------------------------------------------------------------------------


def test_a_case_goes_from_its_receipt_to_its_end_by_programs_alone(office: Site) -> None:
    programs = {lane: Program(office, lane) for lane in LANES}
    clerk = programs["one_stop_clerk"]
    begun = clerk.ask("POST", "/cases", {"procedure": "ben-tre/39", "values": DRAFT})
    assert begun.status_code == 201 and begun.location == f"/api/v1/cases/{begun.json['case']}"
    case = begun.location.removeprefix("/api/v1")
    assert begun.json["opened"] == [f"{begun.json['case']}.Task_1_receive.1"]
    assert clerk.get(f"/tasks/{begun.json['opened'][0]}")["values"] == DRAFT

    done = []
    while open_tasks := clerk.get(case)["tasks"]:
        [task] = open_tasks
        program = programs[task["lane"]]
        assert [each["id"] for each in program.get("/tasks")["tasks"]] == [task["id"]]
        program.post(f"/tasks/{task['id']}/claim")
        assert clerk.get(case)["tasks"][0]["owner"] == program.who.id
        program.fill(task["id"])
        done.append(task["id"].split(".")[1])
    assert done == [
        "Task_1_receive",
        "Task_1_forward",
        "Task_2_process",
        "Task_3_submit",
        "Task_4_approve",
        "Task_5_record",
        "Task_6_notify",
        "Task_collect",
    ]

    ended = clerk.get(case)
    assert (ended["status"], ended["outcome"], ended["clock"]) == ("finished", "granted", "stopped")
    assert ended["subject"] == "Công ty Cổ phần Chuyển phát Đồng Khởi" and ended["number"]
    assert ended["route"][0] == "Start_submitted" and set(done) <= set(ended["route"])
    assert clerk.post(f"{case}/replay") == {"divergence": None, "findings": []}
    assert [each["id"] for each in clerk.get("/cases?status=finished&procedure=ben-tre/39")["cases"]] == [ended["id"]]
    assert clerk.get("/cases?status=open")["cases"] == []

    picture = clerk.ask("GET", f"{case}/diagram.svg")
    assert picture.mimetype == "image/svg+xml" and picture.text.count("state-done") > len(done)


def test_the_chain_of_a_journal_can_be_checked_from_the_answer_alone(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    task = clerk.start()["opened"][0]
    clerk.fill(task)
    received = clerk.get("/cases/1/journal")
    previous = "00" * 32
    for seq, entry in enumerate(received["entries"], start=1):
        salted = bytes.fromhex(entry["salt"]) + canonical(entry["payload"]).encode()
        assert entry["payload_sha256"] == sha256(salted).hexdigest()
        sealed = [received["case"], seq, entry["at"], entry["actor"], entry["kind"], entry["payload_sha256"]]
        assert entry["hash"] == sha256(canonical([*sealed, entry["state"], previous]).encode()).hexdigest()
        previous = entry["hash"]
    assert [entry["kind"] for entry in received["entries"]] == ["start", "submit"]


def test_a_journal_that_does_not_replay_is_reported_with_the_place(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    clerk.start()
    with office.runner.database.change() as tx:
        from runner.store import table

        tx.execute(table.case.update().values(seq=2))
    received = clerk.post("/cases/1/replay")["divergence"]
    assert (received["seq"], received["what"]) == (0, "column") and "case[1].seq: đang ghi “2”" in received["detail"]
    assert len(clerk.get("/cases/1/journal")["entries"]) == 1


def test_a_task_comes_with_its_form_as_it_was_drawn(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    received = clerk.get(f"/tasks/{clerk.start()['opened'][0]}")
    drawn = json.loads((ROOT / "forms/tiep-nhan-ben-tre.form").read_bytes())
    assert received["form"] == drawn and received["closed"] is None


def test_a_message_is_taken_when_the_diagram_waits_for_it_and_brings_no_values(office: Site) -> None:
    clerk = Program(office, person("one_stop_clerk"))
    case = clerk.start("ha-tinh/QT.BC.01")["case"]
    refused = clerk.post(f"/cases/{case}/messages", {"name": "nobody_waits"}, status=422)
    assert refused["detail"] == "Hồ sơ không chờ thông báo “nobody_waits”."
    refused = clerk.post(f"/cases/{case}/messages", {"name": "x", "values": {"decision": "grant"}}, status=422)
    assert [each["field"] for each in refused["errors"]] == ["values.decision"]


def test_a_task_is_claimed_and_put_back(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    colleague = type(clerk.who)("colleague", "Đồng nghiệp", clerk.who.groups)
    office.runner.people.save(colleague)
    task = clerk.receive()["opened"][0]
    clerk.post(f"/tasks/{task}/claim")
    other = Program(office, colleague)
    assert other.get("/tasks")["tasks"] == []
    taken = other.post(f"/tasks/{task}/claim", status=409)
    assert taken["type"] == "urn:motcua:TaskTaken" and taken["status"] == 409
    other.post(f"/tasks/{task}/release", status=409)
    clerk.post(f"/tasks/{task}/release")
    other.post(f"/tasks/{task}/claim")


def test_a_lead_assigns_a_task_to_a_specialist_once(office: Site) -> None:
    clerk, lead = Program(office, "one_stop_clerk"), Program(office, "division_lead")
    task = clerk.receive()["opened"][0]
    refused = lead.post(f"/tasks/{task}/assign", {"person": "specialist@ben-tre"}, status=422)
    assert refused["type"] == "urn:motcua:NotAssignable"
    office.world.case = 1
    office.world.do("Task_1_forward", **ANSWERS["chuyen-ho-so"])
    work = task_name(1, office.world.task("Task_2_process").id)
    refused = lead.post(f"/tasks/{work}/assign", {"person": "director@ben-tre"}, status=422)
    assert refused["type"] == "urn:motcua:NotInDivision"
    lead.post(f"/tasks/{work}/assign", {}, status=422)
    lead.post(f"/tasks/{work}/assign", {"person": "specialist@ben-tre"})
    [found] = Program(office, "specialist").get("/tasks")["tasks"]
    assert found["owner"] == "specialist@ben-tre"
    assert Program(office, "specialist").post(f"/tasks/{work}/assign", {"person": "x"}, status=422)["type"] == (
        "urn:motcua:NotLead"
    )


def test_what_is_wrong_with_a_form_is_named_field_by_field(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    task = clerk.start()["opened"][0]
    answer = clerk.ask("POST", f"/tasks/{task}/submit", {"values": {"applicant_tax_code": "1"}})
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    received = {each["field"]: each["message"] for each in answer.json["errors"]}
    assert received["applicant_name"] == "Hãy nhập “Tên tổ chức, cá nhân”." and "applicant_tax_code" in received
    assert answer.json["instance"] == f"/api/v1/tasks/{task}/submit"


def test_a_task_overdue_asks_for_the_reason(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    from tests.procedures.values import ANSWERS

    receive = clerk.start()["opened"][0]
    task = clerk.post(f"/tasks/{receive}/submit", {"values": ANSWERS["tiep-nhan-ben-tre"]})["opened"][0]
    office.world.later(days=3)
    values = ANSWERS[clerk.get(f"/tasks/{task}")["form"]["id"]]
    refused = clerk.post(f"/tasks/{task}/submit", {"values": values}, status=422)
    assert [each["field"] for each in refused["errors"]] == ["late_reason"]
    clerk.post(f"/tasks/{task}/submit", {"values": values | {"late_reason": "Mất điện"}})


# -- lists -------------------------------------------------------------------------------------------------------------


def test_lists_are_read_page_by_page_without_gap_or_repetition(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    cases = [clerk.receive()["case"] for _ in range(7)]
    for path, order in (("/cases", sorted(cases, reverse=True)), ("/tasks", cases)):
        found, following = [], f"{path}?limit=3"
        sizes = []
        while following:
            page = clerk.get(following)
            found += page[path[1:]]
            sizes.append(len(page[path[1:]]))
            following = f"{path}?limit=3&cursor={page['next']}" if page["next"] else ""
        assert [each.get("case", each["id"]) for each in found] == order and sizes == [3, 3, 1]


def test_tasks_are_found_by_words_with_or_without_accents(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    clerk.fill(clerk.start()["opened"][0])
    clerk.start()
    assert [each["case"] for each in clerk.get("/tasks?q=dong khoi")["tasks"]] == [1]
    assert clerk.get("/tasks?q=nobody")["tasks"] == []
    assert len(clerk.get("/tasks?province=ben-tre&lane=one_stop_clerk")["tasks"]) == 2
    assert clerk.get("/tasks?province=ha-tinh")["tasks"] == clerk.get("/tasks?lane=director")["tasks"] == []


@pytest.mark.parametrize("broken", ["x", "x.y", "null", "MQ.AAAA", "%00", "é", "." * 900])
def test_a_broken_cursor_is_a_bad_request(office: Site, broken: str) -> None:
    clerk = Program(office, "one_stop_clerk")
    clerk.receive(), clerk.receive()
    good = clerk.get("/cases?limit=1")["next"]
    for path in (f"/cases?cursor={broken}", f"/tasks?cursor={good}", f"/cases?cursor={good[:-1]}"):
        answer = clerk.ask("GET", path)
        assert answer.status_code in ((400, 422) if broken == "%00" else (400,)), (path, answer.text)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/cases?limit=0", "limit"),
        ("/cases?limit=x", "limit"),
        ("/tasks?limit=201", "limit"),
        ("/tasks?limit=٣", "limit"),
        ("/cases?status=lost", "status"),
        ("/cases?stauts=open", "stauts"),
        ("/tasks?q=a&q=b", "q"),
        ("/tasks?q=%00", "q"),
        ("/tasks?q=", "q"),
        ("/procedures?all=1", "all"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_by_name(office: Site, path: str, field: str) -> None:
    answer = Program(office, "one_stop_clerk").ask("GET", path)
    assert answer.status_code == 422 and [each["field"] for each in answer.json["errors"]] == [field]


def test_procedures_are_those_of_ones_provinces(office: Site) -> None:
    [received] = Program(office, "specialist").get("/procedures")["procedures"]
    assert (received["code"], received["limit"], received["startable"]) == ("ben-tre/39", "10 ngày làm việc", False)
    assert Program(office, "one_stop_clerk").get("/procedures")["procedures"][0]["startable"] is True


# -- tokens ------------------------------------------------------------------------------------------------------------


def test_a_token_does_what_its_scopes_say_and_nothing_when_revoked(office: Site) -> None:
    reader, writer = Program(office, "one_stop_clerk", "read"), Program(office, "one_stop_clerk", "write")
    task = writer.start()["opened"][0]
    assert reader.post("/cases", {"procedure": "ben-tre/39"}, status=403)["type"] == "urn:motcua:ScopeMissing"
    reader.post(f"/tasks/{task}/claim", status=403)
    assert writer.ask("GET", "/cases").status_code == 403
    assert len(reader.get("/cases?status=draft")["cases"]) == 1
    office.runner.accounts.revoke_token(reader.who.id, reader.name, office.world.now)
    answer = reader.ask("GET", "/cases")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
    office.runner.people.dismiss(writer.who.id)
    writer.post(f"/tasks/{task}/claim", status=401)


def test_cookies_are_neither_taken_nor_given(office: Site) -> None:
    browser = office.browser("one_stop_clerk")
    assert browser.get("/api/v1/cases").status_code == 401
    assert browser.post("/api/v1/cases", json={"procedure": "ha-tinh/QT.BC.01"}).status_code == 401
    clerk = Program(office, "one_stop_clerk")
    for answer in (clerk.ask("POST", "/cases", {"procedure": "ben-tre/39"}), clerk.ask("GET", "/cases/1")):
        assert "Set-Cookie" not in answer.headers


def test_what_is_of_another_province_or_role_does_not_exist(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    case, task = clerk.receive()["case"], "1.Task_1_forward.1"
    clerk.post(f"/tasks/{task}/claim")
    of_case = [("GET", f"/cases/{case}{end}", None) for end in ("", "/journal", "/diagram.svg", f"/files/{'0' * 64}")]
    of_case += [("POST", f"/cases/{case}/{act}", None) for act in ("replay", "discard")]
    of_case += [("POST", f"/cases/{case}/messages", {"name": "x"})]
    of_task = [("GET", f"/tasks/{task}", None)]
    of_task += [("POST", f"/tasks/{task}/{act}", {"values": {}}) for act in ("claim", "release", "submit")]
    of_task += [("POST", f"/tasks/{task}/assign", {"person": "specialist@ben-tre"})]
    of_task += [("POST", f"/tasks/{task}/files?name=a.pdf", None)]
    begin = [("POST", "/cases", {"procedure": "ben-tre/39"})]
    routes = {rule.rule for rule in office.app.url_map.iter_rules() if "case>" in rule.rule or "task>" in rule.rule}
    assert len([rule for rule in routes if rule.startswith("/api/")]) == len(of_case) + len(of_task)

    before = clerk.get(f"/cases/{case}/journal")
    strangers = [Program(office, person(lane)) for lane in ("one_stop_clerk", "administrator")]
    for stranger in strangers:
        for method, path, body in of_case + of_task + begin:
            answer = stranger.ask(method, path, body)
            assert answer.status_code == 404, (path, answer.text)
            unknown = stranger.ask(method, path.replace("/cases/1", "/cases/2").replace("/1.", "/2."), body)
            assert unknown.status_code == 404
            if path.startswith("/cases/"):
                assert unknown.json["detail"].replace("2", "1") == answer.json["detail"]
        assert stranger.get("/cases")["cases"] == stranger.get("/tasks")["tasks"] == []
        assert stranger.get("/tasks?province=ben-tre&q=000.00")["tasks"] == []
    specialist = Program(office, "specialist")
    for method, path, body in of_task + begin:
        answer = specialist.ask(method, path, body)
        assert answer.status_code == 404, (path, answer.text)
    assert specialist.get("/tasks")["tasks"] == [] and specialist.get(f"/cases/{case}")["id"] == case
    assert clerk.get(f"/cases/{case}/journal") == before


@pytest.mark.parametrize(
    "path",
    [
        "/cases/0",
        "/cases/999999999999999999",
        "/cases/9999999999999999999999",
        "/cases/-1",
        "/cases/x",
        "/tasks/1",
        "/tasks/1.Task_1_receive",
        "/tasks/1.Task_1_receive.2",
        "/tasks/.Task_1_receive.1",
        "/tasks/1.Task_1_receive%23.1",
        "/tasks/1.a%00b.1",
        "/tasks/99999999999999999999.a.1",
        "/tasks/1.é.1",
        "/none",
    ],
)
def test_an_address_of_nothing_is_not_found(office: Site, path: str) -> None:
    clerk = Program(office, "one_stop_clerk")
    clerk.start()
    answer = clerk.ask("GET", path)
    assert answer.status_code == 404 and answer.mimetype == "application/problem+json"


# -- JSON --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        (b"", 400, "NotJson"),
        (b"{", 400, "NotJson"),
        (b"[]", 400, "NotJson"),
        (b"null", 400, "NotJson"),
        (b'{"procedure": "a", "procedure": "b"}', 400, "NameTwice"),
        (b'{"procedure": "a", "values": {"x": [{"y": 1, "y": 2}]}}', 400, "NameTwice"),
        (b'{"procedure": "a", "values": {"x": NaN}}', 400, "NotJson"),
        (b'{"procedure": "a", "values": {"x": -Infinity}}', 400, "NotJson"),
        (b'{"procedure": "a", "values": {"x": 1e400}}', 400, "NumberInexact"),
        (b'{"procedure": "a", "values": {"x": 0.12345678901234567891}}', 400, "NumberInexact"),
        (b'{"procedure": "a", "values": {"x": 1e99999999999999999999}}', 400, "NumberInexact"),
        (b'{"procedure": "a", "values": {"x": ' + b"1" * 5000 + b"}}", 400, "NotJson"),
        (b'{"procedure": "a", "values": {"x": "\\ud800"}}', 400, "TextBroken"),
        (b'{"procedure": "a", "values": {"\\u0000": 1}}', 400, "TextBroken"),
        (b'{"procedure": "a\xff"}', 400, "NotJson"),
        (b'{"procedure": "a\x07"}', 400, "NotJson"),
        ('{"procedure": "a"}'.encode("utf-16"), 400, "NotJson"),
        (b'\xef\xbb\xbf{"procedure": "ben-tre/40"}', 404, "ProcedureUnknown"),
        (b'{"procedure": "a", "values": ' + b'{"x": ' * 20 + b"1" + b"}" * 21, 400, "TooDeep"),
        (b"[" * 200_000, 400, "TooDeep"),
        (b'{"procedure": "' + b"a" * LARGEST + b'"}', 413, "Oversized"),
        (b'{"procedure": 7}', 422, "FormRefused"),
        (b"{}", 422, "FormRefused"),
        (b'{"procedure": "a\\n"}', 422, "FormRefused"),
        (b'{"procedure": "a", "values": []}', 422, "FormRefused"),
        (b'{"procedure": "a", "valeus": {}}', 422, "FormRefused"),
        (b'{"procedure": "ben-tre/40"}', 404, "ProcedureUnknown"),
    ],
    ids=lambda each: None if isinstance(each, int) else str(each)[:40],
)
def test_json_that_is_not_clear_is_refused_with_what_is_wrong(
    office: Site, body: bytes, status: int, problem: str
) -> None:
    clerk = Program(office, "one_stop_clerk")
    headers = {"Authorization": f"Bearer {clerk.token}", "Content-Type": "application/json"}
    answer = clerk.client.post("/api/v1/cases", data=body, headers=headers)
    assert (answer.status_code, answer.json["type"]) == (status, f"urn:motcua:{problem}"), answer.text
    assert clerk.get("/cases")["cases"] == []


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        ('{"procedure": "a"}'.encode("utf-16"), "bảng mã UTF-8"),
        ('{"procedure": "ế"}'.encode("cp1258", "replace") + b"\xd2", "bảng mã UTF-8"),
        (b'{"procedure": "a\x1b[2J"}', "ký tự điều khiển"),
    ],
    ids=["UTF-16", "another code page", "control character"],
)
def test_bytes_that_are_no_json_say_what_to_send_instead(office: Site, body: bytes, advice: str) -> None:
    clerk = Program(office, "one_stop_clerk")
    headers = {"Authorization": f"Bearer {clerk.token}", "Content-Type": "application/json"}
    answer = clerk.client.post("/api/v1/cases", data=body, headers=headers)
    assert answer.status_code == 400 and advice in answer.json["detail"], answer.text


def test_json_as_deep_as_allowed_is_kept(office: Site) -> None:
    values: object = 1
    for _ in range(MAX_DEPTH - 2):
        values = {"x": values}
    Program(office, "one_stop_clerk").post("/cases", {"procedure": "ben-tre/39", "values": {"y": values}}, status=201)


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_is_not_json_by_name_is_not_read(office: Site, media: str) -> None:
    clerk = Program(office, "one_stop_clerk")
    headers = {"Authorization": f"Bearer {clerk.token}"} | ({"Content-Type": media} if media else {})
    answer = clerk.client.post("/api/v1/cases", data=b'{"procedure": "ben-tre/39"}', headers=headers)
    assert answer.status_code == 415 and "application/json" in answer.json["detail"]


def test_problems_are_in_the_language_asked_for(office: Site) -> None:
    clerk = Program(office, "one_stop_clerk")
    plain = clerk.ask("GET", "/cases/7")
    assert plain.json["detail"] == "Không tìm thấy hồ sơ 7." and plain.headers["Content-Language"] == "vi"
    english = clerk.ask("GET", "/cases/7", Accept_Language="en-GB,en;q=0.9")
    assert english.json["detail"] != plain.json["detail"] and english.headers["Content-Language"] == "en"
    assert "Accept-Language" in english.headers["Vary"]


def test_another_method_is_refused_with_those_there_are(office: Site) -> None:
    answer = Program(office, "one_stop_clerk").ask("DELETE", "/cases")
    assert answer.status_code == 405 and {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
