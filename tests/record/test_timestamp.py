"""Time stamps by a real authority: openssl's, with certificates of its own."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.record.timestamp import AuthorityInvalid, asked, checked, roots
from tests.record.authority import Authority

TEXT = "so-mau/motcua\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_an_answer_of_the_authority_states_the_moment(authority: Authority) -> None:
    stamp = checked(TEXT, authority.stamp(asked(TEXT)), roots(authority.root.read_bytes()))
    assert stamp.fault == ""
    assert stamp.at
    assert abs(datetime.now(UTC) - stamp.at) < timedelta(minutes=5)


def test_an_answer_for_another_text_is_told(authority: Authority) -> None:
    stamp = checked("other\n", authority.stamp(asked(TEXT)), roots(authority.root.read_bytes()))
    assert stamp.at is None
    assert stamp.fault.startswith("not verified")


def test_an_answer_of_an_authority_that_nobody_trusts_is_told(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path)
    stamp = checked(TEXT, other.stamp(asked(TEXT)), roots(authority.root.read_bytes()))
    assert stamp.at is None
    assert stamp.fault.startswith("not verified")
    assert checked(TEXT, other.stamp(asked(TEXT)), []).fault == "no authority is trusted"


def test_an_answer_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    careless = Authority(tmp_path, chain=True)
    stamp = checked(TEXT, careless.stamp(asked(TEXT)), roots(careless.root.read_bytes()))
    assert stamp.at is None
    assert stamp.fault.startswith("unreadable")
    assert "InvalidSetOrdering" in stamp.fault


def test_an_answer_that_refuses_is_told(authority: Authority) -> None:
    stamp = checked(TEXT, authority.stamp(b"no request"), roots(authority.root.read_bytes()))
    assert stamp.at is None
    assert stamp.fault


@given(st.binary(max_size=300))
def test_bytes_that_are_no_answer_are_told(data: bytes) -> None:
    stamp = checked(TEXT, data, [])
    assert stamp.at is None
    assert stamp.fault.startswith("unreadable")


@given(st.data())
def test_an_answer_with_a_changed_byte_never_states_another_moment(authority: Authority, data: st.DataObject) -> None:
    answer = bytearray(authority.kept(TEXT))
    trusted = roots(authority.root.read_bytes())
    known = checked(TEXT, bytes(answer), trusted).at
    place = data.draw(st.integers(0, len(answer) - 1))
    answer[place] ^= data.draw(st.integers(1, 255))
    assert checked(TEXT, bytes(answer), trusted).at in (None, known)


def test_a_file_without_certificates_is_refused() -> None:
    with pytest.raises(AuthorityInvalid):
        roots(b"none")


def test_openssl_reads_what_is_asked(tmp_path: Path) -> None:
    query = tmp_path / "query.tsq"
    query.write_bytes(asked(TEXT))
    said = subprocess.run(
        ["openssl", "ts", "-query", "-in", query, "-text"], capture_output=True, text=True, check=True
    ).stdout
    assert "Hash Algorithm: sha256" in said
    assert "Certificate required: yes" in said
