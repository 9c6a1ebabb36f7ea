"""A procedure's files as a zip: the same bytes come back, and what is hostile is refused in a sentence."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.authoring import archive
from runner.authoring.archive import (
    ArchiveEncrypted,
    ArchiveInvalid,
    ArchiveNameInvalid,
    ArchiveTooLarge,
    ArchiveTooMany,
    ArchiveUnclear,
)
from runner.errors import Refused
from runner.services.content import MAX_FILES, load, procedures
from tests.world import ROOT

FILES = {"bpmn/mau/a.bpmn": b"<a/>", "forms/b.form": b"{}", "scenarios/c.toml": b"\xff\x00"}


def zipped(*entries: tuple[str, bytes], kind: int = ZIP_DEFLATED, mode: int = 0o644) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", kind) as file:
        for name, data in entries:
            entry = ZipInfo(name)
            entry.external_attr = mode << 16
            entry.compress_type = kind
            file.writestr(entry, data)
    return made.getvalue()


def test_every_shipped_procedure_comes_back_as_it_was() -> None:
    for path in procedures(ROOT):
        files = dict(load(path, ROOT).files)
        packed = archive.pack(files)
        assert archive.unpack(packed) == files
        assert packed == archive.pack(dict(reversed(files.items())))
        assert f"bpmn/{archive.code(files)}.bpmn" == path.relative_to(ROOT).as_posix()


@given(st.dictionaries(st.sampled_from([*FILES, "forms/x.form", "bpmn/mau/phi.dmn"]), st.binary(max_size=200)))
def test_any_bytes_come_back_as_they_were(files: dict[str, bytes]) -> None:
    assert archive.unpack(archive.pack(files)) == files


def test_a_packed_folder_is_looked_through() -> None:
    litter = [("thu-tuc/.DS_Store", b"x"), ("__MACOSX/thu-tuc/._a", b"x"), ("thu-tuc/bpmn/", b"")]
    found = archive.unpack(zipped(*[(f"thu-tuc/{name}", data) for name, data in FILES.items()], *litter))
    assert found == FILES


@pytest.mark.parametrize(
    "name",
    [
        "../a",
        "bpmn/../../a",
        "/etc/passwd",
        "bpmn\\..\\a",
        "C:/a",
        "bpmn//a",
        "./a",
        "bpmn/a\nb",
        "b\u202e",
    ],
)
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(ArchiveNameInvalid):
        archive.unpack(zipped((name, b"x")))


def test_a_name_that_is_cut_is_refused() -> None:
    with pytest.raises(ArchiveNameInvalid):
        archive.unpack(zipped(("bpmn/aXb", b"x")).replace(b"bpmn/aXb", b"bpmn/a\x00b"))


def test_a_link_is_refused() -> None:
    with pytest.raises(ArchiveNameInvalid):
        archive.unpack(zipped(("bpmn/a.bpmn", b"/etc/passwd"), mode=0o120777))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(ArchiveNameInvalid, match=r"forms/a\.form"):
        archive.unpack(zipped(("forms/a.form", b"1"), ("forms/a.form", b"2")))


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zipped(*[(f"forms/{number}.form", bytes(2_000_000)) for number in range(6)])
    assert len(bomb) < 20_000
    with pytest.raises(ArchiveTooLarge, match="10 MB"):
        archive.unpack(bomb)
    with pytest.raises(ArchiveTooLarge):
        archive.unpack(bytes(archive.MAX_BYTES + 1))


def test_a_size_that_lies_is_found_out() -> None:
    honest = zipped(("forms/a.form", bytes(1000)))
    size = (1000).to_bytes(4, "little")
    assert honest.count(size) == 2
    for lie in (10, 2**31):
        with pytest.raises(ArchiveInvalid):
            archive.unpack(honest.replace(size, lie.to_bytes(4, "little")))


def test_too_many_files_are_refused() -> None:
    with pytest.raises(ArchiveTooMany, match="100"):
        archive.unpack(zipped(*[(f"forms/{number}.form", b"") for number in range(MAX_FILES + 1)]))


def test_a_password_is_asked_to_be_taken_off() -> None:
    data = bytearray(zipped(("forms/a.form", b"x")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    with pytest.raises(ArchiveEncrypted, match=r"forms/a\.form"):
        archive.unpack(bytes(data))


def test_other_ways_of_packing_are_refused() -> None:
    with pytest.raises(ArchiveInvalid):
        archive.unpack(zipped(("forms/a.form", b"x"), kind=ZIP_BZIP2))
    with pytest.raises(ArchiveInvalid):
        archive.unpack(b"%PDF-1.7")


@given(st.data())
def test_a_damaged_archive_is_refused_or_read_never_more(data: st.DataObject) -> None:
    packed = bytearray(archive.pack(FILES))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Refused):
        archive.unpack(bytes(packed[: data.draw(st.integers(1, len(packed)))]))


def test_the_procedure_is_the_one_whose_diagram_is_there() -> None:
    assert archive.code(FILES | {"bpmn/mau/called/x.bpmn": b""}) == "mau/a"
    for files in ({}, FILES | {"bpmn/mau/b.bpmn": b""}):
        with pytest.raises(ArchiveUnclear):
            archive.code(files)


def test_what_is_not_in_the_archive_goes_but_the_provinces_facts() -> None:
    before = {"bpmn/mau/a.bpmn": b"<a/>", "forms/b.form": b"{}", "bpmn/mau/province.toml": b""}
    assert archive.replacing(before, {"bpmn/mau/a.bpmn": b"<b/>"}, "mau/a") == {
        "bpmn/mau/a.bpmn": b"<b/>",
        "forms/b.form": None,
    }
