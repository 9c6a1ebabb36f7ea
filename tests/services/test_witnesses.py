"""Heads are shown to witnesses, to an authority and to an inspectorate; what they answer is kept, and told as it is."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest

from runner.domain.head_watch import HeadStamp
from runner.domain.person import Person
from runner.domain.record import Head
from runner.record.note import COSIGNER, Note, Signer, Verifier, signed
from runner.record.witness import Request
from runner.services import http
from runner.services.head_file import HeadFile
from runner.services.head_mail import HeadMail
from runner.services.mail import SpoolMail
from runner.services.record_key import KeyFile
from runner.services.record_log import RecordLog
from runner.services.timestamps import Timestamps
from runner.services.witness import Witness
from runner.services.witnesses import WitnessAddress, Witnesses
from runner.store import head_watch
from runner.web.witness import WitnessServer
from tests.record.authority import Authority, Service
from tests.services.office import Office

LAN = Person("lan", "Trần Thị Lan", frozenset({("mau", "director")}))
MINUTE = timedelta(minutes=1)


class Watch:
    """An office with a log, and witnesses that really listen."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        key = KeyFile(folder / "record.key")
        self.log = RecordLog(office.runner.database, key, HeadFile(folder / "heads.txt"))
        self.public = key.make("so-mau/motcua")
        self.servers: list[WitnessServer] = []
        self.now = office.now

    def witness(self, name: str, **logs: Verifier) -> WitnessAddress:
        """A new witness that knows the office's log, or these."""
        signer = Signer.new(name, COSIGNER)
        known = logs.values() if logs else [self.public]
        witness = Witness.open(signer, known, self.folder / f"{name}.db")
        self.servers.append(server := WitnessServer(("127.0.0.1", 0), witness, lambda: self.now))
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return WitnessAddress(f"http://127.0.0.1:{server.server_address[1]}", signer.verifier)

    def ask(self, *known: WitnessAddress, needed: int | None = None) -> Witnesses:
        """Something happens, a head is signed, and these are asked."""
        self.office.runner.people.save(LAN)
        self.log.finish(self.now)
        witnesses = Witnesses(self.office.runner.database, self.log, known, len(known) if needed is None else needed)
        witnesses.ask(self.now)
        return witnesses

    def standing(self, witnesses: Witnesses) -> tuple[int, bool]:
        """How many cosigned the newest head, and whether it is called witnessed."""
        head = self.log.newest()
        assert head
        found = witnesses.standing(head)
        return len(found.cosignatures), found.witnessed


@pytest.fixture
def watch(office: Office, tmp_path: Path) -> Iterator[Watch]:
    watch = Watch(office, tmp_path)
    yield watch
    for server in watch.servers:
        server.shutdown()
        server.server_close()


def test_a_head_is_witnessed_when_enough_have_cosigned_it(watch: Watch) -> None:
    here, there = watch.witness("thanh-tra/1"), watch.witness("so-noi-vu/1")
    gone = WitnessAddress("http://127.0.0.1:9", Signer.new("xa/1", COSIGNER).verifier)
    witnesses = watch.ask(here, there, gone, needed=2)
    assert watch.standing(witnesses) == (2, True)
    head = watch.log.newest()
    assert head
    note = Note.read(witnesses.cosigned(head))
    assert [each.name for each in note.signatures] == ["so-mau/motcua", "so-noi-vu/1", "thanh-tra/1"]
    assert "thanh-tra/1" in witnesses.contacts() and witnesses.contacts()["xa/1"].fault
    assert watch.standing(replace_needed(witnesses, 3)) == (2, False)


def replace_needed(witnesses: Witnesses, needed: int) -> Witnesses:
    return Witnesses(witnesses.database, witnesses.record, witnesses.known, needed)


