"""Requests to witnesses and their cosignatures, as the C2SP specification has them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.record import merkle
from runner.record.note import COSIGNER, Checkpoint, Note, NoteInvalid, Signer, Verifier, signed
from runner.record.witness import Answer, Request, Seen, cosignature, cosigned_at, judged, strange

NOW = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
LOG = Signer.new("so-mau/motcua")
WITNESS = Signer.new("thanh-tra/1", COSIGNER)
LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(40)]
TREE = merkle.nodes_of(LEAVES)

# The example in the text of tlog-witness.
EXAMPLE = (
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n"
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+"
    "xeMcTOAYQ8=\n"
)


def note(size: int, signer: Signer = LOG, tree: merkle.Node = TREE, origin: str = LOG.name) -> Note:
    text = str(Checkpoint(origin, size, merkle.root(tree, size), ("at 2026-11-30T08:30:00.000000Z",)))
    return Note.read(signed(text, [signer.line(text)]))


def request(old: int, size: int, tree: merkle.Node = TREE) -> Request:
    return Request(old, tuple(merkle.consistency_path(tree, old, size)), note(size, tree=tree))


def answered(asked: Request, known: Seen) -> Answer | None:
    checkpoint = Checkpoint.read(asked.note.text)
    return strange(asked, checkpoint, {LOG.name: LOG.verifier}) or judged(asked, checkpoint, known)


def seen(size: int) -> Seen:
    return Seen(size, merkle.root(TREE, size))


def test_the_example_of_the_specification_is_read_and_written_again() -> None:
    read = Request.read(EXAMPLE.encode())
    assert (read.old, len(read.proof), Checkpoint.read(read.note.text).size) == (20852014, 4, 20852163)
    assert bytes(read) == EXAMPLE.encode()


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_what_is_no_request_is_refused_and_nothing_else_happens(body: bytes) -> None:
    with pytest.raises(NoteInvalid):
        Request.read(body)


@pytest.mark.parametrize(
    "body", [EXAMPLE.replace("old 20852014", each) for each in ("old 01", "old -1", "old", "new 1")]
)
def test_an_old_size_is_a_plain_number(body: str) -> None:
    with pytest.raises(NoteInvalid):
        Request.read(body.encode())


@given(st.integers(0, 40).flatmap(lambda new: st.tuples(st.integers(0, new), st.just(new))))
def test_what_continues_the_last_checkpoint_may_be_cosigned(sizes: tuple[int, int]) -> None:
    old, new = sizes
    assert answered(request(old, new), seen(old)) is None


@pytest.mark.parametrize(
    ("asked", "known", "status"),
    [
        (request(0, 5), seen(7), 409),
        (request(3, 5), seen(7), 409),
        (request(5, 9), seen(0), 409),
        (Request(9, (), note(5)), seen(9), 400),
        (Request(5, (), note(9)), seen(5), 422),
        (Request(5, (bytes(32),), note(9)), seen(5), 422),
        (Request(0, (bytes(32),), note(9)), seen(0), 422),
        (Request(5, (), note(5)), Seen(5, bytes(32)), 409),
        (Request(0, (), note(5, signer=Signer.new(LOG.name))), seen(0), 403),
        (Request(0, (), note(5, origin="so-khac/motcua")), seen(0), 404),
    ],
)
def test_what_does_not_continue_it_is_refused_by_the_status_of_the_specification(
    asked: Request, known: Seen, status: int
) -> None:
    refused = answered(asked, known)
    assert refused
    assert refused.status == status
    if status == 409:
        assert (refused.body, refused.type) == (f"{known.size}\n", "text/x.tlog.size")


def test_a_cosignature_says_when_and_holds_for_this_text_alone() -> None:
    text = note(5).text
    [cosigned] = Note.read(signed(text, [cosignature(WITNESS, text, NOW)])).signatures
    assert cosigned_at(text, cosigned, WITNESS.verifier) == NOW
    assert cosigned_at(note(6).text, cosigned, WITNESS.verifier) is None
    assert cosigned_at(text, cosigned, Verifier(WITNESS.name, WITNESS.verifier.key)) is None, "of another type"
    assert cosigned_at(text, note(5).signatures[0], WITNESS.verifier) is None


def test_the_example_cosignature_of_the_specification_has_its_moment() -> None:
    line = (
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo"
        "0xUe+mbIUBkBIfZ+qnA==\n"
    )
    [found] = Note.read(signed("example.com/behind-the-sofa\n", [line])).signatures
    assert int.from_bytes(found.value[:8], "big") == 1679315147
