"""The parts of ``verify.py``: signatures, hash trees, containers and JSON, each held to what it must refuse."""

from __future__ import annotations

import ast
import io
import json
import struct
import sys
from base64 import b64encode
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.audit.evidence.script import PARTS, verify_py
from runner.audit.evidence.verifier import tree
from runner.audit.evidence.verifier.container import Folder, Zip, safe
from runner.audit.evidence.verifier.ed25519 import ORDER, verifies
from runner.audit.evidence.verifier.head import read_head, read_keys
from runner.audit.evidence.verifier.text import parsed
from runner.audit.evidence.verifier.words import SENTENCES, Fault
from runner.record import merkle
from runner.record.note import COSIGNER, Checkpoint, Signer, signature_line, signed
from tests.audit.evidence.exhibit import packed

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        "c027beceea1ec40a",
    ),
]
"""Key, message and signature of section 7.1, tests 1 to 3."""


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_signatures_of_the_standard_hold_and_no_changed_bit_does(key: str, message: str, signature: str) -> None:
    public, text, given = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert verifies(public, text, given)
    assert not verifies(public, text + b"x", given)
    for place in range(0, 512, 37):
        changed = bytearray(given)
        changed[place // 8] ^= 1 << place % 8
        assert not verifies(public, text, bytes(changed))
    larger = int.from_bytes(given[32:], "little") + ORDER  # the same number, written in a second way
    assert not verifies(public, text, given[:32] + larger.to_bytes(32, "little"))


@settings(max_examples=10)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_signatures_of_the_library_hold(seed: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    assert verifies(key.public_key().public_bytes_raw(), message, key.sign(message))


@given(st.binary(max_size=40), st.binary(max_size=70))
def test_what_is_no_key_and_no_signature_is_refused(key: bytes, signature: bytes) -> None:
    assert not verifies(key, b"text", signature)


@settings(max_examples=60)
@given(st.integers(1, 70), st.data())
def test_proofs_of_the_log_hold_here_too(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(bytes([each])) for each in range(size)]
    node = merkle.nodes_of(leaves)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root, path = merkle.root(node, size), merkle.inclusion_path(node, index, size)
    assert tree.leaf_hash(bytes([index])) == leaves[index]
    assert tree.root_by_inclusion(leaves[index], index, size, path) == root
    assert tree.root_by_inclusion(leaves[index], index, size, [*path, root]) is None
    assert tree.root_by_inclusion(leaves[index], size, size, path) is None
    way = merkle.consistency_path(node, old, size)
    assert tree.continues(old, merkle.root(node, old), size, root, way)
    assert not tree.continues(old, merkle.leaf_hash(b"x"), size, root, way)
    assert not tree.continues(size + 1, root, size, root, way)


def test_a_head_is_read_as_it_was_signed_and_its_witness_is_known() -> None:
    log, witness = Signer.new("so-mau.example/motcua"), Signer.new("thanh-tra.example", COSIGNER)
    text = str(Checkpoint("so-mau.example/motcua", 12, b"\x07" * 32, ("at 2022-09-26T02:00:00.000000Z",)))
    moment = 1_664_157_700
    cosigned = witness.sign(f"cosignature/v1\ntime {moment}\n{text}".encode())
    line = signature_line(witness.name, witness.verifier.id + struct.pack(">Q", moment) + cosigned)
    head = read_head("head", signed(text, [log.line(text), line]).encode())
    [key], [other] = read_keys("key", f"{log.verifier}\n"), read_keys("key", str(witness.verifier))
    assert (head.size, head.root, head.at) == (12, b"\x07" * 32, "09:00 26/09/2022 (UTC+7)")
    assert head.signed_by(key) and not head.signed_by(other)
    assert head.witnessed_by(other) == moment and head.witnessed_by(key) is None
    many = read_head("head", signed(text, [log.line("x\n"), log.line(text), line]).encode())
    assert not many.signed_by(key) and many.witnessed_by(other), "of several lines by one key the first counts"


@pytest.mark.parametrize(
    "note",
    [
        "",
        "origin\n12\n",
        "origin\n012\nAAAA\n\n— a AAAAAAAA\n",
        f"origin\n12\n{b64encode(b'7' * 31).decode()}\n\n— a AAAAAAAA\n",
        f"origin\n12\n{b64encode(b'7' * 32).decode()}\n\n— a AAAAAAAA",
        f"origin\n12\n{b64encode(b'7' * 32).decode()}\n\n— a AAAAAAB\n",
        f"origin\n99999999999999999999\n{b64encode(b'7' * 32).decode()}\n\n— a AAAAAAAA\n",
        f"origin\n12\n{b64encode(b'7' * 32).decode()}\n\n" + "— a AAAAAAAA\n" * 101,
    ],
)
def test_a_head_in_any_other_form_is_refused(note: str) -> None:
    with pytest.raises(Fault):
        read_head("head", note.encode())


@pytest.mark.parametrize("key", ["a+b+c", "a+00000000+AQ==", f"a+00000000+{b64encode(bytes(33)).decode()}"])
def test_a_key_in_any_other_form_is_refused(key: str) -> None:
    with pytest.raises(Fault):
        list(read_keys("key", key))


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":2}', "NaN", "[" * 100_000, "1" * 500, "1." + "1" * 500, '{"a":Infinity}', "\xff", "{"]
)
def test_json_with_two_readings_or_without_bounds_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        parsed("x.json", text.encode("latin-1"))


def test_a_zip_is_read_in_one_way_only() -> None:
    files = {"a.txt": b"one", "b/c.txt": b"", "d.bin": bytes(range(256)) * 20}
    built = packed(files)
    found = Zip(io.BytesIO(built))
    assert {name: b"".join(found.pieces(name)) for name in found.sizes} == files
    for place in range(len(built)):
        changed = bytearray(built)
        changed[place] ^= 0x20
        with pytest.raises(Fault):
            read_all(bytes(changed))
    for cut in range(0, len(built), 7):
        with pytest.raises(Fault):
            read_all(built[:cut])
    with pytest.raises(Fault):
        read_all(built + b"\0")
    with pytest.raises(Fault):
        read_all(b"\0" + built)


def read_all(built: bytes) -> None:
    found = Zip(io.BytesIO(built))
    for name in found.sizes:
        assert sum(map(len, found.pieces(name))) == found.sizes[name]
    if sorted(found.sizes) != ["a.txt", "b/c.txt", "d.bin"]:
        raise Fault("name", name="of another file")  # a name that is another one is for the manifest to see


@pytest.mark.parametrize(
    "name",
    [
        *("../a", "/a", "a/../b", "a\\b", "c:a", "a//b", "a/", ".a", "a.", "", "a b", "é", "a\0b", "aux", "x/NUL.txt"),
        *("a" * 101, "a/" * 9 + "b"),
    ],
)
def test_a_name_that_could_lie_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(Fault):
        safe(name)
    if "\0" not in name:  # which the library cuts off there
        with pytest.raises(Fault):
            Zip(io.BytesIO(packed({name: b""})))


def test_a_bomb_is_no_bundle() -> None:
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as zip:
        entry = ZipInfo("a", (1980, 1, 1, 0, 0, 0))
        entry.create_system, entry.external_attr, entry.compress_type = 3, 0o644 << 16, ZIP_DEFLATED
        zip.writestr(entry, bytes(10_000_000))
    with pytest.raises(Fault):
        Zip(target)
    twice = io.BytesIO()
    with ZipFile(twice, "w", ZIP_STORED) as zip:
        for _ in range(2):
            entry = ZipInfo("a", (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            with pytest.warns(UserWarning, match="Duplicate") if _ else open(__file__):
                zip.writestr(entry, b"x")
    with pytest.raises(Fault):
        Zip(twice)


def test_a_folder_with_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "b").symlink_to("/etc/passwd")
    with pytest.raises(Fault):
        Folder(str(tmp_path))


def test_the_file_is_one_that_an_old_python_reads_and_imports_nothing_else() -> None:
    source = verify_py()
    module = ast.parse(source, feature_version=(3, 8))
    roots = {alias.name for node in ast.walk(module) if isinstance(node, ast.Import) for alias in node.names}
    roots |= {str(node.module).partition(".")[0] for node in ast.walk(module) if isinstance(node, ast.ImportFrom)}
    assert roots <= sys.stdlib_module_names
    newer = {"removeprefix", "removesuffix", "pairwise", "batched", "bit_count"}
    assert not newer & {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    runtime = [node for node in ast.walk(module) if isinstance(node, ast.keyword) and node.arg in ("strict", "slots")]
    assert not runtime
    defined = [node.name for node in module.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert len(defined) == len(set(defined)), "two parts have something of the same name"
    assert len(PARTS) == 9


def test_every_sentence_has_the_same_gaps_in_both_languages_and_none_is_without_use() -> None:
    source = verify_py().decode()
    for key, (vietnamese, english) in SENTENCES.items():
        assert gaps(vietnamese) == gaps(english), key
        used = key.startswith("result") or json.dumps(key) in source.partition("class Fault")[2]
        assert used, key


def gaps(sentence: str) -> set[str]:
    return {part.partition("}")[0] for part in sentence.split("{")[1:]}