def test_of_two_workers_that_ask_at_once_each_keeps_what_the_first_was_answered(watch: Watch) -> None:
    witnesses = watch.ask(watch.witness("thanh-tra/1"))
    head = watch.log.newest()
    assert head
    stamp = HeadStamp(head.size, "tsa", watch.now, b"first", None)
    for response in (b"first", b"second"):
        with watch.office.runner.database.change() as tx:
            [kept] = head_watch.cosignatures(tx, head.size)
            head_watch.keep_cosignature(tx, replace(kept, at=watch.now + MINUTE))
            head_watch.keep_stamp(tx, replace(stamp, response=response))
            assert head_watch.cosignatures(tx, head.size) == [kept]
            assert head_watch.stamp(tx, head.size) == stamp
    assert watch.standing(witnesses) == (1, True)


def test_without_a_witness_a_head_is_not_witnessed(watch: Watch) -> None:
    assert watch.standing(watch.ask()) == (0, False)


def test_each_head_is_shown_with_the_proof_that_it_continues_the_last_one(watch: Watch) -> None:
    here = watch.witness("thanh-tra/1")
    for _ in range(5):
        assert watch.standing(watch.ask(here)) == (1, True)
        watch.now += 10 * MINUTE


def test_a_witness_whose_answer_was_lost_is_asked_again_from_where_it_stands(watch: Watch) -> None:
    here = watch.witness("thanh-tra/1")
    watch.log.finish(watch.now)
    head = watch.log.newest()
    assert head
    watch.servers[0].witness.add_checkpoint(bytes(Request(0, (), Note.read(head.note))), watch.now)
    assert watch.standing(watch.ask(here)) == (1, True)


def test_a_witness_that_does_not_know_the_log_is_told_of_and_asked_again_a_minute_later(watch: Watch) -> None:
    stranger = watch.witness("thanh-tra/1", other=Signer.new("so-khac/motcua").verifier)
    witnesses = watch.ask(stranger)
    assert watch.standing(witnesses) == (0, False)
    first = witnesses.contacts()["thanh-tra/1"]
    assert "404" in first.fault
    watch.now += MINUTE / 2
    witnesses.ask(watch.now)
    assert witnesses.contacts()["thanh-tra/1"] == first
    watch.now += MINUTE
    witnesses.ask(watch.now)
    assert witnesses.contacts()["thanh-tra/1"].at == watch.now


def test_a_log_that_was_rolled_back_is_named_as_such(watch: Watch, tmp_path: Path) -> None:
    here = watch.witness("thanh-tra/1")
    watch.ask(here)
    head = watch.log.newest()
    assert head
    shown = replace(head, size=head.size - 1)  # as a log says that was cut
    text = Note.read(head.note).text.replace(f"\n{head.size}\n", f"\n{shown.size}\n")
    signer = KeyFile(tmp_path / "record.key").signer()
    said = Said(watch.log, replace(shown, note=signed(text, [signer.line(text)])))
    cut = Witnesses(watch.office.runner.database, said, [here], 1)
    cut.ask(watch.now)
    assert "rolled back" in cut.contacts()["thanh-tra/1"].fault


class Said(RecordLog):
    """A log that says that this is its newest head."""

    def __init__(self, log: RecordLog, head: Head) -> None:
        super().__init__(log.database, log.signer, None)
        self._head = head

    def newest(self) -> Head:
        return self._head


class Anything:
    """A server that answers whatever it is given."""

    def __init__(self, status: int, body: bytes, type: str = "text/plain") -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                self.send_header("Content-Type", type)
                self.send_header("Content-Length", str(len(body)))
                if 300 <= status < 400:
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "type"),
    [
        (200, b"", "text/plain"),
        (200, b"\xff\xfe" * 1000, "text/plain"),
        (200, "— thanh-tra/1 AAAAAAAA\n".encode(), "text/plain"),
        (200, b"x" * 1_000_000, "text/plain"),
        (302, b"", "text/plain"),
        (409, b"9" * 30, "text/x.tlog.size"),
        (409, b"-1\n", "text/x.tlog.size"),
        (409, b"0\n", "text/x.tlog.size"),
        (500, b"<html>", "text/html"),
    ],
)
def test_a_witness_that_answers_nonsense_cosigns_nothing_and_stops_nothing(
    watch: Watch, status: int, body: bytes, type: str
) -> None:
    odd = Anything(status, body, type)
    try:
        odd_address = WitnessAddress(odd.url, Signer.new("thanh-tra/1", COSIGNER).verifier)
        good = watch.witness("so-noi-vu/1")
        witnesses = watch.ask(odd_address, good, needed=1)
        assert watch.standing(witnesses) == (1, True)
        assert witnesses.contacts()["thanh-tra/1"].fault
    finally:
        odd.close()


