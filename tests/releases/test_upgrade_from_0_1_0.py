"""The office of 0.1.0, brought to this version: its journals are the golden ones and replay, and work goes on in it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import pytest
from sqlalchemy import text

from runner.language import catalogue
from tests.cli.conftest import Terminal
from tests.releases import kept
from tests.releases.kept import Row

RELEASE = "0.1.0"
CASES = 63
FILES = {
    "office.sqlite.xz": "0b8121a57172b3117664a90f4ef627db0aa6768b176b260b52c5d06d72d4e96a",
    "office.sql.xz": "7928a37043ccaf7eb39189f5070c7bd46d11a654b5c9bfb1e7a3ca0a5dae613d",
    "journals.jsonl.xz": "b3b997985e5d1f860cf45add33fcf80b9d9ad2150665c8f2883f883c039b894d",
}
KINDS = {"start", "claim", "release", "assign", "submit", "timer", "message", "answer", "cancel", "incident", "resolve"}
PASSWORD = "bản phát hành đầu tiên"  # noqa: S105
RENAMED = {"stopped": "legal_clock_stopped_at", "handed": "result_delivered_at", "handover": "delivery_method"}
"""Columns of the read tables that have other names by now."""
DIVERGENCE = "Bút toán {seq} của hồ sơ {case} không khớp khi dựng lại: {what}."
"""The incident of a case that does not replay; none of the cases that are kept has one."""
WHOLE = {"cases": CASES, "diverging": 0, "found": 0, "findings": []}
UNTOUCHED = {"whole": CASES, "filled": 0, "rebuilt": 0, "refused": 0, "waiting": 0, "findings": []}

Copy = Callable[[Path], AbstractContextManager[str]]
"""Gives a folder's test a copy of the office: its URL."""


@pytest.fixture(scope="module")
def golden() -> list[Row]:
    return kept.journals(RELEASE)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def copy(request: pytest.FixtureRequest) -> Iterator[Copy]:
    """The office as it was kept, to be copied for each test."""
    if request.param == "sqlite":

        @contextmanager
        def file(folder: Path) -> Iterator[str]:
            kept.in_sqlite(RELEASE, folder / "office.db")
            yield f"sqlite:///{folder / 'office.db'}"

        yield file
        return
    server = request.getfixturevalue("_postgres_server")
    name = f"motcua_{os.getpid()}_office"
    with kept.in_postgres(server, name, release=RELEASE):

        @contextmanager
        def database(_: Path) -> Iterator[str]:
            with kept.in_postgres(server, f"{name}_copy", template=name) as url:
                yield kept.plain(url.set(drivername="postgresql+psycopg"))

        yield database


