"""A witness's small server: what it cannot remember it does not cosign, and nobody holds it up for long."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest

from runner.record import merkle
from runner.record.note import COSIGNER, Checkpoint, KeyInvalid, Note, Signer, Verifier, signed
from runner.record.witness import Request
from runner.services.witness import LogTwice, Witness
from runner.web import witness as web
from runner.web.witness import AT_ONCE, WitnessServer

LOG, OWN = Signer.new("so-mau/motcua"), Signer.new("thanh-tra/1", COSIGNER)
NODE = merkle.nodes_of([merkle.leaf_hash(bytes([number])) for number in range(9)])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WitnessServer]:
    witness = Witness.open(OWN, [LOG.verifier], tmp_path / "state.db")
    server = WitnessServer(("127.0.0.1", 0), witness, lambda: datetime(2026, 11, 30, tzinfo=UTC))
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def request(old: int, size: int) -> bytes:
    text = str(Checkpoint(LOG.name, size, merkle.root(NODE, size)))
    note = Note.read(signed(text, [LOG.line(text)]))
    return bytes(Request(old, tuple(merkle.consistency_path(NODE, old, size)), note))


def asked(server: WitnessServer, old: int, size: int) -> int:
    return post(server, request(old, size))


def post(server: WitnessServer, body: bytes) -> int:
    connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
    try:
        connection.request("POST", "/add-checkpoint", body)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("body", [b"", b"old 0\n\n", b"\xff" * 1000, b"x" * 100_000, b"old 0\n" + b"A\n" * 70])
def test_a_hostile_request_is_refused_and_the_witness_goes_on(server: WitnessServer, body: bytes) -> None:
    assert post(server, body) == (400 if len(body) < 70_000 else 413)
    assert asked(server, 0, 2) == 200


def test_on_a_full_disk_nothing_is_cosigned_and_nothing_forgotten(server: WitnessServer, tmp_path: Path) -> None:
    assert asked(server, 0, 3) == 200
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        assert asked(server, 3, 5) == 503
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert asked(server, 5, 6) == 409, "it never cosigned the head of 5"
    assert asked(server, 3, 6) == 200


def test_with_a_state_that_cannot_be_read_nothing_is_cosigned(server: WitnessServer, tmp_path: Path) -> None:
    assert asked(server, 0, 3) == 200
    for path in tmp_path.glob("state.db*"):
        path.write_bytes(b"\xff" * 8192)
    assert asked(server, 3, 5) == asked(server, 0, 5) == 503


def test_who_sends_a_byte_now_and_then_takes_nobodys_place_for_long(
    server: WitnessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "STAY", 0.5)
    slow = [socket.create_connection(server.server_address[:2], timeout=5) for _ in range(AT_ONCE)]  # type: ignore[arg-type]
    for each in slow:
        each.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 1000\r\n\r\nold")
    end = monotonic() + 5
    while monotonic() < end:
        sleep(0.1)
        try:
            for each in slow:
                each.sendall(b"x")
        except OSError:
            break
    else:
        pytest.fail("it goes on reading")
    assert asked(server, 0, 3) == 200
    for each in slow:
        each.close()


def test_a_log_has_one_key_and_it_is_of_a_log(tmp_path: Path) -> None:
    other = Signer.new(LOG.name).verifier
    with pytest.raises(LogTwice, match=LOG.name):
        Witness.open(OWN, [LOG.verifier, other], tmp_path / "state.db")
    with pytest.raises(KeyInvalid):
        Witness.open(OWN, [Verifier(LOG.name, LOG.verifier.key, COSIGNER)], tmp_path / "state.db")


def test_the_greatest_size_that_is_read_is_kept(server: WitnessServer) -> None:
    text = str(Checkpoint(LOG.name, 10**18 - 1, bytes(32)))
    body = bytes(Request(0, (), Note.read(signed(text, [LOG.line(text)]))))
    answer = server.witness.add_checkpoint(body, datetime(2026, 11, 30, tzinfo=UTC))
    assert answer.status == 200
