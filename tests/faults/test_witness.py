"""A witness cosigns one past only: forks, rollbacks and races are refused, across kill -9."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Timer

import pytest

from runner.record import merkle
from runner.record.note import Checkpoint, Note, Signer, signed
from runner.record.witness import Request
from tests.faults.office import figure

TRIES = figure(16, 1_000)
LOG = Signer.new("so-mau/motcua")


class History:
    """A past: leaves of which each tree continues the one before."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves

    def grown(self, by: int, name: str) -> History:
        """This past and `by` leaves more, which differ by `name`."""
        new = [merkle.leaf_hash(f"{name} {len(self.leaves) + number}".encode()) for number in range(by)]
        return History([*self.leaves, *new])

    def forked(self, at: int, name: str) -> History:
        """Another past of the same length: all leaves from `at` on are others."""
        return History(self.leaves[:at]).grown(len(self.leaves) - at, name)

    def request(self, old: int, size: int) -> bytes:
        """What this past's log asks a witness that stands at `old`."""
        node = merkle.nodes_of(self.leaves)
        text = str(Checkpoint(LOG.name, size, merkle.root(node, size)))
        note = Note.read(signed(text, [LOG.line(text)]))
        return bytes(Request(old, tuple(merkle.consistency_path(node, old, size)), note))


class Process:
    """A real witness, which can be killed and begun again on the same files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.begin()

    def begin(self) -> None:
        words = ["witness", "--listen", "127.0.0.1:0", "--key", self.folder / "witness.key", "--name", "thanh-tra/1"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from runner.cli import main; main()", *map(str, words), "--log", str(LOG.verifier)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout
        lines = [self.process.stdout.readline() for _ in range(2)]
        self.port = int(lines[1].partition("http://127.0.0.1:")[2].partition(";")[0])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()

    def post(self, body: bytes) -> tuple[int, str] | None:
        """The status and text of the answer; None where the witness died over it."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", "/add-checkpoint", body)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    yield process
    process.kill()


def test_forks_rollbacks_and_races_are_refused_across_kills(witness: Process) -> None:
    chance = random.Random(20261130)
    past = History([]).grown(3, "first")
    assert witness.post(past.request(0, 3)) is not None
    kinds = ("fork", "rollback", "race", "kill")
    for number in range(TRIES):
        kind = kinds[number % 4] if number < 8 else chance.choice(kinds)
        size = len(past.leaves)
        if kind == "fork":
            other = past.forked(chance.randrange(size), f"fork {number}").grown(chance.randrange(4), f"fork {number}")
            status = asked(witness, other.request(size, len(other.leaves)))
            assert status in (409, 422), "another past of which the witness was never told"
        elif kind == "rollback":
            old = chance.randrange(size)
            assert asked(witness, past.request(old, chance.randint(old, size - 1))) == 409
            assert asked(witness, past.request(0, size - 1)) == 409
        elif kind == "race":
            past = race(witness, past, f"race {number}", chance)
        else:
            past = killed(witness, past, f"kill {number}", chance)
        more = past.grown(chance.randint(0, 3), f"more {number}")
        assert asked(witness, more.request(len(past.leaves), len(more.leaves))) == 200, "the one past goes on"
        past = more


def asked(witness: Process, body: bytes) -> int:
    answer = witness.post(body)
    assert answer
    return answer[0]


def race(witness: Process, past: History, name: str, chance: random.Random) -> History:
    """Two pasts that continue the same one are shown at once: one of them is cosigned."""
    size = len(past.leaves)
    both = [past.grown(chance.randint(1, 4), f"{name} {side}") for side in "ab"]
    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(lambda each: asked(witness, each.request(size, len(each.leaves))), both))
    assert sorted(statuses) == [200, 409]
    return both[statuses.index(200)]


def killed(witness: Process, past: History, name: str, chance: random.Random) -> History:
    """The witness is killed while it is asked. What it answered it remembers; what it did not answer may be either."""
    size, more = len(past.leaves), past.grown(chance.randint(1, 4), name)
    timer = Timer(chance.uniform(0, 0.01), witness.kill)
    timer.start()
    answer = witness.post(more.request(size, len(more.leaves)))
    timer.join()
    witness.begin()
    stands = witness.post(past.request(0, size))
    assert stands and stands[0] == 409
    known = int(stands[1])
    assert known in (size, len(more.leaves))
    if answer and answer[0] == 200:
        assert known == len(more.leaves), "it cosigned this and forgot it"
    return more if known == len(more.leaves) else past


def test_a_witness_that_lost_what_it_has_seen_does_not_begin(witness: Process) -> None:
    assert asked(witness, History([]).grown(3, "first").request(0, 3)) == 200
    witness.kill()
    (witness.folder / "witness.key.db").unlink()
    with pytest.raises(ValueError, match="invalid literal"):  # it says no address
        witness.begin()
    assert witness.process.wait() != 0