@pytest.fixture
def office(copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A terminal in the office the day after, on the database as 0.1.0 left it."""
    monkeypatch.chdir(tmp_path)
    with copy(tmp_path) as url:
        yield Terminal(url, tmp_path).at("2026-11-24 08:00")


@pytest.fixture
def upgraded(office: Terminal) -> Terminal:
    """The same, brought to this version."""
    office("init")
    return office


# -- what is kept ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_what_is_kept_of_a_release_is_never_made_anew(name: str) -> None:
    assert sha256((kept.FOLDER / RELEASE / name).read_bytes()).hexdigest() == FILES[name]


def test_the_golden_journals_have_every_kind_of_entry_and_a_whole_chain(golden: list[Row]) -> None:
    assert {entry["kind"] for entry in golden} == KINDS
    cases = [list(entries) for _, entries in groupby(golden, lambda entry: entry["case"])]
    assert len(cases) == CASES
    for entries in cases:
        assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
        assert [entry["previous"] for entry in entries] == [kept.START, *(entry["hash"] for entry in entries[:-1])]
        assert all(entry["payload_sha256"] == kept.digest(entry["payload"]) for entry in entries)
        assert all(entry["hash"] == kept.sealed(entry) for entry in entries)


# -- the upgrade -------------------------------------------------------------------------------------------------------


def test_every_case_replays_after_the_upgrade_and_its_files_are_there(upgraded: Terminal) -> None:
    assert upgraded.json("replay", "--all").items() >= WHOLE.items()


def test_neither_the_upgrade_nor_a_rebuild_touches_a_byte_of_the_journals(office: Terminal, golden: list[Row]) -> None:
    assert kept.stored(office.url) == golden
    office("init")
    assert kept.stored(office.url) == golden
    assert office.json("rebuild", "--all") == UNTOUCHED
    assert kept.stored(office.url) == golden


def test_the_read_tables_say_what_they_said_and_a_rebuild_makes_the_same(office: Terminal) -> None:
    before = kept.read_tables(office.url)
    assert len(before["case"]) == CASES and all(before.values())
    office("init")
    after = kept.read_tables(office.url)
    for table, rows in before.items():
        # A later version may ask for more, in columns of its own.
        assert [{name: row[RENAMED.get(name, name)] for name in rows[0]} for row in after[table]] == rows
    # When a dossier counts as received was asked for later: it comes from the journals.
    numbered = [row for row in after["case"] if row["number"]]
    assert numbered and all(row["received"] >= row["started"] for row in numbered)
    assert office.json("rebuild", "--all") == UNTOUCHED
    assert kept.read_tables(office.url) == after


def test_the_upgrade_can_be_repeated(upgraded: Terminal, golden: list[Row]) -> None:
    after = kept.read_tables(upgraded.url)
    upgraded("init")
    assert kept.read_tables(upgraded.url) == after and kept.stored(upgraded.url) == golden


def test_work_goes_on_where_it_was(upgraded: Terminal, golden: list[Row]) -> None:
    # A task that was free, one that was assigned, one with a draft, and a case that waits for a message.
    upgraded("claim", 62, "Task_2_process#1", "--as", "bentre.chuyenvien")
    drafted = ("processing_decision=submit", "draft_result=granted", "draft_summary=Văn bản xác nhận")
    values = [word for value in drafted for word in ("--value", value)]
    upgraded("submit", 62, "Task_2_process#1", "--as", "bentre.chuyenvien", *values)
    held = [task for task in upgraded.json("tasks", "--as", "hatinh.chuyenvien2")["tasks"] if task["owner"]]
    assert [(task["case"], task["owner"]) for task in held] == [(36, "hatinh.chuyenvien2")]
    assert upgraded.json("draft", 42, "Task_1_forward#1", "--as", "bentre.motcua") == {"receipt_given": "true"}
    upgraded("message", 60, "supplement_received", "--as", "one_stop_clerk@mau")
    case = upgraded.json("start", "ben-tre/39", "--as", "bentre.motcua")["case"]
    upgraded.at("2026-11-30 08:00")("tick")

    assert case == CASES + 1
    assert upgraded.json("replay", "--all").items() >= (WHOLE | {"cases": CASES + 1}).items()
    grown = [entry for entry in kept.stored(upgraded.url) if entry not in golden]
    kinds = {(62, "claim"), (62, "submit"), (60, "message"), (60, "answer"), (CASES + 1, "start")}
    assert {(entry["case"], entry["kind"]) for entry in grown} >= kinds
    assert any(entry["kind"] == "timer" for entry in grown)


def test_a_person_signs_in_with_the_password_from_before(upgraded: Terminal) -> None:
    runner = upgraded.world().runner
    now = upgraded.clock.now()
    visitor = runner.accounts.visitor(runner.accounts.sign_in("quantri", PASSWORD, "192.0.2.3", now), now)
    assert visitor and visitor.name == "Đỗ Thành Trung"
    runner.close()


def test_incidents_of_the_release_read_in_english(golden: list[Row]) -> None:
    templates = {json.loads(entry["payload"])["template"] for entry in golden if entry["kind"] == "incident"}
    assert len(templates) == 2 and templates | {DIVERGENCE} <= set(catalogue("en"))


# -- all this can fail -------------------------------------------------------------------------------------------------


def test_a_changed_payload_is_found_in_that_entry(office: Terminal, golden: list[Row]) -> None:
    with kept.tampering(office.url) as tx:
        tx.execute(text("UPDATE journal SET payload = payload || ' ' WHERE \"case\" = 5 AND seq = 3"))
    assert [entry for entry in kept.stored(office.url) if entry not in golden] != []
    office("init")
    assert _first(office) == (5, 3, "payload")


def test_a_journal_sealed_anew_over_another_value_comes_to_another_state(office: Terminal, golden: list[Row]) -> None:
    entries = [dict(entry) for entry in golden if entry["case"] == 5]
    payload = entries[1]["payload"]
    entries[1]["payload"] = payload.replace('"channel":"direct"', '"channel":"post"')
    assert entries[1]["payload"] != payload
    previous = kept.START
    with kept.tampering(office.url) as tx:
        for entry in entries:
            entry |= {"payload_sha256": kept.digest(entry["payload"]), "previous": previous}
            previous = entry["hash"] = kept.sealed(entry)
            hashes = {name: bytes.fromhex(entry[name]) for name in ("payload_sha256", "previous", "hash")}
            tx.execute(
                text(
                    "UPDATE journal SET payload = :payload, payload_sha256 = :payload_sha256, previous = :previous,"
                    ' hash = :hash WHERE "case" = 5 AND seq = :seq'
                ),
                {"payload": entry["payload"], "seq": entry["seq"], **hashes},
            )
        tx.execute(text('UPDATE "case" SET head = :head WHERE id = 5'), {"head": bytes.fromhex(previous)})
    office("init")
    assert _first(office) == (5, 2, "state")


def _first(office: Terminal) -> tuple[int, int, str]:
    """The case and entry at which the first replay diverges, and at what."""
    finding = office.json("replay", "--all", code=1)["findings"][0]
    return finding["case"], finding["seq"], finding["what"]