def test_who_answers_a_byte_now_and_then_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LONGEST_WAIT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while True:
                    connection.sendall(b"x")
                    sleep(0.02)

        Thread(target=drip, daemon=True).start()
        with pytest.raises(http.Unreachable):
            http.post(f"http://127.0.0.1:{server.getsockname()[1]}/a?b", b"", "text/plain")


def test_where_one_party_fails_the_others_see_the_head(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fails:
        def ask(self, now: datetime) -> None:
            raise RuntimeError("whatever happens here")

    watch.log.finish(watch.now)
    runner = watch.office.runner
    sends = HeadMail(runner.database, watch.log, SpoolMail(tmp_path / "post"), "thanhtra@mau.vn")
    for name, party in (("witnesses", Fails()), ("timestamps", Fails()), ("head_mail", sends)):
        monkeypatch.setitem(runner.__dict__, name, party)
    with pytest.raises(RuntimeError):
        runner.show_head()
    assert len(list((tmp_path / "post").glob("*.eml"))) == 1


@pytest.mark.parametrize("column", ["note", "size", "root"])
def test_a_head_in_the_database_that_says_something_else_is_not_witnessed(watch: Watch, column: str) -> None:
    here = watch.witness("thanh-tra/1")
    witnesses = watch.ask(here)
    head = watch.log.newest()
    assert head and witnesses.standing(head).witnessed
    other: dict[str, Any] = {"note": "junk", "size": head.size + 9, "root": bytes(32)}
    forged = replace(head, **{column: other[column]})
    with watch.office.runner.database.change() as tx:
        [real] = head_watch.cosignatures(tx, head.size)
        head_watch.keep_cosignature(tx, replace(real, size=forged.size))
    assert not witnesses.standing(forged).witnessed
    other_witness = watch.witness("thanh-tra/2")
    shown = Witnesses(witnesses.database, Said(watch.log, forged), [other_witness], 1)
    shown.ask(watch.now)
    assert shown.contacts()["thanh-tra/2"].fault
    assert not shown.standing(forged).cosignatures


def test_a_forged_cosignature_in_the_database_counts_for_nothing(watch: Watch) -> None:
    here = watch.witness("thanh-tra/1")
    witnesses = watch.ask(here)
    head = watch.log.newest()
    assert head
    with watch.office.runner.database.change() as tx:
        [real] = head_watch.cosignatures(tx, head.size)
        head_watch.keep_cosignature(tx, replace(real, witness="so-noi-vu/1"))
    other = WitnessAddress("http://127.0.0.1:9", Signer.new("so-noi-vu/1", COSIGNER).verifier)
    both = Witnesses(witnesses.database, watch.log, [here, other], 2)
    assert watch.standing(both) == (1, False)


# -- time stamps -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def stamped(watch: Watch) -> Callable[[str, Path | None], Timestamps]:
    watch.log.finish(watch.now)

    def ask(url: str, trusted: Path | None) -> Timestamps:
        made = Timestamps(watch.office.runner.database, watch.log, url, trusted)
        made.ask(watch.now)
        return made

    return ask


def test_a_head_gets_the_moment_of_an_authority(
    watch: Watch, authority: Authority, stamped: Callable[[str, Path | None], Timestamps]
) -> None:
    service = Service(authority)
    try:
        timestamps = stamped(service.url, authority.root)
    finally:
        service.close()
    head = watch.log.newest()
    assert head
    found = timestamps.standing(head)
    assert found and found.at and found.fault == ""
    assert Timestamps(watch.office.runner.database, watch.log, service.url, None).standing(head).at is None  # type: ignore[union-attr]


def test_an_answer_that_cannot_be_read_is_kept_and_told(
    watch: Watch, tmp_path: Path, stamped: Callable[[str, Path | None], Timestamps]
) -> None:
    (tmp_path / "tsa").mkdir()
    careless = Authority(tmp_path / "tsa", chain=True)
    service = Service(careless)
    try:
        timestamps = stamped(service.url, careless.root)
    finally:
        service.close()
    head = watch.log.newest()
    assert head
    found = timestamps.standing(head)
    assert found and found.at is None and "InvalidSetOrdering" in found.fault
    assert len(found.response) > 1000, "as it came, so that somebody else can read it"


def test_without_the_certificates_of_the_authority_its_answer_is_kept_and_told(
    watch: Watch, authority: Authority, tmp_path: Path, stamped: Callable[[str, Path | None], Timestamps]
) -> None:
    service = Service(authority)
    try:
        timestamps = stamped(service.url, tmp_path / "gone.pem")
    finally:
        service.close()
    head = watch.log.newest()
    assert head
    found = timestamps.standing(head)
    assert found and found.response and "gone.pem" in found.fault


def test_an_authority_is_asked_at_most_once_an_hour_also_when_it_is_away(
    watch: Watch, authority: Authority, stamped: Callable[[str, Path | None], Timestamps]
) -> None:
    timestamps = stamped("http://127.0.0.1:9/tsa", authority.root)
    head = watch.log.newest()
    assert head and timestamps.standing(head) is None
    service = Service(authority)
    try:
        later = Timestamps(watch.office.runner.database, watch.log, service.url, authority.root)
        later.ask(watch.now)
        assert later.standing(head)
        watch.office.runner.people.save(LAN)
        watch.log.finish(watch.now + MINUTE)
        second = watch.log.newest()
        assert second
        later.ask(watch.now + 59 * MINUTE)
        assert later.standing(second) is None
        later.ask(watch.now + 60 * MINUTE)
        assert later.standing(second)
    finally:
        service.close()


# -- mail --------------------------------------------------------------------------------------------------------------


def test_an_inspectorate_gets_a_head_by_mail_once_a_day(watch: Watch, tmp_path: Path) -> None:
    sends = HeadMail(watch.office.runner.database, watch.log, SpoolMail(tmp_path / "post"), "thanhtra@mau.vn")
    sends.send(watch.now)
    assert not (tmp_path / "post").exists(), "there is no head yet"
    for hours in (0, 1, 2, 24, 25):
        watch.office.runner.people.save(LAN)
        watch.log.finish(watch.now + timedelta(hours=hours))
        sends.send(watch.now + timedelta(hours=hours))
    assert len(list((tmp_path / "post").glob("*.eml"))) == 2
    read = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (tmp_path / "post").glob("*.eml")]
    texts = [message.get_content() for message in read]  # type: ignore[attr-defined]
    assert any(watch.log.heads()[0].note in text for text in texts)
    assert all(message["To"] == "thanhtra@mau.vn" for message in read)


def test_a_head_whose_mail_failed_is_mailed_with_the_next_try(watch: Watch, tmp_path: Path) -> None:
    watch.log.finish(watch.now)
    blocked = tmp_path / "post"
    blocked.write_text("a file where the folder should be")
    sends = HeadMail(watch.office.runner.database, watch.log, SpoolMail(blocked), "thanhtra@mau.vn")
    sends.send(watch.now)
    with watch.office.runner.database.read() as tx:
        assert head_watch.contacts(tx)["mailto:thanhtra@mau.vn"].fault
    blocked.unlink()
    sends.send(watch.now)
    assert len(list(blocked.glob("*.eml"))) == 1
