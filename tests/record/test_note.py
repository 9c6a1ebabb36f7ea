"""Signed notes as the C2SP specification has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.record.note import CUT, Checkpoint, KeyInvalid, Note, NoteInvalid, Signer, Verifier, notes, signed

# The example of the specification's reference implementation (golang.org/x/mod/sumdb/note).
PETER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
QUOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_example_of_the_specification_is_signed_by_its_key() -> None:
    note = Note.read(QUOTE)
    assert note.signed_by(Verifier.read(PETER_PUBLIC))
    assert str(note) == QUOTE


def test_the_key_of_the_example_signs_it_as_there() -> None:
    signer = Signer.read(PETER)
    text = Note.read(QUOTE).text
    assert str(signer.verifier) == PETER_PUBLIC
    assert signer.written() == PETER
    assert signed(text, [signer.line(text)]) == QUOTE


@given(st.integers(0, len(QUOTE) - 1), st.characters())
def test_a_changed_letter_is_no_longer_signed(place: int, letter: str) -> None:
    changed = QUOTE[:place] + letter + QUOTE[place + 1 :]
    try:
        note = Note.read(changed)
    except NoteInvalid:
        return
    assert changed == QUOTE or not note.signed_by(Verifier.read(PETER_PUBLIC))


def test_a_checkpoint_is_written_as_it_was_read() -> None:
    text = "so-vhttdl.hatinh/motcua\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nat 2026-11-30T01:00:00Z\n"
    read = Checkpoint.read(text)
    assert (read.size, read.more) == (20852163, ("at 2026-11-30T01:00:00Z",))
    assert str(read) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        "origin\n5\n",
        "origin\n05\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n-5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
        "origin\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
        "origin\n5\nCsUYapGGPo4=\n",
        "\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n9" + "9" * 5000 + "\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteInvalid):
        Checkpoint.read(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak"])
def test_a_key_has_a_name_that_a_note_can_carry(name: str) -> None:
    with pytest.raises(KeyInvalid):
        Signer.new(name)


@pytest.mark.parametrize("text", ["", "x", PETER_PUBLIC[:-4] + "AAAA", PETER_PUBLIC.replace("c74f", "c74e"), PETER])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(KeyInvalid):
        Verifier.read(text)


def test_notes_of_a_file_are_read_one_by_one_and_a_cut_end_is_left_out() -> None:
    signer = Signer.new("log")
    made = [signed(text := f"log\n{n}\nAAAA\n", [signer.line(text)]) for n in range(3)]
    whole = "".join(f"{each}\n" for each in made)
    assert list(notes(whole)) == made
    assert list(notes(whole[:-60])) == made[:2]


def test_what_was_cut_in_the_middle_of_a_file_hides_no_head_before_or_after_it() -> None:
    signer = Signer.new("log")
    one, two, three = (signed(text := f"log\n{n}\nAAAA\n", [signer.line(text)]) for n in range(3))
    for place in range(1, len(two)):
        found = notes(f"{one}\n{two[:place]}{CUT}\n\n{three}\n")
        assert found == [one, three], two[:place]


@given(st.text(st.sampled_from("a1—… \n"), max_size=60))
def test_whatever_stands_in_a_file_its_heads_are_read(junk: str) -> None:
    signer = Signer.new("log")
    made = signed(text := "log\n5\nAAAA\n", [signer.line(text)])
    assert made in notes(f"{junk}\n\n{made}\n{junk}")


def test_a_file_without_any_head_is_read_in_one_pass() -> None:
    assert notes("a\n" * 300_000) == []


def test_of_two_lines_by_one_key_the_first_counts() -> None:
    signer, text = Signer.new("log"), "log\n5\nAAAA\n"
    good, other = signer.line(text), signer.line("another text\n")
    assert Note.read(signed(text, [good, other])).signed_by(signer.verifier)
    assert not Note.read(signed(text, [other, good])).signed_by(signer.verifier)


@pytest.mark.parametrize("place", ["text", "name"])
@pytest.mark.parametrize("letter", ["\0", "\r", "\t", "\x1b", "\ud800"])
def test_a_note_has_no_character_that_moves_a_cursor(place: str, letter: str) -> None:
    text, name = ("l" + letter, "log") if place == "text" else ("log", "l" + letter)
    with pytest.raises(NoteInvalid):
        Note.read(f"{text}\n5\nAAAA\n\n— {name} AAAAAAAA\n")
