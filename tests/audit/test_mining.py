"""Event logs of cases: what is in them, their formats by their own rules, pseudonyms, orders that outlive a page."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from runner.audit.mining import xes
from runner.audit.mining.export import ENDINGS, Exported, LogFormat, Order, filter_facts, filter_of
from runner.audit.mining.jobs import KEPT, SILENCE, JobUnknown, TooManyJobs
from runner.audit.mining.log import OF_CASE
from runner.audit.mining.ocel import EVENT, OBJECTS
from runner.domain.case_filter import CaseFilter
from runner.domain.channel import Channel, ChannelKind
from runner.domain.entry import BODIES, AnswerRequest, Assign, Claim, DeliverMessage, FireTimer, Release, Submit
from runner.domain.mining_job import JobStatus
from runner.domain.person import SYSTEM, Role
from runner.domain.record import RecordKind
from runner.services.text_rules import ReasonMissing
from runner.store import case as cases
from runner.store import mining as store
from runner.store import record_event
from tests.audit.played import AUDITOR, CODE, OTHER, Played
from tests.running import empty
from tests.world import local, person

GROUND = "Kiểm tra quý III, công văn 12/TTr"
XES = "{http://www.xes-standard.org/}"
TYPED = {"string": str, "time": str, "integer": int, "float": (int, float), "boolean": bool}
PM4PY = os.environ.get("MOTCUA_PM4PY", "")


@pytest.fixture
def played(database_url: str, tmp_path: Path) -> Iterator[Played]:
    world = Played(database_url, tmp_path)
    world.case = 2
    browsing = replace(person("specialist"), via=Channel(ChannelKind.WEB))
    world.runner.tasks.claim(2, world.task("Task_B3_reappraise").id, browsing, world.now)
    world.later(minutes=5)
    world.runner.tasks.release(2, "Task_B3_reappraise#1", person("specialist"), world.now)
    world.runner.cases.cancel(2, "Đổi ý", person("one_stop_clerk"), world.now)
    yield world
    world.runner.close()


def order(format: LogFormat, wanted: CaseFilter = CaseFilter(), *, pseudonyms: bool = False) -> Order:  # noqa: B008
    return Order.make(format, wanted, GROUND, pseudonyms=pseudonyms)


def exported(world: Played, path: Path, wanted: Order) -> Exported:
    return world.runner.mining.export(wanted, AUDITOR, world.now, path)


def log(world: Played, folder: Path, format: LogFormat, **how: Any) -> Path:
    path = folder / f"log.{ENDINGS[format]}"
    exported(world, path, order(format, **how))
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# -- what is in a log -------------------------------------------------------------------------------------------------


def test_a_log_tells_each_act_and_each_opening_in_the_order_of_the_journal(played: Played, tmp_path: Path) -> None:
    found = [row for row in rows(log(played, tmp_path, LogFormat.CSV)) if row["case"] == "2"]
    assert [(row["instance"].removeprefix("Task_"), row["transition"]) for row in found] == [
        ("", "complete"),  # the case begins
        ("B1_receive#1", "schedule"),
        ("B1_receive#1", "complete"),
        ("B2_forward#1", "schedule"),
        ("", "complete"),  # the timer of the limit
        ("B2_forward#1", "complete"),
        ("B3_appraise#1", "schedule"),
        ("B3_appraise#1", "complete"),
        ("B3_guide#1", "schedule"),
        ("B3_guide#1", "complete"),
        ("B3_wait#1", "schedule"),
        ("B3_wait#1", "complete"),
        ("B3_reappraise#1", "schedule"),
        ("B3_reappraise#1", "start"),
        ("B3_reappraise#1", "suspend"),
        ("", "complete"),  # the applicant withdraws
        ("B3_reappraise#1", "withdraw"),
    ]
    assert [row["position"] for row in found] == [str(n) for n in range(1, len(found) + 1)]
    late = next(row for row in found if row["instance"] == "Task_B2_forward#1" and row["transition"] == "complete")
    assert (late["late"], late["consumed_days"], late["paused_days"]) == ("true", "2.2500", "0.0000")
    assert late["due"] == "2022-09-26T14:49:00+07:00"  # 09:00 and half a day, part of it behind noon
    assert (late["resource"], late["role"]) == (person("one_stop_clerk").id, "Công chức TN&TKQ")
    paused = next(row for row in found if row["instance"] == "Task_B3_wait#1" and row["transition"] == "complete")
    assert (paused["consumed_days"], paused["paused_days"]) == ("0.0000", "2.0000")
    started = next(row for row in found if row["transition"] == "start")
    assert (started["owner"], started["channel"]) == (person("specialist").id, "web")
    timer = next(row for row in found if row["activity"].startswith("B2.") and not row["instance"])
    assert timer["activity"] == "B2. Chuyển hồ sơ cho chuyên viên phòng BCVT: mốc “0,5 ngày”"


def test_every_entry_of_every_journal_is_an_event(played: Played, tmp_path: Path) -> None:
    made = exported(played, tmp_path / "log.csv", order(LogFormat.CSV))
    found = rows(tmp_path / "log.csv")
    with played.runner.database.read() as tx:
        acts = [entry.at for case in (1, 2, 3) for entry in cases.entries(tx, case)]
        opened = [task.opened for case in (1, 2, 3) for task in cases.tasks(tx, case)]
    assert (made.cases, made.events) == (3, len(found))
    told = [datetime.fromisoformat(row["time"]) for row in found if row["transition"] not in ("schedule", "withdraw")]
    assert sorted(told) == sorted(acts)
    assert len([row for row in found if row["transition"] == "schedule"]) == len(opened)


def test_an_erased_entry_stays_as_an_act_of_which_nothing_is_known(played: Played, tmp_path: Path) -> None:
    with played.runner.database.change() as tx:
        empty(tx, 2, 6)
    unknown = [row for row in rows(log(played, tmp_path, LogFormat.CSV)) if row["transition"] == "unknown"]
    assert [row["activity"] for row in unknown] == ["Mục nhật ký đã xóa nội dung hoặc không đọc được"]


def test_a_lawful_erasure_is_an_event_and_leaves_the_others_as_they_were(played: Played, tmp_path: Path) -> None:
    before = [row for row in rows(log(played, tmp_path, LogFormat.CSV)) if row["case"] == "1"]
    keeper = person(Role.ADMINISTRATOR)
    played.runner.retention.erasures.carry_out(
        1, "Điều 16 Nghị định 13/2023/NĐ-CP", keeper, person("director"), played.now
    )
    after = [row for row in rows(log(played, tmp_path, LogFormat.CSV)) if row["case"] == "1"]
    assert after[:-1] == before and after[-1]["activity"] == "Xóa dữ liệu cá nhân theo luật"


def test_every_kind_of_entry_has_its_words() -> None:
    of_tasks = {Claim, Assign, Release, Submit, FireTimer, AnswerRequest, DeliverMessage}
    assert set(BODIES.values()) == of_tasks | set(OF_CASE)


@pytest.mark.parametrize("format", LogFormat)
def test_no_log_has_the_applicant_or_what_forms_hold(played: Played, tmp_path: Path, format: LogFormat) -> None:
    played.case = 1
    secret = ("applicant_name", "applicant_address", "contact_phone", "contact_email")
    _, instance, _ = played.runner.audit.history(1, AUDITOR)
    values = [str(instance.values[name]).encode() for name in secret if instance.values.get(name)]
    assert len(values) > 2
    content = log(played, tmp_path, format).read_bytes()
    assert not [value for value in values if value in content]


def test_pseudonyms_name_no_account_agree_within_a_log_and_differ_between_two(played: Played, tmp_path: Path) -> None:
    first = log(played, tmp_path, LogFormat.CSV, pseudonyms=True).read_text()
    people = {row["resource"] for row in rows(tmp_path / "log.csv")} - {"system"}
    assert len(people) == 5 and all(re.fullmatch("P-[0-9a-f]{16}", each) for each in people)
    for format in LogFormat:
        content = log(played, tmp_path, format, pseudonyms=True).read_bytes()
        assert b"@ha-tinh" not in content and b"P-" in content
    again = {row["resource"] for row in rows(log(played, tmp_path, LogFormat.CSV, pseudonyms=True))}
    assert again & people == set() and "one_stop_clerk" not in first


def test_what_begins_as_a_formula_is_text_in_a_spreadsheet() -> None:
    from runner.audit.mining import table

    for text in ("=1+1", "+1", "-1", "@a", "＝1", " =1"):
        assert table._text(text) == f"'{text}"
    assert (table._text(-1), table._text(1.5), table._text(True), table._text(None)) == ("-1", "1.5000", "true", "")


# -- each format by its own rules -------------------------------------------------------------------------------------


def test_xes_keeps_the_rules_of_its_schema(played: Played, tmp_path: Path) -> None:
    """IEEE 1849-2016: the order of what a log holds, types of attributes, extensions, globals, classifiers."""
    root = etree.fromstring(log(played, tmp_path, LogFormat.XES).read_bytes())
    assert root.tag == f"{XES}log" and float(root.get("xes.version")) and root.get("xes.features") is not None
    order = ("extension", "global", "classifier", "attribute", "trace")
    kinds = {f"{XES}{name}" for name in ("string", "date", "int", "float", "boolean", "id", "list", "container")}
    places = [order.index("attribute" if each.tag in kinds else etree.QName(each).localname) for each in root]
    assert places == sorted(places)
    prefixes = {each.get("prefix") for each in root.iterfind(f"{XES}extension")}
    assert prefixes == {"concept", "time", "org", "lifecycle"}
    for each in root.iterfind(f"{XES}extension"):
        assert re.fullmatch("http://www.xes-standard.org/[a-z]+.xesext", each.get("uri"))
    [traces, events] = root.iterfind(f"{XES}global")
    assert (traces.get("scope"), events.get("scope")) == ("trace", "event")
    for owner, wanted in (("trace", traces), ("event", events)):
        keys = {each.get("key") for each in wanted}
        for each in root.iter(f"{XES}{owner}"):
            assert keys <= {inner.get("key") for inner in each}
    for each in root.iter(*kinds):
        _typed(etree.QName(each).localname, each.get("value"))
        prefix, colon, _ = each.get("key").partition(":")
        assert not colon or prefix in prefixes
    for parent in (*root.iter(f"{XES}trace"), *root.iter(f"{XES}event")):
        keys = [each.get("key") for each in parent if each.tag in kinds]
        assert len(keys) == len(set(keys))
    for trace in root.iter(f"{XES}trace"):
        moments = [each.get("value") for each in trace.iterfind(f"{XES}event/{XES}date[@key='time:timestamp']")]
        assert moments == sorted(moments)


def _typed(kind: str, value: str | None) -> None:
    assert value is not None
    if kind == "date":
        assert datetime.fromisoformat(value).tzinfo
    elif kind in ("int", "float"):
        assert float(value) == float(int(value) if kind == "int" else value)
    elif kind == "boolean":
        assert value in ("true", "false")
    else:
        assert kind == "string"


def test_xes_holds_whatever_names_hold() -> None:
    for text in ("\"Ký\" <b> & 'c'", "dòng\nhai\ttab", "\x00\x0b\ud800\ufffe", "]]>", "𝔘nicode"):
        [found] = etree.fromstring(f"<log>{xes.attribute('concept:name', text)}</log>")
        assert found.get("value") == re.sub("[\x00\x0b\ud800\ufffe]", "�", text)


def ocel(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def test_ocel_json_keeps_the_rules_of_its_format(played: Played, tmp_path: Path) -> None:
    found = ocel(log(played, tmp_path, LogFormat.OCEL_JSON))
    assert set(found) == {"objectTypes", "eventTypes", "objects", "events"}
    types = {
        what: {
            each["name"]: {pair["name"]: pair["type"] for pair in each["attributes"]} for each in found[f"{what}Types"]
        }
        for what in ("object", "event")
    }
    assert set(types["object"]) == set(OBJECTS) == {"case", "task", "person", "document", "agency"}
    ids = [each["id"] for each in (*found["objects"], *found["events"])]
    assert len(ids) == len(set(ids))
    objects = {each["id"] for each in found["objects"]}
    for what in ("object", "event"):
        for each in found[f"{what}s"]:
            attributes = types[what][each["type"]]
            for pair in each["attributes"]:
                assert isinstance(pair["value"], TYPED[attributes[pair["name"]]]), (each["id"], pair)
                assert ("time" in pair) == (what == "object")
            for relation in each["relationships"]:
                assert relation["objectId"] in objects and relation["qualifier"]
    for event in found["events"]:
        assert datetime.fromisoformat(event["time"]).tzinfo
        assert [r["objectId"] for r in event["relationships"] if r["qualifier"] == "case"]
    kinds = {each["id"]: each["type"] for each in found["objects"]}
    assert {kinds[r["objectId"]] for e in found["events"] for r in e["relationships"]} >= {"case", "task", "person"}


def test_ocel_sqlite_has_the_tables_of_its_format_and_the_same_content(played: Played, tmp_path: Path) -> None:
    json_log = ocel(log(played, tmp_path, LogFormat.OCEL_JSON))
    with sqlite3.connect(log(played, tmp_path, LogFormat.OCEL_SQLITE)) as database:
        read = database.execute
        assert read("PRAGMA integrity_check").fetchone() == ("ok",) and not read("PRAGMA foreign_key_check").fetchall()
        tables = {name for (name,) in read("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert tables >= {"event", "object", "event_object", "object_object", "event_map_type", "object_map_type"}
        for what, attributes in (("event", {"*": EVENT}), ("object", OBJECTS)):
            expected = sorted((each["id"], each["type"]) for each in json_log[f"{what}s"])
            assert sorted(read(f"SELECT ocel_id, ocel_type FROM {what}")) == expected
            for kind, name in read(f"SELECT ocel_type, ocel_type_map FROM {what}_map_type").fetchall():
                columns = [row[1] for row in read(f'PRAGMA table_info("{what}_{name}")')]
                lead = ["ocel_id", "ocel_time", *(["ocel_changed_field"] if what == "object" else [])]
                assert columns == [*lead, *attributes.get(kind, EVENT)]
                own = read(f'SELECT count(*) FROM "{what}_{name}"').fetchone()
                assert own == (len([each for each in json_log[f"{what}s"] if each["type"] == kind]),)
        for what, source in (("event_object", "event"), ("object_object", "object")):
            related = {
                (each["id"], relation["objectId"], relation["qualifier"])
                for each in json_log[f"{source}s"]
                for relation in each["relationships"]
            }
            assert set(read(f"SELECT * FROM {what}")) == related
    database.close()


# -- the record -------------------------------------------------------------------------------------------------------


def test_each_log_is_told_in_the_record_with_its_ground_and_its_hash(played: Played, tmp_path: Path) -> None:
    wanted = CaseFilter(CODE, basis="received", since=local("2022-09-26 00:00"))
    made = exported(played, tmp_path / "log", order(LogFormat.XES, wanted, pseudonyms=True))
    with played.runner.database.read() as tx:
        [event] = record_event.events(tx, kinds=[RecordKind.EXPORT])
    assert (event.actor, event.province, event.subject) == (AUDITOR.id, "ha-tinh", CODE)
    assert event.facts["ground"] == GROUND and event.facts["pseudonyms"] is True and event.facts["cases"] == 2
    assert event.facts["sha256"] == made.sha256 == sha256((tmp_path / "log").read_bytes()).hexdigest()
    assert filter_of(event.facts["filter"]) == wanted == filter_of(filter_facts(wanted))


@pytest.mark.parametrize("ground", ["", "   ", "\u200b", "a" * 1001])
def test_without_a_ground_there_is_no_log(ground: str) -> None:
    with pytest.raises(ReasonMissing):
        Order.make(LogFormat.XES, CaseFilter(), ground, pseudonyms=False)


def test_nobody_takes_away_more_than_they_audit(played: Played, tmp_path: Path) -> None:
    for who, count in ((AUDITOR, 3), (SYSTEM, 3), (OTHER, 0), (person("director"), 0)):
        assert played.runner.mining.write(order(LogFormat.CSV), who, played.now, tmp_path / "log").cases == count


def test_a_log_that_fails_leaves_what_was_there_and_nothing_else(played: Played, tmp_path: Path) -> None:
    def fails(done: int, total: int) -> None:
        raise RuntimeError

    for format in LogFormat:
        before = (tmp_path / "log").write_text("của ai đó"), sorted(tmp_path.iterdir())
        with pytest.raises(RuntimeError):
            played.runner.mining.write(order(format), AUDITOR, played.now, tmp_path / "log", fails)
        assert (tmp_path / "log").read_text() == "của ai đó" and sorted(tmp_path.iterdir()) == before[1]


# -- orders -----------------------------------------------------------------------------------------------------------


def test_an_order_is_written_in_the_background_and_fetched_whole(played: Played) -> None:
    jobs = played.runner.mining_jobs
    job = jobs.order(order(LogFormat.OCEL_JSON), AUDITOR, played.now)
    jobs.wait()
    [done] = jobs.jobs(AUDITOR)
    assert (done.id, done.status, done.done, done.total) == (job.id, JobStatus.DONE, 3, 3)
    _, pieces = jobs.content(job.id, AUDITOR)
    content = b"".join(pieces)
    assert (len(content), sha256(content).hexdigest()) == (done.size, done.sha256) and json.loads(content)
    with played.runner.database.read() as tx:
        [event] = record_event.events(tx, kinds=[RecordKind.EXPORT])
    assert event.facts["sha256"] == done.sha256 and event.actor == AUDITOR.id


def test_an_order_is_its_owners_alone(played: Played) -> None:
    jobs = played.runner.mining_jobs
    job = jobs.order(order(LogFormat.CSV), AUDITOR, played.now)
    jobs.wait()
    assert jobs.jobs(OTHER) == []
    for act in (jobs.content, jobs.discard):
        with pytest.raises(JobUnknown):
            act(job.id, OTHER)
    jobs.discard(job.id, AUDITOR)
    assert jobs.jobs(AUDITOR) == []


def test_an_order_whose_process_died_is_begun_anew_by_another(played: Played) -> None:
    jobs, now = played.runner.mining_jobs, played.now
    jobs.close()  # as if this process were about to end: it takes nothing any more
    job = jobs.order(order(LogFormat.CSV), AUDITOR, now)
    with played.runner.database.change() as tx:
        taken = store.take(tx, now, now - SILENCE)
        assert taken and taken.id == job.id and store.take(tx, now, now - SILENCE) is None
        store.append(tx, job.id, 0, b"half of a file")
    del played.runner.mining_jobs  # another process
    other = played.runner.mining_jobs
    other.jobs(AUDITOR)
    other.wait()
    assert [each.status for each in other.jobs(AUDITOR)] == [JobStatus.RUNNING]  # it may still live
    played.later(minutes=2)
    other.jobs(AUDITOR)
    other.wait()
    _, pieces = other.content(job.id, AUDITOR)
    assert b"".join(pieces).startswith(b'\xef\xbb\xbf"case"')


def test_an_order_that_is_thrown_away_is_not_written_further(played: Played) -> None:
    jobs = played.runner.mining_jobs
    jobs.close()
    job = jobs.order(order(LogFormat.CSV), AUDITOR, played.now)
    with played.runner.database.change() as tx:
        assert store.take(tx, played.now, played.now - SILENCE)
    jobs.discard(job.id, AUDITOR)
    with played.runner.database.change() as tx:
        assert not store.beat(tx, job.id, 1, 3, played.now)


def test_a_log_that_cannot_be_written_says_why(played: Played) -> None:
    jobs = played.runner.mining_jobs
    played.runner.people.dismiss(AUDITOR.id)
    jobs.order(order(LogFormat.CSV), AUDITOR, played.now)
    jobs.wait()
    [job] = jobs.jobs(AUDITOR)
    assert (job.status, job.fault) == (JobStatus.FAILED, f"Không có tài khoản {AUDITOR.id}.")
    with played.runner.database.read() as tx:
        assert record_event.events(tx, kinds=[RecordKind.EXPORT]) == []


def test_orders_are_bounded_and_go_after_a_day(played: Played) -> None:
    jobs = played.runner.mining_jobs
    jobs.close()
    for _ in range(3):
        jobs.order(order(LogFormat.CSV), AUDITOR, played.now)
    with pytest.raises(TooManyJobs):
        jobs.order(order(LogFormat.CSV), AUDITOR, played.now)
    played.later(seconds=KEPT.total_seconds() - 60)
    played.runner.tick()
    assert len(jobs.jobs(AUDITOR)) == 3
    played.later(minutes=2)
    played.runner.tick()
    assert jobs.jobs(AUDITOR) == []


# -- another program --------------------------------------------------------------------------------------------------

READS = """
import json, sys, pandas, pm4py
xes, json_log, sqlite, table = sys.argv[1:]
log = pm4py.read_xes(xes)
done = log[log["lifecycle:transition"] == "complete"]
net, start, end = pm4py.discover_petri_net_inductive(done)
fit = pm4py.fitness_token_based_replay(done, net, start, end)["log_fitness"]
found = [log["case:concept:name"].nunique(), len(log), fit]
for read, path in ((pm4py.read_ocel2_json, json_log), (pm4py.read_ocel2_sqlite, sqlite)):
    ocel = read(path)
    found += [len(ocel.events), sorted(pm4py.ocel_get_object_types(ocel)), len(pm4py.ocel_flattening(ocel, "case"))]
table = pm4py.format_dataframe(pandas.read_csv(table), case_id="case", activity_key="activity", timestamp_key="time")
found += [table["case:concept:name"].nunique(), len(table)]
print("FOUND", json.dumps(found))
"""


@pytest.mark.skipif(not PM4PY, reason="MOTCUA_PM4PY names no Python that has pm4py")
def test_pm4py_reads_each_format_and_finds_a_model_that_fits(played: Played, tmp_path: Path) -> None:
    made = exported(played, tmp_path / "log.csv", order(LogFormat.CSV))
    files = [log(played, tmp_path, each) for each in (LogFormat.XES, LogFormat.OCEL_JSON, LogFormat.OCEL_SQLITE)]
    files.append(tmp_path / "log.csv")
    ran = subprocess.run([PM4PY, "-c", READS, *files], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    [line] = re.findall("FOUND (.*)", ran.stdout)
    count, events, fit, *ocel_logs, cases, rows_read = json.loads(line)
    assert (count, events) == (cases, rows_read) == (made.cases, made.events) and fit > 0.99
    kinds = ["agency", "case", "person", "task"]
    assert ocel_logs == [made.events, kinds, made.events] * 2


def test_the_period_of_a_filter_survives_its_way_into_the_record() -> None:
    wanted = CaseFilter(
        late="task", since=local("2022-01-01 00:00"), until=local("2022-01-01 00:00") + timedelta(days=1)
    )
    assert filter_of(json.loads(json.dumps(filter_facts(wanted)))) == wanted
